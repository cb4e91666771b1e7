use crate::support::*;
use drydock_grader::{Evidence, State, judge};

fn question() -> serde_json::Value {
    json!({"answer": {
        "question": "Which instruction adds no layer?",
        "accept": ["EXPOSE", {"regex": "^(?i)cmd( instruction)?$"}],
        "wrong": {"RUN": "`RUN` saves what its command changed as a layer."}
    }})
}

#[test]
fn an_answer_is_read_as_a_person_would_read_it() {
    let mut texts = Texts::default();
    for (state, given) in [
        (PASS, "EXPOSE"),
        (PASS, "  `expose`. "),
        (PASS, "\"Expose\""),
        (PASS, "the\u{a0}expose".trim_start_matches("the\u{a0}")),
        (PASS, "CMD"),
        (PASS, "cmd  Instruction"),
        (FAIL, "run"),
        (FAIL, "COPY"),
        (FAIL, "`<b>\u{202e}"),
        (PENDING, "  "),
    ] {
        let mut evidence = Evidence::new();
        evidence.answer("check", given);
        let verdict = judge(&check(question()), &evidence);
        texts.add(&json!(given), &verdict, state);
    }
    insta::assert_snapshot!(texts.text());
}

#[test]
fn the_right_answer_is_never_told() {
    for given in ["", "RUN", "COPY", "something"] {
        let mut evidence = Evidence::new();
        evidence.answer("check", given);
        let verdict = judge(&check(question()), &evidence);
        assert_ne!(verdict.state, State::Pass);
        let told = format!("{verdict:?}").to_uppercase();
        assert!(!told.contains("EXPOSE") && !told.contains("CMD"), "{told}");
    }
}

#[test]
fn an_answer_belongs_to_its_check() {
    let mut evidence = Evidence::new();
    evidence.answer("another", "EXPOSE");
    assert_eq!(judge(&check(question()), &evidence).state, PENDING);
}
