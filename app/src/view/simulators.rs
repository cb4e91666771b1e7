//! Simulators: pictures in a lesson that a learner can play with.

use std::collections::BTreeMap;

use serde::Serialize;

/// What is simulated, with its settings.
#[derive(Debug, Clone)]
pub enum Simulator {
    /// The build cache.
    Layers(Layers),
    /// Containers from one image.
    Lifecycle(Lifecycle),
    /// What `docker run` does.
    RunSteps(RunSteps),
    /// Virtual machines beside containers.
    Machines(Machines),
}

/// A Dockerfile with the files of its context, and its second build.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    /// Shown above it.
    pub title: String,
    /// The Dockerfile.
    pub dockerfile: String,
    /// Paths of the context's files.
    pub files: Vec<String>,
    /// Those that were edited between the first build and the second.
    pub edited: Vec<String>,
    /// Seconds of steps by how their text begins.
    pub seconds: BTreeMap<String, f64>,
    /// How long the two builds took, in seconds.
    pub builds: [f64; 2],
    /// Steps of the second build.
    pub steps: Vec<LayerStep>,
    /// What happened in it; backquotes mark code.
    pub said: String,
}

/// A step of a build.
#[derive(Debug, Clone, Default)]
pub struct LayerStep {
    /// The instruction on one line.
    pub text: String,
    /// Line of the Dockerfile, from 1.
    pub line: usize,
    /// `cached`, `ran` or `setting`.
    pub state: &'static str,
    /// The same in a word or two, with a time.
    pub verdict: String,
    /// Why; backquotes mark code.
    pub why: String,
    /// How long it takes when it runs, in seconds.
    pub seconds: f64,
}

/// Containers from one image.
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    /// Shown above it.
    pub title: String,
    /// The image's name.
    pub image: String,
    /// Its size, as Docker prints sizes.
    pub size: String,
    /// What each of its layers holds, from the bottom.
    pub layers: Vec<String>,
    /// Names of the containers begin with it.
    pub name: String,
    /// The file that is written into a container, an absolute path.
    pub file: String,
}

/// What `docker run IMAGE COMMAND` does.
#[derive(Debug, Clone, Default)]
pub struct RunSteps {
    /// Shown above it.
    pub title: String,
    /// The image's name.
    pub image: String,
    /// The command that runs in the container and ends with exit code 0.
    pub command: String,
    /// The line that it prints.
    pub output: String,
}

/// The same apps in virtual machines and in containers.
#[derive(Debug, Clone, Default)]
pub struct Machines {
    /// Shown above it.
    pub title: String,
    /// Names of the apps that can be run.
    pub apps: Vec<String>,
    /// How many of them run at the beginning.
    pub shown: usize,
    /// What a virtual machine costs beside its app.
    pub vm: Figures,
    /// What a container costs beside its app.
    pub container: Figures,
    /// What the app itself costs, in both.
    pub app: Figures,
    /// Where the figures come from.
    pub source: String,
}

/// What something costs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Memory in MB.
    pub memory: f64,
    /// Disk in MB.
    pub disk: f64,
    /// Time from the command until it runs, in seconds.
    pub seconds: f64,
}
