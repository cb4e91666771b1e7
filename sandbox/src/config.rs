//! What an operator sets, and what one sandbox is asked to be.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::id::SandboxId;

/// How to reach the outer engine, and how its sandboxes are made.
#[derive(Debug, Clone)]
pub struct Config {
    /// `unix:///path` or `tcp://host:port`; `None` takes `DOCKER_HOST`, then the usual socket.
    pub docker_host: Option<String>,
    /// The sandbox image; `None` takes the one that [`crate::images::build`] made for this version, else its latest.
    pub image: Option<String>,
    /// Another OCI runtime of the outer engine (`sysbox-runc`, `kata`, `runsc`); `None` takes its default.
    pub runtime: Option<String>,
    /// Names this installation: only sandboxes that carry it as a label are ever listed or removed.
    pub owner: String,
    /// What a sandbox may use when its lab does not say otherwise.
    pub defaults: Limits,
}

impl Config {
    /// The usual engine, image and limits for the installation `owner`.
    #[must_use]
    pub fn new(owner: impl Into<String>) -> Self {
        Self {
            docker_host: None,
            image: None,
            runtime: None,
            owner: owner.into(),
            defaults: Limits::default(),
        }
    }
}

/// What everything in one sandbox may use together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Memory in MiB. What is stored counts too: the disk is a tmpfs.
    pub memory_mib: u64,
    /// Size in MiB of the learner's whole disk: home, images, containers, volumes.
    pub disk_mib: u64,
    /// Processes and threads, the engine's own included (it needs about 60).
    pub pids: u32,
    /// Processors; `1.5` is one and a half.
    pub cpus: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_mib: 1024,
            disk_mib: 768,
            pids: 512,
            cpus: 2.0,
        }
    }
}

/// One sandbox as asked for.
#[derive(Debug, Clone)]
pub struct Spec {
    /// Its id; [`SandboxId::new`] makes one.
    pub id: SandboxId,
    /// References of the base images that its engine has from the start.
    pub images: Vec<String>,
    /// What it may use.
    pub limits: Limits,
    /// What lies in the learner's home at the beginning.
    pub files: Vec<StartFile>,
    /// More labels for the container, such as the session; kept for [`crate::Host::list`].
    pub labels: BTreeMap<String, String>,
}

impl Spec {
    /// A sandbox with a new id, no files and these limits.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            id: SandboxId::new(),
            images: Vec::new(),
            limits,
            files: Vec::new(),
            labels: BTreeMap::new(),
        }
    }
}

/// A file of the learner's home at the beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartFile {
    /// Path below the home, with `/` between its parts.
    pub path: String,
    /// Whether it may be run.
    pub executable: bool,
    /// What it holds.
    pub bytes: Bytes,
}
