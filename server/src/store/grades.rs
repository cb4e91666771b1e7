//! What counts for a student in an assignment. An instructor's override stands beside it and is
//! never touched here.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::{Store, id};
use crate::classes::rules::{Counts, Graded, Grading, Terms};
use crate::ids::{AccountId, AssignmentId, SubmissionId};

/// A grade to be stored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NewGrade {
    /// With lateness taken off.
    pub score: f64,
    /// The most there is.
    pub max_score: f64,
    /// The submission that counts, of a lab.
    pub submission: Option<SubmissionId>,
    /// Days begun after it was due.
    pub late_days: u32,
}

impl Store {
    /// Stores what counts for somebody in an assignment, in place of what counted before.
    #[cfg(test)]
    pub async fn record_grade(
        &self,
        assignment: AssignmentId,
        account: AccountId,
        grade: NewGrade,
    ) -> sqlx::Result<()> {
        let mut connection = self.pool.acquire().await?;
        let now = self.clock.seconds();
        write(&mut connection, assignment, account, &grade, now).await
    }

    /// Stores several grades at once, all or none.
    pub async fn record_grades(
        &self,
        grades: &[(AssignmentId, AccountId, NewGrade)],
    ) -> sqlx::Result<()> {
        if grades.is_empty() {
            return Ok(());
        }
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let now = self.clock.seconds();
        for (assignment, account, grade) in grades {
            write(&mut transaction, *assignment, *account, grade, now).await?;
        }
        transaction.commit().await
    }

    /// Finds anew which submission of a lab counts for somebody: after a grading.
    #[cfg(test)]
    pub async fn recompute_grade(
        &self,
        assignment: AssignmentId,
        account: AccountId,
    ) -> sqlx::Result<()> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let now = self.clock.seconds();
        recompute(&mut transaction, assignment, account, now).await?;
        transaction.commit().await
    }

    /// The same for everybody who handed something in: after the assignment's terms changed.
    pub async fn recompute_grades(&self, assignment: AssignmentId) -> sqlx::Result<()> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let accounts: Vec<String> =
            sqlx::query_scalar("SELECT DISTINCT account FROM submissions WHERE assignment = ?")
                .bind(assignment.to_string())
                .fetch_all(&mut *transaction)
                .await?;
        let now = self.clock.seconds();
        for account in accounts {
            recompute(&mut transaction, assignment, id(&account)?, now).await?;
        }
        transaction.commit().await
    }
}

/// Finds which submission counts and stores it, in the transaction of whoever changed a grading.
pub(super) async fn recompute(
    connection: &mut SqliteConnection,
    assignment: AssignmentId,
    account: AccountId,
    now: i64,
) -> sqlx::Result<()> {
    let Some(terms) = terms(connection, assignment).await? else {
        return Ok(());
    };
    let rows = sqlx::query(
        "SELECT id, submitted_at, score, max_score FROM submissions
         WHERE assignment = ? AND account = ? AND score IS NOT NULL ORDER BY attempt",
    )
    .bind(assignment.to_string())
    .bind(account.to_string())
    .fetch_all(&mut *connection)
    .await?;
    let mut graded = Vec::new();
    let mut most = Vec::new();
    for row in &rows {
        let id: SubmissionId = id(row.try_get("id")?)?;
        graded.push(Graded {
            id,
            submitted_at: row.try_get("submitted_at")?,
            score: row.try_get("score")?,
        });
        most.push((id, row.try_get::<f64, _>("max_score")?));
    }
    let Some(counting) = terms.counting(graded) else {
        return sqlx::query("UPDATE grades SET score = NULL, submission = NULL, late_days = 0, at = ? WHERE assignment = ? AND account = ? AND score IS NOT NULL")
            .bind(now)
            .bind(assignment.to_string())
            .bind(account.to_string())
            .execute(connection)
            .await
            .map(drop);
    };
    let max_score = most
        .iter()
        .find(|(id, _)| *id == counting.id)
        .map_or(0.0, |(_, most)| *most);
    let grade = NewGrade {
        score: counting.score,
        max_score,
        submission: Some(counting.id),
        late_days: counting.late_days,
    };
    write(connection, assignment, account, &grade, now).await
}

/// Writes a grade; `at` moves only if something changed.
async fn write(
    connection: &mut SqliteConnection,
    assignment: AssignmentId,
    account: AccountId,
    grade: &NewGrade,
    now: i64,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO grades (assignment, account, score, max_score, submission, late_days, at)
         VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (assignment, account) DO UPDATE SET score = excluded.score,
             max_score = excluded.max_score, submission = excluded.submission,
             late_days = excluded.late_days, at = excluded.at
         WHERE grades.score IS NOT excluded.score OR grades.max_score IS NOT excluded.max_score
             OR grades.submission IS NOT excluded.submission OR grades.late_days IS NOT excluded.late_days",
    )
    .bind(assignment.to_string())
    .bind(account.to_string())
    .bind(grade.score)
    .bind(grade.max_score)
    .bind(grade.submission.map(|id| id.to_string()))
    .bind(grade.late_days)
    .bind(now)
    .execute(connection)
    .await
    .map(drop)
}

async fn terms(
    connection: &mut SqliteConnection,
    assignment: AssignmentId,
) -> sqlx::Result<Option<Terms>> {
    sqlx::query("SELECT opens_at, due_at, closes_at, late_percent, max_attempts, counts, grading FROM assignments WHERE id = ?")
        .bind(assignment.to_string())
        .fetch_optional(connection)
        .await?
        .as_ref()
        .map(read_terms)
        .transpose()
}

/// Reads the terms of an assignment from the columns of its table.
pub(super) fn read_terms(row: &SqliteRow) -> sqlx::Result<Terms> {
    Ok(Terms {
        opens_at: row.try_get("opens_at")?,
        due_at: row.try_get("due_at")?,
        closes_at: row.try_get("closes_at")?,
        late_percent: row.try_get("late_percent")?,
        max_attempts: row.try_get("max_attempts")?,
        counts: Counts::read(row.try_get("counts")?).unwrap_or_default(),
        grading: Grading::read(row.try_get("grading")?).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::store::testing::{assignment, store};

    const DUE: i64 = 1000;

    async fn hand_in(
        store: &Store,
        assignment: AssignmentId,
        account: AccountId,
        (attempt, at, score): (u32, i64, f64),
    ) -> SubmissionId {
        let id = SubmissionId::fresh();
        sqlx::query(
            "INSERT INTO submissions (id, account, course, lab, assignment, attempt, grading, submitted_at, state, score, max_score)
             VALUES (?, ?, 'docker', 'layers', ?, ?, 'live', ?, 'graded', ?, 10)",
        )
        .bind(id.to_string())
        .bind(account.to_string())
        .bind(assignment.to_string())
        .bind(attempt)
        .bind(at)
        .bind(score)
        .execute(store.pool())
        .await
        .unwrap();
        id
    }

    async fn grade(store: &Store) -> (Option<f64>, Option<String>, u32, i64, Option<f64>) {
        sqlx::query_as("SELECT score, submission, late_days, at, override_score FROM grades")
            .fetch_one(store.pool())
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn the_submission_that_counts_is_found_again_when_the_terms_change() {
        let clock = Clock::fixed(5);
        let (store, _folder) = store(clock.clone()).await;
        let me = store.create_guest().await.unwrap();
        let terms = Terms {
            due_at: Some(DUE),
            late_percent: 50,
            ..Terms::default()
        };
        let task = assignment(&store, "layers", &terms).await;
        let first = hand_in(&store, task, me, (1, DUE, 6.0)).await;
        let second = hand_in(&store, task, me, (2, DUE + 1, 10.0)).await;
        store.recompute_grade(task, me).await.unwrap();
        assert_eq!(
            grade(&store).await,
            (Some(6.0), Some(first.to_string()), 0, 5, None)
        );
        clock.advance(10);
        sqlx::query("UPDATE assignments SET late_percent = 10")
            .execute(store.pool())
            .await
            .unwrap();
        store.recompute_grades(task).await.unwrap();
        assert_eq!(
            grade(&store).await,
            (Some(9.0), Some(second.to_string()), 1, 15, None)
        );
        clock.advance(10);
        store.recompute_grades(task).await.unwrap();
        assert_eq!(grade(&store).await.3, 15, "nothing changed");
    }

    #[tokio::test]
    async fn an_override_outlives_every_grading() {
        let (store, _folder) = store(Clock::fixed(5)).await;
        let me = store.create_guest().await.unwrap();
        let task = assignment(&store, "layers", &Terms::default()).await;
        let quiz = NewGrade {
            score: 1.0,
            max_score: 2.0,
            submission: None,
            late_days: 0,
        };
        store.record_grade(task, me, quiz).await.unwrap();
        sqlx::query("UPDATE grades SET override_score = 7")
            .execute(store.pool())
            .await
            .unwrap();
        hand_in(&store, task, me, (1, 1, 3.0)).await;
        store.recompute_grade(task, me).await.unwrap();
        let (score, _, _, _, overridden) = grade(&store).await;
        assert_eq!((score, overridden), (Some(3.0), Some(7.0)));
    }
}
