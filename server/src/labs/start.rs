//! Starting a session, and the task that carries it from its sandbox's making to its removal.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use drydock_sandbox::{Error, Limits, Sandbox, SandboxId, Spec, StartFile};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::live::{Control, Live, Phase};
use super::view::SessionView;
use super::{LabKey, Labs, sentence};
use super::{builds, checker};
use crate::ids::AccountId;
use crate::store::{NewSession, RowState};

/// Most bytes of a learner's files that are kept between two sessions of a lab, or handed in.
pub const HOME_LIMIT: usize = 8 * 1024 * 1024;
/// How long a reset waits for what was handed in to be looked at.
const LOOKED_AT_WITHIN: Duration = Duration::from_secs(15);
/// How long the engine may take to come back after a restart of the machine.
const ENGINE_RETURNS: Duration = Duration::from_secs(20);

/// Why a session was not started. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no such lab.
    #[error("There is no lab `{0}`.")]
    NoSuchLab(LabKey),
    /// The learner has as many sessions as one learner may.
    #[error(
        "You already have {count} labs running ({which}), which is the most. End one of them, then start this one."
    )]
    TooManyOfYours {
        /// How many.
        count: usize,
        /// Their names.
        which: String,
    },
    /// The learner's network address has as many sessions as one may.
    #[error(
        "{0} labs are running from your network address, which is the most. Wait until one ends."
    )]
    TooManyOfAddress(usize),
    /// Every place is taken.
    #[error(
        "All {0} places are taken. One becomes free when another learner's lab ends; try again in a minute."
    )]
    NoRoom(u32),
    /// No engine, or not one that can hold sandboxes.
    #[error("Labs cannot run here now: {0}")]
    NoEngine(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
}

/// Why the making of a sandbox ended without one.
enum Stopped {
    Failed(String),
    Ordered(Control),
    Closing,
}

impl Labs {
    /// Starts a session, or gives the learner's living one of that lab. The flag says whether it is new.
    ///
    /// # Errors
    /// [`StartError`]; nothing is begun then.
    pub async fn start(
        &self,
        account: AccountId,
        key: &LabKey,
        address: IpAddr,
    ) -> Result<(SessionView, bool), StartError> {
        let content = self.0.content.now();
        let (_, _, lab) = content
            .lab(&key.course, &key.lab)
            .ok_or_else(|| StartError::NoSuchLab(key.clone()))?;
        let _starting = self.0.starting.lock().await;
        if let Some(live) = self.find_by_lab(account, key)
            && !live.closed().await
        {
            return Ok((self.view_live(&live), false));
        }
        let living = self.living();
        let mine: Vec<_> = living
            .iter()
            .filter(|live| live.account() == account)
            .collect();
        if mine.len() >= self.0.config.max_sessions_per_account as usize {
            let which: Vec<_> = mine.iter().map(|live| live.row.lab.as_str()).collect();
            return Err(StartError::TooManyOfYours {
                count: mine.len(),
                which: which.join(", "),
            });
        }
        let near = living
            .iter()
            .filter(|live| live.address == Some(address))
            .count();
        if near >= self.0.config.max_sessions_per_address as usize {
            return Err(StartError::TooManyOfAddress(near));
        }
        let place = self.0.places.clone().try_acquire_owned();
        let place = place.map_err(|_| StartError::NoRoom(self.0.config.max_sessions))?;
        if let Err(error) = self.host().await {
            return Err(StartError::NoEngine(sentence(&error.to_string())));
        }
        let minutes = lab.limits.minutes.unwrap_or(self.0.config.minutes);
        let expires_at = self.0.clock.seconds() + i64::from(minutes) * 60;
        let new = NewSession {
            account,
            course: &key.course,
            lab: &key.lab,
            expires_at,
        };
        let (row, made) = self.0.store.create_session(new).await?;
        let live = Live::new(row, Some(address), Some(place));
        live.touch(&self.0.clock);
        let view = self.view_live(&live);
        // A stored session that does not live here was not ended in an orderly way: find it again.
        self.adopt(live, !made);
        Ok((view, made))
    }

    /// The life of a session: what its task does until it is over or the server stops.
    pub(super) async fn run(self, live: Arc<Live>, mut resumed: bool) {
        loop {
            let order = match self.make_or_stop(&live, resumed).await {
                Ok(sandbox) => match self.serve(&live, sandbox).await {
                    Some(order) => order,
                    None => return,
                },
                Err(Stopped::Closing) => return,
                Err(Stopped::Ordered(order)) => order,
                Err(Stopped::Failed(reason)) => {
                    self.0.suspect.store(true, Ordering::Relaxed);
                    Control::End {
                        state: RowState::Failed,
                        reason,
                    }
                }
            };
            match &order {
                Control::Reset => live.set_phase(Phase::Creating(None)),
                Control::End { state, reason } => {
                    let sandbox = live.sandbox();
                    live.set_phase(Phase::Closing {
                        state: *state,
                        reason: reason.clone(),
                    });
                    live.announce(self.view_live(&live));
                    if let Some(sandbox) = sandbox {
                        self.keep_files(&live, &sandbox).await;
                    }
                }
            }
            if self.is_done_with(&live, &order).await {
                self.remove(&live).await;
            }
            match order {
                Control::Reset => {
                    resumed = false;
                    live.checks.clear();
                    live.builds.clear();
                    if let Err(error) = self.0.store.reset_session(&live.row).await {
                        tracing::error!(%error, session = %live.row.id, "a reset cannot be stored");
                    }
                    live.announce(self.view_live(&live));
                }
                Control::End { state, reason } => {
                    self.over(&live, state, &reason).await;
                    return;
                }
            }
        }
    }

    /// Whether nobody needs the sandbox any more. What was handed in may still have to be looked at:
    /// then the reaper removes it afterwards. A new machine under the same name cannot wait so long.
    async fn is_done_with(&self, live: &Live, order: &Control) -> bool {
        let deadline = tokio::time::Instant::now() + LOOKED_AT_WITHIN;
        loop {
            match self.0.store.awaits_look(live.row.id).await {
                Ok(false) | Err(_) => return true,
                Ok(true) if matches!(order, Control::End { .. }) => return false,
                Ok(true) if tokio::time::Instant::now() >= deadline => return true,
                Ok(true) => tokio::time::sleep(Duration::from_millis(250)).await,
            }
        }
    }

    async fn make_or_stop(&self, live: &Live, resumed: bool) -> Result<Sandbox, Stopped> {
        tokio::select! {
            made = self.make(live, resumed) => made.map_err(Stopped::Failed),
            Some(order) = live.next_order() => Err(Stopped::Ordered(order)),
            () = self.0.closing.cancelled() => Err(Stopped::Closing),
        }
    }

    /// Makes the sandbox, or finds it again, and waits until it can be used.
    async fn make(&self, live: &Live, resumed: bool) -> Result<Sandbox, String> {
        let id = SandboxId(live.row.id.0);
        let host = if resumed {
            self.host_returns().await
        } else {
            self.host().await
        };
        let host = host.map_err(|error| sentence(&error.to_string()))?;
        let found = if resumed {
            host.attach(id)
                .await
                .map_err(|error| sentence(&error.to_string()))?
        } else {
            None
        };
        let fresh = found.is_none();
        let sandbox = match found {
            Some(sandbox) => sandbox,
            None if resumed && live.row.state == RowState::Ready => {
                return Err(
                    "The sandbox was gone after a restart of the server or its Docker engine. \
                            Start the lab again: your files are kept if it ended in an orderly way."
                        .into(),
                );
            }
            None => host
                .create(self.spec(live)?)
                .await
                .map_err(|error| sentence(&error.to_string()))?,
        };
        let ready = sandbox.ready(|stage| {
            live.set_phase(Phase::Creating(Some(stage)));
            live.announce(self.view_live(live));
        });
        ready.await.map_err(|error| {
            if let Error::NotReady { log, .. } = &error {
                tracing::warn!(session = %live.row.id, ?log, "a sandbox did not become ready");
            }
            sentence(&error.to_string())
        })?;
        if fresh {
            self.restore_files(live, &sandbox).await;
        }
        Ok(sandbox)
    }

    async fn host_returns(&self) -> Result<drydock_sandbox::Host, Error> {
        let deadline = tokio::time::Instant::now() + ENGINE_RETURNS;
        loop {
            match self.host().await {
                Err(_) if tokio::time::Instant::now() < deadline => {
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
                settled => return settled,
            }
        }
    }

    fn spec(&self, live: &Live) -> Result<Spec, String> {
        let content = self.0.content.now();
        let key = live.key();
        let (_, _, lab) = content
            .lab(&key.course, &key.lab)
            .ok_or_else(|| format!("The lab `{key}` is not part of the course any more."))?;
        Ok(lab_spec(
            lab,
            SandboxId(live.row.id.0),
            self.0.sandbox.defaults,
        ))
    }

    /// Serves a ready sandbox until something is ordered; `None` when the server stops.
    async fn serve(&self, live: &Arc<Live>, sandbox: Sandbox) -> Option<Control> {
        let id = live.row.id;
        if let Err(error) = self.0.store.session_ready(id).await {
            tracing::error!(%error, session = %id, "a session's state cannot be stored");
        }
        let stop = CancellationToken::new();
        let checker = tokio::spawn(checker::run(
            self.clone(),
            live.clone(),
            sandbox.clone(),
            stop.clone(),
        ));
        // Ends when this function does.
        let _builds =
            AbortOnDropHandle::new(tokio::spawn(builds::follow(live.clone(), sandbox.clone())));
        live.set_phase(Phase::Ready(sandbox));
        live.announce(self.view_live(live));
        let order = tokio::select! {
            order = live.next_order() => order,
            () = self.0.closing.cancelled() => None,
        };
        stop.cancel();
        if let Err(error) = checker.await {
            tracing::error!(%error, session = %id, "the checker of a session broke");
        }
        order
    }

    async fn keep_files(&self, live: &Live, sandbox: &Sandbox) {
        match sandbox.archive(HOME_LIMIT).await {
            Ok(archive) => {
                if let Err(error) = self.0.store.keep_files(&live.row, &archive).await {
                    tracing::error!(%error, session = %live.row.id, "a learner's files cannot be kept");
                }
            }
            Err(error) => {
                tracing::info!(%error, session = %live.row.id, "a learner's files are not kept");
            }
        }
    }

    async fn restore_files(&self, live: &Live, sandbox: &Sandbox) {
        let row = &live.row;
        let restored = match self
            .0
            .store
            .kept_files(live.account(), &row.course, &row.lab)
            .await
        {
            Ok(Some(archive)) => sandbox
                .restore(Bytes::from(archive))
                .await
                .map_err(|error| error.to_string()),
            Ok(None) => Ok(()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = restored {
            tracing::warn!(error, session = %row.id, "a learner's kept files cannot be put back");
        }
    }

    async fn remove(&self, live: &Live) {
        let removed = match self.host().await {
            Ok(host) => host.remove(SandboxId(live.row.id.0)).await,
            Err(error) => Err(error),
        };
        // The reaper removes what is left as soon as the engine answers again.
        if let Err(error) = removed {
            tracing::warn!(%error, session = %live.row.id, "a sandbox is not removed yet");
        }
    }
}

/// The sandbox that a lab asks for.
pub(super) fn lab_spec(lab: &drydock_course::model::Lab, id: SandboxId, defaults: Limits) -> Spec {
    Spec {
        id,
        images: lab.images.clone(),
        limits: Limits {
            memory_mib: lab.limits.memory_mib.map_or(defaults.memory_mib, u64::from),
            disk_mib: lab.limits.disk_mib.map_or(defaults.disk_mib, u64::from),
            pids: lab.limits.pids.unwrap_or(defaults.pids),
            cpus: defaults.cpus,
        },
        files: lab.start.iter().map(start_file).collect(),
        labels: [("drydock.lab".to_owned(), lab.slug.clone())].into(),
    }
}

/// A file of the content as the sandbox takes it.
pub(super) fn start_file(file: &drydock_course::model::StartFile) -> StartFile {
    StartFile {
        path: file.path.clone(),
        executable: file.executable,
        bytes: Bytes::from(file.bytes.clone()),
    }
}
