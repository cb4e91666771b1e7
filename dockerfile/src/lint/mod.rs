//! Problems of a Dockerfile as one types it.
//!
//! Rules are those of the course and well-known ones of hadolint, under hadolint's numbers where they agree
//! (<https://github.com/hadolint/hadolint#rules>); the words are our own. A rule that cannot be sure says nothing.

mod rules;
mod run;
mod shell;

use std::ops::Range;

use serde::Serialize;

use crate::file::{self, Placed};

/// Problems of one file that are told.
const MOST: usize = 200;

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The build fails, or does what nobody wants.
    Error,
    /// It works, and will hurt.
    Warning,
    /// Good to know.
    Info,
}

/// Something to mend. Lines and columns count from 1, columns in UTF-16 code units, as editors do; the end is behind the
/// last character.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Line of its beginning.
    pub line: u32,
    /// Column of its beginning.
    pub column: u32,
    /// Line of its end.
    pub end_line: u32,
    /// Column of its end.
    pub end_column: u32,
    /// How much it matters.
    pub severity: Severity,
    /// hadolint's number, where the rule agrees with hadolint's.
    pub code: Option<&'static str>,
    /// What is wrong and why, in plain words.
    pub message: String,
    /// Slug of the lesson that explains it.
    pub lesson: Option<&'static str>,
}

/// What a rule found.
#[derive(Debug)]
struct Found {
    span: Range<usize>,
    severity: Severity,
    code: Option<&'static str>,
    message: String,
    lesson: Option<&'static str>,
}

/// Lessons that rules point to, by slug.
mod lesson {
    pub(super) const CACHE: &str = "build-cache";
    pub(super) const LAYERS: &str = "layer-model";
    pub(super) const BASES: &str = "choosing-a-base-image";
    pub(super) const CONTAINERS: &str = "containers";
    pub(super) const INSTRUCTIONS: &str = "instruction-reference";
    pub(super) const COMMANDS: &str = "cmd-and-entrypoint";
    pub(super) const PRODUCTION: &str = "production-practice";
}

/// Slugs of all lessons that problems point to: a course that uses the linter has them.
pub const LESSONS: [&str; 7] = [
    lesson::CACHE,
    lesson::LAYERS,
    lesson::BASES,
    lesson::CONTAINERS,
    lesson::INSTRUCTIONS,
    lesson::COMMANDS,
    lesson::PRODUCTION,
];

/// Finds what is wrong with a Dockerfile, in the order of the text.
#[must_use]
pub fn lint(source: &str) -> Vec<Problem> {
    let (text, faults) = file::faults(source);
    let instructions = file::read(&text);
    let mut found: Vec<Found> = faults
        .into_iter()
        .map(|fault| Found {
            span: fault.line,
            severity: Severity::Error,
            code: None,
            message: fault.message,
            lesson: Some(lesson::INSTRUCTIONS),
        })
        .collect();
    let mut by_rules = Vec::new();
    rules::find(&text, &instructions, &mut by_rules);
    let ignored = Ignored::read(&text, &instructions);
    by_rules.retain(|problem| !ignored.has(problem));
    found.append(&mut by_rules);
    found.sort_by_key(|problem| (problem.span.start, problem.severity));
    found.truncate(MOST);
    let places = Places::new(source);
    found
        .into_iter()
        .map(|found| {
            let (line, column) = places.of(found.span.start);
            let (end_line, end_column) = places.of(found.span.end.max(found.span.start));
            Problem {
                line,
                column,
                end_line,
                end_column,
                severity: found.severity,
                code: found.code,
                message: found.message,
                lesson: found.lesson,
            }
        })
        .collect()
}

/// `# hadolint ignore=DL3008,DL3009` above an instruction, and `# hadolint global ignore=…`.
struct Ignored {
    global: Vec<String>,
    /// Bytes of an instruction and what is ignored in it.
    local: Vec<(Range<usize>, Vec<String>)>,
}

impl Ignored {
    fn read(text: &str, instructions: &[Placed<'_>]) -> Self {
        let mut ignored = Self {
            global: Vec::new(),
            local: Vec::new(),
        };
        let mut waiting: Vec<String> = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let words = line.trim();
            if let Some(comment) = words.strip_prefix('#') {
                if let Some(codes) = codes(comment, "hadolint global ignore=") {
                    ignored.global.extend(codes);
                } else if let Some(codes) = codes(comment, "hadolint ignore=") {
                    waiting.extend(codes);
                }
            } else if !words.is_empty() && !waiting.is_empty() {
                let start = at + (line.len() - line.trim_start().len());
                if let Some(placed) = instructions.iter().find(|it| it.span.start == start) {
                    ignored
                        .local
                        .push((placed.span.clone(), std::mem::take(&mut waiting)));
                }
                waiting.clear();
            }
            at += line.len();
        }
        ignored
    }

    fn has(&self, problem: &Found) -> bool {
        let Some(code) = problem.code else {
            return false;
        };
        let names = |codes: &Vec<String>| codes.iter().any(|ignored| ignored == code);
        names(&self.global)
            || self
                .local
                .iter()
                .any(|(span, codes)| span.contains(&problem.span.start) && names(codes))
    }
}

fn codes(comment: &str, begin: &str) -> Option<Vec<String>> {
    let list = comment.trim().strip_prefix(begin)?;
    Some(list.split(',').map(|code| code.trim().to_owned()).collect())
}

/// Byte offsets as lines and columns.
struct Places<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Places<'a> {
    fn new(text: &'a str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            starts: std::iter::once(0).chain(ends).collect(),
        }
    }

    fn of(&self, offset: usize) -> (u32, u32) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let column: usize = self.text[self.starts[line]..offset]
            .chars()
            .map(char::len_utf16)
            .sum();
        (count(line), count(column))
    }
}

/// Counted from 1.
fn count(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
