//! Pages for what went wrong.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use drydock_app::view::ErrorPage;
use http::{HeaderMap, StatusCode, Uri};

use crate::access::Viewer;
use crate::app::App;
use crate::error::AppError;
use crate::people::TooSoon;

/// An error that is shown as a page: [`draw`] gives it the site's look on its way out.
#[derive(Debug, Clone)]
pub struct PageError {
    status: StatusCode,
    title: &'static str,
    detail: String,
    request_id: Option<String>,
    /// Seconds after which another try makes sense.
    retry_after: Option<u64>,
}

impl PageError {
    /// 404 for a thing of this kind.
    pub fn missing(title: &'static str) -> Self {
        let detail = "It may have been renamed or taken out of the course. The front page lists everything there is.";
        Self {
            status: StatusCode::NOT_FOUND,
            title,
            detail: detail.into(),
            request_id: None,
            retry_after: None,
        }
    }

    /// 429 for who tried too often.
    pub fn too_soon(soon: TooSoon) -> Self {
        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            title: "Too many tries",
            detail: soon.words(),
            request_id: None,
            retry_after: Some(soon.seconds),
        }
    }

    /// 403 for what only another role may do.
    pub fn forbidden() -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            title: "This is for others",
            detail:
                "Your role does not allow this. If it should, ask who runs this site to change it."
                    .into(),
            request_id: None,
            retry_after: None,
        }
    }

    fn draw(self, app: &App, viewer: &Viewer) -> Response {
        let page = ErrorPage {
            status: self.status.as_u16(),
            title: self.title.to_owned(),
            detail: self.detail,
            request_id: self.request_id,
            place: None,
        };
        let html = Html(drydock_app::pages::error(&app.shell(viewer), page));
        let mut response = (self.status, html).into_response();
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(http::header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl<E: Into<AppError>> From<E> for PageError {
    fn from(error: E) -> Self {
        let (status, detail, request_id, retry_after) = error.into().into_parts();
        Self {
            status,
            title: "This page cannot be shown",
            detail,
            request_id,
            retry_after: retry_after.map(u64::from),
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The middleware of pages: draws what a handler gave as an error.
pub async fn draw(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<PageError>() {
        Some(error) => {
            let viewer = response.extensions_mut().remove::<Viewer>();
            let mut drawn = error.draw(&app, &viewer.unwrap_or_default());
            *drawn.extensions_mut() = std::mem::take(response.extensions_mut());
            drawn
        }
        None => response,
    }
}

/// What is at no address: a problem for programs, a page for people.
pub async fn not_found(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let wants_page = headers
        .get(http::header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_none_or(|accept| accept.contains("text/html") || accept.contains("*/*"));
    if uri.path().starts_with("/api/") || !wants_page {
        return AppError::not_found(
            "There is nothing at this address. `GET /api/v1/openapi.json` lists what there is.",
        )
        .into_response();
    }
    PageError::missing("There is no such page").draw(&app, &Viewer::default())
}
