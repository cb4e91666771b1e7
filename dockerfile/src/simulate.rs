//! Builds one after the other as the simulator in lessons shows them: what [`cache`](crate::cache) says of each step,
//! in words, with made-up durations. The server draws the picture with it and the browser goes on from there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cache::{Build, Cache, Outcome, Reason, Step, Unreadable};

/// Builds on an engine that has built nothing before them, from the first to the last.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct History {
    /// The builds, each with its Dockerfile and files.
    pub builds: Vec<Build>,
    /// Seconds of steps by how their text begins; the longest beginning that fits counts.
    pub seconds: BTreeMap<String, f64>,
}

/// The last build of a history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Its steps, in the order of the file.
    pub steps: Vec<Shown>,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// How long the steps from the cache would have taken, in seconds.
    pub saved: f64,
    /// What happened, in a sentence or two; backquotes mark code.
    pub said: String,
}

/// A step as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shown {
    /// The instruction on one line.
    pub text: String,
    /// Line of the Dockerfile, from 1.
    pub line: usize,
    /// What happened.
    pub state: State,
    /// The same in a word or two, with the time that it took or saved.
    pub verdict: String,
    /// Why, in plain words; backquotes mark code.
    pub why: String,
    /// How long it takes when it runs, in seconds.
    pub seconds: f64,
}

/// What happened to a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It came from the cache.
    Cached,
    /// It ran.
    Ran,
    /// It changes settings only: there is nothing to run.
    Setting,
}

/// The last of these builds. Earlier ones whose Dockerfile cannot be read are passed over.
///
/// # Errors
/// If there is no build, or the Dockerfile of the last one cannot be read.
pub fn simulate(history: &History) -> Result<Report, Unreadable> {
    let mut cache = Cache::new();
    let nothing = Unreadable {
        line: 1,
        message: "There is nothing to build.".to_owned(),
    };
    let (last, before) = history.builds.split_last().ok_or(nothing)?;
    for build in before {
        // The engine forgets a build that it could not read, and so do we.
        let _ = cache.build(build);
    }
    let steps: Vec<Shown> = cache
        .build(last)?
        .into_iter()
        .map(|step| shown(step, &history.seconds))
        .collect();
    let sum = |state| {
        steps
            .iter()
            .filter(|step| step.state == state)
            .map(|step| step.seconds)
            .sum()
    };
    let (seconds, saved) = (sum(State::Ran), sum(State::Cached));
    Ok(Report {
        seconds,
        saved,
        said: said(&steps, seconds, saved),
        steps,
    })
}

fn said(steps: &[Shown], seconds: f64, saved: f64) -> String {
    let count = |state| steps.iter().filter(|step| step.state == state).count();
    let (cached, ran) = (count(State::Cached), count(State::Ran));
    let first = steps.iter().find(|step| step.state == State::Ran);
    match first {
        None => format!(
            "Everything came from the cache: {} saved, nothing to do.",
            time(saved)
        ),
        Some(_) if cached == 0 => format!("Nothing came from the cache: {}.", time(seconds)),
        Some(first) => format!(
            "{}. {cached} of {} steps came from the cache, which saved {}. The first miss is line {}: {}.",
            time(seconds),
            cached + ran,
            time(saved),
            first.line,
            first.why
        ),
    }
}

/// `0.1 s`, `24 s`.
fn time(seconds: f64) -> String {
    if seconds < 9.95 {
        format!("{seconds:.1} s")
    } else {
        format!("{seconds:.0} s")
    }
}

/// [`simulate`] over JSON, as the browser calls it: a [`History`] in; `{"ok": Report}` or
/// `{"error": {"line": 1, "message": "…"}}` out.
#[must_use]
pub fn simulate_json(history: &str) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "lowercase")]
    enum Answer {
        Ok(Report),
        Error { line: usize, message: String },
    }
    let answer = serde_json::from_str(history)
        .map_err(|error| Unreadable {
            line: 1,
            message: format!("This is no history of builds: {error}"),
        })
        .and_then(|history| simulate(&history));
    let answer = match answer {
        Ok(report) => Answer::Ok(report),
        Err(Unreadable { line, message }) => Answer::Error { line, message },
    };
    serde_json::to_string(&answer).unwrap_or_default()
}

fn shown(step: Step, given: &BTreeMap<String, f64>) -> Shown {
    let (state, why) = match &step.outcome {
        Outcome::Configuration => (State::Setting, "changes a setting, no files".to_owned()),
        Outcome::Cached => (State::Cached, cached(&step.text).to_owned()),
        Outcome::Runs(reason) => (State::Ran, words(reason)),
    };
    let seconds = if step.layer {
        duration(&step.text, given)
    } else {
        0.0
    };
    Shown {
        verdict: match state {
            State::Cached => format!("cached, saved {}", time(seconds)),
            State::Ran => format!("ran, {}", time(seconds)),
            State::Setting => "no layer".to_owned(),
        },
        seconds,
        text: step.text,
        line: step.line,
        state,
        why,
    }
}

fn cached(text: &str) -> &'static str {
    match keyword(text).as_str() {
        "COPY" | "ADD" => "same instruction, same files",
        "RUN" => "same command on the same files",
        "FROM" => "same image",
        _ => "same as before",
    }
}

fn words(reason: &Reason) -> String {
    match reason {
        Reason::First => "nothing like it was built before".to_owned(),
        Reason::NoCache => "the cache is off".to_owned(),
        Reason::Earlier(line) => format!("line {line} ran, and this stands on it"),
        Reason::Instruction { was } => format!("in the last build this was `{was}`"),
        Reason::Changed(path) => format!("`{path}` has changed"),
        Reason::Added(path) => format!("`{path}` is new"),
        Reason::Removed(path) => format!("`{path}` is gone"),
        Reason::Variable(name) => format!("`{name}` has another value"),
        Reason::Base(name) => format!("`{name}` is another image now"),
        Reason::Stage(stage) => format!("stage `{stage}` was made anew"),
    }
}

fn keyword(text: &str) -> String {
    text.split_whitespace()
        .next()
        .unwrap_or_default()
        .to_uppercase()
}

/// Seconds of a step when it runs. Made up: downloads take long, compiling takes longer, copying takes no time.
fn duration(text: &str, given: &BTreeMap<String, f64>) -> f64 {
    let fits = given
        .iter()
        .filter(|(beginning, _)| text.starts_with(beginning.as_str()));
    if let Some((_, seconds)) = fits.max_by_key(|(beginning, _)| beginning.len()) {
        return *seconds;
    }
    let any = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match keyword(text).as_str() {
        "FROM" => 4.0,
        "RUN" if any(&["install", "npm ci", "apk add", "download"]) => 20.0,
        "RUN" if any(&["build", "compile", "make"]) => 30.0,
        "RUN" => 2.0,
        _ => 0.1,
    }
}

#[cfg(test)]
mod tests;
