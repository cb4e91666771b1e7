//! The last step: a verified launch becomes a session. It is a step of its own, by GET, because the
//! browser leaves out our session's cookie when another site posts: here we see who is signed in.

use std::net::IpAddr;

use axum::extract::{Form, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use drydock_app::view::{Field, FieldKind, Form as FormView, LinkAccount};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use tower_sessions::Session;

use super::{Sent, Trouble, parameter, refuse, same_browser};
use crate::access::{self, Person, Viewer};
use crate::app::App;
use crate::error::AppError;
use crate::http::address::Address;
use crate::http::pages::{PageError, private, private_with};
use crate::ids::AccountId;
use crate::lti::{EnterError, Platform, Rejection};
use crate::people::{Deed, fields};
use crate::store::{LtiPerson, LtiTicket};

/// `GET /lti/open?ticket=…`.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    session: Session,
    headers: HeaderMap,
    Query(sent): Query<Sent>,
) -> Result<Response, PageError> {
    let found = find(&app, &headers, &sent, true).await;
    let (ticket, platform) = match found {
        Ok(found) => found,
        Err(trouble) => return refuse(&app, &viewer, None, trouble),
    };
    let issuer = &platform.registration.issuer;
    let known = app.store.identity(issuer, &ticket.launch.subject).await?;
    if known.is_none()
        && let Some(person) = &viewer.person
        // Who is somebody there already is not somebody else there too: the next one at a shared computer.
        && !app.store.has_identity(person.account, issuer).await?
    {
        let page = ask(&app, &platform, &ticket, person, &sent, None).await?;
        let html = drydock_app::pages::link_account(&app.shell(&viewer), page);
        return Ok(private(html));
    }
    let entered = enter(&app, &viewer, &session, &sent, known, &platform).await;
    entered.or_else(|trouble| refuse(&app, &viewer, Some(&platform.registration), trouble))
}

/// `POST /lti/open`: the answer to whether this is the person who is signed in.
pub async fn confirm(
    State(app): State<App>,
    Address(address): Address,
    viewer: Viewer,
    session: Session,
    headers: HeaderMap,
    Form(sent): Form<Sent>,
) -> Result<Response, PageError> {
    let (ticket, platform) = match find(&app, &headers, &sent, false).await {
        Ok(found) => found,
        Err(trouble) => return refuse(&app, &viewer, None, trouble),
    };
    let issuer = &platform.registration.issuer;
    let subject = &ticket.launch.subject;
    let mut account = app.store.identity(issuer, subject).await?;
    if account.is_none()
        && sent.get("as").map(String::as_str) == Some("me")
        && let Some(person) = &viewer.person
    {
        if let Some((status, problem)) = proves(&app, address, person, &sent).await? {
            let page = ask(&app, &platform, &ticket, person, &sent, Some(problem)).await?;
            let html = drydock_app::pages::link_account(&app.shell(&viewer), page);
            return Ok(private_with(status, html));
        }
        app.store
            .add_identity(person.account, issuer, subject)
            .await?;
        account = Some(person.account);
    }
    let entered = enter(&app, &viewer, &session, &sent, account, &platform).await;
    entered.or_else(|trouble| refuse(&app, &viewer, Some(&platform.registration), trouble))
}

async fn find(
    app: &App,
    headers: &HeaderMap,
    sent: &Sent,
    arriving: bool,
) -> Result<(LtiTicket, Platform), Trouble> {
    let ticket = app.store.lti_ticket(parameter(sent, "ticket")?).await?;
    let ticket = ticket.ok_or(Rejection::State)?;
    same_browser(headers, ticket.browser.as_ref())?;
    // From a frame it comes by a click on our own page there, never by a link in a message.
    let from = headers.get("sec-fetch-site");
    if ticket.framed && arriving && from.is_some_and(|from| from != "same-origin") {
        return Err(Rejection::Browser.into());
    }
    let platform = app.store.platform(ticket.platform).await?;
    Ok((ticket, platform.ok_or(Rejection::State)?))
}

/// What is wrong with the password that who is signed in has to give again, if they have one: a link
/// is a way into the account for good, and somebody else may sit at their computer.
async fn proves(
    app: &App,
    address: IpAddr,
    person: &Person,
    sent: &Sent,
) -> Result<Option<(StatusCode, String)>, PageError> {
    let known = app.store.person(person.account).await?;
    let Some(stored) = known.and_then(|known| known.password) else {
        return Ok(None);
    };
    let account = person.account.to_string();
    let tried = app
        .people
        .limits
        .attempt(Deed::SignIn, address, Some(&account));
    if let Err(soon) = tried {
        return Ok(Some((StatusCode::TOO_MANY_REQUESTS, soon.words())));
    }
    let typed = sent.get("password").map_or("", String::as_str);
    let typed = fields::password(typed);
    let right = app.people.passwords.matches(typed, Some(stored)).await?;
    let wrong = "This is not the password of the account that is signed in.";
    Ok((!right).then(|| (StatusCode::UNPROCESSABLE_ENTITY, wrong.to_owned())))
}

async fn ask(
    app: &App,
    platform: &Platform,
    ticket: &LtiTicket,
    person: &Person,
    sent: &Sent,
    problem: Option<String>,
) -> Result<LinkAccount, PageError> {
    let theirs = name(platform, ticket);
    let answer = |word: &str, button: String| {
        let secret = sent.get("ticket").cloned().unwrap_or_default();
        FormView::new("/lti/open", button)
            .field(Field::new("ticket", "", FieldKind::Hidden).value(secret))
            .field(Field::new("as", "", FieldKind::Hidden).value(word))
    };
    let mut yes = answer("me", format!("Go on as {}", person.name));
    let known = app.store.person(person.account).await?;
    if known.is_some_and(|known| known.password.is_some()) {
        let label = format!("Password of {}", person.name);
        let field = Field::new("password", label, FieldKind::Password);
        yes = yes.field(field.autocomplete("current-password").error(problem));
    }
    Ok(LinkAccount {
        platform: platform.registration.name.clone(),
        no: answer("new", format!("Make an account for {theirs}")),
        theirs,
        ours: person.name.clone(),
        email: person.email.clone(),
        yes,
    })
}

fn name(platform: &Platform, ticket: &LtiTicket) -> String {
    let name = ticket.launch.name.clone();
    name.unwrap_or_else(|| format!("Somebody from {}", platform.registration.name))
}

/// Uses the ticket up, begins a session anew and goes to what was asked for.
async fn enter(
    app: &App,
    viewer: &Viewer,
    session: &Session,
    sent: &Sent,
    account: Option<AccountId>,
    platform: &Platform,
) -> Result<Response, Trouble> {
    let ticket = app
        .store
        .take_lti_ticket(parameter(sent, "ticket")?)
        .await?
        .ok_or(Rejection::State)?;
    let account = match account {
        Some(account) => account,
        None => {
            let person = LtiPerson {
                issuer: &platform.registration.issuer,
                subject: &ticket.launch.subject,
                name: &name(platform, &ticket),
                email: ticket.launch.email.as_deref(),
            };
            app.store.create_lti_account(person).await?
        }
    };
    let content = app.content.now();
    let path = app
        .lti
        .enter(&app.store, &content, platform, &ticket.launch, account)
        .await
        .map_err(|error| match error {
            EnterError::Rejected(rejection) => Trouble::Rejected(rejection),
            EnterError::Refused(refused) => {
                Trouble::Failed(AppError::conflict(refused.to_string()))
            }
            EnterError::Store(error) => error.into(),
        })?;
    // As at every sign-in, a guest who turns out to be somebody brings along what they did.
    if let (None, Some(guest)) = (&viewer.person, viewer.account) {
        app.labs.hand_over(guest, account).await?;
    }
    // What they did before they came into the class counts.
    crate::classes::reading::merged(app, account).await?;
    app.store.seen(account).await?;
    access::begin(app, session, account).await?;
    let kept = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((kept, Redirect::to(&path)).into_response())
}
