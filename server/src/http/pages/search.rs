//! What was found in a course. Never cached: there are as many of these pages as there are words.

use axum::extract::{FromRequestParts, Path, Query, Request, State};
use axum::response::{Html, IntoResponse, Response};
use drydock_app::view::{Hit, SearchPage};
use http::header;
use serde::Deserialize;

use super::{PageError, Visit, map};
use crate::app::App;
use crate::content::HITS;

#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
}

/// `GET /courses/{course}/search?q=…`.
pub async fn show(State(app): State<App>, request: Request) -> Result<Response, PageError> {
    let (mut parts, _) = request.into_parts();
    let Path(slug) = Path::<String>::from_request_parts(&mut parts, &app).await?;
    let Query(Asked { q: query }) = Query::from_request_parts(&mut parts, &app).await?;
    let learner = Visit::of(&app, &mut parts).await?.learner;
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
    let page = drydock_app::pages::search(&app.shell(learner), view);
    Ok(([(header::CACHE_CONTROL, "private, no-store")], Html(page)).into_response())
}
