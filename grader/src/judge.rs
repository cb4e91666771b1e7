//! From checks and evidence to verdicts.

use std::collections::BTreeSet;

use drydock_course::check::Check;

use crate::evidence::Evidence;
use crate::finding::Finding;
use crate::look::{Look, Stop};
use crate::probe::Probe;
use crate::rules;
use crate::verdict::{State, Verdict};
use crate::words::{capital, sentence};

/// Judges one check by the evidence at hand, without regard to `after`.
///
/// What was not looked at makes it [`State::Pending`]; what could not be looked at makes it
/// [`State::Error`] unless the rest settles it.
pub fn judge(check: &Check, evidence: &Evidence) -> Verdict {
    match look(check, evidence) {
        Ok(finding) => Verdict {
            state: if finding.pass {
                State::Pass
            } else {
                State::Fail
            },
            expected: full_stop(&capital(&finding.expected)),
            found: capital(&finding.found),
            look_at: if finding.pass {
                None
            } else {
                advice(check).or(finding.look_at)
            },
        },
        Err(stop) => {
            let (state, found, look_at) = match stop {
                Stop::Unseen(_) => (State::Pending, "Not looked at yet.".to_owned(), None),
                Stop::Unanswered => (
                    State::Pending,
                    "Not answered yet.".to_owned(),
                    advice(check),
                ),
                Stop::Broken(why) => (
                    State::Error,
                    full_stop(&format!("This check is broken: {why}")),
                    Some("This is no fault of yours. Tell who wrote this lab.".to_owned()),
                ),
                Stop::Failed(why) => (
                    State::Error,
                    full_stop(&sentence(&why)),
                    Some("This is no fault of yours. It is tried again; if it stays so, reset the lab.".to_owned()),
                ),
            };
            Verdict {
                state,
                expected: full_stop(&capital(&rules::expected(&check.rule, check))),
                found,
                look_at,
            }
        }
    }
}

/// Judges checks in order. `passed` holds the ids of checks that have passed at any time in this
/// session: `after` asks that something *has been* reached, since a later step may well undo it.
///
/// A verdict is always of now: a check that passed and no longer holds fails. Give the whole lab's
/// checks, or those that have not passed: `after` may name any of them, or a step.
pub fn judge_all<'a>(
    checks: impl IntoIterator<Item = &'a Check>,
    evidence: &Evidence,
    passed: &BTreeSet<String>,
) -> Vec<(String, Verdict)> {
    let checks: Vec<&Check> = checks.into_iter().collect();
    let mut passed = passed.clone();
    let mut verdicts: Vec<Option<Verdict>> = vec![None; checks.len()];
    // A check may come after one that stands below it: go round until nothing new is reached.
    loop {
        let mut news = false;
        for (check, verdict) in checks.iter().zip(&mut verdicts) {
            if verdict.is_none() && waits_for(check, &checks, &passed).is_none() {
                let given = judge(check, evidence);
                if given.state == State::Pass {
                    passed.insert(check.id.clone());
                }
                *verdict = Some(given);
                news = true;
            }
        }
        if !news {
            break;
        }
    }
    checks
        .iter()
        .zip(verdicts)
        .map(|(check, verdict)| {
            let verdict = verdict.unwrap_or_else(|| waiting(check, &checks, &passed));
            (check.id.clone(), verdict)
        })
        .collect()
}

/// What still has to be looked at before these checks can be judged; empty when all can be.
///
/// Call it, look, record, and call it again until it is empty: later rounds depend on earlier
/// ones (an image that is not there is not run, a check that waits for another is left alone), and
/// there are at most a few. Give the whole lab's checks, as to [`judge_all`].
pub fn wanted<'a>(
    checks: impl IntoIterator<Item = &'a Check>,
    evidence: &Evidence,
    passed: &BTreeSet<String>,
) -> BTreeSet<Probe> {
    let checks: Vec<&Check> = checks.into_iter().collect();
    let mut passed = passed.clone();
    for (id, verdict) in judge_all(checks.iter().copied(), evidence, &passed) {
        if verdict.state == State::Pass {
            passed.insert(id);
        }
    }
    let mut probes = BTreeSet::new();
    for check in &checks {
        if waits_for(check, &checks, &passed).is_none()
            && let Err(Stop::Unseen(missing)) = look(check, evidence)
        {
            probes.extend(missing);
        }
    }
    probes
}

fn look(check: &Check, evidence: &Evidence) -> Result<Finding, Stop> {
    rules::judge(&check.rule, &Look { evidence, check })
}

/// The check that has to pass first, if one has not. A hidden check holds up hidden ones only: no
/// one else could know why nothing goes on.
fn waits_for<'a>(
    check: &Check,
    checks: &[&'a Check],
    passed: &BTreeSet<String>,
) -> Option<&'a Check> {
    let after = check.after.as_ref().filter(|id| !passed.contains(*id))?;
    let named = checks.iter().any(|other| other.id == *after);
    checks
        .iter()
        .find(|other| {
            let meant = if named {
                other.id == *after
            } else {
                other.step == *after
            };
            meant
                && other.id != check.id
                && (!other.hidden || check.hidden)
                && !passed.contains(&other.id)
        })
        .copied()
}

fn waiting(check: &Check, checks: &[&Check], passed: &BTreeSet<String>) -> Verdict {
    let found = match waits_for(check, checks, passed) {
        Some(first) => format!("This comes after “{}”.", sentence(&first.title)),
        None => "Not looked at yet.".to_owned(),
    };
    Verdict {
        state: State::Pending,
        expected: full_stop(&capital(&rules::expected(&check.rule, check))),
        found,
        look_at: None,
    }
}

fn advice(check: &Check) -> Option<String> {
    check
        .hint
        .as_ref()
        .filter(|hint| !hint.trim().is_empty())
        .cloned()
}

fn full_stop(text: &str) -> String {
    if text.ends_with(['.', '?', '!', '…']) || text.is_empty() {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}
