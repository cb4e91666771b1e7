//! `after`, and what is still to be looked at.

use std::collections::BTreeSet;

use crate::support::*;
use drydock_course::check::Check;
use drydock_grader::triggers::Change;
use drydock_grader::{Evidence, Probe, State, judge_all, probes, wanted};

fn lab() -> Vec<Check> {
    let named = |id: &str, step: &str, after: Option<&str>, rule| Check {
        id: id.into(),
        step: step.into(),
        title: format!("Title of {id}"),
        after: after.map(str::to_owned),
        ..check(rule)
    };
    vec![
        named(
            "removed",
            "last",
            Some("made"),
            json!({"container": {"name": "web", "exists": false}}),
        ),
        named("made", "first", None, json!({"container": {"name": "web"}})),
        named("built", "first", None, json!({"image": {"ref": "gone"}})),
        named(
            "later",
            "last",
            Some("first"),
            json!({"network": {"name": "shop"}}),
        ),
    ]
}

fn states(evidence: &Evidence, passed: &[&str]) -> Vec<State> {
    let passed: BTreeSet<String> = passed.iter().map(|id| (*id).to_owned()).collect();
    judge_all(&lab(), evidence, &passed)
        .into_iter()
        .map(|(_, verdict)| verdict.state)
        .collect()
}

#[test]
fn a_check_waits_for_the_one_that_it_comes_after_wherever_that_stands() {
    assert_eq!(states(&empty(), &[]), [PENDING, FAIL, FAIL, PENDING]);
    // `made` passes now, so `removed` is judged in the same breath.
    assert_eq!(states(&recorded(), &[]), [FAIL, PASS, FAIL, PENDING]);
}

#[test]
fn what_has_been_reached_once_lets_the_next_go_on_even_after_it_was_undone() {
    assert_eq!(states(&empty(), &["made"]), [PASS, FAIL, FAIL, PENDING]);
}

#[test]
fn a_step_is_passed_when_all_its_checks_are() {
    assert_eq!(states(&recorded(), &["built"]), [FAIL, PASS, FAIL, PASS]);
}

#[test]
fn a_waiting_check_names_what_it_waits_for_and_looks_at_nothing() {
    let (_, verdict) = &judge_all(&lab(), &empty(), &BTreeSet::new())[3];
    assert_eq!(verdict.found, "This comes after “Title of made”.");
    let wants = wanted(&lab(), &Evidence::new(), &BTreeSet::new());
    assert_eq!(wants, [Probe::Images, Probe::Containers].into());
}

#[test]
fn a_hidden_check_holds_nobody_up() {
    let mut lab = lab();
    lab[2].hidden = true;
    let verdicts = judge_all(&lab, &recorded(), &BTreeSet::new());
    assert_eq!(verdicts[3].1.state, PASS);
}

#[test]
fn checks_that_have_passed_need_not_be_given_again() {
    let passed: BTreeSet<String> = ["made".into(), "built".into()].into();
    let open: Vec<Check> = lab()
        .into_iter()
        .filter(|check| !passed.contains(&check.id))
        .collect();
    let verdicts = judge_all(&open, &recorded(), &passed);
    let states: Vec<State> = verdicts.into_iter().map(|(_, v)| v.state).collect();
    assert_eq!(states, [FAIL, PASS]);
}

#[test]
fn a_circle_of_checks_ends_as_pending() {
    let mut lab = lab();
    lab[1].after = Some("removed".into());
    let verdicts = judge_all(&lab, &recorded(), &BTreeSet::new());
    assert_eq!(verdicts[0].1.state, PENDING);
    assert_eq!(verdicts[1].1.state, PENDING);
}

#[test]
fn looking_goes_in_rounds_until_everything_can_be_judged() {
    let check = check(json!({"all": [
        {"run": {"image": "hello:v1", "stdout": "Hello from a container"}},
        {"image": {"ref": "hello:v1", "contains": ["/app/hello.py"]}},
    ]}));
    let recorded = recorded();
    let mut evidence = Evidence::new();
    let mut rounds = Vec::new();
    loop {
        let wants = wanted([&check], &evidence, &BTreeSet::new());
        if wants.is_empty() {
            break;
        }
        for probe in &wants {
            let outcome = recorded
                .look(probe)
                .cloned()
                .unwrap_or_else(|| match probe {
                    Probe::Run(_) => drydock_grader::commands::read(probe, process("run-hello")),
                    _ => Ok(drydock_grader::Seen::ImagePaths(
                        [("/app/hello.py".to_owned(), true)].into(),
                    )),
                });
            evidence.record(probe.clone(), outcome);
        }
        rounds.push(wants.len());
    }
    assert_eq!(rounds, [1, 2]);
    assert_eq!(drydock_grader::judge(&check, &evidence).state, PASS);
    let looked: BTreeSet<Probe> = evidence.probes().cloned().collect();
    assert_eq!(looked, probes(&check));
}

#[test]
fn a_change_makes_stale_what_it_concerns_and_nothing_else() {
    let mut evidence = recorded();
    let dropped = evidence.forget(&Change::Volume);
    assert_eq!(dropped, [Probe::Volumes].into());
    assert!(evidence.look(&Probe::Images).is_some());
    assert_eq!(Change::of_event("image"), Some(Change::Image));
    assert_eq!(Change::of_event("plugin"), None);
}

#[test]
fn evidence_is_stored_and_judged_again_with_the_same_verdict() {
    let check = check(json!({"run": {"image": "hello:v1", "stdout": {"contains": "Hello"}}}));
    let mut evidence = recorded();
    let probe = needed(&check, &evidence);
    let seen = drydock_grader::commands::read(&probe, process("run-hello"));
    evidence.record(probe, seen);
    evidence.record(Probe::Networks, Err("gone".into()));
    evidence.answer("check", "42");
    let stored = serde_json::to_string(&evidence).expect("JSON");
    let again: Evidence = serde_json::from_str(&stored).expect("evidence");
    assert_eq!(again, evidence);
    assert_eq!(
        drydock_grader::judge(&check, &again),
        drydock_grader::judge(&check, &evidence)
    );
}

#[test]
fn failed_looks_are_tried_again() {
    let mut evidence = recorded();
    evidence.record(Probe::Networks, Err("The engine did not answer".into()));
    assert_eq!(evidence.forget_errors(), [Probe::Networks].into());
    assert!(evidence.look(&Probe::Networks).is_none());
}
