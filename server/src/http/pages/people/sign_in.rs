//! Signing in and out.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use drydock_app::view::{self, FormPage, PageLink};
use serde::Deserialize;

use super::{
    begin, email_field, next_field, old_password_field, onward, show, sign_in, slow_down, with_next,
};
use crate::access::Person;
use crate::app::App;
use crate::http::address::Address;
use crate::http::pages::{PageError, Posted, Visit};
use crate::people::{Deed, fields};

/// What is sent; the page is asked for with `next` alone.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    email: String,
    password: String,
    next: String,
}

/// `GET /sign-in`.
pub async fn page(State(app): State<App>, visit: Visit, Query(typed): Query<Typed>) -> Response {
    if visit.viewer.person.is_some() {
        return Redirect::to(fields::local(&typed.next).unwrap_or("/account")).into_response();
    }
    show(&app, &visit, draw(&app, &typed, None))
}

/// `POST /sign-in`.
pub async fn send(
    State(app): State<App>,
    Address(address): Address,
    visit: Visit,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let email = typed.email.trim();
    if let Err(soon) = app
        .people
        .limits
        .attempt(Deed::SignIn, address, Some(email))
    {
        return Ok(slow_down(&app, &visit, draw(&app, &typed, None), soon));
    }
    let found = app.store.person_by_email(email).await?;
    let stored = found.as_ref().and_then(|person| person.password.clone());
    let password = fields::password(&typed.password);
    let right = app.people.passwords.matches(password, stored).await?;
    let Some(person) = found.filter(|_| right) else {
        let problem = "The e-mail address or the password is wrong.";
        let page = draw(&app, &typed, Some(problem.to_owned()));
        return Ok(show(&app, &visit, page));
    };
    sign_in(&app, &visit, person.account).await?;
    let notice = format!("Welcome back, {}.", person.name);
    visit.go(onward(&typed.next), &notice).await
}

fn draw(app: &App, typed: &Typed, problem: Option<String>) -> FormPage {
    let form = view::Form::new("/sign-in", "Sign in")
        .problem(problem)
        .field(email_field(&typed.email))
        .field(old_password_field("password", "Password"))
        .field(next_field(&typed.next));
    let mut links = Vec::new();
    if let Some(oidc) = &app.config.oidc {
        let text = format!("Sign in with {}", oidc.label);
        links.push(PageLink::button(
            with_next("/oidc/start", &typed.next),
            text,
        ));
    }
    let sign_up = with_next("/sign-up", &typed.next);
    if app.config.accounts.sign_up {
        links.push(PageLink::new("No account yet?", sign_up, "Sign up"));
    }
    links.push(PageLink::new("", "/forgot", "I forgot my password"));
    FormPage {
        title: "Sign in".into(),
        form: Some(form),
        links,
        ..FormPage::default()
    }
}

/// `POST /sign-out`.
pub async fn out(visit: Visit) -> Result<Response, PageError> {
    crate::access::end(&visit.session).await?;
    visit.go("/", "You are signed out.").await
}

/// `POST /account/sign-out-everywhere`.
pub async fn everywhere(
    State(app): State<App>,
    person: Person,
    visit: Visit,
) -> Result<Response, PageError> {
    app.store.end_web_sessions(person.account).await?;
    // Whoever asked stays: it is the others that are not trusted.
    begin(&app, &visit.session, person.account).await?;
    let notice = "You are signed out everywhere else.";
    visit.go("/account", notice).await
}
