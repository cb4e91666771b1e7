use crate::support::*;

#[test]
fn an_image_is_found_by_any_of_its_names_and_a_missing_one_names_what_is_there() {
    let rows = [
        (PASS, json!({"image": {"ref": "hello:v1"}})),
        (
            PASS,
            json!({"image": {"ref": "docker.io/library/hello:v1"}}),
        ),
        (PASS, json!({"image": {"ref": "crew/echo"}})),
        (FAIL, json!({"image": {"ref": "hello"}})),
        (FAIL, json!({"image": {"ref": "only:v1"}})),
        (FAIL, json!({"image": {"ref": "echo"}})),
        (FAIL, json!({"image": {"ref": "helo:v1"}})),
        (FAIL, json!({"image": {"ref": "shel:v1"}})),
        (FAIL, json!({"image": {"ref": "something:else"}})),
        (PASS, json!({"image": {"ref": "gone:v1", "exists": false}})),
        (FAIL, json!({"image": {"ref": "hello:v1", "exists": false}})),
        (FAIL, json!({"image": {"ref": "only", "exists": false}})),
    ];
    insta::assert_snapshot!(table(&recorded(), &rows));
}

#[test]
fn in_an_empty_engine_no_image_has_a_name_like_it() {
    let rows = [(FAIL, json!({"image": {"ref": "hello:v1"}}))];
    insta::assert_snapshot!(table(&empty(), &rows));
}

#[test]
fn each_demand_on_an_image_says_what_it_wants_and_what_is_there() {
    let image = |name: &str, demand: serde_json::Value| {
        let mut rule = json!({"ref": name});
        for (key, value) in demand.as_object().expect("a mapping") {
            rule[key] = value.clone();
        }
        json!({"image": rule})
    };
    let rows = [
        (PASS, image("hello:v1", json!({"max_size": "2GB"}))),
        (FAIL, image("hello:v1", json!({"max_size": "10 MB"}))),
        (ERROR, image("hello:v1", json!({"max_size": "small"}))),
        (PASS, image("busybox", json!({"max_layers": 1}))),
        (FAIL, image("hello:v1", json!({"max_layers": 1}))),
        (PASS, image("hello:v1", json!({"user": {"not": "root"}}))),
        (PASS, image("hello:v1", json!({"user": "1000"}))),
        (PASS, image("hello:v1", json!({"user": "1000:1000"}))),
        (FAIL, image("hello:v1", json!({"user": "app"}))),
        (FAIL, image("only", json!({"user": {"not": "root"}}))),
        (FAIL, image("shell:form", json!({"user": {"not": "root"}}))),
        (PASS, image("shell:form", json!({"user": "root"}))),
        (PASS, image("hello:v1", json!({"cmd": "python hello.py"}))),
        (FAIL, image("hello:v1", json!({"cmd": "python helo.py"}))),
        (FAIL, image("shell:form", json!({"cmd": "python hello.py"}))),
        (FAIL, image("only", json!({"cmd": "python hello.py"}))),
        (FAIL, image("crew/echo", json!({"cmd": "echo"}))),
        (PASS, image("crew/echo", json!({"entrypoint": "echo"}))),
        (
            FAIL,
            image("hello:v1", json!({"entrypoint": "python hello.py"})),
        ),
        (FAIL, image("busybox", json!({"entrypoint": "echo"}))),
        (PASS, image("hello:v1", json!({"workdir": "/app"}))),
        (PASS, image("shell:form", json!({"workdir": "/app"}))),
        (FAIL, image("only", json!({"workdir": "/app"}))),
        (FAIL, image("hello:v1", json!({"workdir": "/srv"}))),
        (
            PASS,
            image(
                "hello:v1",
                json!({"env": {"GREETING": {"contains": "Ahoy"}, "PYTHONUNBUFFERED": "1"}}),
            ),
        ),
        (
            FAIL,
            image("hello:v1", json!({"env": {"GREETING": "ahoy there"}})),
        ),
        (
            FAIL,
            image("hello:v1", json!({"env": {"GREETINGS": "Ahoy"}})),
        ),
        (
            PASS,
            image(
                "hello:v1",
                json!({"env": {"SECRET": {"not": {"matches": "*"}}}}),
            ),
        ),
        (
            FAIL,
            image(
                "hello:v1",
                json!({"env": {"GREETING": {"not": {"matches": "*"}}}}),
            ),
        ),
        (PASS, image("hello:v1", json!({"exposes": ["8000"]}))),
        (PASS, image("shell:form", json!({"exposes": ["53/udp"]}))),
        (FAIL, image("shell:form", json!({"exposes": ["53"]}))),
        (FAIL, image("only", json!({"exposes": ["8000/tcp"]}))),
        (
            PASS,
            image("hello:v1", json!({"labels": {"maintainer": "crew"}})),
        ),
        (
            FAIL,
            image(
                "hello:v1",
                json!({"labels": {"maintainer": "nobody", "version": "1"}}),
            ),
        ),
        (
            PASS,
            image("hello:v1", json!({"based_on": "python:3.13-slim"})),
        ),
        (
            FAIL,
            image("crew/echo", json!({"based_on": "python:3.13-slim"})),
        ),
        (FAIL, image("hello:v1", json!({"based_on": "busybox"}))),
        (
            FAIL,
            image("hello:v1", json!({"based_on": "debian:trixie-slim"})),
        ),
        (
            FAIL,
            image(
                "only",
                json!({"user": {"not": "root"}, "workdir": "/app", "max_layers": 1,
                       "exposes": ["80"], "labels": {"a": "b"}}),
            ),
        ),
    ];
    insta::assert_snapshot!(table(&recorded(), &rows));
}

#[test]
fn paths_of_an_image_are_looked_at_once_all_else_is_met() {
    use drydock_grader::{Probe, Seen, judge, wanted};
    let rule = json!({"image": {"ref": "hello:v1", "workdir": "/app",
        "contains": ["/app/hello.py", "etc/passwd"], "lacks": ["/app/.git", "/root/secret"]}});
    let mut evidence = recorded();
    let probe = needed(&check(rule.clone()), &evidence);
    let Probe::ImagePaths { image, paths } = &probe else {
        panic!("{probe:?}");
    };
    assert_eq!(image, "hello:v1");
    assert_eq!(
        paths.iter().collect::<Vec<_>>(),
        ["/app/.git", "/app/hello.py", "/etc/passwd", "/root/secret"]
    );
    let mut texts = Texts::default();
    let mut see = |there: &[&str], state| {
        let seen = paths
            .iter()
            .map(|path| (path.clone(), there.contains(&path.as_str())))
            .collect();
        evidence.record(probe.clone(), Ok(Seen::ImagePaths(seen)));
        texts.add(&rule, &judge(&check(rule.clone()), &evidence), state);
    };
    see(&["/app/hello.py", "/etc/passwd"], PASS);
    see(&["/etc/passwd", "/app/.git"], FAIL);
    see(&[], FAIL);
    insta::assert_snapshot!(texts.text());

    // A demand that costs nothing has failed already: no container is made for the rest.
    let failing = check(json!({"image": {"ref": "hello:v1", "workdir": "/", "contains": ["/x"]}}));
    assert_eq!(judge(&failing, &recorded()).state, FAIL);
    assert!(wanted([&failing], &recorded(), &[].into()).is_empty());
}
