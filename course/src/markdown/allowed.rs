//! What raw HTML and drawings may use. The list is small because everything on it is seen by
//! learners' browsers as the site's own markup.

use std::collections::HashSet;

use crate::problem::{nearest, suggest};

/// Elements of running text.
pub(super) const INLINE: &[&str] = &["kbd", "sub", "sup", "br", "span"];
/// Elements that stand on lines of their own.
pub(super) const BLOCK: &[&str] = &["details", "summary", "figure", "figcaption", "div", "p"];
/// Elements of drawings.
pub(super) const SVG: &[&str] = &[
    "svg", "g", "defs", "symbol", "use", "marker", "clipPath", "title", "desc", "rect", "circle",
    "ellipse", "line", "polyline", "polygon", "path", "text", "tspan",
];
/// Attributes of drawings whose values are numbers, lengths, paths or words.
pub(super) const SVG_ATTRIBUTES: &[&str] = &[
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
    "s-on-accent",
    "s-mono",
    "s-small",
    "s-strong",
];

/// What is wrong with an attribute, and what to do; nothing if it may pass.
pub(super) type Refused = Option<(String, String)>;

/// Judges an attribute of an HTML element.
pub(super) fn html_attribute(element: &str, name: &str, value: &str) -> Refused {
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

/// Judges an attribute of a drawing's element; `ids` are those that the page has already.
pub(super) fn svg_attribute(name: &str, value: &str, ids: &mut HashSet<String>) -> Refused {
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
