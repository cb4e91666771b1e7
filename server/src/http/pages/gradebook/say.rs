//! What an instructor says of a submission: a comment, a change of the grade, grading it again.

use axum::extract::State;
use axum::response::Response;
use drydock_app::view::{Field, FieldKind, Form};

use super::review::{TheSubmission, draw, review};
use crate::app::App;
use crate::gradebook::words::points;
use crate::http::pages::classes::Sent;
use crate::http::pages::{PageError, Visit};
use crate::store::ReviewRow;

/// Letters of a comment.
const COMMENT: usize = 5_000;
/// Letters of a reason.
const REASON: usize = 1_000;
/// Most points, where nothing says how many there are.
const POINTS: f64 = 10_000.0;

/// Adds a comment.
pub(super) fn comment_form(it: &TheSubmission) -> Form {
    Form::new(format!("{}/comments", it.href()), "Add the comment").field(
        Field::new("text", "Comment", FieldKind::Long { rows: 4 })
            .help("The student reads it, with your name."),
    )
}

/// Changes the grade.
pub(super) fn change_form(it: &TheSubmission, review: &ReviewRow) -> Form {
    let of = most(it, review).map(|most| format!("0 to {}, as they should count. ", points(most)));
    let help = format!(
        "{}Lateness is not taken off; grading again does not change them.",
        of.unwrap_or_default()
    );
    let changed = review.overridden.as_ref();
    Form::new(format!("{}/override", it.href()), "Change the grade")
        .field(
            Field::new("points", "Points", FieldKind::Text)
                .help(help)
                .value(changed.map(|it| points(it.score)).unwrap_or_default()),
        )
        .field(
            Field::new("reason", "Reason", FieldKind::Long { rows: 3 })
                .help("The student reads it, with your name.")
                .value(changed.map(|it| it.reason.clone()).unwrap_or_default()),
        )
}

/// Points there are.
fn most(it: &TheSubmission, review: &ReviewRow) -> Option<f64> {
    review
        .max_score
        .filter(|most| *most > 0.0)
        .or(it.row.max_score)
}

/// `POST …/comments`.
pub async fn comment(
    State(app): State<App>,
    it: TheSubmission,
    visit: Visit,
    sent: Sent,
) -> Result<Response, PageError> {
    it.class.writable()?;
    let text = sent.get("text");
    let wrong = match text.chars().count() {
        0 => Some("Write something.".to_owned()),
        letters if letters > COMMENT => Some(format!(
            "A comment has {COMMENT} letters at most; this one has {letters}."
        )),
        _ => None,
    };
    let wrong = match wrong {
        Some(wrong) => Some(wrong),
        None if app
            .store
            .add_comment(it.row.id, it.class.person.account, text)
            .await? =>
        {
            None
        }
        None => Some("There are too many comments already.".to_owned()),
    };
    if wrong.is_none() {
        return visit
            .go(&format!("{}#feedback", it.href()), "The comment was added.")
            .await;
    }
    let mut form = comment_form(&it);
    form.fields[0].value = text.to_owned();
    form.fields[0].error = wrong;
    let change = change_form(&it, &review(&app, &it).await?);
    draw(&app, &it, &visit, None, (change, form)).await
}

/// `POST …/override`.
pub async fn change(
    State(app): State<App>,
    it: TheSubmission,
    visit: Visit,
    sent: Sent,
) -> Result<Response, PageError> {
    it.class.writable()?;
    let row = review(&app, &it).await?;
    let most = most(&it, &row);
    let (typed, reason) = (sent.get("points"), sent.get("reason"));
    // A comma is what many type.
    let score = typed.replace(',', ".").parse::<f64>().ok();
    let limit = most.unwrap_or(POINTS);
    let score = score.filter(|score| (0.0..=limit).contains(score));
    let long = reason.chars().count() > REASON;
    if let (Some(score), false, false) = (score, reason.is_empty(), long) {
        let (assignment, account) = (it.assignment.id, it.row.account);
        let by = it.class.person.account;
        let of = (score, most.unwrap_or(score));
        app.store
            .override_grade(assignment, account, of, reason, by)
            .await?;
        return visit
            .go(&format!("{}#feedback", it.href()), "The grade was changed.")
            .await;
    }
    let mut form = change_form(&it, &row);
    form.fields[0].value = typed.to_owned();
    form.fields[0].error = score
        .is_none()
        .then(|| format!("Give a number from 0 to {}.", points(limit)));
    form.fields[1].value = reason.to_owned();
    form.fields[1].error = match (reason.is_empty(), long) {
        (true, _) => Some("Say why: the student reads it.".to_owned()),
        (_, true) => Some(format!("A reason has {REASON} letters at most.")),
        _ => None,
    };
    let comment = comment_form(&it);
    draw(&app, &it, &visit, None, (form, comment)).await
}

/// `POST …/override/undo`.
pub async fn undo(
    State(app): State<App>,
    it: TheSubmission,
    visit: Visit,
) -> Result<Response, PageError> {
    it.class.writable()?;
    let undone = app
        .store
        .undo_override(it.assignment.id, it.row.account)
        .await?;
    let notice = if undone {
        "The graded points count again."
    } else {
        ""
    };
    visit.go(&it.href(), notice).await
}

/// `POST …/again`.
pub async fn again(
    State(app): State<App>,
    it: TheSubmission,
    visit: Visit,
) -> Result<Response, PageError> {
    let queued = app
        .submissions
        .enqueue(it.row.id, Some(it.class.person.account))
        .await?;
    let notice = if queued {
        "It waits to be graded again."
    } else {
        "It waits already."
    };
    visit.go(&it.href(), notice).await
}
