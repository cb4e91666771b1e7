//! A page to look things up in.

use axum::extract::{Path, State};
use axum::response::Response;
use drydock_app::view::ReferencePage;

use super::{PageError, Visit, map};
use crate::app::App;

/// `GET /courses/{course}/reference/{page}`.
pub async fn show(
    State(app): State<App>,
    Path((course_slug, slug)): Path<(String, String)>,
    visit: Visit,
) -> Result<Response, PageError> {
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
    let page = drydock_app::pages::reference(&visit.shell(&app), view);
    Ok(visit.reply(&app, page))
}
