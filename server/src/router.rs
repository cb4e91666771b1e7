//! The map of the house: every address in one place, sorted by who uses it.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use http::StatusCode;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use tower_sessions::SessionManagerLayer;
use tower_sessions_sqlx_store::SqliteStore;

use crate::app::App;
use crate::error::AppError;
use crate::http::{RELOAD, api, assets, headers, origin, pages, preview, reload};

/// Largest JSON body, in bytes.
const JSON_BODY: usize = 64 * 1024;
/// How long a request may take that is no stream.
const REQUEST: Duration = Duration::from_secs(60);

/// Everything that the server answers.
pub fn router(app: App, sessions: SessionManagerLayer<SqliteStore>) -> Router {
    let timed = TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, REQUEST);

    // People.
    let pages = Router::new()
        .route("/", get(pages::home))
        .route("/courses/{course}", get(pages::course))
        .route("/courses/{course}/lessons/{lesson}", get(pages::lesson))
        .route("/courses/{course}/labs/{lab}", get(pages::lab))
        .route("/courses/{course}/reference/{page}", get(pages::reference))
        .route("/courses/{course}/search", get(pages::search))
        .route("/courses/{course}/files/{*path}", get(assets::content_file))
        .layer(timed)
        .layer(from_fn_with_state(app.clone(), pages::draw_errors));

    // Islands and programs.
    let api = Router::new()
        .route("/openapi.json", get(crate::openapi::document))
        .route("/courses", get(api::courses::list))
        .route("/courses/{course}", get(api::courses::show))
        .route("/courses/{course}/search", get(api::courses::search))
        .route(
            "/quizzes/{course}/{lesson}/{quiz}",
            post(api::quizzes::answer),
        )
        .route("/progress/{course}", get(api::progress::show))
        .route(
            "/progress/{course}/lessons/{lesson}",
            put(api::progress::set_lesson),
        )
        .route("/labs/{course}/{lab}/session", post(api::labs::start))
        .route(
            "/sessions/{id}",
            get(api::sessions::show).delete(api::sessions::end),
        )
        .route("/sessions/{id}/reset", post(api::sessions::reset))
        .route("/sessions/{id}/extend", post(api::sessions::extend))
        .route("/sessions/{id}/files", get(api::files::list))
        .route(
            "/sessions/{id}/files/{*path}",
            get(api::files::read)
                .put(api::files::write)
                .patch(api::files::rename)
                .delete(api::files::delete),
        )
        .route("/sessions/{id}/files.zip", get(api::files::zip))
        .route(
            "/sessions/{id}/folders/{*path}",
            put(api::files::make_folder),
        )
        .route("/sessions/{id}/engine", get(api::engine::show))
        .route("/sessions/{id}/checks", get(api::checks::list))
        .route("/sessions/{id}/checks/run", post(api::checks::run))
        .route(
            "/sessions/{id}/checks/{check}/answer",
            post(api::checks::answer),
        )
        .route(
            "/sessions/{id}/solutions/{step}",
            post(api::solutions::show),
        )
        .route("/sessions/{id}/builds", get(api::builds::list))
        .route("/sessions/{id}/builds/{build}", get(api::builds::show))
        .route(
            "/sessions/{id}/builds/{build}/steps/{step}/log",
            get(api::builds::log),
        )
        .layer(timed)
        .layer(DefaultBodyLimit::max(JSON_BODY));

    // Streams: no time limit.
    let streams = Router::new()
        .route("/sessions/{id}/terminals/{n}", get(api::terminals::open))
        .route("/sessions/{id}/events", get(api::events::stream));

    // Operators.
    let operators = Router::new()
        .route("/healthz", get(api::health::live))
        .route("/readyz", get(api::health::ready));

    let mut router = pages.merge(operators).nest("/api/v1", api.merge(streams));
    if app.watching {
        router = router.route(RELOAD, get(reload::stream));
    }
    router
        .layer(sessions)
        .merge(assets::router(&app.config.assets))
        .fallback(pages::not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(app.clone(), origin::guard))
        .layer(CatchPanicLayer::custom(|_| {
            AppError::Internal(anyhow::anyhow!("a handler panicked")).into_response()
        }))
        .layer(from_fn(headers::secure))
        .layer(TraceLayer::new_for_http())
        // Round the learners' apps is no layer of the site's, and the log holds none of their addresses.
        .merge(preview::router())
        .with_state(app)
}

async fn method_not_allowed(State(_): State<App>) -> Response {
    AppError::client(
        StatusCode::METHOD_NOT_ALLOWED,
        "This address does not take that method. `GET /api/v1/openapi.json` says which it takes.",
    )
    .into_response()
}
