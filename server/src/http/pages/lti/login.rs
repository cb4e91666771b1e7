//! The first step: the platform's page sends a browser here, we send it back with a state and a nonce.

use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::{COOKIE, LAUNCH, Sent, Trouble, cookie, parameter, refuse, site};
use crate::access::Viewer;
use crate::app::App;
use crate::error::AppError;
use crate::http::address::Address;
use crate::http::pages::PageError;
use crate::lti::{Platform, Rejection, own};
use crate::people::{Deed, secret};
use crate::store::LtiLogin;

/// `GET` and `POST /lti/login`.
pub async fn begin(
    State(app): State<App>,
    Address(address): Address,
    viewer: Viewer,
    headers: HeaderMap,
    Form(sent): Form<Sent>,
) -> Result<Response, PageError> {
    // Each is stored for a while, and anybody may begin one.
    if let Err(soon) = app.people.limits.attempt(Deed::Launch, address, None) {
        return Err(AppError::client(StatusCode::TOO_MANY_REQUESTS, soon.words()).into());
    }
    let platform = match find(&app, &sent).await {
        Ok(platform) => platform,
        Err(trouble) => return refuse(&app, &viewer, None, trouble),
    };
    match answer(&app, &headers, &sent, &platform).await {
        Ok(response) => Ok(response),
        Err(trouble) => refuse(&app, &viewer, Some(&platform.registration), trouble),
    }
}

async fn find(app: &App, sent: &Sent) -> Result<Platform, Trouble> {
    let issuer = parameter(sent, "iss")?;
    let client_id = sent.get("client_id").filter(|id| !id.is_empty());
    let mut found = app
        .store
        .platforms_of(issuer, client_id.map(String::as_str))
        .await?;
    if let Some(deployment) = sent.get("lti_deployment_id")
        && let Some(at) = found
            .iter()
            .position(|platform| platform.registration.deployment == *deployment)
    {
        return Ok(found.swap_remove(at));
    }
    let mut ids: Vec<_> = found
        .iter()
        .map(|platform| &platform.registration.client_id)
        .collect();
    ids.dedup();
    match ids.len() {
        0 => Err(Rejection::UnknownPlatform {
            issuer: issuer.to_owned(),
            client_id: client_id.cloned(),
        }
        .into()),
        // Deployments of one client share keys and addresses; the message says which it is.
        1 => Ok(found.swap_remove(0)),
        _ => Err(Rejection::Ambiguous.into()),
    }
}

async fn answer(
    app: &App,
    headers: &HeaderMap,
    sent: &Sent,
    platform: &Platform,
) -> Result<Response, Trouble> {
    let site = site(app, headers)?;
    let hint = parameter(sent, "login_hint")?;
    own(parameter(sent, "target_link_uri")?, &site)?;

    let random = || secret::fresh().map_err(anyhow::Error::from);
    let (state, nonce) = (random()?, random()?);
    // One cookie for every launch of this browser, so that several can be under way.
    let browser = match (app.config.http.secure(), cookie(headers)) {
        (false, _) => None,
        (true, Some(cookie)) => Some(cookie.to_owned()),
        (true, None) => Some(random()?),
    };
    let login = LtiLogin {
        platform: platform.id,
        nonce: nonce.clone(),
        browser: browser.as_deref().map(secret::digest),
    };
    app.store.begin_lti_login(&state, &login, LAUNCH).await?;

    let mut url = platform.registration.auth_url.clone();
    let back = format!("{site}lti/launch");
    url.query_pairs_mut()
        .append_pair("scope", "openid")
        .append_pair("response_type", "id_token")
        .append_pair("response_mode", "form_post")
        .append_pair("prompt", "none")
        .append_pair("client_id", &platform.registration.client_id)
        .append_pair("redirect_uri", &back)
        .append_pair("login_hint", hint)
        .append_pair("state", &state)
        .append_pair("nonce", &nonce);
    if let Ok(hint) = long(sent, "lti_message_hint") {
        url.query_pairs_mut().append_pair("lti_message_hint", hint);
    }
    let mut response = Redirect::to(url.as_str()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(browser) = browser {
        let value = format!(
            "{COOKIE}={browser}; Path=/; Max-Age=1800; Secure; HttpOnly; SameSite=None; Partitioned"
        );
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.append(header::SET_COOKIE, value);
        }
    }
    Ok(response)
}

/// Some platforms put a whole token into it.
fn long<'a>(sent: &'a Sent, name: &'static str) -> Result<&'a str, Rejection> {
    sent.get(name)
        .map(String::as_str)
        .filter(|value| !value.is_empty() && value.len() <= 8000)
        .ok_or(Rejection::Parameter(name))
}
