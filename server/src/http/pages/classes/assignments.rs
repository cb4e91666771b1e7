//! What a class is asked for: the list, and changing one.

use axum::extract::State;
use axum::response::Response;
use drydock_app::view::{AssignmentsPage, Badge, Form, FormSection, FormsPage, TaughtLine};

use super::due::{item_href, item_title, kind_word, rules};
use super::terms::{Typed, Wrong};
use super::{InClass, Sent, TheAssignment, assign, status};
use crate::app::App;
use crate::classes::reading;
use crate::classes::rules::{Grading, Refusal, Terms};
use crate::http::pages::{PageError, Visit, private, private_with};
use crate::store::{AssignmentKind, AssignmentRow};

/// The assignments of a class as instructors see them, and how many students it has.
pub(super) async fn lines(app: &App, here: &InClass) -> Result<(Vec<TaughtLine>, i64), PageError> {
    let (content, zone, now) = (app.content.now(), here.zone(), app.clock.seconds());
    let graded = app.store.graded_counts(here.class.id).await?;
    let students = app.store.student_count(here.class.id).await?;
    let rows = app.store.assignments(here.class.id).await?;
    let line = |row: &AssignmentRow| TaughtLine {
        id: row.id.to_string(),
        kind: kind_word(row.kind),
        title: item_title(&content, &here.class.course, row),
        item: item_href(&here.class.course, row),
        due: row.terms.due_at.map(|due| zone.show_near(due, now)),
        rules: rules(row, &zone),
        graded: match students {
            0 => "–".to_owned(),
            students => format!("{} of {students}", graded.get(&row.id).unwrap_or(&0)),
        },
        state: match row.terms.refuses(now, 0) {
            Some(Refusal::NotOpen(at)) => Badge {
                words: format!("Opens {}", zone.show_near(at, now)),
                tone: "",
            },
            Some(_) => Badge {
                words: "Closed".into(),
                tone: "",
            },
            None if row.terms.due_at.is_some_and(|due| due < now) => Badge {
                words: "Past due".into(),
                tone: "warn",
            },
            None => Badge {
                words: "Open".into(),
                tone: "good",
            },
        },
    };
    Ok((rows.iter().map(line).collect(), students))
}

/// `GET /classes/{class}/assignments`.
pub async fn list(
    State(app): State<App>,
    visit: Visit,
    here: InClass,
) -> Result<Response, PageError> {
    let (lines, _) = lines(&app, &here).await?;
    let page = AssignmentsPage {
        class: here.head(&app),
        zone: here.zone_note(app.clock.seconds()),
        lines,
    };
    Ok(private(drydock_app::pages::assignments(
        &visit.shell(&app),
        page,
    )))
}

/// `POST /classes/{class}/assignments/{assignment}/move`.
pub async fn reorder(
    State(app): State<App>,
    visit: Visit,
    here: InClass,
    TheAssignment(row): TheAssignment,
    sent: Sent,
) -> Result<Response, PageError> {
    here.writable()?;
    app.store
        .move_assignment(row.id, sent.get("to") == "up")
        .await?;
    visit.go(&here.href("assignments"), "").await
}

/// `GET /classes/{class}/assignments/{assignment}`.
pub async fn edit(
    State(app): State<App>,
    visit: Visit,
    here: InClass,
    TheAssignment(row): TheAssignment,
) -> Response {
    let typed = Typed::of(&row.terms, &here.zone());
    draw(&app, &visit, &here, &row, &typed, Wrong::default())
}

fn draw(
    app: &App,
    visit: &Visit,
    here: &InClass,
    row: &AssignmentRow,
    typed: &Typed,
    wrong: Wrong,
) -> Response {
    let address = here.href(&format!("assignments/{}", row.id));
    let content = app.content.now();
    let title = item_title(&content, &here.class.course, row);
    let is_lab = row.kind == AssignmentKind::Lab;
    let form = Form::new(address.clone(), "Save");
    let form = typed.fields(form, &here.zone(), app.clock.seconds(), is_lab, wrong);
    let status = status(&form);
    let archived = here.class.archived_at.is_some();
    let mut text = Vec::new();
    if archived {
        let rules = rules(row, &here.zone());
        let due = row
            .terms
            .due_at
            .map(|due| format!("It was due {}.", here.zone().show(due)));
        text.extend(due);
        text.extend((!rules.is_empty()).then_some(rules));
    }
    let mut sections = vec![FormSection {
        text,
        form: (!archived).then_some(form),
        links: vec![(
            item_href(&here.class.course, row),
            format!(
                "Open the {}",
                match row.kind {
                    AssignmentKind::Lab => "lab",
                    _ => "lesson",
                }
            ),
        )],
        ..FormSection::default()
    }];
    if !archived {
        sections.push(FormSection {
            title: Some("Delete".into()),
            text: vec!["You are told what would be lost before anything is.".into()],
            links: vec![(
                format!("{address}/delete"),
                "Delete the assignment …".into(),
            )],
            ..FormSection::default()
        });
    }
    let lead = match row.kind {
        AssignmentKind::Lesson => {
            "A lesson: it is done when the student marks it as read. One point."
        }
        AssignmentKind::Quiz => {
            "The questions of a lesson: a point for each that is answered rightly. A wrong answer costs nothing, and questions can be tried again."
        }
        AssignmentKind::Lab => "A lab: it is handed in and graded by its checks.",
    };
    let page = FormsPage {
        class: Some(here.head(app)),
        current: "assignments",
        title,
        lead: lead.into(),
        sections,
    };
    private_with(
        status,
        drydock_app::pages::class_forms(&visit.shell(app), page),
    )
}

/// `POST /classes/{class}/assignments/{assignment}`.
pub async fn change(
    State(app): State<App>,
    visit: Visit,
    here: InClass,
    TheAssignment(mut row): TheAssignment,
    sent: Sent,
) -> Result<Response, PageError> {
    here.writable()?;
    let typed = Typed::sent(&sent);
    let read = typed.read(&here.zone()).and_then(|terms| {
        let cannot = row.kind == AssignmentKind::Lab
            && terms.grading == Grading::Clean
            && !assign::grades_clean(&app, &here.class.course, &row.slug);
        if cannot {
            return Err(Box::new(Wrong::grading(
                "This lab cannot be graded in a fresh machine. Choose the student's.",
            )));
        }
        Ok(terms)
    });
    let terms = match read {
        Ok(terms) => terms,
        Err(wrong) => return Ok(draw(&app, &visit, &here, &row, &typed, *wrong)),
    };
    // A lesson or quiz has no attempts and no machine: what it has of that stays.
    row.terms = match row.kind {
        AssignmentKind::Lab => terms,
        _ => Terms {
            max_attempts: row.terms.max_attempts,
            counts: row.terms.counts,
            grading: row.terms.grading,
            ..terms
        },
    };
    app.store.set_terms(row.id, &row.terms).await?;
    if row.kind == AssignmentKind::Lab {
        app.store.recompute_grades(row.id).await?;
    } else {
        reading::refresh(&app, &here.class, std::slice::from_ref(&row), None).await?;
    }
    visit
        .go(
            &here.href("assignments"),
            "Saved. Grades follow the new times and rules.",
        )
        .await
}

/// `GET /classes/{class}/assignments/{assignment}/delete`: what would be lost.
pub async fn delete_page(
    State(app): State<App>,
    visit: Visit,
    here: InClass,
    TheAssignment(row): TheAssignment,
) -> Result<Response, PageError> {
    here.writable()?;
    let losses = app.store.losses(row.id).await?;
    let count = |number: i64, one: &str, many: &str| match number {
        1 => format!("1 {one}"),
        number => format!("{number} {many}"),
    };
    let text = if losses.submissions == 0 && losses.grades == 0 {
        "Nobody has a grade in it and nothing was handed in: nothing is lost but the assignment."
            .to_owned()
    } else {
        format!(
            "With it go {} and {}, for good. What students did in the lesson or lab itself stays theirs.",
            count(losses.grades, "grade", "grades"),
            count(
                losses.submissions,
                "submission with its files",
                "submissions with their files"
            ),
        )
    };
    let address = here.href(&format!("assignments/{}", row.id));
    let title = item_title(&app.content.now(), &here.class.course, &row);
    let page = FormsPage {
        class: Some(here.head(&app)),
        current: "assignments",
        title: format!("Delete “{title}”?"),
        sections: vec![FormSection {
            text: vec![text],
            form: Some(Form::new(format!("{address}/delete"), "Delete the assignment").danger()),
            links: vec![(address, "Keep it".into())],
            ..FormSection::default()
        }],
        ..FormsPage::default()
    };
    Ok(private(drydock_app::pages::class_forms(
        &visit.shell(&app),
        page,
    )))
}

/// `POST /classes/{class}/assignments/{assignment}/delete`.
pub async fn delete(
    State(app): State<App>,
    visit: Visit,
    here: InClass,
    TheAssignment(row): TheAssignment,
) -> Result<Response, PageError> {
    here.writable()?;
    app.store.delete_assignment(row.id).await?;
    visit
        .go(&here.href("assignments"), "The assignment is deleted.")
        .await
}
