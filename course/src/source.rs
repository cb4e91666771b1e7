//! A file's text with its places: offsets of bytes become lines and columns.

use crate::problem::{Problem, Severity};

/// A text file of the content folder.
#[derive(Debug)]
pub(crate) struct Source {
    /// Relative to the content folder.
    pub file: String,
    /// The text, with `\n` line ends and no byte-order mark.
    pub text: String,
    /// Offset of the first byte of each line.
    line_starts: Vec<usize>,
}

impl Source {
    /// Takes a file's bytes; a problem if they are not UTF-8.
    pub fn new(file: impl Into<String>, bytes: &[u8]) -> Result<Self, Problem> {
        let file = file.into();
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let before = &bytes[..error.valid_up_to()];
                let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
                return Err(Problem {
                    line: u32::try_from(line).unwrap_or(u32::MAX),
                    ..Problem::of_file(Severity::Error, file, "the file is not UTF-8 text")
                        .help("save it with the encoding UTF-8")
                });
            }
        };
        let text = text
            .strip_prefix('\u{feff}')
            .unwrap_or(text)
            .replace("\r\n", "\n");
        let line_starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(index, _)| index + 1))
            .collect();
        Ok(Self {
            file,
            text,
            line_starts,
        })
    }

    /// Line and column, both from 1, of a byte offset.
    pub fn place(&self, offset: usize) -> (u32, u32) {
        let offset = offset.min(self.text.len());
        let line = self
            .line_starts
            .partition_point(|start| *start <= offset)
            .max(1);
        let start = self.line_starts[line - 1];
        let column = self
            .text
            .get(start..offset)
            .map_or(0, |before| before.chars().count())
            + 1;
        (
            u32::try_from(line).unwrap_or(u32::MAX),
            u32::try_from(column).unwrap_or(u32::MAX),
        )
    }

    /// An error at a byte offset.
    pub fn error(&self, offset: usize, message: impl Into<String>) -> Problem {
        self.problem(Severity::Error, offset, message)
    }

    /// A warning at a byte offset.
    pub fn warning(&self, offset: usize, message: impl Into<String>) -> Problem {
        self.problem(Severity::Warning, offset, message)
    }

    fn problem(&self, severity: Severity, offset: usize, message: impl Into<String>) -> Problem {
        let (line, column) = self.place(offset);
        Problem {
            line,
            column,
            ..Problem::of_file(severity, self.file.clone(), message)
        }
    }

    /// The whole text as a fragment.
    pub fn whole(&self) -> Fragment<'_> {
        Fragment {
            text: &self.text,
            starts: vec![(0, 0)],
            pinned: false,
        }
    }
}

/// Text taken out of a file (a front matter, a fenced block, a page's body) that still knows where
/// it stood, even if an indentation was cut from its lines.
#[derive(Debug, Clone)]
pub(crate) struct Fragment<'a> {
    /// The text.
    pub text: &'a str,
    /// Pairs of an offset in `text` and the file's offset that it stands for, rising.
    pub starts: Vec<(usize, usize)>,
    /// Every offset stands for the first of `starts`: a YAML text was unescaped or refolded.
    pub pinned: bool,
}

impl<'a> Fragment<'a> {
    /// A text all of whose problems are reported at one place.
    pub fn pinned(text: &'a str, at: usize) -> Self {
        Self {
            text,
            starts: vec![(0, at)],
            pinned: true,
        }
    }

    /// The file's offset of an offset in the fragment.
    pub fn to_file(&self, offset: usize) -> usize {
        let offset = if self.pinned { 0 } else { offset };
        let index = self.starts.partition_point(|(start, _)| *start <= offset);
        match index
            .checked_sub(1)
            .and_then(|index| self.starts.get(index))
        {
            Some((start, file)) => file + (offset - start),
            None => offset,
        }
    }

    /// A part of the fragment from one offset to another.
    pub fn slice(&self, range: std::ops::Range<usize>) -> Fragment<'a> {
        let text = self.text.get(range.clone()).unwrap_or_default();
        let mut starts = vec![(0, self.to_file(range.start))];
        starts.extend(
            self.starts
                .iter()
                .filter(|(start, _)| range.start < *start && *start < range.end)
                .map(|(start, file)| (start - range.start, *file)),
        );
        Fragment {
            text,
            starts,
            pinned: self.pinned,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        let source = Source::new("a.md", "läufer: x\nzwei".as_bytes()).unwrap();
        assert_eq!(source.place("läufer: ".len()), (1, 9));
        assert_eq!(source.place("läufer: x\n".len()), (2, 1));
        assert_eq!(source.place(10_000), (2, 5));
    }

    #[test]
    fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
        let source = Source::new("a.md", "\u{feff}a\r\nb\r\n".as_bytes()).unwrap();
        assert_eq!(source.text, "a\nb\n");
    }

    #[test]
    fn bytes_that_are_not_text_are_named_with_their_line() {
        let problem = Source::new("a.md", b"one\ntwo\n\xff\xfe").unwrap_err();
        assert_eq!(
            (problem.line, problem.message.as_str()),
            (3, "the file is not UTF-8 text")
        );
    }

    #[test]
    fn a_fragment_of_cut_lines_leads_back_to_the_file() {
        let fragment = Fragment {
            text: "one\ntwo\n",
            starts: vec![(0, 12), (4, 18)],
            pinned: false,
        };
        assert_eq!(fragment.to_file(1), 13);
        assert_eq!(fragment.to_file(5), 19);
        assert_eq!(fragment.slice(2..7).to_file(3), 19);
    }
}
