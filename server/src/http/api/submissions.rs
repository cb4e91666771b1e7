//! Handing in a lab, and what came of it.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use drydock_course::model::Lab;
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use utoipa::ToSchema;

use super::extract::Owned;
use crate::app::App;
use crate::classes::rules::{Grading, Refusal};
use crate::classes::zone::Zone;
use crate::error::{AppError, Problem};
use crate::ids::{AssignmentId, SubmissionId};
use crate::labs::{LabKey, moment};
use crate::store::{GradedCheck, NotTaken, SubmissionRow, SubmissionState, Task};
use crate::submissions::{NotCollected, SubmitError};

/// Earlier submissions of a lab that are listed.
const HISTORY: u32 = 20;

/// What is handed in.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Submit {
    /// The assignment that it is for; without one it is practice.
    #[schema(value_type = Option<String>, format = Uuid)]
    assignment: Option<AssignmentId>,
}

/// A submission as its student sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubmissionView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: SubmissionId,
    /// `queued`, `grading`, `graded` or `error`: then the platform failed, which costs no attempt.
    pub state: &'static str,
    /// Points, once it is graded; lateness is not taken off here.
    pub score: Option<f64>,
    /// The most there is.
    pub max_score: Option<f64>,
    /// In the lab's order, once it is graded. Of a hidden check only whether it passed is told.
    pub checks: Vec<CheckResult>,
    /// Place in line, from 1, while it is queued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// Why the platform failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// Why what was handed in could not be built and started in a fresh machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The assignment; none for practice.
    #[schema(value_type = Option<String>, format = Uuid)]
    pub assignment: Option<AssignmentId>,
    /// From 1.
    pub attempt: u32,
    /// `live` or `clean`.
    pub grading: &'static str,
    /// Course slug.
    pub course: String,
    /// Lab slug.
    pub lab: String,
    /// RFC 3339.
    pub submitted_at: String,
    /// RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graded_at: Option<String>,
}

/// A check as it was graded.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckResult {
    /// Its id; empty for a hidden one.
    pub id: String,
    /// The step that it stands in.
    pub step: String,
    /// What is reached when it passes.
    pub title: String,
    /// `pass`, `fail` or `error`.
    pub state: &'static str,
    /// What was wanted; empty for a hidden one.
    pub expected: String,
    /// What was there; empty for a hidden one.
    pub found: String,
    /// Always null: hints belong to the lab.
    pub hint: Option<String>,
    /// Weight.
    pub points: f64,
    /// What it brought.
    pub earned: f64,
    /// Whether it counts at submission only.
    pub hidden: bool,
}

/// What can be handed in from a session, and what was.
#[derive(Debug, Serialize, ToSchema)]
pub struct Submissions {
    /// Assignments of this lab to this student, the first due first.
    assignments: Vec<AssignmentView>,
    /// `live` or `clean`: how practice is graded.
    practice: &'static str,
    /// Checks that count at submission only.
    hidden_checks: usize,
    /// The latest first.
    submissions: Vec<Summary>,
}

/// An assignment as its student meets it when handing in.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssignmentView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: AssignmentId,
    /// Title of the class.
    class: String,
    /// RFC 3339.
    due_at: Option<String>,
    /// RFC 3339: after this nothing is taken.
    closes_at: Option<String>,
    /// Percent taken off for each late day that has begun.
    late_percent: u8,
    /// Days begun after it was due, now.
    late_days: u32,
    /// How often it may be handed in; none: any number.
    max_attempts: Option<u32>,
    /// How often it still may.
    attempts_left: Option<u32>,
    /// `best` or `last`.
    counts: &'static str,
    /// `live` or `clean`.
    grading: &'static str,
    /// Why nothing is taken now.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
}

/// A submission in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Summary {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    id: SubmissionId,
    /// The assignment; none for practice.
    #[schema(value_type = Option<String>, format = Uuid)]
    assignment: Option<AssignmentId>,
    /// From 1.
    attempt: u32,
    /// `queued`, `grading`, `graded` or `error`.
    state: &'static str,
    /// Points.
    score: Option<f64>,
    /// The most there is.
    max_score: Option<f64>,
    /// RFC 3339.
    submitted_at: String,
}

/// Lists what can be handed in from a session, and what was.
#[utoipa::path(get, path = "/sessions/{id}/submissions", tag = "submissions", params(("id" = String, Path, description = "Session id")),
    responses((status = 200, body = Submissions), (status = 404, body = Problem), (status = 410, body = Problem)))]
pub async fn list(
    State(app): State<App>,
    Owned(live): Owned,
) -> Result<Json<Submissions>, AppError> {
    let LabKey { course, lab: slug } = live.key();
    let account = live.account();
    let content = app.content.now();
    let lab = content.lab(&course, &slug).map(|(_, _, lab)| lab);
    let tasks = app.store.tasks(account, &course, &slug).await?;
    let rows = app
        .store
        .submissions_of(account, &course, &slug, HISTORY)
        .await?;
    let now = app.clock.seconds();
    Ok(Json(Submissions {
        assignments: tasks.iter().map(|task| assignment(task, now)).collect(),
        practice: if lab.is_some_and(Lab::grades_clean) {
            Grading::Clean.word()
        } else {
            Grading::Live.word()
        },
        hidden_checks: lab.map_or(0, |lab| lab.checks().filter(|check| check.hidden).count()),
        submissions: rows.iter().map(summary).collect(),
    }))
}

/// Hands a session in as it stands. What was handed in is stored before it is graded.
#[utoipa::path(post, path = "/sessions/{id}/submit", tag = "submissions", request_body = Option<Submit>, params(("id" = String, Path, description = "Session id")),
    responses((status = 202, body = SubmissionView), (status = 404, body = Problem, description = "No such session or assignment"),
        (status = 409, body = Problem, description = "Nothing is taken now: not open, closed, no attempts left, or one is being graded"),
        (status = 410, body = Problem), (status = 413, body = Problem, description = "The files are too large"),
        (status = 429, body = Problem, description = "Too often today"), (status = 503, body = Problem, description = "The platform failed; no attempt was used")))]
pub async fn submit(
    State(app): State<App>,
    Owned(live): Owned,
    body: Bytes,
) -> Result<Response, AppError> {
    let Submit { assignment } = if body.iter().all(u8::is_ascii_whitespace) {
        Submit::default()
    } else {
        serde_json::from_slice(&body).map_err(|error| {
            AppError::bad_request(format!(
                "The body must be empty or `{{\"assignment\": \"ID\"}}`: {error}."
            ))
        })?
    };
    let row = app
        .submissions
        .submit(&live, assignment)
        .await
        .map_err(|error| into_app(&app, error))?;
    let place = HeaderValue::try_from(format!("/api/v1/submissions/{}", row.id))?;
    let view = view(&app, row).await?;
    Ok((
        StatusCode::ACCEPTED,
        [(header::LOCATION, place)],
        Json(view),
    )
        .into_response())
}

/// Shows a submission.
#[utoipa::path(get, path = "/submissions/{submission}", tag = "submissions", params(("submission" = String, Path, description = "Submission id")),
    responses((status = 200, body = SubmissionView), (status = 404, body = Problem)))]
pub async fn show(
    State(app): State<App>,
    Path(submission): Path<SubmissionId>,
) -> Result<Json<SubmissionView>, AppError> {
    let row = app.store.submission(submission).await?;
    let row = row.ok_or_else(|| AppError::not_found("There is no such submission."))?;
    Ok(Json(view(&app, row).await?))
}

/// A submission as its student may see it.
///
/// # Errors
/// When the database cannot be read.
pub async fn view(app: &App, row: SubmissionRow) -> Result<SubmissionView, AppError> {
    let grading = match row.score {
        Some(_) => app.store.grading(row.id).await?,
        None => None,
    };
    let (checks, note) = grading.map_or_else(Default::default, |row| {
        let note = Some(row.grading.note).filter(|note| !note.is_empty());
        (row.grading.checks.into_iter().map(result).collect(), note)
    });
    Ok(SubmissionView {
        id: row.id,
        state: row.state.word(),
        score: row.score,
        max_score: row.max_score,
        checks,
        position: app.store.position(row.id).await?,
        fault: row.fault.filter(|_| row.state == SubmissionState::Error),
        note,
        assignment: row.assignment,
        attempt: row.attempt,
        grading: row.grading.word(),
        course: row.course,
        lab: row.lab,
        submitted_at: stamp(row.submitted_at),
        graded_at: row.graded_at.map(stamp),
    })
}

/// Of a hidden check only the outcome is told; what it looks at stays with the instructors.
fn result(check: GradedCheck) -> CheckResult {
    let open = |text: String| if check.hidden { String::new() } else { text };
    CheckResult {
        id: open(check.id),
        step: check.step,
        title: if check.hidden {
            "A hidden check".to_owned()
        } else {
            check.title
        },
        state: check.state,
        expected: open(check.expected),
        found: open(check.found),
        hint: None,
        points: check.points,
        earned: check.earned,
        hidden: check.hidden,
    }
}

fn assignment(task: &Task, now: i64) -> AssignmentView {
    let (terms, zone) = (&task.terms, Zone::of(&task.time_zone));
    let refused = if task.archived {
        Some(not_taken(&NotTaken::Archived, &zone))
    } else {
        let refusal = terms.refuses(now, task.attempts);
        refusal.map(|refusal| not_taken(&NotTaken::Terms(refusal), &zone))
    };
    AssignmentView {
        id: task.id,
        class: task.class.clone(),
        due_at: terms.due_at.map(stamp),
        closes_at: terms.closes_at.map(stamp),
        late_percent: terms.late_percent,
        late_days: terms.late_days(now),
        max_attempts: terms.max_attempts,
        attempts_left: terms.attempts_left(task.attempts),
        counts: terms.counts.word(),
        grading: terms.grading.word(),
        refused,
    }
}

fn summary(row: &SubmissionRow) -> Summary {
    Summary {
        id: row.id,
        assignment: row.assignment,
        attempt: row.attempt,
        state: row.state.word(),
        score: row.score,
        max_score: row.max_score,
        submitted_at: stamp(row.submitted_at),
    }
}

/// What to tell who cannot hand in now.
fn not_taken(why: &NotTaken, zone: &Zone) -> String {
    match why {
        NotTaken::Terms(Refusal::NotOpen(at)) => {
            format!(
                "This assignment opens on {}. Until then you can hand in for practice.",
                zone.show(*at)
            )
        }
        NotTaken::Terms(Refusal::Closed(at)) => format!(
            "This assignment closed on {}. You can still hand in for practice; ask your instructor about anything else.",
            zone.show(*at)
        ),
        NotTaken::Terms(Refusal::NoAttemptsLeft(most)) => format!(
            "You have used your {most} {} of this assignment. You can still hand in for practice.",
            if *most == 1 { "attempt" } else { "attempts" }
        ),
        NotTaken::Archived => {
            "This class is archived: nothing is taken any more. You can still hand in for practice."
                .to_owned()
        }
        NotTaken::NoSuchAssignment => "There is no such assignment of this lab for you.".to_owned(),
        NotTaken::Unfinished(_) => {
            "What you handed in before is not graded yet. Wait for it, then hand in again."
                .to_owned()
        }
        NotTaken::TooMany(most) => {
            format!(
                "You have handed in {most} times within a day, which is the most. Try again tomorrow."
            )
        }
    }
}

fn into_app(app: &App, error: SubmitError) -> AppError {
    match error {
        SubmitError::NotTaken(why) => {
            let text = not_taken(&why, &Zone::of("UTC"));
            match why {
                NotTaken::NoSuchAssignment => AppError::not_found(text),
                NotTaken::TooMany(_) => AppError::client(StatusCode::TOO_MANY_REQUESTS, text),
                _ => AppError::conflict(text),
            }
        }
        SubmitError::NotCollected(error @ NotCollected::TooLarge) => {
            AppError::client(StatusCode::PAYLOAD_TOO_LARGE, error.to_string())
        }
        SubmitError::NotCollected(error @ NotCollected::Platform(_)) => {
            AppError::unavailable(error.to_string(), 30)
        }
        SubmitError::NotReady | SubmitError::NoSuchLab(_) => AppError::conflict(error.to_string()),
        SubmitError::Store(error) => {
            tracing::error!(%error, at = app.clock.seconds(), "a submission cannot be stored");
            AppError::unavailable(
                "What you handed in could not be stored: the database failed, or its disk is full. No attempt was \
                 used; try again in a minute.",
                30,
            )
        }
        SubmitError::Internal(error) => error.into(),
    }
}

fn stamp(seconds: i64) -> String {
    moment(seconds).format(&Rfc3339).unwrap_or_default()
}
