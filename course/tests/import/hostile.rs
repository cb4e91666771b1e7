//! Scenarios that are broken, too large, or made to do harm.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use drydock_course::import::{Kind, Place, import};
use tempfile::TempDir;

use super::{fixtures, load_made, scenario, translate};

fn refused(kind: Kind, folder: &TempDir, words: &str) {
    let problems = translate(kind, folder.path()).map(|_| ()).unwrap_err();
    assert!(
        problems.iter().any(|problem| problem.contains(words)),
        "expected `{words}`: {problems:#?}"
    );
}

#[test]
fn paths_that_leave_the_folder_lead_nowhere() {
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret.md");
    fs::write(&secret, "secret").unwrap();
    for path in [
        secret.to_str().unwrap(),
        "../secret.md",
        "b/../../secret.md",
        "/etc/passwd",
    ] {
        for index in [
            format!(r#"{{"title": "x", "details": {{"steps": [{{"text": "{path}"}}]}}}}"#),
            format!(
                r#"{{"title": "x", "details": {{"steps": [{{"text": "a.md", "verify": "{path}"}}]}}}}"#
            ),
        ] {
            let folder = scenario(&[("a.md", b"x"), ("index.json", index.as_bytes())]);
            refused(Kind::Killercoda, &folder, "there is no file `");
        }
        let yaml = format!("title: x\nsections: [{{title: y, contentPath: \"{path}\"}}]\n");
        let folder = scenario(&[("labspace.yaml", yaml.as_bytes())]);
        refused(Kind::Labspace, &folder, "there is no file `");
        // A picture is lost, not looked for.
        let text = format!("![x]({path})\n\n![y](b/../../../{path})\n");
        let folder = scenario(&[("a.md", text.as_bytes())]);
        let made = translate(Kind::Killercoda, folder.path()).unwrap();
        assert!(
            made.losses
                .iter()
                .any(|loss| loss.message.contains("there is no such file"))
        );
        assert!(
            made.made
                .files
                .iter()
                .all(|file| !file.bytes.ends_with(b"secret"))
        );
    }
    // Nor is anything written outside of the lab.
    let index = br#"{"title": "x", "details": {"steps": [{"text": "a.md"}],
        "assets": {"host01": [{"file": "*", "target": "/root/../../etc"}, {"file": "../../*"}]}}}"#;
    let folder = scenario(&[("a.md", b"x"), ("index.json", index), ("assets/f", b"f")]);
    let made = translate(Kind::Killercoda, folder.path()).unwrap();
    assert!(made.made.files.iter().all(|file| !file.path.contains("..")));
    for module in ["../01-quay", "harbour/../../01-x", "/tmp/01-x", "harbour"] {
        let place = Place {
            content: folder.path(),
            module,
            name: None,
        };
        assert!(
            import(Kind::Killercoda, folder.path(), place).is_err(),
            "{module}"
        );
    }
    let place = Place {
        content: folder.path(),
        module: "harbour/01-quay",
        name: Some("../x"),
    };
    assert!(import(Kind::Killercoda, folder.path(), place).is_err());
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_refused() {
    for target in ["/etc/passwd", "index.json"] {
        let folder = scenario(&[]);
        std::os::unix::fs::symlink(target, folder.path().join("a.md")).unwrap();
        refused(Kind::Killercoda, &folder, "symbolic link");
    }
    let folder = scenario(&[("a.md", b"x")]);
    std::os::unix::fs::symlink("/etc", folder.path().join("assets")).unwrap();
    refused(Kind::Killercoda, &folder, "symbolic link");
}

#[test]
fn what_is_missing_or_malformed_is_named_with_its_place() {
    let empty = tempfile::tempdir().unwrap();
    refused(Kind::Killercoda, &empty, "there is no `index.json`");
    refused(Kind::Labspace, &empty, "there is no `labspace.yaml`");
    refused(Kind::Killercoda, &scenario(&[]), "there is no file `a.md`");
    for (index, words) in [
        (&b"{\n\"title\": 1}"[..], "index.json:2"),
        (br#"{"title": "x"}"#, "no steps"),
        (
            br#"{"title": "x", "details": {"steps": [{"text": ["a"]}]}}"#,
            "not an index",
        ),
        (b"[[[[", "not an index"),
        (b"\xff\xfe", "not UTF-8"),
    ] {
        refused(Kind::Killercoda, &scenario(&[("index.json", index)]), words);
    }
    let folder = scenario(&[("a.md", b"one\n\xff\n")]);
    refused(
        Kind::Killercoda,
        &folder,
        "a.md:2:1: error: the file is not UTF-8 text",
    );
    for (yaml, words) in [
        ("title: x\n", "no sections"),
        ("sections: [{contentPath: a.md}]\n", "`title` is missing"),
        (
            "title: x\nsections: [{title: a}]\n",
            "`contentPath` is missing",
        ),
        ("title: &a x\nsections: *a\n", "labspace.yaml:1"),
    ] {
        refused(
            Kind::Labspace,
            &scenario(&[("labspace.yaml", yaml.as_bytes())]),
            words,
        );
    }
}

#[test]
fn too_much_of_anything_is_refused() {
    let large = vec![b'x'; 1024 * 1024 + 1];
    refused(
        Kind::Killercoda,
        &scenario(&[("a.md", &large)]),
        "larger than 1 MiB",
    );
    refused(
        Kind::Killercoda,
        &scenario(&[("index.json", &large)]),
        "larger than 256 KiB",
    );
    refused(
        Kind::Labspace,
        &scenario(&[("labspace.yaml", &large)]),
        "larger than 256 KiB",
    );
    refused(
        Kind::Killercoda,
        &scenario(&[("a.md", &large[..600 * 1024])]),
        "512 KiB of text",
    );
    let deep = format!("title: {}x{}\n", "[".repeat(500), "]".repeat(500));
    refused(
        Kind::Labspace,
        &scenario(&[("labspace.yaml", deep.as_bytes())]),
        "nested",
    );
    let deep = "[".repeat(100_000);
    refused(
        Kind::Killercoda,
        &scenario(&[("index.json", deep.as_bytes())]),
        "not an index",
    );
    let steps = vec![r#"{"text": "a.md"}"#; 101].join(",");
    let index = format!(r#"{{"title": "x", "details": {{"steps": [{steps}]}}}}"#);
    let folder = scenario(&[("a.md", b"x"), ("index.json", index.as_bytes())]);
    refused(Kind::Killercoda, &folder, "more than 100 steps");
    let folder = scenario(&[("a.md", b"x")]);
    fs::create_dir_all(folder.path().join("d/".repeat(14))).unwrap();
    refused(Kind::Killercoda, &folder, "nested more than 12 deep");
    let folder = scenario(&[("a.md", b"x")]);
    for number in 0..5_001 {
        fs::write(folder.path().join(number.to_string()), "").unwrap();
    }
    refused(
        Kind::Killercoda,
        &folder,
        "the folder has more than 5000 files",
    );
    // Files for a learner beyond the limit are losses.
    let index = br#"{"title": "x", "details": {"steps": [{"text": "a.md"}], "assets": {"host01": [{"file": "*"}]}}}"#;
    let half = vec![b'x'; 3 * 1024 * 1024];
    let folder = scenario(&[
        ("a.md", b"x"),
        ("index.json", index),
        ("assets/a", &half),
        ("assets/b", &half),
    ]);
    let made = translate(Kind::Killercoda, folder.path()).unwrap();
    assert!(
        made.losses
            .iter()
            .any(|loss| loss.file == "assets/b" && loss.message.contains("5 MiB"))
    );
    load_made(&made);
}

#[test]
fn long_lines_and_deep_markdown_take_no_longer_than_their_length_asks() {
    let size = 400 * 1024;
    let parts = [
        "`",
        "``` ",
        "{{",
        "{{exec",
        "`a`{{exec}} ",
        ":a[",
        "::a[x]{",
        "$$a",
        "$$a$$ ",
        "[",
        "![",
        "[a](b",
        "![a](b) ",
        "<",
        "<a>",
        "<script>",
        "<!--",
        "> ",
        "- ",
        "#",
        "*a ",
        "[^1]",
        "|a",
        "&",
        "\u{1f6a2}",
        "[a]: b\n\n",
        "<x1><x2><x3>",
        "```check\n",
        "## a\n\n",
        "[a][b] ",
    ];
    for kind in [Kind::Killercoda, Kind::Labspace] {
        for part in parts {
            let text = part.repeat(size / part.len());
            let folder = scenario(&[
                ("a.md", text.as_bytes()),
                (
                    "labspace.yaml",
                    b"title: x\nsections: [{title: y, contentPath: a.md}]\n",
                ),
            ]);
            let start = Instant::now();
            // Refused or not: it ends, soon and in order.
            let _ = translate(kind, folder.path());
            let took = start.elapsed();
            assert!(
                took < Duration::from_secs(20),
                "{kind:?} {part:?} took {took:?}"
            );
        }
    }
}

#[test]
fn a_text_cannot_make_steps_checks_or_markup_of_its_own() {
    for text in [
        "<div>\n## Another\n```check\nexec: {command: x}\n```\n</div>\n",
        "```check\nid: verify-1\ntitle: x\nexec: {command: x}\n```\n",
        "<script>alert(1)</script>\n<img src=x onerror=alert(1)>\n[x](javascript:alert(1))\n",
        "[![x](y.png)](javascript:alert(1)) [![x](y.png)](https://a.b/c)\n",
        "# [a](b.md) `c` ![d](e)\n\n## [f](g.md)\n\ntext\n===\n",
        "> # quoted\n>\n> ```bash terminal-id=1\n> x\n",
        "- # in an item\n\n  ```bash\n  x\n  ```{{exec}}\n",
        "<details>\n\nnever closed\n",
        "<!-- never closed\n",
        "~~~\nnever closed\n",
        "a `b` [c][d] [^e]\n\n[d]: javascript:x\n\n[^e]: # f\n",
        "# step: y\n\n`# step: y`{{exec}}\n",
        "---\ntitle: y\n---\n",
        "[a](lesson:x) [b](lab:x#y) [c](#z) ![](x.png \"t\")\n",
    ] {
        let folder = scenario(&[("a.md", text.as_bytes())]);
        let made = translate(Kind::Killercoda, folder.path()).unwrap();
        // The compiler lets no markup through; here it has nothing to refuse.
        let (_content, lab) = load_made(&made);
        assert_eq!(lab.steps.len(), 1, "{text}");
        let checks: Vec<&str> = lab.checks().map(|check| check.id.as_str()).collect();
        assert_eq!(checks, ["done"], "{text}");
    }
}

#[test]
fn mangled_scenarios_are_refused_or_become_labs_that_load() {
    let tokens = [
        "`",
        "```",
        "{{exec}}",
        "\n",
        "\n\n",
        "## ",
        "> ",
        "- ",
        "<details>",
        "<",
        "](",
        "![",
        "[^1]",
        ":::",
        "$$",
        "ä",
        "\t",
        "```check\n",
        "|",
        "\\",
        "\u{0}",
        "~~~",
        "    ",
        "{#a}",
        "&lt;",
        "---\n",
    ];
    // A simple generator, so that a failure can be repeated.
    let mut state = 20_261_121_u64;
    let mut random = move |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut made = 0;
    for round in 0..240 {
        let (kind, from, files) = if round % 2 == 0 {
            let files = [
                "step1/text.md",
                "step2/text.md",
                "step3/text.md",
                "intro/text.md",
                "index.json",
            ];
            (Kind::Killercoda, "killercoda", files)
        } else {
            let files = [
                "01-project.md",
                "02-dockerfile.md",
                "03-compose.md",
                "01-project.md",
                "labspace.yaml",
            ];
            (Kind::Labspace, "labspace/labspace", files)
        };
        let folder = tempfile::tempdir().unwrap();
        copy(&fixtures().join(from), folder.path());
        let path = folder.path().join(files[random(files.len())]);
        let mut letters: Vec<char> = fs::read_to_string(&path).unwrap().chars().collect();
        for _ in 0..1 + random(6) {
            let at = random(letters.len());
            match random(3) {
                0 => drop(letters.drain(at..(at + random(20)).min(letters.len()))),
                1 => {
                    let part = letters[at..(at + random(80)).min(letters.len())].to_vec();
                    letters.splice(at..at, part);
                }
                _ => drop(letters.splice(at..at, tokens[random(tokens.len())].chars())),
            }
        }
        fs::write(&path, letters.iter().collect::<String>()).unwrap();
        if let Ok(lab) = translate(kind, folder.path()) {
            load_made(&lab);
            made += 1;
        }
    }
    assert!(made > 150, "{made}");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
