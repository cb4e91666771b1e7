//! The front page.

use axum::extract::State;
use axum::response::Response;
use drydock_app::view::{HomePage, Kind};

use super::{PageError, Visit, classes, map};
use crate::app::App;

/// `GET /`.
pub async fn show(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    if let Some(page) = visit.cached(&app) {
        return Ok(page);
    }
    let learner = visit.learner();
    let content = app.content.now();
    let mut home = HomePage::default();
    for course in &content.library.courses {
        let done = match learner {
            Some(learner) => app.store.progress(learner.0, &course.slug).await?,
            None => Default::default(),
        };
        let order = classes::module_order(&app, &visit.viewer, &course.slug).await?;
        home.resume = home.resume.or_else(|| map::resume(course, &done));
        home.start = home.start.or_else(|| {
            map::places(course, &order)
                .into_iter()
                .find(|place| place.kind == Kind::Lab)
        });
        home.courses.push(map::course(course, &order, &done));
    }
    home.due = classes::due_next(&app, &visit.viewer).await?;
    let page = drydock_app::pages::home(&visit.shell(&app), home);
    Ok(visit.reply(&app, page))
}
