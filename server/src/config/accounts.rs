//! `[accounts]`: who may sign up, and how long who signed in stays so.

use serde::{Deserialize, Serialize};

use super::{Error, within};

/// Accounts.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    /// Whether anybody may sign up. If not, instructors and operators make the accounts.
    pub sign_up: bool,
    /// Days after which who signed in must do so again.
    pub session_days: i64,
    /// Hours without any request after which who signed in must do so again.
    pub idle_hours: i64,
    /// Days without any request after which a guest is deleted with all progress.
    pub guest_days: i64,
}

impl Default for Accounts {
    fn default() -> Self {
        Self {
            sign_up: true,
            session_days: 30,
            idle_hours: 7 * 24,
            guest_days: 180,
        }
    }
}

impl Accounts {
    pub(super) fn validate(&self) -> Result<(), Error> {
        within(
            "accounts.session_days",
            self.session_days,
            1..=366,
            "expected 1 to 366 days",
        )?;
        within(
            "accounts.idle_hours",
            self.idle_hours,
            1..=8_784,
            "expected 1 to 8784 hours",
        )?;
        within(
            "accounts.guest_days",
            self.guest_days,
            1..=3_660,
            "expected 1 to 3660 days",
        )
    }
}
