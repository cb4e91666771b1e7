//! Accounts of people: what may stand in them, passwords, letters, and how often somebody may try.
//!
//! ```text
//! http/pages/people ──→ fields, Passwords, Limits, Claim, Mail ──→ store/{people, password_links}
//! cli/user ──────────────┘
//! ```

mod claim;
pub mod export;
pub mod fields;
mod house;
mod limits;
mod mail;
pub mod oidc;
mod passwords;
pub mod secret;

use self::oidc::Oidc;
use crate::clock::Clock;
use crate::config::Config;

pub use self::claim::Claim;
pub use self::house::keep_house;
pub use self::limits::{Deed, Limits, TooSoon};
pub use self::mail::Mail;
#[cfg(test)]
pub use self::mail::testing as mail_testing;
pub use self::passwords::Passwords;

/// What accounts need beside the database.
#[derive(Debug)]
pub struct People {
    /// Makes and compares hashes.
    pub passwords: Passwords,
    /// Tries so far.
    pub limits: Limits,
    /// The claim of the installation, while nobody runs it.
    pub claim: Claim,
    /// Sends letters, if the configuration says how.
    pub mail: Option<Mail>,
    /// The provider to sign in with, if there is one.
    pub oidc: Option<Oidc>,
}

impl People {
    /// As the configuration says.
    ///
    /// # Errors
    /// When the mail server's or the provider's address cannot be used.
    pub fn new(config: &Config, clock: &Clock) -> anyhow::Result<Self> {
        Ok(Self {
            passwords: Passwords::default(),
            limits: Limits::new(clock.clone()),
            claim: Claim::default(),
            mail: config.mail.as_ref().map(Mail::new).transpose()?,
            oidc: Oidc::new(config, clock)?,
        })
    }
}
