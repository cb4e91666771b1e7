use super::*;

const SOURCES_FIRST: &str = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD [\"python\", \"app.py\"]\n";
const LIBRARIES_FIRST: &str = "FROM python:3.13-slim\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nCMD [\"python\", \"app.py\"]\n";

fn build(dockerfile: &str, app: &str) -> Build {
    let file = |path: &str, content: &str| (path.to_owned(), content.to_owned());
    Build {
        dockerfile: dockerfile.to_owned(),
        files: BTreeMap::from([file("app.py", app), file("requirements.txt", "1")]),
        ..Build::default()
    }
}

fn last(builds: &[(&str, &str)]) -> Report {
    simulate(&History {
        builds: builds.iter().map(|(text, app)| build(text, app)).collect(),
        ..History::default()
    })
    .unwrap()
}

fn states(report: &Report) -> Vec<State> {
    report.steps.iter().map(|step| step.state).collect()
}

#[test]
fn the_first_build_runs_everything_and_the_second_nothing() {
    use State::{Cached, Ran, Setting};
    let first = last(&[(SOURCES_FIRST, "1")]);
    assert_eq!(states(&first), [Ran, Ran, Ran, Ran, Setting]);
    assert!((first.saved, first.seconds > 20.0) == (0.0, true));
    let second = last(&[(SOURCES_FIRST, "1"), (SOURCES_FIRST, "1")]);
    assert_eq!(states(&second), [Cached, Cached, Cached, Cached, Setting]);
    assert!((second.seconds, second.saved) == (0.0, first.seconds));
}

#[test]
fn a_changed_source_costs_the_libraries_unless_they_stand_above_it() {
    let slow = last(&[(SOURCES_FIRST, "1"), (SOURCES_FIRST, "2")]);
    assert_eq!(slow.steps[2].why, "`app.py` has changed");
    assert_eq!(slow.steps[3].why, "line 3 ran, and this stands on it");
    let fast = last(&[(LIBRARIES_FIRST, "1"), (LIBRARIES_FIRST, "2")]);
    assert_eq!(fast.steps[3].state, State::Cached);
    assert!(fast.seconds < 1.0 && slow.seconds > 20.0);
    assert_eq!(
        fast.said,
        "0.1 s. 4 of 5 steps came from the cache, which saved 24 s. The first miss is line 5: `app.py` has changed."
    );
    assert_eq!(fast.steps[3].verdict, "cached, saved 20 s");
}

#[test]
fn going_back_is_a_hit_again() {
    let back = last(&[
        (SOURCES_FIRST, "1"),
        (SOURCES_FIRST, "2"),
        (SOURCES_FIRST, "1"),
    ]);
    assert!(!states(&back).contains(&State::Ran), "{back:?}");
    let reordered = last(&[
        (SOURCES_FIRST, "1"),
        (LIBRARIES_FIRST, "1"),
        (SOURCES_FIRST, "1"),
    ]);
    assert!(!states(&reordered).contains(&State::Ran), "{reordered:?}");
}

#[test]
fn an_edited_instruction_says_what_it_was() {
    let edited = SOURCES_FIRST.replace("-r req", "--quiet -r req");
    let report = last(&[(SOURCES_FIRST, "1"), (&edited, "1")]);
    assert_eq!(
        report.steps[3].why,
        "in the last build this was `RUN pip install -r requirements.txt`"
    );
}

#[test]
fn durations_of_an_author_win_and_the_longest_beginning_most() {
    let seconds =
        [("RUN", 3.0), ("RUN pip install", 7.5)].map(|(text, seconds)| (text.to_owned(), seconds));
    let report = simulate(&History {
        builds: vec![build(SOURCES_FIRST, "1")],
        seconds: BTreeMap::from(seconds),
    });
    assert!((report.unwrap().steps[3].seconds - 7.5).abs() < 1e-9);
}

#[test]
fn over_json_a_mistake_has_its_line() {
    let history = History {
        builds: vec![build(SOURCES_FIRST, "1"), build("FROM a\nNONSENSE\n", "1")],
        ..History::default()
    };
    let answer = simulate_json(&serde_json::to_string(&history).unwrap());
    assert!(answer.starts_with(r#"{"error":{"line":2,"#), "{answer}");
    assert!(simulate_json("{").starts_with(r#"{"error":"#));
    assert!(simulate_json(r#"{"builds":[],"seconds":{}}"#).contains("nothing to build"));
    let good = serde_json::to_string(&History {
        builds: vec![build(SOURCES_FIRST, "1")],
        ..History::default()
    });
    let answer = simulate_json(&good.unwrap());
    assert!(
        answer.starts_with(r#"{"ok":{"steps":[{"text":"FROM"#),
        "{answer}"
    );
}
