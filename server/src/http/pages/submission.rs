//! A lab that was handed in, for its student.

use axum::extract::{Path, State};
use axum::response::Response;
use drydock_app::view::{GradedLine, GradedStep, HandedInPage};

use super::gradebook::feedback as said;
use super::{PageError, Visit, private};
use crate::app::App;
use crate::classes::zone::Zone;
use crate::http::api::submissions::{CheckResult, view};
use crate::ids::SubmissionId;
use crate::store::{SubmissionRow, SubmissionState};

/// `GET /submissions/{submission}`.
pub async fn show(
    State(app): State<App>,
    Path(submission): Path<SubmissionId>,
    visit: Visit,
) -> Result<Response, PageError> {
    let row = app
        .store
        .submission(submission)
        .await
        .map_err(PageError::from)?;
    let row = row.ok_or_else(|| PageError::missing("There is no such submission"))?;
    let tasks = app.store.tasks(row.account, &row.course, &row.lab).await?;
    let class = tasks
        .into_iter()
        .find(|task| Some(task.id) == row.assignment)
        .map(|task| (task.class, task.terms, task.time_zone));
    let zone = Zone::of(class.as_ref().map_or("UTC", |(_, _, zone)| zone));
    let mut facts = vec![("Handed in", zone.show(row.submitted_at))];
    match &class {
        Some((class, terms, _)) => {
            facts.push(("For", class.clone()));
            let late = terms.late_days(row.submitted_at);
            if late > 0 {
                facts.push((
                    "Late",
                    format!(
                        "by {late} {}, which takes {} % off",
                        if late == 1 { "day" } else { "days" },
                        (u64::from(late) * u64::from(terms.late_percent)).min(100)
                    ),
                ));
            }
        }
        None if row.assignment.is_none() => facts.push(("For", "practice".to_owned())),
        None => {}
    }
    facts.push(("Attempt", row.attempt.to_string()));
    if let Some(at) = row.graded_at {
        facts.push(("Graded", zone.show(at)));
    }
    let content = app.content.now();
    let lab = content.lab(&row.course, &row.lab);
    let titles: Vec<(String, String)> = lab
        .iter()
        .flat_map(|(_, _, lab)| &lab.steps)
        .map(|step| (step.id.clone(), step.title.clone()))
        .collect();
    let state = row.state;
    let (course, slug) = (row.course.clone(), row.lab.clone());
    let shown = view(&app, row.clone()).await?;
    let feedback = app.store.feedback(submission).await?;
    let page = HandedInPage {
        feedback: said(&feedback, row.max_score, |at| zone.show(at)),
        course: (
            course.clone(),
            lab.map_or_else(|| course.clone(), |(course, _, _)| course.title.clone()),
        ),
        lab_href: format!("/courses/{course}/labs/{slug}"),
        lab: lab.map_or(slug, |(_, _, lab)| lab.title.clone()),
        facts,
        standing: standing(&row, shown.position),
        waits: matches!(state, SubmissionState::Queued | SubmissionState::Grading),
        fault: shown.fault,
        note: shown.note,
        steps: steps(shown.checks, &titles),
    };
    Ok(private(drydock_app::pages::handed_in(
        &visit.shell(&app),
        page,
    )))
}

fn standing(row: &SubmissionRow, position: Option<u32>) -> String {
    match (row.state, position) {
        (SubmissionState::Queued, Some(place)) if place > 1 => {
            format!("Stored. Number {place} in line.")
        }
        (SubmissionState::Queued, _) => "Stored. It is graded next.".to_owned(),
        (SubmissionState::Grading, _) => "Being graded…".to_owned(),
        (SubmissionState::Error, _) => "Not graded: our side failed.".to_owned(),
        (SubmissionState::Graded, _) => format!(
            "{} of {} points",
            number(row.score.unwrap_or_default()),
            number(row.max_score.unwrap_or_default())
        ),
    }
}

/// Checks by step, in the order in which they were graded.
fn steps(checks: Vec<CheckResult>, titles: &[(String, String)]) -> Vec<GradedStep> {
    let mut steps: Vec<(String, GradedStep)> = Vec::new();
    for check in checks {
        let found = match (check.hidden, check.state) {
            (true, _) => {
                "It counts when a lab is handed in. What it looks at is not told.".to_owned()
            }
            (_, "pass") => String::new(),
            _ => check.found,
        };
        let line = GradedLine {
            title: check.title,
            state: check.state,
            found,
            points: format!("{} of {}", number(check.earned), number(check.points)),
        };
        match steps.last_mut() {
            Some((id, step)) if *id == check.step => step.checks.push(line),
            _ => {
                let title = titles.iter().find(|(id, _)| *id == check.step);
                let step = GradedStep {
                    title: title.map_or_else(|| check.step.clone(), |(_, title)| title.clone()),
                    checks: vec![line],
                };
                steps.push((check.step, step));
            }
        }
    }
    steps.into_iter().map(|(_, step)| step).collect()
}

/// With at most two digits after the point.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_have_at_most_two_digits_after_the_point() {
        assert_eq!(
            [number(5.0), number(2.5), number(1.0 / 3.0), number(100.0)],
            ["5", "2.5", "0.33", "100"]
        );
    }
}
