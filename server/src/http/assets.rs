//! What the browser loads: files with a hash in their name, so that they never change.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::extract::{Path as Segment, State};
use axum::response::{IntoResponse, Response};
use drydock_app::view::Assets;
use http::{HeaderValue, header};
use tower::ServiceBuilder;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::app::App;
use crate::error::AppError;

const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Reads the names of what `scripts/assets.sh` built.
///
/// # Errors
/// When nothing was built there; the message says how to.
pub fn manifest(folder: &Path) -> anyhow::Result<Arc<Assets>> {
    let file = folder.join("manifest.json");
    let text = std::fs::read_to_string(&file).with_context(|| {
        format!(
            "what the browser loads is not in `{}`: run `scripts/assets.sh`, or set `assets`",
            folder.display()
        )
    })?;
    let assets = serde_json::from_str(&text).with_context(|| {
        format!(
            "`{}` is damaged: run `scripts/assets.sh` again",
            file.display()
        )
    })?;
    Ok(Arc::new(assets))
}

/// `/assets/…`, with the compressed variants that were built beside the files.
pub fn router(folder: &Path) -> Router<App> {
    let files = ServeDir::new(folder)
        .precompressed_br()
        .precompressed_gzip();
    let layer = ServiceBuilder::new().layer(SetResponseHeaderLayer::if_not_present(
        header::CACHE_CONTROL,
        |response: &http::Response<_>| response.status().is_success().then_some(FOREVER),
    ));
    Router::new().nest_service("/assets", layer.service(files))
}

/// `GET /courses/{course}/files/{path}`: a picture of the content.
pub async fn content_file(
    State(app): State<App>,
    Segment((course, path)): Segment<(String, String)>,
) -> Result<Response, AppError> {
    let content = app.content.now();
    let asset = content
        .course(&course)
        .and_then(|course| course.assets.iter().find(|asset| asset.path == path));
    let asset =
        asset.ok_or_else(|| AppError::not_found("There is no such picture in this course."))?;
    let kind = HeaderValue::try_from(&asset.media_type)?;
    // A picture can be an SVG, opened by itself: it must not run as a page of ours.
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, policy),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=300"),
        ),
    ];
    Ok((headers, asset.bytes.clone()).into_response())
}
