use crate::support::*;
use drydock_grader::{commands, judge};

#[test]
fn a_missing_volume_names_what_was_made_in_its_place() {
    let rows = [
        (PASS, json!({"volume": {"name": "notes"}})),
        (FAIL, json!({"volume": {"name": "note"}})),
        (FAIL, json!({"volume": {"name": "data"}})),
        (FAIL, json!({"volume": {"name": "database"}})),
        (
            PASS,
            json!({"volume": {"name": "database", "exists": false}}),
        ),
        (FAIL, json!({"volume": {"name": "notes", "exists": false}})),
        (
            PASS,
            json!({"volume": {"name": "notes", "labels": {"kept": "yes"}}}),
        ),
        (
            FAIL,
            json!({"volume": {"name": "notes", "labels": {"kept": "no"}}}),
        ),
    ];
    insta::assert_snapshot!(table(&recorded(), &rows));
}

#[test]
fn without_volumes_that_is_said() {
    let rows = [(FAIL, json!({"volume": {"name": "notes"}}))];
    insta::assert_snapshot!(table(&empty(), &rows));
}

#[test]
fn files_of_a_volume_are_compared() {
    let mut texts = Texts::default();
    for (state, files) in [
        (PASS, json!({"note.txt": "first note"})),
        (PASS, json!({"/note.txt": {"contains": "first"}})),
        (FAIL, json!({"note.txt": "second note"})),
        (FAIL, json!({"windows.txt": "a\nb"})),
        (FAIL, json!({"missing.txt": "a"})),
    ] {
        let rule = json!({"volume": {"name": "notes", "files": files}});
        let check = check(rule.clone());
        let mut evidence = recorded();
        let probe = needed(&check, &evidence);
        // The recording looked at all three; a probe for one gets its line.
        let lines: Vec<String> = process("volume-files")
            .stdout
            .lines()
            .map(str::to_owned)
            .collect();
        let line = match rule.to_string() {
            text if text.contains("note.txt") => &lines[0],
            text if text.contains("windows.txt") => &lines[1],
            _ => &lines[2],
        };
        let mut output = process("volume-files");
        output.stdout = format!("{line}\n");
        evidence.record(probe.clone(), commands::read(&probe, output));
        texts.add(&rule, &judge(&check, &evidence), state);
    }
    insta::assert_snapshot!(texts.text());
}

#[test]
fn a_volume_that_is_not_there_is_not_looked_into() {
    let check = check(json!({"volume": {"name": "gone", "files": {"a": "b"}}}));
    assert!(drydock_grader::wanted([&check], &recorded(), &[].into()).is_empty());
}
