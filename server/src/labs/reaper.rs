//! Ends what has had its time and removes what belongs to nobody.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use drydock_sandbox::Found;

use super::Labs;
use super::live::{Control, Live, Phase};
use crate::ids::SessionId;
use crate::store::RowState;

/// Time between two rounds over the sessions.
const ROUND: Duration = Duration::from_secs(2);
/// Rounds between two looks at the engine.
const ROUNDS_A_SWEEP: u32 = 5;

impl Labs {
    pub(super) fn spawn_reaper(&self) {
        let labs = self.clone();
        self.0.tasks.spawn(async move {
            let mut round: u32 = 0;
            loop {
                labs.expire().await;
                if round.is_multiple_of(ROUNDS_A_SWEEP) {
                    labs.sweep().await;
                }
                round = round.wrapping_add(1);
                tokio::select! {
                    () = tokio::time::sleep(ROUND) => {}
                    () = labs.0.closing.cancelled() => return,
                }
            }
        });
    }

    /// Ends sessions whose time is up or whose learner has left, and announces which end soon.
    async fn expire(&self) {
        for live in self.living() {
            if let Some(reason) = overdue(&live, self) {
                live.order(Control::End {
                    state: RowState::Ended,
                    reason,
                })
                .await;
            } else if matches!(live.phase(), Phase::Ready(_))
                && live.announces_ending(&self.0.clock)
            {
                live.announce(self.view_live(&live));
            }
        }
    }

    /// Compares sessions with sandboxes: a session without its sandbox has failed, a sandbox
    /// without a session goes.
    async fn sweep(&self) {
        // Taken before the list: whatever appears in between is in neither's way, since a session
        // is registered before its sandbox is made.
        let Ok(host) = self.host().await else { return };
        let ready: Vec<Arc<Live>> = self
            .living()
            .into_iter()
            .filter(|live| matches!(live.phase(), Phase::Ready(_)))
            .collect();
        let found = match host.list().await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(%error, "the sandboxes cannot be listed");
                return;
            }
        };
        let running: BTreeSet<_> = found
            .iter()
            .filter(|found| found.running)
            .map(|found| found.id.0)
            .collect();
        for live in ready {
            // Looked at again: a reset may have begun meanwhile.
            if !running.contains(&live.row.id.0) && matches!(live.phase(), Phase::Ready(_)) {
                let reason =
                    "The sandbox stopped: its memory may have run out. Start the lab again."
                        .to_owned();
                live.order(Control::End {
                    state: RowState::Failed,
                    reason,
                })
                .await;
            }
        }
        let living: BTreeSet<_> = self.living().iter().map(|live| live.row.id.0).collect();
        for Found { id, .. } in found {
            // Its session is over, and what was handed in from it is still to be looked at.
            let awaited = self.0.store.awaits_look(SessionId(id.0)).await;
            if !living.contains(&id.0)
                && !awaited.unwrap_or(true)
                && let Err(error) = host.remove(id).await
            {
                tracing::warn!(%error, sandbox = %id, "an orphan cannot be removed");
            }
        }
    }
}

/// Why the session has to end now, if it has to.
fn overdue(live: &Live, labs: &Labs) -> Option<String> {
    if live.left(&labs.0.clock) <= 0 {
        return Some(
            "The time of this session was up. Your files are kept: start the lab again to go on."
                .into(),
        );
    }
    let idle = live.idle(&labs.0.clock);
    (idle > i64::from(labs.0.config.idle_minutes) * 60).then(|| {
        format!(
            "Nothing happened for {} minutes, so the session was ended to make room. Your files are kept: start \
             the lab again to go on.",
            labs.0.config.idle_minutes
        )
    })
}
