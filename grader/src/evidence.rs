//! What was seen, kept so that it can be stored beside a result and judged again.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::probe::Probe;
use crate::triggers::{Change, concerns};

/// Observations by probe, and the learner's answers by check.
///
/// As JSON it is `{"seen": [{"probe": …, "seen": …} | {"probe": …, "error": …}], "answers": {…}}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    #[serde(with = "as_list")]
    seen: BTreeMap<Probe, Result<Seen, String>>,
    #[serde(default)]
    answers: BTreeMap<String, String>,
}

impl Evidence {
    /// Nothing has been looked at yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps what a look gave, in place of an earlier look at the same thing. An `Err` says in a
    /// sentence why it could not be looked at: the engine did not answer, the machine is gone.
    pub fn record(&mut self, probe: Probe, outcome: Result<Seen, String>) {
        self.seen.insert(probe, outcome);
    }

    /// Keeps what the learner answered to a check.
    pub fn answer(&mut self, check: impl Into<String>, given: impl Into<String>) {
        self.answers.insert(check.into(), given.into());
    }

    /// What the learner answered to a check.
    pub fn given(&self, check: &str) -> Option<&str> {
        self.answers.get(check).map(String::as_str)
    }

    /// What a look gave, if there was one.
    pub fn look(&self, probe: &Probe) -> Option<&Result<Seen, String>> {
        self.seen.get(probe)
    }

    /// Everything that has been looked at.
    pub fn probes(&self) -> impl Iterator<Item = &Probe> {
        self.seen.keys()
    }

    /// Drops what a change may have made stale, and says what that was.
    pub fn forget(&mut self, change: &Change) -> BTreeSet<Probe> {
        self.forget_if(|probe| concerns(probe, change))
    }

    /// Drops the looks for which `stale` holds, and says which they were.
    pub fn forget_if(&mut self, stale: impl Fn(&Probe) -> bool) -> BTreeSet<Probe> {
        let dropped: BTreeSet<Probe> = self.seen.keys().filter(|p| stale(p)).cloned().collect();
        self.seen.retain(|probe, _| !dropped.contains(probe));
        dropped
    }

    /// Drops the looks that failed, so that they are tried again.
    pub fn forget_errors(&mut self) -> BTreeSet<Probe> {
        let dropped: BTreeSet<Probe> = self
            .seen
            .iter()
            .filter(|(_, outcome)| outcome.is_err())
            .map(|(probe, _)| probe.clone())
            .collect();
        self.seen.retain(|probe, _| !dropped.contains(probe));
        dropped
    }
}

/// What a look gave. The variant fits the [`Probe`] of the same name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// Engine documents as they came from `GET /images/{id}/json`, one for each image.
    Images(Vec<Value>),
    /// Whether each asked path exists in a container made from the image: create one without
    /// starting it (labelled and named as a probe, see [`crate::commands`]), ask
    /// `HEAD /containers/{id}/archive?path=…` for each path (200 there, 404 not), remove it. That
    /// works for images without a shell. An image that is not there is an empty map.
    ImagePaths(BTreeMap<String, bool>),
    /// Engine documents as they came from `GET /containers/{id}/json`, for running and stopped ones.
    Containers(Vec<Value>),
    /// By container id: standard output and error together, the last 64 KiB.
    Logs(BTreeMap<String, String>),
    /// Engine documents as they came from `GET /volumes/{name}`.
    Volumes(Vec<Value>),
    /// By path: the first 64 KiB of the file's text, or none if there is no such regular file.
    VolumeFiles(BTreeMap<String, Option<String>>),
    /// Engine documents as they came from `GET /networks/{id}`.
    Networks(Vec<Value>),
    /// A file in the learner's home.
    File(FileSeen),
    /// How a command ended: for [`Probe::Run`] and [`Probe::Exec`].
    Process(ProcessSeen),
    /// What two builds did.
    Rebuild(RebuildSeen),
}

/// A path in the learner's home.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileSeen {
    /// What it is.
    pub kind: FileKind,
    /// Whether its owner may execute it.
    pub executable: bool,
    /// The first 256 KiB of a regular file; bytes that are not UTF-8 are replaced.
    pub text: String,
    /// Whether there is more than `text`.
    pub truncated: bool,
    /// Bytes.
    pub size: u64,
    /// Names beside a missing file, at most 50, for near misses.
    pub beside: Vec<String>,
}

/// What a path is, after following symbolic links.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// Nothing is there.
    #[default]
    Missing,
    /// A regular file.
    File,
    /// A folder.
    Dir,
    /// A symbolic link that leads nowhere.
    Symlink,
    /// A device, socket or pipe.
    Other,
}

/// How a command ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProcessSeen {
    /// Exit code; none if it was ended because it took too long or printed too much.
    pub exit_code: Option<i64>,
    /// Standard output, cut where [`commands::Command::max_output`](crate::commands::Command) says.
    pub stdout: String,
    /// Standard error, cut likewise.
    pub stderr: String,
    /// Whether it was ended for taking too long.
    pub timed_out: bool,
}

/// What two builds of the same context did, the second after files had changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RebuildSeen {
    /// Why the builds could not be made at all.
    pub obstacle: Option<Obstacle>,
    /// The first error of a build.
    pub error: Option<BuildError>,
    /// Steps of the second build, in the Dockerfile's order, stage by stage.
    pub steps: Vec<StepSeen>,
}

/// Why builds could not be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// The context folder is not there.
    NoContext,
    /// The Dockerfile is not there.
    NoDockerfile,
    /// A file that was to change is not a regular file of the context.
    NoFile(String),
    /// The context is larger than this many MiB.
    TooLarge(u32),
    /// The builds took too long.
    TimedOut,
}

/// The first error of a build.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BuildError {
    /// The step that failed, if one did.
    pub step: Option<String>,
    /// What the builder said.
    pub message: String,
    /// Whether it was the second build, after files had changed.
    pub second: bool,
}

/// One step of a build.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StepSeen {
    /// The instruction as the builder prints it, without its `[stage 2/5]`: `COPY app.py .`
    pub name: String,
    /// The stage's name in a build of several stages.
    pub stage: Option<String>,
    /// Place in its stage, counted from 1.
    pub number: u32,
    /// Whether its result came from the cache.
    pub cached: bool,
    /// What went wrong in it.
    pub error: Option<String>,
}

/// JSON has no maps with structured keys.
mod as_list {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Probe, Seen};

    #[derive(Serialize, Deserialize)]
    struct Entry<S> {
        probe: Probe,
        #[serde(default = "nothing", skip_serializing_if = "Option::is_none")]
        seen: Option<S>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    }

    fn nothing<S>() -> Option<S> {
        None
    }

    pub fn serialize<S: Serializer>(
        seen: &BTreeMap<Probe, Result<Seen, String>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(seen.iter().map(|(probe, outcome)| Entry {
            probe: probe.clone(),
            seen: outcome.as_ref().ok(),
            error: outcome.as_ref().err().cloned(),
        }))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<BTreeMap<Probe, Result<Seen, String>>, D::Error> {
        let entries = Vec::<Entry<Seen>>::deserialize(from)?;
        Ok(entries
            .into_iter()
            .map(|entry| {
                let outcome = entry.seen.ok_or_else(|| {
                    entry
                        .error
                        .unwrap_or_else(|| "Nothing was recorded.".to_owned())
                });
                (entry.probe, outcome)
            })
            .collect())
    }
}
