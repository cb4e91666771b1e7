//! Bringing a table of people into a class: looked at first, then confirmed.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use axum::extract::multipart::{Multipart, MultipartError, MultipartRejection};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use drydock_app::view::ImportPage;
use http::HeaderMap;

use super::roster::{Wrong, draw, draw_links};
use super::{InClass, Sent, refusal, site};
use crate::access::Role;
use crate::app::App;
use crate::classes::{reading, roster};
use crate::http::pages::{PageError, Visit, private};
use crate::ids::AccountId;
use crate::spreadsheet;
use crate::store::{Came, LINK, MemberRole};

/// What a roster means for a class.
struct Plan {
    /// Name and address of who has no account.
    new: Vec<(String, String)>,
    /// Name, address and account of who has one and is not in the class.
    known: Vec<(String, String, AccountId)>,
    /// How many are in the class.
    there: usize,
}

impl Plan {
    async fn of(app: &App, here: &InClass, entries: &[roster::Entry]) -> Result<Self, PageError> {
        let emails: Vec<String> = entries.iter().map(|entry| entry.email.clone()).collect();
        let known = app.store.people_by_email(&emails).await?;
        let known: BTreeMap<String, (AccountId, String)> = known
            .into_iter()
            .map(|(email, account, name)| (email.to_ascii_lowercase(), (account, name)))
            .collect();
        let members = app.store.roster(here.class.id).await?;
        let members: BTreeSet<AccountId> = members.iter().map(|row| row.account).collect();
        let mut plan = Self {
            new: Vec::new(),
            known: Vec::new(),
            there: 0,
        };
        for entry in entries {
            match known.get(&entry.email.to_ascii_lowercase()) {
                None => plan.new.push((entry.name.clone(), entry.email.clone())),
                Some((account, _)) if members.contains(account) => plan.there += 1,
                Some((account, name)) => {
                    plan.known
                        .push((name.clone(), entry.email.clone(), *account));
                }
            }
        }
        Ok(plan)
    }
}

/// `POST /classes/{class}/roster/import`: says what would happen.
pub async fn preview(
    State(app): State<App>,
    visit: Visit,
    here: InClass,
    multipart: Result<Multipart, MultipartRejection>,
) -> Result<Response, PageError> {
    here.writable()?;
    let (typed, read) = match received(multipart).await {
        Ok((file, typed)) => {
            let table = if file.is_empty() {
                typed.as_bytes()
            } else {
                &file
            };
            let read = if table.iter().all(u8::is_ascii_whitespace) {
                Err("Choose a file, or paste the table below.".to_owned())
            } else {
                roster::read(table)
            };
            (typed, read)
        }
        Err(problem) => (String::new(), Err(problem)),
    };
    let found = match read {
        Ok(found) => found,
        Err(problem) => {
            let wrong = Wrong {
                import: Some((typed, problem)),
                ..Wrong::default()
            };
            return draw(&app, &visit, &here, wrong).await;
        }
    };
    let plan = Plan::of(&app, &here, &found.entries).await?;
    let rows = found
        .entries
        .iter()
        .map(|entry| [entry.name.as_str(), entry.email.as_str()]);
    let page = ImportPage {
        class: here.head(&app),
        new: plan.new,
        known: plan
            .known
            .into_iter()
            .map(|(name, email, _)| (name, email))
            .collect(),
        there: plan.there,
        bad: found
            .bad
            .into_iter()
            .map(|bad| (bad.line, bad.row, bad.problem))
            .collect(),
        table: spreadsheet::write(std::iter::once(["name", "email"]).chain(rows))?,
    };
    Ok(private(drydock_app::pages::import(
        &visit.shell(&app),
        page,
    )))
}

/// The file and the text of the form.
async fn received(
    multipart: Result<Multipart, MultipartRejection>,
) -> Result<(Vec<u8>, String), String> {
    let broken = |_: MultipartError| {
        "The file did not arrive whole, or it is larger than 1 MB. Try again with a smaller one."
            .to_owned()
    };
    let mut multipart =
        multipart.map_err(|_| "The form was not sent as a browser sends it.".to_owned())?;
    let (mut file, mut typed) = (Vec::new(), String::new());
    while let Some(field) = multipart.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(broken)?;
        match name.as_str() {
            "file" => file = bytes.into(),
            "table" => typed = String::from_utf8_lossy(&bytes).into_owned(),
            _ => {}
        }
    }
    Ok((file, typed))
}

/// `POST /classes/{class}/roster/import/confirm`: does it. The links are in the reply alone.
pub async fn confirm(
    State(app): State<App>,
    visit: Visit,
    here: InClass,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, PageError> {
    here.writable()?;
    let found = match roster::read(sent.get("table").as_bytes()) {
        Ok(found) => found,
        Err(problem) => {
            let wrong = Wrong {
                import: Some((String::new(), problem)),
                ..Wrong::default()
            };
            return draw(&app, &visit, &here, wrong).await;
        }
    };
    let plan = Plan::of(&app, &here, &found.entries).await?;
    // Whether there is room is known before anybody gets an account.
    if let Err(refused) = app
        .store
        .room_for(here.class.id, plan.new.len() + plan.known.len())
        .await
    {
        let wrong = Wrong {
            import: Some((String::new(), refusal(refused)?)),
            ..Wrong::default()
        };
        return draw(&app, &visit, &here, wrong).await;
    }
    let (base, by) = (site(&app, &headers), Some(here.person.account));
    let put_in = |account: AccountId| (account, Came::PutIn);
    let mut joining: Vec<_> = plan
        .known
        .iter()
        .map(|(_, _, account)| put_in(*account))
        .collect();
    let mut links = Vec::new();
    for (name, email) in plan.new {
        // Somebody may have signed up with the address since it was looked at: they join, too.
        let Some(account) = app
            .store
            .create_person(&name, Some(&email), Role::Student)
            .await?
        else {
            let known = app.store.person_by_email(&email).await?;
            joining.extend(known.map(|known| put_in(known.account)));
            continue;
        };
        joining.push((account, Came::Willingly));
        let token = app.store.make_password_link(account, by, LINK).await?;
        links.push((name, email, format!("{base}/password/{token}")));
    }
    let joined = match app
        .store
        .add_members(here.class.id, &joining, MemberRole::Student)
        .await
    {
        Ok(joined) => joined,
        Err(refused) => return visit.go(&here.href("roster"), &refusal(refused)?).await,
    };
    reading::joined(&app, &here.class, None).await?;
    let done = match joined {
        1 => "1 person came into the class.".to_owned(),
        count => format!("{count} people came into the class."),
    };
    if links.is_empty() {
        return visit.go(&here.href("roster"), &done).await;
    }
    draw_links(&app, &visit, &here, links, done)
}

/// Links as a table in an address, which browsers save without scripts.
pub(super) fn csv_address(links: &[(String, String, String)]) -> Result<String, PageError> {
    let rows = links
        .iter()
        .map(|(name, email, link)| [name.as_str(), email.as_str(), link.as_str()]);
    let table = spreadsheet::write(std::iter::once(["name", "email", "link"]).chain(rows))?;
    Ok(format!(
        "data:text/csv;charset=utf-8;base64,{}",
        STANDARD.encode(table)
    ))
}
