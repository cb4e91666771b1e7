//! docs/AUTHORING.md against the compiler: it explains every key, and its examples are right.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use drydock_course::check::{Rule, Text};
use drydock_course::model::Item;
use drydock_course::{HIGHLIGHT_CLASSES, SVG_CLASSES, keys, load};

fn reference() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/AUTHORING.md")).unwrap()
}

/// Text below each heading, up to the next one.
fn sections(text: &str) -> BTreeMap<String, String> {
    let mut sections: BTreeMap<String, String> = BTreeMap::new();
    let mut heading = String::new();
    let mut fenced = false;
    for line in text.lines() {
        fenced ^= line.trim_start().starts_with("````");
        if line.starts_with("##") && !fenced {
            heading = line.trim_start_matches('#').trim().replace('`', "");
        }
        sections
            .entry(heading.clone())
            .or_default()
            .push_str(&format!("{line}\n"));
    }
    sections
}

#[test]
fn every_key_has_a_row_in_its_section() {
    let sections = sections(&reference());
    for (section, keys) in keys::sections() {
        let text = sections
            .get(section)
            .unwrap_or_else(|| panic!("there is no section `{section}`"));
        assert!(!keys.is_empty(), "{section}");
        for key in keys {
            assert!(
                text.contains(&format!("| `{key}` |")),
                "`{key}` is not explained in the section `{section}`"
            );
        }
        // And nothing is explained that is not there.
        for row in text.lines().filter_map(|line| line.strip_prefix("| `")) {
            let key = row.split('`').next().unwrap();
            assert!(
                keys.contains(&key),
                "the section `{section}` explains `{key}`, which is no key"
            );
        }
    }
}

#[test]
fn every_class_is_listed() {
    let text = reference();
    for class in SVG_CLASSES.iter().chain(HIGHLIGHT_CLASSES) {
        assert!(text.contains(&format!("`{class}`")), "{class}");
    }
}

/// The examples: what stands between fences of four backquotes.
fn examples() -> Vec<String> {
    let mut examples = Vec::new();
    let mut example: Option<(String, String)> = None;
    for line in reference().lines() {
        match &mut example {
            None => {
                // An example in a list is indented as its item is.
                if let Some(indent) = line.strip_suffix("````markdown") {
                    example = Some((indent.to_owned(), String::new()));
                }
            }
            Some((indent, text)) => {
                let line = line.strip_prefix(indent.as_str()).unwrap_or(line);
                if line == "````" {
                    examples.extend(example.take().map(|(_, text)| text));
                } else {
                    text.push_str(line);
                    text.push('\n');
                }
            }
        }
    }
    examples
}

#[test]
fn every_example_loads_without_errors() {
    let content = tempfile::tempdir().unwrap();
    let module = content.path().join("harbour/01-quay");
    fs::create_dir_all(module.join("labs/examples/solution")).unwrap();
    fs::write(
        content.path().join("harbour/course.yaml"),
        "title: x\nsummary: y\n",
    )
    .unwrap();
    fs::write(module.join("module.yaml"), "title: x\nsummary: y\n").unwrap();
    let front = "---\ntitle: x\nsummary: y\nminutes: 10\nobjectives: [z]\n";
    let mut lesson = format!("{front}---\n\n");
    let mut lab = format!("{front}images: []\n---\n\n");
    let examples = examples();
    assert!(
        examples.len() >= 12,
        "examples were not found: {}",
        examples.len()
    );
    for (number, example) in examples.iter().enumerate() {
        if example.contains("```check") {
            lab.push_str(&format!(
                "## Example {number}\n\n{}\n",
                example.replace("\n## ", "\n### ")
            ));
        } else {
            lesson.push_str(&format!("## Example {number}\n\n{example}\n"));
        }
    }
    fs::write(module.join("01-examples.md"), lesson).unwrap();
    fs::write(
        module.join("labs/examples/lab.md"),
        lab.replace("## Tag it twice", "### Tag it twice"),
    )
    .unwrap();
    fs::write(module.join("labs/examples/solution/solve.sh"), "true\n").unwrap();
    fs::write(
        module.join("labs/examples/solution/answers.yaml"),
        "why-gone: It was in the container's own layer\n",
    )
    .unwrap();
    let loaded = load(content.path());
    let errors: Vec<_> = loaded
        .problems
        .iter()
        .filter(|problem| problem.is_error())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let items = &loaded.library.courses[0].modules[0].items;
    let Some(Item::Lab(lab)) = items.iter().find(|item| matches!(item, Item::Lab(_))) else {
        panic!("the lab of the examples is missing")
    };
    assert!(lab.checks().count() >= 11, "{}", lab.checks().count());
    let accepts = lab.checks().find_map(|check| match &check.rule {
        Rule::Answer(rule) => Some(rule.accept.clone()),
        _ => None,
    });
    assert_eq!(
        accepts,
        Some(vec![Text::Is("It was in the container's own layer".into())])
    );
}

#[test]
fn the_example_of_a_wrong_turn_loads() {
    let text = reference();
    let section = sections(&text).remove("Wrong turns").unwrap();
    let block = |language: &str| {
        let (_, rest) = section.split_once(&format!("```{language}\n")).unwrap();
        rest.split_once("```").unwrap().0.to_owned()
    };
    let content = tempfile::tempdir().unwrap();
    let lab = content.path().join("harbour/01-quay/labs/first-image");
    let write = |path: &str, text: &str| {
        let path = lab.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("../../../course.yaml", "title: x\nsummary: y\n");
    write("../../module.yaml", "title: x\nsummary: y\n");
    write(
        "lab.md",
        "---\ntitle: x\nsummary: y\nminutes: 10\nobjectives: [z]\nimages: []\n---\n\n## Step\n\n```check\nid: v1-prints\ntitle: x\nrun: { image: \"hello:v1\" }\n```\n",
    );
    write("solution/solve.sh", "docker build -t hello:v1 hello\n");
    write("wrong/tag-forgotten/solve.sh", &block("sh"));
    write("wrong/tag-forgotten/expect.yaml", &block("yaml"));
    let loaded = load(content.path());
    assert_eq!(loaded.problems, []);
    let items = &loaded.library.courses[0].modules[0].items;
    let [Item::Lab(lab)] = items.as_slice() else {
        panic!("{items:?}")
    };
    assert_eq!(lab.wrong.len(), 1);
    assert!(lab.wrong[0].script.contains("docker build"));
    assert_eq!(
        lab.wrong[0].expect["v1-prints"],
        "was `-t hello:v1` left out?"
    );
}

/// The course that ships: who takes a wrong turn in it must be told.
#[test]
fn every_lab_that_ships_keeps_at_least_two_wrong_turns() {
    let loaded = load(Path::new(env!("CARGO_MANIFEST_DIR")).join("../content"));
    for module in loaded.library.courses.iter().flat_map(|c| &c.modules) {
        for item in &module.items {
            if let Item::Lab(lab) = item {
                assert!(lab.wrong.len() >= 2, "{}: {}", lab.slug, lab.wrong.len());
            }
        }
    }
}
