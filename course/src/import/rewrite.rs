//! Markdown from elsewhere into ours: headings one level below a step's, no raw HTML but a few plain elements,
//! links that lead out, pictures named. Done as edits of the text, so that what is right stays as it was written.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::directives::short;

/// Elements that stay, without their attributes.
const KEPT: &[&str] = &["details", "summary", "kbd", "sub", "sup", "br"];
/// Elements whose content is no text.
const DROPPED: &[&str] = &[
    "script", "style", "iframe", "object", "svg", "template", "noscript", "textarea", "title",
    "head",
];

/// What a rewritten text is.
pub(super) struct Rewritten {
    pub text: String,
    /// Its first heading, which was taken out.
    pub title: Option<String>,
    /// What was lost, with its offset.
    pub losses: Vec<(usize, String)>,
}

/// How much may stay.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// No `### ` headings: they become bold text.
    pub bold_headings: bool,
    /// No HTML at all.
    pub no_html: bool,
}

/// The options that our own compiler reads labs with.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
        | Options::ENABLE_FOOTNOTES
}

#[derive(Default)]
struct Edits {
    edits: Vec<(Range<usize>, String)>,
    losses: Vec<(usize, String)>,
}

impl Edits {
    fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.edits.push((range, text.into()));
    }

    fn lose(&mut self, at: usize, message: impl Into<String>) {
        self.losses.push((at, message.into()));
    }

    /// Edits from the first on; what lies in one that was done is left out.
    fn apply(mut self, text: &str) -> (String, Vec<(usize, String)>) {
        self.edits.sort_by_key(|(range, _)| range.start);
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for (range, new) in self.edits {
            if range.start >= done {
                out.push_str(&text[done..range.start]);
                out.push_str(&new);
                done = range.end;
            }
        }
        out.push_str(&text[done..]);
        (out, self.losses)
    }
}

/// A link that is open: where its text begins and ends.
struct Link {
    range: Range<usize>,
    destination: String,
    inner: Option<Range<usize>>,
}

/// Rewrites a text.
pub(super) fn rewrite(text: &str, style: Style) -> Rewritten {
    let least = Parser::new_ext(text, options())
        .skip(1)
        .filter_map(|event| match event {
            Event::Start(Tag::Heading { level, .. }) => Some(level as usize),
            _ => None,
        })
        .min()
        .unwrap_or(1);
    let mut edits = Edits::default();
    let mut title = None;
    let mut depth = 0_usize;
    let mut links: Vec<Link> = Vec::new();
    let mut events = Parser::new_ext(text, options())
        .into_offset_iter()
        .enumerate();
    while let Some((index, (event, range))) = events.next() {
        if let Some(link) = links.last_mut()
            && !matches!(event, Event::End(TagEnd::Link))
        {
            let inner = link.inner.get_or_insert_with(|| range.clone());
            inner.end = inner.end.max(range.end);
        }
        match event {
            Event::Start(
                Tag::Item
                | Tag::BlockQuote(_)
                | Tag::FootnoteDefinition(_)
                | Tag::DefinitionListDefinition,
            ) => {
                depth += 1;
            }
            Event::End(
                TagEnd::Item
                | TagEnd::BlockQuote(_)
                | TagEnd::FootnoteDefinition
                | TagEnd::DefinitionListDefinition,
            ) => depth = depth.saturating_sub(1),
            Event::Start(Tag::Heading { level, .. }) => {
                if index == 0 && level <= HeadingLevel::H2 {
                    title = Some(words_until(&mut events, |end| {
                        matches!(end, TagEnd::Heading(_))
                    }));
                    edits.replace(range, "");
                } else {
                    let level = (3 + (level as usize).saturating_sub(least)).min(4);
                    heading(
                        text,
                        range,
                        level,
                        style.bold_headings || depth > 0,
                        &mut edits,
                    );
                }
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                let good = dest_url.strip_prefix("https://").is_some_and(|rest| {
                    !rest.is_empty()
                        && !rest.starts_with('/')
                        && !rest.contains(char::is_whitespace)
                });
                if !good {
                    links.push(Link {
                        range,
                        destination: dest_url.to_string(),
                        inner: None,
                    });
                }
            }
            Event::End(TagEnd::Link) if links.last().is_some_and(|link| link.range == range) => {
                if let Some(link) = links.pop() {
                    unlink(text, link, &mut edits);
                }
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                edits.lose(
                    range.start,
                    format!("the picture `{}`: put a copy beside lab.md and show it with `![what it shows](file)`", short(&dest_url)),
                );
                let words = words_until(&mut events, |end| matches!(end, TagEnd::Image));
                edits.replace(range, format!("(picture: {})", literal(&words)));
            }
            Event::Start(Tag::HtmlBlock) => {
                for (_, (event, _)) in events.by_ref() {
                    if matches!(event, Event::End(TagEnd::HtmlBlock)) {
                        break;
                    }
                }
                html(text, range, style.no_html, &mut edits);
            }
            Event::Html(_) | Event::InlineHtml(_) => html(text, range, style.no_html, &mut edits),
            _ => {}
        }
    }
    let (text, losses) = edits.apply(text);
    Rewritten {
        text,
        title,
        losses,
    }
}

/// The words of what is open, up to its end.
fn words_until<'a>(
    events: &mut impl Iterator<Item = (usize, (Event<'a>, Range<usize>))>,
    ends: impl Fn(TagEnd) -> bool,
) -> String {
    let mut words = String::new();
    for (_, (event, _)) in events {
        match event {
            Event::End(end) if ends(end) => break,
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            _ => {}
        }
    }
    words
}

/// Puts a heading on its level, or makes it bold where none may stand.
fn heading(text: &str, range: Range<usize>, level: usize, bold: bool, edits: &mut Edits) {
    let raw = text[range.clone()].trim_end();
    let signs = raw.bytes().take_while(|byte| *byte == b'#').count();
    let mut words = raw[signs..].trim();
    if signs > 0 {
        words = words.trim_end_matches('#').trim_end();
    } else {
        // Underlined: the last line is the rule.
        words = words
            .rsplit_once('\n')
            .map_or(words, |(words, _)| words.trim_end());
    }
    if words.ends_with('}')
        && let Some((before, _)) = words.rsplit_once('{')
    {
        words = before.trim_end();
    }
    let line = range.start + signs + raw[signs..].find(words).unwrap_or(0);
    let open = if bold {
        "**".to_owned()
    } else {
        format!("{} ", "#".repeat(level))
    };
    if words.is_empty() || words.contains('\n') {
        let plain = words.split_whitespace().collect::<Vec<_>>().join(" ");
        return edits.replace(range.start..range.start + raw.len(), literal(&plain));
    }
    edits.replace(range.start..line, open);
    edits.replace(
        line + words.len()..range.start + raw.len(),
        if bold { "**" } else { "" },
    );
}

/// Leaves a link's text, and its address to be typed if it is one.
fn unlink(text: &str, link: Link, edits: &mut Edits) {
    let Link {
        range,
        destination,
        inner,
    } = link;
    edits.lose(
        range.start,
        format!(
            "the link to `{}`: write it anew as `lesson:…`, `lab:…` or `https://…`",
            short(&destination)
        ),
    );
    let typed = destination.starts_with("http://") && !destination.contains('`');
    let bare = text[range.clone()].starts_with('<');
    match inner {
        Some(inner) if bare && typed => {
            edits.replace(range.start..inner.start, "`");
            edits.replace(inner.end..range.end, "`");
        }
        Some(inner) => {
            edits.replace(range.start..inner.start, "");
            let after = if typed {
                format!(" (`{destination}`)")
            } else {
                String::new()
            };
            edits.replace(inner.end..range.end, after);
        }
        None => edits.replace(range, ""),
    }
}

/// Replaces a stretch of raw HTML by what may stay of it.
fn html(text: &str, range: Range<usize>, none: bool, edits: &mut Edits) {
    let mut out = String::new();
    let mut lost: Vec<String> = Vec::new();
    let mut rest = &text[range.clone()];
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let closing = rest.starts_with("</");
        let inner = &rest[if closing { 2 } else { 1 }..];
        let end = inner
            .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
            .unwrap_or(inner.len());
        let name = inner[..end].to_ascii_lowercase();
        if !name.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && !inner.starts_with(['!', '?'])
        {
            out.push_str("&lt;");
            rest = &rest[1..];
            continue;
        }
        rest = rest.split_once('>').map_or("", |(_, after)| after);
        if !none && KEPT.contains(&name.as_str()) {
            out.push_str(&format!("<{}{name}>", if closing { "/" } else { "" }));
            continue;
        }
        if DROPPED.contains(&name.as_str()) && !closing {
            let end = rest.match_indices("</").find(|(at, _)| {
                let tag = rest.as_bytes().get(at + 2..at + 2 + name.len());
                tag.is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes()))
            });
            rest = end
                .and_then(|(end, _)| rest[end..].split_once('>'))
                .map_or("", |(_, after)| after);
        }
        if !closing && !lost.contains(&name) {
            lost.push(name);
        }
    }
    out.push_str(rest);
    for name in lost {
        edits.lose(
            range.start,
            format!("the HTML element `<{}>`", short(&name)),
        );
    }
    edits.replace(range, out);
}

/// A text with every sign that means something in markdown made a sign.
pub(super) fn literal(text: &str) -> String {
    let mut out = String::new();
    for letter in text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
    {
        if letter.is_control() {
            continue;
        }
        if letter.is_ascii_punctuation() && !",.:;?'\"()/-%".contains(letter) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}
