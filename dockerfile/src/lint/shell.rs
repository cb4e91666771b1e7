//! The commands of a `RUN` in shell form, as far as rules need them: words, and where each command stands.

use std::ops::Range;

/// One command of a list such as `apt-get update && apt-get install -y git`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ShellCommand<'a> {
    /// Its words, quotes kept; never empty.
    pub words: Vec<&'a str>,
    /// Where it stands in the file.
    pub span: Range<usize>,
    /// Whether its output goes into a pipe.
    pub piped: bool,
}

impl<'a> ShellCommand<'a> {
    /// Name of the program, without what is set before it (`VAR=x program`).
    pub fn name(&self) -> &'a str {
        self.program().first().copied().unwrap_or_default()
    }

    /// The program and its arguments.
    pub fn program(&self) -> &[&'a str] {
        let set = |word: &&&str| {
            word.split_once('=').is_some_and(|(name, _)| {
                name.bytes()
                    .all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
            })
        };
        let skipped = self.words.iter().take_while(set).count();
        &self.words[skipped..]
    }

    /// Arguments that are no options.
    pub fn plain(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.program()
            .iter()
            .skip(1)
            .copied()
            .filter(|word| !word.starts_with('-'))
    }

    /// Whether one of these options is given, also within `-qy`.
    pub fn has_option(&self, long: &str, short: char) -> bool {
        self.program().iter().any(|word| {
            *word == long
                || word.starts_with(&format!("{long}="))
                || (word.starts_with('-') && !word.starts_with("--") && word.contains(short))
        })
    }
}

/// Splits at `&&`, `||`, `;`, `|` and line ends that are not continued. Quotes are respected, substitutions are not
/// looked into: rules about them would guess.
pub(crate) fn commands(text: &str, at: usize) -> Vec<ShellCommand<'_>> {
    let mut found = Vec::new();
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut word: Option<usize> = None;
    let mut quote: Option<u8> = None;
    let bytes = text.as_bytes();
    let mut index = 0;
    let mut finish = |words: &mut Vec<Range<usize>>, piped: bool| {
        if let (Some(first), Some(last)) = (words.first(), words.last()) {
            found.push(ShellCommand {
                span: at + first.start..at + last.end,
                words: words.iter().map(|word| &text[word.clone()]).collect(),
                piped,
            });
        }
        words.clear();
    };
    while index < bytes.len() {
        let byte = bytes[index];
        if let Some(open) = quote {
            if byte == b'\\' && open == b'"' {
                index += 1;
            } else if byte == open {
                quote = None;
            }
            index += 1;
            continue;
        }
        let continued = byte == b'\\' && matches!(bytes.get(index + 1), Some(b'\n' | b'\r'));
        let double = bytes.get(index + 1) == Some(&byte);
        // `2>&1` is one word, and a `;` after a backslash is find's.
        let redirect = byte == b'&' && index > 0 && matches!(bytes[index - 1], b'>' | b'<');
        let separator = match byte {
            b'\n' | b';' => Some(1),
            b'&' if !redirect => Some(if double { 2 } else { 1 }),
            b'|' => Some(if double { 2 } else { 1 }),
            _ => None,
        };
        if continued || byte.is_ascii_whitespace() || separator.is_some() {
            if let Some(start) = word.take() {
                words.push(start..index);
            }
            if let Some(length) = separator {
                finish(&mut words, byte == b'|' && length == 1);
                index += length;
            } else {
                // The line end after a continuation's backslash separates words only.
                index += if continued { 2 } else { 1 };
            }
            continue;
        }
        if byte == b'#' && word.is_none() {
            // A comment line between continued ones.
            while index < bytes.len() && bytes[index] != b'\n' {
                index += 1;
            }
            index += 1;
            continue;
        }
        word.get_or_insert(index);
        match byte {
            b'\'' | b'"' => quote = Some(byte),
            b'\\' => index += 1,
            _ => {}
        }
        index += 1;
    }
    if let Some(start) = word {
        words.push(start..text.len());
    }
    finish(&mut words, false);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<Vec<&str>> {
        commands(text, 0)
            .into_iter()
            .map(|command| command.words)
            .collect()
    }

    #[test]
    fn a_list_is_split_at_its_operators() {
        assert_eq!(
            split("apt-get update && apt-get install -y git; rm -rf /x || true"),
            [
                vec!["apt-get", "update"],
                vec!["apt-get", "install", "-y", "git"],
                vec!["rm", "-rf", "/x"],
                vec!["true"]
            ]
        );
    }

    #[test]
    fn continued_lines_are_one_command_and_comments_between_them_are_nothing() {
        assert_eq!(
            split("apt-get install \\\n  # why\n  git \\\n  curl"),
            [vec!["apt-get", "install", "git", "curl"]]
        );
    }

    #[test]
    fn operators_in_quotes_and_redirections_separate_nothing() {
        assert_eq!(
            split("echo 'a && b' \"c; d\" 2>&1"),
            [vec!["echo", "'a && b'", "\"c; d\"", "2>&1"]]
        );
    }

    #[test]
    fn a_pipe_is_told_from_an_or() {
        let piped: Vec<bool> = commands("curl x | tar x || true", 0)
            .iter()
            .map(|it| it.piped)
            .collect();
        assert_eq!(piped, [true, false, false]);
    }

    #[test]
    fn what_is_set_before_a_program_is_not_its_name() {
        let found = commands("DEBIAN_FRONTEND=noninteractive apt-get install -qy git", 10);
        assert_eq!(found[0].name(), "apt-get");
        assert!(found[0].has_option("--yes", 'y'));
        assert_eq!(found[0].plain().collect::<Vec<_>>(), ["install", "git"]);
        assert_eq!(found[0].span, 10..64);
    }

    #[test]
    fn unfinished_text_is_split_as_far_as_it_goes() {
        for text in ["", "echo 'open", "a &&", "a \\", "| |", "é \\é 'é"] {
            commands(text, 0);
        }
    }
}
