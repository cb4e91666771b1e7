//! Markdown from elsewhere into ours: headings one level below a step's, no raw HTML but a few plain elements,
//! links that lead out, pictures beside the text. Done as edits of the text, so that what is right stays as it was written.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

use super::directives::short;
use super::html;
use super::pictures;

/// What a rewritten text is.
pub(super) struct Rewritten {
    pub text: String,
    /// Its first heading, if it was taken out.
    pub title: Option<String>,
    /// What was lost, with its offset.
    pub losses: Vec<(usize, String)>,
}

/// What becomes of a text.
pub(super) struct Style<'a> {
    /// A first heading that says the same is left out; with nothing here, any first heading is.
    pub title: &'a str,
    /// Begins the names of its footnotes, because several texts come to stand in one.
    pub prefix: &'a str,
    /// No `### ` headings: they become bold text.
    pub bold_headings: bool,
    /// No HTML at all.
    pub no_html: bool,
}

/// Finds the name of a picture beside the lab's text, or says why there is none.
pub(super) type Show<'a> = &'a mut dyn FnMut(&str) -> Result<String, String>;

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
    kind: LinkType,
    range: Range<usize>,
    destination: String,
    inner: Option<Range<usize>>,
}

/// Rewrites a text.
pub(super) fn rewrite(text: &str, style: &Style<'_>, show: Show<'_>) -> Rewritten {
    let first = first_heading(text)
        .filter(|(_, words)| style.title.is_empty() || plain(words) == plain(style.title));
    let dropped = first.as_ref().map(|(range, _)| range.clone());
    let least = Parser::new_ext(text, options())
        .into_offset_iter()
        .filter_map(|(event, range)| match event {
            Event::Start(Tag::Heading { level, .. }) => {
                (Some(&range) != dropped.as_ref()).then_some(level as usize)
            }
            _ => None,
        })
        .min()
        .unwrap_or(1);
    let mut edits = Edits::default();
    let mut depth = 0_usize;
    let mut link: Option<Link> = None;
    let parser = Parser::new_ext(text, options());
    // In a text of several texts, one's definitions would hold for the others.
    for (_, definition) in parser.reference_definitions().iter() {
        edits.replace(definition.span.clone(), "");
    }
    let mut events = parser.into_offset_iter();
    if let Some(range) = dropped {
        words_until(&mut events, |end| matches!(end, TagEnd::Heading(_)));
        edits.replace(range, "");
    }
    while let Some((event, range)) = events.next() {
        if let Some(link) = &mut link
            && !matches!(event, Event::End(TagEnd::Link))
        {
            let inner = link.inner.get_or_insert_with(|| range.clone());
            inner.end = inner.end.max(range.end);
        }
        match event {
            Event::Start(Tag::Item | Tag::BlockQuote(_) | Tag::DefinitionListDefinition) => {
                depth += 1;
            }
            Event::End(
                TagEnd::Item
                | TagEnd::BlockQuote(_)
                | TagEnd::FootnoteDefinition
                | TagEnd::DefinitionListDefinition,
            ) => depth = depth.saturating_sub(1),
            Event::Start(Tag::FootnoteDefinition(label)) => {
                depth += 1;
                footnote(text, range.start, &label, style.prefix, &mut edits);
            }
            Event::FootnoteReference(label) => {
                footnote(text, range.start, &label, style.prefix, &mut edits);
            }
            Event::Start(Tag::Heading { level, .. }) => {
                let level = (3 + (level as usize).saturating_sub(least)).min(4);
                let bold = style.bold_headings || depth > 0;
                heading(text, range, level, bold, &mut edits);
            }
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                ..
            }) => {
                link = Some(Link {
                    kind: link_type,
                    range,
                    destination: dest_url.to_string(),
                    inner: None,
                });
            }
            Event::End(TagEnd::Link) => {
                if let Some(link) = link.take() {
                    end_link(text, link, &mut edits);
                }
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                let words = words_until(&mut events, |end| matches!(end, TagEnd::Image));
                picture(range, &dest_url, &words, show, &mut edits);
            }
            Event::Start(Tag::HtmlBlock) => {
                for (event, _) in events.by_ref() {
                    if matches!(event, Event::End(TagEnd::HtmlBlock)) {
                        break;
                    }
                }
                raw(text, range, style.no_html, &mut edits);
            }
            Event::Html(_) | Event::InlineHtml(_) => raw(text, range, style.no_html, &mut edits),
            _ => {}
        }
    }
    let (text, losses) = edits.apply(text);
    Rewritten {
        text,
        title: first.map(|(_, words)| words),
        losses,
    }
}

/// The heading that a text begins with, if it is one of its greatest.
fn first_heading(text: &str) -> Option<(Range<usize>, String)> {
    let mut events = Parser::new_ext(text, options()).into_offset_iter();
    match events.next()? {
        (Event::Start(Tag::Heading { level, .. }), range) if level <= HeadingLevel::H2 => Some((
            range,
            words_until(&mut events, |end| matches!(end, TagEnd::Heading(_))),
        )),
        _ => None,
    }
}

/// A title's letters and digits.
fn plain(title: &str) -> String {
    let letters = title.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// The words of what is open, up to its end.
fn words_until<'a>(
    events: &mut impl Iterator<Item = (Event<'a>, Range<usize>)>,
    ends: impl Fn(TagEnd) -> bool,
) -> String {
    let mut words = String::new();
    for (event, _) in events {
        match event {
            Event::End(end) if ends(end) => break,
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            _ => {}
        }
    }
    words
}

/// Renames a footnote at its reference or definition.
fn footnote(text: &str, at: usize, label: &str, prefix: &str, edits: &mut Edits) {
    if text[at..]
        .strip_prefix("[^")
        .is_some_and(|rest| rest.starts_with(label))
    {
        edits.replace(at + 2..at + 2, prefix);
    }
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
    // An anchor of its own.
    if words.ends_with('}')
        && let Some((before, _)) = words.rsplit_once("{#")
    {
        words = before.trim_end();
    }
    if words.is_empty() || words.contains('\n') {
        let plain = words.split_whitespace().collect::<Vec<_>>().join(" ");
        return edits.replace(range.start..range.start + raw.len(), literal(&plain));
    }
    let start = range.start + signs + raw[signs..].find(words).unwrap_or(0);
    let is_bold = words.len() > 4 && words.starts_with("**") && words.ends_with("**");
    let (open, close) = match bold {
        true if is_bold => (String::new(), ""),
        true => ("**".to_owned(), "**"),
        false => (format!("{} ", "#".repeat(level)), ""),
    };
    edits.replace(range.start..start, open);
    edits.replace(start + words.len()..range.start + raw.len(), close);
}

/// Leaves a link that leads out; of others the text, and the address to be typed if it is one.
fn end_link(text: &str, link: Link, edits: &mut Edits) {
    let Link {
        kind,
        range,
        destination,
        inner,
    } = link;
    let Some(inner) = inner else {
        edits.lose(
            range.start,
            format!("the link to `{}`, which has no text", short(&destination)),
        );
        return edits.replace(range, "");
    };
    let leads_out = destination.strip_prefix("https://").is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && !rest.contains(|letter: char| letter.is_whitespace() || "<>\\".contains(letter))
    });
    if leads_out {
        if !matches!(
            kind,
            LinkType::Inline | LinkType::Autolink | LinkType::Email
        ) {
            edits.replace(inner.end..range.end, format!("](<{destination}>)"));
        }
        return;
    }
    edits.lose(
        range.start,
        format!(
            "the link to `{}`: write it anew as `lesson:…`, `lab:…` or `https://…`",
            short(&destination)
        ),
    );
    let typed = destination.starts_with("http://") && !destination.contains('`');
    let sign = if text[range.clone()].starts_with('<') && typed {
        "`"
    } else {
        ""
    };
    let after = if typed && sign.is_empty() {
        format!(" (`{destination}`)")
    } else {
        sign.to_owned()
    };
    edits.replace(range.start..inner.start, sign);
    edits.replace(inner.end..range.end, after);
}

/// Shows a picture's copy, or says in words what it showed.
fn picture(range: Range<usize>, address: &str, words: &str, show: Show<'_>, edits: &mut Edits) {
    let words = literal(words);
    match show(address) {
        Ok(name) if words.is_empty() => {
            edits.lose(
                range.start,
                format!("the picture `{name}` has no text for who cannot see it: write in its brackets what it shows"),
            );
            let stem = name
                .rsplit_once('.')
                .map_or(name.as_str(), |(stem, _)| stem);
            edits.replace(range, format!("![{}]({name})", literal(stem)));
        }
        Ok(name) => edits.replace(range, format!("![{words}]({name})")),
        Err(why) => {
            edits.lose(range.start, pictures::lost(address, &why));
            let words = match words.as_str() {
                "" => "(picture)".to_owned(),
                words => format!("(picture: {words})"),
            };
            edits.replace(range, words);
        }
    }
}

/// Replaces a stretch of raw HTML by what may stay of it.
fn raw(text: &str, range: Range<usize>, none: bool, edits: &mut Edits) {
    let mut lost = BTreeSet::new();
    let kept = html::plain(&text[range.clone()], none, &mut lost);
    for name in lost {
        edits.lose(
            range.start,
            format!("the HTML element `<{}>`", short(&name)),
        );
    }
    edits.replace(range, kept);
}

/// A text with every sign that means something in markdown made a sign.
pub(super) fn literal(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        for letter in word.chars().filter(|letter| !letter.is_control()) {
            if letter.is_ascii_punctuation() && !",.:;?'\"()/-%".contains(letter) {
                out.push('\\');
            }
            out.push(letter);
        }
    }
    out
}
