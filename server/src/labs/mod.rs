//! Lab sessions: one sandbox, its checks and its events, for one learner.
//!
//! ```text
//! start ──→ Live ──task──→ create sandbox ─→ ready ─→ (reset ↺) ─→ over ─→ sandbox removed
//!             │                                │
//!             │                                ├─ checker: engine events + file changes → verdicts
//!             │                                ├─ builds: the builder's history → build lens
//!             │                                └─ terminals: one attachment a WebSocket
//!             └─ phase (watch) and events (broadcast) → pages, SSE
//! reaper: time limits, idleness, sandboxes that died, orphans
//! ```
//!
//! A place is held by an owned permit inside [`Live`]: dropping the session gives it back.
//! Sandboxes outlive the server on purpose; [`Labs::recover`] finds them again by their label.

mod builds;
mod checker;
mod checks;
pub mod clean;
mod engine;
mod live;
pub mod observe;
mod owners;
mod ports;
mod preview;
mod reaper;
mod start;
mod view;

pub mod prove;

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use drydock_sandbox::doctor::{Finding, Verdict, examine};
use drydock_sandbox::{Host, Limits, Sandbox, SandboxId};
use tokio::sync::{Mutex, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::config;
use crate::content::Holder;
use crate::ids::{AccountId, SessionId};
use crate::store::{RowState, SessionRow, Store};

pub use self::builds::{BuildDetail, BuildSummary, StepLog};
pub use self::checks::{CheckState, CheckView};
pub use self::engine::EngineMap;
pub use self::live::{Control, Event, Live, Phase};
pub use self::ports::{Behind, behind};
pub use self::preview::{Token, Unreachable};
pub use self::start::{HOME_LIMIT, StartError};
pub use self::view::{SessionView, moment};

/// Names a lab.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LabKey {
    /// Course slug.
    pub course: String,
    /// Lab slug.
    pub lab: String,
}

impl fmt::Display for LabKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.course, self.lab)
    }
}

/// Every lab session of this server. Cheap to clone.
#[derive(Clone)]
pub struct Labs(Arc<Inner>);

struct Inner {
    config: config::Labs,
    sandbox: drydock_sandbox::Config,
    store: Store,
    clock: Clock,
    content: Holder,
    host: Mutex<Option<Host>>,
    health: Mutex<Option<(Instant, Health)>>,
    /// A sandbox could not be made lately: look closely before saying that labs run.
    suspect: AtomicBool,
    /// Held while a session is begun, so that two tabs that press start at once get the same one.
    starting: Mutex<()>,
    live: RwLock<HashMap<SessionId, Arc<Live>>>,
    places: Arc<Semaphore>,
    tasks: TaskTracker,
    closing: CancellationToken,
}

impl fmt::Debug for Labs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Labs")
            .field("living", &self.living().len())
            .finish_non_exhaustive()
    }
}

/// Whether labs can run here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// What was looked at.
    pub findings: Vec<Finding>,
}

impl Health {
    /// The first thing that stands against labs, in one sentence.
    pub fn fault(&self) -> Option<String> {
        self.findings
            .iter()
            .find(|finding| finding.verdict == Verdict::Fail)
            .map(|finding| format!("{}: {}.", finding.name, finding.found.trim_end_matches('.')))
    }
}

/// How long a page waits for the engine.
const ANSWERS_WITHIN: Duration = Duration::from_secs(3);
/// How long an answer to "can labs run here?" is believed.
const HEALTH_LASTS: Duration = Duration::from_secs(15);

impl Labs {
    /// Lab sessions with these limits; `owner` names the installation on the engine.
    pub fn new(
        config: &config::Config,
        owner: String,
        store: Store,
        clock: Clock,
        content: Holder,
    ) -> Self {
        Self(Arc::new(Inner {
            places: Arc::new(Semaphore::new(config.labs.max_sessions as usize)),
            config: config.labs.clone(),
            sandbox: sandbox_config(&config.sandbox, owner),
            store,
            clock,
            content,
            host: Mutex::default(),
            health: Mutex::default(),
            suspect: AtomicBool::new(false),
            starting: Mutex::default(),
            live: RwLock::default(),
            tasks: TaskTracker::new(),
            closing: CancellationToken::new(),
        }))
    }

    /// The outer engine, connected at first use and whenever it was not there before.
    async fn host(&self) -> Result<Host, drydock_sandbox::Error> {
        let mut host = self.0.host.lock().await;
        if let Some(host) = host.as_ref() {
            return Ok(host.clone());
        }
        let connected = Host::connect(self.0.sandbox.clone()).await?;
        *host = Some(connected.clone());
        Ok(connected)
    }

    /// Whether the engine answers and has the sandbox image: a few milliseconds, where the
    /// doctor's trial of a whole sandbox takes a second.
    async fn answers(&self) -> bool {
        let Ok(host) = self.host().await else {
            return false;
        };
        tokio::time::timeout(ANSWERS_WITHIN, host.image())
            .await
            .is_ok_and(|image| image.is_ok())
    }

    /// Whether labs can run here; where they cannot, or could not lately, as `drydock doctor` sees
    /// it. Looked up at most every few seconds.
    pub async fn health(&self) -> Health {
        let mut known = self.0.health.lock().await;
        if let Some((at, health)) = known.as_ref()
            && at.elapsed() < HEALTH_LASTS
        {
            return health.clone();
        }
        let health = if self.answers().await && !self.0.suspect.load(Ordering::Relaxed) {
            Health {
                findings: Vec::new(),
            }
        } else {
            Health {
                findings: examine(self.0.sandbox.clone()).await,
            }
        };
        if health.fault().is_none() {
            self.0.suspect.store(false, Ordering::Relaxed);
        }
        *known = Some((Instant::now(), health.clone()));
        health
    }

    /// The sandbox of a session, also of one that is over, for as long as it is there.
    ///
    /// # Errors
    /// When the engine cannot say.
    pub async fn sandbox_of(
        &self,
        id: SessionId,
    ) -> Result<Option<Sandbox>, drydock_sandbox::Error> {
        self.host().await?.attach(SandboxId(id.0)).await
    }

    /// How many sessions there are and may be.
    pub fn occupancy(&self) -> (usize, usize) {
        (self.living().len(), self.0.config.max_sessions as usize)
    }

    /// How many terminals one session may have.
    pub fn max_terminals(&self) -> u8 {
        self.0.config.max_terminals
    }

    /// The living session of that id, if it belongs to this learner.
    pub fn find(&self, account: AccountId, id: SessionId) -> Option<Arc<Live>> {
        let live = self
            .0
            .live
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        live.get(&id)
            .filter(|live| live.account() == account)
            .cloned()
    }

    /// The living session whose apps have this name in addresses.
    pub fn find_by_preview(&self, token: Token) -> Option<Arc<Live>> {
        let live = self
            .0
            .live
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        live.values()
            .find(|live| live.preview.token == token)
            .cloned()
    }

    /// The learner's living session of a lab.
    pub fn find_by_lab(&self, account: AccountId, key: &LabKey) -> Option<Arc<Live>> {
        self.living()
            .into_iter()
            .find(|live| live.account() == account && live.key() == *key)
    }

    /// The session of that id as the learner sees it, also when it is over.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn view(
        &self,
        account: AccountId,
        id: SessionId,
    ) -> sqlx::Result<Option<SessionView>> {
        if let Some(live) = self.find(account, id) {
            return Ok(Some(live.view(&self.0.config, &self.0.clock)));
        }
        let row = self
            .0
            .store
            .session(id)
            .await?
            .filter(|row| row.account == account);
        Ok(row.map(|row| SessionView::over(&row)))
    }

    /// Seconds since their learners were last there, of all living sessions.
    pub fn idle(&self) -> HashMap<SessionId, i64> {
        let living = self.living();
        let idle = living
            .iter()
            .map(|live| (live.row.id, live.idle(&self.0.clock)));
        idle.collect()
    }

    /// A living session as its learner sees it.
    pub fn view_live(&self, live: &Live) -> SessionView {
        live.view(&self.0.config, &self.0.clock)
    }

    /// Every living session.
    fn living(&self) -> Vec<Arc<Live>> {
        self.0
            .live
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .values()
            .cloned()
            .collect()
    }

    /// Gives a living session more time.
    ///
    /// # Errors
    /// With what to tell the learner when it cannot be extended any more.
    pub async fn extend(&self, live: &Live) -> Result<sqlx::Result<()>, String> {
        let expires_at = live.extend(&self.0.config)?;
        let stored = self.0.store.extend_session(live.row.id, expires_at).await;
        live.announce(self.view_live(live));
        Ok(stored)
    }

    /// Stops everything that runs for sessions and leaves their sandboxes running: the next start
    /// finds them again.
    pub async fn close(&self) {
        self.0.closing.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    /// Finds the sessions of an earlier run again, ends those whose sandbox is gone, and removes
    /// sandboxes that belong to no session. Then keeps watch.
    pub async fn recover(&self) {
        let rows = match self.0.store.living_sessions().await {
            Ok(rows) => rows,
            Err(error) => {
                tracing::error!(%error, "the sessions of the last run cannot be read");
                return;
            }
        };
        for row in rows {
            self.resume(row).await;
        }
        self.spawn_reaper();
    }

    async fn resume(&self, row: SessionRow) {
        // A session over the limit (it was lowered) is better kept than cut off.
        let place = self.0.places.clone().try_acquire_owned().ok();
        let live = Live::new(row, None, place);
        self.adopt(live, true);
    }

    /// Registers a session and starts its task.
    fn adopt(&self, live: Arc<Live>, resumed: bool) {
        let id = live.row.id;
        self.0
            .live
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .insert(id, live.clone());
        let labs = self.clone();
        self.0
            .tasks
            .spawn(async move { labs.run(live, resumed).await });
    }

    fn forget(&self, id: SessionId) {
        self.0
            .live
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .remove(&id);
    }

    /// Marks a session as over in the database, once, and tells its pages.
    async fn over(&self, live: &Live, state: RowState, reason: &str) {
        if let Err(error) = self.0.store.session_over(live.row.id, state, reason).await {
            tracing::error!(%error, session = %live.row.id, "the end of a session cannot be stored");
        }
        // Forgotten first: who waits for the end may start the lab again at once.
        self.forget(live.row.id);
        live.set_phase(Phase::Over {
            state,
            reason: reason.to_owned(),
        });
        live.announce(self.view_live(live));
    }
}

/// What the sandbox crate wants to know of our configuration.
pub fn sandbox_config(config: &config::Sandbox, owner: String) -> drydock_sandbox::Config {
    drydock_sandbox::Config {
        docker_host: config.engine.clone(),
        image: config.image.clone(),
        runtime: config.runtime.clone(),
        owner,
        defaults: Limits {
            memory_mib: config.memory_mib.into(),
            disk_mib: config.disk_mib.into(),
            pids: config.pids,
            cpus: config.cpus,
        },
    }
}

/// Makes an error's text begin like a sentence and end like one.
pub fn sentence(text: &str) -> String {
    let mut chars = text.trim_end_matches('.').chars();
    let first = chars
        .next()
        .map(|first| first.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}
