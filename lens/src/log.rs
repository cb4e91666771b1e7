//! What a step printed: bounded, without terminal control.

use crate::text::lines;

/// Bytes that are kept of one step; the end counts, since errors stand there.
pub(crate) const MOST: usize = 64 * 1024;

/// The printed text of one step. Escape sequences and control characters are taken out as they come,
/// also when they are split between two pieces; a carriage return begins the line anew, as on a screen.
#[derive(Debug, Clone, Default)]
pub struct Log {
    bytes: Vec<u8>,
    line: usize,
    escape: Escape,
    returned: bool,
    cut: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Escape {
    #[default]
    None,
    /// After ESC.
    Begun,
    /// In `ESC [ … letter`.
    Sequence,
    /// In `ESC ] … BEL`, and the like.
    Text,
    /// In such a text, after ESC.
    TextEnd,
}

impl Log {
    /// Adds a piece; `most` bytes are kept.
    pub(crate) fn push(&mut self, piece: &[u8], most: usize) {
        for &byte in piece {
            self.byte(byte);
            // Cut now and then only: each time moves the whole text.
            if self.bytes.len() > most + most / 4 {
                self.keep(most);
            }
        }
        if self.bytes.len() > most {
            self.keep(most);
        }
    }

    fn byte(&mut self, byte: u8) {
        match (self.escape, byte) {
            (Escape::None, 0x1b) => self.escape = Escape::Begun,
            (Escape::None, b'\r') => self.returned = true,
            (Escape::None, b'\n') => {
                self.returned = false;
                self.bytes.push(b'\n');
                self.line = self.bytes.len();
            }
            (Escape::None, b'\t' | 0x20..=0x7e | 0x80..) => {
                if std::mem::take(&mut self.returned) {
                    self.bytes.truncate(self.line);
                }
                self.bytes.push(byte);
            }
            (Escape::None, _) => {}
            (Escape::Begun, b'[') => self.escape = Escape::Sequence,
            (Escape::Begun, b']' | b'P' | b'X' | b'^' | b'_') => self.escape = Escape::Text,
            (Escape::Begun, 0x20..=0x2f) => {}
            (Escape::Begun, _) => self.escape = Escape::None,
            (Escape::Sequence, 0x40..=0x7e | b'\n') => self.escape = Escape::None,
            (Escape::Sequence, _) => {}
            (Escape::Text, 0x07 | b'\n') => self.escape = Escape::None,
            (Escape::Text, 0x1b) => self.escape = Escape::TextEnd,
            (Escape::Text, _) => {}
            (Escape::TextEnd, _) => self.escape = Escape::None,
        }
    }

    /// Drops all but the last `most` bytes, from the beginning of a line where there is one.
    fn keep(&mut self, most: usize) {
        let mut from = self.bytes.len().saturating_sub(most);
        if from == 0 {
            return;
        }
        let line = self.bytes[from..].iter().position(|byte| *byte == b'\n');
        if let Some(end) = line.filter(|end| *end + 1 < most) {
            from += end + 1;
        }
        self.bytes.drain(..from);
        self.line = self.line.saturating_sub(from);
        self.cut = true;
    }

    /// Forgets the text.
    pub fn clear(&mut self) {
        self.cut |= !self.bytes.is_empty();
        self.bytes = Vec::new();
        self.line = 0;
    }

    /// The text; bytes that are no UTF-8, and characters that are not to be seen, are replaced.
    #[must_use]
    pub fn text(&self) -> String {
        lines(&String::from_utf8_lossy(&self.bytes))
    }

    /// Bytes that are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether more was printed than is kept.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.cut
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(pieces: &[&[u8]]) -> String {
        let mut log = Log::default();
        for piece in pieces {
            log.push(piece, MOST);
        }
        log.text()
    }

    #[test]
    fn colours_titles_and_bells_are_taken_out_even_when_split() {
        assert_eq!(
            log(&[
                b"\x1b[3",
                b"1mred\x1b[0m\x07 \x1b]0;ti",
                b"tle\x07end\x1b(B!"
            ]),
            "red end!"
        );
        assert_eq!(log(&[b"a\x1b]8;;x\x1b", b"\\link"]), "alink");
    }

    #[test]
    fn a_carriage_return_begins_the_line_anew() {
        assert_eq!(
            log(&[b"one\n10%\r50%\r", b"100%\r\ntwo\r\n"]),
            "one\n100%\ntwo\n"
        );
    }

    #[test]
    fn of_a_long_log_the_end_is_kept_from_the_beginning_of_a_line() {
        let mut log = Log::default();
        for number in 0..100_000 {
            log.push(format!("line {number}\n").as_bytes(), MOST);
        }
        assert!(log.len() <= MOST && log.is_cut());
        assert!(log.text().starts_with("line ") && log.text().ends_with("line 99999\n"));
    }

    #[test]
    fn one_endless_line_and_bytes_that_are_no_text_are_bounded() {
        let mut log = Log::default();
        log.push(&vec![0xff; 10 * MOST], MOST);
        assert_eq!(log.len(), MOST);
        assert!(log.text().starts_with('\u{fffd}'));
    }
}
