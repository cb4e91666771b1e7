use crate::support::*;
use drydock_grader::evidence::{Obstacle, ProcessSeen};
use drydock_grader::rebuild::parse;
use drydock_grader::{Probe, Seen, commands, judge};
use serde_json::Value;

/// What the script printed for a recorded build.
fn build(name: &str) -> ProcessSeen {
    let stdout = match name {
        "good-order" => include_str!("../fixtures/builds/good-order.txt"),
        "bad-order" => include_str!("../fixtures/builds/bad-order.txt"),
        "two-stages" => include_str!("../fixtures/builds/two-stages.txt"),
        "ignored" => include_str!("../fixtures/builds/ignored.txt"),
        "failing-step" => include_str!("../fixtures/builds/failing-step.txt"),
        "failing-later" => include_str!("../fixtures/builds/failing-later.txt"),
        "unknown-instruction" => include_str!("../fixtures/builds/unknown-instruction.txt"),
        "missing-base" => include_str!("../fixtures/builds/missing-base.txt"),
        "no-file" => include_str!("../fixtures/builds/no-file.txt"),
        "outside-link" => include_str!("../fixtures/builds/outside-link.txt"),
        "outside-path" => include_str!("../fixtures/builds/outside-path.txt"),
        "no-dockerfile" => include_str!("../fixtures/builds/no-dockerfile.txt"),
        "no-context" => include_str!("../fixtures/builds/no-context.txt"),
        "too-slow" => include_str!("../fixtures/builds/too-slow.txt"),
        other => panic!("no recorded build {other}"),
    };
    ProcessSeen {
        exit_code: Some(0),
        stdout: stdout.into(),
        ..ProcessSeen::default()
    }
}

fn rule(touch: &str, cached: Value, rerun: Value) -> Value {
    json!({"rebuild": {"touch": [touch], "cached": cached, "rerun": rerun}})
}

#[test]
fn what_came_from_the_cache_is_told_with_the_first_step_that_did_not() {
    let mut texts = Texts::default();
    let install = json!(["RUN *pip install*"]);
    for (state, name, rule) in [
        (
            PASS,
            "good-order",
            rule("app.py", install.clone(), json!(["COPY . ."])),
        ),
        (
            PASS,
            "good-order",
            rule(
                "app.py",
                json!(["COPY requirements*", "WORKDIR *"]),
                json!([]),
            ),
        ),
        (
            FAIL,
            "good-order",
            rule("app.py", json!(["COPY . ."]), json!(["RUN *"])),
        ),
        (
            FAIL,
            "good-order",
            rule("app.py", json!(["RUN npm *"]), json!([])),
        ),
        (FAIL, "bad-order", rule("app.py", install, json!([]))),
        (
            PASS,
            "two-stages",
            rule(
                "src/x.py",
                json!(["RUN echo wheel*"]),
                json!(["RUN echo built*"]),
            ),
        ),
        (
            FAIL,
            "two-stages",
            rule("src/x.py", json!(["RUN echo built*"]), json!([])),
        ),
        (
            FAIL,
            "ignored",
            rule("app.py", json!([]), json!(["COPY *"])),
        ),
        (
            FAIL,
            "failing-step",
            rule("app.py", json!(["RUN *"]), json!([])),
        ),
        (
            FAIL,
            "failing-later",
            rule("app.py", json!(["RUN *"]), json!([])),
        ),
        (
            FAIL,
            "unknown-instruction",
            rule("app.py", json!(["RUN *"]), json!([])),
        ),
        (
            FAIL,
            "missing-base",
            rule("app.py", json!(["RUN *"]), json!([])),
        ),
        (
            FAIL,
            "no-file",
            rule("missing.py", json!(["RUN *"]), json!([])),
        ),
        (FAIL, "outside-link", rule("link.py", json!([]), json!([]))),
        (
            FAIL,
            "outside-path",
            rule("../app/hello.py", json!([]), json!([])),
        ),
        (
            FAIL,
            "no-dockerfile",
            json!({"rebuild": {"context": "app", "dockerfile": "Other"}}),
        ),
        (
            FAIL,
            "no-context",
            json!({"rebuild": {"context": "no-such-folder"}}),
        ),
        (FAIL, "too-slow", rule("app.py", json!([]), json!([]))),
        (
            ERROR,
            "good-order",
            rule("app.py", json!(["[RUN"]), json!([])),
        ),
    ] {
        texts.add(&rule, &judge_output(rule.clone(), build(name)), state);
    }
    insta::assert_snapshot!(texts.text());
}

#[test]
fn what_a_step_prints_or_is_called_is_not_taken_for_the_builder() {
    // The recorded RUN has `#7 CACHED` and `%drydock exit 0` in its name and output.
    let seen = judge_output(
        rule("app.py", json!(["RUN *%drydock exit*"]), json!([])),
        build("good-order"),
    );
    assert_eq!(seen.state, PASS, "{seen:?}");
}

#[test]
fn steps_stand_in_the_dockerfiles_order_stage_by_stage() {
    let log = build("two-stages").stdout;
    let second = log.split("%drydock build 2\n").nth(1).expect("two builds");
    let log = second.split("%drydock exit").next().expect("a log");
    let told: Vec<String> = parse(log)
        .iter()
        .map(|step| {
            format!(
                "{} {} {} {}",
                step.stage.as_deref().unwrap_or("-"),
                step.number,
                if step.cached { "cached" } else { "ran" },
                step.name
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn builds_that_break_off_are_no_fault_of_the_learner() {
    for cut in [0, 15, 200, 2000] {
        let mut output = build("good-order");
        output.stdout.truncate(cut);
        let rule = rule("app.py", json!(["RUN *"]), json!([]));
        assert_eq!(judge_output(rule, output).state, ERROR, "cut at {cut}");
    }
}

#[test]
fn builds_that_take_too_long_say_so() {
    let check = check(rule("app.py", json!(["RUN *"]), json!([])));
    let mut evidence = recorded();
    let probe = needed(&check, &evidence);
    let late = ProcessSeen {
        timed_out: true,
        ..ProcessSeen::default()
    };
    let seen = commands::read(&probe, late);
    assert!(
        matches!(&seen, Ok(Seen::Rebuild(seen)) if seen.obstacle == Some(Obstacle::TimedOut)),
        "{seen:?}"
    );
    evidence.record(probe, seen);
    assert_eq!(judge(&check, &evidence).state, FAIL);
}

#[test]
fn the_defaults_are_the_home_folder_and_its_dockerfile() {
    let probe = needed(&check(json!({"rebuild": {}})), &recorded());
    let Probe::Rebuild(spec) = probe else {
        panic!("{probe:?}");
    };
    assert_eq!(
        (
            spec.context.as_str(),
            spec.dockerfile.as_str(),
            spec.timeout
        ),
        (".", "Dockerfile", 120)
    );
}
