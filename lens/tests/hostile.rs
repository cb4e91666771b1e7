//! A learner owns the engine that tells of builds: whatever it tells is bounded, harmless to show and soon worked out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use drydock_lens::{Build, Change, Dockerfile, Manifest, Record, Update, Vertex, compare};

/// On a busy machine, in a debug build. A part that grows with the square of a square takes minutes.
const SOON: Duration = Duration::from_secs(5);
/// Takes the colour, the bell, the title, markup, and turns the direction of reading.
const NASTY: &str = "\u{1b}[31m\u{7}\u{1b}]0;x\u{7}<img src=x onerror=alert(1)>`\u{202e}\u{9b}1m\0";

fn is_harmless(text: &str) -> bool {
    !text
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t' || c == '\u{202e}')
}

fn ran(digest: String, inputs: Vec<String>, name: String) -> Vertex {
    Vertex {
        digest,
        inputs,
        name,
        started: Some(1),
        completed: Some(2),
        ..Vertex::default()
    }
}

#[test]
fn names_errors_and_logs_keep_their_markup_as_text_and_lose_all_control() {
    let mut build = Build::new(Record {
        error: Some(NASTY.to_owned()),
        ..Record::default()
    });
    let mut step = ran("a".into(), vec![], format!("[{NASTY} 1/1] RUN {NASTY}"));
    step.error = NASTY.to_owned();
    let export = ran("b".into(), vec![], "exporting to image".into());
    build.apply(Update {
        vertexes: vec![step, export],
        notes: vec![("b".into(), format!("naming to docker.io/library/{NASTY}"))],
        logs: vec![("a".into(), NASTY.as_bytes().to_vec())],
    });
    let rows = build.rows();
    let step = rows[0].step;
    let log = step.log.text();
    assert!(is_harmless(rows[0].stage), "{:?}", rows[0].stage);
    let names = [step.text.as_str(), &build.images[0], &log];
    let errors = [step.error.as_deref(), build.record.error.as_deref()];
    for text in names.into_iter().chain(errors.into_iter().flatten()) {
        assert!(is_harmless(text), "{text:?}");
        assert!(text.contains("<img src=x onerror=alert(1)>"), "{text:?}");
    }
}

#[test]
fn reasons_are_short_and_harmless_whatever_they_name() {
    let file = |value: &str| {
        format!(
            "FROM base\nENV A={value}{}\nRUN make\n",
            "x".repeat(100_000)
        )
    };
    let names = ["[1/2] FROM base", "[2/2] RUN make"];
    let build = |value: &str| {
        let mut build = Build::new(Record::default());
        let vertexes = names.map(|name| ran(name.to_owned(), vec![], name.to_owned()));
        build.apply(Update {
            vertexes: vertexes.into(),
            ..Update::default()
        });
        build.dockerfile = Some(Dockerfile::parse(&file(value)));
        build
    };
    let comparison = compare(&build("1"), &build(&format!("2{NASTY}")));
    let words = comparison.steps.iter().find_map(|step| match &step.change {
        Change::Reran(cause) => Some(cause.words()),
        _ => None,
    });
    let words = words.expect("the setting is the cause");
    assert!(
        words.chars().count() < 300 && is_harmless(&words),
        "{words}"
    );
    assert_eq!(words.matches('`').count(), 4, "{words}");

    let context = |hash: u64| Some(Arc::new(Manifest::new([(NASTY.to_owned(), hash)])));
    let copy = |hash: u64| {
        let mut build = Build::new(Record::default());
        build.apply(Update {
            vertexes: vec![ran("a".into(), vec![], "[2/2] COPY . .".into())],
            ..Update::default()
        });
        build.context = context(hash);
        build
    };
    let comparison = compare(&copy(1), &copy(2));
    let Change::Reran(cause) = &comparison.steps[0].change else {
        panic!("it ran again");
    };
    assert!(
        is_harmless(&cause.words()) && cause.words().ends_with("` changed"),
        "{}",
        cause.words()
    );
}

#[test]
fn the_worst_that_fits_is_compared_soon() {
    // As many steps as are kept, each made from all before it, in as many stages, over as many files as are read.
    let build = |round: u64| {
        let mut build = Build::new(Record::default());
        for n in 0..1000 {
            let inputs = (0..n).rev().take(1000).map(|input: u32| input.to_string());
            let name = match n % 3 {
                0 => format!("[s{n} 2/2] COPY . ./*{}", "*a".repeat(50)),
                1 => format!("[s{n} 2/2] COPY *{} ./", "*a".repeat(50)),
                _ => format!("[s{n} 2/2] RUN {}", "x ".repeat(10_000)),
            };
            build.apply(Update {
                vertexes: vec![ran(n.to_string(), inputs.collect(), name)],
                ..Update::default()
            });
        }
        let files = (0..20_000).map(|n| (format!("{}/{n}", "a".repeat(20)), round));
        build.context = Some(Arc::new(Manifest::new(files)));
        build
    };
    let (before, mut now) = (build(1), build(2));
    assert!(now.is_cut());
    for file in [None, Some("FROM a\nARG x\n".repeat(1000))] {
        now.dockerfile = file.as_deref().map(Dockerfile::parse);
        let begun = Instant::now();
        assert!(compare(&before, &now).steps.len() <= 300);
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    }
}
