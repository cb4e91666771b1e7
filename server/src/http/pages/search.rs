//! What was found in a course. Never cached: there are as many of these pages as there are words.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use drydock_app::view::{Hit, SearchPage};
use serde::Deserialize;

use super::{PageError, Visit, map, private};
use crate::app::App;
use crate::content::HITS;

#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
}

/// `GET /courses/{course}/search?q=…`.
pub async fn show(
    State(app): State<App>,
    Path(slug): Path<String>,
    Query(Asked { q: query }): Query<Asked>,
    visit: Visit,
) -> Result<Response, PageError> {
    let content = app.content.now();
    let course = content
        .course(&slug)
        .ok_or_else(|| PageError::missing("There is no such course"))?;
    let hits = content
        .search(&slug, &query, HITS)
        .into_iter()
        .map(|hit| Hit {
            kind: match hit.kind {
                "lesson" => "Lesson",
                "lab" => "Lab",
                _ => "Reference",
            },
            title: hit.title,
            module: hit.module,
            href: hit.href,
            heading: hit.heading,
            excerpt: hit.excerpt,
        });
    let view = SearchPage {
        course: map::course_ref(course),
        hits: hits.collect(),
        query: query.chars().take(100).collect(),
    };
    Ok(private(drydock_app::pages::search(
        &visit.shell(&app),
        view,
    )))
}
