//! Signing in with the configured provider, and linking it to an account that is there already.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use drydock_app::view::{FormPage, PageLink};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{onward, show, sign_in};
use crate::access::Person;
use crate::app::App;
use crate::http::address::Address;
use crate::http::pages::{PageError, Posted, Visit};
use crate::ids::AccountId;
use crate::people::oidc::{Error, Known, Oidc, Pending, chain};
use crate::people::{Deed, fields};

/// In the web session: what was asked of the provider.
const PENDING: &str = "oidc";
/// In the web session: [`Intent`].
const INTENT: &str = "oidc-link";
/// How long an intent to link is good, in seconds.
const INTENT_LASTS: i64 = 10 * 60;

/// Somebody gave the password to link their account.
#[derive(Debug, Serialize, Deserialize)]
struct Intent {
    account: AccountId,
    at: i64,
}

/// Where to go on afterwards.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    next: String,
}

fn provider(app: &App) -> Result<&Oidc, PageError> {
    let missing = || PageError::missing("There is no such page");
    app.people.oidc.as_ref().ok_or_else(missing)
}

/// `GET /oidc/start`.
pub async fn start(
    State(app): State<App>,
    Address(address): Address,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let oidc = provider(&app)?;
    if let Err(soon) = app.people.limits.attempt(Deed::Elsewhere, address, None) {
        return Err(PageError::too_soon(soon));
    }
    let link = match &visit.viewer.person {
        None => None,
        Some(person) => {
            let intent: Option<Intent> = visit.session.remove(INTENT).await?;
            let meant = intent.is_some_and(|intent| {
                intent.account == person.account && app.clock.seconds() - intent.at < INTENT_LASTS
            });
            if !meant {
                return Ok(Redirect::to("/account").into_response());
            }
            Some(person.account)
        }
    };
    let next = fields::local(&asked.next).unwrap_or("/").to_owned();
    match oidc.begin(next, link).await {
        Ok((address, pending)) => {
            visit.session.insert(PENDING, pending).await?;
            Ok(Redirect::to(&address).into_response())
        }
        Err(error) => Ok(failed(&app, &visit, &error)),
    }
}

/// What the provider sends people back with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    code: String,
    state: String,
    error: String,
}

/// `GET /oidc/callback`.
pub async fn callback(
    State(app): State<App>,
    Address(address): Address,
    visit: Visit,
    Query(answer): Query<Answer>,
) -> Result<Response, PageError> {
    let oidc = provider(&app)?;
    if let Err(soon) = app.people.limits.attempt(Deed::Elsewhere, address, None) {
        return Err(PageError::too_soon(soon));
    }
    let pending: Option<Pending> = visit.session.get(PENDING).await?;
    let Some(pending) = pending.filter(|pending| oidc.answers(pending, &answer.state)) else {
        return Ok(failed(&app, &visit, &Error::Stale));
    };
    // Used up, whatever comes of it.
    visit.session.remove::<Pending>(PENDING).await?;
    if !answer.error.is_empty() {
        let said: String = answer.error.chars().take(100).collect();
        let text = format!("{} did not sign you in: {said}.", oidc.label());
        return Ok(refused(&app, &visit, &text));
    }
    let (next, link) = (pending.next.clone(), pending.link);
    match oidc.finish(pending, answer.code).await {
        Ok(known) => match link {
            None => enter(&app, &visit, oidc, known, &next).await,
            Some(account) => connect(&app, &visit, oidc, known, account).await,
        },
        Err(error) => Ok(failed(&app, &visit, &error)),
    }
}

/// Signs in whom the provider named, with a new account if there is none yet.
async fn enter(
    app: &App,
    visit: &Visit,
    oidc: &Oidc,
    known: Known,
    next: &str,
) -> Result<Response, PageError> {
    if let Some(account) = app.store.identity(&known.issuer, &known.subject).await? {
        sign_in(app, visit, account).await?;
        return visit.go(onward(next), "You are signed in.").await;
    }
    if visit.viewer.person.is_some() {
        return Ok(refused(
            app,
            visit,
            "You are signed in already. Link the account at “Your account”.",
        ));
    }
    let email = known
        .email
        .as_deref()
        .and_then(|email| fields::email(email).ok());
    if let Some(email) = &email
        && app.store.person_by_email(email).await?.is_some()
    {
        return Ok(refused(app, visit, &taken(oidc, email)));
    }
    let local = email.as_deref().and_then(|email| email.split('@').next());
    let name = [known.name.as_deref(), local]
        .into_iter()
        .flatten()
        .find_map(|name| fields::name(name).ok());
    let name = name.unwrap_or_else(|| "New student".to_owned());
    let account = match visit.viewer.account {
        Some(guest) => guest,
        None => app.store.create_guest().await?,
    };
    let made = app
        .store
        .sign_up_elsewhere(
            account,
            &name,
            email.as_deref(),
            &known.issuer,
            &known.subject,
        )
        .await?;
    if made.is_err() {
        let email = email.unwrap_or_default();
        return Ok(refused(app, visit, &taken(oidc, &email)));
    }
    sign_in(app, visit, account).await?;
    let notice = format!("Welcome, {name}. Your progress is kept with your account now.");
    visit.go(onward(next), &notice).await
}

/// An address that is there already is not taken over: that the provider knows it does not make
/// the account theirs to give.
fn taken(oidc: &Oidc, email: &str) -> String {
    format!(
        "There is an account for {email} already. Sign in with its password, then link it with {} at “Your account”.",
        oidc.label()
    )
}

/// Gives an account the identity.
async fn connect(
    app: &App,
    visit: &Visit,
    oidc: &Oidc,
    known: Known,
    account: AccountId,
) -> Result<Response, PageError> {
    let person = visit.viewer.person.as_ref();
    if person.is_none_or(|person| person.account != account) {
        return Ok(failed(app, visit, &Error::Stale));
    }
    let owner = app.store.identity(&known.issuer, &known.subject).await?;
    let added = match owner {
        Some(owner) => owner == account,
        None => {
            app.store
                .add_identity(account, &known.issuer, &known.subject)
                .await?
        }
    };
    if !added {
        let text = format!(
            "Another account is linked with this one of {}.",
            oidc.label()
        );
        return Ok(refused(app, visit, &text));
    }
    let notice = format!("You can sign in with {} from now on.", oidc.label());
    visit.go("/account", &notice).await
}

/// The password, once more.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sure {
    current: String,
}

/// `POST /account/link`. The password is asked for, since whoever links an account can sign in from
/// then on. Goes on by a link and not by a redirect: the site's policy lets no form lead away.
pub async fn link(
    State(app): State<App>,
    Address(address): Address,
    person: Person,
    visit: Visit,
    Posted(typed): Posted<Sure>,
) -> Result<Response, PageError> {
    let oidc = provider(&app)?;
    let known = app.store.person(person.account).await?;
    let known = known.ok_or_else(PageError::forbidden)?;
    let mut wrong = super::account::Wrong::default();
    let account = person.account.to_string();
    if let Err(soon) = app
        .people
        .limits
        .attempt(Deed::SignIn, address, Some(&account))
    {
        wrong.link = Some(soon.words());
        return super::account::again(&app, &visit, &known, wrong, Some(soon)).await;
    }
    let current = fields::password(&typed.current);
    if !app
        .people
        .passwords
        .matches(current, known.password.clone())
        .await?
    {
        wrong.link = Some("This is not your password.".into());
        return super::account::again(&app, &visit, &known, wrong, None).await;
    }
    let intent = Intent {
        account: person.account,
        at: app.clock.seconds(),
    };
    visit.session.insert(INTENT, intent).await?;
    let page = FormPage {
        title: format!("Link with {}", oidc.label()),
        lead: vec![format!(
            "Sign in at {} now. Afterwards you can sign in here with it, without your password.",
            oidc.label()
        )],
        links: vec![
            PageLink::button("/oidc/start", format!("Go on to {}", oidc.label())),
            PageLink::new("", "/account", "Leave it as it is"),
        ],
        ..FormPage::default()
    };
    Ok(show(&app, &visit, page))
}

/// `POST /account/unlink`.
pub async fn unlink(
    State(app): State<App>,
    person: Person,
    visit: Visit,
) -> Result<Response, PageError> {
    let oidc = provider(&app)?;
    let removed = app
        .store
        .remove_identity(person.account, oidc.issuer())
        .await?;
    let notice = if removed {
        "The link is taken off. Sign in with your password from now on."
    } else {
        "Nothing was changed: without a password there must be another way to sign in."
    };
    visit.go("/account", notice).await
}

fn failed(app: &App, visit: &Visit, error: &Error) -> Response {
    if let Error::Provider(_) = error {
        tracing::warn!(error = chain(error), "signing in elsewhere failed");
    }
    refused(app, visit, &error.to_string())
}

fn refused(app: &App, visit: &Visit, text: &str) -> Response {
    let page = FormPage {
        title: "You are not signed in".into(),
        lead: vec![text.to_owned()],
        links: vec![PageLink::button("/sign-in", "Back to signing in")],
        ..FormPage::default()
    };
    let mut response = show(app, visit, page);
    *response.status_mut() = StatusCode::FORBIDDEN;
    response
}
