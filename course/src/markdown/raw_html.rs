//! Raw HTML and SVG in a page: what is on the list below passes, written anew from its parts; all
//! else is refused at its place. The list is small because everything on it is seen by learners'
//! browsers as the site's own markup.

use std::collections::HashSet;

use crate::problem::{Problem, nearest, suggest};
use crate::source::{Fragment, Source};

use super::escape::push_text;

/// Elements of running text.
const INLINE: &[&str] = &["kbd", "sub", "sup", "br", "span"];
/// Elements that stand on lines of their own.
const BLOCK: &[&str] = &["details", "summary", "figure", "figcaption", "div", "p"];
/// Elements of drawings.
const SVG: &[&str] = &[
    "svg", "g", "defs", "symbol", "use", "marker", "clipPath", "title", "desc", "rect", "circle",
    "ellipse", "line", "polyline", "polygon", "path", "text", "tspan",
];
/// Attributes of drawings whose values are numbers, lengths, paths or words.
const SVG_ATTRIBUTES: &[&str] = &[
    "class",
    "id",
    "role",
    "aria-label",
    "aria-hidden",
    "viewBox",
    "preserveAspectRatio",
    "width",
    "height",
    "x",
    "y",
    "x1",
    "y1",
    "x2",
    "y2",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "dx",
    "dy",
    "d",
    "points",
    "transform",
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
    "opacity",
    "text-anchor",
    "dominant-baseline",
    "rotate",
    "textLength",
    "lengthAdjust",
    "marker-start",
    "marker-mid",
    "marker-end",
    "markerWidth",
    "markerHeight",
    "markerUnits",
    "refX",
    "refY",
    "orient",
    "clip-path",
    "href",
    "fill-rule",
    "pathLength",
    "xmlns",
    "focusable",
];
/// Classes for drawings; they follow the theme.
pub const SVG_CLASSES: &[&str] = &[
    "fig",
    "s-line",
    "s-box",
    "s-accent",
    "s-accent-line",
    "s-muted",
    "s-good",
    "s-bad",
    "s-warn",
    "s-text",
    "s-text-muted",
    "s-mono",
    "s-small",
    "s-strong",
];

/// The raw elements of one page that are open at the moment.
#[derive(Debug, Default)]
pub(crate) struct RawHtml {
    open: Vec<Open>,
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

    /// The innermost open element.
    pub fn innermost(&self) -> Option<&str> {
        self.open.last().map(|open| open.name.as_str())
    }

    /// Reports what is still open when the markdown element around it ends: what was opened with at
    /// least `depth` markdown elements around it.
    pub fn leave(&mut self, depth: usize, sink: &mut Sink<'_>) {
        while self.open.last().is_some_and(|open| open.depth >= depth) {
            let Some(open) = self.open.pop() else { break };
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
            return sink.refuse(at, problem, suggest(name, &known));
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
        match self.open.last() {
            Some(open) if open.name == name && open.depth == depth => {
                if name == "svg" && !open.named {
                    sink.refuse(
                        open.at,
                        "this drawing has no name for who cannot see it",
                        "give `<svg>` an `aria-label=\"what it shows\"`",
                    );
                }
                self.open.pop();
                sink.out.push_str("</");
                sink.out.push_str(name);
                sink.out.push('>');
            }
            Some(open) if open.name == name => sink.refuse(
                at,
                format!("`</{name}>` closes an element that was opened outside of this paragraph, item or cell"),
                "open and close it in the same one; blank lines around both tags keep them apart from the text",
            ),
            Some(open) => sink.refuse(
                at,
                format!("found `</{name}>`, expected `</{}>`", open.name),
                "elements are closed in the order in which they were opened, from the inside",
            ),
            None => sink.refuse(at, format!("`</{name}>` closes nothing"), "remove it, or open the element before"),
        }
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

type Refused = Option<(String, String)>;

fn html_attribute(element: &str, name: &str, value: &str) -> Refused {
    match name {
        "class" if is_class_list(value) => None,
        "class" => Some((
            format!("`{value}` is not a list of classes"),
            "use lower-case words with `-`".into(),
        )),
        "open" if element == "details" => None,
        _ => Some((
            format!("the attribute `{name}` is not allowed"),
            "HTML elements take `class` only (`<details>` also `open`)".into(),
        )),
    }
}

fn is_class_list(value: &str) -> bool {
    value.split_whitespace().all(|class| {
        class
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    })
}

fn svg_attribute(name: &str, value: &str, ids: &mut HashSet<String>) -> Refused {
    if !SVG_ATTRIBUTES.contains(&name) {
        let help = match nearest(name, SVG_ATTRIBUTES.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if name == "style" => "use the classes for drawings: they follow the theme".into(),
            None => "docs/AUTHORING.md lists what a drawing may use".into(),
        };
        return Some((format!("the attribute `{name}` is not allowed"), help));
    }
    match name {
        "class" => value.split_whitespace().find(|class| !SVG_CLASSES.contains(class)).map(|class| {
            (format!("the class `{class}` is not one for drawings"), suggest(class, SVG_CLASSES))
        }),
        "fill" | "stroke" if !matches!(value, "none" | "currentColor") => Some((
            format!("`{name}=\"{value}\"`: colours are not written here"),
            "use a class such as `s-accent` or `s-line`, so that it follows the theme; `none` is allowed".into(),
        )),
        "id" if value.is_empty() || !is_class_list(value) || value.contains(' ') => {
            Some((format!("the id `{value}` is not a lower-case word"), "use letters, digits and `-`".into()))
        }
        "id" if !ids.insert(value.to_owned()) => Some((
            format!("the id `{value}` is used twice on this page"),
            "headings, footnotes and drawings share one set of ids: choose another".into(),
        )),
        "href" if !value.starts_with('#') => Some((
            format!("`href=\"{value}\"` leads out of the drawing"),
            "`<use>` may refer to an id of the same page, such as `#arrow`".into(),
        )),
        _ if value.to_ascii_lowercase().contains("url(") && !is_local_url(value) => Some((
            format!("`{name}=\"{value}\"` leads out of the drawing"),
            "refer to an id of the same page, such as `url(#arrow)`".into(),
        )),
        _ => None,
    }
}

fn is_local_url(value: &str) -> bool {
    value
        .strip_prefix("url(#")
        .and_then(|rest| rest.strip_suffix(')'))
        .is_some_and(is_class_list)
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
