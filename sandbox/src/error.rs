//! What can go wrong with a sandbox, told for the person who reads it.

use std::time::Duration;

use crate::id::SandboxId;

/// How long the outer engine may take for one request.
pub(crate) const REQUEST_LIMIT: Duration = Duration::from_secs(60);

/// Anything that can go wrong with a sandbox or the engine that holds it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No outer engine answers.
    #[error(
        "no Docker engine answers at {address}: {reason}. Start one (`dockerd`, or `systemctl start docker`) or set DOCKER_HOST to where it listens."
    )]
    NoEngine {
        /// Where it was looked for.
        address: String,
        /// What the attempt said.
        reason: String,
    },
    /// The configured address of the engine cannot be understood.
    #[error(
        "{address:?} is not an address of a Docker engine: {reason}. Write unix:///var/run/docker.sock or tcp://host:2375."
    )]
    BadAddress {
        /// As configured.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The sandbox image is not on the outer engine.
    #[error("the sandbox image {image} is not on the Docker engine. Run `drydock images build`.")]
    NoImage {
        /// Its reference.
        image: String,
    },
    /// A sandbox of that id exists already.
    #[error("there is a sandbox {id} already; take a new id")]
    IdTaken {
        /// Which.
        id: SandboxId,
    },
    /// The sandbox started and did not become ready.
    #[error("the sandbox did not become ready: {cause}")]
    NotReady {
        /// What happened, in one line.
        cause: String,
        /// The last lines of its log.
        log: Vec<String>,
    },
    /// The sandbox is not there any more, or not running.
    #[error("the sandbox {id} is not running any more")]
    Gone {
        /// Which.
        id: SandboxId,
    },
    /// Something took longer than it may.
    #[error("{what} took longer than {limit:?}")]
    TimedOut {
        /// What was waited for.
        what: &'static str,
        /// How long.
        limit: Duration,
    },
    /// Something is larger than it may be.
    #[error("{what} is larger than {limit} bytes")]
    TooLarge {
        /// What is.
        what: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// There is no such file.
    #[error("there is no file {path}")]
    NotFound {
        /// Path below the home.
        path: String,
    },
    /// The path names a folder where a file is needed.
    #[error("{path} is a folder")]
    IsDir {
        /// Path below the home.
        path: String,
    },
    /// There is a file or folder of that name already.
    #[error("there is something at {path} already")]
    Exists {
        /// Path below the home.
        path: String,
    },
    /// The file is not the one that the writer had seen.
    #[error("the file {path} was changed, made or deleted in the meantime")]
    Changed {
        /// Path below the home.
        path: String,
    },
    /// The path is one that is refused.
    #[error("the path {path:?} is refused: {why}")]
    BadPath {
        /// As asked for.
        path: String,
        /// Why.
        why: BadPath,
    },
    /// The learner's disk is full.
    #[error("no space is left on the sandbox's disk. Delete files, or `docker system prune -a`.")]
    NoSpace,
    /// The terminal's connection broke; its shell may live on, so attach again.
    #[error("the connection to the terminal was lost; its shell may still be running")]
    TerminalLost,
    /// A command of ours inside the sandbox did something it should not.
    #[error("{what} failed inside the sandbox: {detail}")]
    Inside {
        /// What was tried.
        what: &'static str,
        /// What it said.
        detail: String,
    },
    /// An engine refused a request or could not be spoken to.
    #[error("the Docker engine refused to {doing}: {source}")]
    Engine {
        /// What was asked of it.
        doing: &'static str,
        /// What it said.
        #[source]
        source: bollard::errors::Error,
    },
    /// A connection broke.
    #[error("the connection to the Docker engine broke: {0}")]
    Io(#[from] std::io::Error),
}

impl Error {
    /// What an engine's answer about a sandbox's container means.
    pub(crate) fn of_sandbox(
        id: SandboxId,
        doing: &'static str,
        source: bollard::errors::Error,
    ) -> Self {
        use bollard::errors::Error::{DockerResponseServerError, RequestTimeoutError};
        match source {
            // 404: no such container; 409: it is not running, or is being removed.
            DockerResponseServerError {
                status_code: 404 | 409,
                ..
            } => Self::Gone { id },
            RequestTimeoutError => Self::TimedOut {
                what: doing,
                limit: REQUEST_LIMIT,
            },
            source => Self::Engine { doing, source },
        }
    }
}

/// Why a path is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPath {
    /// It is empty or has an empty part.
    #[error("it is empty or has an empty part")]
    Empty,
    /// It begins with `/`.
    #[error("it must be relative to the home folder")]
    Absolute,
    /// It has a part `.` or `..`.
    #[error("it must not have a part `.` or `..`")]
    Dots,
    /// It holds a NUL or another control character.
    #[error("it holds a control character")]
    Control,
    /// It, or a part of it, is too long.
    #[error("it is too long (255 bytes a part, 1024 in all)")]
    TooLong,
    /// It leads out of the home folder, through a symbolic link.
    #[error("it leads out of the home folder")]
    Outside,
    /// It is neither a file nor a folder: a socket, a pipe, a device.
    #[error("it is not an ordinary file")]
    Special,
    /// A part of it that should be a folder is a file.
    #[error("a part of it that should be a folder is a file")]
    NotADir,
}
