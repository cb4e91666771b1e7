//! Passwords: changed, forgotten, set by a link.

use axum::extract::{Path, State};
use axum::response::Response;
use drydock_app::view::{self, FormPage, PageLink};
use http::HeaderMap;
use serde::Deserialize;

use super::{begin, email_field, new_password_field, show, sign_in, slow_down};
use crate::access::Person;
use crate::app::App;
use crate::http::address::{Address, site};
use crate::http::pages::{PageError, Posted, Visit};
use crate::people::{Deed, fields};
use crate::store::{Credentials, MAILED_LINK};

/// A new password, and the old one where it is changed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Change {
    current: String,
    password: String,
}

/// `POST /account/password`.
pub async fn change(
    State(app): State<App>,
    Address(address): Address,
    person: Person,
    visit: Visit,
    Posted(typed): Posted<Change>,
) -> Result<Response, PageError> {
    let known = app.store.person(person.account).await?;
    let known = known.ok_or_else(PageError::forbidden)?;
    let account = known.account.to_string();
    let mut wrong = super::account::Wrong::default();
    if let Err(soon) = app
        .people
        .limits
        .attempt(Deed::SignIn, address, Some(&account))
    {
        wrong.password_problem = Some(soon.words());
        return super::account::again(&app, &visit, &known, wrong, Some(soon)).await;
    }
    let current = fields::password(&typed.current);
    if !app
        .people
        .passwords
        .matches(current, known.password.clone())
        .await?
    {
        wrong.current = Some("This is not your password.".into());
        return super::account::again(&app, &visit, &known, wrong, None).await;
    }
    match fields::new_password(&typed.password, known.email.as_deref(), &known.name) {
        Err(error) => {
            wrong.password = Some(error);
            super::account::again(&app, &visit, &known, wrong, None).await
        }
        Ok(password) => {
            let hash = app.people.passwords.hash(password).await?;
            app.store.set_password(known.account, &hash).await?;
            begin(&app, &visit.session, known.account).await?;
            let notice = "Your password is changed. You are signed out everywhere else.";
            visit.go("/account", notice).await
        }
    }
}

/// Who forgot.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Forgot {
    email: String,
}

/// `GET /forgot`.
pub async fn forgot(State(app): State<App>, visit: Visit) -> Response {
    show(&app, &visit, draw_forgot(&app, ""))
}

/// `POST /forgot`. Says the same to everybody: whose address is known is nobody's business.
pub async fn send_link(
    State(app): State<App>,
    Address(address): Address,
    visit: Visit,
    headers: HeaderMap,
    Posted(typed): Posted<Forgot>,
) -> Result<Response, PageError> {
    let Some(mail) = app.people.mail.clone() else {
        return Ok(show(&app, &visit, draw_forgot(&app, "")));
    };
    let email = match fields::email(&typed.email) {
        Ok(email) => email,
        Err(error) => {
            let mut page = draw_forgot(&app, &typed.email);
            page.form = Some(forgot_form(&typed.email, Some(error)));
            return Ok(show(&app, &visit, page));
        }
    };
    if let Err(soon) = app
        .people
        .limits
        .attempt(Deed::Forgot, address, Some(&email))
    {
        let page = draw_forgot(&app, &typed.email);
        return Ok(slow_down(&app, &visit, page, soon));
    }
    let base = site(&app, &headers);
    let (store, to) = (app.store.clone(), email.clone());
    // Behind the reply, which so takes as long for an address that is not known.
    tokio::spawn(async move {
        let sent = async {
            let Some(person) = store.person_by_email(&to).await? else {
                return Ok(());
            };
            let token = store
                .make_password_link(person.account, None, MAILED_LINK)
                .await?;
            // To the address as it is stored, not as it was typed.
            let to = person.email.unwrap_or(to);
            let text = letter(&person.name, &format!("{base}/password/{token}"));
            mail.send(&to, "Set your password for Drydock", text).await
        };
        if let Err(error) = sent.await {
            tracing::error!(
                error = format!("{error:#}"),
                "a link to set a password cannot be sent"
            );
        }
    });
    let page = FormPage {
        title: "Look into your mail".into(),
        lead: vec![format!(
            "If there is an account for {email}, a letter with a link is on its way. The link sets a new password, once, \
             within 24 hours."
        )],
        links: vec![PageLink::new(
            "Nothing came after some minutes?",
            "/forgot",
            "Try again",
        )],
        ..FormPage::default()
    };
    Ok(show(&app, &visit, page))
}

fn letter(name: &str, link: &str) -> String {
    format!(
        "Hello {name},\n\n\
         somebody, probably you, asked for a new password for your account of Drydock. Open this link to set one:\n\n\
         {link}\n\n\
         It works once, within 24 hours. If it was not you, do nothing: your password stays as it is.\n"
    )
}

fn forgot_form(email: &str, error: Option<String>) -> view::Form {
    view::Form::new("/forgot", "Send me a link").field(email_field(email).error(error))
}

fn draw_forgot(app: &App, email: &str) -> FormPage {
    let title = "New password".to_owned();
    let links = vec![PageLink::new("", "/sign-in", "Back to signing in")];
    if app.people.mail.is_none() {
        let lead = "This site sends no mail. Ask your instructor, or who runs the site, for a link: it lets you set a \
                    new password.";
        return FormPage {
            title,
            lead: vec![lead.into()],
            links,
            ..FormPage::default()
        };
    }
    FormPage {
        title,
        lead: vec!["We send you a link with which you set a new password.".into()],
        form: Some(forgot_form(email, None)),
        links,
        ..FormPage::default()
    }
}

/// `GET /password/{token}`.
pub async fn link(
    State(app): State<App>,
    Address(address): Address,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, PageError> {
    let Some(person) = owner(&app, address, &token).await? else {
        return Ok(show(&app, &visit, used_up()));
    };
    Ok(show(&app, &visit, draw_link(&person, &token, None)))
}

/// `POST /password/{token}`.
pub async fn set(
    State(app): State<App>,
    Address(address): Address,
    visit: Visit,
    Path(token): Path<String>,
    Posted(typed): Posted<Change>,
) -> Result<Response, PageError> {
    let Some(person) = owner(&app, address, &token).await? else {
        return Ok(show(&app, &visit, used_up()));
    };
    let password =
        match fields::new_password(&typed.password, person.email.as_deref(), &person.name) {
            Ok(password) => password,
            Err(error) => return Ok(show(&app, &visit, draw_link(&person, &token, Some(error)))),
        };
    let hash = app.people.passwords.hash(password).await?;
    let Some(account) = app.store.use_password_link(&token, &hash).await? else {
        return Ok(show(&app, &visit, used_up()));
    };
    sign_in(&app, &visit, account).await?;
    visit
        .go("/", "Your password is set, and you are signed in.")
        .await
}

/// Whose password the link sets, unless too many were tried from there.
async fn owner(
    app: &App,
    address: std::net::IpAddr,
    token: &str,
) -> Result<Option<Credentials>, PageError> {
    match app.store.password_link(token).await? {
        Some(account) => Ok(app.store.person(account).await?),
        None => {
            if let Err(soon) = app.people.limits.attempt(Deed::Link, address, None) {
                return Err(PageError::too_soon(soon));
            }
            Ok(None)
        }
    }
}

fn used_up() -> FormPage {
    FormPage {
        title: "This link does not work any more".into(),
        lead: vec!["It was used already, or its time is up. Ask for another one.".into()],
        links: vec![PageLink::button("/forgot", "Ask for a link")],
        ..FormPage::default()
    }
}

fn draw_link(person: &Credentials, token: &str, error: Option<String>) -> FormPage {
    let form = view::Form::new(format!("/password/{token}"), "Set the password")
        .field(new_password_field("New password").error(error));
    let of = person.email.as_deref().unwrap_or(&person.name);
    FormPage {
        title: "Set your password".into(),
        lead: vec![format!("For the account of {} ({of}).", person.name)],
        form: Some(form),
        ..FormPage::default()
    }
}
