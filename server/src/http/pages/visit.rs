//! What every page wants to know of a request, and how it replies.

use axum::extract::FromRequestParts;
use axum::response::{Html, IntoResponse, Redirect, Response};
use drydock_app::view::Shell;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use tower_sessions::Session;

use super::PageError;
use crate::access::{Learner, Viewer, has_cookie};
use crate::app::App;
use crate::error::AppError;

/// In the web session: what the next page says at its top, once.
const NOTICE: &str = "notice";

/// Who asks for a page, and of which content.
pub struct Visit {
    /// Who asks.
    pub viewer: Viewer,
    /// The web session.
    pub session: Session,
    /// Whether there is no session cookie, so that the page is the same for all.
    anonymous: bool,
    version: u64,
    address: String,
    headers: HeaderMap,
    notice: Option<String>,
}

impl FromRequestParts<App> for Visit {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let viewer = Viewer::from_request_parts(parts, app).await?;
        let session = Session::from_request_parts(parts, app)
            .await
            .map_err(|(_, reason)| {
                AppError::Internal(anyhow::anyhow!("no session layer: {reason}"))
            })?;
        let anonymous = !has_cookie(parts);
        let shows = parts.method == http::Method::GET && !anonymous;
        let notice = if shows {
            session.remove(NOTICE).await?
        } else {
            None
        };
        Ok(Self {
            viewer,
            session,
            anonymous,
            version: *app.content.version().borrow(),
            address: parts.uri.path().to_owned(),
            headers: parts.headers.clone(),
            notice,
        })
    }
}

impl Visit {
    /// The account behind the request, if there is one.
    pub fn learner(&self) -> Option<Learner> {
        self.viewer.account.map(Learner)
    }

    /// What stands around the page.
    pub fn shell(&self, app: &App) -> Shell {
        Shell {
            notice: self.notice.clone(),
            ..app.shell(&self.viewer)
        }
    }

    /// The page as it was drawn before.
    pub fn cached(&self, app: &App) -> Option<Response> {
        let page = app
            .pages
            .find(self.version, &self.address)
            .filter(|_| self.anonymous)?;
        Some(page.reply(&self.headers))
    }

    /// Gives the page that was drawn, and keeps it if it is the same for all.
    pub fn reply(self, app: &App, html: String) -> Response {
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

    /// Lets the next page say this at its top, and goes there.
    ///
    /// # Errors
    /// When the session cannot be reached.
    pub async fn go(&self, address: &str, notice: &str) -> Result<Response, PageError> {
        if !notice.is_empty() {
            self.session.insert(NOTICE, notice).await?;
        }
        Ok(Redirect::to(address).into_response())
    }
}

/// A page that is nobody else's and kept nowhere.
pub fn private(html: String) -> Response {
    private_with(StatusCode::OK, html)
}

/// The same with a status: 422 for a form that is drawn again.
pub fn private_with(status: StatusCode, html: String) -> Response {
    let kept = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (status, kept, Html(html)).into_response()
}
