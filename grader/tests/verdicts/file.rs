use crate::support::*;
use drydock_grader::evidence::{FileKind, FileSeen};
use drydock_grader::{Probe, Seen, commands, judge};

#[test]
fn a_file_is_compared_and_a_missing_one_names_what_lies_beside() {
    let mut texts = Texts::default();
    let greeting = "print(\"Hello from a container\")";
    for (state, output, rule) in [
        (PASS, "file-there", json!({"path": "app/hello.py"})),
        (
            PASS,
            "file-there",
            json!({"path": "app/hello.py", "text": greeting}),
        ),
        (
            PASS,
            "file-there",
            json!({"path": "app/hello.py", "text": {"regex": "^print"}}),
        ),
        (
            FAIL,
            "file-there",
            json!({"path": "app/hello.py", "text": {"contains": "hello from"}}),
        ),
        (
            FAIL,
            "file-there",
            json!({"path": "app/hello.py", "text": {"not": {"contains": "print"}}}),
        ),
        (
            FAIL,
            "file-there",
            json!({"path": "app/hello.py", "executable": true}),
        ),
        (
            FAIL,
            "file-there",
            json!({"path": "app/hello.py", "exists": false}),
        ),
        (FAIL, "file-slip", json!({"path": "app/Dockerfil"})),
        (
            PASS,
            "file-slip",
            json!({"path": "app/Dockerfil", "exists": false}),
        ),
        (FAIL, "file-folder", json!({"path": "app"})),
        (FAIL, "file-dangling", json!({"path": "odd/dangling"})),
        (FAIL, "file-pipe", json!({"path": "odd/pipe"})),
        (
            PASS,
            "file-executable",
            json!({"path": "odd/run.sh", "executable": true}),
        ),
        (
            FAIL,
            "file-executable",
            json!({"path": "odd/run.sh", "executable": false}),
        ),
        (
            FAIL,
            "file-executable",
            json!({"path": "odd/run.sh", "text": {"regex": "sh$"}}),
        ),
        (
            FAIL,
            "file-executable",
            json!({"path": "odd/run.sh", "text": {"contains": "#!/bin/bash"}}),
        ),
        (
            FAIL,
            "file-binary",
            json!({"path": "odd/binary", "text": "x"}),
        ),
        (FAIL, "file-odd-names", json!({"path": "odd/missing"})),
    ] {
        let rule = json!({"file": rule});
        texts.add(&rule, &judge_output(rule.clone(), process(output)), state);
    }
    insta::assert_snapshot!(texts.text());
}

#[test]
fn a_long_text_is_not_repeated_and_near_misses_are_told() {
    let mut texts = Texts::default();
    let dockerfile =
        "FROM python:3.13-slim\nCOPY . .\nRUN pip  install -r requirements.txt\nuser app\n";
    for (state, text, demand) in [
        (FAIL, dockerfile, json!({"contains": "WORKDIR /app"})),
        (FAIL, dockerfile, json!({"contains": "RUN pip install"})),
        (FAIL, dockerfile, json!({"contains": "USER app"})),
        (FAIL, dockerfile, json!({"not": {"contains": "COPY . ."}})),
        (FAIL, "a\r\nb\r\n", json!("a\nb")),
        (FAIL, "", json!({"contains": "FROM"})),
        (FAIL, " \n", json!("FROM")),
    ] {
        let rule = json!({"file": {"path": "Dockerfile", "text": demand}});
        let mut evidence = recorded();
        let seen = FileSeen {
            kind: FileKind::File,
            text: text.into(),
            size: text.len() as u64,
            ..FileSeen::default()
        };
        let probe = Probe::File {
            path: "Dockerfile".into(),
        };
        evidence.record(probe, Ok(Seen::File(seen)));
        texts.add(&rule, &judge(&check(rule.clone()), &evidence), state);
    }
    insta::assert_snapshot!(texts.text());
}

#[test]
fn a_file_beyond_the_limit_is_marked_as_cut() {
    let probe = Probe::File {
        path: "odd/large".into(),
    };
    let mut output = process("file-cut");
    output.stdout = output.stdout.replace(" 32\n", " 300000\n");
    let Ok(Seen::File(file)) = commands::read(&probe, output) else {
        panic!("no file");
    };
    assert!(file.truncated);
    assert_eq!((file.text.as_str(), file.size), ("print", 300_000));
}

#[test]
fn names_beside_a_missing_file_keep_to_a_line_each() {
    let probe = Probe::File {
        path: "odd/missing".into(),
    };
    let Ok(Seen::File(file)) = commands::read(&probe, process("file-odd-names")) else {
        panic!("no file");
    };
    assert!(file.beside.contains(&"two\\nlines".to_owned()), "{file:?}");
    assert!(file.beside.contains(&"-rf".to_owned()), "{file:?}");
}
