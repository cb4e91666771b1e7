//! Sessions that change hands, and those of accounts that go.

use std::sync::Arc;
use std::time::Duration;

use super::Labs;
use super::live::{Control, Live, Phase};
use crate::ids::AccountId;
use crate::store::RowState;

/// How long the end of sessions is waited for.
const ENDING: Duration = Duration::from_secs(30);

impl Labs {
    /// Gives all that a guest has to a person who turned out to be the guest, and deletes the guest.
    /// Running sessions go on; one whose lab the person runs already is ended, with its files kept.
    ///
    /// # Errors
    /// When the database cannot be written: then everything stays with the guest.
    pub async fn hand_over(&self, guest: AccountId, person: AccountId) -> sqlx::Result<()> {
        // Nothing is begun meanwhile.
        let _starting = self.0.starting.lock().await;
        let mut theirs = self.living_of(person);
        let (mut moved, mut ended) = (Vec::new(), Vec::new());
        for live in self.living_of(guest) {
            let room = theirs.len() < self.0.config.max_sessions_per_account as usize;
            if room && !theirs.iter().any(|other| other.key() == live.key()) {
                live.give_to(person);
                theirs.push(live.clone());
                moved.push(live);
            } else {
                ended.push(live);
            }
        }
        self.end(
            ended,
            "You signed in, and your account runs labs already. The files are kept.",
        )
        .await;
        let merged = self.0.store.merge_guest(guest, person).await;
        if merged.is_err() {
            for live in moved {
                live.give_to(guest);
            }
        }
        merged
    }

    /// Ends every session of an account and waits until their sandboxes are gone.
    pub async fn end_all(&self, account: AccountId, reason: &str) {
        self.end(self.living_of(account), reason).await;
    }

    /// Ends sessions whose account was deleted by another program.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn end_orphans(&self) -> sqlx::Result<()> {
        let mut orphans = Vec::new();
        for live in self.living() {
            if self.0.store.session(live.row.id).await?.is_none() {
                orphans.push(live);
            }
        }
        self.end(orphans, "The account was deleted.").await;
        Ok(())
    }

    fn living_of(&self, account: AccountId) -> Vec<Arc<Live>> {
        let mut living = self.living();
        living.retain(|live| live.account() == account);
        living
    }

    async fn end(&self, sessions: Vec<Arc<Live>>, reason: &str) {
        for live in &sessions {
            let reason = reason.to_owned();
            let state = RowState::Ended;
            live.order(Control::End { state, reason }).await;
        }
        let gone = async {
            for live in &sessions {
                let mut phase = live.watch_phase();
                let _ = phase
                    .wait_for(|phase| matches!(phase, Phase::Over { .. }))
                    .await;
            }
        };
        if tokio::time::timeout(ENDING, gone).await.is_err() {
            tracing::warn!("sessions were asked to end and did not within {ENDING:?}");
        }
    }
}
