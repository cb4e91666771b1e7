//! Text that a learner's engine made, fit to be shown: bounded, without terminal control and without characters that
//! turn the direction of what stands around them.

/// Cuts a text to at most `most` bytes at a character's border.
pub(crate) fn cut(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// On one line: an instruction that goes over several has runs of white space in its name.
pub(crate) fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ").chars().map(harmless).collect()
}

/// On as many lines as it has.
pub(crate) fn lines(text: &str) -> String {
    let kept = |c: char| {
        if c == '\n' || c == '\t' {
            c
        } else {
            harmless(c)
        }
    };
    text.chars().map(kept).collect()
}

/// The character, or U+FFFD in place of one that does something else than be seen.
fn harmless(c: char) -> char {
    match c {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "RUN \u{1b}[31m<b>x</b>\u{7}  \u{202e}gnp.exe\u{9b}1m\n\ty";

    #[test]
    fn control_and_turned_directions_are_seen_as_such() {
        assert_eq!(
            one_line(HOSTILE),
            "RUN \u{fffd}[31m<b>x</b>\u{fffd} \u{fffd}gnp.exe\u{fffd}1m y"
        );
        assert_eq!(
            lines(HOSTILE),
            "RUN \u{fffd}[31m<b>x</b>\u{fffd}  \u{fffd}gnp.exe\u{fffd}1m\n\ty"
        );
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("aéé", 4), "aé");
        assert_eq!(cut("a", 4), "a");
    }
}
