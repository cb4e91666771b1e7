//! Who is in a class.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::Response;
use drydock_app::view::{Field, FieldKind, Form, LinksPage, RosterLine, RosterPage};
use http::{HeaderMap, StatusCode};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::import::csv_address;
use super::{InClass, Sent, refusal, site};
use crate::access::Role;
use crate::app::App;
use crate::http::pages::{PageError, Visit, private, private_with};
use crate::ids::AccountId;
use crate::spreadsheet;
use crate::store::{Came, LINK, MemberRole, MemberRow};

/// `GET /classes/{class}/roster`.
pub async fn page(
    State(app): State<App>,
    visit: Visit,
    here: InClass,
) -> Result<Response, PageError> {
    draw(&app, &visit, &here, Wrong::default()).await
}

/// What is wrong with one of the forms of the page.
#[derive(Debug, Default)]
pub(super) struct Wrong {
    /// With what was to be done to those who were ticked.
    pub deed: Option<String>,
    /// With the instructor to add: what was typed, and what is wrong with it.
    pub add: Option<(String, String)>,
    /// With the table: what was typed, and what is wrong.
    pub import: Option<(String, String)>,
}

pub(super) async fn draw(
    app: &App,
    visit: &Visit,
    here: &InClass,
    wrong: Wrong,
) -> Result<Response, PageError> {
    let zone = here.zone();
    let people = app.store.roster(here.class.id).await?;
    let line = |row: MemberRow| RosterLine {
        account: row.account.to_string(),
        email: row.email.unwrap_or_default(),
        role: role_word(row.role),
        joined: zone.date(row.joined_at),
        never_signed_in: !row.can_sign_in,
        name: row.name,
    };
    let any = wrong.deed.is_some() || wrong.add.is_some() || wrong.import.is_some();
    let (added, wrong_add) = wrong.add.unzip();
    let (typed, wrong_import) = wrong.import.unzip();
    let page = RosterPage {
        class: here.head(app),
        people: people.into_iter().map(line).collect(),
        problem: wrong.deed,
        code: here.class.join_code.to_string(),
        add: Form::new(here.href("roster/instructors"), "Add the instructor").field(
            Field::new("email", "Email address", FieldKind::Email)
                .help("Of somebody who has an account. They can then do all that you can in this class.")
                .value(added.unwrap_or_default())
                .error(wrong_add),
        ),
        import: Form::new(here.href("roster/import"), "Look at it first")
            .field(
                Field::new("file", "CSV file", FieldKind::File { accept: ".csv,text/csv,text/plain" })
                    .help("At most 1 MB and 2,000 rows.")
                    .error(wrong_import)
                    .optional(),
            )
            .field(
                Field::new("table", "Or paste the table", FieldKind::Long { rows: 4 })
                    .help("The first line names the columns: name,email")
                    .value(typed.unwrap_or_default())
                    .optional(),
            ),
    };
    let status = if any {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(private_with(
        status,
        drydock_app::pages::roster(&visit.shell(app), page),
    ))
}

fn role_word(role: MemberRole) -> &'static str {
    match role {
        MemberRole::Instructor => "Instructor",
        MemberRole::Student => "Student",
    }
}

/// `GET /classes/{class}/roster.csv`: name, email, role, joined (RFC 3339, UTC).
pub async fn export(State(app): State<App>, here: InClass) -> Result<Response, PageError> {
    let people = app.store.roster(here.class.id).await?;
    let mut rows = vec![["name", "email", "role", "joined"].map(str::to_owned)];
    for row in people {
        let joined = OffsetDateTime::from_unix_timestamp(row.joined_at)?.format(&Rfc3339)?;
        rows.push([
            row.name,
            row.email.unwrap_or_default(),
            row.role.to_string(),
            joined,
        ]);
    }
    let table = spreadsheet::write(rows.iter().map(|row| row.iter().map(String::as_str)))?;
    Ok(spreadsheet::download(
        &format!("roster {}", here.class.title),
        table,
    ))
}

/// `POST /classes/{class}/roster`: does something to those who are ticked.
pub async fn deed(
    State(app): State<App>,
    visit: Visit,
    here: InClass,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, PageError> {
    here.writable()?;
    let ticked: BTreeSet<AccountId> = sent
        .all("account")
        .filter_map(|id| id.parse().ok())
        .collect();
    let roster = app.store.roster(here.class.id).await?;
    let chosen: Vec<&MemberRow> = roster
        .iter()
        .filter(|row| ticked.contains(&row.account))
        .collect();
    let wrong = |text: &str| Wrong {
        deed: Some(text.to_owned()),
        ..Wrong::default()
    };
    if chosen.is_empty() {
        return draw(
            &app,
            &visit,
            &here,
            wrong("Tick the people first, then choose what to do."),
        )
        .await;
    }
    let accounts: Vec<AccountId> = chosen.iter().map(|row| row.account).collect();
    let class = here.class.id;
    let done = match sent.get("deed") {
        "links" => return make_links(&app, &visit, &here, &headers, &chosen).await,
        "remove" => app.store.remove_members(class, &accounts).await,
        "instructors" => {
            app.store
                .set_member_roles(class, &accounts, MemberRole::Instructor)
                .await
        }
        "students" => {
            app.store
                .set_member_roles(class, &accounts, MemberRole::Student)
                .await
        }
        _ => return draw(&app, &visit, &here, wrong("Choose one of the buttons.")).await,
    };
    match done {
        Ok(()) => visit.go(&here.href("roster"), "Done.").await,
        Err(refused) => {
            let problem = refusal(refused)?;
            draw(&app, &visit, &here, wrong(&problem)).await
        }
    }
}

/// Who may make a link to set the password of a member: an instructor, for a student. A link is as
/// good as the account, so nobody gets one for who may do more than a student, nor for whom they
/// merely put into the class.
fn may_link(here: &InClass, member: &MemberRow) -> bool {
    here.person.role >= Role::Instructor
        && member.role == MemberRole::Student
        && member.account_role == Role::Student
        && (member.entrusted || here.person.role == Role::Operator)
        && member.email.is_some()
}

async fn make_links(
    app: &App,
    visit: &Visit,
    here: &InClass,
    headers: &HeaderMap,
    chosen: &[&MemberRow],
) -> Result<Response, PageError> {
    if let Some(other) = chosen.iter().find(|row| !may_link(here, row)) {
        let problem = format!(
            "No link can be made for {}: instructors make them for students who joined by themselves, or whose account was made for this class. Ask who runs this site.",
            other.name
        );
        let wrong = Wrong {
            deed: Some(problem),
            ..Wrong::default()
        };
        return draw(app, visit, here, wrong).await;
    }
    let base = site(app, headers);
    let mut links = Vec::new();
    for row in chosen {
        let by = Some(here.person.account);
        let token = app.store.make_password_link(row.account, by, LINK).await?;
        links.push((
            row.name.clone(),
            row.email.clone().unwrap_or_default(),
            format!("{base}/password/{token}"),
        ));
    }
    let done = match links.len() {
        1 => "A link for 1 person.".to_owned(),
        count => format!("Links for {count} people."),
    };
    draw_links(app, visit, here, links, done)
}

pub(super) fn draw_links(
    app: &App,
    visit: &Visit,
    here: &InClass,
    links: Vec<(String, String, String)>,
    done: String,
) -> Result<Response, PageError> {
    let page = LinksPage {
        class: here.head(app),
        done,
        days: LINK.as_secs() / 86_400,
        file: csv_address(&links)?,
        links,
    };
    Ok(private(drydock_app::pages::links(&visit.shell(app), page)))
}

/// `POST /classes/{class}/roster/instructors`.
pub async fn add_instructor(
    State(app): State<App>,
    visit: Visit,
    here: InClass,
    sent: Sent,
) -> Result<Response, PageError> {
    here.writable()?;
    let email: String = sent.get("email").chars().take(300).collect();
    let Some(person) = app.store.person_by_email(&email).await? else {
        let problem = "Nobody here has this address. They sign up first, or who runs this site makes an account for them.";
        let wrong = Wrong {
            add: Some((email, problem.to_owned())),
            ..Wrong::default()
        };
        return draw(&app, &visit, &here, wrong).await;
    };
    let class = here.class.id;
    let added = app
        .store
        .add_members(
            class,
            &[(person.account, Came::PutIn)],
            MemberRole::Instructor,
        )
        .await;
    let added = match added {
        // Who was a student of it teaches it from now on.
        Ok(0) => {
            app.store
                .set_member_roles(class, &[person.account], MemberRole::Instructor)
                .await
        }
        added => added.map(drop),
    };
    match added {
        Ok(()) => {
            let notice = format!("{} teaches this class now.", person.name);
            visit.go(&here.href("roster"), &notice).await
        }
        Err(refused) => {
            let wrong = Wrong {
                add: Some((email, refusal(refused)?)),
                ..Wrong::default()
            };
            draw(&app, &visit, &here, wrong).await
        }
    }
}
