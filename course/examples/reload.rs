//! Measures the loading of content: 200 lessons from nothing, again without a change, and after one
//! file was saved. `cargo run --release -p drydock-course --example reload`; prints one JSON object
//! with milliseconds. The target for a saved file is 200 ms (docs/BENCHMARKS.md).

use std::fs;
use std::time::Instant;

use drydock_course::Loader;

const MODULES: usize = 10;
const LESSONS: usize = 20;
const ROUNDS: usize = 9;

fn main() -> std::io::Result<()> {
    let content = tempfile::tempdir()?;
    let course = content.path().join("course");
    fs::create_dir_all(&course)?;
    fs::write(
        course.join("course.yaml"),
        "title: Course\nsummary: A course to measure.\n",
    )?;
    for module in 1..=MODULES {
        let folder = course.join(format!("{module:02}-module-{module}"));
        fs::create_dir_all(&folder)?;
        fs::write(
            folder.join("module.yaml"),
            "title: Module\nsummary: A module to measure.\n",
        )?;
        for number in 1..=LESSONS {
            fs::write(
                folder.join(format!("{number:02}-lesson-{module}-{number}.md")),
                lesson(number),
            )?;
        }
    }
    let mut loader = Loader::new(content.path());
    let first = Instant::now();
    let loaded = loader.load();
    let first = millis(first);
    assert_eq!(
        (loaded.compiled, loaded.errors()),
        (MODULES * LESSONS, 0),
        "{:?}",
        loaded.problems.first()
    );

    let mut same = Vec::new();
    let mut saved = Vec::new();
    let page = course.join("05-module-5/07-lesson-5-7.md");
    for round in 0..ROUNDS {
        let start = Instant::now();
        assert_eq!(loader.load().compiled, 0);
        same.push(millis(start));
        fs::write(&page, lesson(1_000 + round))?;
        let start = Instant::now();
        assert_eq!(loader.load().compiled, 1);
        saved.push(millis(start));
    }
    let size = lesson(1).len();
    println!(
        "{{\"lessons\": {}, \"bytes_each\": {size}, \"first_ms\": {first:.1}, \"unchanged_ms\": {:.1}, \"one_saved_ms\": {:.1}}}",
        MODULES * LESSONS,
        median(&mut same),
        median(&mut saved),
    );
    Ok(())
}

fn millis(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1_000.0
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// A lesson of the length of a real one: text, a table, code in four languages, four quizzes.
fn lesson(number: usize) -> String {
    let paragraph = "An image is a stack of **layers**, and each instruction of a `Dockerfile` adds one to it, or \
                     changes a setting. What was built once is kept, so that a second build is fast.\n\n";
    let section = format!(
        "{}| step | cached |\n|---|---|\n| `FROM` | yes |\n| `COPY` | no |\n\n\
         ```dockerfile\nFROM python:3.13-slim\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nCMD [\"python\", \"app.py\"]\n```\n\n\
         ```console\n$ docker build -t app:{number} .\n[1/5] FROM python:3.13-slim\n```\n\n\
         ```python\ndef total(rows):\n    return sum(float(row[\"tons\"]) for row in rows)\n```\n\n\
         ```yaml\nservices:\n  web:\n    image: app:{number}\n    ports: [\"8080:80\"]\n```\n\n",
        paragraph.repeat(6)
    );
    let quiz = "```quiz\nquestion: Which step runs again?\nchoices:\n  - text: The copied files\n    correct: true\n  \
                - text: The base image\n    why: It did not change.\n```\n\n";
    format!(
        "---\ntitle: Lesson {number}\nsummary: A lesson to measure.\nminutes: 6\nobjectives: [measure]\n---\n\n\
         ## One\n\n{section}## Two\n\n{section}{}## Key takeaways\n\n- One.\n",
        quiz.repeat(4)
    )
}
