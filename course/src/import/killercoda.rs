//! `index.json` of Killercoda, with the keys that it keeps from Katacoda.
//!
//! Sources: Killercoda's pages for creators and its scenario-examples; Katacoda's reference of `index.json`
//! (texts, scripts and assets are paths; a step is done when its `verify` script ends with 0; assets lie in `assets/`,
//! `file` may be a glob, `target` is a folder).

use std::collections::BTreeMap;

use globset::GlobBuilder;
use serde::Deserialize;
use serde_json::Value;

use crate::files::{MAX_MARKDOWN, MAX_YAML};
use crate::problem::Problem;
use crate::source::Source;

use super::directives::short;
use super::draft::Draft;
use super::folder::{Folder, error, plain_path};

const INDEX: &str = "index.json";
/// Names of the first machine, the only one here.
const FIRST: &[&str] = &["host01", "client", "controlplane"];
/// Most entries of `assets`.
const MAX_ASSETS: usize = 100;

type Rest = BTreeMap<String, Value>;

#[derive(Deserialize)]
struct Index {
    title: String,
    #[serde(default)]
    description: String,
    time: Option<Value>,
    #[serde(default)]
    details: Details,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Deserialize, Default)]
struct Details {
    intro: Option<Page>,
    #[serde(default)]
    steps: Vec<Page>,
    finish: Option<Page>,
    #[serde(default)]
    assets: BTreeMap<String, Vec<Asset>>,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    title: String,
    text: Option<String>,
    verify: Option<String>,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Deserialize)]
struct Asset {
    file: String,
    target: Option<String>,
    chmod: Option<String>,
}

/// Reads a scenario.
pub(super) fn read(folder: &Folder, draft: &mut Draft) -> Result<(), Problem> {
    if !folder.has(INDEX) {
        return Err(
            error(INDEX, "there is no `index.json`").help("give the folder of one scenario")
        );
    }
    let source = folder.text(INDEX, MAX_YAML)?;
    let index: Index = serde_json::from_str(&source.text).map_err(|fault| Problem {
        line: u32::try_from(fault.line()).unwrap_or(1).max(1),
        column: u32::try_from(fault.column()).unwrap_or(1).max(1),
        ..error(
            INDEX,
            format!("this is not an index of a scenario: {fault}"),
        )
        .help("it needs `title` and `details` with `steps`, each with `text`")
    })?;
    draft.title = index.title;
    draft.summary = index.description;
    draft.minutes = index.time.as_ref().and_then(minutes);
    let Details {
        intro,
        steps,
        finish,
        assets,
        rest,
    } = index.details;
    if steps.is_empty() {
        return Err(source
            .error(
                source.text.find("\"details\"").unwrap_or(0),
                "the scenario has no steps",
            )
            .help("list them in `details.steps`, each with a `title` and a `text`"));
    }
    for (key, value) in index.rest.iter().chain(&rest) {
        lose_key(draft, &source, key, value);
    }
    if let Some(intro) = intro {
        page(folder, draft, &source, intro, None)?;
    }
    for step in steps {
        let title = step.title.clone();
        page(folder, draft, &source, step, Some(title))?;
    }
    if let Some(finish) = finish {
        let title = finish.title.clone();
        page(folder, draft, &source, finish, Some(title))?;
    }
    let assets = assets
        .iter()
        .flat_map(|(host, list)| list.iter().map(move |asset| (host, asset)));
    for (number, (host, asset)) in assets.enumerate() {
        if number == MAX_ASSETS {
            let message = format!("`assets` has more than {MAX_ASSETS} entries");
            return Err(error(INDEX, message).help("name several files with one glob, such as `*`"));
        }
        take_asset(folder, draft, &source, host, asset);
    }
    Ok(())
}

/// The first number of `30 minutes`.
fn minutes(time: &Value) -> Option<u32> {
    let text = match time {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let number = text
        .split(|letter: char| !letter.is_ascii_digit())
        .find(|part| !part.is_empty())?;
    number
        .parse()
        .ok()
        .filter(|minutes| (1..=180).contains(minutes))
}

/// The line where a text of the index stands, as near as can be told.
fn line_of(source: &Source, text: &str) -> u32 {
    let written = Value::String(text.to_owned()).to_string();
    source.place(source.text.find(&written).unwrap_or(0)).0
}

fn lose_key(draft: &mut Draft, source: &Source, key: &str, value: &Value) {
    let why = match key {
        "backend" => {
            "the machine: our sandbox has Debian with Docker, docker compose, make and curl"
        }
        "interface" | "environment" => "the layout: every lab has terminal, editor and preview",
        "background" => {
            "a script in the background: put what it makes into `start/`, or its commands into a step"
        }
        "foreground" | "code" | "courseData" => {
            "a script in the terminal: put its commands into a step"
        }
        "answer" => "the answer: make it a `hint`",
        _ => "it has no counterpart",
    };
    let written = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    draft.lose(
        INDEX,
        line_of(source, key),
        format!("`{}: {}`: {why}", short(key), short(&written)),
    );
}

fn page(
    folder: &Folder,
    draft: &mut Draft,
    index: &Source,
    page: Page,
    title: Option<String>,
) -> Result<(), Problem> {
    let named = |path: &str, problem: Problem| {
        if folder.has(&plain_path(path)) {
            problem
        } else {
            Problem {
                file: INDEX.into(),
                line: line_of(index, path),
                message: format!("there is no file `{}` in the folder", short(path)),
                ..problem
            }
        }
    };
    let text = match &page.text {
        Some(path) => folder
            .text(&plain_path(path), MAX_MARKDOWN)
            .map_err(|problem| named(path, problem))?,
        None => Source::new(INDEX, b"")?,
    };
    draft.section(title, &text)?;
    if let Some(path) = &page.verify {
        let script = folder
            .text(&plain_path(path), MAX_YAML)
            .map_err(|problem| named(path, problem))?;
        draft.verify(&script);
    }
    for (key, value) in &page.rest {
        lose_key(draft, index, key, value);
        // The value stands once, the key many times.
        if let (Value::String(text), Some(loss)) = (value, draft.losses.last_mut()) {
            loss.line = line_of(index, text);
        }
    }
    Ok(())
}

fn take_asset(folder: &Folder, draft: &mut Draft, index: &Source, host: &str, asset: &Asset) {
    let line = line_of(index, &asset.file);
    let target = asset.target.as_deref().unwrap_or("/root");
    let home = ["/root", "~"]
        .iter()
        .find_map(|home| target.strip_prefix(home))
        .filter(|below| below.is_empty() || below.starts_with('/'));
    let what = short(&asset.file);
    let Some(below) = home.map(plain_path).filter(|_| FIRST.contains(&host)) else {
        return draft.lose(
            INDEX,
            line,
            format!(
                "the files `{what}` for `{}` on {}: only a learner's home (/root) is filled",
                short(target),
                short(host)
            ),
        );
    };
    let Ok(glob) = GlobBuilder::new(&plain_path(&asset.file))
        .literal_separator(false)
        .build()
    else {
        return draft.lose(INDEX, line, format!("the files `{what}`: this is no glob"));
    };
    let glob = glob.compile_matcher();
    let executable = asset.chmod.as_deref().is_some_and(|mode| {
        mode.contains('x') || mode.starts_with(['7', '5']) || mode.starts_with("07")
    });
    let mut found = false;
    for path in folder.paths() {
        let Some(name) = path
            .strip_prefix("assets/")
            .filter(|name| glob.is_match(name))
        else {
            continue;
        };
        found = true;
        let to = if below.is_empty() {
            name.to_owned()
        } else {
            format!("{below}/{name}")
        };
        draft.start_file(folder, path, &to, executable);
    }
    if !found {
        draft.lose(
            INDEX,
            line,
            format!("the files `{what}`: there are none in `assets/`"),
        );
    }
}
