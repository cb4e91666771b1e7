//! What a check asks for. Plain typed data read from YAML; the verdict is the grader's.
//!
//! Every rule is a mapping in which each key is one demand; all demands of a rule must hold.
//! Unknown keys are errors. A text demand is written plain (equal), or as `{ matches: "glob*" }`,
//! `{ regex: "…" }`, `{ contains: "…" }` or `{ not: … }`.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// One check of a lab.
#[derive(Debug, Clone, Serialize, PartialEq)]
pub struct Check {
    /// Unique in its lab: given as `id:`, or the title's slug.
    pub id: String,
    /// Id of the step that it stands in.
    pub step: String,
    /// What is reached when it passes, as plain text.
    pub title: String,
    /// What to look at when it does not pass, as plain text (backquotes mark code).
    pub hint: Option<String>,
    /// Weight in the score.
    pub points: u32,
    /// Counts at submission only and is never shown before.
    pub hidden: bool,
    /// Id of a check or step that must have passed before this one is looked at.
    pub after: Option<String>,
    /// What must hold.
    pub rule: Rule,
}

/// What must hold. Exactly one key of a check's block names its kind.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// An image of the inner engine.
    Image(ImageRule),
    /// A container of the inner engine.
    Container(ContainerRule),
    /// A volume.
    Volume(VolumeRule),
    /// A network.
    Network(NetworkRule),
    /// A file in the learner's home.
    File(FileRule),
    /// A throw-away container run from an image of the learner's.
    Run(RunRule),
    /// A command in the lab machine.
    Exec(ExecRule),
    /// Builds a copy of the context again after touching files.
    Rebuild(RebuildRule),
    /// What the learner typed or chose.
    Answer(AnswerRule),
    /// Every one must hold.
    All(Vec<Rule>),
    /// At least one must hold.
    Any(Vec<Rule>),
    /// Must not hold.
    Not(Box<Rule>),
}

/// A demand on a text.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(untagged)]
pub enum Text {
    /// Equal to this.
    Is(String),
    /// Something other than plain equality.
    How(TextHow),
}

/// The ways to compare a text other than plain equality.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TextHow {
    /// A glob (`*`, `?`, `[a-z]`) over the whole text.
    Matches(String),
    /// A regular expression found anywhere (Rust `regex` syntax, `m` flag on).
    Regex(String),
    /// Found anywhere.
    Contains(String),
    /// The demand must not hold.
    Not(Box<Text>),
}

/// Demands on an image.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct ImageRule {
    /// `name:tag`; without a tag, `latest`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// `false` asks that it is gone. Default `true`.
    pub exists: Option<bool>,
    /// Largest allowed size, such as `200MB` (as Docker prints sizes: powers of 1000).
    pub max_size: Option<String>,
    /// Most file-system layers.
    pub max_layers: Option<u32>,
    /// The configured user (`""` is root).
    pub user: Option<Text>,
    /// The command in exec form, joined by spaces for comparison.
    pub cmd: Option<Text>,
    /// The entrypoint, joined by spaces for comparison.
    pub entrypoint: Option<Text>,
    /// Working directory.
    pub workdir: Option<Text>,
    /// Environment, by name.
    pub env: IndexMap<String, Text>,
    /// Exposed ports, such as `8000/tcp` (`8000` means tcp).
    pub exposes: Vec<String>,
    /// Labels, by name.
    pub labels: IndexMap<String, Text>,
    /// Must have been built on this image: its layers begin with that image's.
    pub based_on: Option<String>,
    /// Paths that a container of it must have.
    pub contains: Vec<String>,
    /// Paths that a container of it must not have.
    pub lacks: Vec<String>,
}

/// Demands on a container. One container must meet all of them.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct ContainerRule {
    /// Its name.
    pub name: Option<Text>,
    /// The image that it was made from.
    pub image: Option<String>,
    /// `false` asks that no such container is there. Default `true`.
    pub exists: Option<bool>,
    /// `running`, `exited`, `created`, `paused`.
    pub state: Option<String>,
    /// Exit code.
    pub exit_code: Option<i64>,
    /// The command (path and arguments joined by spaces).
    pub command: Option<Text>,
    /// Environment, by name.
    pub env: IndexMap<String, Text>,
    /// Published ports as `host:container`, such as `8080:80`.
    pub ports: Vec<String>,
    /// Mounts: each must be there.
    pub mounts: Vec<MountRule>,
    /// Networks that it must be on.
    pub networks: Vec<String>,
    /// Restart policy.
    pub restart: Option<String>,
    /// `healthy`, `unhealthy`, `starting`.
    pub health: Option<String>,
    /// What it printed (standard output and error, last 64 KiB).
    pub logs: Option<Text>,
    /// How many containers must meet the rest: exactly. Default: at least one.
    pub count: Option<u32>,
}

/// A mount of a container.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct MountRule {
    /// `volume`, `bind` or `tmpfs`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Volume name, or path on the lab machine.
    pub source: Option<Text>,
    /// Path in the container.
    pub target: Option<String>,
}

/// Demands on a volume.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct VolumeRule {
    /// Its name.
    pub name: String,
    /// `false` asks that it is gone. Default `true`.
    pub exists: Option<bool>,
    /// Labels, by name.
    pub labels: IndexMap<String, Text>,
    /// Files in it: path from its root, and what must be in it.
    pub files: IndexMap<String, Text>,
}

/// Demands on a network.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct NetworkRule {
    /// Its name.
    pub name: String,
    /// `false` asks that it is gone. Default `true`.
    pub exists: Option<bool>,
    /// Its driver.
    pub driver: Option<String>,
    /// Names of containers that must be joined to it.
    pub containers: Vec<String>,
}

/// Demands on a file in the learner's home.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct FileRule {
    /// Relative to the home.
    pub path: String,
    /// `false` asks that it is gone. Default `true`.
    pub exists: Option<bool>,
    /// Its text (first 256 KiB).
    pub text: Option<Text>,
    /// Whether it must be executable.
    pub executable: Option<bool>,
}

/// Runs `docker run --rm` on an image and looks at what came out.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct RunRule {
    /// The image.
    pub image: String,
    /// Arguments after the image.
    pub args: Vec<String>,
    /// Environment, by name.
    pub env: IndexMap<String, String>,
    /// Volumes as `name:/path`.
    pub volumes: Vec<String>,
    /// Expected exit code. Default 0.
    pub exit_code: Option<i64>,
    /// Standard output.
    pub stdout: Option<Text>,
    /// Standard error.
    pub stderr: Option<Text>,
    /// Seconds until it is ended. Default 10, at most 60.
    pub timeout: Option<u32>,
}

/// Runs a command with bash in the lab machine, in the learner's home.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct ExecRule {
    /// The command line.
    pub command: String,
    /// Expected exit code. Default 0.
    pub exit_code: Option<i64>,
    /// Standard output.
    pub stdout: Option<Text>,
    /// Standard error.
    pub stderr: Option<Text>,
    /// Seconds until it is ended. Default 10, at most 60.
    pub timeout: Option<u32>,
}

/// Builds a copy of the context, changes files in the copy, builds again, and looks at which
/// steps came from the cache.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct RebuildRule {
    /// Context folder, relative to the home. Default `.`.
    pub context: Option<String>,
    /// Dockerfile, relative to the context. Default `Dockerfile`.
    pub dockerfile: Option<String>,
    /// Files of the copy that get a changed content, relative to the context.
    pub touch: Vec<String>,
    /// Globs over step names (`RUN pip install*`): a step that matches must be there and be cached.
    pub cached: Vec<String>,
    /// Globs over step names: a step that matches must be there and must run again.
    pub rerun: Vec<String>,
    /// Seconds for both builds together. Default 120, at most 300.
    pub timeout: Option<u32>,
}

/// What the learner types or chooses in the page.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct AnswerRule {
    /// The question, as plain text (backquotes mark code).
    pub question: String,
    /// Choices; without any, a text field is shown.
    pub choices: Vec<String>,
    /// Accepted answers.
    pub accept: Vec<Text>,
    /// Explanations of wrong answers, by the exact answer.
    pub wrong: IndexMap<String, String>,
}
