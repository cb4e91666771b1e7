//! A class's title, zone, code and archive.

use axum::extract::State;
use axum::response::Response;
use drydock_app::view::{Field, FieldKind, Form, FormSection, FormsPage};
use http::HeaderMap;

use super::list::{title_field, zone, zone_field};
use super::{InClass, Sent, site, status, title};
use crate::app::App;
use crate::http::pages::{PageError, Visit, private_with};

/// `GET /classes/{class}/settings`.
pub async fn page(
    State(app): State<App>,
    visit: Visit,
    here: InClass,
    headers: HeaderMap,
) -> Response {
    let form = form(&here, None);
    draw(&app, &visit, &here, &headers, form)
}

/// The form as it is, or as it was typed with what is wrong.
fn form(here: &InClass, typed: Option<(&Sent, [Option<String>; 2])>) -> Form {
    let class = &here.class;
    let open = match &typed {
        Some((sent, _)) => sent.ticked("open"),
        None => class.join_open,
    };
    let (name, zone, [wrong_title, wrong_zone]) = match typed {
        Some((sent, wrong)) => (sent.get("title"), sent.get("zone"), wrong),
        None => (class.title.as_str(), class.time_zone.as_str(), [None, None]),
    };
    Form::new(here.href("settings"), "Save")
        .field(title_field(name).error(wrong_title))
        .field(zone_field(zone).error(wrong_zone))
        .field(
            Field::new("open", "Anybody who has the code may join", FieldKind::Tick)
                .help("Close it when everybody is in. People can still be imported.")
                .value(if open { "on" } else { "" })
                .optional(),
        )
}

fn draw(app: &App, visit: &Visit, here: &InClass, headers: &HeaderMap, form: Form) -> Response {
    let status = status(&form);
    let class = &here.class;
    let archived = class.archived_at.is_some();
    let button = |page: &str, text: &str| Form::new(here.href(page), text);
    let mut sections = Vec::new();
    if !archived {
        let link = format!("{}/join/{}", site(app, headers), class.join_code.as_str());
        sections.push(FormSection {
            form: Some(form),
            ..FormSection::default()
        });
        sections.push(FormSection {
            title: Some("Join code".into()),
            text: vec![
                format!("The code is {}, the link {link}.", class.join_code),
                "Renew it when it got to people who should not have it. The old code and link stop working; who is in the class stays.".into(),
            ],
            form: Some(button("settings/code", "Renew the code")),
            ..FormSection::default()
        });
    }
    sections.push(if archived {
        FormSection {
            title: Some("Archive".into()),
            text: vec!["The class is archived: it is read only, and nothing in it is due any more.".into()],
            form: Some(button("settings/archive", "Take it out of the archive")),
            ..FormSection::default()
        }
    } else {
        FormSection {
            title: Some("Archive".into()),
            text: vec!["When the course is over. Everybody can still read everything, nothing changes any more, and nothing is due. You can take it out of the archive again.".into()],
            form: Some(button("settings/archive", "Archive the class").danger()),
            ..FormSection::default()
        }
    });
    sections.push(FormSection {
        title: Some("Leave".into()),
        text: vec!["You stop teaching this class. Somebody else has to teach it then: make them an instructor under People first.".into()],
        form: (!archived).then(|| button("leave", "Leave the class").danger()),
        ..FormSection::default()
    });
    let page = FormsPage {
        class: Some(here.head(app)),
        current: "settings",
        title: "Settings".into(),
        sections,
        ..FormsPage::default()
    };
    private_with(
        status,
        drydock_app::pages::class_forms(&visit.shell(app), page),
    )
}

/// `POST /classes/{class}/settings`.
pub async fn send(
    State(app): State<App>,
    visit: Visit,
    here: InClass,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, PageError> {
    here.writable()?;
    match (title(sent.get("title")), zone(sent.get("zone"))) {
        (Ok(title), Ok(zone)) => {
            app.store
                .set_class(here.class.id, &title, zone.name(), sent.ticked("open"))
                .await?;
            visit.go(&here.href("settings"), "Saved.").await
        }
        (title, zone) => {
            let form = form(&here, Some((&sent, [title.err(), zone.err()])));
            Ok(draw(&app, &visit, &here, &headers, form))
        }
    }
}

/// `POST /classes/{class}/settings/code`.
pub async fn renew_code(
    State(app): State<App>,
    visit: Visit,
    here: InClass,
) -> Result<Response, PageError> {
    here.writable()?;
    let code = app.store.renew_code(here.class.id).await?;
    visit
        .go(&here.href("settings"), &format!("The code is {code} now."))
        .await
}

/// `POST /classes/{class}/settings/archive`: into the archive, or out of it.
pub async fn archive(
    State(app): State<App>,
    visit: Visit,
    here: InClass,
) -> Result<Response, PageError> {
    let archive = here.class.archived_at.is_none();
    app.store.archive_class(here.class.id, archive).await?;
    let notice = if archive {
        "The class is archived."
    } else {
        "The class is out of the archive."
    };
    visit.go(&here.href("settings"), notice).await
}
