//! Evidence is written by a machine that the learner is root of: nothing in it may bring the grader
//! down or get through to a page as it is.

use crate::support::*;
use drydock_grader::evidence::{FileSeen, ProcessSeen, RebuildSeen, StepSeen};
use drydock_grader::rebuild::parse;
use drydock_grader::{Evidence, Probe, Seen, commands, judge, probes};
use serde_json::Value;

/// A rule of every kind with every demand.
fn rules() -> Vec<Value> {
    vec![
        json!({"image": {"ref": "hello:v1", "max_size": "1MB", "max_layers": 1, "user": {"not": "root"},
            "cmd": "python x", "entrypoint": {"contains": "e"}, "workdir": "/x", "env": {"PATH": "x"},
            "exposes": ["80"], "labels": {"maintainer": "x"}, "based_on": "busybox"}}),
        json!({"image": {"ref": "hello", "contains": ["/a"]}}),
        json!({"container": {"name": "web", "image": "nginx", "state": "running", "exit_code": 1,
            "command": "x", "env": {"PATH": "x"}, "ports": ["80:80"], "networks": ["shop"],
            "mounts": [{"type": "volume", "source": "notes", "target": "/data"}],
            "restart": "always", "health": "healthy", "logs": {"contains": "x"}}}),
        json!({"container": {"image": "busybox", "count": 3, "state": "exited"}}),
        json!({"container": {"name": "nobody"}}),
        json!({"volume": {"name": "notes", "labels": {"kept": "x"}, "files": {"a": "b"}}}),
        json!({"volume": {"name": "none"}}),
        json!({"network": {"name": "shop", "driver": "x", "containers": ["web", "nobody"]}}),
        json!({"file": {"path": "a", "text": {"contains": "b"}, "executable": true}}),
        json!({"run": {"image": "busybox", "stdout": "x", "stderr": "y"}}),
        json!({"exec": {"command": "true", "stdout": "x"}}),
        json!({"rebuild": {"touch": ["a"], "cached": ["RUN *"], "rerun": ["COPY *"]}}),
    ]
}

/// A small generator of numbers (xorshift): the same run every time.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides.max(1) as u64).expect("fits")
    }

    fn junk(&mut self) -> Value {
        match self.throw(10) {
            0 => Value::Null,
            1 => json!(true),
            2 => json!(-1),
            3 => json!(1e300),
            4 => json!(u64::MAX),
            5 => json!([]),
            6 => json!({}),
            7 => json!("`\u{202e}\u{7}<script>\n".repeat(1 + self.throw(300))),
            8 => json!([[{"Name": [null]}], "a=b", 7, "=", "/:@"]),
            _ => json!({"": {"": ""}, "/": null, "a/b/c": [{}], "sha256:": "@:/"}),
        }
    }

    /// Replaces, drops or adds something somewhere within.
    fn spoil(&mut self, value: &mut Value) {
        let here = self.throw(6) == 0;
        match value {
            Value::Object(map) if !here && !map.is_empty() => {
                let place = self.throw(map.len());
                let key = map.keys().nth(place).expect("a key").clone();
                match self.throw(12) {
                    0 => {
                        map.remove(&key);
                    }
                    1 => {
                        let taken = map.remove(&key).unwrap_or_default();
                        map.insert("`odd`\u{0}".repeat(1 + self.throw(50)), taken);
                    }
                    _ => self.spoil(&mut map[&key]),
                }
            }
            Value::Array(items) if !here && !items.is_empty() => {
                let place = self.throw(items.len());
                self.spoil(&mut items[place]);
            }
            other => *other = self.junk(),
        }
    }
}

fn assert_fit_to_show(text: &str, what: &Value) {
    assert!(text.chars().count() <= 4000, "{what} gives a page: {text}");
    let bad = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!text.contains(bad), "{what} lets through: {text:?}");
}

fn judge_every_rule(evidence: &Evidence) {
    for rule in rules() {
        let verdict = judge(&check(rule.clone()), evidence);
        assert_fit_to_show(&verdict.expected, &rule);
        assert_fit_to_show(&verdict.found, &rule);
    }
}

#[test]
fn spoiled_documents_never_bring_the_grader_down() {
    let engine = engine();
    let mut dice = Dice(0x5eed_1234_dead_beef);
    for _ in 0..100 {
        let mut spoiled = engine.clone();
        for _ in 0..=dice.throw(60) {
            let kinds = ["images", "containers", "volumes", "networks", "logs"];
            let kind = kinds[dice.throw(kinds.len())];
            dice.spoil(&mut spoiled[kind]);
        }
        judge_every_rule(&evidence_of(&spoiled));
    }
}

#[test]
fn junk_in_place_of_every_document_never_brings_the_grader_down() {
    let mut dice = Dice(42);
    for _ in 0..50 {
        let mut list = || Value::from((0..20).map(|_| dice.junk()).collect::<Vec<_>>());
        let engine =
            json!({"images": list(), "containers": list(), "volumes": list(), "networks": list()});
        judge_every_rule(&evidence_of(&engine));
    }
}

#[test]
fn evidence_of_another_kind_is_an_error_and_not_a_verdict() {
    for rule in rules() {
        let check = check(rule);
        let mut evidence = Evidence::new();
        for probe in probes(&check) {
            let other = match probe {
                Probe::File { .. } => Seen::Images(vec![]),
                _ => Seen::File(FileSeen::default()),
            };
            evidence.record(probe, Ok(other));
        }
        assert_eq!(judge(&check, &evidence).state, ERROR);
    }
}

#[test]
fn spoiled_output_of_commands_never_brings_the_grader_down() {
    let texts = [
        process("file-there").stdout,
        process("volume-files").stdout,
        include_str!("../fixtures/builds/two-stages.txt").to_owned(),
        include_str!("../fixtures/builds/failing-later.txt").to_owned(),
        "%drydock exit 99999999999999999999\n%drydock build\n%drydock\n%drydock error\n".into(),
        "file  \n".into(),
        "file é 18446744073709551616\nx".into(),
    ];
    let mut dice = Dice(7);
    let rules = rules();
    let recorded = recorded();
    for round in 0..240 {
        let mut bytes = texts[dice.throw(texts.len())].clone().into_bytes();
        for _ in 0..dice.throw(8) {
            let place = dice.throw(bytes.len());
            match dice.throw(4) {
                0 => bytes.truncate(place),
                1 => bytes.insert(place, b'"'),
                2 => bytes.insert(place, b'\n'),
                _ => {
                    if let Some(byte) = bytes.get_mut(place) {
                        *byte = u8::try_from(dice.throw(256)).expect("a byte");
                    }
                }
            }
        }
        let stdout = String::from_utf8_lossy(&bytes).into_owned();
        parse(&stdout);
        let check = check(rules[round % rules.len()].clone());
        let mut evidence = recorded.clone();
        for probe in probes(&check) {
            let output = ProcessSeen {
                exit_code: Some(0),
                stdout: stdout.clone(),
                ..ProcessSeen::default()
            };
            if commands::command(&probe, "1").is_some() {
                let seen = commands::read(&probe, output);
                evidence.record(probe, seen);
            }
        }
        let verdict = judge(&check, &evidence);
        assert_fit_to_show(&verdict.found, &json!(stdout));
    }
}

#[test]
fn what_is_huge_is_judged_and_told_in_short() {
    let long = "x\u{7}`".repeat(100_000);
    let process = ProcessSeen {
        exit_code: Some(1),
        stdout: long.clone(),
        stderr: long.clone(),
        timed_out: false,
    };
    let steps = vec![
        StepSeen {
            name: long.clone(),
            ..StepSeen::default()
        };
        20
    ];
    let mut evidence = recorded();
    for rule in rules() {
        for probe in probes(&check(rule)) {
            let seen = match &probe {
                Probe::Run(_) | Probe::Exec(_) => Seen::Process(process.clone()),
                Probe::Rebuild(_) => Seen::Rebuild(RebuildSeen {
                    steps: steps.clone(),
                    ..RebuildSeen::default()
                }),
                Probe::File { .. } => Seen::File(FileSeen {
                    beside: vec![long.clone(); 50],
                    ..FileSeen::default()
                }),
                Probe::Containers => Seen::Containers(vec![json!({"Name": long}); 20]),
                Probe::VolumeFiles { .. } => {
                    Seen::VolumeFiles([("a".to_owned(), Some(long.clone()))].into())
                }
                _ => continue,
            };
            evidence.record(probe, Ok(seen));
        }
    }
    judge_every_rule(&evidence);
}
