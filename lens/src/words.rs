//! Comparisons in words.

use crate::compare::Cause;
use crate::manifest::{FileChange, FileChangeKind};

/// Files that are named.
const NAMED: usize = 3;

impl Cause {
    /// One line for the learner, without a full stop. Names stand between backquotes.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::NoCache => "`--no-cache` was given".to_owned(),
            Self::Instruction { before, .. } => {
                format!("the instruction changed: it was `{before}`")
            }
            Self::Setting { before, now } => match (before, now) {
                (Some(before), Some(now)) => format!("`{before}` above it became `{now}`"),
                (None, Some(now)) => format!("`{now}` was added above it"),
                (Some(before), None) => format!("`{before}` above it was removed"),
                (None, None) => "what stands above it changed".to_owned(),
            },
            Self::Files { changes, more } => files(changes, *more),
            Self::Base { image } => format!("the base image `{image}` is another one now"),
            Self::Argument { name } => format!("the build argument `{name}` has another value"),
            Self::Earlier {
                text, stage, known, ..
            } => {
                let what = match (known, text.starts_with("FROM ")) {
                    (true, true) => "changed",
                    (true, false) => "ran again",
                    (false, _) => "is new",
                };
                if stage.is_empty() {
                    format!("`{text}` before it {what}")
                } else {
                    format!("`{text}` in the stage `{stage}` {what}")
                }
            }
            Self::Removed { text } => format!("`{text}` before it is gone"),
            Self::Unfinished => "it had not been finished in that build".to_owned(),
            Self::NotKnown => "why is not known".to_owned(),
        }
    }
}

fn files(changes: &[FileChange], more: usize) -> String {
    let one = |change: &FileChange| {
        let what = match change.kind {
            FileChangeKind::Changed => "changed",
            FileChangeKind::Added => "is new",
            FileChangeKind::Removed => "is gone",
        };
        format!("`{}` {what}", change.path.replace('`', "'"))
    };
    let named = &changes[..changes.len().min(NAMED)];
    let rest = changes.len() - named.len() + more;
    let mut words: Vec<String> = named.iter().map(one).collect();
    if rest > 0 {
        words.push(format!("{rest} more"));
    }
    words.join(", ")
}
