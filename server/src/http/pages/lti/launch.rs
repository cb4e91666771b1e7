//! The second step: the platform's page posts a signed message.

use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use drydock_app::view::OpenElsewhere;
use http::HeaderMap;

use super::{Sent, Trouble, deep_link, framed, parameter, refuse, same_browser, site};
use crate::access::Viewer;
use crate::app::App;
use crate::http::pages::PageError;
use crate::lti::{Launch, Platform, Purpose, Registration, Rejection};
use crate::people::secret;
use crate::store::{LtiLogin, LtiTicket};

/// How long a verified launch waits to be opened, in seconds.
const OPEN: i64 = 5 * 60;
/// How long a teacher may pick, in seconds.
const PICK: i64 = 30 * 60;

/// `POST /lti/launch`.
pub async fn take(
    State(app): State<App>,
    viewer: Viewer,
    headers: HeaderMap,
    Form(sent): Form<Sent>,
) -> Result<Response, PageError> {
    let login = match begun(&app, &sent).await {
        Ok(login) => login,
        Err(trouble) => return refuse(&app, &viewer, None, trouble),
    };
    let asked = app.store.platform(login.platform).await?;
    let registered = match &asked {
        Some(Platform { registration, .. }) => {
            let Registration {
                issuer, client_id, ..
            } = registration;
            app.store.platforms_of(issuer, Some(client_id)).await?
        }
        None => Vec::new(),
    };
    let asked = asked.as_ref().map(|platform| &platform.registration);
    let verified = match verify(&app, &headers, &sent, &login, &registered).await {
        Ok(verified) => verified,
        Err(trouble) => return refuse(&app, &viewer, asked, trouble),
    };
    let (platform, launch) = verified;
    go_on(&app, &viewer, &headers, &login, platform, launch).await
}

/// The launch that this state was given out for. It is used up from now on, whatever comes of it.
async fn begun(app: &App, sent: &Sent) -> Result<LtiLogin, Trouble> {
    let state = parameter(sent, "state")?;
    let login = app.store.take_lti_login(state).await?;
    login.ok_or_else(|| Rejection::State.into())
}

async fn verify<'a>(
    app: &App,
    headers: &HeaderMap,
    sent: &Sent,
    login: &LtiLogin,
    registered: &'a [Platform],
) -> Result<(&'a Platform, Launch), Trouble> {
    same_browser(headers, login.browser.as_ref())?;
    if let Some(error) = sent.get("error") {
        let told = sent.get("error_description").unwrap_or(error);
        return Err(Rejection::Platform(told.chars().take(300).collect()).into());
    }
    let token = sent
        .get("id_token")
        .ok_or(Rejection::Parameter("id_token"))?;
    let site = site(app, headers)?;
    let verified = app
        .lti
        .verify(&app.clock, login, registered, token, &site)
        .await?;
    Ok(verified)
}

async fn go_on(
    app: &App,
    viewer: &Viewer,
    headers: &HeaderMap,
    login: &LtiLogin,
    platform: &Platform,
    launch: Launch,
) -> Result<Response, PageError> {
    let picks = matches!(launch.purpose, Purpose::Pick { .. });
    let in_frame = headers
        .get("sec-fetch-dest")
        .is_some_and(|kind| kind == "iframe" || kind == "frame");
    let leaves = in_frame && !picks;
    let secret = secret::fresh()?;
    let ticket = LtiTicket {
        platform: platform.id,
        launch,
        // The cookie of a frame is not there in another window.
        browser: login.browser.filter(|_| !leaves),
        framed: leaves,
    };
    let seconds = if picks { PICK } else { OPEN };
    app.store.keep_lti_ticket(&secret, &ticket, seconds).await?;
    if picks {
        return deep_link::show(app, viewer, platform, &ticket.launch, &secret, None);
    }
    let href = format!("/lti/open?ticket={secret}");
    if !leaves {
        return Ok(Redirect::to(&href).into_response());
    }
    let title = match &ticket.launch.purpose {
        Purpose::Open {
            item: Some(item), ..
        } => deep_link::title(&app.content.now(), item),
        _ => None,
    };
    let page = OpenElsewhere {
        title: title.unwrap_or_else(|| "Drydock".to_owned()),
        href,
    };
    let html = drydock_app::pages::open_elsewhere(&app.shell(viewer), page);
    Ok(framed(html, &ticket.launch.origins, None))
}
