//! Who is asking. Reading needs nobody; the first thing worth keeping makes a guest.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::StatusCode;
use http::request::Parts;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use super::COOKIE;
use crate::app::App;
use crate::error::AppError;
use crate::ids::AccountId;

/// In the web session: whose it is.
pub(super) const ACCOUNT: &str = "account";
/// In the web session of who signed in: [`Begun`].
pub(super) const BEGUN: &str = "begun";
/// Seconds between two notes that somebody is still there.
const NOTE_EVERY: i64 = 10 * 60;

/// What an account may do anywhere. What somebody may do in a class stands with the class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Learns.
    Student,
    /// Makes classes.
    Instructor,
    /// Runs the installation.
    Operator,
}

impl Role {
    /// The word that is stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Instructor => "instructor",
            Self::Operator => "operator",
        }
    }

    /// "a student", "an operator".
    pub fn with_article(self) -> &'static str {
        match self {
            Self::Student => "a student",
            Self::Instructor => "an instructor",
            Self::Operator => "an operator",
        }
    }

    /// The role of that word.
    pub fn read(word: &str) -> Option<Self> {
        [Self::Student, Self::Instructor, Self::Operator]
            .into_iter()
            .find(|role| role.word() == word)
    }
}

/// Somebody who signed in. As an extractor it refuses everybody else, which the table has done
/// already where a route needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their account.
    pub account: AccountId,
    /// Shown name.
    pub name: String,
    /// What they sign in with, if they sign in here.
    pub email: Option<String>,
    /// What they may do anywhere.
    pub role: Role,
}

/// Who is behind a request: nobody yet, a guest, or a person. The guard puts it there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Viewer {
    /// The account, guest or not.
    pub account: Option<AccountId>,
    /// Who signed in.
    pub person: Option<Person>,
}

impl Viewer {
    /// Whether they are at least this.
    pub fn is(&self, role: Role) -> bool {
        self.person
            .as_ref()
            .is_some_and(|person| person.role >= role)
    }
}

/// How a session of who signed in began; it is over when it is too old, was left alone for too
/// long, or its account ended all its sessions.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Begun {
    /// The account's epoch then.
    pub epoch: i64,
    /// Unix seconds.
    pub at: i64,
    /// Unix seconds, to within [`NOTE_EVERY`].
    pub seen: i64,
}

impl Viewer {
    /// Finds out who sends this request.
    pub(super) async fn of(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        if !has_cookie(parts) {
            return Ok(Self::default());
        }
        let session = session(parts, app).await?;
        let Some(account) = session.get::<AccountId>(ACCOUNT).await? else {
            return Ok(Self::default());
        };
        // A cookie can outlive its account (another database, a deletion): such a visitor is nobody.
        let Some(known) = app.store.who(account).await? else {
            return Ok(Self::default());
        };
        let now = app.clock.seconds();
        if now - known.seen_at >= NOTE_EVERY {
            app.store.seen(account).await?;
        }
        let Some((person, epoch)) = known.person else {
            return Ok(Self {
                account: Some(account),
                person: None,
            });
        };
        let Some(begun) = session.get::<Begun>(BEGUN).await? else {
            return Ok(Self::default());
        };
        let limits = &app.config.accounts;
        if begun.epoch != epoch
            || now - begun.at >= limits.session_days * 86_400
            || now - begun.seen >= limits.idle_hours * 3_600
        {
            session.flush().await?;
            return Ok(Self::default());
        }
        if now - begun.seen >= NOTE_EVERY {
            session.insert(BEGUN, Begun { seen: now, ..begun }).await?;
        }
        Ok(Self {
            account: Some(account),
            person: Some(person),
        })
    }
}

/// The account behind a request. As an extractor it makes a guest where there is nobody yet; as
/// `Option<Learner>` it only looks.
#[derive(Debug, Clone, Copy)]
pub struct Learner(pub AccountId);

async fn session(parts: &mut Parts, app: &App) -> Result<Session, AppError> {
    Session::from_request_parts(parts, app)
        .await
        .map_err(|(_, reason)| AppError::Internal(anyhow::anyhow!("no session layer: {reason}")))
}

fn viewer(parts: &Parts) -> Result<&Viewer, AppError> {
    parts
        .extensions
        .get::<Viewer>()
        .ok_or_else(|| AppError::Internal(anyhow::anyhow!("a route without a guard")))
}

impl<S: Send + Sync> FromRequestParts<S> for Viewer {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        viewer(parts).cloned()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Person {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        viewer(parts)?
            .person
            .clone()
            .ok_or_else(|| AppError::client(StatusCode::UNAUTHORIZED, "Sign in first."))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Learner {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, AppError> {
        Ok(viewer(parts)?.account.map(Self))
    }
}

impl FromRequestParts<App> for Learner {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        if let Some(account) = viewer(parts)?.account {
            return Ok(Self(account));
        }
        let session = session(parts, app).await?;
        let account = app.store.create_guest().await?;
        session.insert(ACCOUNT, account).await?;
        Ok(Self(account))
    }
}

/// Lets a session be a guest's.
#[cfg(test)]
pub async fn remember(session: &Session, account: AccountId) {
    session.insert(ACCOUNT, account).await.unwrap();
}

/// Whether the request carries a session cookie at all: without one a page is the same for all.
pub fn has_cookie(parts: &Parts) -> bool {
    parts
        .headers
        .get_all(http::header::COOKIE)
        .iter()
        .any(|value| {
            value.to_str().is_ok_and(|text| {
                text.split(';').any(|pair| {
                    pair.trim()
                        .split_once('=')
                        .is_some_and(|(name, _)| name == COOKIE)
                })
            })
        })
}
