//! `/classes/{class}/assignments/{assignment}/regrade`: a look at what would change, then it counts or is thrown away.

use axum::extract::{Query, State};
use axum::response::Response;
use drydock_app::view::{Regrade, RegradeChange, RegradePage};
use serde::Deserialize;

use super::title;
use crate::app::App;
use crate::gradebook::words::points;
use crate::http::pages::classes::{InClass, Sent, TheAssignment};
use crate::http::pages::{PageError, Visit, private};
use crate::ids::{AccountId, AssignmentId, SubmissionId};
use crate::store::{AssignmentKind, AssignmentRow, ChangeRow};
use crate::submissions::RegradeError;

/// Seconds without a sign of life after which a regrade broke off. One submission takes less.
const BROKEN: i64 = 30 * 60;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    submission: Option<SubmissionId>,
}

fn href(class: &InClass, assignment: AssignmentId) -> String {
    class.href(&format!("assignments/{assignment}/regrade"))
}

/// Shows where it stands.
pub async fn show(
    State(app): State<App>,
    class: InClass,
    TheAssignment(assignment): TheAssignment,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, PageError> {
    if assignment.kind != AssignmentKind::Lab {
        return Err(PageError::missing("Only labs are graded again"));
    }
    let view = RegradePage {
        title: title(&class, &app.content.now(), "lab", &assignment.slug),
        href: href(&class, assignment.id),
        only: asked.submission.map(|only| only.to_string()),
        state: state(&app, &class, &assignment).await?,
        class: class.head(&app),
    };
    Ok(private(drydock_app::pages::regrade(
        &visit.shell(&app),
        view,
    )))
}

async fn state(app: &App, class: &InClass, assignment: &AssignmentRow) -> sqlx::Result<Regrade> {
    let Some(row) = app.store.regrade(assignment.id).await? else {
        return Ok(Regrade::None);
    };
    if row.done < row.total {
        let broken = app.clock.seconds() - row.at > BROKEN;
        return Ok(if broken {
            Regrade::Broken(row.done, row.total)
        } else {
            Regrade::Running(row.done, row.total)
        });
    }
    let (changes, faults) = tokio::try_join!(
        app.store.regrade_changes(assignment.id),
        app.store.regrade_faults(assignment.id),
    )?;
    let page = |submission| class.href(&format!("submissions/{submission}"));
    let faults = faults
        .into_iter()
        .map(|(name, submission, why)| (name, page(submission), why));
    Ok(Regrade::Done {
        id: row.id.to_string(),
        total: row.total,
        changes: changes
            .into_iter()
            .map(|it| change(page(it.submission), it))
            .collect(),
        faults: faults.collect(),
    })
}

fn change(href: String, row: ChangeRow) -> RegradeChange {
    let word = |state: &str| match state {
        "pass" => "passes",
        "fail" => "fails",
        _ => "could not be looked at",
    };
    let checks = row
        .checks
        .iter()
        .map(|(title, was, now)| match was.as_deref() {
            Some(was) if was == now => format!("{title}: other points"),
            Some(was) => format!("{title}: {} → {}", word(was), word(now)),
            None => format!("{title}: new, {}", word(now)),
        });
    RegradeChange {
        href,
        attempt: format!("Attempt {}", row.attempt),
        old: row.old.map_or_else(|| "none".to_owned(), points),
        new: format!("{} of {}", points(row.new), points(row.max_score)),
        direction: match row.old {
            Some(old) if row.new < old => "down",
            Some(old) if row.new > old => "up",
            None => "up",
            Some(_) => "",
        },
        overridden: row.overridden,
        checks: checks.collect(),
        student: row.student,
    }
}

/// `POST …/begin`.
pub async fn begin(
    State(app): State<App>,
    class: InClass,
    TheAssignment(assignment): TheAssignment,
    visit: Visit,
    sent: Sent,
) -> Result<Response, PageError> {
    class.writable()?;
    let address = href(&class, assignment.id);
    if let Regrade::Running(..) = state(&app, &class, &assignment).await? {
        return visit
            .go(&address, "It is being graded again already.")
            .await;
    }
    let only = sent.get("submission").parse().ok();
    let by = class.person.account;
    let (id, submissions) = app.store.begin_regrade(assignment.id, only, by).await?;
    tokio::spawn(work(app.clone(), assignment.id, id, submissions, by));
    visit.go(&address, "").await
}

/// Grades one after another, until nobody wants it any more.
async fn work(
    app: App,
    assignment: AssignmentId,
    regrade: uuid::Uuid,
    submissions: Vec<SubmissionId>,
    by: AccountId,
) {
    for submission in submissions {
        let fault = match app.submissions.regrade(submission, Some(by), true).await {
            Ok(_) => None,
            Err(RegradeError::Fault(fault)) => Some(fault.text),
            Err(error) => {
                tracing::error!(%submission, %error, "a submission cannot be graded again");
                Some("Something went wrong on our side.".to_owned())
            }
        };
        let fault = fault.as_deref().map(|text| (submission, text));
        match app.store.regrade_step(assignment, regrade, fault).await {
            Ok(true) => {}
            // Somebody discarded it while this one was being graded.
            Ok(false) => {
                let _ = app.store.drop_previews(submission).await;
                return;
            }
            Err(error) => {
                tracing::error!(%assignment, %error, "a regrade breaks off");
                return;
            }
        }
    }
}

/// `POST …/apply`.
pub async fn apply(
    State(app): State<App>,
    class: InClass,
    TheAssignment(assignment): TheAssignment,
    visit: Visit,
    sent: Sent,
) -> Result<Response, PageError> {
    class.writable()?;
    let applied = match sent.get("regrade").parse() {
        Ok(regrade) => app.store.apply_regrade(assignment.id, regrade).await?,
        Err(_) => false,
    };
    if applied {
        return visit
            .go(&class.href("grades"), "The new gradings count.")
            .await;
    }
    let notice = "That was applied or discarded already.";
    visit.go(&href(&class, assignment.id), notice).await
}

/// `POST …/discard`.
pub async fn discard(
    State(app): State<App>,
    class: InClass,
    TheAssignment(assignment): TheAssignment,
    visit: Visit,
) -> Result<Response, PageError> {
    app.store.discard_regrade(assignment.id).await?;
    visit
        .go(&href(&class, assignment.id), "Nothing has changed.")
        .await
}
