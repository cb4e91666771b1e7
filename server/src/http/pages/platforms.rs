//! Learning platforms, for operators; and the scores that they did not take, for instructors.

use std::collections::BTreeMap;

use axum::extract::{Form, Path, State};
use axum::response::Response;
use drydock_app::view::{
    Field, FieldKind, Form as FormView, PlatformRow, PlatformsPage, ScoreFault, ScoresPage,
};
use http::{HeaderMap, StatusCode};
use time::OffsetDateTime;
use time::macros::format_description;

use super::{PageError, Visit, lti::site, private, private_with};
use crate::app::App;
use crate::ids::{ClassId, PlatformId};
use crate::lti::{FIELDS, Registration, Typed, keys};

/// `GET /platforms`.
pub async fn list(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let page = page(&app, &headers, &Typed::new(), BTreeMap::new(), None).await?;
    Ok(private(drydock_app::pages::platforms(
        &visit.shell(&app),
        page,
    )))
}

/// `POST /platforms`: registers one.
pub async fn add(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Form(sent): Form<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let typed: Typed = FIELDS
        .into_iter()
        .filter_map(|field| Some((field, sent.get(field)?.clone())))
        .collect();
    let (errors, problem) = match Registration::read(&typed) {
        Err(errors) => (errors, None),
        Ok(platform) => {
            if app.store.add_platform(&platform).await?.is_some() {
                let notice = format!("{} is registered.", platform.name);
                return visit.go("/platforms", &notice).await;
            }
            let problem = "This issuer is registered with this client id and deployment id already. Remove that \
                           one first.";
            (BTreeMap::new(), Some(problem.to_owned()))
        }
    };
    let page = page(&app, &headers, &typed, errors, problem).await?;
    let html = drydock_app::pages::platforms(&visit.shell(&app), page);
    Ok(private_with(StatusCode::UNPROCESSABLE_ENTITY, html))
}

/// `POST /platforms/{platform}/remove`.
pub async fn remove(
    State(app): State<App>,
    visit: Visit,
    Path(platform): Path<String>,
) -> Result<Response, PageError> {
    let id = platform.parse::<PlatformId>().ok();
    let removed = match id {
        Some(id) => app.store.remove_platform(id).await?,
        None => false,
    };
    if !removed {
        return Err(PageError::missing("There is no such platform"));
    }
    visit.go("/platforms", "The platform is removed.").await
}

/// `POST /platforms/key`: makes a new key.
pub async fn rotate(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    keys::rotate(&app.store).await?;
    let notice = "A new key signs from now on. Platforms fetch it by themselves.";
    visit.go("/platforms", notice).await
}

/// `GET /classes/{class}/platform`: scores of a class that platforms did not take.
pub async fn scores(
    State(app): State<App>,
    visit: Visit,
    Path(class): Path<ClassId>,
) -> Result<Response, PageError> {
    let row = app.store.class(class).await?;
    let row = row.ok_or_else(|| PageError::missing("There is no such class"))?;
    let content = app.content.now();
    let title = |kind: &str, slug: &str| match kind {
        "lab" => content.lab(&row.course, slug).map(|it| it.2.title.clone()),
        _ => content
            .lesson(&row.course, slug)
            .map(|it| it.2.title.clone()),
    };
    let faults = app.store.lti_faults(class).await?;
    let faults = faults.into_iter().map(|fault| {
        let (kind, slug) = &fault.assignment;
        ScoreFault {
            student: fault.student,
            assignment: title(kind, slug).unwrap_or_else(|| slug.clone()),
            platform: fault.platform,
            fault: fault.fault,
            since: since(fault.since),
            trying: fault.trying,
        }
    });
    let page = ScoresPage {
        class: class.to_string(),
        title: row.title.clone(),
        faults: faults.collect(),
        told: app.store.lti_told(class).await?,
    };
    let html = drydock_app::pages::platform_scores(&visit.shell(&app), page);
    Ok(private(html))
}

/// `POST /classes/{class}/platform`: sends them again.
pub async fn send_again(
    State(app): State<App>,
    visit: Visit,
    Path(class): Path<ClassId>,
) -> Result<Response, PageError> {
    app.store.retry_lti_passbacks(class).await?;
    let notice = "They are sent again now. Reload this page in a moment to see what came of it.";
    visit
        .go(&format!("/classes/{class}/platform"), notice)
        .await
}

/// A time in UTC: it tells days and hours, not appointments.
fn since(seconds: i64) -> String {
    let form = format_description!("[day padding:none] [month repr:short], [hour]:[minute] UTC");
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|time| time.format(form).ok())
        .unwrap_or_default()
}

async fn page(
    app: &App,
    headers: &HeaderMap,
    typed: &Typed,
    mut errors: BTreeMap<&'static str, String>,
    problem: Option<String>,
) -> Result<PlatformsPage, PageError> {
    let mut platforms = Vec::new();
    for platform in app.store.platforms().await? {
        let it = platform.registration;
        platforms.push(PlatformRow {
            id: platform.id.to_string(),
            name: it.name,
            settings: vec![
                ("Issuer", it.issuer),
                ("Client id", it.client_id),
                ("Deployment id", it.deployment),
                ("Authentication address", it.auth_url.to_string()),
                ("Token address", it.token_url.to_string()),
                ("Key set address", it.jwks_url.to_string()),
            ],
            scores: app.store.lti_counts(platform.id).await?,
        });
    }
    let mut form = FormView::new("/platforms", "Register").problem(problem);
    for name in FIELDS {
        let (label, help) = words(name);
        let field = Field::new(name, label, FieldKind::Text)
            .value(typed.get(name).cloned().unwrap_or_default())
            .error(errors.remove(name))
            .help(help)
            .autocomplete("off");
        form = form.field(field);
    }
    let site = site(app, headers)?;
    let ours = OURS.map(|(name, path)| (name, format!("{site}{path}")));
    Ok(PlatformsPage {
        platforms,
        ours: ours.to_vec(),
        guessed: app.config.http.public_url.is_none(),
        key: keys::current(&app.store).await?.kid,
        form,
    })
}

/// What is entered at a platform, and where it is here.
pub const OURS: [(&str, &str); 5] = [
    ("Tool URL", ""),
    ("Initiate login URL", "lti/login"),
    ("Redirection URI", "lti/launch"),
    ("Public key set URL", "lti/jwks"),
    ("Content selection (deep linking) URL", "lti/launch"),
];

fn words(field: &str) -> (&'static str, &'static str) {
    match field {
        "name" => ("Name", "As people here call it, such as Moodle."),
        "issuer" => (
            "Issuer",
            "Moodle: Platform ID. Canvas: https://canvas.instructure.com, whatever its address.",
        ),
        "client_id" => (
            "Client id",
            "The platform makes it. Canvas: the number of the developer key.",
        ),
        "deployment" => (
            "Deployment id",
            "Which installation of the tool at that platform.",
        ),
        "auth_url" => (
            "Authentication address",
            "Moodle: Authentication request URL.",
        ),
        "token_url" => ("Token address", "Moodle: Access token URL."),
        _ => ("Key set address", "Moodle: Public keyset URL."),
    }
}
