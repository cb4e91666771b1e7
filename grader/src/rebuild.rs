//! Reading what the two builds of a `rebuild` check printed.
//!
//! Builds are made with buildx's `--progress=rawjson` (0.13 and later): a stream of JSON documents
//! in which each step is named, marked as cached or not, and told apart from what its commands
//! print. The `plain` form is text for people: a `RUN` that prints a line such as `#7 CACHED` at the
//! right place could pass for the builder.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::evidence::{BuildError, Obstacle, RebuildSeen, StepSeen};

/// How lines of [`commands`](crate::commands)' script begin, which no line of a JSON document does.
const MARK: &str = "%drydock ";

/// Most steps that are kept.
const MOST: usize = 500;

/// Characters of an error that are kept.
const LONGEST: usize = 2000;

/// One build in the output of the script.
#[derive(Debug, Default)]
struct Build {
    log: String,
    exit: Option<i64>,
    error: Option<String>,
}

/// Reads the output of the whole script: markers, and between them the log of each build.
pub(crate) fn read(output: &str) -> Result<RebuildSeen, String> {
    let mut builds: Vec<Build> = Vec::new();
    let mut obstacle = None;
    for line in output.lines() {
        let Some(told) = line.strip_prefix(MARK) else {
            if let Some(build) = builds.last_mut() {
                build.log.push_str(line);
                build.log.push('\n');
            }
            continue;
        };
        let (word, rest) = told.split_once(' ').unwrap_or((told, ""));
        match (word, builds.last_mut()) {
            ("build", _) => builds.push(Build::default()),
            ("exit", Some(build)) => build.exit = rest.trim().parse().ok(),
            ("error", Some(build)) => build.error = Some(cut(rest)),
            ("no-context", _) => obstacle = Some(Obstacle::NoContext),
            ("no-dockerfile", _) => obstacle = Some(Obstacle::NoDockerfile),
            ("no-file", _) => obstacle = Some(Obstacle::NoFile(cut(rest))),
            ("too-large", _) => {
                obstacle = Some(Obstacle::TooLarge(rest.trim().parse().unwrap_or_default()));
            }
            _ => {}
        }
    }
    if let Some(obstacle) = obstacle {
        return Ok(RebuildSeen {
            obstacle: Some(obstacle),
            ..RebuildSeen::default()
        });
    }
    for (place, build) in builds.iter().enumerate() {
        match build.exit {
            Some(0) => {}
            Some(124 | 137) => {
                return Ok(RebuildSeen {
                    obstacle: Some(Obstacle::TimedOut),
                    ..RebuildSeen::default()
                });
            }
            Some(_) => {
                return Ok(RebuildSeen {
                    error: Some(error(build, place > 0)),
                    ..RebuildSeen::default()
                });
            }
            None => return Err("The builds broke off without a result.".to_owned()),
        }
    }
    match builds.as_slice() {
        [_, second] => Ok(RebuildSeen {
            steps: parse(&second.log),
            ..RebuildSeen::default()
        }),
        _ => Err("The builds broke off without a result.".to_owned()),
    }
}

fn error(build: &Build, second: bool) -> BuildError {
    let failed = parse(&build.log)
        .into_iter()
        .find(|step| step.error.is_some());
    let told = build.error.clone().unwrap_or_default();
    match failed {
        Some(step) => BuildError {
            message: step.error.unwrap_or(told),
            step: Some(step.name),
            second,
        },
        None => BuildError {
            step: None,
            message: told
                .trim_start_matches("ERROR: ")
                .trim_start_matches("failed to solve: ")
                .to_owned(),
            second,
        },
    }
}

/// Steps of one build's `rawjson` log, in the Dockerfile's order, stage by stage; a stage comes after
/// those that it copies from. Steps that never began, and the builder's own (`[internal] …`), are
/// left out. What is not such a log gives none.
pub fn parse(log: &str) -> Vec<StepSeen> {
    let mut nodes: BTreeMap<String, Node> = BTreeMap::new();
    for document in serde_json::Deserializer::from_str(log).into_iter::<Value>() {
        let Ok(document) = document else { break };
        for vertex in document["vertexes"].as_array().into_iter().flatten() {
            let Ok(vertex) = Vertex::deserialize(vertex) else {
                continue;
            };
            let Some(step) = vertex.step() else { continue };
            if !nodes.contains_key(&vertex.digest) && nodes.len() >= MOST {
                continue;
            }
            // A step is told of several times: as it begins, and as it ends.
            let known = nodes.entry(vertex.digest).or_insert_with(|| Node {
                step: step.clone(),
                inputs: vertex.inputs.into_iter().flatten().take(MOST).collect(),
                depth: 0,
            });
            known.step.cached |= step.cached;
            if step.error.is_some() {
                known.step.error = step.error;
            }
        }
    }
    measure(&mut nodes);
    let mut stages: BTreeMap<Option<String>, usize> = BTreeMap::new();
    for node in nodes.values() {
        let deepest = stages.entry(node.step.stage.clone()).or_default();
        *deepest = (*deepest).max(node.depth);
    }
    let mut steps: Vec<StepSeen> = nodes.into_values().map(|node| node.step).collect();
    steps.sort_by_cached_key(|step| {
        let stage = stages.get(&step.stage).copied();
        (stage, step.stage.clone(), step.number)
    });
    steps
}

/// A step and what it is made from.
struct Node {
    step: StepSeen,
    /// Digests of other steps.
    inputs: Vec<String>,
    /// How many steps lie below it.
    depth: usize,
}

/// Finds the depth of each step. A log that makes a circle of steps is cut off after a few rounds.
fn measure(nodes: &mut BTreeMap<String, Node>) {
    for _ in 0..nodes.len().min(100) {
        let deeper: Vec<(String, usize)> = nodes
            .iter()
            .filter_map(|(digest, node)| {
                let below = node.inputs.iter().filter_map(|input| nodes.get(input));
                let depth = below.map(|input| input.depth + 1).max()?;
                (depth > node.depth).then(|| (digest.clone(), depth))
            })
            .collect();
        if deeper.is_empty() {
            break;
        }
        for (digest, depth) in deeper {
            if let Some(node) = nodes.get_mut(&digest) {
                node.depth = depth;
            }
        }
    }
}

/// A node of the build, as far as it is needed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Vertex {
    digest: String,
    inputs: Option<Vec<String>>,
    name: String,
    started: Option<String>,
    cached: Option<bool>,
    error: Option<String>,
}

impl Vertex {
    /// `[stage-1 3/5] COPY . .` as a step, once it has begun.
    fn step(&self) -> Option<StepSeen> {
        let (place, name) = self.name.strip_prefix('[')?.split_once("] ")?;
        let (stage, place) = match place.rsplit_once(' ') {
            Some((stage, place)) => (Some(stage.trim().to_owned()), place),
            None => (None, place),
        };
        let (number, _) = place.split_once('/')?;
        let number = number.trim().parse().ok()?;
        self.started.as_ref()?;
        Some(StepSeen {
            name: cut(&name.split_whitespace().collect::<Vec<_>>().join(" ")),
            stage,
            number,
            // A base image that is at hand is used, not run; the builder marks it either way.
            cached: self.cached.unwrap_or(false) || name.starts_with("FROM "),
            error: self
                .error
                .as_ref()
                .filter(|e| !e.is_empty())
                .map(|e| cut(e)),
        })
    }
}

fn cut(text: &str) -> String {
    text.trim().chars().take(LONGEST).collect()
}
