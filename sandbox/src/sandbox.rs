//! One running sandbox.

use std::sync::Arc;

use crate::error::Error;
use crate::id::SandboxId;

/// A handle to one sandbox. Cloning is cheap; dropping leaves the sandbox running.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<SandboxId>,
}

/// How far the start of a sandbox is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// Short name for programs: `container`, `disk`, `images`, `engine`, `files`.
    pub name: &'static str,
    /// One line for the learner.
    pub text: &'static str,
    /// Which this is, counted from 1.
    pub done: u8,
    /// Of how many.
    pub of: u8,
}

impl Sandbox {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> SandboxId {
        *self.inner
    }

    /// Waits until the inner engine answers and the start files lie in the home.
    ///
    /// # Errors
    /// [`Error::NotReady`] names the cause with the last lines of the log; it comes at latest after 30 s.
    pub async fn ready(&self, mut on_stage: impl FnMut(Stage) + Send) -> Result<(), Error> {
        on_stage(Stage {
            name: "",
            text: "",
            done: 0,
            of: 0,
        });
        todo!()
    }
}
