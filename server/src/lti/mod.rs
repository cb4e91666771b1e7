//! LTI 1.3, the tool's side: learning platforms (Moodle, Canvas and others) send people here, let
//! teachers pick what a link leads to, and are told scores.
//!
//! ```text
//! platform ─ login ─→ /lti/login ─ state, nonce ─→ platform ─ id_token ─→ /lti/launch
//!    message: signature, claims ─→ launch ─→ a ticket ─→ /lti/open: account, class, assignment
//!                                        └→ /lti/deep-link: pick, signed answer (deep_linking)
//! grades change ─→ lti_passbacks (by trigger) ─→ grades: told to the platform, again until it takes it
//! ```

pub mod deep_linking;
mod enter;
pub mod fetch;
pub mod grades;
mod jwks;
pub mod keys;
mod launch;
mod message;
mod platform;
mod rejection;
#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::clock::Clock;
use crate::store::LtiLogin;

pub use self::enter::Error as EnterError;
pub use self::launch::{Context, Item, ItemKind, Launch, Purpose, own};
pub use self::platform::{FIELDS, Platform, Registration, Typed};
pub use self::rejection::Rejection;

/// What LTI shares between requests. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Lti {
    fetch: fetch::Fetch,
    keys: jwks::KeySets,
    tokens: grades::Tokens,
    /// Held while a class or an assignment may be made.
    entering: Arc<Mutex<()>>,
}

impl Lti {
    /// Verifies what a platform posted in answer to `login`. `registered` are the platform that was
    /// asked and its other deployments; gives the one that answers, and what the message asks for.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub async fn verify<'a>(
        &self,
        clock: &Clock,
        login: &LtiLogin,
        registered: &'a [Platform],
        token: &str,
        site: &url::Url,
    ) -> Result<(&'a Platform, Launch), Rejection> {
        if token.len() > message::MESSAGE {
            return Err(Rejection::Malformed("it is too long".into()));
        }
        let asked = registered
            .iter()
            .find(|platform| platform.id == login.platform)
            .ok_or(Rejection::State)?;
        let kid = message::key_id(token)?;
        let keys = &asked.registration.jwks_url;
        let key = self
            .keys
            .key(&self.fetch, clock, keys, kid.as_deref())
            .await?;
        let deployments: Vec<_> = registered
            .iter()
            .map(|platform| platform.registration.deployment.clone())
            .collect();
        let expected = message::Expected {
            issuer: &asked.registration.issuer,
            client_id: &asked.registration.client_id,
            nonce: &login.nonce,
            deployments: &deployments,
            now: clock.seconds(),
        };
        let claims = message::verify(token, &key, expected)?;
        let platform = registered
            .iter()
            .find(|platform| platform.registration.deployment == claims.deployment())
            .unwrap_or(asked);
        let launch = Launch::read(claims, &platform.registration, site)?;
        Ok((platform, launch))
    }
}
