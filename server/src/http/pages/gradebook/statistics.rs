//! `GET /classes/{class}/statistics`.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::response::Response;
use drydock_app::view::{CheckStatistics, LabDetail, LabFacts, StatisticsPage, StepStatistics};
use drydock_course::model::{Item, Lab};
use serde::Deserialize;

use crate::app::App;
use crate::gradebook::statistics::{checks, steps};
use crate::gradebook::words::{duration, points};
use crate::http::pages::classes::InClass;
use crate::http::pages::{PageError, Visit, private};

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    lab: String,
}

/// Shows how labs went: all of them in a list, and one of them closely.
pub async fn show(
    State(app): State<App>,
    class: InClass,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, PageError> {
    let content = app.content.now();
    let labs: Vec<&Lab> = content
        .course(&class.class.course)
        .into_iter()
        .flat_map(|course| &course.modules)
        .flat_map(|module| &module.items)
        .filter_map(|item| match item {
            Item::Lab(lab) => Some(lab),
            Item::Lesson(_) => None,
        })
        .collect();
    let wanted: Vec<_> = labs
        .iter()
        .map(|lab| {
            (
                lab.slug.as_str(),
                lab.checks().filter(|check| !check.hidden).count(),
            )
        })
        .collect();
    let rows = app
        .store
        .lab_statistics(class.class.id, &class.class.course, &wanted)
        .await?;
    let mut rows: BTreeMap<_, _> = rows.into_iter().map(|row| (row.lab.clone(), row)).collect();
    let began = |lab: &&&Lab| rows.contains_key(&lab.slug);
    let chosen = labs
        .iter()
        .find(|lab| lab.slug == asked.lab)
        .or_else(|| labs.iter().find(began))
        .copied();
    let detail = match chosen {
        Some(lab) if !rows.is_empty() => Some(detail(&app, &class, lab).await?),
        _ => None,
    };
    let head = class.head(&app);
    let labs = labs.iter().filter_map(|lab| {
        let row = rows.remove(&lab.slug)?;
        Some(LabFacts {
            href: format!("{}?lab={}#lab", head.href("statistics"), lab.slug),
            title: lab.title.clone(),
            began: row.began,
            finished: row.finished,
            current: chosen.is_some_and(|chosen| chosen.slug == lab.slug),
        })
    });
    let view = StatisticsPage {
        labs: labs.collect(),
        class: head,
        detail,
    };
    Ok(private(drydock_app::pages::statistics(
        &visit.shell(&app),
        view,
    )))
}

async fn detail(app: &App, class: &InClass, lab: &Lab) -> sqlx::Result<LabDetail> {
    let (id, course) = (class.class.id, &class.class.course);
    let (attempts, wrong, graded) = tokio::try_join!(
        app.store.lab_attempts(id, course, &lab.slug),
        app.store.lab_wrong_states(id, course, &lab.slug),
        app.store.lab_graded(id, &lab.slug),
    )?;
    let took = steps(lab, &attempts);
    let longest = took.iter().filter_map(|it| it.seconds).fold(0.0, f64::max);
    let facts = checks(&attempts);
    let numbered = lab.steps.iter().enumerate();
    let steps = numbered
        .clone()
        .zip(&took)
        .map(|((at, step), took)| StepStatistics {
            title: format!("{}. {}", at + 1, step.title),
            time: took.seconds.map(|seconds| duration(seconds as i64)),
            share: took
                .seconds
                .filter(|_| longest > 0.0)
                .map_or(0.0, |seconds| seconds * 100.0 / longest),
            done: took.done,
        });
    let checks = numbered.flat_map(|(at, step)| step.checks.iter().map(move |check| (at, check)));
    let checks = checks.map(|(at, check)| {
        let facts = facts.get(check.id.as_str()).cloned().unwrap_or_default();
        let graded = graded.iter().find(|row| row.check == check.id);
        let wrong = wrong.iter().filter(|row| row.check == check.id);
        CheckStatistics {
            title: check.title.clone(),
            step: at + 1,
            hidden: check.hidden,
            passed: (facts.passed, facts.tried),
            tries: facts.tries.map(points),
            graded: graded.map(|row| (row.passed, row.of)),
            wrong: wrong.map(|row| (row.found.clone(), row.students)).collect(),
        }
    });
    Ok(LabDetail {
        title: lab.title.clone(),
        steps: steps.collect(),
        checks: checks.collect(),
    })
}
