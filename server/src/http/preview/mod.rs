//! The learner's own web apps, at `/preview/{token}/{port}/…`.
//!
//! ```text
//! browser ── request ──→ policy: what may go in ──→ kept connection ─→ exec stream ─→ localhost:port
//!         ←─ answer ──── policy: what may come out ←──────────────────────────────── in the machine
//! ```
//!
//! An app is hostile to the platform and is served at its address. It is kept apart by an opaque origin
//! (`policy.rs`), so its requests carry no cookie; the random token in the address is what lets them in.
//! docs/ARCHITECTURE.md says why it is done so.

mod policy;
mod trouble;

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use drydock_sandbox::DialError;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, Version, header};
use http_body_util::{LengthLimitError, Limited};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::time::timeout;
use tower_http::catch_panic::CatchPanicLayer;

use self::policy::{Place, from_app, is_for_the_platform, isolate, preflight, to_app};
use self::trouble::{STYLE, Trouble};
use crate::app::App;
use crate::error::AppError;
use crate::labs::{Behind, Live, Unreachable, behind};

/// Largest body of a request, in bytes.
const BODY: usize = 32 * 1024 * 1024;
/// How long an app may take to begin its answer. How long the answer is, and takes, is not limited.
const BEGINS: Duration = Duration::from_secs(60);

/// Everything below `/preview`. No layer of the site's is round it: what it needs it has itself.
pub fn router() -> Router<App> {
    Router::new()
        .route(STYLE, get(style))
        .route("/preview", any(open))
        .route("/preview/", any(open))
        .route("/preview/{*rest}", any(open))
        .layer(CatchPanicLayer::custom(|_| {
            AppError::Internal(anyhow::anyhow!("a handler panicked")).into_response()
        }))
        .layer(from_fn(apart))
}

/// The middleware round everything here: no answer is without the policy.
async fn apart(request: Request, next: Next) -> Response {
    let refused = is_for_the_platform(request.headers()) && request.uri().path() != STYLE;
    let mut response = if refused {
        AppError::client(
            StatusCode::FORBIDDEN,
            "A preview can be shown. It cannot be a part of another page of this site.",
        )
        .into_response()
    } else {
        next.run(request).await
    };
    isolate(response.headers_mut());
    response
}

async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, include_str!("page.css")).into_response()
}

/// Takes `/preview/{token}/{port}/{path}` apart; the path begins with `/`, or is empty where that is missing.
fn address(path: &str) -> Option<(&str, u16, &str)> {
    let rest = path.strip_prefix("/preview/")?;
    let (token, rest) = rest.split_once('/')?;
    let (port, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let canonical = port.bytes().all(|byte| byte.is_ascii_digit()) && !port.starts_with('0');
    let port = port.parse().ok().filter(|_| canonical)?;
    Some((token, port, path))
}

async fn open(State(app): State<App>, request: Request) -> Response {
    let asked = request.headers().clone();
    match serve(&app, request).await {
        Ok(response) => response,
        Err(trouble) => trouble.answer(&asked),
    }
}

async fn serve(app: &App, request: Request) -> Result<Response, Trouble> {
    let found = address(request.uri().path()).and_then(|(token, port, path)| {
        let live = app.labs.find_by_preview(token.parse().ok()?)?;
        Some((live, port, path.to_owned()))
    });
    let (live, port, path) = found.ok_or_else(Trouble::no_such_preview)?;
    if matches!(*request.method(), Method::CONNECT | Method::TRACE) {
        return Ok(StatusCode::METHOD_NOT_ALLOWED.into_response());
    }
    if let Some(headers) = preflight(request.method(), request.headers()) {
        return Ok((StatusCode::NO_CONTENT, headers).into_response());
    }
    let place = place(app, &live, port, request.headers());
    let query = request.uri().query();
    let query = query.map_or_else(String::new, |query| format!("?{query}"));
    if path.is_empty() {
        // Without the slash an app's relative links would lead elsewhere.
        let whole = HeaderValue::from_str(&format!("{}/{query}", place.prefix()));
        let whole = whole.map_err(|_| Trouble::no_such_preview())?;
        return Ok((
            StatusCode::PERMANENT_REDIRECT,
            [
                (header::LOCATION, whole),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ],
        )
            .into_response());
    }
    live.touch(&app.clock);
    let uri = format!("http://localhost:{port}{path}{query}").parse();
    forward(
        &live,
        &place,
        uri.map_err(|_| Trouble::no_such_preview())?,
        request,
    )
    .await
}

fn place(app: &App, live: &Live, port: u16, headers: &HeaderMap) -> Place {
    let named = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let public = app.config.http.public_url.as_ref();
    let public_host = public.and_then(|url| {
        let name = url.host_str()?;
        Some(
            url.port()
                .map_or_else(|| name.to_owned(), |port| format!("{name}:{port}")),
        )
    });
    Place {
        base: live.preview.base(),
        port,
        host: public_host.unwrap_or_else(|| named.unwrap_or_default().to_owned()),
        scheme: if app.config.http.secure() {
            "https"
        } else {
            "http"
        },
    }
}

async fn forward(
    live: &Arc<Live>,
    place: &Place,
    uri: Uri,
    mut request: Request,
) -> Result<Response, Trouble> {
    let declared = request.headers().get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > BODY) {
        return Err(Trouble::too_large(BODY));
    }
    let browser =
        policy::wants_websocket(request.headers()).then(|| hyper::upgrade::on(&mut request));
    let (parts, body) = request.into_parts();
    let mut asked = Request::new(Body::new(Limited::new(body, BODY)));
    *asked.method_mut() = parts.method;
    *asked.uri_mut() = uri;
    *asked.version_mut() = Version::HTTP_11;
    *asked.headers_mut() = to_app(parts.headers, place);

    let answered = timeout(BEGINS, live.preview.client(live).request(asked)).await;
    let answered = answered.map_err(|_| Trouble::silent(place.port, BEGINS.as_secs()))?;
    let mut answer = match answered {
        Ok(answer) => answer,
        Err(error) => return Err(explain(live, place.port, Cause::of(&error)).await),
    };
    let switching = answer.status() == StatusCode::SWITCHING_PROTOCOLS;
    if switching {
        let Some(browser) = browser else {
            return Err(Trouble::not_http(place.port, &Behind::Unknown));
        };
        tokio::spawn(join(browser, hyper::upgrade::on(&mut answer)));
    }
    let (parts, body) = answer.into_parts();
    let mut response = Response::new(Body::new(body));
    *response.status_mut() = parts.status;
    *response.headers_mut() = from_app(parts.headers, place, switching);
    Ok(response)
}

/// Carries a WebSocket's bytes both ways, until either side ends. Neither can send faster than the other reads.
async fn join(browser: OnUpgrade, app: OnUpgrade) {
    let Ok((browser, app)) = tokio::try_join!(browser, app) else {
        return;
    };
    let (mut browser, mut app) = (TokioIo::new(browser), TokioIo::new(app));
    let _ = tokio::io::copy_bidirectional(&mut browser, &mut app).await;
}

/// What ended a request.
enum Cause {
    TooLarge,
    NoMachine,
    Busy,
    Sandbox(String),
    Refused,
    NotHttp,
}

impl Cause {
    fn of(error: &(dyn StdError + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            if error.is::<LengthLimitError>() {
                return Self::TooLarge;
            }
            match error.downcast_ref() {
                Some(Unreachable::NoMachine) => return Self::NoMachine,
                Some(Unreachable::Busy) => return Self::Busy,
                Some(Unreachable::Dial(DialError::Sandbox(error))) => {
                    return Self::Sandbox(error.to_string());
                }
                Some(Unreachable::Dial(_)) => return Self::Refused,
                None => next = error.source(),
            }
        }
        Self::NotHttp
    }
}

/// Why a request did not come through, for the learner.
async fn explain(live: &Live, port: u16, cause: Cause) -> Trouble {
    let look = async {
        match live.sandbox() {
            Some(sandbox) => behind(&sandbox, port).await,
            None => Behind::Unknown,
        }
    };
    match cause {
        Cause::TooLarge => Trouble::too_large(BODY),
        Cause::Busy => Trouble::busy(),
        Cause::NoMachine => Trouble::no_machine(),
        Cause::Sandbox(_) if live.sandbox().is_none() => Trouble::no_machine(),
        Cause::Sandbox(error) => {
            tracing::info!(error, session = %live.row.id, "a preview cannot reach its sandbox");
            Trouble::sandbox("Reload in a moment. If that does not help, reset the lab.")
        }
        Cause::Refused => Trouble::refused(port, &look.await),
        Cause::NotHttp => Trouble::not_http(port, &look.await),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart_and_strange_ones_are_nobody_s() {
        assert_eq!(
            address("/preview/t/80/a/b%2Fc"),
            Some(("t", 80, "/a/b%2Fc"))
        );
        assert_eq!(address("/preview/t/8080/"), Some(("t", 8080, "/")));
        assert_eq!(address("/preview/t/8080"), Some(("t", 8080, "")));
        assert_eq!(address("/preview/t/80//x"), Some(("t", 80, "//x")));
        for path in [
            "/preview",
            "/preview/",
            "/preview/t",
            "/preview/t/",
            "/preview/t/x/",
            "/preview/t/0/",
            "/preview/t/080/",
            "/preview/t/+80/",
            "/preview/t/65536/",
            "/other/t/80/",
        ] {
            assert_eq!(address(path), None, "{path}");
        }
    }
}
