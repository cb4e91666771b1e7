//! Pages to look things up in, the glossary's links, and notes beside the courses.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;

use drydock_course::model::{Block, Item};
use drydock_course::search::Index;
use drydock_course::{Loaded, load};

const LESSON: &str = "---\ntitle: Images\nsummary: What they are.\nminutes: 1\nobjectives: [say what an image is]\n---\n\
    An image is a template. See [the word](reference:glossary#image).\n\n## Key takeaways\n\nImages stay.\n";
const GLOSSARY: &str = "---\ntitle: Glossary\nsummary: Every term.\n---\n## Image\n\nA template. See [images](lesson:images).\n";

fn write(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn course(more: &[(&str, &str)]) -> Loaded {
    let root = tempfile::tempdir().unwrap();
    write(
        root.path(),
        &[
            ("docker/course.yaml", "title: Docker\nsummary: All of it.\n"),
            (
                "docker/01-images/module.yaml",
                "title: Images\nsummary: Them.\n",
            ),
            ("docker/01-images/01-images.md", LESSON),
            ("docker/reference/01-glossary.md", GLOSSARY),
        ],
    );
    write(root.path(), more);
    load(root.path())
}

fn errors(loaded: &Loaded) -> Vec<String> {
    let errors = loaded.problems.iter().filter(|problem| problem.is_error());
    errors
        .map(|problem| format!("{}:{}: {}", problem.file, problem.line, problem.message))
        .collect()
}

#[test]
fn a_reference_page_is_shown_and_linked_to() {
    let loaded = course(&[]);
    assert_eq!(errors(&loaded), Vec::<String>::new());
    let course = &loaded.library.courses[0];
    assert_eq!(course.references[0].slug, "glossary");
    let Item::Lesson(lesson) = &course.modules[0].items[0] else {
        panic!("a lesson was written");
    };
    let Block::Html { html } = &lesson.blocks[0] else {
        panic!("a text was written");
    };
    assert!(html.contains("An <a class=\"term\" href=\"/courses/docker/reference/glossary#image\" title=\"A template.\">image</a> is"), "{html}");
    assert_eq!(html.matches("class=\"term\"").count(), 1, "{html}");
    let hits = Index::of(course).find("template", 10);
    assert_eq!(
        hits.iter().map(|hit| hit.kind).collect::<Vec<_>>(),
        ["lesson", "reference"]
    );
    assert_eq!(hits[1].href, "/courses/docker/reference/glossary#image");
}

#[test]
fn mistakes_in_reference_pages_are_said_and_the_rest_stays_up() {
    let quiz = "---\ntitle: F\nsummary: Q.\n---\nText.\n\n```quiz\nquestion: Why?\nsingle:\n  - text: a\n    correct: true\n```\n";
    let loaded = course(&[
        ("docker/reference/02-faq.md", quiz),
        (
            "docker/reference/03-empty.md",
            "---\ntitle: E\nsummary: E.\n---\n",
        ),
        (
            "docker/reference/04-wrong.md",
            "---\ntitle: W\nsummary: W.\nminutes: 3\n---\n[x](reference:glosary) [y](reference:images) [z](lesson:glossary)\n",
        ),
        ("docker/reference/05-glossary.md", GLOSSARY),
        ("docker/reference/notes.md", "x"),
    ]);
    assert_eq!(
        errors(&loaded),
        [
            "docker/reference/02-faq.md:7: a reference page has no `quiz` blocks",
            "docker/reference/03-empty.md:5: the page has no text",
            "docker/reference/04-wrong.md:4: unknown key `minutes`",
            "docker/reference/04-wrong.md:6: there is no reference page `glosary` in this course",
            "docker/reference/04-wrong.md:6: there is no reference page `images` in this course",
            "docker/reference/04-wrong.md:6: there is no lesson `glossary` in this course",
            "docker/reference/05-glossary.md:1: the reference page `glossary` is there twice",
        ]
    );
    assert_eq!(loaded.library.courses[0].references.len(), 1);
    assert_eq!(loaded.library.courses[0].modules[0].items.len(), 1);
}

#[test]
fn notes_beside_the_courses_may_link_to_what_is_there_only() {
    let notes = "| what | where |\n|---|---|\n| images | [lesson](docker/01-images/01-images.md#key-takeaways) |\n\
        | x | [gone](docker/01-images/02-gone.md) [no such place](docker/01-images/01-images.md#takeaways) |\n\
        | y | [outside](../../etc/passwd) [elsewhere](https://example.org/) [here](#what) |\n";
    let loaded = course(&[("COVERAGE.md", notes)]);
    assert_eq!(
        errors(&loaded),
        [
            "COVERAGE.md:4: there is no file docker/01-images/02-gone.md",
            "COVERAGE.md:4: there is no anchor `takeaways` in docker/01-images/01-images.md",
            "COVERAGE.md:5: there is no file ../../etc/passwd",
        ]
    );
}

#[test]
fn every_lesson_that_the_linter_points_to_is_in_the_course_that_ships() {
    let loaded = load(Path::new(env!("CARGO_MANIFEST_DIR")).join("../content/docker"));
    let items = loaded.library.courses[0]
        .modules
        .iter()
        .flat_map(|module| &module.items);
    let lessons: Vec<&str> = items
        .filter_map(|item| match item {
            Item::Lesson(lesson) => Some(lesson.slug.as_str()),
            Item::Lab(_) => None,
        })
        .collect();
    for slug in drydock_dockerfile::LESSONS {
        assert!(lessons.contains(&slug), "there is no lesson {slug}");
    }
}
