//! Where learning platforms send browsers: `/lti/…`. What is right and wrong about it stands in
//! `crate::lti`; here are forms, cookies and pages.

mod deep_link;
mod launch;
mod login;
mod open;
mod unlink;

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use drydock_app::view::Refusal;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use url::Url;

use super::{PageError, private_with};
use crate::access::Viewer;
use crate::app::App;
use crate::error::AppError;
use crate::http::headers::policy;
use crate::lti::{self, Registration, Rejection};
use crate::people::secret::{self, Digest};

pub use self::deep_link::send as deep_link;
pub use self::launch::take as launch;
pub use self::login::begin as login;
pub use self::open::{confirm as confirm_open, show as open};
pub use self::unlink::{linked, unlink};

/// The cookie that ties a launch to the browser in which it began. Only where browsers take it:
/// `SameSite=None`, which a post from the platform's page needs, goes with `Secure` alone. It is
/// kept apart for each site that frames us (`Partitioned`), so that it works inside a frame.
const COOKIE: &str = "__Host-drydock-lti";
/// How long a launch may take, in seconds.
const LAUNCH: i64 = 10 * 60;

/// What a platform's page sent, by name.
type Sent = BTreeMap<String, String>;

/// Why there is no launch.
enum Trouble {
    /// It is refused.
    Rejected(Rejection),
    /// Something of ours failed, or a limit is reached.
    Failed(AppError),
}

impl From<Rejection> for Trouble {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<anyhow::Error> for Trouble {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<AppError> for Trouble {
    fn from(error: AppError) -> Self {
        Self::Failed(error)
    }
}

/// Draws a refusal for who clicked, and logs it for who runs the server.
fn refuse(
    app: &App,
    viewer: &Viewer,
    platform: Option<&Registration>,
    trouble: Trouble,
) -> Result<Response, PageError> {
    let rejection = match trouble {
        Trouble::Rejected(rejection) => rejection,
        Trouble::Failed(error) => return Err(error.into()),
    };
    tracing::warn!(
        platform = platform.map(|platform| platform.name.as_str()),
        issuer = platform.map(|platform| platform.issuer.as_str()),
        reason = ?rejection,
        "a launch was refused"
    );
    let page = Refusal {
        problem: rejection.to_string(),
        advice: rejection.advice().to_owned(),
        platform: platform.map(|platform| platform.name.clone()),
    };
    let html = drydock_app::pages::launch_refused(&app.shell(viewer), page);
    let framed_by = platform.map(Registration::origins).unwrap_or_default();
    Ok(with_policy(
        private_with(StatusCode::FORBIDDEN, html),
        policy(&framed_by, None),
    ))
}

fn with_policy(mut response: Response, policy: HeaderValue) -> Response {
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// A page that these origins may frame.
fn framed(html: String, framed_by: &BTreeSet<String>, sends_to: Option<&str>) -> Response {
    with_policy(
        private_with(StatusCode::OK, html),
        policy(framed_by, sends_to),
    )
}

/// Our own origin: as it is set, else as the browser asks for it.
pub fn site(app: &App, headers: &HeaderMap) -> Result<Url, AppError> {
    if let Some(url) = &app.config.http.public_url {
        return Ok(url.clone());
    }
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let url = host.and_then(|host| Url::parse(&format!("http://{host}/")).ok());
    url.filter(|url| url.path() == "/" && url.query().is_none() && url.username().is_empty())
        .ok_or_else(|| AppError::bad_request("The request names no host."))
}

/// The cookie of launches that the browser sent.
fn cookie(headers: &HeaderMap) -> Option<&str> {
    let values = headers.get_all(header::COOKIE).iter();
    let mut pairs = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(name, value)| *name == COOKIE && value.len() == 32)
        .map(|(_, value)| value)
}

/// Whether the browser is the one in which the launch began, as far as that can be known.
fn same_browser(headers: &HeaderMap, expected: Option<&Digest>) -> Result<(), Rejection> {
    match expected {
        None => Ok(()),
        Some(expected) if cookie(headers).map(secret::digest).as_ref() == Some(expected) => Ok(()),
        Some(_) => Err(Rejection::Browser),
    }
}

/// A parameter of bounded length.
fn parameter<'a>(sent: &'a Sent, name: &'static str) -> Result<&'a str, Rejection> {
    sent.get(name)
        .map(String::as_str)
        .filter(|value| !value.is_empty() && value.len() <= 2000)
        .ok_or(Rejection::Parameter(name))
}

/// `GET /lti/jwks`: our public keys.
pub async fn jwks(State(app): State<App>) -> Result<Response, AppError> {
    let keys = lti::keys::published(&app.store).await?;
    let kept = [(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=300"),
    )];
    Ok((kept, Json(keys)).into_response())
}
