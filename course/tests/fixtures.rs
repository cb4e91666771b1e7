//! Every folder of `tests/fixtures/content` against its snapshots; the README there says how to
//! write them anew.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use drydock_course::model::{Block, Item, Lab, Lesson};
use drydock_course::{Loaded, load};

/// Cases whose compiled pages are compared too.
const WITH_PAGES: &[&str] = &["a-course-with-everything"];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/content")
}

#[test]
fn every_fixture_gives_the_problems_and_pages_of_its_snapshots() {
    let mut cases: Vec<PathBuf> = std::fs::read_dir(fixtures())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    assert!(cases.len() >= 8, "fixtures are missing: {cases:?}");
    for case in cases {
        let name = case.file_name().unwrap().to_str().unwrap().to_owned();
        let loaded = load(&case);
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&case);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| {
            insta::assert_snapshot!("problems", problems(&loaded));
            if WITH_PAGES.contains(&name.as_str()) {
                insta::assert_snapshot!("pages", pages(&loaded));
            }
        });
    }
}

fn problems(loaded: &Loaded) -> String {
    let mut text = String::new();
    for problem in &loaded.problems {
        writeln!(text, "{problem}").unwrap();
    }
    writeln!(text, "\nshown:").unwrap();
    for course in &loaded.library.courses {
        writeln!(text, "course {}", course.slug).unwrap();
        for module in &course.modules {
            writeln!(text, "  module {}", module.slug).unwrap();
            for item in &module.items {
                match item {
                    Item::Lesson(lesson) => writeln!(text, "    lesson {}", lesson.slug).unwrap(),
                    Item::Lab(lab) => writeln!(text, "    lab {}", lab.slug).unwrap(),
                }
            }
        }
    }
    text
}

fn pages(loaded: &Loaded) -> String {
    let mut text = String::new();
    for course in &loaded.library.courses {
        for asset in &course.assets {
            writeln!(
                text,
                "asset {} {} {} bytes",
                asset.path,
                asset.media_type,
                asset.bytes.len()
            )
            .unwrap();
        }
        for item in course.modules.iter().flat_map(|module| &module.items) {
            match item {
                Item::Lesson(lesson) => push_lesson(&mut text, lesson),
                Item::Lab(lab) => push_lab(&mut text, lab),
            }
        }
    }
    text
}

fn push_lesson(text: &mut String, lesson: &Lesson) {
    writeln!(
        text,
        "\n===== lesson {}: {} ({} min)",
        lesson.slug, lesson.title, lesson.minutes
    )
    .unwrap();
    for heading in &lesson.headings {
        writeln!(
            text,
            "{} #{} {}",
            "#".repeat(heading.level.into()),
            heading.id,
            heading.text
        )
        .unwrap();
    }
    push_blocks(text, &lesson.blocks);
}

fn push_lab(text: &mut String, lab: &Lab) {
    writeln!(
        text,
        "\n===== lab {}: {} ({} min)",
        lab.slug, lab.title, lab.minutes
    )
    .unwrap();
    writeln!(text, "images {:?}, {:?}", lab.images, lab.limits).unwrap();
    push_blocks(text, &lab.intro);
    for step in &lab.steps {
        writeln!(text, "----- step {}: {}", step.id, step.title).unwrap();
        push_blocks(text, &step.blocks);
        for check in &step.checks {
            writeln!(text, "{}", serde_json::to_string_pretty(check).unwrap()).unwrap();
        }
        for hint in &step.hints {
            writeln!(text, "hint: {hint}").unwrap();
        }
    }
    for file in lab.start.iter().chain(&lab.solution.files) {
        writeln!(text, "file {} ({} bytes)", file.path, file.bytes.len()).unwrap();
    }
    writeln!(
        text,
        "solution {:?}, answers {:?}",
        lab.solution.script, lab.solution.answers
    )
    .unwrap();
}

fn push_blocks(text: &mut String, blocks: &[Block]) {
    for block in blocks {
        match block {
            Block::Html { html } => writeln!(text, "{html}").unwrap(),
            Block::Quiz(quiz) => {
                writeln!(text, "{}", serde_json::to_string_pretty(quiz).unwrap()).unwrap();
            }
            Block::Simulator(simulator) => {
                writeln!(text, "{}", serde_json::to_string_pretty(simulator).unwrap()).unwrap();
            }
            Block::Check { id } => writeln!(text, "[check {id}]").unwrap(),
        }
    }
}
