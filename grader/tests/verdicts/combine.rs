use crate::support::*;
use drydock_grader::{Evidence, Probe, judge, wanted};

#[test]
fn all_any_and_not_read_as_sentences() {
    let web = json!({"container": {"name": "web", "state": "running"}});
    let gone = json!({"container": {"name": "gone"}});
    let rows = [
        (PASS, json!({"all": [web, {"image": {"ref": "hello:v1"}}]})),
        (FAIL, json!({"all": [web, gone]})),
        (
            FAIL,
            json!({"all": [gone, web, {"image": {"ref": "gone"}}, {"volume": {"name": "gone"}}]}),
        ),
        (PASS, json!({"any": [gone, web]})),
        (
            FAIL,
            json!({"any": [gone, {"container": {"name": "web", "ports": ["80:80"]}}]}),
        ),
        (FAIL, json!({"any": []})),
        (PASS, json!({"not": gone})),
        (FAIL, json!({"not": web})),
        (
            FAIL,
            json!({"not": {"image": {"ref": "gone", "exists": false}}}),
        ),
        (
            PASS,
            json!({"not": {"image": {"ref": "hello:v1", "exists": false}}}),
        ),
        (FAIL, json!({"not": {"any": [gone, web]}})),
        (PASS, json!({"not": {"all": [web, gone]}})),
    ];
    insta::assert_snapshot!(table(&recorded(), &rows));
}

#[test]
fn what_settles_the_matter_outweighs_what_could_not_be_seen() {
    let images = json!({"image": {"ref": "hello:v1"}});
    let volume = json!({"volume": {"name": "notes"}});
    let gone = json!({"image": {"ref": "gone"}});
    let mut evidence = recorded();
    evidence.record(Probe::Volumes, Err("The engine did not answer".into()));
    let state = |rule| judge(&check(rule), &evidence).state;
    assert_eq!(state(json!({"all": [gone, volume]})), FAIL);
    assert_eq!(state(json!({"all": [images, volume]})), ERROR);
    assert_eq!(state(json!({"any": [images, volume]})), PASS);
    assert_eq!(state(json!({"any": [gone, volume]})), ERROR);
    assert_eq!(state(json!({"not": volume})), ERROR);
}

#[test]
fn an_error_says_that_it_is_not_the_learners_fault() {
    let mut evidence = Evidence::new();
    evidence.record(Probe::Images, Err("The engine did not answer".into()));
    let rule = json!({"image": {"ref": "hello:v1"}});
    let mut texts = Texts::default();
    texts.add(&rule, &judge(&check(rule.clone()), &evidence), ERROR);
    insta::assert_snapshot!(texts.text());
}

#[test]
fn one_failed_part_of_all_spares_the_looks_of_the_others() {
    let cheap = json!({"image": {"ref": "gone"}});
    let costly = json!({"rebuild": {"touch": ["a"], "cached": ["RUN *"]}});
    let check = check(json!({"all": [cheap, costly]}));
    let first = wanted([&check], &Evidence::new(), &[].into());
    assert!(first.contains(&Probe::Images));
    assert!(wanted([&check], &recorded(), &[].into()).is_empty());
}
