//! From evidence to points: a pure function, so that a submission can be graded again at any time.

use std::collections::{BTreeMap, BTreeSet};

use drydock_course::check::Check;
use drydock_course::model::Lab;
use drydock_grader::{Evidence as Observed, State, judge_all, probes, wanted};

use super::evidence::{Board, BoardCheck, fingerprint};
use crate::classes::rules::Grading;
use crate::store::{GradedCheck, NewGrading};

/// What a submission is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Basis<'a> {
    /// The lab with the rules that apply.
    pub lab: &'a Lab,
    /// Version of the content that it is from.
    pub content_version: &'a str,
    /// Where what was seen was seen.
    pub grading: Grading,
    /// The checks as the learner saw them.
    pub board: &'a Board,
    /// When it was handed in, in Unix seconds.
    pub submitted_at: i64,
    /// For the student: why what was handed in could not be rebuilt.
    pub note: &'a str,
}

/// Grades what was seen; `Err` says which checks could not be judged and why, which is never the
/// learner's fault.
///
/// In live grading a check that had passed stays passed, as on the learner's page: a later step may
/// undo what an earlier one asks for. That holds only while its rule is the same. In clean grading
/// only the fresh sandbox counts.
pub fn grade(basis: &Basis<'_>, observed: &Observed) -> Result<NewGrading, Vec<String>> {
    let checks: Vec<&Check> = basis.lab.checks().collect();
    let carried = carried(basis);
    let passed: BTreeSet<String> = carried.keys().map(|id| (*id).to_owned()).collect();
    let unseen = wanted(checks.iter().copied(), observed, &passed);
    let verdicts = judge_all(checks.iter().copied(), observed, &passed);
    let (mut graded, mut faults) = (Vec::new(), Vec::new());
    for (check, (_, verdict)) in checks.into_iter().zip(verdicts) {
        let mut state = match verdict.state {
            State::Pass => "pass",
            State::Fail => "fail",
            State::Error => "error",
            // It comes after one that did not pass, or was not answered, unless nobody has looked.
            State::Pending if probes(check).is_disjoint(&unseen) => "fail",
            State::Pending => "error",
        };
        let (mut expected, mut found) = (verdict.expected, verdict.found);
        if let Some(seen) = carried.get(check.id.as_str()) {
            if state != "pass" {
                (expected, found) = (seen.expected.clone(), seen.found.clone());
            }
            state = "pass";
        }
        if state == "error" {
            let name = if check.hidden {
                "A hidden check"
            } else {
                &check.title
            };
            let found = if check.hidden { "" } else { &found };
            faults.push(
                format!("{name}: {found}")
                    .trim_end_matches([':', ' '])
                    .to_owned(),
            );
        }
        let points = f64::from(check.points);
        graded.push(GradedCheck {
            earned: if state == "pass" {
                worth(basis, check)
            } else {
                0.0
            },
            id: check.id.clone(),
            step: check.step.clone(),
            title: check.title.clone(),
            hidden: check.hidden,
            state,
            expected,
            found,
            points,
        });
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(NewGrading {
        content_version: basis.content_version.to_owned(),
        score: graded.iter().map(|check| check.earned).sum(),
        max_score: graded.iter().map(|check| check.points).sum(),
        note: basis.note.to_owned(),
        checks: graded,
    })
}

/// Checks that had passed by the rule that still stands.
pub(super) fn carried<'a>(basis: &Basis<'a>) -> BTreeMap<&'a str, &'a BoardCheck> {
    if basis.grading == Grading::Clean {
        return BTreeMap::new();
    }
    let seen = basis
        .board
        .checks
        .iter()
        .filter(|seen| seen.state == "pass");
    seen.filter(|seen| {
        let check = basis.lab.checks().find(|check| check.id == seen.id);
        check.is_some_and(|check| !check.hidden && fingerprint(&check.rule) == seen.rule)
    })
    .map(|seen| (seen.id.as_str(), seen))
    .collect()
}

/// Points of a check that passed.
fn worth(basis: &Basis<'_>, check: &Check) -> f64 {
    let seen = basis.board.checks.iter().find(|seen| seen.id == check.id);
    let passed_at = seen
        .and_then(|seen| seen.passed_at)
        .unwrap_or(basis.submitted_at);
    let solution_at = basis.board.solutions.get(&check.step).copied();
    points_left(
        check.points,
        basis.lab.solution_cost,
        passed_at,
        solution_at,
    )
}

/// Points of a check passed at one time whose step's solution was seen at another.
pub fn points_left(points: u32, cost: u32, passed: i64, seen: Option<i64>) -> f64 {
    let left = if seen.is_some_and(|seen| seen <= passed) {
        100 - cost.min(100)
    } else {
        100
    };
    f64::from(points) * f64::from(left) / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use drydock_course::model::Item;
    use drydock_grader::{Probe, Seen};
    use serde_json::json;

    const LAB: &str = "---\ntitle: Lab\nsummary: One sentence.\nminutes: 5\nobjectives: [name an image]\nimages: [\"busybox:latest\"]\nsolution_cost: 50\n---\n\n\
        ## Name it {#name}\n\n```check\nid: named\ntitle: There is an image a:1\npoints: 2\nimage: { ref: \"a:1\" }\n```\n\n\
        ```check\nid: secret\ntitle: It runs as somebody\nhidden: true\npoints: 3\nimage: { ref: \"a:1\", user: { not: root } }\n```\n\n\
        ## Say it {#say}\n\n```check\nid: said\ntitle: You said it\nanswer: { question: How many?, accept: [\"1\"], wrong: { \"2\": No. } }\n```\n";

    fn lab() -> Lab {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join("harbour").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("course.yaml", "title: x\nsummary: y\n");
        write("01-quay/module.yaml", "title: x\nsummary: y\n");
        write("01-quay/labs/names/lab.md", LAB);
        write(
            "01-quay/labs/names/solution/solve.sh",
            "docker tag busybox a:1\n",
        );
        write("01-quay/labs/names/solution/answers.yaml", "said: \"1\"\n");
        let loaded = drydock_course::load(folder.path());
        let item = loaded.library.courses[0].modules[0].items[0].clone();
        match item {
            Item::Lab(lab) => lab,
            Item::Lesson(_) => panic!("{:?}", loaded.problems),
        }
    }

    fn basis<'a>(lab: &'a Lab, board: &'a Board, grading: Grading) -> Basis<'a> {
        Basis {
            lab,
            content_version: "v",
            grading,
            board,
            submitted_at: 100,
            note: "",
        }
    }

    fn images(user: &str) -> Observed {
        let mut observed = Observed::new();
        let image = json!({ "Id": "sha256:1", "RepoTags": ["a:1"], "Config": { "User": user } });
        observed.record(Probe::Images, Ok(Seen::Images(vec![image])));
        observed
    }

    #[test]
    fn what_passes_earns_its_points_and_hidden_checks_count() {
        let lab = lab();
        let mut observed = images("app");
        observed.answer("said", "1");
        let graded = grade(&basis(&lab, &Board::default(), Grading::Clean), &observed).unwrap();
        assert_eq!((graded.score, graded.max_score), (6.0, 6.0));
        let graded = grade(
            &basis(&lab, &Board::default(), Grading::Clean),
            &images("root"),
        )
        .unwrap();
        assert_eq!(graded.score, 2.0, "{graded:?}");
        assert_eq!(graded.checks[1].state, "fail");
        assert_eq!(
            graded.checks[2].state, "fail",
            "an open question is no fault of ours"
        );
    }

    #[test]
    fn a_solution_that_was_seen_before_lowers_what_its_step_earns() {
        let lab = lab();
        let board = Board {
            solutions: [("name".to_owned(), 99)].into(),
            ..Board::default()
        };
        let graded = grade(&basis(&lab, &board, Grading::Clean), &images("app")).unwrap();
        assert_eq!(graded.score, 2.5);
    }

    #[test]
    fn what_could_not_be_looked_at_is_a_fault_and_no_wrong_answer() {
        let lab = lab();
        let board = Board::default();
        let faults = grade(&basis(&lab, &board, Grading::Clean), &Observed::new()).unwrap_err();
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(
            faults[1].starts_with("A hidden check") && !faults[1].contains("somebody"),
            "{faults:?}"
        );
        let mut observed = Observed::new();
        observed.record(Probe::Images, Err("The engine is gone.".into()));
        let faults = grade(&basis(&lab, &board, Grading::Clean), &observed).unwrap_err();
        assert!(faults[0].contains("The engine is gone"), "{faults:?}");
    }

    fn seen(lab: &Lab) -> BoardCheck {
        let check = lab.checks().next().unwrap();
        BoardCheck {
            id: check.id.clone(),
            step: check.step.clone(),
            title: check.title.clone(),
            state: "pass".into(),
            expected: "an image".into(),
            found: "it was there".into(),
            points: check.points,
            passed_at: Some(50),
            rule: fingerprint(&check.rule),
        }
    }

    #[test]
    fn live_grading_keeps_what_had_passed_while_its_rule_stands() {
        let lab = lab();
        let mut gone = Observed::new();
        gone.record(Probe::Images, Ok(Seen::Images(vec![])));
        let mut board = Board {
            checks: vec![seen(&lab)],
            ..Board::default()
        };
        let graded = grade(&basis(&lab, &board, Grading::Live), &gone).unwrap();
        assert_eq!(
            (graded.checks[0].state, graded.checks[0].found.as_str()),
            ("pass", "it was there")
        );
        let clean = grade(&basis(&lab, &board, Grading::Clean), &gone).unwrap();
        assert_eq!(clean.checks[0].state, "fail");
        board.checks[0].rule = "another".into();
        let corrected = grade(&basis(&lab, &board, Grading::Live), &gone).unwrap();
        assert_eq!(corrected.checks[0].state, "fail");
    }

    #[test]
    fn a_solution_costs_only_what_is_passed_after_it_was_seen() {
        let points = [
            points_left(2, 50, 100, None),
            points_left(2, 50, 100, Some(101)),
            points_left(2, 50, 100, Some(100)),
            points_left(1, 50, 100, Some(99)),
            points_left(3, 100, 100, Some(99)),
        ];
        assert_eq!(points, [2.0, 2.0, 1.0, 0.5, 0.0]);
    }
}
