//! Claiming an installation that nobody runs yet.

use axum::extract::State;
use axum::response::Response;
use drydock_app::view::{self, Field, FieldKind, FormPage, PageLink};
use serde::Deserialize;

use super::sign_up::{Wrong, fields_of, read};
use super::{begin, show, slow_down};
use crate::app::App;
use crate::http::address::Address;
use crate::http::pages::{PageError, Posted, Visit};
use crate::people::Deed;

/// What is sent. Who is signed in sends the token alone.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    token: String,
    name: String,
    email: String,
    password: String,
}

/// `GET /claim`.
pub async fn page(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    if !open(&app).await? {
        return Ok(show(&app, &visit, claimed()));
    }
    let page = draw(&visit, &Typed::default(), None, Wrong::default());
    Ok(show(&app, &visit, page))
}

/// `POST /claim`.
pub async fn send(
    State(app): State<App>,
    Address(address): Address,
    visit: Visit,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    if !open(&app).await? {
        return Ok(show(&app, &visit, claimed()));
    }
    if let Err(soon) = app.people.limits.attempt(Deed::Claim, address, None) {
        let page = draw(&visit, &typed, None, Wrong::default());
        return Ok(slow_down(&app, &visit, page, soon));
    }
    if !app.people.claim.is(&typed.token) {
        let error =
            "This is not the token. The server prints it at each start, in its second line.";
        let page = draw(&visit, &typed, Some(error.into()), Wrong::default());
        return Ok(show(&app, &visit, page));
    }
    let account = match &visit.viewer.person {
        Some(person) => person.account,
        None => {
            let (name, email, password) = match read(&typed.name, &typed.email, &typed.password) {
                Ok(read) => read,
                Err(wrong) => return Ok(show(&app, &visit, draw(&visit, &typed, None, wrong))),
            };
            let hash = app.people.passwords.hash(password).await?;
            let account = match visit.viewer.account {
                Some(guest) => guest,
                None => app.store.create_guest().await?,
            };
            if !app.store.sign_up(account, &name, &email, &hash).await? {
                let wrong = Wrong {
                    email: Some(
                        "This address has an account already. Sign in first, then come back."
                            .into(),
                    ),
                    ..Wrong::default()
                };
                return Ok(show(&app, &visit, draw(&visit, &typed, None, wrong)));
            }
            account
        }
    };
    let first = app.store.claim(account).await?;
    app.people.claim.close();
    begin(&app, &visit.session, account).await?;
    let notice = if first {
        "You run this installation now. Make instructors of those who teach."
    } else {
        "Somebody else claimed this installation meanwhile. Ask them to make you an operator."
    };
    visit
        .go(if first { "/people" } else { "/account" }, notice)
        .await
}

async fn open(app: &App) -> Result<bool, PageError> {
    Ok(app.people.claim.is_open() && app.store.operators().await? == 0)
}

fn claimed() -> FormPage {
    FormPage {
        title: "This installation is claimed".into(),
        lead: vec![
            "Somebody runs it already. Who has the server's command line can make another operator: \
             `drydock user role ADDRESS operator`."
                .into(),
        ],
        links: vec![PageLink::button("/sign-in", "Sign in")],
        ..FormPage::default()
    }
}

fn draw(visit: &Visit, typed: &Typed, error: Option<String>, wrong: Wrong) -> FormPage {
    // The token is shown again: it stands in the server's log anyway, and the form may fail elsewhere.
    let mut form = view::Form::new("/claim", "Claim this installation").field(
        Field::new("token", "Token", FieldKind::Text)
            .autocomplete("off")
            .help("The server printed it at its start, behind “Nobody runs this installation yet”.")
            .value(&typed.token)
            .error(error),
    );
    if visit.viewer.person.is_none() {
        form = fields_of(form, &typed.name, &typed.email, wrong);
    }
    FormPage {
        title: "Claim this installation".into(),
        lead: vec![
            "Nobody runs this Drydock yet. Whoever can read what the server printed becomes its operator, \
             who makes instructors and helps people with their accounts."
                .into(),
        ],
        form: Some(form),
        ..FormPage::default()
    }
}
