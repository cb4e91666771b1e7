//! Classes, for programs.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::error::{AppError, Problem};
use crate::gradebook::live::{self, Place};
use crate::ids::ClassId;

/// Who of a class is where.
pub async fn places(app: &App, class: ClassId, course: &str) -> sqlx::Result<Vec<Place>> {
    let sittings = app.store.live_sittings(class, course).await?;
    let content = app.content.now();
    let lab = |slug: &str| content.lab(course, slug).map(|(_, _, lab)| lab);
    Ok(live::places(&sittings, lab, &app.labs.idle()))
}

/// Who of a class is in a lab.
#[derive(Debug, Serialize, ToSchema)]
pub struct LiveView {
    /// Who is longest on the same step first; who is done last.
    students: Vec<LiveStudent>,
}

/// A student with a running lab.
#[derive(Debug, Serialize, ToSchema)]
pub struct LiveStudent {
    /// Account id.
    account: String,
    /// Shown name.
    name: String,
    /// Slug of the lab.
    lab: String,
    /// From 1: the first step with a check that does not pass; none when all do.
    step: Option<usize>,
    /// Its title.
    step_title: Option<String>,
    /// How many steps the lab has.
    steps: usize,
    /// Checks that pass.
    passed: usize,
    /// Checks.
    of: usize,
    /// Seconds on this step.
    on_step_seconds: i64,
    /// Seconds since the student was last there; none if the server has not seen them since it started.
    idle_seconds: Option<i64>,
    /// The first check of the step that fails.
    failing: Option<Failing>,
}

/// A check that fails.
#[derive(Debug, Serialize, ToSchema)]
pub struct Failing {
    /// Its title.
    title: String,
    /// What was found.
    found: String,
}

/// Says who of a class is in a lab now, and on which step.
#[utoipa::path(get, path = "/classes/{class}/live", tag = "classes", params(("class" = String, Path, description = "Class id")),
    responses((status = 200, body = LiveView), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn live(
    State(app): State<App>,
    Path(class): Path<ClassId>,
) -> Result<Json<LiveView>, AppError> {
    let row = app.store.class(class).await?;
    let row = row.ok_or_else(|| AppError::not_found("There is no such class."))?;
    let clock = app.clock.seconds();
    let students = places(&app, class, &row.course)
        .await?
        .into_iter()
        .map(|place| {
            let (step, step_title) = place.step.unzip();
            LiveStudent {
                account: place.account.to_string(),
                name: place.name,
                lab: place.lab,
                step,
                step_title,
                steps: place.steps,
                passed: place.passed,
                of: place.of,
                on_step_seconds: clock - place.since,
                idle_seconds: place.idle,
                failing: place.failing.map(|(title, found)| Failing { title, found }),
            }
        });
    Ok(Json(LiveView {
        students: students.collect(),
    }))
}
