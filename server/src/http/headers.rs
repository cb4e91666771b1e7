//! Headers that every reply carries.

use std::collections::BTreeSet;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, header};

/// No inline script and no inline style exists, so no nonce is needed: what is not a file of ours
/// does nothing. `frame-src` is for previews: no other page lets itself be framed. `wasm-unsafe-eval` is what browsers ask for to compile the islands.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, HeaderValue); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    ),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
];

/// The policy of a page that these origins may frame, and whose forms may go to this origin too.
/// Origins as `Url::origin` writes them: they hold nothing that ends a directive.
pub fn policy(framed_by: &BTreeSet<String>, sends_to: Option<&str>) -> HeaderValue {
    let mut policy = POLICY.to_owned();
    if !framed_by.is_empty() {
        let origins: Vec<_> = framed_by.iter().map(String::as_str).collect();
        let ancestors = format!("frame-ancestors {}", origins.join(" "));
        policy = policy.replace("frame-ancestors 'none'", &ancestors);
    }
    if let Some(origin) = sends_to {
        policy = policy.replace(
            "form-action 'self'",
            &format!("form-action 'self' {origin}"),
        );
    }
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(POLICY))
}

/// The middleware: what a handler set itself stays.
pub async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}
