//! Choosing what to assign: several things at once, with the same times.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::Response;
use drydock_app::view::{AssignGroup, AssignItem, AssignPage, Form};
use drydock_course::model::{Course, Item};
use http::StatusCode;

use super::terms::{Typed, Wrong};
use super::{InClass, Sent, refusal};
use crate::app::App;
use crate::classes::modules::arranged;
use crate::classes::reading;
use crate::classes::rules::{Grading, Terms};
use crate::http::pages::{PageError, Visit, private_with};
use crate::store::{AssignmentKind, ModuleRow};

/// What can be assigned, as it is sent: `lab/layer-caching`.
fn key(kind: AssignmentKind, slug: &str) -> String {
    format!("{}/{slug}", kind.word())
}

/// `GET /classes/{class}/assignments/new`.
pub async fn page(
    State(app): State<App>,
    visit: Visit,
    here: InClass,
) -> Result<Response, PageError> {
    here.writable()?;
    let typed = Typed::of(&Terms::default(), &here.zone());
    draw(
        &app,
        &visit,
        &here,
        &typed,
        Wrong::default(),
        &BTreeSet::new(),
        None,
    )
    .await
}

async fn draw(
    app: &App,
    visit: &Visit,
    here: &InClass,
    typed: &Typed,
    wrong: Wrong,
    chosen: &BTreeSet<&str>,
    problem: Option<String>,
) -> Result<Response, PageError> {
    let content = app.content.now();
    let there = app.store.assignments(here.class.id).await?;
    let there: BTreeSet<String> = there.iter().map(|row| key(row.kind, &row.slug)).collect();
    let order = app.store.class_modules(here.class.id).await?;
    let groups = content
        .course(&here.class.course)
        .map(|course| groups(course, &order, &there, chosen))
        .unwrap_or_default();
    let form = Form::new(here.href("assignments"), "Assign");
    let form = typed.fields(form, &here.zone(), app.clock.seconds(), true, wrong);
    let status = if form.is_wrong() || problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = AssignPage {
        class: here.head(app),
        groups,
        problem,
        form,
    };
    Ok(private_with(
        status,
        drydock_app::pages::assign(&visit.shell(app), page),
    ))
}

fn groups(
    course: &Course,
    order: &[ModuleRow],
    there: &BTreeSet<String>,
    chosen: &BTreeSet<&str>,
) -> Vec<AssignGroup> {
    let one = |kind, word, slug: &str, title: &str, facts: String| {
        let value = key(kind, slug);
        AssignItem {
            kind: word,
            title: title.to_owned(),
            facts,
            assigned: there.contains(&value),
            chosen: chosen.contains(value.as_str()),
            value,
        }
    };
    let items = |item: &Item| match item {
        Item::Lab(lab) => {
            let facts = format!("{} min", lab.minutes);
            vec![one(
                AssignmentKind::Lab,
                "Lab",
                &lab.slug,
                &lab.title,
                facts,
            )]
        }
        Item::Lesson(lesson) => {
            let facts = format!("{} min to read", lesson.minutes);
            let mut items = vec![one(
                AssignmentKind::Lesson,
                "Lesson",
                &lesson.slug,
                &lesson.title,
                facts,
            )];
            let facts = match reading::questions(lesson).len() {
                0 => return items,
                1 => "1 question".to_owned(),
                count => format!("{count} questions"),
            };
            items.push(one(
                AssignmentKind::Quiz,
                "Quiz",
                &lesson.slug,
                &lesson.title,
                facts,
            ));
            items
        }
    };
    arranged(course, order)
        .into_iter()
        .map(|(module, hidden)| AssignGroup {
            title: if hidden {
                format!("{} (hidden)", module.title)
            } else {
                module.title.clone()
            },
            items: module.items.iter().flat_map(items).collect(),
        })
        .collect()
}

/// `POST /classes/{class}/assignments`.
pub async fn send(
    State(app): State<App>,
    visit: Visit,
    here: InClass,
    sent: Sent,
) -> Result<Response, PageError> {
    here.writable()?;
    let typed = Typed::sent(&sent);
    let chosen: BTreeSet<&str> = sent.all("item").collect();
    let terms = match typed.read(&here.zone()) {
        Ok(terms) => terms,
        Err(wrong) => return draw(&app, &visit, &here, &typed, *wrong, &chosen, None).await,
    };
    let content = app.content.now();
    // In the order of the page, and nothing that is not on it.
    let order = app.store.class_modules(here.class.id).await?;
    let course = content.course(&here.class.course);
    let all = course.map(|course| groups(course, &order, &BTreeSet::new(), &chosen));
    let wanted: Vec<AssignItem> = all
        .into_iter()
        .flatten()
        .flat_map(|group| group.items)
        .filter(|item| item.chosen)
        .collect();
    if wanted.is_empty() {
        let problem = Some("Tick at least one lesson, quiz or lab.".to_owned());
        return draw(
            &app,
            &visit,
            &here,
            &typed,
            Wrong::default(),
            &chosen,
            problem,
        )
        .await;
    }
    let mut made = Vec::new();
    let mut live = Vec::new();
    for item in &wanted {
        let Some((kind, slug)) = item.value.split_once('/') else {
            continue;
        };
        let Some(kind) = AssignmentKind::read(kind) else {
            continue;
        };
        let mut terms = terms.clone();
        if kind == AssignmentKind::Lab
            && terms.grading == Grading::Clean
            && !grades_clean(&app, &here.class.course, slug)
        {
            terms.grading = Grading::Live;
            live.push(item.title.as_str());
        }
        match app
            .store
            .create_assignment(here.class.id, kind, slug, &terms)
            .await
        {
            Ok(row) => made.push(row),
            Err(crate::store::Refused::Taken(_)) => {}
            Err(refused) => {
                let problem = Some(refusal(refused)?);
                reading::refresh(&app, &here.class, &made, None).await?;
                return draw(
                    &app,
                    &visit,
                    &here,
                    &typed,
                    Wrong::default(),
                    &chosen,
                    problem,
                )
                .await;
            }
        }
    }
    reading::refresh(&app, &here.class, &made, None).await?;
    let mut notice = match made.len() {
        1 => "1 assignment was added.".to_owned(),
        count => format!("{count} assignments were added."),
    };
    if !live.is_empty() {
        notice.push_str(&format!(
            " Graded in the student's machine, since they cannot be in a fresh one: {}.",
            live.join(", ")
        ));
    }
    visit.go(&here.href("assignments"), &notice).await
}

/// Whether a lab can be graded in a fresh machine.
pub(super) fn grades_clean(app: &App, course: &str, lab: &str) -> bool {
    app.content
        .now()
        .lab(course, lab)
        .is_some_and(|(_, _, lab)| lab.grades_clean())
}
