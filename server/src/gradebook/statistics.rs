//! What many attempts at a lab have in common.

use std::collections::{BTreeMap, BTreeSet};

use drydock_course::model::Lab;

use crate::ids::AccountId;

/// One result of one check in one session. Results come each session's together, in order of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Who.
    pub account: AccountId,
    /// In which session.
    pub session: String,
    /// Step of the check.
    pub step: String,
    /// The check.
    pub check: String,
    /// Whether it passed.
    pub passed: bool,
    /// Unix seconds.
    pub at: i64,
    /// When the session began, as long as that is kept.
    pub begun: Option<i64>,
}

/// How a check went.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CheckFacts {
    /// Students with a result.
    pub tried: usize,
    /// Students who passed it.
    pub passed: usize,
    /// Median number of the try that passed, over students who passed.
    pub tries: Option<f64>,
}

/// How long a step took.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StepFacts {
    /// Sessions in which every check of it passed.
    pub done: usize,
    /// Median seconds from the end of the steps before it (or the session's beginning) to its own.
    pub seconds: Option<f64>,
}

/// The middle of the values; the mean of the middle two if their number is even.
pub fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let (count, middle) = (values.len(), values.len() / 2);
    match count {
        0 => None,
        _ if count % 2 == 1 => Some(values[middle]),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}

/// How each check went, by its id.
pub fn checks(attempts: &[Attempt]) -> BTreeMap<&str, CheckFacts> {
    // For each check and student: results before the first pass, and whether there was one.
    let mut told: BTreeMap<&str, BTreeMap<AccountId, (usize, bool)>> = BTreeMap::new();
    for attempt in attempts {
        let of = told.entry(&attempt.check).or_default();
        let (tries, passed) = of.entry(attempt.account).or_default();
        if !*passed {
            *tries += 1;
            *passed = attempt.passed;
        }
    }
    told.into_iter()
        .map(|(check, students)| {
            let tries: Vec<f64> = students
                .values()
                .filter(|(_, passed)| *passed)
                .map(|(tries, _)| *tries as f64)
                .collect();
            let facts = CheckFacts {
                tried: students.len(),
                passed: tries.len(),
                tries: median(tries),
            };
            (check, facts)
        })
        .collect()
}

/// How long each step of the lab took, in the lab's order.
pub fn steps(lab: &Lab, attempts: &[Attempt]) -> Vec<StepFacts> {
    let wanted: Vec<BTreeSet<&str>> = lab
        .steps
        .iter()
        .map(|step| {
            let seen = step.checks.iter().filter(|check| !check.hidden);
            seen.map(|check| check.id.as_str()).collect()
        })
        .collect();
    let mut seconds: Vec<Vec<f64>> = vec![Vec::new(); wanted.len()];
    for session in attempts.chunk_by(|a, b| a.session == b.session) {
        let mut passed_at: BTreeMap<&str, i64> = BTreeMap::new();
        for attempt in session.iter().filter(|attempt| attempt.passed) {
            passed_at.entry(&attempt.check).or_insert(attempt.at);
        }
        let mut since = session[0].begun.unwrap_or(session[0].at);
        for (checks, seconds) in wanted.iter().zip(&mut seconds) {
            let times: Option<Vec<i64>> = checks
                .iter()
                .map(|check| passed_at.get(check).copied())
                .collect();
            if let Some(end) = times.and_then(|times| times.into_iter().max()) {
                seconds.push((end - since).max(0) as f64);
                since = since.max(end);
            }
        }
    }
    seconds
        .into_iter()
        .map(|seconds| StepFacts {
            done: seconds.len(),
            seconds: median(seconds),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(account: AccountId, session: &str, check: &str, passed: bool, at: i64) -> Attempt {
        Attempt {
            account,
            session: session.into(),
            step: String::new(),
            check: check.into(),
            passed,
            at,
            begun: None,
        }
    }

    #[test]
    fn the_median_is_the_middle_or_between_the_two_in_the_middle() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 9.0]), Some(3.0));
    }

    #[test]
    fn tries_count_up_to_the_first_pass_over_all_sessions_of_a_student() {
        let (ann, ben, cem) = (AccountId::fresh(), AccountId::fresh(), AccountId::fresh());
        let attempts = [
            attempt(ann, "1", "a", false, 1),
            attempt(ann, "2", "a", false, 2),
            attempt(ann, "2", "a", true, 3),
            attempt(ann, "3", "a", false, 4),
            attempt(ben, "4", "a", true, 5),
            attempt(cem, "5", "a", false, 6),
        ];
        let facts = checks(&attempts);
        let wanted = CheckFacts {
            tried: 3,
            passed: 2,
            tries: Some(2.0),
        };
        assert_eq!(facts["a"], wanted);
    }

    /// A lab of the course that ships, with at least two steps.
    fn lab() -> Lab {
        let content = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
        let content = crate::content::Content::from(drydock_course::load(&content));
        content
            .labs()
            .map(|(_, lab)| lab)
            .find(|lab| {
                lab.steps.len() > 1 && lab.steps[..2].iter().all(|step| !step.checks.is_empty())
            })
            .cloned()
            .unwrap()
    }

    #[test]
    fn a_step_takes_from_the_end_of_those_before_it_to_the_last_of_its_checks() {
        let lab = lab();
        let ann = AccountId::fresh();
        let mut attempts = Vec::new();
        for (step, end) in lab.steps[..2].iter().zip([100, 160]) {
            for check in step.checks.iter().filter(|check| !check.hidden) {
                attempts.push(attempt(ann, "1", &check.id, true, end));
            }
        }
        attempts[0].begun = Some(70);
        let facts = steps(&lab, &attempts);
        assert_eq!((facts[0].done, facts[0].seconds), (1, Some(30.0)));
        assert_eq!((facts[1].done, facts[1].seconds), (1, Some(60.0)));
    }
}
