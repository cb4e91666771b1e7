//! What a check asks for. Plain typed data read from YAML; the verdict is the grader's.
//!
//! Every rule is a mapping in which each key is one demand; all demands of a rule must hold.
//! Unknown keys are errors. A text demand is written plain (equal), or as `{ matches: "glob*" }`,
//! `{ regex: "…" }`, `{ contains: "…" }` or `{ not: … }`.

use std::fmt;

use indexmap::IndexMap;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

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
#[derive(Debug, Clone, Serialize, PartialEq)]
#[serde(untagged)]
pub enum Text {
    /// Equal to this.
    Is(String),
    /// Something other than plain equality.
    How(TextHow),
}

/// Read by hand: a derived untagged enum forgets where a mistyped key stands and says only that
/// nothing fitted. Numbers and booleans are taken as the text that they are written as.
impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or one of `matches`, `regex`, `contains`, `not`")
            }

            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text::Is(text.to_owned()))
            }

            fn visit_bool<E>(self, value: bool) -> Result<Text, E> {
                Ok(Text::Is(value.to_string()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Text, E> {
                Ok(Text::Is(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Text, E> {
                Ok(Text::Is(value.to_string()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Text, E> {
                Ok(Text::Is(value.to_string()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Text, A::Error> {
                TextHow::deserialize(MapAccessDeserializer::new(map)).map(Text::How)
            }
        }

        deserializer.deserialize_any(TextVisitor)
    }
}

/// The ways to compare a text other than plain equality. Exactly one is given.
#[derive(Debug, Clone, Serialize, PartialEq)]
#[serde(rename_all = "snake_case")]
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

impl<'de> Deserialize<'de> for TextHow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct HowVisitor;

        #[derive(Deserialize)]
        #[serde(field_identifier, rename_all = "snake_case")]
        enum Way {
            Matches,
            Regex,
            Contains,
            Not,
        }

        impl<'de> Visitor<'de> for HowVisitor {
            type Value = TextHow;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one of `matches`, `regex`, `contains`, `not`")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TextHow, A::Error> {
                let how = match map.next_key()? {
                    Some(Way::Matches) => TextHow::Matches(map.next_value()?),
                    Some(Way::Regex) => TextHow::Regex(map.next_value()?),
                    Some(Way::Contains) => TextHow::Contains(map.next_value()?),
                    Some(Way::Not) => TextHow::Not(map.next_value()?),
                    None => {
                        return Err(A::Error::custom(
                            "expected one of `matches`, `regex`, `contains`, `not`",
                        ));
                    }
                };
                if map.next_key::<Way>()?.is_some() {
                    return Err(A::Error::custom(
                        "two ways to compare one text, expected one of `matches`, `regex`, `contains`, `not`",
                    ));
                }
                Ok(how)
            }
        }

        deserializer.deserialize_struct("TextHow", TextHow::WAYS, HowVisitor)
    }
}

impl TextHow {
    /// The keys that it is read from.
    pub const WAYS: &[&str] = &["matches", "regex", "contains", "not"];
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
