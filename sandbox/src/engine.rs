//! The learner's Docker Engine, spoken to over exec streams.

use std::collections::HashMap;

use futures::stream::BoxStream;

use crate::error::Error;
use crate::sandbox::Sandbox;

/// Something changed on the inner engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineEvent {
    /// `container`, `image`, `volume`, `network`, `builder`…
    pub kind: String,
    /// `create`, `start`, `die`, `tag`…; for `exec_create: sh` only the part before the colon.
    pub action: String,
    /// The object's id, or its reference or name where it has none.
    pub id: String,
    /// Its attributes: `name`, `image`, `exitCode`, labels… At most 64 of them.
    pub attributes: HashMap<String, String>,
}

impl EngineEvent {
    /// The object's name if it has one, else its id.
    #[must_use]
    pub fn name(&self) -> &str {
        self.attributes.get("name").map_or(&self.id, String::as_str)
    }
}

impl Sandbox {
    /// The inner engine, over a kept-alive connection. Responses are cut at 16 MiB, silence at a minute.
    ///
    /// # Errors
    /// [`Error::Gone`] if the sandbox does not run; [`Error::TimedOut`] if its engine hangs.
    pub async fn engine(&self) -> Result<bollard::Docker, Error> {
        todo!()
    }

    /// What changes on the inner engine from now on. Ends with an error if the engine or the sandbox does.
    ///
    /// # Errors
    /// As [`Sandbox::engine`].
    pub async fn engine_events(
        &self,
    ) -> Result<BoxStream<'static, Result<EngineEvent, Error>>, Error> {
        todo!()
    }
}
