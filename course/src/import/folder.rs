//! The folder of a scenario: its files are found first, and only what was found is read.

use std::collections::BTreeMap;
use std::path::Path;

use crate::files::{self, Entry};
use crate::problem::{Problem, Severity};
use crate::source::Source;

/// Most problems of a folder that are told.
const MAX_PROBLEMS: usize = 20;

/// A folder and its files, by their paths below it.
pub(super) struct Folder {
    files: BTreeMap<String, Entry>,
}

/// An error about a file as a whole; about the folder if the name is empty.
pub(super) fn error(file: &str, message: impl Into<String>) -> Problem {
    Problem::of_file(Severity::Error, file, message)
}

/// Something that could not be taken over.
pub(super) fn loss(file: &str, line: u32, message: impl Into<String>) -> Problem {
    Problem {
        line,
        ..Problem::of_file(Severity::Warning, file, message)
    }
}

impl Folder {
    /// Finds the files. Symbolic links, and too much of anything, are errors.
    pub fn open(from: &Path) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let files = files::scan_foreign(from, &mut problems)
            .into_iter()
            .map(|(path, entry)| (path.trim_start_matches('/').to_owned(), entry))
            .collect();
        if problems.is_empty() {
            return Ok(Self { files });
        }
        problems.truncate(MAX_PROBLEMS);
        for problem in &mut problems {
            problem.file = problem.file.trim_start_matches('/').to_owned();
            problem.message = problem.message.replace("the course has", "the folder has");
        }
        Err(problems)
    }

    /// Paths of all files.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Whether a file is there.
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Whether a file may be executed.
    pub fn is_executable(&self, path: &str) -> bool {
        self.files.get(path).is_some_and(|entry| entry.executable)
    }

    /// The bytes of a file, at most `most`.
    pub fn bytes(&self, path: &str, most: u64) -> Result<Vec<u8>, Problem> {
        match self.files.get(path) {
            Some(entry) => files::read(path, entry, most),
            None => Err(error(path, "there is no such file in the folder")
                .help("add it, or take its name out of where it is named")),
        }
    }

    /// A text file of at most `most` bytes.
    pub fn text(&self, path: &str, most: u64) -> Result<Source, Problem> {
        Source::new(path, &self.bytes(path, most)?)
    }
}

/// A path as it is written in a scenario, as paths of the folder are: without `./` and a leading `/`.
/// `..` stays, and so is found nowhere.
pub(super) fn plain_path(path: &str) -> String {
    path.split('/')
        .filter(|part| !matches!(*part, "" | "."))
        .collect::<Vec<_>>()
        .join("/")
}

/// A path written in a file of the folder, with `..` followed. Nothing if it leads out of the folder.
pub(super) fn path_beside(file: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
