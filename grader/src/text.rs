//! Demands on texts: whether they hold, how to say them, and near misses.

use drydock_course::check::{Text, TextHow};
use regex::{Regex, RegexBuilder};

use crate::words::code;

/// A pattern that the check's author wrote cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadPattern(pub(crate) String);

/// Whether a demand holds for one of several ways to write the same value. A negation holds if the
/// demand within holds for none of them.
pub(crate) fn holds<S: AsRef<str>>(demand: &Text, ways: &[S]) -> Result<bool, BadPattern> {
    let how = match demand {
        Text::Is(wanted) => return Ok(ways.iter().any(|way| way.as_ref() == wanted)),
        Text::How(how) => how,
    };
    match how {
        TextHow::Matches(pattern) => {
            let glob = glob(pattern)?;
            Ok(ways.iter().any(|way| glob.is_match(way.as_ref())))
        }
        TextHow::Regex(pattern) => {
            let regex = RegexBuilder::new(pattern)
                .multi_line(true)
                .build()
                .map_err(|error| bad(pattern, &error))?;
            Ok(ways.iter().any(|way| regex.is_match(way.as_ref())))
        }
        TextHow::Contains(wanted) => Ok(ways.iter().any(|way| way.as_ref().contains(wanted))),
        TextHow::Not(inner) => Ok(!holds(inner, ways)?),
    }
}

/// A glob over a whole text: `*` is any run of characters, line ends and `/` too, `?` is one,
/// `[a-z]` and `[!a-z]` are one of a set, and a backslash takes the next character as it is.
/// Braces mean themselves: they are everyday characters in a `Dockerfile`.
pub(crate) fn glob(pattern: &str) -> Result<Regex, BadPattern> {
    let mut regex = String::from(r"(?s)\A");
    let mut rest = pattern.chars();
    while let Some(character) = rest.next() {
        match character {
            '*' => regex.push_str(".*"),
            '?' => regex.push('.'),
            '[' => {
                let set = rest.as_str();
                let end = set
                    .char_indices()
                    .skip(1 + usize::from(set.starts_with('!')))
                    .find(|(_, c)| *c == ']');
                let Some((end, _)) = end else {
                    let why = format!("{}: a `[` is not closed", code(pattern));
                    return Err(BadPattern(why));
                };
                regex.push_str(&set_of(&set[..end]));
                rest = set[end + 1..].chars();
            }
            '\\' => regex.push_str(&escape(rest.next().unwrap_or('\\'))),
            _ => regex.push_str(&escape(character)),
        }
    }
    regex.push_str(r"\z");
    Regex::new(&regex).map_err(|error| bad(pattern, &error))
}

/// What the last line says; the others point at the place with spaces.
fn bad(pattern: &str, error: &regex::Error) -> BadPattern {
    let error = error.to_string();
    let why = error.lines().last().unwrap_or_default();
    BadPattern(format!(
        "{}: {}",
        code(pattern),
        why.trim().trim_start_matches("error: ")
    ))
}

fn escape(character: char) -> String {
    regex::escape(character.encode_utf8(&mut [0; 4]))
}

/// What stands between the brackets of a glob, as a class of a regular expression.
fn set_of(inside: &str) -> String {
    let (not, inside) = match inside.strip_prefix('!') {
        Some(rest) => ("^", rest),
        None => ("", inside),
    };
    let mut class = String::new();
    for (place, character) in inside.char_indices() {
        let between = place > 0 && place + 1 < inside.len();
        if character == '-' && between {
            class.push('-');
        } else {
            class.push_str(&escape(character));
        }
    }
    format!("[{not}{class}]")
}

/// The demand in words that follow the name of what it is about: "user `app`", "user other than
/// `root`".
pub(crate) fn phrase(demand: &Text) -> String {
    match demand {
        Text::Is(wanted) if wanted.is_empty() => "left empty".to_owned(),
        Text::Is(wanted) => code(wanted),
        Text::How(TextHow::Matches(pattern)) => format!("like {}", code(pattern)),
        Text::How(TextHow::Regex(pattern)) => format!("matching the pattern {}", code(pattern)),
        Text::How(TextHow::Contains(wanted)) => format!("containing {}", code(wanted)),
        Text::How(TextHow::Not(inner)) => match inner.as_ref() {
            Text::Is(unwanted) if unwanted.is_empty() => "that is not empty".to_owned(),
            Text::Is(unwanted) => format!("other than {}", code(unwanted)),
            Text::How(TextHow::Matches(pattern)) => format!("not like {}", code(pattern)),
            Text::How(TextHow::Regex(pattern)) => {
                format!("not matching the pattern {}", code(pattern))
            }
            Text::How(TextHow::Contains(unwanted)) => format!("not containing {}", code(unwanted)),
            Text::How(TextHow::Not(twice)) => phrase(twice),
        },
    }
}

/// Why a text that fails a demand nearly meets it, as a sentence.
pub(crate) fn near_miss(demand: &Text, found: &str) -> Option<&'static str> {
    if matches!(demand, Text::How(TextHow::Not(_))) {
        return None;
    }
    if found.contains('\r') {
        let plain = found.replace("\r\n", "\n");
        if holds(demand, &[plain.as_str(), body(&plain)]).unwrap_or(false) {
            return Some("The line endings differ: it has those of Windows (CRLF).");
        }
    }
    let (wanted, whole) = match demand {
        Text::Is(wanted) => (wanted.as_str(), true),
        Text::How(TextHow::Contains(wanted)) => (wanted.as_str(), false),
        Text::How(_) => return None,
    };
    if wanted.is_empty() || found.is_empty() {
        return None;
    }
    let (wanted, found) = match whole {
        true => (wanted.trim_end(), found.trim_end()),
        false => (wanted, found),
    };
    let meets = |alter: &dyn Fn(&str) -> String| {
        let (wanted, found) = (alter(wanted), alter(found));
        !wanted.is_empty()
            && if whole {
                wanted == found
            } else {
                found.contains(&wanted)
            }
    };
    if meets(&|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
        || meets(&|text| text.split_whitespace().collect())
    {
        return Some("Only the white space differs.");
    }
    if meets(&str::to_lowercase) {
        return Some("Only upper and lower case differ.");
    }
    if meets(&|text| text.replace(['\'', '"'], "")) {
        return Some("Only the quotes differ.");
    }
    let close = whole
        && wanted.len() > 2
        && wanted.len() <= 100
        && found.len() <= 120
        && strsim::osa_distance(wanted, found) <= 1 + wanted.len() / 12;
    close.then_some("That is close: compare them letter by letter.")
}

/// What was printed or saved, without the line end that printing and saving add.
pub(crate) fn body(text: &str) -> &str {
    text.trim_end_matches('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn how(how: TextHow) -> Text {
        Text::How(how)
    }

    #[test]
    fn each_way_to_compare_holds_and_fails_where_it_should() {
        let table = [
            (Text::Is("app".into()), "app", "App"),
            (
                how(TextHow::Matches("py*:3.1?".into())),
                "python:3.13",
                "python:3.9",
            ),
            (how(TextHow::Matches("a*z".into())), "a/b\nc z", "a/b"),
            (how(TextHow::Matches("[a-c]é?".into())), "béö", "dé1"),
            (how(TextHow::Matches("[!a-c]*".into())), "dab", "abd"),
            (
                how(TextHow::Matches("echo ${X} \\*".into())),
                "echo ${X} *",
                "echo X *",
            ),
            (how(TextHow::Regex("^two$".into())), "one\ntwo\n", "one two"),
            (how(TextHow::Contains("wo".into())), "two", "one"),
            (
                how(TextHow::Not(Box::new(Text::Is("root".into())))),
                "app",
                "root",
            ),
        ];
        for (demand, right, wrong) in table {
            assert_eq!(holds(&demand, &[right]), Ok(true), "{demand:?} on {right}");
            assert_eq!(holds(&demand, &[wrong]), Ok(false), "{demand:?} on {wrong}");
        }
    }

    #[test]
    fn a_negation_must_hold_for_every_way_to_write_the_value() {
        let not_root = how(TextHow::Not(Box::new(Text::Is("root".into()))));
        assert_eq!(holds(&not_root, &["0", "root"]), Ok(false));
    }

    #[test]
    fn a_broken_pattern_is_the_authors_fault_and_said_so() {
        assert!(holds(&how(TextHow::Regex("(".into())), &["x"]).is_err());
        assert!(holds(&how(TextHow::Matches("[z-".into())), &["x"]).is_err());
    }

    #[test]
    fn near_misses_are_told_apart() {
        let is = |wanted: &str, found: &str| near_miss(&Text::Is(wanted.into()), found);
        assert!(is("a\nb", "a\r\nb").is_some_and(|s| s.contains("CRLF")));
        assert!(is("a b", "a  b").is_some_and(|s| s.contains("white space")));
        assert!(is("Hello", "hello").is_some_and(|s| s.contains("case")));
        assert!(is("say \"x\"", "say 'x'").is_some_and(|s| s.contains("quotes")));
        assert!(is("python app.py", "python ap.py").is_some_and(|s| s.contains("close")));
        assert_eq!(is("python app.py", "sleep 100"), None);
        let contains = how(TextHow::Contains("USER app".into()));
        assert!(near_miss(&contains, "FROM x\nUSER  app\n").is_some());
    }
}
