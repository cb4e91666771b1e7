//! What has to be looked at to judge a check.

use std::collections::{BTreeMap, BTreeSet};

use drydock_course::check::{
    Check, ContainerRule, ExecRule, ImageRule, RebuildRule, Rule, RunRule, VolumeRule,
};
use serde::{Deserialize, Serialize};

/// One thing to look at. Ordered and hashable, so that one look serves every check that needs it.
///
/// How each is looked at is said at its [`Seen`](crate::Seen) counterpart; those that are commands
/// in the lab machine come ready from [`commands::command`](crate::commands::command).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Probe {
    /// Every image of the inner engine.
    Images,
    /// Whether paths exist in a container of an image.
    ImagePaths {
        /// The image, as the check names it.
        image: String,
        /// Absolute paths.
        paths: BTreeSet<String>,
    },
    /// Every container of the inner engine, stopped ones too.
    Containers,
    /// What every container printed.
    Logs,
    /// Every volume.
    Volumes,
    /// Texts of files in a volume.
    VolumeFiles {
        /// The volume's name.
        volume: String,
        /// Paths relative to the volume's root, without a leading slash.
        paths: BTreeSet<String>,
    },
    /// Every network.
    Networks,
    /// One file in the learner's home.
    File {
        /// Relative to the home.
        path: String,
    },
    /// A throw-away container.
    Run(RunSpec),
    /// A command in the lab machine.
    Exec(ExecSpec),
    /// Two builds of a copy of the context, with files changed in between.
    Rebuild(RebuildSpec),
}

/// What to run as a throw-away container.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RunSpec {
    /// The image.
    pub image: String,
    /// Arguments after the image.
    pub args: Vec<String>,
    /// Environment, by name.
    pub env: BTreeMap<String, String>,
    /// Volumes as `name:/path`.
    pub volumes: Vec<String>,
    /// Seconds until it is ended.
    pub timeout: u32,
}

/// What to run in the lab machine.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ExecSpec {
    /// The command line, for bash.
    pub command: String,
    /// Seconds until it is ended.
    pub timeout: u32,
}

/// What to build twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RebuildSpec {
    /// Context folder, relative to the home.
    pub context: String,
    /// Dockerfile, relative to the context.
    pub dockerfile: String,
    /// Files that get another content between the builds, relative to the context.
    pub touch: Vec<String>,
    /// Seconds for both builds together.
    pub timeout: u32,
}

/// Everything that judging this check may have to look at.
///
/// [`wanted`](crate::wanted) asks for less: it leaves out what the evidence at hand makes needless,
/// such as running an image that is not there.
pub fn probes(check: &Check) -> BTreeSet<Probe> {
    let mut all = BTreeSet::new();
    collect(&check.rule, &mut all);
    all
}

fn collect(rule: &Rule, all: &mut BTreeSet<Probe>) {
    match rule {
        Rule::Image(rule) => {
            all.insert(Probe::Images);
            all.extend(image_paths(rule));
        }
        Rule::Container(rule) => {
            all.insert(Probe::Containers);
            if rule.image.is_some() {
                all.insert(Probe::Images);
            }
            if needs_logs(rule) {
                all.insert(Probe::Logs);
            }
        }
        Rule::Volume(rule) => {
            all.insert(Probe::Volumes);
            all.extend(volume_files(rule));
        }
        Rule::Network(rule) => {
            all.insert(Probe::Networks);
            if !rule.containers.is_empty() {
                all.insert(Probe::Containers);
            }
        }
        Rule::File(rule) => {
            all.insert(Probe::File {
                path: rule.path.clone(),
            });
        }
        Rule::Run(rule) => {
            all.insert(Probe::Images);
            all.insert(run(rule));
        }
        Rule::Exec(rule) => {
            all.insert(exec(rule));
        }
        Rule::Rebuild(rule) => {
            all.insert(rebuild(rule));
        }
        Rule::Answer(_) => {}
        Rule::All(rules) | Rule::Any(rules) => rules.iter().for_each(|rule| collect(rule, all)),
        Rule::Not(rule) => collect(rule, all),
    }
}

pub(crate) fn image_paths(rule: &ImageRule) -> Option<Probe> {
    let paths: BTreeSet<String> = rule
        .contains
        .iter()
        .chain(&rule.lacks)
        .map(|path| absolute(path))
        .collect();
    (!paths.is_empty()).then(|| Probe::ImagePaths {
        image: rule.reference.clone(),
        paths,
    })
}

/// Paths of an image are counted from its root, whether or not the author wrote the slash.
pub(crate) fn absolute(path: &str) -> String {
    format!("/{}", path.trim().trim_matches('/'))
}

pub(crate) fn needs_logs(rule: &ContainerRule) -> bool {
    rule.logs.is_some()
}

pub(crate) fn volume_files(rule: &VolumeRule) -> Option<Probe> {
    let paths: BTreeSet<String> = rule.files.keys().map(|path| inner_path(path)).collect();
    (!paths.is_empty()).then(|| Probe::VolumeFiles {
        volume: rule.name.clone(),
        paths,
    })
}

/// Paths of a volume are counted from its root.
pub(crate) fn inner_path(path: &str) -> String {
    path.trim().trim_matches('/').to_owned()
}

pub(crate) fn run(rule: &RunRule) -> Probe {
    Probe::Run(RunSpec {
        image: rule.image.clone(),
        args: rule.args.clone(),
        env: rule
            .env
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
        volumes: rule.volumes.clone(),
        timeout: seconds(rule.timeout, 10, 60),
    })
}

pub(crate) fn exec(rule: &ExecRule) -> Probe {
    Probe::Exec(ExecSpec {
        command: rule.command.clone(),
        timeout: seconds(rule.timeout, 10, 60),
    })
}

pub(crate) fn rebuild(rule: &RebuildRule) -> Probe {
    Probe::Rebuild(RebuildSpec {
        context: rule.context.clone().unwrap_or_else(|| ".".to_owned()),
        dockerfile: rule
            .dockerfile
            .clone()
            .unwrap_or_else(|| "Dockerfile".to_owned()),
        touch: rule.touch.clone(),
        timeout: seconds(rule.timeout, 120, 300),
    })
}

fn seconds(asked: Option<u32>, default: u32, most: u32) -> u32 {
    asked.unwrap_or(default).clamp(1, most)
}
