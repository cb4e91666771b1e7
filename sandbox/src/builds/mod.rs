//! What the inner engine's builder did and does: BuildKit's history, over gRPC.
//!
//! One connection serves all of it: `POST /grpc` with an upgrade to HTTP/2 on a stream to the engine's
//! socket. It is silent while nothing is built. The learner owns that engine and can put anything in its
//! place: the size of a message is bounded by tonic (4 MiB), their number here, what they hold in the lens.

mod connect;
mod sources;
mod translate;

use std::time::Duration;

use bollard_buildkit_proto::moby::buildkit::v1::control_client::ControlClient;
use bollard_buildkit_proto::moby::buildkit::v1::{
    BuildHistoryEventType, BuildHistoryRequest, DiskUsageRequest, StatusRequest,
};
use drydock_lens::{Micros, Record, Update};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use tonic::transport::Channel;

pub use self::sources::BuildSources;
use self::sources::Source;
use crate::error::Error;
use crate::pace::Pace;
use crate::sandbox::Sandbox;

/// How long a single answer may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);
/// A build that has ended lets go of its files a little later: how often that is looked at, and how long between.
const RELEASE_TRIES: u32 = 40;
const RELEASE_PAUSE: Duration = Duration::from_millis(25);
/// Messages about one build; a build with more is told as far as this.
const UPDATES: usize = 200_000;

/// A connection to the history of builds. It ends with the engine or the sandbox; then make a new one.
#[derive(Clone)]
pub struct BuildHistory {
    sandbox: Sandbox,
    client: ControlClient<Channel>,
}

impl std::fmt::Debug for BuildHistory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("BuildHistory")
            .field(&self.sandbox.id())
            .finish()
    }
}

/// Something happened to a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BuildEvent {
    /// It began; or it had begun before this was asked.
    Started(Record),
    /// It ended.
    Completed(Record),
}

impl Sandbox {
    /// Connects to the history of builds of the inner engine.
    ///
    /// # Errors
    /// [`Error::Gone`] if the sandbox does not run; others if its engine does not answer as one.
    pub async fn build_history(&self) -> Result<BuildHistory, Error> {
        let channel = connect::channel(self).await?;
        Ok(BuildHistory {
            sandbox: self.clone(),
            client: ControlClient::new(channel),
        })
    }
}

impl BuildHistory {
    /// Every build that the engine remembers, then each as it begins and ends.
    ///
    /// # Errors
    /// [`Error::Inside`] if the engine refuses; the stream ends with one when the connection does.
    pub async fn follow(&self) -> Result<BoxStream<'static, Result<BuildEvent, Error>>, Error> {
        let request = BuildHistoryRequest::default();
        let answer = in_time(self.client.clone().listen_build_history(request)).await?;
        let mut events = answer.into_inner();
        Ok(Box::pin(async_stream::try_stream! {
            let mut pace = Pace::new();
            while let Some(event) = events.message().await.map_err(refused)? {
                pace.keep().await;
                let kind = event.r#type();
                let Some(record) = event.record.map(translate::record) else { continue };
                match kind {
                    BuildHistoryEventType::Started => yield BuildEvent::Started(record),
                    BuildHistoryEventType::Complete => yield BuildEvent::Completed(record),
                    BuildHistoryEventType::Deleted => {}
                }
            }
        }))
    }

    /// The steps of one build: what was, then what happens until it ends.
    ///
    /// # Errors
    /// As [`BuildHistory::follow`].
    pub async fn steps(
        &self,
        reference: &str,
    ) -> Result<BoxStream<'static, Result<Update, Error>>, Error> {
        let request = StatusRequest {
            r#ref: reference.to_owned(),
        };
        let answer = in_time(self.client.clone().status(request)).await?;
        let mut updates = answer.into_inner().take(UPDATES);
        Ok(Box::pin(async_stream::try_stream! {
            let mut pace = Pace::new();
            while let Some(status) = updates.next().await {
                pace.keep().await;
                yield translate::update(status.map_err(refused)?);
            }
        }))
    }

    /// The Dockerfile and the context of a build that began at `started` and has just ended, as the builder had them.
    /// The next build of the same folder changes them; what may have been changed, or cannot be told apart from
    /// another build's, is left out.
    ///
    /// # Errors
    /// As [`BuildHistory::follow`]; [`Error::TimedOut`] if reading takes too long.
    pub async fn sources(&self, dockerfile: &str, started: Micros) -> Result<BuildSources, Error> {
        for _ in 0..RELEASE_TRIES {
            let sources = self.local_sources(started).await?;
            if sources.iter().any(|source| source.held) {
                tokio::time::sleep(RELEASE_PAUSE).await;
                continue;
            }
            // The name comes from the learner's side: it names a file in that folder and nothing else.
            let plain = (1..256).contains(&dockerfile.len())
                && !dockerfile.contains(['/', '\0'])
                && dockerfile != "..";
            let name = if plain { dockerfile } else { "Dockerfile" };
            let found = sources::read(&self.sandbox, name, &sources).await?;
            // A build that took them up meanwhile holds them now or has marked them as used later.
            let same = self.local_sources(started).await? == sources;
            return Ok(if same { found } else { BuildSources::default() });
        }
        Ok(BuildSources::default())
    }

    async fn local_sources(&self, started: Micros) -> Result<Vec<Source>, Error> {
        let answer = in_time(self.client.clone().disk_usage(DiskUsageRequest::default())).await?;
        let records = answer.into_inner().record.into_iter();
        let mut sources: Vec<Source> = records
            .filter_map(|record| Source::of(record, started))
            .collect();
        sources.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(sources)
    }
}

async fn in_time<T>(asked: impl Future<Output = Result<T, tonic::Status>>) -> Result<T, Error> {
    match tokio::time::timeout(ANSWER_LIMIT, asked).await {
        Ok(answer) => answer.map_err(refused),
        Err(_) => Err(Error::TimedOut {
            what: "an answer of the sandbox's builder",
            limit: ANSWER_LIMIT,
        }),
    }
}

fn refused(status: tonic::Status) -> Error {
    Error::Inside {
        what: "asking the builder",
        detail: format!("{}: {}", status.code(), status.message()),
    }
}
