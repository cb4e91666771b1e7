//! Somebody's own account.

use axum::extract::State;
use axum::response::Response;
use drydock_app::view::{self, AccountPage, Field, FieldKind};
use http::{StatusCode, header};
use serde::Deserialize;

use super::{new_password_field, old_password_field};
use crate::access::Person;
use crate::app::App;
use crate::http::pages::{PageError, Posted, Visit, private_with};
use crate::people::{TooSoon, fields};
use crate::store::Credentials;

/// What is wrong with a form of the page.
#[derive(Debug, Default)]
pub(super) struct Wrong {
    pub name: Option<String>,
    pub typed_name: Option<String>,
    pub current: Option<String>,
    pub password: Option<String>,
    pub password_problem: Option<String>,
    pub link: Option<String>,
}

/// `GET /account`.
pub async fn page(
    State(app): State<App>,
    person: Person,
    visit: Visit,
) -> Result<Response, PageError> {
    let known = app.store.person(person.account).await?;
    let known = known.ok_or_else(PageError::forbidden)?;
    draw(&app, &visit, &known, Wrong::default(), StatusCode::OK).await
}

/// A new name.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Rename {
    name: String,
}

/// `POST /account`.
pub async fn rename(
    State(app): State<App>,
    person: Person,
    visit: Visit,
    Posted(typed): Posted<Rename>,
) -> Result<Response, PageError> {
    match fields::name(&typed.name) {
        Ok(name) => {
            app.store.rename_person(person.account, &name).await?;
            visit.go("/account", "Your name is changed.").await
        }
        Err(error) => {
            let known = app.store.person(person.account).await?;
            let known = known.ok_or_else(PageError::forbidden)?;
            let wrong = Wrong {
                name: Some(error),
                typed_name: Some(typed.name),
                ..Wrong::default()
            };
            again(&app, &visit, &known, wrong, None).await
        }
    }
}

/// The page again, with what is wrong.
pub(super) async fn again(
    app: &App,
    visit: &Visit,
    known: &Credentials,
    wrong: Wrong,
    soon: Option<TooSoon>,
) -> Result<Response, PageError> {
    let status = soon.map_or(StatusCode::UNPROCESSABLE_ENTITY, |_| {
        StatusCode::TOO_MANY_REQUESTS
    });
    let mut response = draw(app, visit, known, wrong, status).await?;
    if let Some(soon) = soon {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, soon.seconds.into());
    }
    Ok(response)
}

async fn draw(
    app: &App,
    visit: &Visit,
    known: &Credentials,
    wrong: Wrong,
    status: StatusCode,
) -> Result<Response, PageError> {
    let name = view::Form::new("/account", "Change the name").field(
        Field::new("name", "As others see it", FieldKind::Text)
            .autocomplete("name")
            .value(wrong.typed_name.unwrap_or_else(|| known.name.clone()))
            .error(wrong.name),
    );
    let password = known.password.is_some().then(|| {
        view::Form::new("/account/password", "Change the password")
            .problem(wrong.password_problem)
            .field(old_password_field("current", "Password now").error(wrong.current))
            .field(new_password_field("New password").error(wrong.password))
    });
    let page = AccountPage {
        email: known.email.clone(),
        role: known.role.word(),
        name,
        password,
        elsewhere: elsewhere(app, known, wrong.link).await?,
        platforms: crate::http::pages::lti::linked(app, known).await?,
    };
    Ok(private_with(
        status,
        drydock_app::pages::account(&visit.shell(app), page),
    ))
}

/// What there is to say of signing in with the provider, if there is one.
async fn elsewhere(
    app: &App,
    known: &Credentials,
    error: Option<String>,
) -> Result<Option<(String, Option<view::Form>)>, PageError> {
    let Some(oidc) = &app.people.oidc else {
        return Ok(None);
    };
    let linked = app.store.has_identity(known.account, oidc.issuer()).await?;
    let label = oidc.label();
    Ok(Some(match (linked, known.password.is_some()) {
        (true, true) => (
            format!("You can sign in with {label}."),
            Some(view::Form::new("/account/unlink", "Take the link off")),
        ),
        (true, false) => (format!("You sign in with {label}."), None),
        (false, _) => (
            format!("Link your account to sign in with {label} as well."),
            Some(
                view::Form::new("/account/link", format!("Link with {label}"))
                    .field(old_password_field("current", "Your password").error(error)),
            ),
        ),
    }))
}
