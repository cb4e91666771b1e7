//! One class: as its students see it, and as its instructors do.

use axum::extract::State;
use axum::response::Response;
use drydock_app::view::{ClassPage, OverviewPage};
use http::HeaderMap;

use super::{InClass, assignments, due, refusal, site};
use crate::app::App;
use crate::http::pages::{PageError, Visit, map, private};

/// `GET /classes/{class}`.
pub async fn show(
    State(app): State<App>,
    visit: Visit,
    here: InClass,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    if here.teaches {
        return overview(&app, &visit, &here, &headers).await;
    }
    let content = app.content.now();
    let account = here.person.account;
    let class = &here.class;
    let assignments = app.store.student_assignments(class.id, account).await?;
    let modules = match content.course(&class.course) {
        Some(course) => {
            let order = app.store.class_modules(class.id).await?;
            let done = app.store.progress(account, &course.slug).await?;
            map::course(course, &order, &done).modules
        }
        None => Vec::new(),
    };
    let page = ClassPage {
        class: here.head(&app),
        instructors: app.store.instructors(class.id).await?,
        zone: here.zone_note(app.clock.seconds()),
        lines: assignments
            .iter()
            .map(|one| due::line(&app, &content, class, one).0)
            .collect(),
        modules,
    };
    Ok(private(drydock_app::pages::class(&visit.shell(&app), page)))
}

async fn overview(
    app: &App,
    visit: &Visit,
    here: &InClass,
    headers: &HeaderMap,
) -> Result<Response, PageError> {
    let class = &here.class;
    let (lines, students) = assignments::lines(app, here).await?;
    let page = OverviewPage {
        class: here.head(app),
        code: class.join_code.to_string(),
        link: format!("{}/join/{}", site(app, headers), class.join_code.as_str()),
        join_open: class.join_open,
        students: u32::try_from(students).unwrap_or(u32::MAX),
        instructors: app.store.instructors(class.id).await?,
        zone: here.zone_note(app.clock.seconds()),
        lines,
    };
    Ok(private(drydock_app::pages::overview(
        &visit.shell(app),
        page,
    )))
}

/// `POST /classes/{class}/leave`.
pub async fn leave(
    State(app): State<App>,
    visit: Visit,
    here: InClass,
) -> Result<Response, PageError> {
    here.writable()?;
    let left = app
        .store
        .remove_members(here.class.id, &[here.person.account])
        .await;
    match left {
        Ok(()) => {
            visit
                .go("/classes", &format!("You left {}.", here.class.title))
                .await
        }
        Err(refused) => visit.go(&here.href(""), &refusal(refused)?).await,
    }
}
