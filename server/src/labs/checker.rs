//! Looks again when something changed, and says what came of it.
//!
//! ```text
//! engine events ─┐
//! file changes  ─┼─→ changes ─→ forget what is stale ─→ look (cheap at once, costly when it is
//! learner asks  ─┤                                       quiet) ─→ judge ─→ store ─→ tell the page
//! drift         ─┘
//! ```
//!
//! Cheap looks follow a change at once, so that a tick comes within a blink. Looks that make
//! containers wait until changes settle, builds a little longer.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use drydock_course::check::Check;
use drydock_course::model::Lab;
use drydock_grader::commands::is_own;
use drydock_grader::triggers::{Change, Cost, concerns, cost, drifts};
use drydock_grader::{Evidence, Probe, Seen, State, judge_all, wanted};
use drydock_sandbox::{EngineEvent, Sandbox};
use futures::StreamExt as _;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::Labs;
use super::live::{Event, Live};
use super::observe::observe;

/// Events that belong together (one `docker run` makes six) are taken as one.
const TOGETHER: Duration = Duration::from_millis(20);
/// Quiet before looks that make containers, and before builds.
const COSTLY_AFTER: Duration = Duration::from_millis(150);
const HEAVY_AFTER: Duration = Duration::from_millis(600);
/// Between looks at what can change without an event.
const DRIFT: Duration = Duration::from_secs(3);
/// A learner who is not there needs no fresh verdicts.
const AWAY: i64 = 120;
/// Before a broken stream is opened again.
const REOPEN: Duration = Duration::from_millis(500);
/// Changes that wait; with more, everything is looked at again.
const BACKLOG: usize = 1024;

/// Runs until `stop`.
pub async fn run(labs: Labs, live: Arc<Live>, sandbox: Sandbox, stop: CancellationToken) {
    let (changed, changes) = mpsc::channel(BACKLOG);
    let engine = watch_engine(&live, &sandbox, changed.clone());
    let files = watch_files(&live, &sandbox, changed);
    let checker = Checker {
        labs,
        live: live.clone(),
        sandbox: sandbox.clone(),
        evidence: Evidence::new(),
        under_way: None,
    };
    tokio::select! {
        () = checker.work(changes) => {}
        () = engine => {}
        () = files => {}
        () = stop.cancelled() => {}
    }
}

/// Hands the inner engine's events on, for as long as there is a sandbox.
async fn watch_engine(live: &Live, sandbox: &Sandbox, changed: mpsc::Sender<Change>) {
    loop {
        if let Ok(mut events) = sandbox.engine_events().await {
            while let Some(Ok(event)) = events.next().await {
                if is_ours(&event) {
                    continue;
                }
                if let Some(change) = Change::of_event(&event.kind) {
                    // A full channel means that a look is due anyway.
                    let _ = changed.try_send(change);
                }
                live.engine.changed();
                let name = event.name().to_owned();
                live.tell(Event::Engine {
                    kind: event.kind,
                    action: event.action,
                    name,
                });
            }
        }
        sleep(REOPEN).await;
    }
}

/// Whether an event comes from a look of ours: it must not lead to the next one.
fn is_ours(event: &EngineEvent) -> bool {
    let attributes = event.attributes.iter();
    is_own(attributes.map(|(name, value)| (name.as_str(), value.as_str())))
}

/// Hands file changes on, for as long as there is a sandbox.
async fn watch_files(live: &Live, sandbox: &Sandbox, changed: mpsc::Sender<Change>) {
    loop {
        if let Ok(mut events) = sandbox.watch_files().await {
            while let Some(Ok(event)) = events.next().await {
                let _ = changed.try_send(Change::File(event.path.clone()));
                live.tell(Event::File { path: event.path });
            }
        }
        sleep(REOPEN).await;
    }
}

struct Checker {
    labs: Labs,
    live: Arc<Live>,
    sandbox: Sandbox,
    evidence: Evidence,
    under_way: Option<UnderWay>,
}

/// A look that takes a while, on a task of its own, so that cheap looks go on beside it.
struct UnderWay {
    probe: Probe,
    seen: AbortOnDropHandle<Result<Seen, String>>,
    /// Something changed meanwhile that it may or may not have seen.
    stale: bool,
}

impl Checker {
    async fn work(mut self, mut changes: mpsc::Receiver<Change>) {
        self.restore().await;
        let mut quiet_since = Instant::now();
        // The most costly look that may be due.
        let mut due = Some(Cost::Cheap);
        loop {
            let wait = due.map(|cost| match cost {
                Cost::Cheap => quiet_since,
                Cost::Costly => quiet_since + COSTLY_AFTER,
                Cost::Heavy => quiet_since + HEAVY_AFTER,
            });
            let under_way = async {
                match &mut self.under_way {
                    Some(look) => (&mut look.seen).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                change = changes.recv() => {
                    let Some(change) = change else { return };
                    self.forget(&change);
                    while let Ok(Some(change)) = timeout(TOGETHER, changes.recv()).await {
                        self.forget(&change);
                    }
                    self.evidence.forget_errors();
                    quiet_since = Instant::now();
                    due = Some(Cost::Cheap);
                }
                () = self.live.checks.wake.notified() => {
                    if self.live.checks.asked() {
                        self.evidence.forget_if(|_| true);
                    }
                    for (check, answer) in self.live.checks.answers() {
                        self.evidence.answer(check, answer);
                    }
                    // Who asks does not want to wait for quiet.
                    quiet_since = Instant::now() - HEAVY_AFTER;
                    due = Some(Cost::Cheap);
                }
                seen = under_way => {
                    self.finish(seen.unwrap_or_else(|error| Err(format!("The look broke off: {error}."))));
                    due = Some(Cost::Cheap);
                }
                () = sleep_until(wait.unwrap_or(quiet_since)), if wait.is_some() => {
                    due = self.look(due.unwrap_or(Cost::Cheap)).await;
                }
                () = sleep(DRIFT), if wait.is_none() => {
                    if self.live.idle(&self.labs.0.clock) < AWAY && !self.evidence.forget_if(drifts).is_empty() {
                        due = Some(Cost::Cheap);
                    }
                }
            }
        }
    }

    /// Drops what a change made stale.
    fn forget(&mut self, change: &Change) {
        self.evidence.forget(change);
        if let Some(look) = &mut self.under_way {
            look.stale |= concerns(&look.probe, change);
        }
    }

    fn finish(&mut self, seen: Result<Seen, String>) {
        let Some(look) = self.under_way.take() else {
            return;
        };
        if let Err(error) = &seen {
            tracing::debug!(session = %self.live.row.id, probe = ?look.probe, error, "a look failed");
        }
        if !look.stale {
            self.evidence.record(look.probe, seen);
        }
    }

    /// Takes over what an earlier run of the server knew of this session.
    async fn restore(&mut self) {
        let store = &self.labs.0.store;
        let id = self.live.row.id;
        match (
            store.session_checks(id).await,
            store.session_answers(id).await,
        ) {
            (Ok(results), Ok(answers)) => {
                for (check, answer) in &answers {
                    self.evidence.answer(check.clone(), answer.clone());
                }
                self.live.checks.restore(results, answers);
            }
            (Err(error), _) | (_, Err(error)) => {
                tracing::error!(%error, session = %id, "a session's results cannot be read");
            }
        }
    }

    /// Takes the cheap looks that are wanted, judges, and begins one of the costlier looks up to
    /// `most`. Gives the cost of what is still wanted and not under way.
    async fn look(&mut self, most: Cost) -> Option<Cost> {
        let content = self.labs.0.content.now();
        let key = self.live.key();
        let (_, _, lab) = content.lab(&key.course, &key.lab)?;
        loop {
            let passed = self.live.checks.passed();
            let open: Vec<&Check> = lab
                .checks()
                .filter(|check| !check.hidden && !passed.contains(&check.id))
                .collect();
            let all = wanted(open.iter().copied(), &self.evidence, &passed);
            let (cheap, mut costly): (Vec<_>, Vec<_>) = all
                .into_iter()
                .partition(|probe| cost(probe) == Cost::Cheap);
            if cheap.is_empty() {
                // An answer or an error settles checks without any look.
                if self.settle(lab, &open).await {
                    continue;
                }
                costly.sort_by_key(cost);
                if self.under_way.is_none()
                    && let Some(probe) = costly.first().filter(|probe| cost(probe) <= most)
                {
                    self.begin(probe.clone());
                }
                self.show_running(lab, &open, &passed);
                return if self.under_way.is_some() {
                    None
                } else {
                    costly.first().map(cost)
                };
            }
            for probe in cheap {
                let seen = observe(&self.sandbox, &probe).await;
                self.evidence.record(probe, seen);
            }
        }
    }

    fn begin(&mut self, probe: Probe) {
        let (sandbox, looked_at) = (self.sandbox.clone(), probe.clone());
        let seen =
            AbortOnDropHandle::new(tokio::spawn(
                async move { observe(&sandbox, &looked_at).await },
            ));
        self.under_way = Some(UnderWay {
            probe,
            seen,
            stale: false,
        });
    }

    /// Judges; whether a check passed that had not, which can open others.
    async fn settle(&self, lab: &Lab, open: &[&Check]) -> bool {
        let passed = self.live.checks.passed();
        let mut changed = BTreeSet::new();
        let mut opened = false;
        for (id, verdict) in judge_all(open.iter().copied(), &self.evidence, &passed) {
            let Some(row) = self.live.checks.settle(&id, &verdict) else {
                continue;
            };
            let store = &self.labs.0.store;
            let step = open
                .iter()
                .find(|check| check.id == id)
                .map_or("", |check| check.step.as_str());
            if let Err(error) = store.record_check(&self.live.row, step, &id, &row).await {
                tracing::error!(%error, session = %self.live.row.id, "a result cannot be stored");
            }
            opened |= verdict.state == State::Pass;
            changed.insert(id);
        }
        self.tell(lab, &changed);
        opened
    }

    fn show_running(&self, lab: &Lab, open: &[&Check], passed: &BTreeSet<String>) {
        let running = self.under_way.iter().flat_map(|look| {
            open.iter()
                .filter(|check| wanted([**check], &self.evidence, passed).contains(&look.probe))
        });
        let changed = self
            .live
            .checks
            .set_running(running.map(|check| check.id.clone()).collect());
        self.tell(lab, &changed);
    }

    fn tell(&self, lab: &Lab, ids: &BTreeSet<String>) {
        if !ids.is_empty() {
            self.live
                .tell(Event::Checks(self.live.checks.view_of(lab, ids)));
        }
    }
}
