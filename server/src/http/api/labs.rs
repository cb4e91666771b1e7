//! Starting a lab.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use crate::access::Learner;
use crate::app::App;
use crate::error::{AppError, Problem};
use crate::http::address::Address;
use crate::labs::{LabKey, SessionView, StartError};

/// Starts the learner's session of a lab, or gives the one that is running. Makes a guest of who
/// has no session cookie.
#[utoipa::path(post, path = "/labs/{course}/{lab}/session", tag = "labs",
    params(("course" = String, Path, description = "Course slug"), ("lab" = String, Path, description = "Lab slug")),
    responses((status = 201, body = SessionView), (status = 200, body = SessionView, description = "It was running already"),
        (status = 404, body = Problem), (status = 409, body = Problem, description = "Too many of your own are running"),
        (status = 503, body = Problem, description = "No room or no engine; see `Retry-After`")))]
pub async fn start(
    State(app): State<App>,
    Address(address): Address,
    Path((course, lab)): Path<(String, String)>,
    Learner(account): Learner,
) -> Result<Response, AppError> {
    let key = LabKey { course, lab };
    let (view, new) = app
        .labs
        .start(account, &key, address)
        .await
        .map_err(StartError::into_app)?;
    let status = if new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let place = HeaderValue::try_from(format!("/api/v1/sessions/{}", view.id))?;
    Ok((status, [(header::LOCATION, place)], Json(view)).into_response())
}

impl StartError {
    fn into_app(self) -> AppError {
        match self {
            Self::NoSuchLab(_) => AppError::not_found(self.to_string()),
            Self::TooManyOfYours { .. } => AppError::conflict(self.to_string()),
            Self::TooManyOfAddress(_) => {
                AppError::client(StatusCode::TOO_MANY_REQUESTS, self.to_string())
            }
            Self::NoRoom(_) => AppError::unavailable(self.to_string(), 60),
            Self::NoEngine(_) => AppError::unavailable(self.to_string(), 30),
            Self::Store(error) => error.into(),
        }
    }
}
