//! A page to look things up in.

use axum::extract::{FromRequestParts, Path, Request, State};
use axum::response::Response;
use drydock_app::view::ReferencePage;

use super::{PageError, Visit, map};
use crate::app::App;

/// `GET /courses/{course}/reference/{page}`.
pub async fn show(State(app): State<App>, request: Request) -> Result<Response, PageError> {
    let (mut parts, _) = request.into_parts();
    let Path((course_slug, slug)) =
        Path::<(String, String)>::from_request_parts(&mut parts, &app).await?;
    let visit = Visit::of(&app, &mut parts).await?;
    if let Some(page) = visit.cached(&app) {
        return Ok(page);
    }
    let content = app.content.now();
    let missing = || PageError::missing("There is no such page");
    let course = content.course(&course_slug).ok_or_else(missing)?;
    let page = course
        .references
        .iter()
        .find(|page| page.slug == slug)
        .ok_or_else(missing)?;
    let view = ReferencePage {
        course: map::course_ref(course),
        all: map::references(course),
        slug,
        title: page.title.clone(),
        summary: page.summary.clone(),
        blocks: map::blocks(&page.blocks, |_| false),
        headings: map::headings(&page.headings),
    };
    let learner = visit.learner;
    Ok(visit.reply(
        &app,
        drydock_app::pages::reference(&app.shell(learner), view),
    ))
}
