//! Limits of a content folder, each of which is said when it is met, and what a load reuses.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;

use drydock_course::{Loader, load};
use tempfile::TempDir;

/// A content folder with one course, one module and one lesson without problems.
fn content() -> TempDir {
    let content = tempfile::tempdir().unwrap();
    drydock_course::scaffold::lesson(content.path(), "harbour/01-quay", "Ropes")
        .unwrap()
        .write(content.path())
        .unwrap();
    content
}

fn with_lab() -> TempDir {
    let content = content();
    drydock_course::scaffold::lab(content.path(), "harbour/01-quay", "Tie up")
        .unwrap()
        .write(content.path())
        .unwrap();
    content
}

fn write(content: &TempDir, path: &str, bytes: impl AsRef<[u8]>) {
    let path = content.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn problems(content: &TempDir) -> Vec<String> {
    load(content.path())
        .problems
        .iter()
        .map(ToString::to_string)
        .collect()
}

/// Asserts that there is one problem, in this file, with these words.
fn assert_one(content: &TempDir, file: &str, words: &str) {
    let problems = problems(content);
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert!(
        problems[0].starts_with(&format!("{file}:")) && problems[0].contains(words),
        "{problems:#?}"
    );
}

#[test]
fn a_page_that_is_too_large_is_named_with_the_limit() {
    let content = content();
    write(
        &content,
        "harbour/01-quay/02-large.md",
        vec![b'x'; 1024 * 1024 + 1],
    );
    assert_one(&content, "harbour/01-quay/02-large.md", "larger than 1 MiB");
}

#[test]
fn a_yaml_file_that_is_too_large_is_named_with_the_limit() {
    let content = content();
    write(
        &content,
        "harbour/01-quay/module.yaml",
        vec![b'#'; 256 * 1024 + 1],
    );
    assert_one(
        &content,
        "harbour/01-quay/module.yaml",
        "larger than 256 KiB",
    );
}

#[test]
fn bytes_that_are_not_text_are_named_with_their_line() {
    let content = content();
    write(&content, "harbour/01-quay/02-bytes.md", b"---\n\xff\xfe\n");
    assert_one(&content, "harbour/01-quay/02-bytes.md:2", "not UTF-8");
}

#[test]
fn files_of_a_lab_are_limited_together() {
    let content = with_lab();
    write(
        &content,
        "harbour/01-quay/labs/tie-up/start/a.bin",
        vec![0; 3 * 1024 * 1024],
    );
    assert_eq!(problems(&content), Vec::<String>::new());
    write(
        &content,
        "harbour/01-quay/labs/tie-up/start/b.bin",
        vec![0; 3 * 1024 * 1024],
    );
    assert_one(
        &content,
        "harbour/01-quay/labs/tie-up/start/b.bin",
        "together larger than 5 MiB",
    );
}

#[test]
fn deep_folders_and_many_files_are_named_with_the_limit() {
    let content = with_lab();
    write(&content, &format!("harbour/{}x.md", "a/".repeat(20)), "x");
    let found = problems(&content);
    assert!(
        found
            .iter()
            .any(|problem| problem.contains("nested more than 12 deep")),
        "{found:#?}"
    );

    let content = with_lab();
    for number in 0..5_001 {
        write(
            &content,
            &format!("harbour/01-quay/labs/tie-up/start/{number}"),
            "",
        );
    }
    let found = problems(&content);
    assert!(
        found
            .iter()
            .any(|problem| problem.contains("more than 5000 files")),
        "{} problems",
        found.len()
    );
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_is_refused_and_not_followed() {
    let content = with_lab();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.md"), "secret").unwrap();
    for (path, target) in [
        (
            "harbour/01-quay/02-secret.md",
            outside.path().join("secret.md"),
        ),
        (
            "harbour/01-quay/labs/tie-up/start/passwd",
            "/etc/passwd".into(),
        ),
        ("harbour/02-outside", outside.path().to_owned()),
    ] {
        let path = content.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, path).unwrap();
    }
    let loaded = load(content.path());
    assert_eq!(loaded.errors(), 3, "{:#?}", loaded.problems);
    assert!(
        loaded
            .problems
            .iter()
            .all(|problem| problem.message.contains("a symbolic link"))
    );
    // The lab has a file that could not be read: it is not shown without it.
    assert_eq!(loaded.library.courses[0].modules[0].items.len(), 1);
}

#[test]
fn a_missing_content_folder_says_what_to_give() {
    let loaded = load(Path::new("/no/such/folder"));
    assert_eq!(loaded.errors(), 1);
    assert!(
        loaded.problems[0]
            .to_string()
            .contains("give the path of a folder that holds courses")
    );
}

#[test]
fn a_folder_without_courses_says_what_a_course_is() {
    let content = tempfile::tempdir().unwrap();
    assert!(
        load(content.path()).problems[0]
            .to_string()
            .contains("a folder in it with a `course.yaml`")
    );
}

#[test]
fn the_folder_of_one_course_loads_that_course_alone() {
    let content = content();
    write(
        &content,
        "other/course.yaml",
        "title: Other\nsummary: Another course.\n",
    );
    let loaded = load(content.path().join("harbour"));
    assert_eq!(loaded.root, content.path());
    assert_eq!(
        loaded
            .library
            .courses
            .iter()
            .map(|course| course.slug.as_str())
            .collect::<Vec<_>>(),
        ["harbour"]
    );
    assert_eq!(load(content.path()).library.courses.len(), 2);
}

/// Each kind of bad content keeps only its own page out, also while the site watches the folder:
/// one loader reads it good, broken, and mended.
#[test]
fn bad_content_of_every_kind_leaves_the_rest_of_the_course_up_until_it_is_mended() {
    const FRONT: &str = "---\ntitle: x\nsummary: y\nminutes: 2\nobjectives: [z]\n---\n\n";
    const BAD: &str = "harbour/01-quay/02-bad.md";
    const LAB: &str = "harbour/01-quay/labs/bad/lab.md";
    let page = |text: &str| format!("{FRONT}{text}\n").into_bytes();
    let check = |id: &str, after: &str| {
        format!("```check\nid: {id}\ntitle: {id}\nafter: {after}\nfile: {{ path: {id} }}\n```\n\n")
    };
    let lab_of = |checks: &[String]| {
        let front = FRONT.replace("\n---\n\n", "\nimages: []\n---\n\n");
        format!("{front}## Do\n\n{}", checks.concat())
    };
    let lab = lab_of(&[check("one", "two"), check("two", "one")]);
    let deep = format!(
        "---\ntitle: {}{}\n---\n",
        "[".repeat(50_000),
        "]".repeat(50_000)
    );
    let bomb = "---\na: &a [x, x, x]\nb: &b [*a, *a, *a]\ntitle: [*b, *b, *b]\n---\n";
    let twice = lab_of(&[check("one", "zero"), check("one", "zero")]);
    let cases: [(&str, &str, Vec<u8>); 8] = [
        ("UTF-8", BAD, b"---\n\xff\xfe\n".to_vec()),
        ("anchor", BAD, bomb.into()),
        ("nested", BAD, deep.into()),
        ("<script>", BAD, page("<script>alert(1)</script>")),
        ("onclick", BAD, page("<div onclick=\"alert(1)\">x</div>")),
        ("larger than", BAD, vec![b'x'; 2 * 1024 * 1024]),
        ("one → two → one", LAB, lab.into()),
        ("two checks", LAB, twice.into()),
    ];

    let content = content();
    let mut loader = Loader::new(content.path());
    let courses =
        |loaded: &drydock_course::Loaded| serde_json::to_string(&loaded.library.courses).unwrap();
    let good = courses(&loader.load());
    for (what, file, bytes) in cases {
        write(&content, file, bytes);
        if file == LAB {
            write(
                &content,
                "harbour/01-quay/labs/bad/solution/solve.sh",
                "true\n",
            );
        }
        let broken = loader.load();
        let said: Vec<String> = broken.problems.iter().map(ToString::to_string).collect();
        assert!(
            said.iter().any(|said| said.contains(what)),
            "{what}: {said:#?}"
        );
        for problem in &broken.problems {
            let problem = problem.to_string();
            assert!(
                problem.starts_with(file.trim_end_matches("lab.md")),
                "{what}: {problem}"
            );
        }
        assert_eq!(courses(&broken), good, "{what}: the other page");
        fs::remove_file(content.path().join(file)).unwrap();
        let _ = fs::remove_dir_all(content.path().join("harbour/01-quay/labs/bad"));
        let mended = loader.load();
        assert_eq!(
            (mended.errors(), courses(&mended)),
            (0, good.clone()),
            "{what}"
        );
    }
}

#[test]
fn only_a_page_that_changed_is_compiled_again() {
    let content = with_lab();
    let mut loader = Loader::new(content.path());
    let first = loader.load();
    assert_eq!(first.compiled, 2);
    let same = loader.load();
    assert_eq!(
        (same.compiled, &same.library.version),
        (0, &first.library.version)
    );

    let page = content.path().join("harbour/01-quay/01-ropes.md");
    let text = fs::read_to_string(&page).unwrap();
    fs::write(
        &page,
        text.replace("title: \"Ropes\"", "title: \"Hawsers\""),
    )
    .unwrap();
    let changed = loader.load();
    assert_eq!(changed.compiled, 1);
    assert_ne!(changed.library.version, first.library.version);
    assert!(
        serde_json::to_string(&changed.library)
            .unwrap()
            .contains("Hawsers")
    );

    fs::remove_file(&page).unwrap();
    let gone = loader.load();
    assert_eq!(
        (
            gone.compiled,
            gone.library.courses[0].modules[0].items.len()
        ),
        (0, 1)
    );
}

#[test]
fn a_link_is_checked_anew_when_its_target_goes() {
    let content = content();
    let page = |link: &str| {
        format!("---\ntitle: x\nsummary: y\nminutes: 2\nobjectives: [z]\n---\n\n[there]({link})\n")
    };
    write(
        &content,
        "harbour/01-quay/02-links.md",
        page("lesson:ropes#the-idea"),
    );
    let mut loader = Loader::new(content.path());
    assert_eq!(loader.load().errors(), 0);
    fs::remove_file(content.path().join("harbour/01-quay/01-ropes.md")).unwrap();
    let loaded = loader.load();
    assert_eq!((loaded.errors(), loaded.compiled), (1, 0));
    let lost = "there is no lesson `ropes` in this course";
    assert!(
        loaded
            .problems
            .iter()
            .any(|problem| problem.message == lost),
        "{:#?}",
        loaded.problems
    );
}

#[test]
fn a_solution_is_not_handed_out_by_a_link() {
    let content = with_lab();
    let page = content.path().join("harbour/01-quay/labs/tie-up/lab.md");
    let text = fs::read_to_string(&page).unwrap();
    fs::write(
        &page,
        format!("{text}\n[the solution](solution/solve.sh)\n"),
    )
    .unwrap();
    let loaded = load(content.path());
    assert!(
        loaded
            .problems
            .iter()
            .any(|problem| problem.message.contains("is not in this course"))
    );
    assert!(loaded.library.courses[0].assets.is_empty());
}

#[test]
fn a_script_for_clean_grading_is_read_with_the_files_beside_it() {
    let content = with_lab();
    let folder = "harbour/01-quay/labs/tie-up/grading";
    write(
        &content,
        &format!("{folder}/rebuild.sh"),
        "docker build .\n",
    );
    write(&content, &format!("{folder}/tests/data.txt"), "1");
    let loaded = load(content.path());
    assert_eq!(loaded.problems, [], "{:#?}", loaded.problems);
    let lab = loaded.library.courses[0].modules[0]
        .items
        .iter()
        .find_map(|item| match item {
            drydock_course::model::Item::Lab(lab) => Some(lab),
            drydock_course::model::Item::Lesson(_) => None,
        })
        .unwrap();
    assert!(lab.grades_clean());
    let rebuild = lab.rebuild.as_ref().unwrap();
    assert_eq!(rebuild.script, "docker build .\n");
    assert_eq!(rebuild.files[0].path, "tests/data.txt");
}

#[test]
fn a_grading_folder_without_a_script_that_can_be_run_is_named() {
    let folder = "harbour/01-quay/labs/tie-up/grading";
    let script = format!("{folder}/rebuild.sh");
    let content = with_lab();
    write(&content, &format!("{folder}/data.txt"), "1");
    assert_one(&content, &script, "without a `rebuild.sh`");
    for (bytes, words) in [
        (vec![b' '; 3], "empty"),
        (vec![0xff, 0xfe], "UTF-8"),
        (b"a\0b".to_vec(), "NUL"),
        (vec![b'#'; 64 * 1024 + 1], "larger than"),
    ] {
        write(&content, &script, bytes);
        assert_one(&content, &script, words);
    }
}
