//! Pages for people. A handler gathers plain data; `drydock_app` draws it.
//!
//! The page of who has no session cookie is the same for all and comes from the cache.

mod course;
mod error;
mod home;
mod lab;
mod lesson;
mod map;
mod reference;
mod search;
mod simulators;

use axum::extract::OptionalFromRequestParts;
use axum::response::{Html, IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};

use crate::app::App;
use crate::http::visitor::{Learner, has_cookie};

pub use self::course::show as course;
pub use self::error::{PageError, draw as draw_errors, not_found};
pub use self::home::show as home;
pub use self::lab::show as lab;
pub use self::lesson::show as lesson;
pub use self::reference::show as reference;
pub use self::search::show as search;

/// Who asks for a page, and of which content.
struct Visit {
    /// Who has a session.
    learner: Option<Learner>,
    /// Whether there is no session cookie, so that the page is the same for all.
    anonymous: bool,
    version: u64,
    address: String,
    headers: HeaderMap,
}

impl Visit {
    async fn of(app: &App, parts: &mut Parts) -> Result<Self, PageError> {
        Ok(Self {
            learner: <Learner as OptionalFromRequestParts<App>>::from_request_parts(parts, app)
                .await?,
            anonymous: !has_cookie(parts),
            version: *app.content.version().borrow(),
            address: parts.uri.path().to_owned(),
            headers: parts.headers.clone(),
        })
    }

    /// The page as it was drawn before.
    fn cached(&self, app: &App) -> Option<Response> {
        let page = app
            .pages
            .find(self.version, &self.address)
            .filter(|_| self.anonymous)?;
        Some(page.reply(&self.headers))
    }

    /// Gives the page that was drawn, and keeps it if it is the same for all.
    fn reply(self, app: &App, html: String) -> Response {
        if self.anonymous {
            return app
                .pages
                .keep(self.version, &self.address, html)
                .reply(&self.headers);
        }
        (
            [(
                header::CACHE_CONTROL,
                HeaderValue::from_static("private, no-cache"),
            )],
            Html(html),
        )
            .into_response()
    }
}
