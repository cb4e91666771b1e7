//! Which steps of a build come from the cache: BuildKit's rules, held against the engine by
//! `sandbox/tests/image/cache_rules.rs`.
//!
//! A step's key is made of its instruction, of what the instruction depends on (variables, the user, the contents of
//! the files it copies) and of the key of the step before it. A step whose key was seen before is not run. Where the
//! facts come from: <https://docs.docker.com/build/cache/invalidation/> and the engine itself.

mod context;
mod plan;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use self::plan::Unreadable;
use self::plan::{Planned, plan};

/// What is built.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Build {
    /// Text of the Dockerfile.
    pub dockerfile: String,
    /// Files of the context by path, with their contents; the Dockerfile itself is one of them if it lies there.
    pub files: BTreeMap<String, String>,
    /// `--build-arg`s.
    #[serde(default)]
    pub args: BTreeMap<String, String>,
    /// What the base images are at the moment, where that is known: another text is another image under the same name.
    #[serde(default)]
    pub bases: BTreeMap<String, String>,
    /// `--no-cache`.
    #[serde(default)]
    pub no_cache: bool,
}

/// A step of a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The stage's name, or its number from 0.
    pub stage: String,
    /// The instruction on one line.
    pub text: String,
    /// Line of the Dockerfile, from 1.
    pub line: usize,
    /// Whether it adds files to the image or works on them. Others, such as `CMD`, only change its configuration: they
    /// cost nothing and never run.
    pub layer: bool,
    /// What happens.
    pub outcome: Outcome,
}

/// What happens to a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It does not touch files.
    Configuration,
    /// It comes from the cache.
    Cached,
    /// It runs.
    Runs(Reason),
}

/// Why a step runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Nothing like it was built before.
    First,
    /// The cache was switched off.
    NoCache,
    /// A step before it ran: its line.
    Earlier(usize),
    /// It was written otherwise in the last build.
    Instruction {
        /// How it was written then.
        was: String,
    },
    /// A file that it copies has other contents.
    Changed(String),
    /// A file that it copies is new.
    Added(String),
    /// A file that it copied is gone.
    Removed(String),
    /// A variable that it can see has another value.
    Variable(String),
    /// The base image is another one.
    Base(String),
    /// What it copies from another stage was made anew. If exactly the same files came out, the engine still takes the
    /// step from its cache: that cannot be known beforehand.
    Stage(String),
}

/// The cache of an engine: what was built so far.
#[derive(Debug, Clone, Default)]
pub struct Cache {
    keys: BTreeSet<u64>,
    last: Vec<Planned>,
}

impl Cache {
    /// An engine that has built nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Builds: says what happens to each step, in the order of the file, and remembers it. Stages that the last one
    /// does not need are left out, as the engine does.
    ///
    /// # Errors
    /// If the Dockerfile cannot be read; the cache is then as before.
    pub fn build(&mut self, build: &Build) -> Result<Vec<Step>, Unreadable> {
        let planned = plan(build)?;
        let mut ran: BTreeMap<usize, usize> = BTreeMap::new();
        let mut steps = Vec::with_capacity(planned.len());
        for (index, step) in planned.iter().enumerate() {
            let outcome = if !step.layer {
                Outcome::Configuration
            } else if self.keys.contains(&step.key) && !build.no_cache {
                Outcome::Cached
            } else {
                let earlier = step.after.and_then(|before| ran.get(&before)).copied();
                let line = earlier.unwrap_or(step.line);
                ran.insert(index, line);
                Outcome::Runs(self.reason(step, build, earlier, &planned))
            };
            steps.push(Step {
                stage: step.stage.clone(),
                text: step.text.clone(),
                line: step.line,
                layer: step.layer,
                outcome,
            });
        }
        self.keys.extend(planned.iter().map(|step| step.key));
        self.last = planned;
        Ok(steps)
    }

    fn reason(
        &self,
        step: &Planned,
        build: &Build,
        earlier: Option<usize>,
        now: &[Planned],
    ) -> Reason {
        if build.no_cache {
            return Reason::NoCache;
        }
        if let Some(line) = earlier {
            return Reason::Earlier(line);
        }
        let Some(before) = self.counterpart(step, now) else {
            return Reason::First;
        };
        if before.base != step.base {
            return Reason::Base(step.base.clone().unwrap_or_default());
        }
        if before.text != step.text {
            return Reason::Instruction {
                was: before.text.clone(),
            };
        }
        if let Some(reason) = files(&before.files, &step.files) {
            return reason;
        }
        if let Some(name) = different(&before.variables, &step.variables) {
            return Reason::Variable(name);
        }
        match &step.from {
            Some(stage) => Reason::Stage(stage.clone()),
            None => Reason::First,
        }
    }

    /// The step of the last build that this one has to be compared with: in the same stage, as many steps with a layer
    /// behind its beginning.
    fn counterpart(&self, step: &Planned, now: &[Planned]) -> Option<&Planned> {
        let same = |it: &&Planned| it.layer && it.stage == step.stage;
        let place = now
            .iter()
            .filter(same)
            .position(|it| it.line == step.line)?;
        self.last.iter().filter(same).nth(place)
    }
}

fn files(before: &BTreeMap<String, u64>, now: &BTreeMap<String, u64>) -> Option<Reason> {
    for (path, content) in now {
        match before.get(path) {
            None => return Some(Reason::Added(path.clone())),
            Some(old) if old != content => return Some(Reason::Changed(path.clone())),
            Some(_) => {}
        }
    }
    let gone = before.keys().find(|path| !now.contains_key(*path))?;
    Some(Reason::Removed(gone.clone()))
}

fn different(before: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Option<String> {
    let changed = now
        .iter()
        .find(|(name, value)| before.get(*name) != Some(value));
    let gone = before.keys().find(|name| !now.contains_key(*name));
    changed.map(|(name, _)| name).or(gone).cloned()
}

#[cfg(test)]
mod tests;
