//! Extractors that answer bad input with a problem that says what to do.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequestParts, Path, Request};
use http::StatusCode;
use http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::access::Learner;
use crate::app::App;
use crate::error::AppError;
use crate::ids::{AccountId, SessionId};
use crate::labs::Live;

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(AppError::client(rejection.status(), rejection.body_text())),
        }
    }
}

#[derive(Deserialize)]
struct SessionPath {
    id: String,
}

/// The text for a session that is not there or somebody else's: the two must not be told apart.
pub fn no_such_session() -> AppError {
    AppError::not_found(
        "There is no such session. It may have been somebody else's. Open the lab to start one.",
    )
}

/// The id in `/sessions/{id}/…` and who asks. Nobody has no sessions.
pub async fn session_id(parts: &mut Parts, app: &App) -> Result<(AccountId, SessionId), AppError> {
    let Path(path) = <Path<SessionPath> as FromRequestParts<App>>::from_request_parts(parts, app)
        .await
        .map_err(|_| no_such_session())?;
    let id = path.id.parse().map_err(|_| no_such_session())?;
    let learner =
        <Learner as OptionalFromRequestParts<App>>::from_request_parts(parts, app).await?;
    let Learner(account) = learner.ok_or_else(no_such_session)?;
    Ok((account, id))
}

/// A living session of the learner who asks. Asking counts as activity.
pub struct Owned(pub Arc<Live>);

impl FromRequestParts<App> for Owned {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let (account, id) = session_id(parts, app).await?;
        if let Some(live) = app.labs.find(account, id) {
            live.touch(&app.clock);
            return Ok(Self(live));
        }
        match app.labs.view(account, id).await? {
            None => Err(no_such_session()),
            Some(_) => Err(AppError::client(
                StatusCode::GONE,
                "This session is over. Start the lab again to go on.",
            )),
        }
    }
}
