//! Coming into a class by its code.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use drydock_app::view::{Field, FieldKind, Form, FormSection, FormsPage};
use http::StatusCode;
use serde::Deserialize;

use crate::access::Person;
use crate::app::App;
use crate::classes::code::JoinCode;
use crate::classes::reading;
use crate::http::pages::{PageError, Visit, private_with};
use crate::store::{ClassRow, MemberRole};

use super::{Sent, refusal};

/// What is asked with the address.
#[derive(Debug, Deserialize)]
pub struct Asked {
    code: Option<String>,
}

/// The form for a code.
pub(super) fn code_form(typed: &str, wrong: Option<String>) -> Form {
    Form::new("/join", "Go on").field(
        Field::new("code", "Join code", FieldKind::Text)
            .help("Eight letters and digits from your instructor, such as 7KQM-R3XA. Dashes and capitals do not matter.")
            .autocomplete("off")
            .value(typed)
            .error(wrong),
    )
}

/// `GET /join`: the form alone, to be named to students. With a code it is read at once.
pub async fn form(
    State(app): State<App>,
    visit: Visit,
    Query(Asked { code }): Query<Asked>,
) -> Result<Response, PageError> {
    match code {
        Some(typed) => find(&app, &visit, &typed).await,
        None => Ok(draw_code(&app, &visit, code_form("", None))),
    }
}

/// `POST /join`.
pub async fn typed(
    State(app): State<App>,
    visit: Visit,
    sent: Sent,
) -> Result<Response, PageError> {
    find(&app, &visit, sent.get("code")).await
}

/// Goes to the class of a code, or says what is wrong with it.
async fn find(app: &App, visit: &Visit, typed: &str) -> Result<Response, PageError> {
    let typed: String = typed.trim().chars().take(40).collect();
    let wrong = match JoinCode::typed(&typed) {
        None => "A code has eight letters and digits, and never 0, O, 1, I or L. Look at it again.",
        Some(code) if app.store.class_by_code(&code).await?.is_some() => {
            return Ok(Redirect::to(&format!("/join/{}", code.as_str())).into_response());
        }
        Some(_) => {
            "No class has this code. It may have been renewed: ask your instructor for the one of today."
        }
    };
    let form = code_form(&typed, Some(wrong.to_owned()));
    Ok(draw_code(app, visit, form))
}

fn draw_code(app: &App, visit: &Visit, form: Form) -> Response {
    let status = super::status(&form);
    let page = FormsPage {
        title: "Join a class".into(),
        lead: "A class is a group that goes through a course together. Its instructor says what to do by when, and sees how you get on.".into(),
        sections: vec![FormSection {
            form: Some(form),
            ..FormSection::default()
        }],
        ..FormsPage::default()
    };
    private_with(
        status,
        drydock_app::pages::class_forms(&visit.shell(app), page),
    )
}

async fn class_of(app: &App, code: &str) -> Result<ClassRow, PageError> {
    let class = match JoinCode::typed(code) {
        Some(code) => app.store.class_by_code(&code).await?,
        None => None,
    };
    class.ok_or_else(|| PageError::missing("No class has this code"))
}

/// `GET /join/{code}`.
pub async fn code(
    State(app): State<App>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Response, PageError> {
    let class = class_of(&app, &code).await?;
    let person = visit.viewer.person.clone();
    if let Some(person) = &person {
        let standing = app.store.standing(class.id, person.account).await?;
        if standing.is_some_and(|standing| standing.learns || standing.teaches) {
            return visit
                .go(
                    &format!("/classes/{}", class.id),
                    "You are in this class already.",
                )
                .await;
        }
    }
    let content = app.content.now();
    let course = content
        .course(&class.course)
        .map_or(class.course.as_str(), |course| course.title.as_str());
    let address = format!("/join/{}", class.join_code.as_str());
    let closed = class.archived_at.is_some() || !class.join_open;
    let section = match person {
        _ if closed => FormSection {
            text: vec![
                "Nobody can join this class now. Ask its instructor to open it, or to add you."
                    .into(),
            ],
            ..FormSection::default()
        },
        Some(person) => FormSection {
            text: vec![format!(
                "You join as {}. The instructors of the class see your name{}, how far you are in the course, and what you hand in.",
                person.name,
                if person.email.is_some() {
                    ", your address"
                } else {
                    ""
                },
            )],
            form: Some(Form::new(address, "Join the class")),
            ..FormSection::default()
        },
        None => {
            let next = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("next", &address)
                .finish();
            FormSection {
                text: vec![
                    "To join you need an account, so that what you do is yours and your instructor knows whose it is. What you did here as a guest comes with you. Afterwards you come back to this page.".into(),
                ],
                links: vec![
                    (format!("/sign-up?{next}"), "Sign up".into()),
                    (format!("/sign-in?{next}"), "I have an account: sign in".into()),
                ],
                ..FormSection::default()
            }
        }
    };
    let page = FormsPage {
        title: format!("Join {}", class.title),
        lead: format!("A class of {course}."),
        sections: vec![section],
        ..FormsPage::default()
    };
    let page = drydock_app::pages::class_forms(&visit.shell(&app), page);
    Ok(private_with(StatusCode::OK, page))
}

/// `POST /join/{code}`.
pub async fn join(
    State(app): State<App>,
    visit: Visit,
    person: Person,
    Path(code): Path<String>,
) -> Result<Response, PageError> {
    let class = class_of(&app, &code).await?;
    let address = format!("/classes/{}", class.id);
    if class.archived_at.is_some() || !class.join_open {
        return visit
            .go(&format!("/join/{}", class.join_code.as_str()), "")
            .await;
    }
    let joined = app
        .store
        .add_member(class.id, person.account, MemberRole::Student)
        .await;
    match joined {
        Ok(true) => {
            reading::joined(&app, &class, Some(person.account)).await?;
            visit
                .go(&address, &format!("Welcome to {}.", class.title))
                .await
        }
        Ok(false) => visit.go(&address, "You are in this class already.").await,
        Err(refused) => {
            let notice = refusal(refused)?;
            visit.go("/classes", &notice).await
        }
    }
}
