//! The page of one lab. Never cached: whether labs can run here changes by the minute.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use drydock_app::view::{
    AnswerField, Check, EngineFault, Finding, Kind, LabPage, SolutionOffer, Step,
};
use drydock_course::check::{self, Rule};
use drydock_course::model;
use drydock_sandbox::doctor::Verdict;

use super::{PageError, Visit, classes, map, private};
use crate::app::App;
use crate::labs::{Health, LabKey};
use crate::progress;
use crate::store::{self, CourseProgress};

/// `GET /courses/{course}/labs/{lab}`.
pub async fn show(
    State(app): State<App>,
    Path((course_slug, slug)): Path<(String, String)>,
    visit: Visit,
) -> Result<Response, PageError> {
    let content = app.content.now();
    let (course, module, lab) = content
        .lab(&course_slug, &slug)
        .ok_or_else(|| PageError::missing("There is no such lab"))?;
    let mut done = CourseProgress::default();
    let mut seen = BTreeMap::new();
    let mut live = false;
    if let Some(account) = visit.viewer.account {
        app.store
            .visit(account, &course_slug, store::Kind::Lab, &slug)
            .await?;
        done = app.store.progress(account, &course_slug).await?;
        seen = app
            .store
            .solutions_seen(account, &course_slug, &slug)
            .await?;
        live = app
            .labs
            .find_by_lab(
                account,
                &LabKey {
                    course: course_slug.clone(),
                    lab: slug.clone(),
                },
            )
            .is_some();
    }
    let health = app.labs.health().await;
    let due = classes::due_of_item(&app, &visit.viewer, &course_slug, true, &slug).await?;
    let order = classes::module_order(&app, &visit.viewer, &course_slug).await?;
    let (previous, next) = map::neighbours(course, &order, Kind::Lab, &slug);
    let item = module
        .items
        .iter()
        .find(|item| matches!(item, model::Item::Lab(it) if it.slug == slug));
    let view = LabPage {
        course: map::course_ref(course),
        module: map::module_of(course, &order, &module.slug, &done),
        slug,
        title: lab.title.clone(),
        summary: lab.summary.clone(),
        minutes: lab.minutes,
        session_minutes: lab.limits.minutes.unwrap_or(app.config.labs.minutes),
        objectives: lab.objectives.clone(),
        outcomes: map::outcomes(course, &lab.outcomes),
        images: lab.images.clone(),
        intro: map::blocks(&lab.intro, |_| false),
        steps: lab.steps.iter().map(|it| step(lab, it, &seen)).collect(),
        done: item.is_some_and(|item| progress::of(item, &done).done),
        live,
        fault: fault(&health),
        due,
        previous,
        next,
    };
    Ok(private(drydock_app::pages::lab(&visit.shell(&app), view)))
}

fn step(lab: &model::Lab, step: &model::Step, seen: &BTreeMap<String, i64>) -> Step {
    let solution = lab.solution.of_step(&step.id).map(|_| SolutionOffer {
        cost: lab.solution_cost,
        seen: seen.contains_key(&step.id),
    });
    Step {
        solution,
        id: step.id.clone(),
        title: step.title.clone(),
        blocks: map::blocks(&step.blocks, |_| false),
        checks: step
            .checks
            .iter()
            .filter(|check| !check.hidden)
            .map(check)
            .collect(),
        hints: step.hints.clone(),
    }
}

fn check(check: &check::Check) -> Check {
    let answer = match &check.rule {
        Rule::Answer(rule) => Some(AnswerField {
            question: rule.question.clone(),
            choices: rule.choices.clone(),
        }),
        _ => None,
    };
    Check {
        id: check.id.clone(),
        title: check.title.clone(),
        points: check.points,
        answer,
    }
}

fn fault(health: &Health) -> Option<EngineFault> {
    let summary = health.fault()?;
    let findings = health.findings.iter().map(|finding| Finding {
        name: finding.name.to_owned(),
        ok: finding.verdict != Verdict::Fail,
        detail: finding.found.clone(),
        fix: finding.remedy.clone(),
    });
    Some(EngineFault {
        summary,
        findings: findings.collect(),
    })
}
