//! Commands inside the learner's machine.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;

use crate::error::Error;
use crate::sandbox::Sandbox;

/// A command to run as root of the learner's machine.
#[derive(Debug, Clone)]
pub struct Exec {
    /// Program and arguments.
    pub argv: Vec<String>,
    /// Where it runs; `None` is the home folder.
    pub cwd: Option<String>,
    /// More environment.
    pub env: BTreeMap<String, String>,
    /// What it reads; `None` is nothing.
    pub stdin: Option<Bytes>,
    /// How long it may take. Then it and all it started is ended.
    pub timeout: Duration,
    /// How many bytes of each of stdout and stderr are kept.
    pub max_output: usize,
}

impl Exec {
    /// `argv` in the home folder, with 30 seconds and 256 KiB of output.
    pub fn new<S: Into<String>>(argv: impl IntoIterator<Item = S>) -> Self {
        Self {
            argv: argv.into_iter().map(Into::into).collect(),
            cwd: None,
            env: BTreeMap::new(),
            stdin: None,
            timeout: Duration::from_secs(30),
            max_output: 256 * 1024,
        }
    }

    /// `script` in bash, otherwise as [`Exec::new`].
    #[must_use]
    pub fn bash(script: &str) -> Self {
        Self::new(["bash", "-c", script])
    }
}

/// What a command did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Its exit code; `None` if it was ended because it took or wrote too much.
    pub code: Option<i32>,
    /// What it wrote to stdout, as far as it is kept.
    pub stdout: Bytes,
    /// What it wrote to stderr, as far as it is kept.
    pub stderr: Bytes,
    /// Whether it wrote more than is kept.
    pub truncated: bool,
    /// Whether it was ended because it took too long.
    pub timed_out: bool,
}

impl Output {
    /// Whether it ended by itself with exit code 0.
    #[must_use]
    pub fn success(&self) -> bool {
        self.code == Some(0)
    }
}

impl Sandbox {
    /// Runs a command as root of the learner's machine.
    ///
    /// # Errors
    /// [`Error::Gone`] if the sandbox does not run. A time-out is not an error: see [`Output::timed_out`].
    pub async fn exec(&self, exec: Exec) -> Result<Output, Error> {
        todo!("{exec:?}")
    }
}
