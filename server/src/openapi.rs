//! The OpenAPI document of `/api/v1`. A test holds it against the router's addresses.

use axum::Json;
use utoipa::OpenApi;

use crate::http::api;

#[derive(OpenApi)]
#[openapi(
    info(title = "Drydock", description = "Courses, lab sessions, terminals, files, checks and progress."),
    servers((url = "/api/v1")),
    paths(
        api::courses::list, api::courses::show, api::courses::search, api::quizzes::answer, api::progress::show, api::progress::set_lesson,
        api::labs::start, api::sessions::show, api::sessions::end, api::sessions::reset, api::sessions::extend,
        api::events::stream, api::terminals::open, api::files::list, api::files::read, api::files::write,
        api::files::rename, api::files::delete, api::files::make_folder, api::files::zip,
        api::checks::list, api::checks::run, api::checks::answer, api::solutions::show, api::engine::show,
        api::classes::live, api::builds::list, api::builds::show, api::builds::log,
        api::submissions::list, api::submissions::submit, api::submissions::show,
    )
)]
struct Document;

/// `GET /api/v1/openapi.json`.
pub async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(Document::openapi())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_address_of_the_api_is_described_and_no_other() {
        let described: std::collections::BTreeSet<String> =
            Document::openapi().paths.paths.into_keys().collect();
        let site = crate::testing::Site::new().await;
        let routed: std::collections::BTreeSet<String> = crate::router::routes(&site.app)
            .table()
            .iter()
            .filter_map(|row| row.path.strip_prefix("/api/v1"))
            .filter(|path| *path != "/openapi.json")
            .map(|path| path.replace("{*", "{"))
            .collect();
        assert_eq!(described, routed);
    }
}
