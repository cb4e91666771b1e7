//! The page of one course.

use axum::extract::{Path, State};
use axum::response::Response;
use drydock_app::view::CoursePage;

use super::{PageError, Visit, classes, map};
use crate::app::App;

/// `GET /courses/{course}`.
pub async fn show(
    State(app): State<App>,
    Path(slug): Path<String>,
    visit: Visit,
) -> Result<Response, PageError> {
    if let Some(page) = visit.cached(&app) {
        return Ok(page);
    }
    let learner = visit.learner();
    let content = app.content.now();
    let course = content
        .course(&slug)
        .ok_or_else(|| PageError::missing("There is no such course"))?;
    let done = match learner {
        Some(learner) => app.store.progress(learner.0, &slug).await?,
        None => Default::default(),
    };
    let order = classes::module_order(&app, &visit.viewer, &slug).await?;
    let view = CoursePage {
        course: map::course(course, &order, &done),
        resume: map::resume(course, &done),
        due: classes::due_in_course(&app, &visit.viewer, &slug).await?,
    };
    let page = drydock_app::pages::course(&visit.shell(&app), view);
    Ok(visit.reply(&app, page))
}
