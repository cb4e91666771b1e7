//! Checks of kind `answer`: what the learner typed or chose. The right answers are never told.

use drydock_course::check::{AnswerRule, Text};

use crate::finding::Finding;
use crate::look::{Look, Stop};
use crate::text::holds;
use crate::words::{code, sentence};

pub(super) fn subject(rule: &AnswerRule) -> String {
    format!(
        "An answer to: {}",
        sentence(&rule.question).trim_end_matches('.')
    )
}

pub(super) fn judge(rule: &AnswerRule, look: &Look<'_>) -> Result<Finding, Stop> {
    let given = look.evidence.given(&look.check.id).unwrap_or_default();
    if given.trim().is_empty() {
        return Err(Stop::Unanswered);
    }
    let mut right = false;
    for accepted in &rule.accept {
        right |= accepts(accepted, given)?;
    }
    let shown = code(&bare(given));
    let found = if right {
        format!("{shown} is right.")
    } else {
        explained(rule, given).unwrap_or_else(|| {
            format!(
                "{shown} is not what the question asks for. Read it once more, and try it out on the engine."
            )
        })
    };
    Ok(Finding::new(right, subject(rule), found))
}

fn explained(rule: &AnswerRule, given: &str) -> Option<String> {
    let given = normal(given);
    rule.wrong
        .iter()
        .find(|(wrong, _)| normal(wrong) == given)
        .map(|(_, why)| sentence(why))
}

fn accepts(accepted: &Text, given: &str) -> Result<bool, Stop> {
    match accepted {
        Text::Is(wanted) => Ok(normal(wanted) == normal(given)),
        how => Ok(holds(how, &ways(given))?),
    }
}

/// A pattern may be written for the answer as typed, trimmed, or brought to its normal form.
fn ways(given: &str) -> Vec<String> {
    let bare = bare(given);
    vec![given.trim().to_owned(), normal(given), bare]
}

/// Without what people add: quotes and backquotes around, a full stop, more white space.
fn bare(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text
        .trim_end_matches(['.', '!'])
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, '`' | '"' | '\''));
    text.replace('`', "")
}

fn normal(text: &str) -> String {
    bare(text).to_lowercase()
}
