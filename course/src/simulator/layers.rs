//! `layers`: a Dockerfile to edit and files to change, and which steps of the next build come from the cache.

use std::collections::BTreeMap;

use drydock_dockerfile::simulate::{History, simulate};
use serde::{Deserialize, Serialize};

use super::Reader;

/// Keys of a `layers` block.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LayersFront {
    title: Option<String>,
    dockerfile: Option<String>,
    files: Option<Vec<String>>,
    edited: Option<Vec<String>>,
    seconds: Option<BTreeMap<String, f64>>,
}

/// A Dockerfile with the files of its context, built once, and once more after some of them were edited.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Layers {
    /// Shown above it, as plain text.
    pub title: String,
    /// The Dockerfile.
    pub dockerfile: String,
    /// Paths of the context's files.
    pub files: Vec<String>,
    /// Those that were edited between the first build and the second.
    pub edited: Vec<String>,
    /// Seconds of steps by how their text begins.
    pub seconds: BTreeMap<String, f64>,
}

impl Layers {
    /// The two builds that the picture begins with.
    #[must_use]
    pub fn history(&self) -> History {
        let build = |edited: &[String]| drydock_dockerfile::cache::Build {
            dockerfile: self.dockerfile.clone(),
            files: self
                .files
                .iter()
                .map(|path| (path.clone(), edited.contains(path).to_string()))
                .collect(),
            ..Default::default()
        };
        History {
            builds: vec![build(&[]), build(&self.edited)],
            seconds: self.seconds.clone(),
        }
    }
}

const DOCKERFILE: &str = r#"FROM python:3.13-slim
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
CMD ["python", "app.py"]
"#;

pub(super) fn read(front: LayersFront, reader: &mut Reader<'_>) -> Layers {
    let dockerfile = front.dockerfile.unwrap_or_else(|| DOCKERFILE.to_owned());
    let files = reader.lines(
        "files",
        front.files,
        &["app.py", "requirements.txt", "README.md"],
        1..=6,
        40,
    );
    for (index, path) in files.iter().enumerate() {
        let at = reader.node.place_in("files", index);
        if !crate::markdown::is_clean_path(path) {
            let message = format!("`{path}` is not a path in the context");
            reader.error(
                at,
                message,
                "write it relative to the context's folder, such as `src/app.py`",
            );
        } else if path.eq_ignore_ascii_case("dockerfile") {
            reader.error(
                at,
                "the Dockerfile is not one of these files",
                "leave it out: `COPY . .` does not take it here",
            );
        }
    }
    let some: &[&str] = if files.iter().any(|path| path == "app.py") {
        &["app.py"]
    } else {
        &[]
    };
    let edited = reader.lines("edited", front.edited, some, 0..=6, 40);
    for (index, path) in edited.iter().enumerate() {
        if !files.contains(path) {
            let at = reader.node.place_in("edited", index);
            reader.error(
                at,
                format!("`{path}` is not one of `files`"),
                "add it there",
            );
        }
    }
    let seconds = front.seconds.unwrap_or_default();
    if seconds
        .values()
        .any(|seconds| !(0.0..=3600.0).contains(seconds))
    {
        let at = reader.node.place_of("seconds");
        reader.error(at, "a duration goes from 0 to 3600 seconds", "change it");
    }
    let layers = Layers {
        title: reader.line("title", front.title, "The build cache", 80),
        dockerfile,
        files,
        edited,
        seconds,
    };
    check(&layers, reader);
    layers
}

/// A Dockerfile that the engine would not build is no beginning.
fn check(layers: &Layers, reader: &mut Reader<'_>) {
    let at = reader.node.place_of("dockerfile");
    let lines = layers.dockerfile.lines().count();
    if lines > 20 || layers.dockerfile.len() > 2000 {
        reader.error(
            at,
            "this Dockerfile is too long to play with",
            "show 20 lines at most",
        );
    } else if let Err(unreadable) = simulate(&layers.history()) {
        let at = place(reader, at, &layers.dockerfile, unreadable.line);
        reader.error(
            at,
            format!("this Dockerfile cannot be built: {}", unreadable.message),
            "correct it",
        );
    }
}

/// Where a line of the Dockerfile stands, if it is written as a block of lines.
fn place(reader: &Reader<'_>, at: usize, dockerfile: &str, line: usize) -> usize {
    let written = reader.source.text.get(at..).unwrap_or_default();
    let first = dockerfile.lines().next().unwrap_or_default();
    if !written.starts_with(first) {
        return at;
    }
    let before: usize = written
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let rest = written.get(before..).unwrap_or_default();
    at + before + (rest.len() - rest.trim_start_matches(' ').len())
}
