//! Names of files: which are taken, and how strange ones are shown.

use std::fmt::Write as _;

use crate::error::{BadPath, Error};

/// The longest name the kernel takes.
const PART: usize = 255;
/// Longer paths are refused; deep trees can still be reached in the terminal.
const WHOLE: usize = 1024;

/// A path below the home that says no more than it seems to. Whether a link on the way leads out of
/// the home is looked at inside the sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HomePath<'a>(&'a str);

impl<'a> HomePath<'a> {
    pub(super) fn new(path: &'a str) -> Result<Self, Error> {
        let refused = |why| {
            Err(Error::BadPath {
                path: path.chars().take(WHOLE).collect(),
                why,
            })
        };
        if path.len() > WHOLE || path.split('/').any(|part| part.len() > PART) {
            return refused(BadPath::TooLong);
        }
        if path.starts_with('/') {
            return refused(BadPath::Absolute);
        }
        if path.chars().any(char::is_control) {
            return refused(BadPath::Control);
        }
        for part in path.split('/') {
            match part {
                "" => return refused(BadPath::Empty),
                "." | ".." => return refused(BadPath::Dots),
                _ => {}
            }
        }
        Ok(Self(path))
    }

    pub(super) fn as_str(&self) -> &'a str {
        self.0
    }

    /// The folder it lies in, empty for the home itself, and its own name.
    pub(super) fn split(&self) -> (&'a str, &'a str) {
        self.0.rsplit_once('/').unwrap_or(("", self.0))
    }
}

/// A name as the kernel has it, made fit to show: what is not UTF-8 and control characters become
/// `\xNN`. The flag says whether it is the name itself and can be asked for.
pub(crate) fn shown(name: &[u8]) -> (String, bool) {
    let mut shown = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            if c.is_control() {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    escape(&mut shown, byte);
                }
            } else {
                shown.push(c);
            }
        }
        for byte in chunk.invalid() {
            escape(&mut shown, *byte);
        }
    }
    let itself = shown.as_bytes() == name && HomePath::new(&shown).is_ok();
    (shown, itself)
}

fn escape(shown: &mut String, byte: u8) {
    // Writing to a String cannot fail.
    let _ = write!(shown, "\\x{byte:02x}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(path: &str) -> BadPath {
        match HomePath::new(path) {
            Err(Error::BadPath { why, .. }) => why,
            other => panic!("{path:?}: {other:?}"),
        }
    }

    #[test]
    fn ordinary_paths_are_taken() {
        for path in [
            "Dockerfile",
            "app/src/main.py",
            ".env",
            "…/ä b.txt",
            "a..b",
            "...",
        ] {
            assert_eq!(HomePath::new(path).unwrap().as_str(), path);
        }
    }

    #[test]
    fn a_path_that_means_more_than_it_says_is_refused() {
        assert_eq!(why(""), BadPath::Empty);
        assert_eq!(why("a//b"), BadPath::Empty);
        assert_eq!(why("a/"), BadPath::Empty);
        assert_eq!(why("/etc/shadow"), BadPath::Absolute);
        assert_eq!(why("../etc/shadow"), BadPath::Dots);
        assert_eq!(why("a/../../etc"), BadPath::Dots);
        assert_eq!(why("./a"), BadPath::Dots);
        assert_eq!(why("a\0b"), BadPath::Control);
        assert_eq!(why("a\nb"), BadPath::Control);
    }

    #[test]
    fn long_paths_are_refused_and_not_echoed_whole() {
        assert_eq!(why(&"a".repeat(256)), BadPath::TooLong);
        assert_eq!(why(&"a/".repeat(600)), BadPath::TooLong);
        let Err(Error::BadPath { path, .. }) = HomePath::new(&"a".repeat(1_000_000)) else {
            panic!("taken");
        };
        assert!(path.len() <= WHOLE);
    }

    #[test]
    fn the_folder_and_the_name_are_told_apart() {
        assert_eq!(HomePath::new("a/b/c").unwrap().split(), ("a/b", "c"));
        assert_eq!(HomePath::new("c").unwrap().split(), ("", "c"));
    }

    #[test]
    fn strange_names_are_shown_escaped_and_flagged() {
        assert_eq!(shown("ä b".as_bytes()), ("ä b".to_owned(), true));
        assert_eq!(shown(b"a\xffb"), ("a\\xffb".to_owned(), false));
        assert_eq!(shown(b"a\nb"), ("a\\x0ab".to_owned(), false));
        assert_eq!(shown(b"a\x1b[2J"), ("a\\x1b[2J".to_owned(), false));
        // A name that only looks escaped is the name itself.
        assert_eq!(shown(b"a\\xff"), ("a\\xff".to_owned(), true));
    }
}
