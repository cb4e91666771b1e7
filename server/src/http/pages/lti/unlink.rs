//! On one's account: which learning platforms lead to it.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::response::Response;
use drydock_app::view::Form;

use crate::access::Person;
use crate::app::App;
use crate::http::pages::{PageError, Visit};
use crate::ids::PlatformId;
use crate::store::Credentials;

/// What there is to say of each platform that leads to the account, and the form that ends it.
pub async fn linked(
    app: &App,
    known: &Credentials,
) -> Result<Vec<(String, Option<Form>)>, PageError> {
    let mut lines = Vec::new();
    let mut issuers = BTreeSet::new();
    for platform in app.store.platforms().await? {
        let it = platform.registration;
        let there = app.store.has_identity(known.account, &it.issuer).await?;
        if !there || !issuers.insert(it.issuer) {
            continue;
        }
        let end = known.password.is_some().then(|| {
            let action = format!("/account/platforms/{}", platform.id);
            Form::new(action, "Take the link off")
        });
        lines.push((
            format!("Links in a course at {} open your account.", it.name),
            end,
        ));
    }
    Ok(lines)
}

/// `POST /account/platforms/{platform}`: this platform leads to the account no more.
pub async fn unlink(
    State(app): State<App>,
    person: Person,
    visit: Visit,
    Path(platform): Path<String>,
) -> Result<Response, PageError> {
    let found = match platform.parse::<PlatformId>() {
        Ok(id) => app.store.platform(id).await?,
        Err(_) => None,
    };
    let found = found.ok_or_else(|| PageError::missing("There is no such platform"))?;
    let issuer = &found.registration.issuer;
    let removed = app.store.remove_identity(person.account, issuer).await?;
    let notice = if removed {
        "The link is taken off. Whoever comes from there next gets an account of its own."
    } else {
        "Nothing was changed: without a password there must be another way to sign in."
    };
    visit.go("/account", notice).await
}
