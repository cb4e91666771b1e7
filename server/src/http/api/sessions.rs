//! One session: look, end, begin anew, extend.

use std::time::Duration;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use http::request::Parts;

use super::extract::{Owned, no_such_session, session_id};
use crate::app::App;
use crate::error::{AppError, Problem};
use crate::ids::{AccountId, SessionId};
use crate::labs::{Control, Live, Phase, SessionView};
use crate::store::RowState;

/// How long a request waits for a sandbox to be removed.
const ENDS_WITHIN: Duration = Duration::from_secs(20);

/// A session of the learner who asks, living or over.
pub struct Any {
    account: AccountId,
    id: SessionId,
}

impl FromRequestParts<App> for Any {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let (account, id) = session_id(parts, app).await?;
        Ok(Self { account, id })
    }
}

/// Shows a session, also one that is over.
#[utoipa::path(get, path = "/sessions/{id}", tag = "sessions", params(("id" = String, Path, description = "Session id")),
    responses((status = 200, body = SessionView), (status = 404, body = Problem)))]
pub async fn show(State(app): State<App>, any: Any) -> Result<Json<SessionView>, AppError> {
    app.labs
        .view(any.account, any.id)
        .await?
        .map(Json)
        .ok_or_else(no_such_session)
}

/// Ends a session and removes its sandbox. The learner's files are kept for the next start.
#[utoipa::path(delete, path = "/sessions/{id}", tag = "sessions", params(("id" = String, Path, description = "Session id")),
    responses((status = 200, body = SessionView), (status = 404, body = Problem)))]
pub async fn end(State(app): State<App>, any: Any) -> Result<Json<SessionView>, AppError> {
    if let Some(live) = app.labs.find(any.account, any.id) {
        live.order(Control::End {
            state: RowState::Ended,
            reason: "You ended this session.".into(),
        })
        .await;
        over(&live).await?;
    }
    app.labs
        .view(any.account, any.id)
        .await?
        .map(Json)
        .ok_or_else(no_such_session)
}

async fn over(live: &Live) -> Result<(), AppError> {
    let mut phase = live.watch_phase();
    let over = phase.wait_for(|phase| matches!(phase, Phase::Over { .. }));
    match tokio::time::timeout(ENDS_WITHIN, over).await {
        Ok(_) => Ok(()),
        Err(_) => Err(AppError::unavailable(
            "The session is being ended; that takes longer than usual.",
            10,
        )),
    }
}

/// Gives the learner a fresh sandbox in the same session. Files and check results go; progress stays.
#[utoipa::path(post, path = "/sessions/{id}/reset", tag = "sessions", params(("id" = String, Path, description = "Session id")),
    responses((status = 202, body = SessionView), (status = 404, body = Problem), (status = 410, body = Problem)))]
pub async fn reset(
    State(app): State<App>,
    Owned(live): Owned,
) -> (http::StatusCode, Json<SessionView>) {
    live.order(Control::Reset).await;
    (http::StatusCode::ACCEPTED, Json(app.labs.view_live(&live)))
}

/// Adds time.
#[utoipa::path(post, path = "/sessions/{id}/extend", tag = "sessions", params(("id" = String, Path, description = "Session id")),
    responses((status = 200, body = SessionView), (status = 404, body = Problem), (status = 409, body = Problem, description = "Extended as often as can be"),
        (status = 410, body = Problem)))]
pub async fn extend(
    State(app): State<App>,
    Owned(live): Owned,
) -> Result<Json<SessionView>, AppError> {
    app.labs.extend(&live).await.map_err(AppError::conflict)??;
    Ok(Json(app.labs.view_live(&live)))
}
