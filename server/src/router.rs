//! The map of the house and its authorisation table: every address in one place, with what it
//! needs of who calls it, sorted by who uses it.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use tower_sessions::SessionManagerLayer;
use tower_sessions_sqlx_store::SqliteStore;

use crate::access::Needs::{
    Anyone, Helps, Instructor, Member, Operator, OwnSession, OwnSubmission, SignedIn, Teaches,
};
use crate::access::Routes;
use crate::app::App;
use crate::error::AppError;
use crate::http::{RELOAD, api, assets, headers, origin, pages, preview, reload};

/// Largest body of a form or of JSON, in bytes.
const BODY: usize = 64 * 1024;
/// Largest body that has a roster in it, in bytes: 1 MB, of which a form may make three bytes each.
const ROSTER_BODY: usize = 4 * 1024 * 1024;
/// How long a request may take that is no stream.
const REQUEST: Duration = Duration::from_secs(60);

/// What people and programs may call, and who: one function a group of addresses. Beside these there are the files that a browser
/// loads, and the learners' own web apps behind their unguessable addresses (`http::preview`).
pub fn routes(app: &App) -> Routes {
    pages(app)
        .merge(gradebook(app))
        .merge(launches(app))
        .merge(people(app))
        .merge(classes(app))
        .merge(operators(app))
        .nest("/api/v1", api(app))
}

/// For people.
fn pages(app: &App) -> Routes {
    Routes::new(app)
        .get("/", Anyone, pages::home)
        .get("/courses/{course}", Anyone, pages::course)
        .get("/courses/{course}/lessons/{lesson}", Anyone, pages::lesson)
        .get("/courses/{course}/labs/{lab}", Anyone, pages::lab)
        .get(
            "/courses/{course}/reference/{page}",
            Anyone,
            pages::reference,
        )
        .get("/courses/{course}/search", Anyone, pages::search)
        .get(
            "/submissions/{submission}",
            OwnSubmission,
            pages::submission,
        )
        .get(
            "/courses/{course}/files/{*path}",
            Anyone,
            assets::content_file,
        )
        .wrap(|router| framed(router, app))
}

/// Accounts.
fn people(app: &App) -> Routes {
    use pages::people::{account, claim, directory, leave, oidc, password, sign_in, sign_up};
    Routes::new(app)
        .get("/sign-in", Anyone, sign_in::page)
        .post("/sign-in", Anyone, sign_in::send)
        .post("/sign-out", Anyone, sign_in::out)
        .get("/sign-up", Anyone, sign_up::page)
        .post("/sign-up", Anyone, sign_up::send)
        .get("/forgot", Anyone, password::forgot)
        .post("/forgot", Anyone, password::send_link)
        .get("/password/{token}", Anyone, password::link)
        .post("/password/{token}", Anyone, password::set)
        .get("/claim", Anyone, claim::page)
        .post("/claim", Anyone, claim::send)
        .get("/account", SignedIn, account::page)
        .post("/account", SignedIn, account::rename)
        .post("/account/password", SignedIn, password::change)
        .post(
            "/account/sign-out-everywhere",
            SignedIn,
            sign_in::everywhere,
        )
        .get("/account/export", SignedIn, leave::export)
        .get("/account/delete", SignedIn, leave::page)
        .post("/account/delete", SignedIn, leave::send)
        .get("/oidc/start", Anyone, oidc::start)
        .get("/oidc/callback", Anyone, oidc::callback)
        .post("/account/link", SignedIn, oidc::link)
        .post("/account/unlink", SignedIn, oidc::unlink)
        .get("/people", Operator, directory::list)
        .get("/people/{person}", Operator, directory::page)
        .post("/people/{person}/role", Operator, directory::role)
        .post("/people/{person}/link", Helps, directory::link)
        .post("/people/{person}/delete", Operator, directory::delete)
        .wrap(|router| framed(router, app))
}

/// For who teaches a class.
fn gradebook(app: &App) -> Routes {
    use pages::gradebook as book;
    Routes::new(app)
        .get("/classes/{class}/grades", Teaches, book::grades)
        .get("/classes/{class}/grades.csv", Teaches, book::grades_csv)
        .get("/classes/{class}/live", Teaches, book::live)
        .get("/classes/{class}/statistics", Teaches, book::statistics)
        .get(
            "/classes/{class}/assignments/{assignment}/regrade",
            Teaches,
            book::regrade::show,
        )
        .post(
            "/classes/{class}/assignments/{assignment}/regrade/begin",
            Teaches,
            book::regrade::begin,
        )
        .post(
            "/classes/{class}/assignments/{assignment}/regrade/apply",
            Teaches,
            book::regrade::apply,
        )
        .post(
            "/classes/{class}/assignments/{assignment}/regrade/discard",
            Teaches,
            book::regrade::discard,
        )
        .get(
            "/classes/{class}/submissions/{submission}",
            Teaches,
            book::submission,
        )
        .get(
            "/classes/{class}/submissions/{submission}/files.zip",
            Teaches,
            book::files_zip,
        )
        .post(
            "/classes/{class}/submissions/{submission}/comments",
            Teaches,
            book::comment,
        )
        .post(
            "/classes/{class}/submissions/{submission}/override",
            Teaches,
            book::change_grade,
        )
        .post(
            "/classes/{class}/submissions/{submission}/override/undo",
            Teaches,
            book::undo_change,
        )
        .post(
            "/classes/{class}/submissions/{submission}/again",
            Teaches,
            book::again,
        )
        .wrap(|router| framed(router, app))
}

/// Between learning platforms and us: what counts there is what a platform signed.
fn launches(app: &App) -> Routes {
    Routes::new(app)
        .get("/lti/login", Anyone, pages::lti::login)
        .post("/lti/login", Anyone, pages::lti::login)
        .post("/lti/launch", Anyone, pages::lti::launch)
        .get("/lti/open", Anyone, pages::lti::open)
        .post("/lti/open", Anyone, pages::lti::confirm_open)
        .post("/lti/deep-link", Anyone, pages::lti::deep_link)
        .get("/lti/jwks", Anyone, pages::lti::jwks)
        .post(
            "/account/platforms/{platform}",
            SignedIn,
            pages::lti::unlink,
        )
        .get("/platforms", Operator, pages::platforms::list)
        .post("/platforms", Operator, pages::platforms::add)
        .post("/platforms/key", Operator, pages::platforms::rotate)
        .post(
            "/platforms/{platform}/remove",
            Operator,
            pages::platforms::remove,
        )
        .get(
            "/classes/{class}/platform",
            Teaches,
            pages::platforms::scores,
        )
        .post(
            "/classes/{class}/platform",
            Teaches,
            pages::platforms::send_again,
        )
        .wrap(|router| framed(router, app))
}

/// Classes and their people.
fn classes(app: &App) -> Routes {
    use pages::classes as page;
    let plain = Routes::new(app)
        .get("/join", Anyone, page::join_page)
        .post("/join", Anyone, page::join_form)
        .get("/join/{code}", Anyone, page::join_by_code)
        .post("/join/{code}", SignedIn, page::join)
        .get("/classes", SignedIn, page::list)
        .post("/classes", Instructor, page::create)
        .get("/classes/new", Instructor, page::new)
        .get("/classes/{class}", Member, page::show)
        .post("/classes/{class}/leave", Member, page::leave)
        .get("/classes/{class}/settings", Teaches, page::settings)
        .post("/classes/{class}/settings", Teaches, page::change_settings)
        .post("/classes/{class}/settings/code", Teaches, page::renew_code)
        .post("/classes/{class}/settings/archive", Teaches, page::archive)
        .get("/classes/{class}/modules", Teaches, page::modules)
        .post("/classes/{class}/modules", Teaches, page::change_module)
        .get("/classes/{class}/assignments", Teaches, page::assignments)
        .post("/classes/{class}/assignments", Teaches, page::assign)
        .get(
            "/classes/{class}/assignments/new",
            Teaches,
            page::assign_page,
        )
        .get(
            "/classes/{class}/assignments/{assignment}",
            Teaches,
            page::assignment,
        )
        .post(
            "/classes/{class}/assignments/{assignment}",
            Teaches,
            page::change_assignment,
        )
        .post(
            "/classes/{class}/assignments/{assignment}/move",
            Teaches,
            page::move_assignment,
        )
        .get(
            "/classes/{class}/assignments/{assignment}/delete",
            Teaches,
            page::delete_assignment_page,
        )
        .post(
            "/classes/{class}/assignments/{assignment}/delete",
            Teaches,
            page::delete_assignment,
        )
        .get("/classes/{class}/roster", Teaches, page::roster)
        .get("/classes/{class}/roster.csv", Teaches, page::roster_csv)
        .post(
            "/classes/{class}/roster/instructors",
            Teaches,
            page::add_instructor,
        )
        .wrap(|router| framed(router, app));
    let rosters = Routes::new(app)
        .post("/classes/{class}/roster", Teaches, page::roster_deed)
        .post(
            "/classes/{class}/roster/import",
            Teaches,
            page::preview_import,
        )
        .post(
            "/classes/{class}/roster/import/confirm",
            Teaches,
            page::confirm_import,
        )
        .wrap(|router| framed(router.layer(DefaultBodyLimit::max(ROSTER_BODY)), app));
    plain.merge(rosters)
}

/// For islands and programs, below `/api/v1`.
fn api(app: &App) -> Routes {
    let plain = Routes::new(app)
        .get("/openapi.json", Anyone, crate::openapi::document)
        .get("/courses", Anyone, api::courses::list)
        .get("/courses/{course}", Anyone, api::courses::show)
        .get("/courses/{course}/search", Anyone, api::courses::search)
        .post(
            "/quizzes/{course}/{lesson}/{quiz}",
            Anyone,
            api::quizzes::answer,
        )
        .get("/progress/{course}", Anyone, api::progress::show)
        .put(
            "/progress/{course}/lessons/{lesson}",
            Anyone,
            api::progress::set_lesson,
        )
        .post("/labs/{course}/{lab}/session", Anyone, api::labs::start)
        .get("/sessions/{id}", OwnSession, api::sessions::show)
        .delete("/sessions/{id}", OwnSession, api::sessions::end)
        .post("/sessions/{id}/reset", OwnSession, api::sessions::reset)
        .post("/sessions/{id}/extend", OwnSession, api::sessions::extend)
        .get("/sessions/{id}/files", OwnSession, api::files::list)
        .get("/sessions/{id}/files/{*path}", OwnSession, api::files::read)
        .put(
            "/sessions/{id}/files/{*path}",
            OwnSession,
            api::files::write,
        )
        .patch(
            "/sessions/{id}/files/{*path}",
            OwnSession,
            api::files::rename,
        )
        .delete(
            "/sessions/{id}/files/{*path}",
            OwnSession,
            api::files::delete,
        )
        .get("/sessions/{id}/files.zip", OwnSession, api::files::zip)
        .put(
            "/sessions/{id}/folders/{*path}",
            OwnSession,
            api::files::make_folder,
        )
        .get("/sessions/{id}/engine", OwnSession, api::engine::show)
        .get("/sessions/{id}/checks", OwnSession, api::checks::list)
        .post("/sessions/{id}/checks/run", OwnSession, api::checks::run)
        .post(
            "/sessions/{id}/checks/{check}/answer",
            OwnSession,
            api::checks::answer,
        )
        .post(
            "/sessions/{id}/solutions/{step}",
            OwnSession,
            api::solutions::show,
        )
        .get("/classes/{class}/live", Teaches, api::classes::live)
        .get(
            "/sessions/{id}/submissions",
            OwnSession,
            api::submissions::list,
        )
        .post(
            "/sessions/{id}/submit",
            OwnSession,
            api::submissions::submit,
        )
        .get(
            "/submissions/{submission}",
            OwnSubmission,
            api::submissions::show,
        )
        .get("/sessions/{id}/builds", OwnSession, api::builds::list)
        .get(
            "/sessions/{id}/builds/{build}",
            OwnSession,
            api::builds::show,
        )
        .get(
            "/sessions/{id}/builds/{build}/steps/{step}/log",
            OwnSession,
            api::builds::log,
        )
        .wrap(|router| router.layer(timed()).layer(DefaultBodyLimit::max(BODY)));
    // Streams: no time limit.
    let streams = Routes::new(app)
        .get(
            "/sessions/{id}/terminals/{n}",
            OwnSession,
            api::terminals::open,
        )
        .get("/sessions/{id}/events", OwnSession, api::events::stream);
    plain.merge(streams)
}

/// For operators' tools.
fn operators(app: &App) -> Routes {
    Routes::new(app)
        .get("/healthz", Anyone, api::health::live)
        .get("/readyz", Anyone, api::health::ready)
}

/// What stands round every page.
fn framed(router: Router<App>, app: &App) -> Router<App> {
    router
        .layer(DefaultBodyLimit::max(BODY))
        .layer(timed())
        .layer(from_fn_with_state(app.clone(), pages::draw_errors))
}

fn timed() -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, REQUEST)
}

/// Everything that the server answers.
pub fn router(app: App, sessions: SessionManagerLayer<SqliteStore>) -> Router {
    let mut router = routes(&app).into_router();
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
