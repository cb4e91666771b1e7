//! Raw HTML of a scenario: a few plain elements stay, of others their text.

use std::collections::BTreeSet;

/// Elements that stay, without their attributes.
const KEPT: &[&str] = &["details", "summary", "kbd", "sub", "sup", "br"];
/// Elements whose content is no text.
const DROPPED: &[&str] = &[
    "script", "style", "iframe", "object", "svg", "template", "noscript", "textarea", "title",
    "head",
];

/// What stays of a stretch of raw HTML: with `none`, no element. Names of elements that go are added to `lost`.
pub(super) fn plain(html: &str, none: bool, lost: &mut BTreeSet<String>) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        push_text(&mut out, &rest[..at]);
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
            rest = after_end(rest, &name);
        }
        if !closing && !name.is_empty() {
            lost.insert(name);
        }
    }
    push_text(&mut out, rest);
    out
}

/// What stands between the tags of a block is no markdown, and must not become it.
fn push_text(out: &mut String, text: &str) {
    for letter in text.chars() {
        let first = out.is_empty() || out.ends_with('\n');
        if first && matches!(letter, ' ' | '\t') {
            continue;
        }
        if "\\`*_[]#|~>$".contains(letter) || first && "-+=:".contains(letter) {
            out.push('\\');
        }
        out.push(letter);
    }
}

/// What stands behind the closing tag of an element; nothing if there is none.
fn after_end<'t>(text: &'t str, name: &str) -> &'t str {
    let end = text.match_indices("</").find(|(at, _)| {
        let tag = text.as_bytes().get(at + 2..at + 2 + name.len());
        tag.is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes()))
    });
    end.and_then(|(end, _)| text[end..].split_once('>'))
        .map_or("", |(_, after)| after)
}
