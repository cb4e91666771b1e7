//! `drydock user`: accounts on the command line.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn user(data: &Path, arguments: &[&str], typed: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_drydock"))
        .arg("user")
        .args(arguments)
        .env("DRYDOCK_DATA", data)
        .env("DRYDOCK_HTTP__PUBLIC_URL", "https://learn.example.edu")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(typed.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

/// What a command printed; it must have done what it was told.
fn done(data: &Path, arguments: &[&str], typed: &str) -> String {
    let output = user(data, arguments, typed);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// Why a command did nothing.
fn refused(data: &Path, arguments: &[&str], typed: &str) -> String {
    let output = user(data, arguments, typed);
    assert!(!output.status.success(), "{arguments:?} did something");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn an_account_is_made_listed_changed_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let ada = "ada@example.edu";
    let link = done(
        data,
        &["add", ada, "--name", "Ada", "--role", "operator"],
        "",
    );
    assert!(
        link.starts_with("https://learn.example.edu/password/"),
        "{link}"
    );
    assert!(refused(data, &["add", "ADA@example.edu", "--name", "Eve"], "").contains("already"));
    assert!(refused(data, &["add", "nonsense", "--name", "Eve"], "").contains("e-mail address"));
    let list = done(data, &["list", "ADA"], "");
    assert!(list.contains("operator") && list.contains(ada), "{list}");

    assert!(refused(data, &["role", ada, "student"], "").contains("only operator"));
    assert!(refused(data, &["delete", ada, "--yes"], "").contains("only operator"));
    done(
        data,
        &[
            "add",
            "bob@example.edu",
            "--name",
            "Bob",
            "--role",
            "operator",
        ],
        "",
    );
    done(data, &["role", ada, "instructor"], "");
    assert!(done(data, &["list", ada], "").contains("instructor"));

    assert!(refused(data, &["passwd", ada], "short\n").contains("at least 10 characters"));
    done(data, &["passwd", ada], "a few plain words\n");
    assert_ne!(done(data, &["link", ada], ""), link);
    assert!(refused(data, &["link", "eve@example.edu"], "").contains("no account"));

    assert!(refused(data, &["delete", ada], "bob@example.edu\n").contains("nothing was deleted"));
    done(data, &["delete", ada], "Ada@example.edu\n");
    assert!(!done(data, &["list"], "").contains(ada));
}
