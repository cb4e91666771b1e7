//! What becomes more than a tag: headings, code, tables, callouts, links, images, footnotes.

use std::ops::Range;

use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind};

use super::escape::{self, push_text};
use super::writer::{Block, Writer};
use super::{Gathering, Kind, Part, Reference, fence};
use crate::model::Heading;
use crate::simulator;

/// Fenced blocks that are not code, beside [`simulator::FENCES`].
const INTERACTIVE: &[&str] = &["quiz", "check", "hint"];

impl Writer<'_> {
    pub(super) fn paragraph_start(&mut self, range: &Range<usize>, at: usize) {
        self.paragraphs += 1;
        let text = self.body.text.get(range.clone()).unwrap_or_default();
        if is_broken_fence(text) {
            self.error(
                at,
                "this line begins no block: a backquote stands behind its fence",
                "remove the backquote (a title needs none), or fence the block with `~~~`",
            );
        }
        if self.kind != Kind::Inline {
            self.out.push_str("<p>");
        } else if self.paragraphs > 1 {
            self.error(
                at,
                "a second paragraph begins here, expected one",
                "remove the blank line",
            );
        }
    }

    pub(super) fn heading_end(&mut self, level: u8) {
        let html = self.take_back();
        let text = self.plain.pop().unwrap_or_default().trim().to_owned();
        let Some((explicit, at)) = self.heading.take() else {
            return;
        };
        if !matches!(self.kind, Kind::Lesson | Kind::Lab) {
            return self.error(
                at,
                "a heading stands in a note, where there is no room for one",
                "use bold text",
            );
        }
        if self.depth > 0 {
            return self.error(
                at,
                "a heading stands inside a list or quote",
                "put it at the left margin: the page's contents are made of the headings",
            );
        }
        if level == 2 && self.inside_html(at, "a `## ` heading") {
            return;
        }
        match level {
            1 => {
                return self.error(
                    at,
                    "a `# ` heading: the title of the page stands in its front matter",
                    "begin sections with `## `",
                );
            }
            5.. => {
                return self.error(
                    at,
                    "headings go down to `#### `, found a deeper one",
                    "use bold text",
                );
            }
            _ => {}
        }
        if text.is_empty() {
            return self.error(
                at,
                "this heading has no text",
                "write one, or remove the `#` signs",
            );
        }
        if level > self.last_level + 1 {
            let expected = "#".repeat(usize::from(self.last_level) + 1);
            self.warning(
                at,
                format!(
                    "a heading of level {level} follows one of level {}",
                    self.last_level
                ),
                format!("write `{expected} `: who listens to the page moves by these levels"),
            );
        }
        self.last_level = level;
        let id = self.heading_id(explicit, &text, at);
        self.gathered.headings.push(Heading {
            level,
            id: id.clone(),
            text: text.clone(),
        });
        if self.kind == Kind::Lab && level == 2 {
            self.flush();
            self.parts.push(Part::Step {
                at,
                id,
                title: text,
            });
            return;
        }
        self.out.push_str(&format!(
            "<h{level} id=\"{id}\">{html} <a class=\"anchor\" href=\"#{id}\" aria-label=\""
        ));
        push_text(&mut self.out, &format!("Link to “{text}”"));
        self.out.push_str(&format!("\">#</a></h{level}>\n"));
    }

    /// Reports what may not stand in a raw element that is still open. One report: whatever follows
    /// would be inside of it too.
    fn inside_html(&mut self, at: usize, what: &str) -> bool {
        let Some((name, opened)) = self.html.innermost() else {
            return false;
        };
        let (line, _) = self.source.place(opened);
        let message = format!("{what} stands inside the `<{name}>` of line {line}");
        let help = format!("put `</{name}>` before it");
        self.html.lose();
        self.error(at, message, help);
        true
    }

    fn heading_id(&mut self, explicit: Option<String>, text: &str, at: usize) -> String {
        let wished = match explicit {
            Some(id) if id == escape::slug(&id) && !id.is_empty() => {
                if !self.gathered.ids.insert(id.clone()) {
                    self.error(
                        at,
                        format!("the id `{id}` is used twice on this page"),
                        "choose another",
                    );
                }
                return id;
            }
            Some(id) => {
                let help = format!(
                    "write `{{#{}}}`: lower-case letters, digits and `-`",
                    escape::slug(&id)
                );
                self.error(at, format!("`{id}` cannot be an anchor"), help);
                id
            }
            None => text.to_owned(),
        };
        let slug = escape::slug(&wished);
        let base = if slug.is_empty() {
            "section".to_owned()
        } else {
            slug
        };
        let number = self.repeated.entry(base.clone()).or_insert(0);
        loop {
            *number += 1;
            let id = if *number == 1 {
                base.clone()
            } else {
                format!("{base}-{number}")
            };
            if self.gathered.ids.insert(id.clone()) {
                return id;
            }
        }
    }

    pub(super) fn callout_start(&mut self, kind: BlockQuoteKind) {
        let (class, label) = match kind {
            BlockQuoteKind::Note => ("note", "Note"),
            BlockQuoteKind::Tip => ("tip", "Tip"),
            BlockQuoteKind::Important => ("important", "Important"),
            BlockQuoteKind::Warning => ("warning", "Warning"),
            BlockQuoteKind::Caution => ("caution", "Caution"),
        };
        self.out.push_str(&format!(
            "<aside class=\"callout {class}\" role=\"note\" aria-label=\"{label}\">\
             <p class=\"callout-title\">{label}</p>\n"
        ));
    }

    pub(super) fn code_start(&mut self, kind: CodeBlockKind<'_>, range: Range<usize>, at: usize) {
        let text = self.body.text.get(range.clone()).unwrap_or_default();
        let info = match kind {
            CodeBlockKind::Indented => None,
            CodeBlockKind::Fenced(info) => {
                if !is_closed(text) {
                    self.error(
                        at,
                        "this block is not closed",
                        "put its fence once more on a line of its own at its end",
                    );
                }
                let skipped = text.find(&*info).unwrap_or(0);
                Some((info.to_string(), self.body.to_file(range.start + skipped)))
            }
        };
        self.block = Some(Block {
            at,
            info,
            body: Gathering::default(),
        });
    }

    pub(super) fn code_end(&mut self) {
        let Some(Block { at, info, body }) = self.block.take() else {
            return;
        };
        let (info, info_at) = info.unwrap_or_else(|| ("text".to_owned(), at));
        let language = info.split_whitespace().next().unwrap_or_default();
        let mut interactive = INTERACTIVE.iter().chain(simulator::FENCES);
        match interactive.find(|name| **name == language) {
            Some(name) => self.interactive(name, &info, at, body),
            None => {
                let info =
                    fence::read_info(self.source, info_at, &info, &mut self.gathered.problems);
                if info.run && self.kind == Kind::Lesson {
                    self.warning(
                        info_at,
                        "`run` does nothing in a lesson: there is no terminal",
                        "remove the word",
                    );
                }
                fence::push_block(&mut self.out, &info, &body.text);
            }
        }
    }

    fn interactive(&mut self, name: &'static str, info: &str, at: usize, mut body: Gathering) {
        if let Some(word) = info.split_whitespace().nth(1) {
            self.error(
                at,
                format!("unknown word `{word}` after `{name}`"),
                "remove it",
            );
        }
        let refusal = match (self.kind, name) {
            (Kind::Note | Kind::Inline, _) => Some("it stands inside a hint or an explanation"),
            (Kind::Lab, "quiz") => {
                Some("quizzes belong to lessons; a lab asks with a `check` of the kind `answer`")
            }
            (Kind::Lesson, "check" | "hint") => {
                Some("it belongs to a lab: a lesson has no machine to look at")
            }
            (Kind::Lab, name) if simulator::FENCES.contains(&name) => {
                Some("simulators belong to lessons; a lab has a real engine")
            }
            _ if self.depth > 0 => {
                Some("it stands inside a list or quote, expected at the left margin")
            }

            _ => None,
        };
        if let Some(refusal) = refusal {
            return self.error(
                at,
                format!("this `{name}` block has no place here"),
                refusal,
            );
        }
        if self.inside_html(at, &format!("a `{name}` block")) {
            return;
        }
        if body.starts.is_empty() {
            body.starts.push((0, at));
        }
        self.flush();
        self.parts.push(Part::Fenced { name, at, body });
    }

    pub(super) fn table_start(&mut self) {
        let label = match self.gathered.headings.last() {
            Some(heading) => format!("Table: {}", heading.text),
            None => "Table".to_owned(),
        };
        // A wide table scrolls by itself, and what scrolls must be reachable and have a name.
        self.out
            .push_str("<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"");
        push_text(&mut self.out, &label);
        self.out.push_str("\"><table>");
    }

    pub(super) fn cell_end(&mut self) {
        let html = self.take_back();
        let class = match self.table.get(self.cell) {
            Some(Alignment::Left) => " class=\"left\"",
            Some(Alignment::Center) => " class=\"center\"",
            Some(Alignment::Right) => " class=\"right\"",
            _ => "",
        };
        self.cell += 1;
        // An empty corner is no heading of anything.
        let (open, close) = if self.in_table_head && !html.is_empty() {
            ("th scope=\"col\"", "th")
        } else {
            ("td", "td")
        };
        self.out
            .push_str(&format!("<{open}{class}>{html}</{close}>"));
    }

    pub(super) fn link_start(&mut self, destination: &str, title: &str, at: usize) {
        let resolved = match self.base.link(destination) {
            Ok(resolved) => resolved,
            Err((message, help)) => {
                self.error(at, message, help);
                return self.out.push_str("<a>");
            }
        };
        let rest = match &resolved.target {
            None => " class=\"external\" target=\"_blank\" rel=\"noopener\"",
            Some(super::Target::File(_)) => " download",
            Some(_) => "",
        };
        self.out
            .push_str(&format!("<a href=\"{}\"{rest}", resolved.href));
        self.push_title(title);
        self.out.push('>');
        self.refer(resolved.target, at);
    }

    pub(super) fn image_start(&mut self, destination: &str, title: &str, at: usize) {
        let attributes = match self.base.file(destination) {
            Ok(resolved) => {
                self.refer(resolved.target, at);
                format!("src=\"{}\"", resolved.href)
            }
            Err((message, help)) => {
                self.error(at, message, help);
                String::new()
            }
        };
        self.images.push(attributes);
        self.plain.push(String::new());
        self.set_aside();
        self.push_title(title);
    }

    pub(super) fn image_end(&mut self, range: Range<usize>) {
        // Of what stands in the brackets only the plain words count.
        let html = self.take_back();
        let title = if html.starts_with(" title=") {
            html.split_inclusive('"').take(2).collect()
        } else {
            String::new()
        };
        let alt = self.plain.pop().unwrap_or_default();
        let attributes = self.images.pop().unwrap_or_default();
        if alt.trim().is_empty() {
            let at = self.body.to_file(range.start);
            self.error(
                at,
                "this image has no text for who cannot see it",
                "write in the brackets what it shows: `![The three layers of hello:v1](layers.svg)`",
            );
        }
        self.out.push_str(&format!(
            "<img {attributes} alt=\"{}\"{title} loading=\"lazy\">",
            escape::text(alt.trim())
        ));
    }

    fn push_title(&mut self, title: &str) {
        if !title.is_empty() {
            self.out.push_str(" title=\"");
            push_text(&mut self.out, title);
            self.out.push('"');
        }
    }

    fn refer(&mut self, target: Option<super::Target>, at: usize) {
        if let Some(target) = target {
            self.gathered.references.push(Reference {
                place: self.source.place(at),
                target,
            });
        }
    }

    pub(super) fn footnote_reference(&mut self, label: &str, at: usize) {
        let (index, first) = self.footnotes.insert_full(label.to_owned());
        let number = index + 1;
        let slug = escape::slug(label);
        if first && !self.gathered.ids.insert(format!("fn-{slug}")) {
            self.error(
                at,
                format!("the id `fn-{slug}` is used twice on this page"),
                "rename the footnote",
            );
        }
        let id = if first {
            format!(" id=\"fnref-{slug}\"")
        } else {
            String::new()
        };
        self.out.push_str(&format!(
            "<sup class=\"footnote-ref\"><a href=\"#fn-{slug}\"{id} aria-label=\"Footnote {number}\">{number}</a></sup>"
        ));
    }

    pub(super) fn footnote_end(&mut self) {
        let html = self.take_back();
        let Some((label, at)) = self.note.take() else {
            return;
        };
        if self.notes.contains_key(&label) {
            self.error(
                at,
                format!("the footnote `{label}` is written twice"),
                "keep one of them",
            );
        }
        self.notes.insert(label, (html, at));
    }

    /// Appends the footnotes, in the order in which they were mentioned.
    pub(super) fn push_footnotes(&mut self) {
        let mut items = String::new();
        for label in std::mem::take(&mut self.footnotes) {
            let slug = escape::slug(&label);
            let html = self
                .notes
                .shift_remove(&label)
                .map(|(html, _)| html)
                .unwrap_or_default();
            items.push_str(&format!(
                "<li id=\"fn-{slug}\">{html} <a href=\"#fnref-{slug}\" aria-label=\"Back to the text\">↩</a></li>\n"
            ));
        }
        for (label, (_, at)) in std::mem::take(&mut self.notes) {
            self.warning(
                at,
                format!("the footnote `{label}` is not mentioned"),
                format!("write `[^{label}]` in the text"),
            );
        }
        if !items.is_empty() {
            self.out.push_str(&format!(
                "<section class=\"footnotes\" aria-label=\"Footnotes\"><ol>\n{items}</ol></section>\n"
            ));
        }
    }
}

/// Whether a paragraph was meant as a fenced block: by CommonMark, a line of three backquotes and
/// more with another behind them begins inline code. Inline code is closed on its own line.
fn is_broken_fence(paragraph: &str) -> bool {
    let line = paragraph.lines().next().unwrap_or_default();
    let rest = line.trim_start_matches('`');
    let length = line.len() - rest.len();
    length >= 3 && rest.contains('`') && !rest.contains(&line[..length])
}

/// Whether a fenced block ends with its fence.
fn is_closed(block: &str) -> bool {
    // In a quote or list the marks of these stand before the fence.
    let bare = |line: &'_ str| {
        line.trim_start_matches(|c: char| c.is_whitespace() || c == '>')
            .trim_end()
            .to_owned()
    };
    let mut lines = block.trim_end().lines();
    let opening = lines.next().map(bare).unwrap_or_default();
    let fence = opening.chars().next().unwrap_or('`');
    let length = opening.chars().take_while(|c| *c == fence).count();
    lines
        .next_back()
        .map(bare)
        .is_some_and(|last| last.len() >= length && last.chars().all(|c| c == fence))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_with_a_backquote_behind_it_is_told_from_inline_code() {
        assert!(is_broken_fence("```sh title=\"the `run` line\"\nls\n```"));
        assert!(is_broken_fence("````yaml title=`a`\na: 1\n````"));
        for code in [
            "```` ```sh ````",
            "```a``b```",
            "``a`b``",
            "`a`",
            "text ```sh `x`",
            "",
        ] {
            assert!(!is_broken_fence(code), "{code}");
        }
    }
}
