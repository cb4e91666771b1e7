//! Comparisons in words.

use crate::compare::Cause;
use crate::manifest::{FileChange, FileChangeKind};
use crate::text::{cut, one_line};

/// Files that are named.
const NAMED: usize = 3;
/// Characters of a name; who wants to read all of an instruction opens its step.
const NAME: usize = 120;

impl Cause {
    /// One line for the learner, without a full stop. Names stand between backquotes.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::NoCache => "`--no-cache` was given".to_owned(),
            Self::Instruction { before, .. } => {
                format!("the instruction changed: it was {}", quoted(before))
            }
            Self::Setting { before, now } => match (before, now) {
                (Some(before), Some(now)) => {
                    format!("{} above it became {}", quoted(before), quoted(now))
                }
                (None, Some(now)) => format!("{} was added above it", quoted(now)),
                (Some(before), None) => format!("{} above it was removed", quoted(before)),
                (None, None) => "what stands above it changed".to_owned(),
            },
            Self::Files { changes, more } => files(changes, *more),
            Self::Base { image } => format!("the base image {} is another one now", quoted(image)),
            Self::Argument { name } => {
                format!("the build argument {} has another value", quoted(name))
            }
            Self::Earlier {
                text, stage, known, ..
            } => {
                let what = match (known, text.starts_with("FROM ")) {
                    (true, true) => "changed",
                    (true, false) => "ran again",
                    (false, _) => "is new",
                };
                if stage.is_empty() {
                    format!("{} before it {what}", quoted(text))
                } else {
                    format!("{} in the stage {} {what}", quoted(text), quoted(stage))
                }
            }
            Self::Removed { text } => format!("{} before it is gone", quoted(text)),
            Self::Moved { before, now } => format!(
                "it stands after {} now, and stood after {}",
                quoted(now),
                quoted(before)
            ),
            Self::Unfinished => "it had not been finished in that build".to_owned(),
            Self::NotKnown => "why is not known".to_owned(),
        }
    }
}

/// A name from the learner's side between backquotes, which stand nowhere else in the words.
fn quoted(name: &str) -> String {
    let mut shown: String = one_line(cut(name, 4 * NAME)).replace('`', "'");
    if let Some((end, _)) = shown.char_indices().nth(NAME) {
        shown.truncate(end);
        shown.push('…');
    }
    format!("`{shown}`")
}

fn files(changes: &[FileChange], more: usize) -> String {
    let one = |change: &FileChange| {
        let what = match change.kind {
            FileChangeKind::Changed => "changed",
            FileChangeKind::Added => "is new",
            FileChangeKind::Removed => "is gone",
        };
        format!("{} {what}", quoted(&change.path))
    };
    let named = &changes[..changes.len().min(NAMED)];
    let rest = changes.len() - named.len() + more;
    let mut words: Vec<String> = named.iter().map(one).collect();
    if rest > 0 {
        words.push(format!("{rest} more"));
    }
    words.join(", ")
}
