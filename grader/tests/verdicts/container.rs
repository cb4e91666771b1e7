use crate::support::*;
use drydock_grader::{Probe, judge, wanted};

#[test]
fn a_container_is_found_by_name_or_image_and_a_missing_one_names_what_is_there() {
    let rows = [
        (PASS, json!({"container": {"name": "web"}})),
        (PASS, json!({"container": {"name": {"matches": "un*ed"}}})),
        (PASS, json!({"container": {"image": "nginx"}})),
        (
            PASS,
            json!({"container": {"name": "web", "image": "docker.io/library/nginx:latest"}}),
        ),
        (FAIL, json!({"container": {"name": "wbe"}})),
        (FAIL, json!({"container": {"name": "server"}})),
        (
            FAIL,
            json!({"container": {"name": "server", "image": "hello:v1"}}),
        ),
        (FAIL, json!({"container": {"name": {"matches": "db-*"}}})),
        (FAIL, json!({"container": {"image": "crew/echo"}})),
        (
            FAIL,
            json!({"container": {"name": "web", "image": "busybox"}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "stale", "image": "hello:v1"}}),
        ),
        (
            PASS,
            json!({"container": {"name": "gone", "exists": false}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "killed", "exists": false}}),
        ),
        (
            FAIL,
            json!({"container": {"image": "nginx", "exists": false}}),
        ),
        (
            PASS,
            json!({"container": {"image": "nginx", "state": "exited", "exists": false}}),
        ),
    ];
    insta::assert_snapshot!(table(&recorded(), &rows));
}

#[test]
fn without_containers_that_is_said() {
    let rows = [
        (FAIL, json!({"container": {"name": "web"}})),
        (FAIL, json!({"container": {"image": "nginx"}})),
        (FAIL, json!({"container": {"state": "running"}})),
        (FAIL, json!({"container": {"image": "nginx", "count": 2}})),
        (PASS, json!({"container": {"name": "web", "exists": false}})),
    ];
    insta::assert_snapshot!(table(&empty(), &rows));
}

#[test]
fn each_state_and_exit_code_is_explained() {
    let rows = [
        (
            PASS,
            json!({"container": {"name": "web", "state": "running"}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "web", "state": "exited"}}),
        ),
        (
            PASS,
            json!({"container": {"name": "greeter", "state": "exited", "exit_code": 0}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "greeter", "state": "running"}}),
        ),
        (FAIL, json!({"container": {"name": "web", "exit_code": 0}})),
        (
            FAIL,
            json!({"container": {"name": "web", "state": "exited", "exit_code": 0}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "failing", "exit_code": 0}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "killed", "state": "running"}}),
        ),
        (
            PASS,
            json!({"container": {"name": "killed", "exit_code": 137}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "waiting", "state": "running"}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "no-command", "state": "running"}}),
        ),
        (
            PASS,
            json!({"container": {"name": "no-command", "exit_code": 127}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "clash", "state": "running"}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "looping", "state": "running"}}),
        ),
        (
            PASS,
            json!({"container": {"name": "healthy", "health": "healthy"}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "ill", "health": "healthy"}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "web", "health": "healthy"}}),
        ),
        (
            PASS,
            json!({"container": {"name": "web", "restart": "unless-stopped"}}),
        ),
        (
            PASS,
            json!({"container": {"name": "limited", "restart": "on-failure:3"}}),
        ),
        (
            PASS,
            json!({"container": {"name": "limited", "restart": "on-failure"}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "limited", "restart": "always"}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "killed", "restart": "always"}}),
        ),
    ];
    insta::assert_snapshot!(table(&recorded(), &rows));
}

#[test]
fn states_that_the_sandbox_does_not_reach_are_explained_too() {
    let mut engine = engine();
    for container in engine["containers"].as_array_mut().expect("a list") {
        match container["Name"].as_str() {
            Some("/killed") => container["State"]["OOMKilled"] = true.into(),
            Some("/web") => container["State"]["Status"] = "paused".into(),
            Some("/stale") => container["State"]["Status"] = "removing".into(),
            _ => {}
        }
    }
    let rows = [
        (
            FAIL,
            json!({"container": {"name": "killed", "state": "running"}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "web", "state": "running"}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "stale", "state": "running"}}),
        ),
    ];
    insta::assert_snapshot!(table(&evidence_of(&engine), &rows));
}

#[test]
fn each_port_says_where_it_leads() {
    let port = |name: &str, port: &str| json!({"container": {"name": name, "ports": [port]}});
    let rows = [
        (PASS, port("web", "8080:80")),
        (PASS, port("web", "8080:80/tcp")),
        (PASS, port("web", "80")),
        (PASS, port("everywhere", "80")),
        (PASS, port("elsewhere", "127.0.0.1:5353:53/udp")),
        (PASS, port("clash", "8080:80")),
        (FAIL, port("swapped", "8080:80")),
        (FAIL, port("unpublished", "8080:80")),
        (FAIL, port("greeter", "8080:80")),
        (FAIL, port("elsewhere", "8080:80")),
        (FAIL, port("elsewhere", "9090:8000")),
        (FAIL, port("elsewhere", "0.0.0.0:5353:53/udp")),
        (FAIL, port("elsewhere", "7000:7000")),
        (ERROR, port("web", "http")),
    ];
    insta::assert_snapshot!(table(&recorded(), &rows));
}

#[test]
fn each_mount_says_what_is_in_its_place() {
    let mount = |name: &str, mount: serde_json::Value| json!({"container": {"name": name, "mounts": [mount]}});
    let notes = json!({"type": "volume", "source": "notes", "target": "/data"});
    let rows = [
        (PASS, mount("notes-writer", notes.clone())),
        (PASS, mount("notes-writer", json!({"target": "/data/"}))),
        (FAIL, mount("bound", notes.clone())),
        (FAIL, mount("anonymous", notes.clone())),
        (FAIL, mount("misplaced", notes.clone())),
        (FAIL, mount("greeter", notes.clone())),
        (FAIL, mount("memory", notes)),
        (
            PASS,
            mount(
                "bound",
                json!({"type": "bind", "source": "/root/data", "target": "/data"}),
            ),
        ),
        (
            FAIL,
            mount(
                "bound",
                json!({"type": "bind", "source": "/root/app", "target": "/data"}),
            ),
        ),
        (
            FAIL,
            mount("notes-writer", json!({"type": "bind", "target": "/data"})),
        ),
        (
            PASS,
            mount("memory", json!({"type": "tmpfs", "target": "/cache"})),
        ),
        (FAIL, mount("bound", json!({"type": "tmpfs"}))),
    ];
    insta::assert_snapshot!(table(&recorded(), &rows));
}

#[test]
fn networks_commands_environment_and_output_are_compared() {
    let rows = [
        (
            PASS,
            json!({"container": {"name": "web", "networks": ["shop"]}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "swapped", "networks": ["shop"]}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "limited", "networks": ["shop"]}}),
        ),
        (
            PASS,
            json!({"container": {"name": "killed", "command": "sleep 1000"}}),
        ),
        (
            PASS,
            json!({"container": {"name": "web", "command": {"contains": "nginx"}}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "killed", "command": "sleep 100"}}),
        ),
        (
            PASS,
            json!({"container": {"name": "greeter", "env": {"GREETING": "Ahoy"}}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "greeter", "env": {"GREETING": "Hello"}}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "web", "env": {"GREETING": "Ahoy"}}}),
        ),
        (
            PASS,
            json!({"container": {"name": "greeter", "logs": {"contains": "Ahoy, Captain"}}}),
        ),
        (
            PASS,
            json!({"container": {"name": "greeter", "logs": {"regex": "^all well$"}}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "greeter", "logs": {"contains": "ahoy, captain"}}}),
        ),
        (
            FAIL,
            json!({"container": {"name": "waiting", "logs": {"contains": "Ahoy"}}}),
        ),
        (
            ERROR,
            json!({"container": {"name": "greeter", "logs": {"regex": "("}}}),
        ),
    ];
    insta::assert_snapshot!(table(&recorded(), &rows));
}

#[test]
fn one_container_must_meet_everything_and_the_nearest_is_spoken_of() {
    let rows = [
        (
            FAIL,
            json!({"container": {"image": "nginx", "ports": ["8080:80"], "networks": ["shop"],
                                 "health": "healthy"}}),
        ),
        (
            PASS,
            json!({"container": {"image": "nginx", "ports": ["8080:80"], "state": "running"}}),
        ),
        (PASS, json!({"container": {"image": "nginx", "count": 8}})),
        (FAIL, json!({"container": {"image": "nginx", "count": 1}})),
        (
            FAIL,
            json!({"container": {"image": "nginx", "networks": ["shop"], "count": 2}}),
        ),
        (FAIL, json!({"container": {"image": "nginx", "count": 0}})),
    ];
    insta::assert_snapshot!(table(&recorded(), &rows));
}

#[test]
fn logs_are_fetched_only_for_a_container_that_is_right_otherwise() {
    let mut evidence = recorded();
    evidence.forget_if(|probe| *probe == Probe::Logs);
    let right = check(json!({"container": {"name": "greeter", "logs": {"contains": "Ahoy"}}}));
    let wrong =
        check(json!({"container": {"name": "greeter", "state": "running", "logs": "Ahoy"}}));
    assert_eq!(needed(&right, &evidence), Probe::Logs);
    assert!(wanted([&wrong], &evidence, &[].into()).is_empty());
    assert_eq!(judge(&wrong, &evidence).state, FAIL);
}

#[test]
fn what_a_failed_container_printed_is_told_with_its_exit_code() {
    let rule =
        json!({"container": {"name": "failing", "exit_code": 0, "logs": {"contains": "Ahoy"}}});
    let verdict = judge(&check(rule), &recorded());
    assert_eq!(verdict.state, FAIL);
    assert_eq!(
        verdict.found,
        "It exited with code 1: the program itself reported an error. It printed `no such chart`."
    );
}

#[test]
fn containers_that_a_probe_made_are_not_the_learners() {
    let mut engine = engine();
    let mut probe = engine["containers"][0].clone();
    probe["Name"] = "/drydock-probe-7".into();
    probe["Config"]["Labels"] = json!({"drydock.probe": "run"});
    engine["containers"] = json!([probe]);
    let rule = json!({"container": {"name": {"matches": "*"}}});
    assert_eq!(judge(&check(rule), &evidence_of(&engine)).state, FAIL);
}
