use crate::support::*;
use drydock_grader::evidence::ProcessSeen;

#[test]
fn what_a_command_did_is_told() {
    let mut texts = Texts::default();
    for (state, output, rule) in [
        (
            PASS,
            "exec-curl",
            json!({"command": "curl -s localhost:8080", "stdout": {"contains": "nginx"}}),
        ),
        (
            FAIL,
            "exec-curl",
            json!({"command": "curl -s localhost:8080", "stdout": {"contains": "Flask"}}),
        ),
        (
            FAIL,
            "exec-curl-nothing",
            json!({"command": "curl -sS localhost:8099"}),
        ),
        (
            PASS,
            "exec-diff",
            json!({"command": "docker diff notes-writer", "stdout": {"regex": "^A /data$"}}),
        ),
        (
            FAIL,
            "exec-no-container",
            json!({"command": "docker diff no-such-container"}),
        ),
        // Written to find something out, not to be typed: never shown.
        (
            FAIL,
            "exec-no-container",
            json!({"command": "docker image history a | grep -q b && echo same"}),
        ),
        (
            PASS,
            "exec-diff",
            json!({"command": "x=1; docker diff notes-writer", "stdout": {"contains": "/data"}}),
        ),
        (
            FAIL,
            "exec-diff",
            json!({"command": "x=1; docker diff notes-writer", "stdout": {"contains": "/date"}}),
        ),
    ] {
        let rule = json!({"exec": rule});
        texts.add(&rule, &judge_output(rule.clone(), process(output)), state);
    }
    for (command, code) in [("dokcer ps", 127), ("curl localhost:80", 56)] {
        let rule = json!({"exec": {"command": command}});
        let output = ProcessSeen {
            exit_code: Some(code),
            ..ProcessSeen::default()
        };
        texts.add(&rule, &judge_output(rule.clone(), output), FAIL);
    }
    insta::assert_snapshot!(texts.text());
}
