//! Words of a Dockerfile as the engine reads them: variables put in, quotes and continued lines taken away.

use std::collections::BTreeMap;

/// `A=1 B="two words"`, or the old `A 1`.
pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    if !text
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .contains('=')
    {
        let (name, value) = text
            .trim()
            .split_once(char::is_whitespace)
            .unwrap_or((text.trim(), ""));
        return vec![(name.to_owned(), value.trim().to_owned())];
    }
    let mut found: Vec<(String, String)> = Vec::new();
    let mut quote = None;
    let mut word = String::new();
    for letter in text.chars().chain([' ']) {
        match (letter, quote) {
            ('"' | '\'', None) => quote = Some(letter),
            (_, Some(open)) if open == letter => quote = None,
            (space, None) if space.is_whitespace() => {
                if let Some((name, value)) = word.split_once('=') {
                    found.push((name.to_owned(), value.to_owned()));
                }
                word.clear();
            }
            _ => word.push(letter),
        }
    }
    found
}

/// `$NAME`, `${NAME}` and `${NAME:-else}`.
pub(super) fn expand(text: &str, variables: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let (name, default, length) = if let Some(inner) = rest
            .strip_prefix('{')
            .and_then(|inner| inner.split_once('}'))
        {
            let (name, default) = inner.0.split_once(":-").unwrap_or((inner.0, ""));
            (name, default, inner.0.len() + 2)
        } else {
            let end = rest
                .find(|letter: char| letter != '_' && !letter.is_ascii_alphanumeric())
                .unwrap_or(rest.len());
            (&rest[..end], "", end)
        };
        let value = variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty());
        out.push_str(value.unwrap_or(default));
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// What the shell is given: white space counts there, but not that before the command or after it.
pub(super) fn command(text: &str) -> String {
    let joined = without_comments(text);
    let rest = joined
        .trim_start()
        .split_once(char::is_whitespace)
        .map_or("", |(_, rest)| rest);
    rest.trim().to_owned()
}

/// Without continuations, comment lines and line ends: as it is shown.
pub(super) fn plain(text: &str) -> String {
    let joined = without_comments(text);
    joined.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Continued lines joined; comment and blank lines between them left out, as the engine does.
fn without_comments(text: &str) -> String {
    if text.contains("<<") {
        return text.to_owned();
    }
    let mut joined = String::new();
    for (index, line) in text.lines().enumerate() {
        let blank = line.trim().is_empty() || (index > 0 && line.trim_start().starts_with('#'));
        if !blank {
            joined.push_str(line.trim_end().strip_suffix('\\').unwrap_or(line));
        }
    }
    joined
}
