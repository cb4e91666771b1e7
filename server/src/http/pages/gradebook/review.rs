//! `GET /classes/{class}/submissions/{submission}`.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::response::{IntoResponse, Response};
use drydock_app::view::{
    AttemptLine, Badge, Feedback, FileRow, Form, ObjectTable, OpenedFile, ReviewCheck,
    SubmissionPage,
};
use http::header;
use http::request::Parts;
use serde::Deserialize;
use tokio::sync::Semaphore;
use url::form_urlencoded::Serializer;

use super::{say, title};
use crate::app::App;
use crate::gradebook::files::{self, Files, Text};
use crate::gradebook::objects::{self, Table};
use crate::gradebook::words::{points, size};
use crate::http::api::zip;
use crate::http::pages::classes::InClass;
use crate::http::pages::{PageError, Visit, private_with};
use crate::ids::SubmissionId;
use crate::store::{
    AssignmentRow, FeedbackRows, GradingRow, Neighbours, OverrideRow, ReviewRow, SubmissionRow,
    SubmissionState,
};
use crate::submissions::Bundle;

/// Evidence that is held in memory at once.
static PLACES: Semaphore = Semaphore::const_new(4);
/// Letters of inspect's output that are shown.
const INSPECT: usize = 100_000;
/// Attempts that are listed.
const ATTEMPTS: u32 = 100;

/// The submission of the address, of a class whose instructor asks. The guard has seen to both.
pub struct TheSubmission {
    pub class: InClass,
    pub row: SubmissionRow,
    pub assignment: AssignmentRow,
}

#[derive(Deserialize)]
struct Address {
    submission: SubmissionId,
}

impl FromRequestParts<App> for TheSubmission {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let missing = || PageError::missing("There is no such submission");
        let Path(Address { submission }) = Path::from_request_parts(parts, app)
            .await
            .map_err(|_| missing())?;
        let class = InClass::from_request_parts(parts, app).await?;
        let row = app
            .store
            .submission(submission)
            .await?
            .ok_or_else(missing)?;
        let assignment = match row.assignment {
            Some(assignment) => app.store.assignment(assignment).await?,
            None => None,
        };
        Ok(Self {
            class,
            row,
            assignment: assignment.ok_or_else(missing)?,
        })
    }
}

impl TheSubmission {
    /// Its page.
    pub fn href(&self) -> String {
        self.href_of(self.row.id)
    }

    fn href_of(&self, submission: SubmissionId) -> String {
        self.class.href(&format!("submissions/{submission}"))
    }
}

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    file: Option<String>,
}

/// Shows a submission.
pub async fn show(
    State(app): State<App>,
    it: TheSubmission,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, PageError> {
    let review = review(&app, &it).await?;
    let (change, comment) = (say::change_form(&it, &review), say::comment_form(&it));
    draw(&app, &it, &visit, asked.file, (change, comment)).await
}

/// What counts for the student of a submission.
pub(super) async fn review(app: &App, it: &TheSubmission) -> Result<ReviewRow, PageError> {
    let row = app.store.review(it.assignment.id, it.row.account).await?;
    row.ok_or_else(|| PageError::missing("There is no such submission"))
}

/// Draws the page with these forms: for changing the grade, and for a comment.
pub(super) async fn draw(
    app: &App,
    it: &TheSubmission,
    visit: &Visit,
    file: Option<String>,
    (change, comment): (Form, Form),
) -> Result<Response, PageError> {
    let row = &it.row;
    let (review, comments, grading, neighbours, attempts, evidence) = tokio::try_join!(
        app.store.review(it.assignment.id, row.account),
        app.store.comments(row.id),
        app.store.grading(row.id),
        app.store.neighbours(it.assignment.id, row.account),
        app.store
            .submissions_of(row.account, &row.course, &row.lab, ATTEMPTS),
        app.store.evidence(row.id),
    )?;
    let review = review.ok_or_else(|| PageError::missing("There is no such submission"))?;
    let (bundle, listed, damaged) = match evidence {
        None => (Bundle::default(), Files::default(), false),
        Some(evidence) => {
            let _place = PLACES.acquire().await?;
            let open = file.clone();
            let read = tokio::task::spawn_blocking(move || {
                let bundle = Bundle::read(&evidence)?;
                let listed = files::read(&bundle.files, open.as_deref());
                anyhow::Ok((bundle, listed))
            });
            match read.await? {
                Ok((bundle, listed)) => (bundle, listed, false),
                Err(error) => {
                    tracing::warn!(submission = %row.id, %error, "evidence cannot be read");
                    (Bundle::default(), Files::default(), true)
                }
            }
        }
    };
    let problem = match (&row.fault, &grading) {
        (Some(fault), _) => Some(format!("This site could not grade it: {fault}")),
        (_, Some(grading)) if !grading.grading.note.is_empty() => {
            Some(grading.grading.note.clone())
        }
        _ if damaged => Some("The evidence of this submission cannot be read.".to_owned()),
        _ => None,
    };
    let (place, [previous, next]) = around(it, neighbours);
    let settled = matches!(row.state, SubmissionState::Graded | SubmissionState::Error);
    let wrong = change.is_wrong() || comment.is_wrong();
    let feedback = FeedbackRows {
        comments,
        overridden: review.overridden.clone(),
    };
    let page = SubmissionPage {
        class: it.class.head(app),
        title: title(&it.class, &app.content.now(), "lab", &row.lab),
        student: review.student.clone(),
        email: review.email.clone(),
        href: it.href(),
        facts: facts(it, &review),
        state: state(row),
        problem,
        again: row.state == SubmissionState::Error,
        regrade: settled.then(|| {
            it.class.href(&format!(
                "assignments/{}/regrade?submission={}",
                it.assignment.id, row.id
            ))
        }),
        previous,
        next,
        place,
        feedback: self::feedback(&feedback, review.max_score, |at| it.class.zone().show(at)),
        changed: review.overridden.is_some(),
        change,
        comment,
        checks: checks(&bundle, grading.as_ref()),
        answers: answers(app, it, &bundle.answers),
        files: rows(it, &listed),
        files_cut: listed.cut,
        opened: opened(file, listed),
        objects: tables(&bundle),
        inspect: inspect(&bundle),
        attempts: attempts
            .iter()
            .filter(|one| one.assignment == row.assignment)
            .map(|one| attempt(it, &review, one))
            .collect(),
    };
    let status = if wrong {
        http::StatusCode::UNPROCESSABLE_ENTITY
    } else {
        http::StatusCode::OK
    };
    Ok(private_with(
        status,
        drydock_app::pages::review(&visit.shell(app), page),
    ))
}

/// What instructors said of a submission, for them and for its student. `show`: writes a time.
pub fn feedback(
    rows: &FeedbackRows,
    max_score: Option<f64>,
    show: impl Fn(i64) -> String,
) -> Feedback {
    let who = |name: &Option<String>, at| {
        format!(
            "{}, {}",
            name.as_deref().unwrap_or("Somebody who left"),
            show(at)
        )
    };
    let changed = rows.overridden.as_ref();
    Feedback {
        points: changed.map(|it| of(it.score, max_score)),
        reason: changed.map(|it| it.reason.clone()).unwrap_or_default(),
        by: changed
            .map(|OverrideRow { by, at, .. }| who(by, *at))
            .unwrap_or_default(),
        comments: rows
            .comments
            .iter()
            .map(|comment| (who(&comment.author, comment.at), comment.text.clone()))
            .collect(),
    }
}

fn of(score: f64, max: Option<f64>) -> String {
    match max {
        Some(max) => format!("{} of {}", points(score), points(max)),
        None => points(score),
    }
}

fn badge(words: impl Into<String>, tone: &'static str) -> Badge {
    Badge {
        words: words.into(),
        tone,
    }
}

fn state(row: &SubmissionRow) -> Badge {
    match row.state {
        SubmissionState::Queued => badge("waits to be graded", "warn"),
        SubmissionState::Grading => badge("is being graded", "warn"),
        SubmissionState::Graded => badge("graded", "good"),
        SubmissionState::Error => badge("could not be graded", "bad"),
    }
}

fn facts(it: &TheSubmission, review: &ReviewRow) -> Vec<(&'static str, String)> {
    let (row, zone) = (&it.row, it.class.zone());
    let mut facts = Vec::new();
    if let Some(score) = row.score {
        facts.push(("As graded", of(score, row.max_score)));
    }
    let counting = review.counting == Some(row.id);
    match (&review.overridden, review.score) {
        (Some(it), _) => facts.push((
            "Counts",
            format!("{}, changed by hand", of(it.score, review.max_score)),
        )),
        (None, Some(score)) if counting => facts.push(("Counts", of(score, review.max_score))),
        (None, Some(score)) => {
            facts.push((
                "Counts",
                format!("{}, of another attempt", of(score, review.max_score)),
            ));
        }
        (None, None) => {}
    }
    facts.push(("Handed in", zone.show(row.submitted_at)));
    if let Some(due) = it.assignment.terms.due_at {
        facts.push(("Due", zone.show(due)));
        facts.push((
            "Late",
            match it.assignment.terms.late_days(row.submitted_at) {
                0 => "in time".to_owned(),
                1 => "1 day begun".to_owned(),
                days => format!("{days} days begun"),
            },
        ));
    }
    facts.push((
        "Graded in",
        format!(
            "{} sandbox",
            match row.grading.word() {
                "live" => "the student's own",
                _ => "a fresh",
            }
        ),
    ));
    facts
}

fn around(it: &TheSubmission, found: Neighbours) -> (String, [Option<(String, String)>; 2]) {
    let place = format!("{} of {} students", found.place, found.of);
    let links = [found.previous, found.next]
        .map(|one| one.map(|one| (it.href_of(one.submission), one.name)));
    (place, links)
}

fn attempt(it: &TheSubmission, review: &ReviewRow, row: &SubmissionRow) -> AttemptLine {
    AttemptLine {
        href: it.href_of(row.id),
        name: format!("Attempt {}", row.attempt),
        at: it.class.zone().show(row.submitted_at),
        state: state(row),
        points: row
            .score
            .map(|score| of(score, row.max_score))
            .unwrap_or_default(),
        current: row.id == it.row.id,
        counts: review.counting == Some(row.id),
    }
}

fn verdict(state: &str) -> Badge {
    match state {
        "pass" => badge("passes", "good"),
        "fail" => badge("fails", "bad"),
        "error" => badge("could not be looked at", "warn"),
        "running" => badge("was being looked at", ""),
        _ => badge("not looked at yet", ""),
    }
}

/// Checks as they were seen and as they were graded, side by side. What was graded has the order; what only the student
/// saw (it was taken out of the lab since) comes last.
fn checks(bundle: &Bundle, grading: Option<&GradingRow>) -> Vec<ReviewCheck> {
    let mut seen: BTreeMap<&str, _> = bundle
        .board
        .checks
        .iter()
        .map(|check| (check.id.as_str(), check))
        .collect();
    let mut all = Vec::new();
    for check in grading.iter().flat_map(|row| &row.grading.checks) {
        let before = seen.remove(check.id.as_str());
        all.push(ReviewCheck {
            title: check.title.clone(),
            hidden: check.hidden,
            seen: before.map(|it| (verdict(&it.state), it.found.clone())),
            graded: Some((verdict(check.state), check.found.clone())),
            expected: check.expected.clone(),
            points: of(check.earned, Some(check.points)),
        });
    }
    for check in bundle
        .board
        .checks
        .iter()
        .filter(|check| seen.contains_key(check.id.as_str()))
    {
        all.push(ReviewCheck {
            title: check.title.clone(),
            hidden: false,
            seen: Some((verdict(&check.state), check.found.clone())),
            graded: None,
            expected: check.expected.clone(),
            points: String::new(),
        });
    }
    all
}

/// Answers under the titles of their checks.
fn answers(
    app: &App,
    it: &TheSubmission,
    answers: &BTreeMap<String, String>,
) -> Vec<(String, String)> {
    let content = app.content.now();
    let lab = content.lab(&it.row.course, &it.row.lab);
    let title = |id: &str| {
        let check = lab.and_then(|(_, _, lab)| lab.checks().find(|check| check.id == id));
        check.map_or_else(|| id.to_owned(), |check| check.title.clone())
    };
    let answers = answers.iter().take(200);
    answers
        .map(|(check, answer)| (title(check), answer.chars().take(2_000).collect()))
        .collect()
}

fn rows(it: &TheSubmission, files: &Files) -> Vec<FileRow> {
    let opened = files.opened.as_ref().map(|(path, _)| path.as_str());
    let rows = files.entries.iter().map(|entry| {
        let query = Serializer::new(String::new())
            .append_pair("file", &entry.path)
            .finish();
        FileRow {
            href: entry
                .special
                .is_none()
                .then(|| format!("{}?{query}#files", it.href())),
            current: opened == Some(entry.path.as_str()),
            size: entry.special.clone().unwrap_or_else(|| size(entry.size)),
            path: entry.path.clone(),
        }
    });
    rows.collect()
}

fn opened(asked: Option<String>, files: Files) -> Option<OpenedFile> {
    asked?;
    let (path, text) = files.opened?;
    let (lines, cut) = match text {
        Text::Lines(lines, cut) => (Some(lines), cut),
        Text::Binary => (None, false),
    };
    Some(OpenedFile { path, lines, cut })
}

fn tables(bundle: &Bundle) -> Vec<ObjectTable> {
    let it = &bundle.objects;
    let tables = [
        objects::containers(&it.containers),
        objects::images(&it.images),
        objects::volumes(&it.volumes),
        objects::networks(&it.networks),
    ];
    let tables = tables.into_iter().map(
        |Table {
             title,
             columns,
             rows,
             more,
         }| ObjectTable {
            title: title.to_owned(),
            columns: columns.iter().map(|&column| column.to_owned()).collect(),
            rows,
            more,
        },
    );
    tables.collect()
}

fn inspect(bundle: &Bundle) -> (String, bool) {
    if bundle.objects == Default::default() {
        return Default::default();
    }
    let text = serde_json::to_string_pretty(&bundle.objects).unwrap_or_default();
    match text.char_indices().nth(INSPECT) {
        Some((end, _)) => (text[..end].to_owned(), true),
        None => (text, false),
    }
}

/// Sends the files as a zip archive, with names that no program unpacks outside its folder.
pub async fn download(State(app): State<App>, it: TheSubmission) -> Result<Response, PageError> {
    let missing = || PageError::missing("Nothing was handed in");
    let evidence = app.store.evidence(it.row.id).await?.ok_or_else(missing)?;
    let permit = PLACES.acquire().await?;
    let bundle = tokio::task::spawn_blocking(move || Bundle::read(&evidence)).await??;
    let name = format!("attachment; filename=\"{}-{}.zip\"", it.row.lab, it.row.id);
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((
        headers,
        Body::from_stream(zip::stream(bundle.files, permit)),
    )
        .into_response())
}
