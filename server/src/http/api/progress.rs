//! What the learner has done.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use drydock_course::model::Item;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::courses::no_such_course;
use super::extract::Body;
use crate::access::Learner;
use crate::app::App;
use crate::classes::reading;
use crate::error::{AppError, Problem};
use crate::progress;
use crate::store::Kind;

/// Everything done in one course.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct ProgressView {
    /// By lesson slug.
    lessons: BTreeMap<String, LessonProgress>,
    /// By lab slug.
    labs: BTreeMap<String, LabProgress>,
    /// Where the learner was last.
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<LastView>,
}

/// Progress in a lesson.
#[derive(Debug, Serialize, ToSchema)]
pub struct LessonProgress {
    /// Marked as done.
    done: bool,
    /// Questions answered rightly.
    quizzes_right: usize,
    /// Questions.
    quizzes: usize,
}

/// Progress in a lab.
#[derive(Debug, Serialize, ToSchema)]
pub struct LabProgress {
    /// Checks once passed.
    passed: usize,
    /// Checks.
    of: usize,
    /// All of them.
    done: bool,
}

/// A place in a course.
#[derive(Debug, Serialize, ToSchema)]
pub struct LastView {
    /// `lesson` or `lab`.
    kind: &'static str,
    /// Its slug.
    slug: String,
}

/// Shows the learner's progress in a course; nobody has none.
#[utoipa::path(get, path = "/progress/{course}", tag = "courses", params(("course" = String, Path, description = "Course slug")),
    responses((status = 200, body = ProgressView), (status = 404, body = Problem)))]
pub async fn show(
    State(app): State<App>,
    Path(course): Path<String>,
    learner: Option<Learner>,
) -> Result<Json<ProgressView>, AppError> {
    let content = app.content.now();
    let course = content.course(&course).ok_or_else(no_such_course)?;
    let Some(Learner(account)) = learner else {
        return Ok(Json(ProgressView::default()));
    };
    let done = app.store.progress(account, &course.slug).await?;
    let mut view = ProgressView::default();
    for item in course.modules.iter().flat_map(|module| &module.items) {
        let at = progress::of(item, &done);
        match item {
            Item::Lesson(lesson) => {
                let progress = LessonProgress {
                    done: at.done,
                    quizzes_right: at.passed,
                    quizzes: at.of,
                };
                view.lessons.insert(lesson.slug.clone(), progress);
            }
            Item::Lab(lab) => {
                let progress = LabProgress {
                    passed: at.passed,
                    of: at.of,
                    done: at.done,
                };
                view.labs.insert(lab.slug.clone(), progress);
            }
        }
    }
    view.last = done.last.map(|last| LastView {
        kind: last.kind.word(),
        slug: last.slug,
    });
    Ok(Json(view))
}

/// Whether a lesson is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Done {
    /// Done or not.
    done: bool,
}

/// Marks a lesson as done or not.
#[utoipa::path(put, path = "/progress/{course}/lessons/{lesson}", tag = "courses", request_body = Done,
    params(("course" = String, Path, description = "Course slug"), ("lesson" = String, Path, description = "Lesson slug")),
    responses((status = 204, description = "Noted"), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn set_lesson(
    State(app): State<App>,
    Path((course, lesson)): Path<(String, String)>,
    Learner(account): Learner,
    Body(Done { done }): Body<Done>,
) -> Result<StatusCode, AppError> {
    if app.content.now().lesson(&course, &lesson).is_none() {
        return Err(AppError::not_found("There is no such lesson."));
    }
    app.store
        .set_lesson_done(account, &course, &lesson, done)
        .await?;
    reading::progressed(&app, account, &course, &lesson).await?;
    app.store
        .visit(account, &course, Kind::Lesson, &lesson)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
