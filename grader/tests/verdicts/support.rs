//! Recorded state as evidence, and tables of rules.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use drydock_course::check::Check;
use drydock_grader::evidence::ProcessSeen;
use drydock_grader::{Evidence, Probe, Seen, State, Verdict, commands, judge, wanted};
use regex::Regex;
use serde_json::Value;

pub use serde_json::json;

pub const PASS: State = State::Pass;
pub const FAIL: State = State::Fail;
pub const ERROR: State = State::Error;
pub const PENDING: State = State::Pending;

/// A check of this rule, and nothing else said.
pub fn check(rule: Value) -> Check {
    Check {
        id: "check".into(),
        step: "step".into(),
        title: "The state that was asked for is reached".into(),
        hint: None,
        points: 1,
        hidden: false,
        after: None,
        rule: serde_json::from_value(rule).expect("a rule as authors write it"),
    }
}

/// The recorded documents of the engine.
pub fn engine() -> Value {
    serde_json::from_str(include_str!("../fixtures/engine.json")).expect("recorded JSON")
}

fn documents(engine: &Value, key: &str) -> Vec<Value> {
    engine[key].as_array().cloned().unwrap_or_default()
}

/// Documents as evidence.
pub fn evidence_of(engine: &Value) -> Evidence {
    let logs: BTreeMap<String, String> =
        serde_json::from_value(engine["logs"].clone()).unwrap_or_default();
    let mut evidence = Evidence::new();
    for (probe, seen) in [
        (Probe::Images, Seen::Images(documents(engine, "images"))),
        (
            Probe::Containers,
            Seen::Containers(documents(engine, "containers")),
        ),
        (Probe::Volumes, Seen::Volumes(documents(engine, "volumes"))),
        (
            Probe::Networks,
            Seen::Networks(documents(engine, "networks")),
        ),
        (Probe::Logs, Seen::Logs(logs)),
    ] {
        evidence.record(probe, Ok(seen));
    }
    evidence
}

/// Everything that was recorded of the engine.
pub fn recorded() -> Evidence {
    evidence_of(&engine())
}

/// An engine in which nothing is but what every engine has.
pub fn empty() -> Evidence {
    evidence_of(&json!({"networks": [{"Name": "bridge"}, {"Name": "host"}, {"Name": "none"}]}))
}

/// How a command of a probe ended when it was recorded.
pub fn process(name: &str) -> ProcessSeen {
    let all: BTreeMap<String, ProcessSeen> =
        serde_json::from_str(include_str!("../fixtures/processes.json")).expect("recorded JSON");
    all.get(name).expect("a recorded process").clone()
}

/// The one probe that a check still needs.
pub fn needed(check: &Check, evidence: &Evidence) -> Probe {
    let probes = wanted([check], evidence, &BTreeSet::new());
    assert_eq!(probes.len(), 1, "{probes:?}");
    probes.into_iter().next().expect("a probe")
}

/// Judges a check whose last probe gives this output.
pub fn judge_output(rule: Value, output: ProcessSeen) -> Verdict {
    let check = check(rule);
    let mut evidence = recorded();
    let probe = needed(&check, &evidence);
    let seen = commands::read(&probe, output);
    evidence.record(probe, seen);
    judge(&check, &evidence)
}

/// Texts of a table, for a snapshot.
#[derive(Default)]
pub struct Texts(String);

impl Texts {
    /// Adds a verdict and asserts its state.
    pub fn add(&mut self, rule: &Value, verdict: &Verdict, state: State) {
        assert_eq!(verdict.state, state, "{rule}\n{verdict:#?}");
        for text in [&verdict.expected, &verdict.found] {
            assert!(!text.is_empty(), "{rule} leaves a text empty");
            assert!(!text.contains("  "), "{rule}: two spaces in {text}");
            assert!(
                text.ends_with(['.', '?', '!', '…', '`']),
                "{rule}: no sentence: {text}"
            );
        }
        let _ = writeln!(self.0, "{rule}");
        let _ = writeln!(self.0, "  {:?}", verdict.state);
        let _ = writeln!(self.0, "  expected  {}", verdict.expected);
        let _ = writeln!(self.0, "  found     {}", verdict.found);
        if let Some(look_at) = &verdict.look_at {
            let _ = writeln!(self.0, "  look at   {look_at}");
        }
        self.0.push('\n');
    }

    /// The texts, with what differs in every recording replaced.
    pub fn text(&self) -> String {
        let mut text = self.0.clone();
        for (pattern, name) in [
            (r"`[0-9a-f]{12}`", "`(an id)`"),
            (r"\b\d+(\.\d+)?[kMG]?B\b", "(a size)"),
            (r"`[a-z]+_[a-z]+\d?`", "`given_name`"),
            (r"\b32\d{3}\b", "(a port)"),
        ] {
            text = Regex::new(pattern)
                .expect("a pattern")
                .replace_all(&text, name)
                .into_owned();
        }
        text
    }
}

/// Judges every rule of a table by the same evidence.
pub fn table(evidence: &Evidence, rows: &[(State, Value)]) -> String {
    let mut texts = Texts::default();
    for (state, rule) in rows {
        texts.add(rule, &judge(&check(rule.clone()), evidence), *state);
    }
    texts.text()
}
