//! Follows the inner engine's builds for as long as a session has its sandbox.

use std::sync::Arc;
use std::time::Duration;

use drydock_grader::commands::LABEL;
use drydock_lens::{Build, Dockerfile, HistoryEntry, Record, State, layers};
use drydock_sandbox::{BuildEvent, BuildHistory, Error, Sandbox};
use futures::StreamExt as _;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::Image;
use crate::labs::live::{Event, Live};

/// Between two events about one build.
const TOGETHER: Duration = Duration::from_millis(100);
/// A build that is costly to tell is told less often: this many times as long is between.
const SHARE: u32 = 10;
/// Before a lost connection is made again: from the first to the last try.
const RETRY: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(10));
/// A connection that lasted longer was a good one.
const GOOD: Duration = Duration::from_secs(30);
/// Builds that are followed at the same time.
const AT_ONCE: usize = 8;
/// How long the engine may take to describe an image.
const REQUEST: Duration = Duration::from_secs(5);
/// Images that a Dockerfile's stages begin from, as far as they are looked up.
const BASES: usize = 8;
/// Lines of an image's history.
const HISTORY: usize = 500;

/// Never ends by itself: drop it with the sandbox.
pub async fn follow(live: Arc<Live>, sandbox: Sandbox) {
    let mut pause = RETRY.0;
    loop {
        let begun = Instant::now();
        let ended = match sandbox.build_history().await {
            Ok(history) => {
                let room = Arc::new(Semaphore::new(AT_ONCE));
                let (live, sandbox) = (live.clone(), sandbox.clone());
                Lens {
                    live,
                    sandbox,
                    history,
                    room,
                }
                .follow()
                .await
            }
            Err(error) => Err(error),
        };
        if let Err(error) = ended {
            tracing::debug!(session = %live.row.id, %error, "the builds of a session are not followed for a moment");
        }
        pause = if begun.elapsed() > GOOD {
            RETRY.0
        } else {
            (pause * 2).min(RETRY.1)
        };
        sleep(pause).await;
    }
}

#[derive(Clone)]
struct Lens {
    live: Arc<Live>,
    sandbox: Sandbox,
    history: BuildHistory,
    /// Room for builds that are followed at the same time.
    room: Arc<Semaphore>,
}

impl Lens {
    async fn follow(self) -> Result<(), Error> {
        let mut events = self.history.follow().await?;
        // What ran when the last connection was lost is told anew, if the engine still has it.
        self.live.builds.forget_running();
        // Ends with this function: dropping the set ends its tasks.
        let mut builds = JoinSet::new();
        while let Some(event) = events.next().await {
            let (record, fresh) = match event? {
                BuildEvent::Started(record) => (record, true),
                BuildEvent::Completed(record) => (record, false),
            };
            if is_ours(&record) || !is_reference(&record.reference) {
                continue;
            }
            while builds.try_join_next().is_some() {}
            let reference = record.reference.clone();
            if self.live.builds.add(Build::new(record.clone())) {
                builds.spawn(self.clone().watch(reference, fresh));
            } else if self
                .live
                .builds
                .is(&reference, |build| build.state() == State::Running)
            {
                self.live
                    .builds
                    .change(&reference, |entry| entry.build.set_record(record));
                builds.spawn(self.clone().finish(reference));
            }
        }
        Ok(())
    }

    /// Follows the steps of one build to its end. It is fresh if it was heard to begin: what the builder has of a
    /// build that was over before may be another's by now.
    async fn watch(self, reference: String, fresh: bool) {
        let Ok(_room) = self.room.acquire().await else {
            return;
        };
        let Ok(mut updates) = self.history.steps(&reference).await else {
            return;
        };
        let mut due = Instant::now();
        let mut changed = true;
        loop {
            tokio::select! {
                update = updates.next() => {
                    let Some(Ok(update)) = update else { break };
                    self.live.builds.change(&reference, |entry| entry.build.apply(update));
                    changed = true;
                }
                () = sleep_until(due), if changed => {
                    let begun = Instant::now();
                    self.tell(&reference);
                    due = Instant::now() + TOGETHER.max(begun.elapsed() * SHARE);
                    changed = false;
                }
            }
        }
        let finished = self.clone().finish(reference.clone());
        if fresh {
            // At once: the next build may take the files up.
            tokio::join!(self.clone().look_at_sources(reference), finished);
        } else {
            finished.await;
        }
    }

    /// Reads the Dockerfile and the context, and looks up the base images.
    async fn look_at_sources(self, reference: String) {
        let builds = &self.live.builds;
        let asked = builds.change(&reference, |entry| {
            let name = entry.build.record.attributes.get("filename").cloned();
            (
                name.unwrap_or_else(|| "Dockerfile".to_owned()),
                entry.build.record.started,
                entry.build.bases(),
            )
        });
        let Some((name, started, bases)) = asked else {
            return;
        };
        match self.history.sources(&name, started).await {
            // A build that began meanwhile may have put its own files there.
            Ok(_) if !builds.is_last(&reference) => {}
            Ok(found) => {
                builds.change(&reference, |entry| {
                    entry.build.dockerfile = found.dockerfile.as_deref().map(Dockerfile::parse);
                    entry.build.context = found.context.map(Arc::new);
                });
            }
            Err(error) => {
                tracing::debug!(session = %self.live.row.id, %error, "a build's files are not known");
            }
        }
        if let Ok(engine) = self.sandbox.engine().await {
            for name in bases.into_iter().take(BASES) {
                if let Ok(Ok(image)) = timeout(REQUEST, engine.inspect_image(&name)).await
                    && let Some(id) = image.id
                {
                    builds.change(&reference, |entry| entry.build.bases.insert(name, id));
                }
            }
        }
        builds.tidy();
        self.tell(&reference);
    }

    /// Tells how a build ended, and what image came out. Whichever comes last, the end of its steps or that of the
    /// build, finds all of it.
    async fn finish(self, reference: String) {
        self.tell(&reference);
        let id = self
            .live
            .builds
            .change(&reference, |entry| entry.build.image_id.clone());
        if let Some(id) = id.flatten()
            && let Some((size, history)) = self.image(&id).await
        {
            self.live.builds.change(&reference, |entry| {
                entry.image = Some(Image {
                    size,
                    layers: layers(&entry.build, &history),
                });
            });
            self.tell(&reference);
        }
        self.live.builds.tidy();
    }

    /// Size and history of an image.
    async fn image(&self, id: &str) -> Option<(u64, Vec<HistoryEntry>)> {
        let engine = self.sandbox.engine().await.ok()?;
        let image = timeout(REQUEST, engine.inspect_image(id))
            .await
            .ok()?
            .ok()?;
        let history = timeout(REQUEST, engine.image_history(id))
            .await
            .ok()?
            .ok()?;
        let bytes = |size: i64| u64::try_from(size).unwrap_or_default();
        let entries = history.into_iter().take(HISTORY).map(|one| HistoryEntry {
            created_by: one.created_by,
            size: bytes(one.size),
        });
        Some((bytes(image.size.unwrap_or_default()), entries.collect()))
    }

    fn tell(&self, reference: &str) {
        if let Some(Ok(detail)) = self.live.builds.show(reference, None) {
            self.live.tell(Event::Build(Arc::new(detail)));
        }
    }
}

/// Whether a check of ours made it.
fn is_ours(record: &Record) -> bool {
    record.attributes.contains_key(&format!("label:{LABEL}"))
}

/// As the builder names builds: it goes into addresses.
fn is_reference(reference: &str) -> bool {
    (1..=64).contains(&reference.len())
        && reference.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_of_our_own_checks_are_known_by_their_label() {
        let mut record = Record::default();
        assert!(!is_ours(&record));
        record
            .attributes
            .insert("label:drydock.probe".into(), "rebuild".into());
        assert!(is_ours(&record));
    }

    #[test]
    fn a_reference_that_is_no_plain_word_is_not_taken() {
        assert!(is_reference("w3w6pzfsnxv1fqdj0kbz5ukpo"));
        for bad in ["", "../x", "a b", "é", &"x".repeat(65)] {
            assert!(!is_reference(bad), "{bad}");
        }
    }
}
