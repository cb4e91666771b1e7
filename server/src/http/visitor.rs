//! Who is asking. Reading needs nobody; the first thing worth keeping makes a guest.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use tower_sessions::Session;

use crate::app::App;
use crate::error::AppError;
use crate::ids::AccountId;

/// Name of the session cookie.
pub const COOKIE: &str = "drydock";
const ACCOUNT: &str = "account";

/// The person behind a request. As an extractor it makes a guest where there is nobody yet; as
/// `Option<Learner>` it only looks.
#[derive(Debug, Clone, Copy)]
pub struct Learner(pub AccountId);

async fn session(parts: &mut Parts, app: &App) -> Result<Session, AppError> {
    Session::from_request_parts(parts, app)
        .await
        .map_err(|(_, reason)| AppError::Internal(anyhow::anyhow!("no session layer: {reason}")))
}

async fn known(session: &Session, app: &App) -> Result<Option<AccountId>, AppError> {
    let Some(account) = session.get::<AccountId>(ACCOUNT).await? else {
        return Ok(None);
    };
    // A cookie can outlive its account (another database, a deletion): such a visitor is nobody.
    Ok(app.store.account_exists(account).await?.then_some(account))
}

impl OptionalFromRequestParts<App> for Learner {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, AppError> {
        if !has_cookie(parts) {
            return Ok(None);
        }
        let session = session(parts, app).await?;
        Ok(known(&session, app).await?.map(Self))
    }
}

impl FromRequestParts<App> for Learner {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let session = session(parts, app).await?;
        if let Some(account) = known(&session, app).await? {
            return Ok(Self(account));
        }
        let account = app.store.create_guest().await?;
        session.insert(ACCOUNT, account).await?;
        Ok(Self(account))
    }
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
