//! The build lens: what each build in a session did.

use axum::Json;
use axum::extract::{Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::Owned;
use crate::error::{AppError, Problem};
use crate::labs::{BuildDetail, BuildSummary, StepLog};

/// The builds of a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct BuildList {
    /// The newest first; at most 50.
    builds: Vec<BuildSummary>,
}

/// Lists the builds of a session.
#[utoipa::path(get, path = "/sessions/{id}/builds", tag = "builds", params(("id" = String, Path, description = "Session id")),
    responses((status = 200, body = BuildList), (status = 404, body = Problem), (status = 410, body = Problem)))]
pub async fn list(Owned(live): Owned) -> Json<BuildList> {
    Json(BuildList {
        builds: live.builds.list(),
    })
}

#[derive(Deserialize)]
pub(crate) struct BuildPath {
    build: String,
}

/// What a build is compared with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct With {
    /// Reference of another build; without it the one before of the same image or Dockerfile.
    with: Option<String>,
}

/// Shows a build with its steps, compared with another.
#[utoipa::path(get, path = "/sessions/{id}/builds/{build}", tag = "builds",
    params(("id" = String, Path, description = "Session id"), ("build" = String, Path, description = "Reference of the build"),
        ("with" = Option<String>, Query, description = "Reference of the build to compare with; without it the one before of the same image or Dockerfile")),
    responses((status = 200, body = BuildDetail), (status = 400, body = Problem), (status = 404, body = Problem), (status = 410, body = Problem)))]
pub async fn show(
    Owned(live): Owned,
    Path(BuildPath { build }): Path<BuildPath>,
    query: Result<Query<With>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<BuildDetail>, AppError> {
    let Query(With { with }) = query.map_err(|error| AppError::bad_request(error.body_text()))?;
    match live.builds.show(&build, with.as_deref()) {
        Some(Ok(detail)) => Ok(Json(detail)),
        Some(Err(_)) => Err(AppError::bad_request(
            "There is no other build of that reference to compare with. `GET …/builds` lists what there is.",
        )),
        None => Err(no_such_build()),
    }
}

#[derive(Deserialize)]
pub(crate) struct StepPath {
    build: String,
    step: String,
}

/// What a step of a build printed, as plain text of at most 64 KiB.
#[utoipa::path(get, path = "/sessions/{id}/builds/{build}/steps/{step}/log", tag = "builds",
    params(("id" = String, Path, description = "Session id"), ("build" = String, Path, description = "Reference of the build"),
        ("step" = String, Path, description = "Its `n`")),
    responses((status = 200, body = StepLog), (status = 404, body = Problem), (status = 410, body = Problem)))]
pub async fn log(
    Owned(live): Owned,
    Path(StepPath { build, step }): Path<StepPath>,
) -> Result<Json<StepLog>, AppError> {
    let step = step.parse().ok();
    let log = step.and_then(|step| live.builds.log(&build, step));
    log.map(Json).ok_or_else(no_such_build)
}

fn no_such_build() -> AppError {
    AppError::not_found(
        "There is no such build or step here. The 50 newest builds of a session are kept.",
    )
}
