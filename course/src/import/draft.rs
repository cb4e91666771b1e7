//! What was read of a scenario, before it is written as a lab.

use std::collections::{BTreeMap, HashSet};

use crate::files::{self, MAX_LAB_FILES};
use crate::lab;
use crate::markdown::{Base, is_clean_path};
use crate::problem::Problem;
use crate::scaffold::NewFile;
use crate::source::Source;

use super::Kind;
use super::build::quoted;
use super::directives::{self, Dialect, Plain, short};
use super::folder::{Folder, error, loss};

/// Most texts of a scenario.
const MAX_SECTIONS: usize = 100;
/// Largest sum of its texts, in bytes.
const MAX_TEXT: usize = 512 * 1024;
/// Most files that a learner finds at the beginning.
const MAX_START: usize = 500;

/// What was read of a scenario.
pub(super) struct Draft {
    kind: Kind,
    pub title: String,
    pub summary: String,
    pub minutes: Option<u32>,
    /// Values of the variables in its texts.
    pub variables: BTreeMap<String, String>,
    /// The introduction, the steps, the end.
    pub sections: Vec<Section>,
    pub start: Vec<NewFile>,
    /// Files of the scenario that are lost unless a text shows them as pictures.
    pub unused: Vec<String>,
    pub losses: Vec<Problem>,
    text: usize,
    bytes: u64,
    places: HashSet<String>,
}

/// A text of a scenario.
pub(super) struct Section {
    /// A step's title, empty if the text has it; the introduction has none.
    pub title: Option<String>,
    /// The file that it stands in.
    pub file: String,
    pub plain: Plain,
    /// `check` blocks.
    pub checks: Vec<String>,
}

impl Draft {
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            title: String::new(),
            summary: String::new(),
            minutes: None,
            variables: BTreeMap::new(),
            sections: Vec::new(),
            start: Vec::new(),
            unused: Vec::new(),
            losses: Vec::new(),
            text: 0,
            bytes: 0,
            places: HashSet::new(),
        }
    }

    /// Notes something that could not be taken over.
    pub fn lose(&mut self, file: &str, line: u32, message: impl Into<String>) {
        self.losses.push(loss(file, line, message));
    }

    /// Adds a text. `title` is nothing for the introduction, and empty if the text has it.
    pub fn section(&mut self, title: Option<String>, source: &Source) -> Result<(), Problem> {
        self.text += source.text.len();
        if self.sections.len() >= MAX_SECTIONS || self.text > MAX_TEXT {
            let most = files::size(MAX_TEXT as u64);
            return Err(error(
                &source.file,
                format!("the scenario has more than {MAX_SECTIONS} steps or {most} of text"),
            )
            .help("split it, and import the parts one by one"));
        }
        let dialect = Dialect {
            kind: self.kind,
            variables: &self.variables,
        };
        let plain = directives::take(dialect, source, &mut self.losses);
        self.text += plain.text.len().saturating_sub(source.text.len());
        self.sections.push(Section {
            title,
            file: source.file.clone(),
            plain,
            checks: Vec::new(),
        });
        Ok(())
    }

    /// Gives the last text a check made of a script, if it can be one.
    pub fn verify(&mut self, script: &Source) {
        let steps = self
            .sections
            .iter()
            .filter(|section| section.title.is_some());
        let number = steps.count();
        let (first, rest) = script.text.split_once('\n').unwrap_or((&script.text, ""));
        let interpreter = first.strip_prefix("#!");
        let shell = interpreter.is_none_or(|line| {
            line.split(['/', ' '])
                .any(|word| word.trim_end().ends_with("sh"))
        });
        let command = if interpreter.is_some() {
            rest
        } else {
            &script.text
        };
        // As JSON, which is YAML: nothing in the script can end it.
        let check = format!(
            "id: verify-{number}\ntitle: {}\nexec:\n  command: {}\n  timeout: 30\nhint: Look once more at what this step asks for.\n",
            quoted(&format!("Step {number} is done")),
            quoted(command.trim())
        );
        let section = self.sections.last_mut();
        match section.filter(|_| shell && holds(&check)) {
            Some(section) => {
                section.checks.push(check);
                self.lose(&script.file, 1, "the script is a check of the kind `exec` now: give it a title and a hint, and prefer kinds that look at state");
            }
            None => self.lose(
                &script.file,
                1,
                "the script cannot be run by a check: write the check anew",
            ),
        }
    }

    /// Adds a file that a learner finds at the beginning.
    pub fn start_file(&mut self, folder: &Folder, from: &str, to: &str, executable: bool) {
        let read = if !is_clean_path(to) {
            Err("its place is not one in the learner's home".to_owned())
        } else if self.places.contains(to) {
            Err(format!("there is another `{}`", short(to)))
        } else if self.start.len() >= MAX_START {
            Err(format!("a learner gets at most {MAX_START}"))
        } else {
            folder
                .bytes(from, MAX_LAB_FILES - self.bytes)
                .map_err(|_| format!("all together have at most {}", files::size(MAX_LAB_FILES)))
        };
        match read {
            Ok(bytes) => {
                self.bytes += bytes.len() as u64;
                self.places.insert(to.to_owned());
                self.start.push(NewFile {
                    path: to.to_owned(),
                    bytes,
                    executable: executable || folder.is_executable(from),
                });
            }
            Err(why) => self.lose(from, 1, format!("the file: {why}")),
        }
    }

    /// Whether a learner finds a file at the beginning.
    pub fn starts_with(&self, path: &str) -> bool {
        self.places.contains(path)
    }
}

/// Whether the compiler takes a check.
pub(super) fn holds(check: &str) -> bool {
    let fence = fence(check);
    let text = format!(
        "---\ntitle: x\nsummary: x\nminutes: 1\nobjectives: [x]\nimages: []\n---\n\n## x\n\n{fence}check\n{check}{fence}\n"
    );
    Source::new("lab.md", text.as_bytes()).is_ok_and(|source| {
        let page = lab::compile(&source, "x", &base());
        !page.about.problems.iter().any(Problem::is_error)
    })
}

/// A place for a page that has none yet.
pub(super) fn base() -> Base {
    Base {
        course: "course".into(),
        folder: "module/labs/lab".into(),
    }
}

/// A fence that nothing in a text can close.
pub(super) fn fence(text: &str) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max();
    "`".repeat(longest.unwrap_or(0).max(2) + 1)
}
