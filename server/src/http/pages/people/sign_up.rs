//! Making an account. A guest's becomes the person's, with all that was done.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use drydock_app::view::{self, Field, FieldKind, FormPage, PageLink};
use serde::Deserialize;

use super::{
    begin, email_field, new_password_field, next_field, onward, show, slow_down, with_next,
};
use crate::app::App;
use crate::http::address::Address;
use crate::http::pages::{PageError, Posted, Visit};
use crate::people::{Deed, fields};

/// What is sent; the page is asked for with `next` alone.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    name: String,
    email: String,
    password: String,
    next: String,
}

/// What is wrong with it, by field.
#[derive(Debug, Default)]
pub(super) struct Wrong {
    pub name: Option<String>,
    pub email: Option<String>,
    pub password: Option<String>,
}

/// `GET /sign-up`.
pub async fn page(State(app): State<App>, visit: Visit, Query(typed): Query<Typed>) -> Response {
    if visit.viewer.person.is_some() {
        return Redirect::to(fields::local(&typed.next).unwrap_or("/account")).into_response();
    }
    show(&app, &visit, draw(&app, &visit, &typed, Wrong::default()))
}

/// `POST /sign-up`.
pub async fn send(
    State(app): State<App>,
    Address(address): Address,
    visit: Visit,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    if !app.config.accounts.sign_up {
        return Err(PageError::forbidden());
    }
    if visit.viewer.person.is_some() {
        return Ok(Redirect::to("/account").into_response());
    }
    let email = typed.email.trim();
    if let Err(soon) = app
        .people
        .limits
        .attempt(Deed::SignUp, address, Some(email))
    {
        let page = draw(&app, &visit, &typed, Wrong::default());
        return Ok(slow_down(&app, &visit, page, soon));
    }
    let (name, email, password) = match read(&typed.name, &typed.email, &typed.password) {
        Ok(read) => read,
        Err(wrong) => return Ok(show(&app, &visit, draw(&app, &visit, &typed, wrong))),
    };
    let hash = app.people.passwords.hash(password).await?;
    let account = match visit.viewer.account {
        Some(guest) => guest,
        None => app.store.create_guest().await?,
    };
    if !app.store.sign_up(account, &name, &email, &hash).await? {
        let wrong = Wrong {
            email: Some(
                "This address has an account already. Sign in, or ask for a new password.".into(),
            ),
            ..Wrong::default()
        };
        return Ok(show(&app, &visit, draw(&app, &visit, &typed, wrong)));
    }
    begin(&app, &visit.session, account).await?;
    let notice = format!("Welcome, {name}. Your progress is kept with your account now.");
    visit.go(onward(&typed.next), &notice).await
}

/// The fields of a new account, tidied, or what is wrong with each.
pub(super) fn read(
    name: &str,
    email: &str,
    password: &str,
) -> Result<(String, String, String), Wrong> {
    let read = (fields::name(name), fields::email(email));
    let password = fields::new_password(
        password,
        read.1.as_deref().ok(),
        read.0.as_deref().unwrap_or_default(),
    );
    match (read.0, read.1, password) {
        (Ok(name), Ok(email), Ok(password)) => Ok((name, email, password)),
        (name, email, password) => Err(Wrong {
            name: name.err(),
            email: email.err(),
            password: password.err(),
        }),
    }
}

/// The fields of a new account, as they were typed.
pub(super) fn fields_of(form: view::Form, name: &str, email: &str, wrong: Wrong) -> view::Form {
    form.field(
        Field::new("name", "Name", FieldKind::Text)
            .autocomplete("name")
            .help("As your instructors and classmates know you.")
            .value(name)
            .error(wrong.name),
    )
    .field(email_field(email).error(wrong.email))
    .field(new_password_field("Password").error(wrong.password))
}

fn draw(app: &App, visit: &Visit, typed: &Typed, wrong: Wrong) -> FormPage {
    let sign_in = PageLink::new(
        "You have an account?",
        with_next("/sign-in", &typed.next),
        "Sign in",
    );
    if !app.config.accounts.sign_up {
        return FormPage {
            title: "Sign up".into(),
            lead: vec!["Accounts are made by instructors here. Ask yours for one.".into()],
            links: vec![sign_in],
            ..FormPage::default()
        };
    }
    let guest = visit.viewer.account.is_some();
    let lead = if guest {
        "What you have done so far comes along: lessons, answers, labs and their files."
    } else {
        "With an account your progress follows you to every browser, and you can join classes."
    };
    let form = view::Form::new("/sign-up", "Sign up");
    FormPage {
        title: "Sign up".into(),
        lead: vec![lead.into()],
        form: Some(
            fields_of(form, &typed.name, &typed.email, wrong).field(next_field(&typed.next)),
        ),
        links: vec![sign_in],
        ..FormPage::default()
    }
}
