//! What is due: from assignments and the content to lines of pages.

use drydock_app::view::{Badge, DueLine};

use crate::access::Viewer;
use crate::app::App;
use crate::classes::standing::{self, Tone, points};
use crate::classes::zone::Zone;
use crate::content::Content;
use crate::store::{AssignmentKind, AssignmentRow, ClassRow, StudentAssignment};

/// Most lines under "Due next".
const NEXT: usize = 5;

/// The word for a kind of assignment.
pub(super) fn kind_word(kind: AssignmentKind) -> &'static str {
    match kind {
        AssignmentKind::Lesson => "Lesson",
        AssignmentKind::Quiz => "Quiz",
        AssignmentKind::Lab => "Lab",
    }
}

/// The title of what is asked for.
pub(super) fn item_title(content: &Content, course: &str, row: &AssignmentRow) -> String {
    let title = match row.kind {
        AssignmentKind::Lab => content.lab(course, &row.slug).map(|(_, _, lab)| &lab.title),
        _ => content
            .lesson(course, &row.slug)
            .map(|(_, _, lesson)| &lesson.title),
    };
    title.map_or_else(
        || format!("{} (no longer in the course)", row.slug),
        Clone::clone,
    )
}

/// Where it is done.
pub(super) fn item_href(course: &str, row: &AssignmentRow) -> String {
    let folder = match row.kind {
        AssignmentKind::Lab => "labs",
        _ => "lessons",
    };
    format!("/courses/{course}/{folder}/{}", row.slug)
}

pub(super) fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "",
        Tone::Good => "good",
        Tone::Warn => "warn",
        Tone::Bad => "bad",
    }
}

/// What lateness costs, when it closes, and how often it may be handed in.
pub(super) fn rules(row: &AssignmentRow, zone: &Zone) -> String {
    let mut rules: Vec<String> = standing::late_rule(&row.terms, zone).into_iter().collect();
    if let (AssignmentKind::Lab, Some(most)) = (row.kind, row.terms.max_attempts) {
        rules.push(match most {
            1 => "One attempt.".to_owned(),
            most => format!("{most} attempts, the {} counts.", row.terms.counts.word()),
        });
    }
    rules.join(" ")
}

/// A student's line; whether something is left to do; and when it is due.
pub(super) fn line(
    app: &App,
    content: &Content,
    class: &ClassRow,
    one: &StudentAssignment,
) -> (DueLine, bool) {
    let (zone, now) = (Zone::of(&class.time_zone), app.clock.seconds());
    let row = &one.assignment;
    let state = standing::standing(one, &zone, now);
    let late = match (one.grade, one.late_days) {
        (Some(_), 1) => " (1 day late)".to_owned(),
        (Some(_), days @ 2..) => format!(" ({days} days late)"),
        _ => String::new(),
    };
    let line = DueLine {
        href: item_href(&class.course, row),
        kind: kind_word(row.kind),
        title: item_title(content, &class.course, row),
        due: row.terms.due_at.map(|due| zone.show_near(due, now)),
        rules: rules(row, &zone),
        state: Badge {
            words: state.words,
            tone: tone(state.tone),
        },
        grade: one
            .grade
            .map(|(score, of)| format!("{} / {}{late}", points(score), points(of))),
        results: one
            .last_submission
            .map(|submission| format!("/submissions/{submission}")),
        class: class.title.clone(),
        class_href: format!("/classes/{}", class.id),
    };
    (line, state.open)
}

/// What is left to do of these, the most pressing first.
pub(super) fn open_lines(
    app: &App,
    content: &Content,
    classes: &[(ClassRow, Vec<StudentAssignment>)],
) -> Vec<DueLine> {
    let mut open: Vec<(i64, DueLine)> = Vec::new();
    for (class, assignments) in classes {
        for one in assignments {
            let (line, is_open) = line(app, content, class, one);
            if is_open {
                open.push((one.assignment.terms.due_at.unwrap_or(i64::MAX), line));
            }
        }
    }
    open.sort_by_key(|(due, _)| *due);
    open.into_iter().map(|(_, line)| line).collect()
}

/// What is due next in every class of somebody's.
///
/// # Errors
/// When the database fails.
pub async fn due_next(app: &App, viewer: &Viewer) -> sqlx::Result<Vec<DueLine>> {
    next(app, viewer, None).await
}

/// What is due next in somebody's classes of one course.
///
/// # Errors
/// When the database fails.
pub async fn due_in_course(app: &App, viewer: &Viewer, course: &str) -> sqlx::Result<Vec<DueLine>> {
    next(app, viewer, Some(course)).await
}

async fn next(app: &App, viewer: &Viewer, course: Option<&str>) -> sqlx::Result<Vec<DueLine>> {
    let Some(person) = &viewer.person else {
        return Ok(Vec::new());
    };
    let mut classes = app.store.assignments_of_student(person.account).await?;
    classes.retain(|(class, _)| course.is_none_or(|course| class.course == course));
    let mut lines = open_lines(app, &app.content.now(), &classes);
    lines.truncate(NEXT);
    Ok(lines)
}

/// By when somebody's classes ask for a lesson or lab.
///
/// # Errors
/// When the database fails.
pub async fn due_of_item(
    app: &App,
    viewer: &Viewer,
    course: &str,
    lab: bool,
    slug: &str,
) -> sqlx::Result<Vec<DueLine>> {
    let Some(person) = &viewer.person else {
        return Ok(Vec::new());
    };
    let content = app.content.now();
    let asked = app
        .store
        .assignments_of_item(person.account, course, lab, slug)
        .await?;
    Ok(asked
        .iter()
        .map(|(class, one)| line(app, &content, class, one).0)
        .collect())
}
