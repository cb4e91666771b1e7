//! `drydock import`: from a scenario's folder to a lab that is proved on a real engine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn drydock(content: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_drydock"))
        .args(arguments)
        .env("DRYDOCK_CONTENT", content)
        .env("DRYDOCK_DATA", content.join("data"))
        .output()
        .expect("drydock runs")
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/fixtures/import")
        .join(name)
}

#[test]
fn an_imported_scenario_is_checked_and_once_its_images_are_named_proved() {
    let content = tempfile::tempdir().expect("a folder");
    for (kind, lab) in [
        ("killercoda", "keep-a-log-in-a-volume"),
        ("labspace", "a-page-in-a-container"),
    ] {
        let from = fixture(kind);
        let from = from.to_str().expect("a path");
        let output = drydock(content.path(), &["import", kind, from]);
        assert!(output.status.success(), "{output:?}");
        let told = String::from_utf8_lossy(&output.stdout);
        for part in [
            &format!("{lab}/solution/solve.sh"),
            "images: name those",
            "the link to `",
        ] {
            assert!(told.contains(part), "`{part}` is missing:\n{told}");
        }
        let text = format!("imported/01-labs/labs/{lab}/lab.md");
        let path = content.path().join(text);
        let text = fs::read_to_string(&path).expect("the lab");
        fs::write(&path, text.replace("images: []", "images: [busybox]")).expect("it is written");
        // What was edited stays.
        let again = drydock(content.path(), &["import", kind, from]);
        assert_eq!(again.status.code(), Some(1), "{again:?}");
        assert!(
            String::from_utf8_lossy(&again.stderr).contains("is there already"),
            "{again:?}"
        );
    }
    let output = drydock(content.path(), &["check"]);
    assert!(output.status.success(), "{output:?}");
    let output = drydock(content.path(), &["verify", "--jobs", "2"]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert!(told.contains("2 passed, 0 failed"), "{told}");
}
