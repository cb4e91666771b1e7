//! Whether the server lives, and what it can do.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use drydock_sandbox::doctor::Verdict;
use http::StatusCode;
use serde_json::json;

use crate::app::App;

/// `GET /healthz`: the process answers.
pub async fn live() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: each dependency by itself. Without a database nothing works (503); without an
/// engine lessons, quizzes and progress do (200, and `labs` says so).
pub async fn ready(State(app): State<App>) -> Response {
    let database = app.store.answers().await;
    let health = app.labs.health().await;
    let content = app.content.now();
    let (living, most) = app.labs.occupancy();
    let findings: Vec<_> = health
        .findings
        .iter()
        .filter(|finding| finding.verdict != Verdict::Ok)
        .map(|finding| json!({ "name": finding.name, "found": finding.found, "remedy": finding.remedy }))
        .collect();
    let body = json!({
        "status": if database { "ok" } else { "down" },
        "database": { "ok": database },
        "content": { "ok": !content.library.courses.is_empty(), "courses": content.library.courses.len(), "problems": content.problems.len() },
        "labs": { "ok": health.fault().is_none(), "sessions": living, "places": most, "findings": findings },
    });
    let status = if database {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(body)).into_response()
}
