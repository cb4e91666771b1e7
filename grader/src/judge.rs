//! From checks and evidence to verdicts.

use std::collections::BTreeSet;

use drydock_course::check::Check;

use crate::evidence::Evidence;
use crate::probe::Probe;
use crate::verdict::{State, Verdict};

/// Judges one check by the evidence at hand, without regard to `after`.
///
/// What was not looked at makes it [`State::Pending`]; what could not be looked at makes it
/// [`State::Error`] unless the rest settles it.
pub fn judge(check: &Check, evidence: &Evidence) -> Verdict {
    let _ = evidence;
    Verdict {
        state: State::Pending,
        expected: check.title.clone(),
        found: String::new(),
        look_at: check.hint.clone(),
    }
}

/// Judges checks in order. `passed` holds the ids of checks that have passed at any time in this
/// session: `after` asks that something *has been* reached, since a later step may well undo it.
pub fn judge_all<'a>(
    checks: impl IntoIterator<Item = &'a Check>,
    evidence: &Evidence,
    passed: &BTreeSet<String>,
) -> Vec<(String, Verdict)> {
    let _ = passed;
    checks
        .into_iter()
        .map(|check| (check.id.clone(), judge(check, evidence)))
        .collect()
}

/// What still has to be looked at before these checks can be judged; empty when all can be.
///
/// Call it, look, record, and call it again until it is empty: later rounds depend on earlier
/// ones (an image that is not there is not run), and there are at most a few.
pub fn wanted<'a>(
    checks: impl IntoIterator<Item = &'a Check>,
    evidence: &Evidence,
    passed: &BTreeSet<String>,
) -> BTreeSet<Probe> {
    let _ = passed;
    checks
        .into_iter()
        .flat_map(crate::probes)
        .filter(|probe| evidence.look(probe).is_none())
        .collect()
}
