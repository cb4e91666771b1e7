//! Gradings of submissions: one for each time that one was graded.

use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection};

use super::{Store, SubmissionRow, grades, id};
use crate::ids::{AccountId, SubmissionId};

/// A grading to be stored.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NewGrading {
    /// Version of the content whose rules were applied.
    pub content_version: String,
    /// Points.
    pub score: f64,
    /// The most there is.
    pub max_score: f64,
    /// For the student: why what was handed in could not be rebuilt.
    pub note: String,
    /// In the lab's order.
    pub checks: Vec<GradedCheck>,
}

/// One check as it was graded.
#[derive(Debug, Clone, PartialEq)]
pub struct GradedCheck {
    /// Its id.
    pub id: String,
    /// The step that it stands in.
    pub step: String,
    /// What is reached when it passes.
    pub title: String,
    /// Whether students see nothing of it but its title.
    pub hidden: bool,
    /// `pass`, `fail` or `error`.
    pub state: &'static str,
    /// What was wanted.
    pub expected: String,
    /// What was there.
    pub found: String,
    /// Weight.
    pub points: f64,
    /// What it brought.
    pub earned: f64,
}

/// A stored grading.
#[derive(Debug, Clone, PartialEq)]
pub struct GradingRow {
    /// From 1.
    pub run: u32,
    /// Unix seconds.
    pub graded_at: i64,
    /// Who asked for it; none: the queue.
    pub asked_by: Option<AccountId>,
    /// Whether it does not count yet.
    pub preview: bool,
    /// What was found.
    pub grading: NewGrading,
}

impl Store {
    /// Stores a grading that was made at somebody's wish outside the line. A preview is kept beside
    /// the others and counts nowhere; gives its run.
    pub async fn record_regrade(
        &self,
        row: &SubmissionRow,
        grading: &NewGrading,
        asked_by: Option<AccountId>,
        preview: bool,
    ) -> sqlx::Result<u32> {
        let now = self.clock.seconds();
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let run = insert_grading(&mut transaction, row.id, grading, asked_by, preview, now).await?;
        if !preview {
            count(&mut transaction, row, grading.score, grading.max_score, now).await?;
        }
        transaction.commit().await?;
        Ok(run)
    }

    /// Lets a preview count. Whether there was one.
    #[cfg(test)]
    pub async fn apply_preview(&self, row: &SubmissionRow, run: u32) -> sqlx::Result<bool> {
        let now = self.clock.seconds();
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let preview: Option<(f64, f64)> = sqlx::query_as(
            "UPDATE gradings SET preview = 0 WHERE submission = ? AND run = ? AND preview = 1
             RETURNING score, max_score",
        )
        .bind(row.id.to_string())
        .bind(run)
        .fetch_optional(&mut *transaction)
        .await?;
        let Some((score, max_score)) = preview else {
            return Ok(false);
        };
        count(&mut transaction, row, score, max_score, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Throws the previews of a submission away.
    pub async fn drop_previews(&self, submission: SubmissionId) -> sqlx::Result<()> {
        sqlx::query("DELETE FROM gradings WHERE submission = ? AND preview = 1")
            .bind(submission.to_string())
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// The gradings of a submission with their checks, the latest first, previews too.
    pub async fn gradings(&self, submission: SubmissionId) -> sqlx::Result<Vec<GradingRow>> {
        let rows = sqlx::query("SELECT run, graded_at, content_version, asked_by, preview, score, max_score, note FROM gradings WHERE submission = ? ORDER BY run DESC")
            .bind(submission.to_string())
            .fetch_all(&self.pool)
            .await?;
        let mut gradings = Vec::new();
        for row in rows {
            let run = row.try_get("run")?;
            let asked_by: Option<String> = row.try_get("asked_by")?;
            gradings.push(GradingRow {
                run,
                graded_at: row.try_get("graded_at")?,
                asked_by: asked_by.as_deref().map(id).transpose()?,
                preview: row.try_get("preview")?,
                grading: NewGrading {
                    content_version: row.try_get("content_version")?,
                    score: row.try_get("score")?,
                    max_score: row.try_get("max_score")?,
                    note: row.try_get("note")?,
                    checks: self.graded_checks(submission, run).await?,
                },
            });
        }
        Ok(gradings)
    }

    /// The latest grading that counts.
    pub async fn grading(&self, submission: SubmissionId) -> sqlx::Result<Option<GradingRow>> {
        let all = self.gradings(submission).await?;
        Ok(all.into_iter().find(|row| !row.preview))
    }

    async fn graded_checks(
        &self,
        submission: SubmissionId,
        run: u32,
    ) -> sqlx::Result<Vec<GradedCheck>> {
        // In the order in which they were written, which is the lab's: `WITHOUT ROWID` keeps none,
        // so the number stands before the id.
        sqlx::query("SELECT check_id, step, title, hidden, state, expected, found, points, earned FROM graded_checks WHERE submission = ? AND run = ? ORDER BY place")
            .bind(submission.to_string())
            .bind(run)
            .fetch_all(&self.pool)
            .await?
            .iter()
            .map(|row| {
                Ok(GradedCheck {
                    id: row.try_get("check_id")?,
                    step: row.try_get("step")?,
                    title: row.try_get("title")?,
                    hidden: row.try_get("hidden")?,
                    state: match row.try_get::<&str, _>("state")? {
                        "pass" => "pass",
                        "fail" => "fail",
                        _ => "error",
                    },
                    expected: row.try_get("expected")?,
                    found: row.try_get("found")?,
                    points: row.try_get("points")?,
                    earned: row.try_get("earned")?,
                })
            })
            .collect()
    }
}

/// Lets a score count for a submission and its student.
async fn count(
    connection: &mut SqliteConnection,
    row: &SubmissionRow,
    score: f64,
    max_score: f64,
    now: i64,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE submissions SET score = ?2, max_score = ?3, graded_at = ?4, fault = NULL,
             state = CASE state WHEN 'error' THEN 'graded' ELSE state END WHERE id = ?1",
    )
    .bind(row.id.to_string())
    .bind(score)
    .bind(max_score)
    .bind(now)
    .execute(&mut *connection)
    .await?;
    match row.assignment {
        Some(assignment) => grades::recompute(connection, assignment, row.account, now).await,
        None => Ok(()),
    }
}

pub(super) async fn insert_grading(
    connection: &mut SqliteConnection,
    submission: SubmissionId,
    grading: &NewGrading,
    asked_by: Option<AccountId>,
    preview: bool,
    now: i64,
) -> sqlx::Result<u32> {
    let run: u32 = sqlx::query_scalar(
        "INSERT INTO gradings (submission, run, graded_at, content_version, asked_by, preview, score, max_score, note)
         SELECT ?1, COALESCE(MAX(run), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM gradings WHERE submission = ?1
         RETURNING run",
    )
    .bind(submission.to_string())
    .bind(now)
    .bind(&grading.content_version)
    .bind(asked_by.map(|id| id.to_string()))
    .bind(preview)
    .bind(grading.score)
    .bind(grading.max_score)
    .bind(&grading.note)
    .fetch_one(&mut *connection)
    .await?;
    let numbered: Vec<(u32, &GradedCheck)> = (0..).zip(&grading.checks).collect();
    for part in numbered.chunks(50) {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "INSERT INTO graded_checks (submission, run, check_id, step, title, hidden, state, expected, found, points, earned, place) ",
        );
        insert.push_values(part, |mut values, (place, check)| {
            values
                .push_bind(submission.to_string())
                .push_bind(run)
                .push_bind(&check.id)
                .push_bind(&check.step)
                .push_bind(&check.title)
                .push_bind(check.hidden)
                .push_bind(check.state)
                .push_bind(&check.expected)
                .push_bind(&check.found)
                .push_bind(check.points)
                .push_bind(check.earned)
                .push_bind(*place);
        });
        insert.build().execute(&mut *connection).await?;
    }
    Ok(run)
}
