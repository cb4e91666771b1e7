//! Labs that were handed in, with their evidence. Their way through the line is in `line.rs`.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::{Store, grades, id};
use crate::classes::rules::{Grading, Refusal, Terms};
use crate::ids::{AccountId, AssignmentId, SessionId, SubmissionId};

/// Practice submissions of one lab that are kept for each learner.
const PRACTICE_KEPT: u32 = 10;
/// Seconds of the window in which submissions are counted.
const DAY: i64 = 24 * 60 * 60;

/// Where a submission stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubmissionState {
    /// Waits in line.
    Queued,
    /// Is being graded.
    Grading,
    /// Has a score.
    Graded,
    /// The platform failed for good. Costs no attempt and can be graded again.
    Error,
}

impl SubmissionState {
    /// The word that is stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Grading => "grading",
            Self::Graded => "graded",
            Self::Error => "error",
        }
    }

    fn read(word: &str) -> Self {
        match word {
            "queued" => Self::Queued,
            "grading" => Self::Grading,
            "graded" => Self::Graded,
            _ => Self::Error,
        }
    }
}

/// A stored submission.
#[derive(Debug, Clone, PartialEq)]
pub struct SubmissionRow {
    /// Its id.
    pub id: SubmissionId,
    /// Whose it is.
    pub account: AccountId,
    /// Course slug.
    pub course: String,
    /// Lab slug.
    pub lab: String,
    /// `None`: practice.
    pub assignment: Option<AssignmentId>,
    /// From 1, for each account and assignment (or lab, for practice).
    pub attempt: u32,
    /// Where it is graded.
    pub grading: Grading,
    /// Unix seconds.
    pub submitted_at: i64,
    /// Where it stands.
    pub state: SubmissionState,
    /// Why the platform failed.
    pub fault: Option<String>,
    /// How often grading was begun since it was queued.
    pub tries: u32,
    /// Of the latest grading that counts, before lateness.
    pub score: Option<f64>,
    /// The most there was in it.
    pub max_score: Option<f64>,
    /// Unix seconds.
    pub graded_at: Option<i64>,
    /// Who asked for it to be graded again.
    pub asked_by: Option<AccountId>,
}

pub(super) const COLUMNS: &str = "id, account, course, lab, assignment, attempt, grading, submitted_at, state, fault, tries, score, max_score, graded_at, asked_by";

pub(super) fn submission(row: &SqliteRow) -> sqlx::Result<SubmissionRow> {
    let optional = |name: &str| row.try_get::<Option<String>, _>(name);
    Ok(SubmissionRow {
        id: id(row.try_get("id")?)?,
        account: id(row.try_get("account")?)?,
        course: row.try_get("course")?,
        lab: row.try_get("lab")?,
        assignment: optional("assignment")?.as_deref().map(id).transpose()?,
        attempt: row.try_get("attempt")?,
        grading: Grading::read(row.try_get("grading")?).unwrap_or_default(),
        submitted_at: row.try_get("submitted_at")?,
        state: SubmissionState::read(row.try_get("state")?),
        fault: row.try_get("fault")?,
        tries: row.try_get("tries")?,
        score: row.try_get("score")?,
        max_score: row.try_get("max_score")?,
        graded_at: row.try_get("graded_at")?,
        asked_by: optional("asked_by")?.as_deref().map(id).transpose()?,
    })
}

/// An assignment as its student meets it when handing in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The assignment.
    pub id: AssignmentId,
    /// Title of its class.
    pub class: String,
    /// The zone in which the class shows its times.
    pub time_zone: String,
    /// Its terms.
    pub terms: Terms,
    /// The class is archived: nothing is taken any more.
    pub archived: bool,
    /// Attempts of this student that count.
    pub attempts: u32,
}

/// What is handed in.
#[derive(Debug, Clone)]
pub struct NewSubmission<'a> {
    /// Whose it is.
    pub account: AccountId,
    /// Course slug.
    pub course: &'a str,
    /// Lab slug.
    pub lab: &'a str,
    /// `None`: practice.
    pub assignment: Option<AssignmentId>,
    /// Where it is to be graded.
    pub grading: Grading,
    /// The evidence.
    pub evidence: NewEvidence<'a>,
}

/// Evidence as it is stored; see the columns of `evidence`.
#[derive(Debug, Clone)]
pub struct NewEvidence<'a> {
    /// The session that it was taken from.
    pub session: SessionId,
    /// Version of the content.
    pub content_version: &'a str,
    /// Tar of the home, gzip.
    pub files: &'a [u8],
    /// JSON, gzip.
    pub objects: &'a [u8],
    /// JSON.
    pub seen: &'a str,
    /// JSON.
    pub answers: &'a str,
}

/// Stored evidence.
#[derive(Debug, Clone)]
pub struct EvidenceRow {
    /// The session that it was taken from.
    pub session: SessionId,
    /// Tar of the home, gzip.
    pub files: Vec<u8>,
    /// JSON, gzip.
    pub objects: Vec<u8>,
    /// JSON.
    pub seen: String,
    /// JSON.
    pub answers: String,
    /// JSON, gzip; none until the grader has looked.
    pub observed: Option<Vec<u8>>,
    /// SHA-256 of what rebuilt the files.
    pub rebuilt_by: Option<String>,
    /// What it said if it failed.
    pub note: String,
}

/// Why nothing was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaken {
    /// The assignment's terms refuse it.
    Terms(Refusal),
    /// There is no such assignment for this student, or it is of another lab.
    NoSuchAssignment,
    /// The class is archived.
    Archived,
    /// One of theirs of this lab is not graded yet.
    Unfinished(SubmissionId),
    /// They have handed in as often today as one may.
    TooMany(u32),
}

impl Store {
    /// The assignments of a lab to this student, each with how often it was handed in.
    pub async fn tasks(
        &self,
        account: AccountId,
        course: &str,
        lab: &str,
    ) -> sqlx::Result<Vec<Task>> {
        let mut connection = self.pool.acquire().await?;
        tasks(&mut connection, account, course, lab).await
    }

    /// Why this learner could hand nothing in now, for this assignment or for practice.
    pub async fn refusal(
        &self,
        account: AccountId,
        (course, lab): (&str, &str),
        assignment: Option<AssignmentId>,
        daily: u32,
    ) -> sqlx::Result<Option<NotTaken>> {
        let mut connection = self.pool.acquire().await?;
        let now = self.clock.seconds();
        refused(
            &mut connection,
            (account, course, lab, assignment),
            daily,
            now,
        )
        .await
    }

    /// Stores what is handed in, with its evidence, and puts it in line, in one transaction.
    /// `daily` is how many one learner may hand in within a day.
    pub async fn enqueue(
        &self,
        new: &NewSubmission<'_>,
        daily: u32,
    ) -> sqlx::Result<Result<SubmissionRow, NotTaken>> {
        let now = self.clock.seconds();
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let key = (new.account, new.course, new.lab, new.assignment);
        if let Some(refused) = refused(&mut transaction, key, daily, now).await? {
            return Ok(Err(refused));
        }
        let submission = SubmissionId::fresh();
        sqlx::query(
            "INSERT INTO submissions (id, account, course, lab, assignment, attempt, grading, submitted_at, state)
             SELECT ?1, ?2, ?3, ?4, ?5, COALESCE(MAX(attempt), 0) + 1, ?6, ?7, 'queued' FROM submissions
             WHERE account = ?2 AND course = ?3 AND lab = ?4 AND assignment IS ?5",
        )
        .bind(submission.to_string())
        .bind(new.account.to_string())
        .bind(new.course)
        .bind(new.lab)
        .bind(new.assignment.map(|id| id.to_string()))
        .bind(new.grading.word())
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "INSERT INTO evidence (submission, session, content_version, files, objects, seen, answers)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(submission.to_string())
        .bind(new.evidence.session.to_string())
        .bind(new.evidence.content_version)
        .bind(new.evidence.files)
        .bind(new.evidence.objects)
        .bind(new.evidence.seen)
        .bind(new.evidence.answers)
        .execute(&mut *transaction)
        .await?;
        if new.assignment.is_none() {
            sqlx::query(
                "DELETE FROM submissions WHERE id IN (SELECT id FROM submissions
                 WHERE account = ? AND course = ? AND lab = ? AND assignment IS NULL ORDER BY attempt DESC LIMIT -1 OFFSET ?)",
            )
            .bind(new.account.to_string())
            .bind(new.course)
            .bind(new.lab)
            .bind(PRACTICE_KEPT)
            .execute(&mut *transaction)
            .await?;
        }
        let row = one(&mut transaction, submission)
            .await?
            .ok_or(sqlx::Error::RowNotFound)?;
        transaction.commit().await?;
        Ok(Ok(row))
    }

    /// One submission.
    pub async fn submission(
        &self,
        submission: SubmissionId,
    ) -> sqlx::Result<Option<SubmissionRow>> {
        let mut connection = self.pool.acquire().await?;
        one(&mut connection, submission).await
    }

    /// What somebody handed in of a lab, the latest first; at most `most`.
    pub async fn submissions_of(
        &self,
        account: AccountId,
        course: &str,
        lab: &str,
        most: u32,
    ) -> sqlx::Result<Vec<SubmissionRow>> {
        sqlx::query(&format!(
            "SELECT {COLUMNS} FROM submissions WHERE account = ? AND course = ? AND lab = ?
             ORDER BY submitted_at DESC, id DESC LIMIT ?"
        ))
        .bind(account.to_string())
        .bind(course)
        .bind(lab)
        .bind(most)
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(submission)
        .collect()
    }

    /// The evidence of a submission.
    pub async fn evidence(&self, submission: SubmissionId) -> sqlx::Result<Option<EvidenceRow>> {
        sqlx::query("SELECT session, files, objects, seen, answers, observed, rebuilt_by, note FROM evidence WHERE submission = ?")
            .bind(submission.to_string())
            .fetch_optional(&self.pool)
            .await?
            .map(|row| {
                Ok(EvidenceRow {
                    session: id(row.try_get("session")?)?,
                    files: row.try_get("files")?,
                    objects: row.try_get("objects")?,
                    seen: row.try_get("seen")?,
                    answers: row.try_get("answers")?,
                    observed: row.try_get("observed")?,
                    rebuilt_by: row.try_get("rebuilt_by")?,
                    note: row.try_get("note")?,
                })
            })
            .transpose()
    }
}

async fn tasks(
    connection: &mut SqliteConnection,
    account: AccountId,
    course: &str,
    lab: &str,
) -> sqlx::Result<Vec<Task>> {
    sqlx::query(
        "SELECT assignments.*, classes.title AS class_title, time_zone, archived_at,
                (SELECT COUNT(*) FROM submissions WHERE assignment = assignments.id AND account = ?1
                 AND state <> 'error') AS attempts
         FROM members JOIN classes ON classes.id = members.class JOIN assignments ON assignments.class = classes.id
         WHERE members.account = ?1 AND members.role = 'student' AND classes.course = ?2
           AND assignments.kind = 'lab' AND assignments.slug = ?3
         ORDER BY COALESCE(due_at, 9223372036854775807), assignments.id",
    )
    .bind(account.to_string())
    .bind(course)
    .bind(lab)
    .fetch_all(connection)
    .await?
    .iter()
    .map(|row| {
        Ok(Task {
            id: id(row.try_get("id")?)?,
            class: row.try_get("class_title")?,
            time_zone: row.try_get("time_zone")?,
            terms: grades::read_terms(row)?,
            archived: row.try_get::<Option<i64>, _>("archived_at")?.is_some(),
            attempts: row.try_get("attempts")?,
        })
    })
    .collect()
}

async fn refused(
    connection: &mut SqliteConnection,
    (account, course, lab, assignment): (AccountId, &str, &str, Option<AssignmentId>),
    daily: u32,
    now: i64,
) -> sqlx::Result<Option<NotTaken>> {
    if let Some(assignment) = assignment {
        let tasks = tasks(connection, account, course, lab).await?;
        let Some(task) = tasks.iter().find(|task| task.id == assignment) else {
            return Ok(Some(NotTaken::NoSuchAssignment));
        };
        if task.archived {
            return Ok(Some(NotTaken::Archived));
        }
        if let Some(refusal) = task.terms.refuses(now, task.attempts) {
            return Ok(Some(NotTaken::Terms(refusal)));
        }
    }
    let unfinished: Option<String> = sqlx::query_scalar(
        "SELECT id FROM submissions WHERE account = ? AND course = ? AND lab = ? AND state IN ('queued', 'grading')",
    )
    .bind(account.to_string())
    .bind(course)
    .bind(lab)
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(unfinished) = unfinished {
        return Ok(Some(NotTaken::Unfinished(id(&unfinished)?)));
    }
    let today: u32 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM submissions WHERE account = ? AND submitted_at > ?",
    )
    .bind(account.to_string())
    .bind(now - DAY)
    .fetch_one(connection)
    .await?;
    Ok((today >= daily).then_some(NotTaken::TooMany(daily)))
}

async fn one(
    connection: &mut SqliteConnection,
    id: SubmissionId,
) -> sqlx::Result<Option<SubmissionRow>> {
    sqlx::query(&format!("SELECT {COLUMNS} FROM submissions WHERE id = ?"))
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?
        .as_ref()
        .map(submission)
        .transpose()
}
