//! Check results, a look on demand, and answers.

use axum::Json;
use axum::extract::{Path, State};
use drydock_course::check::Rule;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{Body, Owned};
use crate::app::App;
use crate::error::{AppError, Problem};
use crate::labs::{CheckView, LabKey};
use crate::submissions::points_left;

/// Characters of an answer.
const ANSWER: usize = 1000;

/// Check results.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Results {
    /// In the lab's order.
    checks: Vec<CheckView>,
    /// Points of what this learner has passed in the lab so far, in this session or before.
    score: f64,
    /// Points of every check that is shown.
    max_score: u32,
}

/// An answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The text, or the choice exactly as it is shown.
    answer: String,
}

/// Lists the checks of a session with their last results.
#[utoipa::path(get, path = "/sessions/{id}/checks", tag = "checks", params(("id" = String, Path, description = "Session id")),
    responses((status = 200, body = Results), (status = 404, body = Problem), (status = 410, body = Problem)))]
pub async fn list(State(app): State<App>, Owned(live): Owned) -> Result<Json<Results>, AppError> {
    let content = app.content.now();
    let LabKey { course, lab: slug } = live.key();
    let account = live.account();
    let Some((_, _, lab)) = content.lab(&course, &slug) else {
        return Ok(Json(Results::default()));
    };
    let checks = live.checks.view(lab);
    let passed = app.store.checks_passed(account, &course, &slug).await?;
    let seen = app.store.solutions_seen(account, &course, &slug).await?;
    Ok(Json(Results {
        max_score: checks.iter().map(|check| check.points).sum(),
        score: checks
            .iter()
            .filter_map(|check| {
                let passed = *passed.get(&check.id)?;
                let seen = seen.get(&check.step).copied();
                Some(points_left(check.points, lab.solution_cost, passed, seen))
            })
            .sum(),
        checks,
    }))
}

/// Looks at everything again; what comes of it is told over the events.
#[utoipa::path(post, path = "/sessions/{id}/checks/run", tag = "checks", params(("id" = String, Path, description = "Session id")),
    responses((status = 202, description = "It will be looked at"), (status = 404, body = Problem), (status = 410, body = Problem)))]
pub async fn run(Owned(live): Owned) -> StatusCode {
    live.checks.ask();
    StatusCode::ACCEPTED
}

#[derive(Deserialize)]
pub(crate) struct CheckPath {
    check: String,
}

/// Answers a check that asks a question.
#[utoipa::path(post, path = "/sessions/{id}/checks/{check}/answer", tag = "checks", request_body = Answer,
    params(("id" = String, Path, description = "Session id"), ("check" = String, Path, description = "Check id")),
    responses((status = 202, body = CheckView), (status = 404, body = Problem), (status = 410, body = Problem), (status = 422, body = Problem)))]
pub async fn answer(
    State(app): State<App>,
    Owned(live): Owned,
    Path(CheckPath { check }): Path<CheckPath>,
    Body(Answer { answer }): Body<Answer>,
) -> Result<(StatusCode, Json<CheckView>), AppError> {
    let content = app.content.now();
    let key = live.key();
    let lab = content.lab(&key.course, &key.lab).map(|(_, _, lab)| lab);
    let asked = lab.and_then(|lab| {
        lab.checks()
            .find(|one| one.id == check && !one.hidden)
            .map(|one| (lab, one))
    });
    let Some((lab, asked)) = asked else {
        return Err(AppError::not_found(format!(
            "This lab has no check `{check}`."
        )));
    };
    let Rule::Answer(rule) = &asked.rule else {
        return Err(AppError::conflict(format!(
            "The check `{check}` is not answered: it looks at the engine by itself."
        )));
    };
    let answer = answer.trim();
    if answer.is_empty() || answer.chars().count() > ANSWER {
        let detail = format!(
            "An answer has 1 to {ANSWER} characters; this one has {}.",
            answer.chars().count()
        );
        return Err(AppError::client(StatusCode::UNPROCESSABLE_ENTITY, detail));
    }
    if !rule.choices.is_empty() && !rule.choices.iter().any(|choice| choice == answer) {
        return Err(AppError::client(
            StatusCode::UNPROCESSABLE_ENTITY,
            "That is not one of the choices. Send one exactly as it is shown.",
        ));
    }
    app.store.record_answer(live.row.id, &check, answer).await?;
    live.checks.answer(&check, answer.to_owned());
    let view = live.checks.view_of(lab, &[check].into()).pop();
    view.map(|view| (StatusCode::ACCEPTED, Json(view)))
        .ok_or_else(|| AppError::not_found("The check is gone."))
}
