//! One living session: what it is, where it stands, and who is told.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use drydock_sandbox::{Sandbox, Stage};
use tokio::sync::{OwnedSemaphorePermit, broadcast, mpsc, watch};

use super::LabKey;
use super::builds::{BuildDetail, Builds};
use super::checks::{CheckView, Checks};
use super::engine::Watched;
use super::preview::Door;
use super::view::{SessionState, SessionView, StageView, moment};
use crate::clock::Clock;
use crate::config;
use crate::ids::AccountId;
use crate::store::{RowState, SessionRow};

/// Events that a slow page may fall behind before it has to load the whole state again.
const BACKLOG: usize = 256;
/// Seconds before the end from which on a session counts as ending.
const ENDING: i64 = 5 * 60;

/// Where a session stands.
#[derive(Clone)]
pub enum Phase {
    /// Its sandbox is being made.
    Creating(Option<Stage>),
    /// Its sandbox can be used.
    Ready(Sandbox),
    /// Over for its learner; its sandbox is being removed.
    Closing {
        /// Ended or failed.
        state: RowState,
        /// Why.
        reason: String,
    },
    /// Over for good.
    Over {
        /// Ended or failed.
        state: RowState,
        /// Why.
        reason: String,
    },
}

/// What a page is told.
#[derive(Debug, Clone)]
pub enum Event {
    /// The session changed.
    Session(SessionView),
    /// These checks changed.
    Checks(Vec<CheckView>),
    /// The inner engine told of something.
    Engine {
        /// `container`, `image`, …
        kind: String,
        /// `start`, `die`, …
        action: String,
        /// Name or id.
        name: String,
    },
    /// A build began, went on or ended.
    Build(Arc<BuildDetail>),
    /// A file of the learner's home changed.
    File {
        /// Relative to the home.
        path: String,
    },
}

/// What a session's task is asked to do.
#[derive(Debug)]
pub enum Control {
    /// Begin anew with a fresh sandbox.
    Reset,
    /// End for good.
    End {
        /// Ended or failed.
        state: RowState,
        /// Why, for the learner.
        reason: String,
    },
}

/// One living session.
pub struct Live {
    /// As it was stored at first; account, `expires_at` and `extensions` are superseded by the fields below.
    pub row: SessionRow,
    /// Where it was started from; unknown after a restart.
    pub address: Option<IpAddr>,
    /// Checks and answers.
    pub checks: Checks,
    /// What its engine has, as its pages see it.
    pub engine: Watched,
    /// The way to its web apps.
    pub preview: Door,
    /// What was built.
    pub builds: Builds,
    account: RwLock<AccountId>,
    expires_at: AtomicI64,
    extensions: AtomicU32,
    last_active: AtomicI64,
    told_ending: AtomicBool,
    phase: watch::Sender<Phase>,
    events: broadcast::Sender<Event>,
    control: mpsc::Sender<Control>,
    orders: tokio::sync::Mutex<mpsc::Receiver<Control>>,
    _place: Option<OwnedSemaphorePermit>,
}

impl Live {
    /// A session whose sandbox is yet to be made or found.
    pub fn new(
        row: SessionRow,
        address: Option<IpAddr>,
        place: Option<OwnedSemaphorePermit>,
    ) -> Arc<Self> {
        let (control, orders) = mpsc::channel(4);
        Arc::new(Self {
            account: RwLock::new(row.account),
            expires_at: AtomicI64::new(row.expires_at),
            extensions: AtomicU32::new(row.extensions),
            last_active: AtomicI64::new(i64::MAX),
            told_ending: AtomicBool::new(false),
            row,
            address,
            checks: Checks::default(),
            engine: Watched::default(),
            preview: Door::new(),
            builds: Builds::default(),
            phase: watch::Sender::new(Phase::Creating(None)),
            events: broadcast::Sender::new(BACKLOG),
            control,
            orders: tokio::sync::Mutex::new(orders),
            _place: place,
        })
    }

    /// The lab's name.
    pub fn key(&self) -> LabKey {
        LabKey {
            course: self.row.course.clone(),
            lab: self.row.lab.clone(),
        }
    }

    /// Whose it is. A guest who signs in takes it along.
    pub fn account(&self) -> AccountId {
        *self.account.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes it somebody else's.
    pub(super) fn give_to(&self, account: AccountId) {
        *self.account.write().unwrap_or_else(PoisonError::into_inner) = account;
    }

    /// Where it stands now.
    pub fn phase(&self) -> Phase {
        self.phase.borrow().clone()
    }

    /// Waits until its sandbox is gone, if it is on its way out; says whether it was.
    pub(super) async fn closed(&self) -> bool {
        let mut phase = self.phase.subscribe();
        if !matches!(&*phase.borrow(), Phase::Closing { .. } | Phase::Over { .. }) {
            return false;
        }
        let _ = phase
            .wait_for(|phase| matches!(phase, Phase::Over { .. }))
            .await;
        true
    }

    /// Follows where it stands.
    pub fn watch_phase(&self) -> watch::Receiver<Phase> {
        self.phase.subscribe()
    }

    /// Its sandbox, if it can be used now.
    pub fn sandbox(&self) -> Option<Sandbox> {
        match &*self.phase.borrow() {
            Phase::Ready(sandbox) => Some(sandbox.clone()),
            _ => None,
        }
    }

    pub(super) fn set_phase(&self, phase: Phase) {
        // Another phase may mean another machine.
        self.engine.changed();
        self.phase.send_replace(phase);
    }

    /// Follows its events.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Tells its pages. Without a page nobody is told, which is fine.
    pub(super) fn tell(&self, event: Event) {
        let _ = self.events.send(event);
    }

    pub(super) fn announce(&self, view: SessionView) {
        self.tell(Event::Session(view));
    }

    /// Asks its task for something; a session that is over already needs nothing.
    pub async fn order(&self, control: Control) {
        let _ = self.control.send(control).await;
    }

    pub(super) async fn next_order(&self) -> Option<Control> {
        self.orders.lock().await.recv().await
    }

    /// Notes that its learner is there.
    pub fn touch(&self, clock: &Clock) {
        self.last_active.store(clock.seconds(), Ordering::Relaxed);
    }

    /// Seconds since its learner was last there.
    pub(super) fn idle(&self, clock: &Clock) -> i64 {
        let now = clock.seconds();
        match self.last_active.load(Ordering::Relaxed) {
            i64::MAX => {
                self.touch(clock);
                0
            }
            at => now - at,
        }
    }

    /// Seconds until it ends by itself; negative when that is past.
    pub(super) fn left(&self, clock: &Clock) -> i64 {
        self.expires_at.load(Ordering::Relaxed) - clock.seconds()
    }

    /// Whether it now begins to end and its pages have not been told: true once.
    pub(super) fn announces_ending(&self, clock: &Clock) -> bool {
        self.left(clock) <= ENDING && !self.told_ending.swap(true, Ordering::SeqCst)
    }

    /// Adds time and gives the new end, or what to tell the learner.
    pub(super) fn extend(&self, config: &config::Labs) -> Result<i64, String> {
        let counted = self
            .extensions
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |count| {
                (count < config.extensions).then_some(count + 1)
            });
        if counted.is_err() {
            return Err(format!(
                "This session was extended {} times, which is the most. Your files are kept when it ends: start \
                 the lab again to go on.",
                config.extensions
            ));
        }
        let more = i64::from(config.extend_minutes) * 60;
        self.told_ending.store(false, Ordering::SeqCst);
        Ok(self.expires_at.fetch_add(more, Ordering::SeqCst) + more)
    }

    /// As its learner sees it.
    pub(super) fn view(&self, config: &config::Labs, clock: &Clock) -> SessionView {
        let mut view = SessionView::over(&self.row);
        view.expires_at = moment(self.expires_at.load(Ordering::Relaxed));
        view.reason = None;
        match &*self.phase.borrow() {
            Phase::Creating(stage) => {
                view.state = SessionState::Creating;
                view.stage = stage.map(|stage| StageView {
                    name: stage.name.to_owned(),
                    text: stage.text.to_owned(),
                    done: stage.done,
                    of: stage.of,
                });
            }
            Phase::Ready(_) => {
                view.state = if self.left(clock) <= ENDING {
                    SessionState::Ending
                } else {
                    SessionState::Ready
                };
                view.can_extend = self.extensions.load(Ordering::Relaxed) < config.extensions;
            }
            Phase::Closing { state, reason } | Phase::Over { state, reason } => {
                view.state = if *state == RowState::Failed {
                    SessionState::Failed
                } else {
                    SessionState::Ended
                };
                view.reason = Some(reason.clone());
            }
        }
        view
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AccountId, SessionId};

    const START: i64 = 1_000_000;

    fn live(clock: &Clock, minutes: i64) -> Arc<Live> {
        let row = SessionRow {
            id: SessionId::fresh(),
            account: AccountId::fresh(),
            course: "docker".into(),
            lab: "layers".into(),
            state: RowState::Creating,
            reason: None,
            created_at: clock.seconds(),
            expires_at: clock.seconds() + minutes * 60,
            extensions: 0,
        };
        Live::new(row, None, None)
    }

    #[test]
    fn the_end_is_announced_once_and_again_after_an_extension() {
        let clock = Clock::fixed(START);
        let live = live(&clock, 60);
        assert!(!live.announces_ending(&clock));
        clock.advance(56 * 60);
        assert!(live.announces_ending(&clock));
        assert!(!live.announces_ending(&clock));
        live.extend(&config::Labs::default()).unwrap();
        assert!(!live.announces_ending(&clock));
        clock.advance(30 * 60);
        assert!(live.announces_ending(&clock));
    }

    #[test]
    fn a_session_is_extended_as_often_as_is_configured_and_no_more() {
        let clock = Clock::fixed(START);
        let live = live(&clock, 60);
        let config = config::Labs {
            extensions: 2,
            extend_minutes: 10,
            ..Default::default()
        };
        assert_eq!(live.extend(&config).unwrap(), START + 70 * 60);
        assert_eq!(live.extend(&config).unwrap(), START + 80 * 60);
        let refusal = live.extend(&config).unwrap_err();
        assert!(refusal.contains("2 times"), "{refusal}");
        assert_eq!(live.left(&clock), 80 * 60);
    }

    #[test]
    fn idleness_counts_from_the_last_sign_of_the_learner() {
        let clock = Clock::fixed(START);
        let live = live(&clock, 60);
        // After a restart nobody has been seen yet: it counts from the first look.
        assert_eq!(live.idle(&clock), 0);
        clock.advance(100);
        assert_eq!(live.idle(&clock), 100);
        live.touch(&clock);
        assert_eq!(live.idle(&clock), 0);
    }

    #[test]
    fn a_session_that_is_over_says_why_and_cannot_be_extended() {
        let clock = Clock::fixed(START);
        let live = live(&clock, 60);
        live.set_phase(Phase::Over {
            state: RowState::Failed,
            reason: "No room.".into(),
        });
        let view = live.view(&config::Labs::default(), &clock);
        assert_eq!(
            (view.state, view.reason.as_deref(), view.can_extend),
            (SessionState::Failed, Some("No room."), false)
        );
    }
}
