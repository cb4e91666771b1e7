use std::collections::BTreeMap;
use std::time::Duration;

use crate::support::*;
use drydock_grader::evidence::ProcessSeen;
use drydock_grader::probe::{ExecSpec, RunSpec};
use drydock_grader::{Probe, Seen, commands};

fn parameters(probe: &Probe) -> Vec<String> {
    let command = commands::command(probe, "s1-7").expect("a command");
    assert_eq!(&command.argv[..2], ["bash", "-c"]);
    command.argv[3..].to_vec()
}

#[test]
fn names_and_paths_are_parameters_and_never_part_of_a_script() {
    let evil = "x'; rm -rf ~; echo \"$(id)`id`\n";
    let run = Probe::Run(RunSpec {
        image: "hello:v1".into(),
        args: vec![evil.into(), "--privileged".into()],
        env: [("WORD".to_owned(), evil.to_owned())].into(),
        volumes: vec!["notes:/data".into()],
        timeout: 10,
    });
    assert_eq!(
        parameters(&run),
        [
            "drydock",
            "drydock-probe-s1-7",
            "10",
            "--env",
            &format!("WORD={evil}"),
            "--volume",
            "notes:/data",
            "hello:v1",
            evil,
            "--privileged",
        ]
    );
    let file = Probe::File { path: evil.into() };
    assert_eq!(parameters(&file)[1], evil);
    let script = &commands::command(&file, "s1-7").expect("a command").argv[2];
    assert!(!script.contains("rm -rf ~"));
}

#[test]
fn a_command_ends_in_time_and_tidies_up_before_it_is_ended() {
    let exec = Probe::Exec(ExecSpec {
        command: "true".into(),
        timeout: 7,
    });
    let command = commands::command(&exec, "1").expect("a command");
    assert_eq!(command.argv, ["bash", "-c", "true"]);
    assert_eq!(command.deadline, Duration::from_secs(7));
    let run = needed(
        &check(json!({"run": {"image": "busybox", "timeout": 900}})),
        &recorded(),
    );
    let command = commands::command(&run, "1").expect("a command");
    assert_eq!(command.argv[5], "60");
    assert!(command.deadline > Duration::from_secs(60));
}

#[test]
fn what_the_engine_tells_needs_no_command() {
    for probe in [
        Probe::Images,
        Probe::Containers,
        Probe::Logs,
        Probe::Networks,
    ] {
        assert_eq!(commands::command(&probe, "1"), None);
        assert!(commands::read(&probe, ProcessSeen::default()).is_err());
    }
}

#[test]
fn files_of_a_volume_come_back_by_path() {
    let paths = ["note.txt", "windows.txt", "missing.txt"];
    // The script gives them in the order in which they were asked.
    let probe = |all: &[&str]| Probe::VolumeFiles {
        volume: "notes".into(),
        paths: all.iter().map(|path| (*path).to_owned()).collect(),
    };
    let mut output = process("volume-files");
    let lines: BTreeMap<&str, String> = paths
        .into_iter()
        .zip(output.stdout.lines().map(|line| format!("{line}\n")))
        .collect();
    output.stdout = lines.values().cloned().collect();
    let Ok(Seen::VolumeFiles(files)) = commands::read(&probe(&paths), output) else {
        panic!("no files");
    };
    assert_eq!(files["note.txt"].as_deref(), Some("first note\n"));
    assert_eq!(files["windows.txt"].as_deref(), Some("a\r\nb\r\n"));
    assert_eq!(files["missing.txt"], None);
    let gone = commands::read(&probe(&["note.txt"]), process("volume-gone"));
    assert_eq!(gone, Ok(Seen::VolumeFiles(BTreeMap::new())));
    let cut = commands::read(&probe(&paths), ProcessSeen::default());
    assert!(cut.is_err());
}

#[test]
fn events_of_the_probes_own_containers_are_told_from_the_learners() {
    assert!(commands::is_own([
        ("image", "busybox"),
        ("name", "drydock-probe-s1-7")
    ]));
    assert!(commands::is_own([("drydock.probe", "run")]));
    assert!(!commands::is_own([("name", "web"), ("image", "nginx")]));
}
