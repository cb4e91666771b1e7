//! The layers of the image that came out.

use crate::build::Build;
use crate::text::{cut, one_line};

/// Layers that are told; the oldest of the base are added up when there are more.
const MOST: usize = 127;

/// A line of the image's history, the newest first, as the engine's API gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// `RUN /bin/sh -c … # buildkit`
    pub created_by: String,
    /// Bytes.
    pub size: u64,
}

/// One layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// The instruction that made it.
    pub text: String,
    /// Bytes.
    pub size: u64,
    /// Whether it came with the base image.
    pub base: bool,
    /// The index of the step that made it.
    pub step: Option<usize>,
}

/// The layers from the bottom up: one for each instruction that made files, and those of the base.
#[must_use]
pub fn layers(build: &Build, history: &[HistoryEntry]) -> Vec<Layer> {
    let mut steps = final_steps(build);
    let mut layers = Vec::new();
    for entry in history {
        let Some(text) = instruction(&entry.created_by) else {
            layers.push(base(entry));
            continue;
        };
        let keyword = text.split(' ').next().unwrap_or_default();
        let makes_files = matches!(keyword, "RUN" | "COPY" | "ADD" | "WORKDIR");
        match steps.last() {
            Some(_) if !makes_files => {}
            Some(&(index, ref shown)) if shown.starts_with(keyword) => {
                layers.push(Layer {
                    text: shown.clone(),
                    size: entry.size,
                    base: false,
                    step: Some(index),
                });
                steps.pop();
            }
            _ => layers.push(base(entry)),
        }
    }
    layers.retain(|layer| !layer.base || layer.size > 0);
    if layers.len() > MOST {
        let size = layers.drain(MOST..).map(|layer| layer.size).sum();
        layers.push(Layer {
            text: "older layers".to_owned(),
            size,
            base: true,
            step: None,
        });
    }
    layers.reverse();
    layers
}

fn base(entry: &HistoryEntry) -> Layer {
    let text = cut(&entry.created_by, 300);
    let text = match text.strip_prefix("/bin/sh -c ") {
        Some(made) => made
            .strip_prefix("#(nop)")
            .map_or_else(|| format!("RUN {made}"), str::to_owned),
        None => instruction(text).unwrap_or_default(),
    };
    Layer {
        text: one_line(&text),
        size: entry.size,
        base: true,
        step: None,
    }
}

/// `RUN /bin/sh -c pip … # buildkit` as it was written; `None` if the old builder made it.
fn instruction(created_by: &str) -> Option<String> {
    let text = cut(created_by, 2000);
    let text = text.strip_suffix("# buildkit").unwrap_or(text).trim();
    (!text.starts_with("/bin/sh -c "))
        .then(|| one_line(&text.replacen("RUN /bin/sh -c ", "RUN ", 1)))
}

/// The steps that the image is made of, in order: those of the last stage, and of the stages that it
/// goes on from.
fn final_steps(build: &Build) -> Vec<(usize, String)> {
    let rows = build.rows();
    let target = build
        .record
        .attributes
        .get("target")
        .map(|target| target.to_lowercase());
    let Some(last) = target.or_else(|| rows.last().map(|row| row.stage.to_owned())) else {
        return Vec::new();
    };
    let mut chain = vec![last];
    if let Some(file) = &build.dockerfile {
        while let Some(base) = chain
            .last()
            .and_then(|stage| file.stage(stage))
            .map(|at| file.stages[at].base.to_lowercase())
        {
            if chain.contains(&base) || file.stage(&base).is_none() {
                break;
            }
            chain.push(base);
        }
    }
    chain.reverse();
    let of_stage = |stage: String| {
        let own = rows
            .iter()
            .filter(move |row| row.stage == stage && row.step.keyword() != "FROM");
        own.map(|row| (row.index, row.step.text.clone()))
            .collect::<Vec<_>>()
    };
    chain.into_iter().flat_map(of_stage).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Record, Update, Vertex};

    #[test]
    fn layers_are_those_of_the_steps_on_top_of_those_of_the_base() {
        let mut build = Build::new(Record::default());
        let names = [
            "[1/4] FROM base",
            "[2/4] WORKDIR /app",
            "[3/4] COPY . .",
            "[4/4] RUN make",
        ];
        let vertexes = names.iter().map(|name| Vertex {
            digest: (*name).to_owned(),
            name: (*name).to_owned(),
            ..Vertex::default()
        });
        build.apply(Update {
            vertexes: vertexes.collect(),
            ..Update::default()
        });
        let history = [
            ("CMD [\"x\"]", 0),
            ("RUN /bin/sh -c make # buildkit", 30),
            ("COPY . . # buildkit", 20),
            ("WORKDIR /app", 0),
            ("RUN /bin/sh -c of the base # buildkit", 7),
            ("/bin/sh -c #(nop) ADD file:1 in / ", 100),
        ];
        let history = history.map(|(created_by, size)| HistoryEntry {
            created_by: created_by.to_owned(),
            size,
        });
        let layers = layers(&build, &history);
        let told: Vec<_> = layers
            .iter()
            .map(|layer| (&*layer.text, layer.size, layer.base))
            .collect();
        assert_eq!(
            told,
            [
                ("ADD file:1 in /", 100, true),
                ("RUN of the base", 7, true),
                ("WORKDIR /app", 0, false),
                ("COPY . .", 20, false),
                ("RUN make", 30, false),
            ]
        );
    }
}
