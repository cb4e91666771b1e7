use crate::support::*;
use drydock_grader::evidence::ProcessSeen;
use drydock_grader::{State, judge, wanted};

#[test]
fn what_a_throw_away_container_did_is_told() {
    let mut texts = Texts::default();
    for (state, output, rule) in [
        (
            PASS,
            "run-hello",
            json!({"image": "hello:v1", "stdout": "Hello from a container"}),
        ),
        (
            PASS,
            "run-hello",
            json!({"image": "hello:v1", "stdout": {"regex": "^Hello"}}),
        ),
        (
            FAIL,
            "run-hello",
            json!({"image": "hello:v1", "stdout": "hello from a container"}),
        ),
        (
            FAIL,
            "run-hello",
            json!({"image": "hello:v1", "stderr": {"contains": "Hello"}}),
        ),
        (
            PASS,
            "run-entrypoint",
            json!({"image": "crew/echo", "args": ["one", "two"], "stdout": "one two"}),
        ),
        (
            FAIL,
            "run-entrypoint",
            json!({"image": "crew/echo", "args": ["one", "two"], "stdout": {"contains": "three"}}),
        ),
        (
            FAIL,
            "run-failing",
            json!({"image": "busybox", "args": ["sh", "-c", "exit 1"], "stdout": "x"}),
        ),
        (
            PASS,
            "run-failing",
            json!({"image": "busybox", "args": ["sh", "-c", "exit 1"], "exit_code": 1}),
        ),
        (
            FAIL,
            "run-no-command",
            json!({"image": "busybox", "args": ["no-such-command"]}),
        ),
        (
            FAIL,
            "run-stderr",
            json!({"image": "busybox", "stdout": {"contains": "stream"}}),
        ),
        (
            FAIL,
            "run-endless",
            json!({"image": "busybox", "args": ["sleep", "100"], "timeout": 1}),
        ),
        (
            FAIL,
            "run-hello",
            json!({"image": "hello:v1", "exit_code": 3}),
        ),
        (
            PASS,
            "run-environment",
            json!({"image": "busybox", "env": {"WORD": "two words; $(id)"}, "stdout": "two words; $(id)"}),
        ),
        (
            PASS,
            "run-volume",
            json!({"image": "busybox", "volumes": ["notes:/data"], "stdout": "first note"}),
        ),
    ] {
        let rule = json!({"run": rule});
        texts.add(&rule, &judge_output(rule.clone(), process(output)), state);
    }
    // Ended by the sandbox because it printed too much, and ended by the server's deadline.
    let rule = json!({"run": {"image": "hello:v1", "stdout": "x"}});
    texts.add(
        &rule,
        &judge_output(rule.clone(), ProcessSeen::default()),
        FAIL,
    );
    let late = ProcessSeen {
        timed_out: true,
        stdout: "still at it\n".into(),
        ..ProcessSeen::default()
    };
    texts.add(&rule, &judge_output(rule.clone(), late), FAIL);
    insta::assert_snapshot!(texts.text());
}

#[test]
fn an_image_that_is_not_there_is_not_run() {
    let check = check(json!({"run": {"image": "hello:v2", "stdout": "Hello"}}));
    assert!(wanted([&check], &recorded(), &[].into()).is_empty());
    let verdict = judge(&check, &recorded());
    assert_eq!(verdict.state, State::Fail);
    assert!(verdict.found.contains("`hello:v1`"), "{verdict:?}");
}
