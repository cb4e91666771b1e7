//! The front page.

use axum::extract::{Request, State};
use axum::response::Response;
use drydock_app::view::{HomePage, Kind};

use super::{PageError, Visit, map};
use crate::app::App;

/// `GET /`.
pub async fn show(State(app): State<App>, request: Request) -> Result<Response, PageError> {
    let (mut parts, _) = request.into_parts();
    let visit = Visit::of(&app, &mut parts).await?;
    if let Some(page) = visit.cached(&app) {
        return Ok(page);
    }
    let learner = visit.learner;
    let content = app.content.now();
    let mut home = HomePage::default();
    for course in &content.library.courses {
        let done = match learner {
            Some(learner) => app.store.progress(learner.0, &course.slug).await?,
            None => Default::default(),
        };
        home.resume = home.resume.or_else(|| map::resume(course, &done));
        home.start = home.start.or_else(|| {
            map::places(course)
                .into_iter()
                .find(|place| place.kind == Kind::Lab)
        });
        home.courses.push(map::course(course, &done));
    }
    Ok(visit.reply(&app, drydock_app::pages::home(&app.shell(learner), home)))
}
