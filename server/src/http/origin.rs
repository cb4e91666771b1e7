//! Refuses what other sites send in a visitor's name: mutations and WebSockets of a foreign origin.
//!
//! Browsers name the origin of every mutation and WebSocket handshake. Programs that are no browser
//! (`curl`, a test) name none and carry no one's cookies by accident; they pass.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, header};
use url::Url;

use crate::app::App;
use crate::error::AppError;

/// Where a learning platform's pages post to, in its user's browser: nothing that happens there rests
/// on our cookies, only on what the platform signed.
const FROM_PLATFORMS: [&str; 2] = ["/lti/login", "/lti/launch"];

/// The middleware.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let mutates = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let upgrades = request.headers().contains_key(header::UPGRADE);
    let launches = !upgrades
        && *request.method() == Method::POST
        && FROM_PLATFORMS.contains(&request.uri().path());
    if (mutates || upgrades)
        && !launches
        && !is_same(request.headers(), app.config.http.public_url.as_ref())
    {
        return AppError::client(
            StatusCode::FORBIDDEN,
            "This request comes from another site. Open Drydock itself and do it there. Operators: if this is \
             your own address, set `http.public_url` to it.",
        )
        .into_response();
    }
    next.run(request).await
}

/// Whether the request's own account of its origin is this site.
fn is_same(headers: &HeaderMap, public_url: Option<&Url>) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        None | Some("same-origin" | "none") => {}
        Some(_) => return false,
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    // `null` (a sandboxed frame, a file) and anything that is no address is foreign.
    let Some(origin) = origin
        .to_str()
        .ok()
        .and_then(|origin| Url::parse(origin).ok())
    else {
        return false;
    };
    if let Some(public) = public_url {
        return origin.origin() == public.origin();
    }
    let Some(host) = text("host") else {
        return false;
    };
    ["http", "https"].iter().any(|scheme| {
        Url::parse(&format!("{scheme}://{host}")).is_ok_and(|own| own.origin() == origin.origin())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn our_own_pages_and_programs_without_an_origin_pass() {
        assert!(is_same(&headers(&[("host", "127.0.0.1:3000")]), None));
        assert!(is_same(
            &headers(&[
                ("host", "127.0.0.1:3000"),
                ("origin", "http://127.0.0.1:3000")
            ]),
            None
        ));
        assert!(is_same(
            &headers(&[("host", "a.example"), ("origin", "https://a.example")]),
            None
        ));
        assert!(is_same(
            &headers(&[("host", "a.example"), ("sec-fetch-site", "same-origin")]),
            None
        ));
    }

    #[test]
    fn foreign_null_and_broken_origins_are_refused() {
        for origin in [
            "https://evil.example",
            "http://127.0.0.1:3001",
            "null",
            "",
            "http://127.0.0.1:3000.evil.example",
        ] {
            assert!(
                !is_same(
                    &headers(&[("host", "127.0.0.1:3000"), ("origin", origin)]),
                    None
                ),
                "{origin}"
            );
        }
        assert!(!is_same(
            &headers(&[("host", "a.example"), ("sec-fetch-site", "cross-site")]),
            None
        ));
        assert!(!is_same(
            &headers(&[("host", "a.example"), ("sec-fetch-site", "same-site")]),
            None
        ));
    }

    #[test]
    fn a_public_address_is_the_only_one_that_counts() {
        let public = Url::parse("https://learn.example").unwrap();
        assert!(is_same(
            &headers(&[("host", "inner:3000"), ("origin", "https://learn.example")]),
            Some(&public)
        ));
        assert!(!is_same(
            &headers(&[("host", "inner:3000"), ("origin", "http://inner:3000")]),
            Some(&public)
        ));
    }
}
