//! Turning values that a learner's machine gave into words that are safe and short to show.

use std::fmt::Write;

/// Most characters of a value that are shown.
const LONGEST: usize = 300;

/// Most values of a list that are shown.
const MOST: usize = 6;

/// A value as code: in backquotes, escaped and cut. Nothing is shown as "nothing".
pub(crate) fn code(value: &str) -> String {
    if value.is_empty() {
        return "nothing".to_owned();
    }
    format!("`{}`", plain(value, LONGEST))
}

/// As [`code`], for names: shorter.
pub(crate) fn name(value: &str) -> String {
    if value.is_empty() {
        return "(no name)".to_owned();
    }
    format!("`{}`", plain(value, 80))
}

/// What was printed, as code; the end is kept, because that is where errors stand.
pub(crate) fn tail(text: &str) -> String {
    // A carriage return at the end may be what is wrong with it.
    let text = text.trim_matches(['\n', ' ']);
    let count = text.chars().count();
    if count <= LONGEST {
        return code(text);
    }
    let end: String = text.chars().skip(count - LONGEST).collect();
    format!("`…{}`", plain(&end, LONGEST * 2))
}

/// A sentence that came from outside: escaped and cut, with its own backquotes kept.
pub(crate) fn sentence(text: &str) -> String {
    escape(text.trim(), LONGEST, false)
}

/// Escaped and cut, without backquotes, so that it can stand between them.
fn plain(value: &str, longest: usize) -> String {
    escape(value, longest, true)
}

fn escape(value: &str, longest: usize, in_code: bool) -> String {
    let mut shown = String::new();
    for (place, character) in value.chars().enumerate() {
        if place == longest {
            shown.push('…');
            break;
        }
        match character {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            '`' if in_code => shown.push('\''),
            _ if character.is_control() || is_invisible(character) => {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(character));
            }
            _ => shown.push(character),
        }
    }
    shown
}

/// Characters that reorder or hide text around them.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// "a", "a and b", "a, b and c"; a long list is cut: "a, b, … and 5 more".
pub(crate) fn list<S: AsRef<str>>(items: &[S]) -> String {
    joined(items, "and")
}

/// As [`list`] with "or".
pub(crate) fn either<S: AsRef<str>>(items: &[S]) -> String {
    joined(items, "or")
}

fn joined<S: AsRef<str>>(items: &[S], conjunction: &str) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match items.as_slice() {
        [] => "nothing".to_owned(),
        [only] => (*only).to_owned(),
        [rest @ .., last] if items.len() <= MOST => {
            format!("{} {conjunction} {last}", rest.join(", "))
        }
        _ => format!(
            "{} {conjunction} {} more",
            items[..MOST].join(", "),
            items.len() - MOST
        ),
    }
}

/// Names as code, listed.
pub(crate) fn names<S: AsRef<str>>(items: &[S]) -> String {
    list(&items.iter().map(|n| name(n.as_ref())).collect::<Vec<_>>())
}

/// With a capital at the beginning, unless it begins with code.
pub(crate) fn capital(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// With a small letter at the beginning, to stand within a sentence.
pub(crate) fn small(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// "1 layer", "2 layers".
pub(crate) fn count(number: usize, of: &str) -> String {
    if number == 1 {
        format!("1 {of}")
    } else {
        format!("{number} {of}s")
    }
}

/// The known name that a typed one was probably meant to be, or the other way round.
pub(crate) fn nearest<'a, S: AsRef<str>>(wanted: &str, there: &'a [S]) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    if wanted.len() > 200 {
        return None;
    }
    let allowed = match wanted.chars().count() {
        0..=2 => 1,
        3..=7 => 2,
        _ => 3,
    };
    there
        .iter()
        .map(AsRef::as_ref)
        .filter(|candidate| candidate.len() <= 200)
        .map(|candidate| {
            (
                strsim::osa_distance(&wanted, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reorders_or_hides_text_is_spelled_out() {
        assert_eq!(code("a\u{202e}b\u{7}c\n`d`"), "`a\\u{202e}b\\u{7}c\\n'd'`");
    }

    #[test]
    fn a_long_value_is_cut_and_says_so() {
        let shown = code(&"x".repeat(100_000));
        assert!(shown.ends_with("…`"));
        assert!(shown.chars().count() < 310);
        assert!(tail(&format!("{}end", "x".repeat(1000))).ends_with("end`"));
    }

    #[test]
    fn lists_read_as_a_person_would_write_them() {
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(either(&["a", "b"]), "a or b");
        let many: Vec<String> = (0..40).map(|n| n.to_string()).collect();
        assert_eq!(list(&many), "0, 1, 2, 3, 4, 5 and 34 more");
    }

    #[test]
    fn a_slip_of_the_fingers_is_recognised() {
        assert_eq!(nearest("hello", &["helo", "world"]), Some("helo"));
        assert_eq!(nearest("web", &["Web"]), Some("Web"));
        assert_eq!(nearest("web", &["database"]), None);
    }
}
