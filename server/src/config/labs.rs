//! `[labs]`: how long sessions last and how many there are.

use serde::{Deserialize, Serialize};

use super::{Error, within};

/// Lab sessions.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Labs {
    /// Minutes that a session lasts, unless the lab says otherwise.
    pub minutes: u32,
    /// Minutes that each extension adds.
    pub extend_minutes: u32,
    /// How often one session can be extended.
    pub extensions: u32,
    /// Minutes without any keystroke, page or request after which a session is ended.
    pub idle_minutes: u32,
    /// Sessions at once, over all learners.
    pub max_sessions: u32,
    /// Sessions at once of one learner; starting another ends nothing, it is refused.
    pub max_sessions_per_account: u32,
    /// Sessions at once from one network address, so that nobody takes every place by throwing
    /// cookies away. A classroom behind one address needs as many as it has seats.
    pub max_sessions_per_address: u32,
    /// Terminals of one session.
    pub max_terminals: u8,
}

impl Default for Labs {
    fn default() -> Self {
        Self {
            minutes: 60,
            extend_minutes: 30,
            extensions: 4,
            idle_minutes: 30,
            max_sessions: 40,
            max_sessions_per_account: 2,
            max_sessions_per_address: 40,
            max_terminals: 8,
        }
    }
}

impl Labs {
    pub(super) fn validate(&self) -> Result<(), Error> {
        within(
            "labs.minutes",
            self.minutes,
            1..=1440,
            "expected 1 to 1440 minutes",
        )?;
        within(
            "labs.extend_minutes",
            self.extend_minutes,
            1..=1440,
            "expected 1 to 1440 minutes",
        )?;
        within(
            "labs.idle_minutes",
            self.idle_minutes,
            1..=1440,
            "expected 1 to 1440 minutes",
        )?;
        within(
            "labs.max_sessions",
            self.max_sessions,
            1..=10_000,
            "expected 1 to 10000 sessions",
        )?;
        within(
            "labs.max_sessions_per_account",
            self.max_sessions_per_account,
            1..=100,
            "expected 1 to 100 sessions",
        )?;
        within(
            "labs.max_sessions_per_address",
            self.max_sessions_per_address,
            1..=10_000,
            "expected 1 to 10000 sessions",
        )?;
        within(
            "labs.max_terminals",
            self.max_terminals,
            1..=16,
            "expected 1 to 16 terminals",
        )
    }
}
