//! The outer engine: makes, finds and removes sandboxes.

use std::collections::BTreeMap;

use crate::config::{Config, Spec};
use crate::doctor::Finding;
use crate::error::Error;
use crate::id::SandboxId;
use crate::sandbox::Sandbox;

/// The outer engine. Cloning is cheap.
#[derive(Clone)]
pub struct Host {
    docker: bollard::Docker,
}

/// A sandbox of this installation, as the outer engine lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: SandboxId,
    /// The container's id.
    pub container: String,
    /// The labels given in [`Spec::labels`].
    pub labels: BTreeMap<String, String>,
    /// Whether it runs.
    pub running: bool,
    /// Seconds since 1970 of its creation.
    pub created: i64,
}

impl Host {
    /// Connects and agrees on an API version.
    ///
    /// # Errors
    /// [`Error::NoEngine`], [`Error::BadAddress`].
    pub async fn connect(config: Config) -> Result<Self, Error> {
        todo!("{config:?}")
    }

    /// The outer engine's client.
    #[must_use]
    pub fn docker(&self) -> &bollard::Docker {
        &self.docker
    }

    /// Creates and starts a sandbox; [`Sandbox::ready`] waits until it can be used.
    ///
    /// # Errors
    /// [`Error::NoImage`], [`Error::Engine`]. Nothing is left behind then.
    pub async fn create(&self, spec: Spec) -> Result<Sandbox, Error> {
        todo!("{spec:?}")
    }

    /// Finds a running sandbox of this installation again, after a restart of the server.
    ///
    /// # Errors
    /// [`Error::Engine`].
    pub async fn attach(&self, id: SandboxId) -> Result<Option<Sandbox>, Error> {
        todo!("{id}")
    }

    /// All sandboxes of this installation, running or not.
    ///
    /// # Errors
    /// [`Error::Engine`].
    pub async fn list(&self) -> Result<Vec<Found>, Error> {
        todo!()
    }

    /// Removes a sandbox with all it holds. One that is not there is removed already.
    ///
    /// # Errors
    /// [`Error::Engine`].
    pub async fn remove(&self, id: SandboxId) -> Result<(), Error> {
        todo!("{id}")
    }

    /// Looks whether sandboxes can run here, and says what to do where they cannot.
    pub async fn doctor(&self) -> Vec<Finding> {
        todo!()
    }
}
