//! The files of a lab from what was read of a scenario. The lab is compiled as it will be later; a part that the
//! compiler refuses is written more plainly until nothing is refused.

use crate::checks::block;
use crate::files::{self, MAX_LAB_FILES};
use crate::lab;
use crate::markdown::{Base, is_clean_path};
use crate::problem::Problem;
use crate::scaffold::NewFile;
use crate::source::Source;

use super::Kind;
use super::directives::{self, Plain};
use super::folder::{Folder, error, loss};
use super::rewrite::{self, Style};

/// Most steps of a scenario.
const MAX_STEPS: usize = 100;
/// Largest sum of its texts, in bytes.
const MAX_TEXT: usize = 512 * 1024;

/// What was read of a scenario.
#[derive(Default)]
pub(super) struct Draft {
    pub title: String,
    pub summary: String,
    pub minutes: Option<u32>,
    /// The introduction, the steps, the end.
    pub sections: Vec<Section>,
    pub start: Vec<NewFile>,
    pub losses: Vec<Problem>,
    text: usize,
    bytes: u64,
}

/// A text of a scenario.
pub(super) struct Section {
    /// A step's title; the introduction has none.
    title: Option<String>,
    file: String,
    plain: Plain,
    /// A `check` block.
    check: Option<String>,
    /// How much was refused already: 0 nothing, 1 its HTML, 2 its markdown.
    level: u8,
}

impl Draft {
    /// Notes something that could not be taken over.
    pub fn lose(&mut self, file: &str, line: u32, message: impl Into<String>) {
        self.losses.push(loss(file, line, message));
    }

    /// Adds a text. `title` is nothing for the introduction, and empty if the text has it.
    pub fn section(
        &mut self,
        kind: Kind,
        title: Option<String>,
        source: &Source,
    ) -> Result<(), Problem> {
        self.text += source.text.len();
        if self.sections.len() >= MAX_STEPS || self.text > MAX_TEXT {
            let most = files::size(MAX_TEXT as u64);
            return Err(error(
                &source.file,
                format!("the scenario has more than {MAX_STEPS} steps or {most} of text"),
            )
            .help("split it, and import the parts one by one"));
        }
        let plain = directives::take(kind, source, &mut self.losses);
        self.sections.push(Section {
            title,
            file: source.file.clone(),
            plain,
            check: None,
            level: 0,
        });
        Ok(())
    }

    /// Gives the last text a check made of a script, if it can be one.
    pub fn verify(&mut self, script: &Source) {
        let number = self.sections.len();
        let Some(section) = self.sections.last_mut() else {
            return;
        };
        let (first, rest) = script.text.split_once('\n').unwrap_or((&script.text, ""));
        let shell = first.strip_prefix("#!").map(|line| line.contains("sh"));
        let command = if shell.is_some() { rest } else { &script.text };
        // As JSON, which is YAML: nothing in the script can end it.
        let text = format!(
            "id: verify-{number}\ntitle: {}\nexec:\n  command: {}\n  timeout: 30\nhint: Look once more at what this step asks for.\n",
            quoted(&format!("Step {number} is done")),
            quoted(command.trim())
        );
        let usable = shell != Some(false)
            && Source::new("check", text.as_bytes())
                .is_ok_and(|source| block::read(&source, &source.whole(), "step").is_ok());
        if usable {
            section.check = Some(text);
            self.lose(
                &script.file,
                1,
                "the script is a check of the kind `exec` now: give it a title and a hint, and prefer kinds that look at state",
            );
        } else {
            self.lose(
                &script.file,
                1,
                "the script cannot be run by a check: write the check anew",
            );
        }
    }

    /// Adds a file that a learner finds at the beginning.
    pub fn start_file(&mut self, folder: &Folder, from: &str, to: &str, executable: bool) {
        if !is_clean_path(to) {
            return self.lose(
                from,
                1,
                "the file: its place is not one in the learner's home",
            );
        }
        if self.start.iter().any(|file| file.path == to) {
            return self.lose(from, 1, format!("the file: there is another `{to}`"));
        }
        match folder.bytes(from, MAX_LAB_FILES - self.bytes) {
            Ok(bytes) => {
                self.bytes += bytes.len() as u64;
                self.start.push(NewFile {
                    path: to.to_owned(),
                    bytes,
                    executable: executable || folder.is_executable(from),
                });
            }
            Err(_) => self.lose(
                from,
                1,
                format!(
                    "the file: a lab's files have at most {} together",
                    files::size(MAX_LAB_FILES)
                ),
            ),
        }
    }
}

/// The files of the lab in its folder.
pub(super) fn files(
    draft: &mut Draft,
    folder: &str,
    name: &str,
) -> Result<Vec<NewFile>, Vec<Problem>> {
    draft.lose(".", 1, "images: name those that the lab needs in `images`; a sandbox has no network to pull others from");
    draft.lose(".", 1, "objectives: say what a learner can do afterwards");
    if draft.minutes.is_none() {
        draft.lose(".", 1, "minutes: 30 is a guess");
    }
    let (text, ids, losses) = lab_text(draft, name)?;
    draft.losses.extend(losses);
    draft.lose(".", 1, "solution/solve.sh has the commands that the texts let a learner run: complete it, then `drydock verify`");
    let path = |name: &str| format!("{folder}/{name}");
    let mut made = vec![
        NewFile {
            path: path("lab.md"),
            bytes: text.into_bytes(),
            executable: false,
        },
        NewFile {
            path: path("solution/solve.sh"),
            bytes: solution(draft, &ids).into_bytes(),
            executable: true,
        },
    ];
    made.extend(draft.start.drain(..).map(|file| NewFile {
        path: path(&format!("start/{}", file.path)),
        ..file
    }));
    draft
        .losses
        .sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    draft.losses.dedup();
    Ok(made)
}

type LabText = (String, Vec<String>, Vec<Problem>);

/// The lab's text, the ids of its steps, and what was lost on the way.
fn lab_text(draft: &mut Draft, name: &str) -> Result<LabText, Vec<Problem>> {
    let base = Base {
        course: "course".into(),
        folder: "module".into(),
    };
    loop {
        let mut text = front(draft);
        let mut losses = Vec::new();
        // The line at which each section ends.
        let mut ends = Vec::new();
        for (index, section) in draft.sections.iter().enumerate() {
            text.push_str(&section.write(index, &mut losses));
            ends.push(text.matches('\n').count());
        }
        let source = Source::new("lab.md", text.as_bytes()).map_err(|problem| vec![problem])?;
        let page = lab::compile(&source, name, &base);
        let refused: Vec<Problem> = page
            .about
            .problems
            .into_iter()
            .filter(Problem::is_error)
            .collect();
        if refused.is_empty() {
            let ids = page
                .page
                .map(|lab| lab.steps.into_iter().map(|step| step.id).collect());
            return Ok((text, ids.unwrap_or_default(), losses));
        }
        let mut plainer = false;
        for problem in &refused {
            let index = ends.partition_point(|end| *end < problem.line as usize);
            if let Some(section) = draft.sections.get_mut(index)
                && section.level < 2
            {
                section.level += 1;
                plainer = true;
            }
        }
        if !plainer {
            return Err(refused
                .into_iter()
                .map(|problem| {
                    error(
                        ".",
                        format!("no lab can be made of this: {}", problem.message),
                    )
                })
                .collect());
        }
    }
}

impl Section {
    /// Writes the section, which ends with an empty line.
    fn write(&self, index: usize, losses: &mut Vec<Problem>) -> String {
        let style = Style {
            bold_headings: self.title.is_none(),
            no_html: self.level > 0,
        };
        let mut read = rewrite::rewrite(&self.plain.text, style);
        let mut lose = |at: usize, message: String| {
            let line = self
                .plain
                .text
                .get(..at)
                .unwrap_or_default()
                .matches('\n')
                .count();
            let line = self.plain.origin.get(line).copied().unwrap_or(1);
            losses.push(loss(&self.file, line, message));
        };
        if self.level > 1 {
            let longest = self
                .plain
                .text
                .split(|letter| letter != '`')
                .map(str::len)
                .max();
            let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
            read.text = format!("{fence}text\n{}\n{fence}", self.plain.text);
            lose(
                0,
                "the form of this text, which the compiler refuses: it stands in the lab as it is"
                    .into(),
            );
            if self.check.is_some() {
                lose(0, "the check of this step".into());
            }
        } else {
            for (at, message) in read.losses {
                lose(at, message);
            }
        }
        let mut text = String::new();
        if let Some(title) = &self.title {
            let title = Some(title.trim())
                .filter(|title| !title.is_empty())
                .map(str::to_owned)
                .or(read.title);
            let title = one_line(&title.unwrap_or_default(), 120);
            let title = if title.is_empty() {
                format!("Step {}", index + 1)
            } else {
                title
            };
            text.push_str(&format!("## {}\n\n", rewrite::literal(&title)));
        }
        text.push_str(read.text.trim_matches('\n').trim_end());
        text.push_str("\n\n");
        if let Some(check) = self.check.as_ref().filter(|_| self.level < 2) {
            let longest = check.split(|letter| letter != '`').map(str::len).max();
            let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
            text.push_str(&format!("{fence}check\n{check}{fence}\n\n"));
        }
        text
    }
}

fn front(draft: &Draft) -> String {
    let or = |text: &str, other: &str, most| {
        let text = one_line(text, most);
        quoted(if text.is_empty() { other } else { &text })
    };
    format!(
        "---\ntitle: {}\nsummary: {}\nminutes: {}\nobjectives:\n  - say here what a learner can do afterwards\nimages: []\n---\n\n",
        or(&draft.title, "A lab from elsewhere", 120),
        or(
            &draft.summary,
            "Say in one or two sentences what a learner does here.",
            400
        ),
        draft.minutes.unwrap_or(30).clamp(1, 180)
    )
}

/// What a learner types, as far as the texts say.
fn solution(draft: &Draft, ids: &[String]) -> String {
    let mut text = String::from(
        "#!/usr/bin/env bash\n# What a learner would type. `drydock verify` runs it in a fresh sandbox, in the learner's home; every\n# check must fail before and pass after.\nset -euo pipefail\n",
    );
    let steps = draft
        .sections
        .iter()
        .filter(|section| section.title.is_some());
    for (section, id) in steps.zip(ids) {
        text.push_str(&format!("\n# step: {id}\n"));
        if section.plain.commands.is_empty() {
            text.push_str("# To do: what solves this step.\n");
        }
        for line in section
            .plain
            .commands
            .iter()
            .flat_map(|block| block.lines())
        {
            // Only our own lines divide the script.
            let space = if line.starts_with("# step: ") {
                " "
            } else {
                ""
            };
            text.push_str(&format!("{space}{line}\n"));
        }
    }
    text
}

/// A text on one line, of at most `most` characters, without control characters.
fn one_line(text: &str, most: usize) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words
        .chars()
        .filter(|letter| !letter.is_control())
        .take(most)
        .collect()
}

/// A text as JSON, which YAML reads as well.
fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}
