//! Who is where in a lab now, and for how long.

use std::collections::{BTreeMap, HashMap};

use drydock_course::model::Lab;

use crate::ids::{AccountId, SessionId};

/// The last result of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Result {
    /// Whether it passed.
    pub passed: bool,
    /// What was found.
    pub found: String,
    /// Unix seconds; of the pass, once it passed.
    pub at: i64,
}

/// A student with a living session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sitting {
    /// The session.
    pub session: SessionId,
    /// Whose it is.
    pub account: AccountId,
    /// Shown name.
    pub name: String,
    /// The lab's slug.
    pub lab: String,
    /// When it began, in Unix seconds.
    pub begun: i64,
    /// By check.
    pub results: BTreeMap<String, Result>,
}

/// Where a student stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Whose it is.
    pub account: AccountId,
    /// Shown name.
    pub name: String,
    /// Slug of the lab.
    pub lab: String,
    /// Title of the lab.
    pub lab_title: String,
    /// Number and title of the step that they are on; none when every check passes.
    pub step: Option<(usize, String)>,
    /// How many steps there are.
    pub steps: usize,
    /// Checks that pass.
    pub passed: usize,
    /// Checks.
    pub of: usize,
    /// When they came to this step, in Unix seconds: when the last check before it passed.
    pub since: i64,
    /// Seconds since they were last there, if the server has seen them.
    pub idle: Option<i64>,
    /// Title of the first check of the step that fails, and what was found.
    pub failing: Option<(String, String)>,
}

/// Where somebody stands in their lab.
pub fn place(sitting: &Sitting, lab: &Lab, idle: Option<i64>) -> Place {
    let seen = || lab.checks().filter(|check| !check.hidden);
    let passes = |id: &str| sitting.results.get(id).is_some_and(|result| result.passed);
    let current = lab.steps.iter().position(|step| {
        step.checks
            .iter()
            .any(|check| !check.hidden && !passes(&check.id))
    });
    let before = &lab.steps[..current.unwrap_or(lab.steps.len())];
    let since = before
        .iter()
        .flat_map(|step| &step.checks)
        .filter_map(|check| sitting.results.get(&check.id))
        .filter(|result| result.passed)
        .map(|result| result.at)
        .max();
    let failing = current.and_then(|at| {
        lab.steps[at].checks.iter().find_map(|check| {
            let result = sitting.results.get(&check.id)?;
            (!check.hidden && !result.passed).then(|| (check.title.clone(), result.found.clone()))
        })
    });
    Place {
        account: sitting.account,
        name: sitting.name.clone(),
        lab: lab.slug.clone(),
        lab_title: lab.title.clone(),
        step: current.map(|at| (at + 1, lab.steps[at].title.clone())),
        steps: lab.steps.len(),
        passed: seen().filter(|check| passes(&check.id)).count(),
        of: seen().count(),
        since: since.unwrap_or(sitting.begun),
        idle,
        failing,
    }
}

/// Everybody, who is longest on the same step first and who is done last. `lab`: finds a lab by its slug.
pub fn places<'a>(
    sittings: &[Sitting],
    lab: impl Fn(&str) -> Option<&'a Lab>,
    idle: &HashMap<SessionId, i64>,
) -> Vec<Place> {
    let mut places: Vec<_> = sittings
        .iter()
        .filter_map(|sitting| {
            let idle = idle.get(&sitting.session).copied();
            Some(place(sitting, lab(&sitting.lab)?, idle))
        })
        .collect();
    places.sort_by_cached_key(|place| (place.step.is_none(), place.since, place.name.clone()));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lab() -> Lab {
        let content = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
        let content = crate::content::Content::from(drydock_course::load(&content));
        let labs = content.labs().map(|(_, lab)| lab);
        labs.into_iter()
            .find(|lab| {
                lab.steps.len() > 1
                    && lab.steps[..2]
                        .iter()
                        .all(|step| step.checks.iter().any(|it| !it.hidden))
            })
            .cloned()
            .unwrap()
    }

    fn sitting(begun: i64) -> Sitting {
        Sitting {
            session: SessionId::fresh(),
            account: AccountId::fresh(),
            name: "Ann".into(),
            lab: "x".into(),
            begun,
            results: BTreeMap::new(),
        }
    }

    fn result(passed: bool, at: i64) -> Result {
        Result {
            passed,
            found: "nothing".into(),
            at,
        }
    }

    #[test]
    fn somebody_is_on_the_first_step_with_a_check_that_does_not_pass() {
        let lab = lab();
        let mut one = sitting(50);
        let at = place(&one, &lab, None);
        assert_eq!(
            (at.step.as_ref().unwrap().0, at.since, at.passed),
            (1, 50, 0)
        );
        assert_eq!(at.failing, None, "nothing was looked at yet");
        for check in &lab.steps[0].checks {
            one.results.insert(check.id.clone(), result(true, 80));
        }
        let next = &lab.steps[1].checks[0];
        one.results.insert(next.id.clone(), result(false, 95));
        let at = place(&one, &lab, Some(7));
        assert_eq!((at.step.as_ref().unwrap().0, at.since), (2, 80));
        assert_eq!(at.failing, Some((next.title.clone(), "nothing".into())));
        for check in lab.checks() {
            one.results.insert(check.id.clone(), result(true, 99));
        }
        let at = place(&one, &lab, None);
        assert_eq!((at.step, at.passed), (None, at.of));
    }

    #[test]
    fn who_is_longest_on_a_step_comes_first_and_who_is_done_last() {
        let lab = lab();
        let mut done = sitting(1);
        for check in lab.checks() {
            done.results.insert(check.id.clone(), result(true, 2));
        }
        let (late, early) = (sitting(60), sitting(50));
        let sittings = [done.clone(), late.clone(), early.clone()];
        let order: Vec<_> = places(&sittings, |_| Some(&lab), &HashMap::new())
            .into_iter()
            .map(|place| place.account)
            .collect();
        assert_eq!(order, [early.account, late.account, done.account]);
        assert!(places(&sittings, |_| None, &HashMap::new()).is_empty());
    }
}
