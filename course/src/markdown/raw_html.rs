//! Raw HTML and SVG in a page: what [`super::allowed`] lists passes, written anew from its parts; all
//! else is refused at its place.

use std::collections::HashSet;

use crate::problem::{Problem, suggest};
use crate::source::{Fragment, Source};

use super::allowed::{BLOCK, INLINE, SVG, html_attribute, svg_attribute};
use super::escape::push_text;

/// Elements of HTML that have no end: after one of them was refused, none is waited for.
const VOID: &[&str] = &[
    "img", "input", "hr", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr",
];

/// The raw elements of one page that are open at the moment.
#[derive(Debug, Default)]
pub(crate) struct RawHtml {
    open: Vec<Open>,
    /// Elements were given up as lost: closing tags without an opening one are an effect of that.
    lost: bool,
}

#[derive(Debug)]
struct Open {
    name: String,
    at: usize,
    /// How many markdown elements were open around it: it must be closed among the same.
    depth: usize,
    svg: bool,
    /// Whether a drawing has a name for who cannot see it.
    named: bool,
    /// It was refused and reported: only its end is waited for.
    refused: bool,
}

/// Where a stretch of raw HTML stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Stands {
    /// In a paragraph.
    Inline,
    /// On lines of its own.
    Block,
}

/// What the filter reports to.
pub(crate) struct Sink<'a> {
    pub source: &'a Source,
    pub out: &'a mut String,
    pub ids: &'a mut HashSet<String>,
    pub problems: &'a mut Vec<Problem>,
}

impl Sink<'_> {
    fn refuse(&mut self, at: usize, message: impl Into<String>, help: impl Into<String>) {
        self.problems
            .push(self.source.error(at, message).help(help));
    }
}

impl RawHtml {
    /// Whether a drawing is open, in which markdown has no place.
    pub fn in_svg(&self) -> bool {
        self.open.last().is_some_and(|open| open.svg)
    }

    /// Name and place of the innermost open element.
    pub fn innermost(&self) -> Option<(&str, usize)> {
        let open = self.open.iter().rev().find(|open| !open.refused)?;
        Some((&open.name, open.at))
    }

    /// Reports what is still open when the markdown element around it ends: what was opened with at
    /// least `depth` markdown elements around it.
    pub fn leave(&mut self, depth: usize, sink: &mut Sink<'_>) {
        while self.open.last().is_some_and(|open| open.depth >= depth) {
            let Some(open) = self.open.pop() else { break };
            if open.refused {
                continue;
            }
            sink.refuse(
                open.at,
                format!("`<{}>` is not closed", open.name),
                format!(
                    "put `</{}>` where it ends, in the same paragraph, item or cell",
                    open.name
                ),
            );
        }
    }

    /// Takes a stretch of raw HTML. `depth` is how many markdown elements are open around it.
    pub fn feed(&mut self, html: &Fragment<'_>, stands: Stands, depth: usize, sink: &mut Sink<'_>) {
        let mut rest = html.text;
        let offset = |rest: &str| html.to_file(html.text.len() - rest.len());
        while !rest.is_empty() {
            let Some(start) = rest.find('<') else {
                push_raw_text(sink.out, rest);
                return;
            };
            push_raw_text(sink.out, &rest[..start]);
            rest = &rest[start..];
            let at = offset(rest);
            if let Some(comment) = rest.strip_prefix("<!--") {
                let Some(end) = comment.find("-->") else {
                    sink.refuse(
                        at,
                        "this comment is not closed",
                        "put `-->` at its end, without a blank line inside",
                    );
                    return;
                };
                rest = &comment[end + 3..];
                continue;
            }
            if !rest[1..]
                .starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
            {
                sink.refuse(
                    at,
                    "a `<` stands here that begins no tag",
                    "a `<` that is text is written `&lt;`",
                );
                rest = &rest[1..];
                continue;
            }
            let Some(end) = tag_end(rest) else {
                sink.refuse(
                    at,
                    "this tag is not closed",
                    "put `>` at its end; a `<` that is text is written `&lt;`",
                );
                return;
            };
            self.tag(&rest[..end], at, stands, depth, sink);
            rest = &rest[end..];
        }
    }

    fn tag(&mut self, tag: &str, at: usize, stands: Stands, depth: usize, sink: &mut Sink<'_>) {
        if let Some(name) = tag.strip_prefix("</") {
            return self.close(name.trim_end_matches('>').trim(), at, depth, sink);
        }
        let inner = tag.trim_start_matches('<').trim_end_matches('>');
        let (inner, self_closed) = match inner.strip_suffix('/') {
            Some(inner) => (inner, true),
            None => (inner, false),
        };
        let name_end = inner
            .find(|c: char| c.is_whitespace())
            .unwrap_or(inner.len());
        let (name, attributes) = inner.split_at(name_end);
        let svg = name == "svg" || self.in_svg();
        if let Some(problem) = self.refusal(name, svg, stands) {
            let known: Vec<&str> = if self.in_svg() {
                SVG.to_vec()
            } else {
                [INLINE, BLOCK, &["svg"]].concat()
            };
            sink.refuse(at, problem, suggest(name, &known));
            if !self_closed && !VOID.contains(&name) {
                let svg = self.in_svg();
                let name = name.to_owned();
                self.open.push(Open {
                    name,
                    at,
                    depth,
                    svg,
                    named: false,
                    refused: true,
                });
            }
            return;
        }
        let Some(attributes) = read_attributes(attributes) else {
            return sink.refuse(
                at,
                format!("the attributes of `<{name}>` cannot be read"),
                "write `name=\"value\"`",
            );
        };
        let mut named = false;
        let mut is_image = false;
        sink.out.push('<');
        sink.out.push_str(name);
        for (attribute, value) in &attributes {
            let refused = if svg {
                svg_attribute(attribute, value, sink.ids)
            } else {
                html_attribute(name, attribute, value)
            };
            if let Some((message, help)) = refused {
                sink.refuse(at, format!("`<{name}>`: {message}"), help);
                continue;
            }
            named |= attribute == "aria-label" && !value.trim().is_empty();
            is_image |= attribute == "role" && value == "img";
            if attribute == "xmlns" {
                continue;
            }
            sink.out.push(' ');
            sink.out.push_str(attribute);
            if !(value.is_empty() && attribute == "open") {
                sink.out.push_str("=\"");
                push_raw_text(sink.out, value);
                sink.out.push('"');
            }
        }
        if name == "svg" && !is_image {
            sink.refuse(
                at,
                "`<svg>` has no `role=\"img\"`",
                "write `<svg role=\"img\" aria-label=\"what it shows\" viewBox=\"…\">`",
            );
        }
        if name == "svg"
            && !attributes
                .iter()
                .any(|(attribute, _)| attribute == "viewBox")
        {
            sink.refuse(
                at,
                "`<svg>` has no `viewBox`",
                "without one it cannot be scaled to the page's width",
            );
        }
        if name == "title"
            && let Some(drawing) = self.open.iter_mut().rev().find(|open| open.name == "svg")
        {
            drawing.named = true;
        }
        if name == "br" {
            sink.out.push('>');
        } else if self_closed && svg {
            sink.out.push_str("/>");
        } else if self_closed {
            sink.refuse(
                at,
                format!("`<{name}/>` does not close itself"),
                format!("write `<{name}></{name}>`"),
            );
        } else {
            sink.out.push('>');
            self.open.push(Open {
                name: name.to_owned(),
                at,
                depth,
                svg,
                named,
                refused: false,
            });
        }
    }

    /// Why an element has no place here.
    fn refusal(&self, name: &str, svg: bool, stands: Stands) -> Option<String> {
        if name == "svg" && self.in_svg() {
            return Some("`<svg>` inside `<svg>`".to_owned());
        }
        if svg {
            return (!SVG.contains(&name))
                .then(|| format!("the element `<{name}>` is not allowed in a drawing"));
        }
        if BLOCK.contains(&name) {
            return (stands == Stands::Inline && self.open.is_empty()).then(|| {
                format!("`<{name}>` stands in a paragraph, expected on a line of its own")
            });
        }
        (!INLINE.contains(&name)).then(|| format!("the element `<{name}>` is not allowed"))
    }

    fn close(&mut self, name: &str, at: usize, depth: usize, sink: &mut Sink<'_>) {
        let Some(place) = self.open.iter().rposition(|open| open.name == name) else {
            if !self.lost {
                sink.refuse(
                    at,
                    format!("`</{name}>` closes nothing"),
                    "remove it, or open the element before",
                );
            }
            return;
        };
        // What was left open inside is named; then the tag is taken for what it says, so that one
        // slip is one report.
        for inner in self
            .open
            .drain(place + 1..)
            .rev()
            .filter(|inner| !inner.refused)
        {
            sink.refuse(
                inner.at,
                format!("`<{}>` is not closed", inner.name),
                format!("put `</{}>` before this `</{name}>`", inner.name),
            );
        }
        let Some(open) = self.open.pop().filter(|open| !open.refused) else {
            return;
        };
        if open.depth != depth {
            return sink.refuse(
                at,
                format!("`</{name}>` closes an element that was opened outside of this paragraph, item or cell"),
                "open and close it in the same one; blank lines around both tags keep them apart from the text",
            );
        }
        if name == "svg" && !open.named {
            sink.refuse(
                open.at,
                "this drawing has no name for who cannot see it",
                "give `<svg>` an `aria-label=\"what it shows\"`",
            );
        }
        sink.out.push_str("</");
        sink.out.push_str(name);
        sink.out.push('>');
    }

    /// Markdown was met inside a drawing: what follows is no longer taken for a part of it.
    pub fn lose(&mut self) {
        self.open.clear();
        self.lost = true;
    }
}

/// Offset behind the `>` of the tag that the text begins with; quoted values may hold one.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (index, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(index + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// Names and values; `None` if it is not a row of attributes.
fn read_attributes(text: &str) -> Option<Vec<(String, String)>> {
    let mut attributes = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if name.is_empty()
            || !name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | ':'))
        {
            return None;
        }
        let after = after.trim_start();
        let Some(value) = after.strip_prefix('=') else {
            attributes.push((name.to_owned(), String::new()));
            rest = after;
            continue;
        };
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let end = value[1..].find(quote)? + 1;
        attributes.push((name.to_owned(), value[1..end].to_owned()));
        rest = value[end + 1..].trim_start();
    }
    Some(attributes)
}

/// Text that may hold entities: they stay, everything else is escaped.
fn push_raw_text(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        push_text(out, &rest[..start]);
        rest = &rest[start..];
        let entity = rest.find(';').map(|end| &rest[..=end]).filter(|entity| {
            entity.len() > 2
                && entity.len() <= 12
                && entity[1..entity.len() - 1]
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
        });
        match entity {
            Some(entity) => {
                out.push_str(entity);
                rest = &rest[entity.len()..];
            }
            None => {
                out.push_str("&amp;");
                rest = &rest[1..];
            }
        }
    }
    push_text(out, rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Output and problems of a stretch of raw HTML at the left margin.
    fn filter(html: &str) -> (String, Vec<String>) {
        let source = Source::new("a.md", html.as_bytes()).unwrap();
        let (mut out, mut ids, mut problems) = (String::new(), HashSet::new(), Vec::new());
        let mut raw = RawHtml::default();
        let mut sink = Sink {
            source: &source,
            out: &mut out,
            ids: &mut ids,
            problems: &mut problems,
        };
        raw.feed(&source.whole(), Stands::Block, 0, &mut sink);
        raw.leave(0, &mut sink);
        (out, problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn what_is_on_the_list_passes_unchanged() {
        for html in [
            "<details open><summary>More</summary>text &amp; more</details>",
            "<div class=\"fig wide\"><p>x<br>y</p></div>",
            "<svg role=\"img\" aria-label=\"x\" viewBox=\"0 0 1 1\"><rect class=\"s-box\" x=\"1\"/></svg>",
            "<svg role=\"img\" viewBox=\"0 0 1 1\"><title>x</title><g id=\"a\"></g><use href=\"#a\"/></svg>",
        ] {
            assert_eq!(filter(html), (html.to_owned(), vec![]));
        }
    }

    #[test]
    fn what_could_run_is_refused_and_leaves_no_trace() {
        for html in [
            "<script>alert(1)</script>",
            "<SCRIPT SRC=//x></SCRIPT>",
            "<img src=x onerror=alert(1)>",
            "<div onclick=\"x\"></div>",
            "<div class='x\" onclick=\"y'></div>",
            "<svg role=\"img\" aria-label=\"x\" viewBox=\"0 0 1 1\" onload=\"x()\"></svg>",
            "<svg role=\"img\" aria-label=\"x\" viewBox=\"0 0 1 1\"><script>x</script></svg>",
            "<svg role=\"img\" aria-label=\"x\" viewBox=\"0 0 1 1\"><foreignObject/></svg>",
            "<svg role=\"img\" aria-label=\"x\" viewBox=\"0 0 1 1\"><use href=\"data:x\"/></svg>",
            "<svg role=\"img\" aria-label=\"x\" viewBox=\"0 0 1 1\"><g clip-path=\"URL(//x)\"></g></svg>",
            "<iframe></iframe>",
            "<a href=\"javascript:x\">y</a>",
            "<style>x</style>",
            "<!DOCTYPE html>",
            "<?php x ?>",
            "<div/onclick=x>",
            "< script>x",
            "<",
            "</",
            "<div",
            "<!-- x",
        ] {
            let (out, problems) = filter(html);
            assert!(!problems.is_empty(), "{html}");
            let lower = out.to_lowercase();
            for trace in [
                "script", "onload", "onclick", "onerror", "foreign", "data:", "iframe", "url(",
                "style",
            ] {
                assert!(
                    !lower.contains(&format!("<{trace}")) && !lower.contains(&format!(" {trace}=")),
                    "{html} → {out}"
                );
            }
        }
    }

    #[test]
    fn a_slip_in_nesting_is_one_report_at_its_place() {
        let (_, problems) = filter("<figure>\n<div>\n</figure>");
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(
            problems[0].starts_with("a.md:2:1: error: `<div>` is not closed"),
            "{problems:?}"
        );
    }

    #[test]
    fn a_drawing_needs_a_name_and_follows_the_theme() {
        let (_, problems) =
            filter("<svg role=\"img\" viewBox=\"0 0 1 1\"><rect fill=\"red\"/></svg>");
        assert!(
            problems
                .iter()
                .any(|problem| problem.contains("no name for who cannot see it"))
        );
        assert!(
            problems
                .iter()
                .any(|problem| problem.contains("colours are not written here"))
        );
        let (_, problems) = filter(
            "<svg role=\"img\" aria-label=\"x\" viewBox=\"0 0 1 1\"><g class=\"s-bx\"/></svg>",
        );
        assert!(problems[0].contains("did you mean `s-box`"), "{problems:?}");
    }
}
