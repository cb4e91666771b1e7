//! People, for operators: who there is, what they may do, a link for who forgot the password. Links
//! instructors make too, for students of theirs.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use drydock_app::view::{
    self, Field, FieldKind, FormPage, PageLink, PeoplePage, PersonLine, PersonPage,
};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use time::OffsetDateTime;
use time::macros::format_description;

use super::show;
use crate::access::{Person, Role};
use crate::app::App;
use crate::http::address::site;
use crate::http::pages::{PageError, Posted, Visit, private, private_with};
use crate::ids::AccountId;
use crate::store::{Kept, LINK, PersonRow};

/// People on a page.
const PAGE: u32 = 50;
/// The word that is typed to delete.
const DELETE: &str = "delete";

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    page: u32,
}

/// `GET /people`.
pub async fn list(
    State(app): State<App>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let search: String = asked.q.trim().chars().take(100).collect();
    let skip = asked.page.saturating_mul(PAGE);
    let (people, count) = app.store.people(&search, skip, PAGE).await?;
    let at = |page: u32| {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("q", &search)
            .append_pair("page", &page.to_string())
            .finish();
        format!("/people?{query}")
    };
    let page = PeoplePage {
        people: people.iter().map(line).collect(),
        count,
        previous: asked.page.checked_sub(1).map(&at),
        next: (skip.saturating_add(PAGE) < count).then(|| at(asked.page + 1)),
        search: search.clone(),
    };
    Ok(private(drydock_app::pages::people(
        &visit.shell(&app),
        page,
    )))
}

fn line(row: &PersonRow) -> PersonLine {
    PersonLine {
        href: format!("/people/{}", row.account),
        name: row.name.clone(),
        email: row.email.clone(),
        role: row.role.word(),
        since: day(row.created_at),
        seen: day(row.seen_at),
    }
}

/// A moment as a date, in UTC.
fn day(seconds: i64) -> String {
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|at| at.format(format_description!("[year]-[month]-[day]")).ok())
        .unwrap_or_default()
}

/// `GET /people/{person}`.
pub async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(person): Path<String>,
) -> Result<Response, PageError> {
    let row = find(&app, &person).await?;
    Ok(draw(&app, &visit, &row, None, None))
}

async fn find(app: &App, person: &str) -> Result<PersonRow, PageError> {
    let missing = || PageError::missing("There is no such person");
    let account: AccountId = person.parse().map_err(|_| missing())?;
    app.store.person_row(account).await?.ok_or_else(missing)
}

fn draw(
    app: &App,
    visit: &Visit,
    row: &PersonRow,
    role: Option<String>,
    delete: Option<String>,
) -> Response {
    let person = line(row);
    let roles = [
        (Role::Student, "Student: learns"),
        (Role::Instructor, "Instructor: makes classes"),
        (Role::Operator, "Operator: runs this installation"),
    ];
    let choices = roles.map(|(role, text)| (role.word().to_owned(), text.to_owned()));
    let role = view::Form::new(format!("{}/role", person.href), "Change the role").field(
        Field::new(
            "role",
            "What they may do",
            FieldKind::Choice(choices.into()),
        )
        .value(row.role.word())
        .error(role),
    );
    let link = view::Form::new(format!("{}/link", person.href), "Make a link");
    let word = format!("Type “{DELETE}”");
    let delete = view::Form::new(format!("{}/delete", person.href), "Delete the account")
        .danger()
        .field(
            Field::new("word", word, FieldKind::Text)
                .autocomplete("off")
                .error(delete),
        );
    let wrong = role.is_wrong() || delete.is_wrong();
    let page = PersonPage {
        person,
        role,
        link,
        delete,
    };
    let status = if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    private_with(status, drydock_app::pages::person(&visit.shell(app), page))
}

/// What somebody may do from now on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewRole {
    role: String,
}

/// `POST /people/{person}/role`.
pub async fn role(
    State(app): State<App>,
    visit: Visit,
    Path(person): Path<String>,
    Posted(typed): Posted<NewRole>,
) -> Result<Response, PageError> {
    let row = find(&app, &person).await?;
    let Some(role) = Role::read(&typed.role) else {
        let error = "Choose one of these roles.".to_owned();
        return Ok(draw(&app, &visit, &row, Some(error), None));
    };
    match app.store.set_role(row.account, role).await? {
        Ok(()) => {
            let notice = format!("{} is {} now.", row.name, role.with_article());
            visit.go(&format!("/people/{}", row.account), &notice).await
        }
        Err(kept) => Ok(draw(&app, &visit, &row, Some(words(kept)), None)),
    }
}

fn words(kept: Kept) -> String {
    match kept {
        Kept::Missing => "The account is gone.",
        Kept::LastOperator => "This is the only operator. Make somebody else one first.",
    }
    .to_owned()
}

/// `POST /people/{person}/link`. Shown once, in the reply: it is stored nowhere.
pub async fn link(
    State(app): State<App>,
    viewer: Person,
    visit: Visit,
    headers: HeaderMap,
    Path(person): Path<String>,
) -> Result<Response, PageError> {
    let row = find(&app, &person).await?;
    let made_by = Some(viewer.account);
    let token = app
        .store
        .make_password_link(row.account, made_by, LINK)
        .await?;
    let back = if viewer.role == Role::Operator {
        PageLink::button(format!("/people/{}", row.account), "Back")
    } else {
        PageLink::button("/classes", "Back to your classes")
    };
    let page = FormPage {
        title: format!("A link for {}", row.name),
        lead: vec![
            "Give it to them and to nobody else. It sets a new password, once, within 7 days. It is shown only now.".into(),
        ],
        copy: Some(format!("{}/password/{token}", site(&app, &headers))),
        links: vec![back],
        ..FormPage::default()
    };
    Ok(show(&app, &visit, page))
}

/// The word that was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sure {
    word: String,
}

/// `POST /people/{person}/delete`.
pub async fn delete(
    State(app): State<App>,
    visit: Visit,
    Path(person): Path<String>,
    Posted(typed): Posted<Sure>,
) -> Result<Response, PageError> {
    let row = find(&app, &person).await?;
    if !typed.word.trim().eq_ignore_ascii_case(DELETE) {
        let error = format!("Type “{DELETE}” to delete the account.");
        return Ok(draw(&app, &visit, &row, None, Some(error)));
    }
    match super::leave::delete(&app, row.account).await? {
        Ok(()) => {
            let notice = format!("{} is deleted.", row.name);
            visit.go("/people", &notice).await
        }
        Err(kept) => Ok(draw(&app, &visit, &row, None, Some(words(kept)))),
    }
}
