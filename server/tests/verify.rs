//! `drydock verify` on a real engine: what it says of a lab's wrong turns.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const LAB: &str = "\
---
title: Lab
summary: One sentence.
minutes: 5
objectives: [name an image]
images: [\"busybox:latest\"]
limits: { minutes: 10, memory_mib: 512, disk_mib: 128 }
---

## Name it

```check
id: named
title: There is an image harbour:v1
image: { ref: \"harbour:v1\" }
```

```check
id: ran
title: A container of it ran
after: named
container: { image: \"harbour:v1\", exit_code: 0 }
```

```check
id: count
title: You counted
answer: { question: How many?, accept: [\"1\"], wrong: { \"2\": Count once more. } }
```
";

/// A course with one lab, whose wrong turns are these: name, script, answers, what is expected.
fn course(folder: &Path, turns: &[(&str, &str, &str, &str)]) {
    let write = |path: &str, text: &str| {
        let path = folder.join("harbour").join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        fs::write(path, text).expect("it is written");
    };
    write("course.yaml", "title: x\nsummary: y\n");
    write("01-quay/module.yaml", "title: x\nsummary: y\n");
    let lab = "01-quay/labs/names";
    write(&format!("{lab}/lab.md"), LAB);
    write(
        &format!("{lab}/solution/solve.sh"),
        "docker tag busybox harbour:v1 && docker run harbour:v1 true\n",
    );
    write(&format!("{lab}/solution/answers.yaml"), "count: \"1\"\n");
    write(&format!("{lab}/solution/tag.txt"), "harbour:v1");
    for (name, script, answers, expect) in turns {
        write(&format!("{lab}/wrong/{name}/solve.sh"), script);
        write(&format!("{lab}/wrong/{name}/expect.yaml"), expect);
        if !answers.is_empty() {
            write(&format!("{lab}/wrong/{name}/answers.yaml"), answers);
        }
    }
}

fn verify(content: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_drydock"))
        .args(["verify", "--jobs", "3", "--content"])
        .arg(content)
        .env("DRYDOCK_DATA", content.join("data"))
        .output()
        .expect("drydock runs")
}

#[test]
fn a_wrong_turn_that_is_told_what_is_wrong_with_it_is_proved() {
    let content = tempfile::tempdir().expect("a folder");
    course(
        content.path(),
        &[
            (
                "another-tag",
                "docker tag busybox harbour:v2\n",
                "count: \"2\"\n",
                "named: has another tag\ncount: Count once more\n",
            ),
            (
                "fails",
                // A file of the solution is at hand, and a failing command is the learner's.
                "docker tag busybox $(cat .solution/tag.txt)\ndocker run harbour:v1 false || true\n",
                "",
                "ran: It exited with code 1\n",
            ),
        ],
    );
    let output = verify(content.path());
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(told.matches("told so").count(), 2, "{told}");
    assert!(told.contains("3 passed, 0 failed"), "{told}");
}

#[test]
fn a_check_that_passes_waits_or_says_something_else_after_a_wrong_turn_is_a_fault() {
    let content = tempfile::tempdir().expect("a folder");
    course(
        content.path(),
        &[
            (
                "passes",
                "docker tag busybox harbour:v1\n",
                "",
                "named: x\n",
            ),
            ("waits", "true\n", "", "ran: x\n"),
            ("says-else", "true\n", "", "named: the moon\n"),
            ("breaks", "no-such-command\n", "", "named: not found\n"),
        ],
    );
    let output = verify(content.path());
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    for part in [
        "check `named` holds after this wrong turn",
        "check `ran` is not judged after this wrong turn",
        "does not say “the moon”. It says: Image `harbour:v1` was not found.",
        "wrong/breaks/solve.sh ended with exit code 127",
        "1 passed, 4 failed",
    ] {
        assert!(told.contains(part), "`{part}` is missing:\n{told}");
    }
}

/// Writes what rebuilds the files of the lab above.
fn rebuild(content: &Path, script: &str) {
    let folder = content.join("harbour/01-quay/labs/names/grading");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("rebuild.sh"), script).expect("it is written");
    fs::write(folder.join("name.txt"), "harbour:v1").expect("it is written");
}

#[test]
fn a_lab_with_a_script_for_clean_grading_is_graded_so() {
    let content = tempfile::tempdir().expect("a folder");
    course(content.path(), &[]);
    // The solution's own folder does not come along; what stands beside the script does.
    rebuild(
        content.path(),
        "test ! -e ~/.solution && docker tag busybox $(cat .grading/name.txt) && docker run harbour:v1 true\n",
    );
    let output = verify(content.path());
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert!(told.contains("1 passed, 0 failed"), "{told}");

    rebuild(
        content.path(),
        "docker tag busybox harbour:v1\necho no container >&2\nexit 3\n",
    );
    let output = verify(content.path());
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    for part in [
        "check `ran` does not hold after clean grading",
        "ended with exit code 3",
        "no container",
    ] {
        assert!(told.contains(part), "`{part}` is missing:\n{told}");
    }
    assert!(!told.contains("check `named` does not hold"), "{told}");
}
