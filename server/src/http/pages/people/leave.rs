//! One's own data: taken along, or deleted.

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use drydock_app::view::{self, Field, FieldKind, FormPage, PageLink};
use http::header;
use serde::Deserialize;

use super::{old_password_field, show, slow_down};
use crate::access::Person;
use crate::app::App;
use crate::error::AppError;
use crate::http::address::Address;
use crate::http::pages::{PageError, Posted, Visit};
use crate::ids::AccountId;
use crate::people::{Deed, fields};
use crate::store::Kept;

/// The word that is typed by who has no password.
const DELETE: &str = "delete";

/// What shows that it is meant: the password, or the word of who has none.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sure {
    password: String,
    word: String,
}

/// `GET /account/export`.
pub async fn export(State(app): State<App>, person: Person) -> Result<Response, PageError> {
    let Some(stream) = crate::people::export::stream(app.store.clone(), person.account) else {
        let detail = "Others fetch their data now. Try again in a minute.";
        return Err(AppError::unavailable(detail, 60).into());
    };
    let headers = [
        (header::CONTENT_TYPE, "application/zip"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"drydock-data.zip\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(stream)).into_response())
}

/// `GET /account/delete`.
pub async fn page(
    State(app): State<App>,
    person: Person,
    visit: Visit,
) -> Result<Response, PageError> {
    let known = app.store.person(person.account).await?;
    let known = known.ok_or_else(PageError::forbidden)?;
    Ok(show(&app, &visit, draw(known.password.is_some(), None)))
}

/// `POST /account/delete`.
pub async fn send(
    State(app): State<App>,
    Address(address): Address,
    person: Person,
    visit: Visit,
    Posted(typed): Posted<Sure>,
) -> Result<Response, PageError> {
    let known = app.store.person(person.account).await?;
    let known = known.ok_or_else(PageError::forbidden)?;
    let has_password = known.password.is_some();
    let account = known.account.to_string();
    if let Err(soon) = app
        .people
        .limits
        .attempt(Deed::SignIn, address, Some(&account))
    {
        return Ok(slow_down(&app, &visit, draw(has_password, None), soon));
    }
    let error = if has_password {
        let password = fields::password(&typed.password);
        let right = app
            .people
            .passwords
            .matches(password, known.password)
            .await?;
        (!right).then(|| "This is not your password.".to_owned())
    } else {
        let right = typed.word.trim().eq_ignore_ascii_case(DELETE);
        (!right).then(|| format!("Type “{DELETE}” to delete your account."))
    };
    if error.is_some() {
        return Ok(show(&app, &visit, draw(has_password, error)));
    }
    match delete(&app, known.account).await? {
        Ok(()) => {
            crate::access::end(&visit.session).await?;
            visit
                .go("/", "Your account and everything in it is deleted.")
                .await
        }
        Err(_) => {
            let error = "You are the only operator. Make somebody else one first, at “People”.";
            Ok(show(&app, &visit, draw(has_password, Some(error.into()))))
        }
    }
}

/// Ends the labs of an account, then deletes it with everything that hangs on it.
pub(super) async fn delete(app: &App, account: AccountId) -> sqlx::Result<Result<(), Kept>> {
    if let Err(kept) = app.store.may_delete(account).await? {
        return Ok(Err(kept));
    }
    app.labs.end_all(account, "The account was deleted.").await;
    let deleted = app.store.delete_person(account).await?;
    if deleted.is_ok() {
        tracing::info!(%account, "an account was deleted");
    }
    Ok(deleted)
}

fn draw(has_password: bool, error: Option<String>) -> FormPage {
    let field = if has_password {
        old_password_field("password", "Your password")
    } else {
        let label = format!("Type “{DELETE}”");
        Field::new("word", label, FieldKind::Text).autocomplete("off")
    };
    FormPage {
        title: "Delete your account".into(),
        lead: vec![
            "This deletes your progress, your labs with their files, what you handed in, and your grades. Labs that run \
             are ended. It cannot be undone."
                .into(),
            "Your instructors may need your grades: if a class of yours is still going on, ask them first.".into(),
        ],
        form: Some(
            view::Form::new("/account/delete", "Delete my account")
                .danger()
                .field(field.error(error)),
        ),
        links: vec![
            PageLink::new("", "/account/export", "Download your data first"),
            PageLink::new("", "/account", "Back to your account"),
        ],
        ..FormPage::default()
    }
}
