//! The page of one course.

use axum::extract::{FromRequestParts, Path, Request, State};
use axum::response::Response;
use drydock_app::view::CoursePage;

use super::{PageError, Visit, map};
use crate::app::App;

/// `GET /courses/{course}`.
pub async fn show(State(app): State<App>, request: Request) -> Result<Response, PageError> {
    let (mut parts, _) = request.into_parts();
    let Path(slug) = Path::<String>::from_request_parts(&mut parts, &app).await?;
    let visit = Visit::of(&app, &mut parts).await?;
    if let Some(page) = visit.cached(&app) {
        return Ok(page);
    }
    let learner = visit.learner;
    let content = app.content.now();
    let course = content
        .course(&slug)
        .ok_or_else(|| PageError::missing("There is no such course"))?;
    let done = match learner {
        Some(learner) => app.store.progress(learner.0, &slug).await?,
        None => Default::default(),
    };
    let view = CoursePage {
        course: map::course(course, &done),
        resume: map::resume(course, &done),
    };
    Ok(visit.reply(&app, drydock_app::pages::course(&app.shell(learner), view)))
}
