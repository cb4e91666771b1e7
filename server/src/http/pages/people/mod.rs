//! Pages of accounts: plain forms. One that fails is drawn again with what was typed (never a
//! password) and says what is wrong; one that succeeds goes on to another page.

pub mod account;
pub mod claim;
pub mod directory;
pub mod leave;
pub mod oidc;
pub mod password;
pub mod sign_in;
pub mod sign_up;
#[cfg(test)]
mod tests;

use axum::response::Response;
use drydock_app::view::{Field, FieldKind, FormPage};
use http::{StatusCode, header};
use tower_sessions::Session;

use super::{PageError, Visit, private_with};
use crate::app::App;
use crate::ids::AccountId;
use crate::people::{TooSoon, fields};

/// Shows a page with a form: 422 if something is wrong with it.
fn show(app: &App, visit: &Visit, page: FormPage) -> Response {
    let wrong = page
        .form
        .as_ref()
        .is_some_and(drydock_app::view::Form::is_wrong);
    let status = if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    private_with(
        status,
        drydock_app::pages::form_page(&visit.shell(app), page),
    )
}

/// Shows the form of somebody who tried too often: with how long to wait.
fn slow_down(app: &App, visit: &Visit, mut page: FormPage, soon: TooSoon) -> Response {
    page.form = page.form.map(|form| form.problem(Some(soon.words())));
    let mut response = show(app, visit, page);
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, soon.seconds.into());
    response
}

/// Signs somebody in. A guest who turns out to be somebody brings along what they did.
async fn sign_in(app: &App, visit: &Visit, account: AccountId) -> Result<(), PageError> {
    let guest = match visit.viewer.person {
        Some(_) => None,
        None => visit.viewer.account.filter(|guest| *guest != account),
    };
    if let Some(guest) = guest {
        app.labs.hand_over(guest, account).await?;
        crate::classes::reading::merged(app, account).await?;
    }
    begin(app, &visit.session, account).await
}

async fn begin(app: &App, session: &Session, account: AccountId) -> Result<(), PageError> {
    app.store.seen(account).await?;
    Ok(crate::access::begin(app, session, account).await?)
}

/// Where to go on: a page of this site, or the front page.
fn onward(next: &str) -> &str {
    fields::local(next).unwrap_or("/")
}

/// `path` with where to go on behind it.
fn with_next(path: &str, next: &str) -> String {
    match fields::local(next) {
        Some(next) => {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("next", next)
                .finish();
            format!("{path}?{query}")
        }
        None => path.to_owned(),
    }
}

fn email_field(value: &str) -> Field {
    Field::new("email", "E-mail", FieldKind::Email)
        .autocomplete("username")
        .value(value)
}

fn new_password_field(label: &str) -> Field {
    Field::new("password", label, FieldKind::Password)
        .autocomplete("new-password")
        .help("At least 10 characters. A few words do well.")
}

fn old_password_field(name: &'static str, label: &str) -> Field {
    Field::new(name, label, FieldKind::Password).autocomplete("current-password")
}

fn next_field(next: &str) -> Field {
    Field::new("next", "", FieldKind::Hidden).value(fields::local(next).unwrap_or_default())
}
