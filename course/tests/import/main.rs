//! Scenarios from elsewhere: what becomes of the two in `tests/fixtures/import`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod hostile;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use drydock_course::import::{Import, Kind, Place, import};
use drydock_course::load;
use drydock_course::model::{Item, Lab};
use tempfile::TempDir;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/import")
}

/// Translates a folder for an empty content folder.
fn translate(kind: Kind, from: &Path) -> Result<Import, Vec<String>> {
    let content = tempfile::tempdir().unwrap();
    translate_into(kind, from, content.path())
}

fn translate_into(kind: Kind, from: &Path, content: &Path) -> Result<Import, Vec<String>> {
    let place = Place {
        content,
        module: "harbour/01-quay",
        name: None,
    };
    import(kind, from, place).map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

/// Writes what was made, loads it, and asserts that the lab is there without errors.
fn load_made(made: &Import) -> (TempDir, Lab) {
    let content = tempfile::tempdir().unwrap();
    made.made.write(content.path()).unwrap();
    let loaded = load(content.path());
    let errors: Vec<String> = loaded
        .problems
        .iter()
        .filter(|problem| problem.is_error())
        .map(ToString::to_string)
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    let items = &loaded.library.courses[0].modules[0].items;
    let [Item::Lab(lab)] = items.as_slice() else {
        panic!("there is no lab, or more than one");
    };
    (content, lab.clone())
}

/// The lab's text and solution, the other files, and the losses.
fn described(made: &Import) -> String {
    let mut text = String::new();
    for file in &made.made.files {
        let kind = if file.executable { ", executable" } else { "" };
        writeln!(text, "==> {} ({} bytes{kind})", file.path, file.bytes.len()).unwrap();
        if file.path.ends_with("lab.md") || file.path.contains("/solution/") {
            writeln!(text, "{}", String::from_utf8_lossy(&file.bytes)).unwrap();
        }
    }
    writeln!(text, "\nlost:").unwrap();
    for loss in &made.losses {
        writeln!(text, "{}:{}: {}", loss.file, loss.line, loss.message).unwrap();
    }
    text
}

#[test]
fn the_scenarios_become_labs_that_load_and_every_loss_is_named() {
    for (name, kind) in [
        ("killercoda", Kind::Killercoda),
        ("labspace", Kind::Labspace),
    ] {
        let made = translate(kind, &fixtures().join(name)).unwrap();
        load_made(&made);
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(fixtures());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, described(&made)));
    }
}

#[test]
fn a_labspace_without_its_repository_is_read_too() {
    translate(Kind::Labspace, &fixtures().join("labspace/labspace")).unwrap();
}

#[test]
fn nothing_that_is_there_is_overwritten() {
    let content = tempfile::tempdir().unwrap();
    let from = fixtures().join("killercoda");
    let made = translate_into(Kind::Killercoda, &from, content.path()).unwrap();
    made.made.write(content.path()).unwrap();
    let lab = content
        .path()
        .join("harbour/01-quay/labs/keep-a-log-in-a-volume/lab.md");
    fs::write(&lab, "mine").unwrap();
    // Neither when it is translated once more, nor when it came into being since.
    let again = translate_into(Kind::Killercoda, &from, content.path()).unwrap_err();
    assert!(again[0].contains("there already"), "{again:?}");
    assert!(made.made.write(content.path()).is_err());
    assert_eq!(fs::read_to_string(lab).unwrap(), "mine");
}

/// A scenario of Killercoda with these files; `index.json` names `a.md` as its only step unless it is given.
fn scenario(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let index = br#"{"title": "x", "details": {"steps": [{"title": "y", "text": "a.md"}]}}"#;
    for (path, bytes) in [("index.json", &index[..])].iter().chain(files) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

#[test]
fn links_and_footnotes_of_one_text_stay_apart_from_those_of_another() {
    let index = br#"{"title": "x", "details": {"steps": [{"title": "a", "text": "a.md"}, {"title": "b", "text": "b.md"}]}}"#;
    let text = |name: &str| {
        format!("See [it][it][^1].\n\n[it]: https://{name}.example/\n\n[^1]: Of {name}.\n")
    };
    let folder = scenario(&[
        ("index.json", index),
        ("a.md", text("one").as_bytes()),
        ("b.md", text("two").as_bytes()),
    ]);
    let made = translate(Kind::Killercoda, folder.path()).unwrap();
    let (content, _lab) = load_made(&made);
    let lab = fs::read_to_string(content.path().join("harbour/01-quay/labs/x/lab.md")).unwrap();
    for part in [
        "[it](<https://one.example/>)[^s1-1]",
        "[it](<https://two.example/>)[^s2-1]",
        "[^s2-1]: Of two.",
    ] {
        assert!(lab.contains(part), "{part}\n{lab}");
    }
}
