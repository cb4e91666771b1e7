//! Grading an assignment again, looked at before it counts.

use std::collections::BTreeSet;

use sqlx::Row as _;
use uuid::Uuid;

use super::{Store, grades, id};
use crate::ids::{AccountId, AssignmentId, SubmissionId};

/// Changed submissions and faults that are told of.
const TOLD: i64 = 2_000;

/// How far a regrade is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegradeRow {
    /// Its id.
    pub id: Uuid,
    /// The last sign of life, in Unix seconds.
    pub at: i64,
    /// Submissions in all.
    pub total: i64,
    /// Those that were graded again, or could not be.
    pub done: i64,
}

/// What would change of one submission.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeRow {
    /// The submission.
    pub submission: SubmissionId,
    /// From 1.
    pub attempt: i64,
    /// Shown name of its student.
    pub student: String,
    /// Before lateness, as it counts.
    pub old: Option<f64>,
    /// As it would.
    pub new: f64,
    /// Points there would be.
    pub max_score: f64,
    /// Whether an instructor's points stand in its place.
    pub overridden: bool,
    /// Title, state before and state after of each check that changed.
    pub checks: Vec<(String, Option<String>, String)>,
}

impl Store {
    /// Begins to grade an assignment again, or one submission of it, and forgets what was begun before. Gives what is to be
    /// graded; what waits in line is not.
    pub async fn begin_regrade(
        &self,
        assignment: AssignmentId,
        only: Option<SubmissionId>,
        asked_by: AccountId,
    ) -> sqlx::Result<(Uuid, Vec<SubmissionId>)> {
        let fresh = Uuid::now_v7();
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        forget(&mut transaction, assignment).await?;
        let submissions: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM submissions JOIN evidence ON submission = id
             WHERE assignment = ?1 AND state IN ('graded', 'error') AND (?2 IS NULL OR id = ?2) ORDER BY id",
        )
        .bind(assignment.to_string())
        .bind(only.map(|only| only.to_string()))
        .fetch_all(&mut *transaction)
        .await?;
        sqlx::query(
            "INSERT INTO regrades (assignment, id, asked_by, at, total) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(assignment.to_string())
        .bind(fresh.to_string())
        .bind(asked_by.to_string())
        .bind(self.clock.seconds())
        .bind(submissions.len() as i64)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        let submissions = submissions
            .iter()
            .map(|text| id(text))
            .collect::<sqlx::Result<_>>()?;
        Ok((fresh, submissions))
    }

    /// Notes that one more is done, or why it could not be; false if nobody wants this regrade any more.
    pub async fn regrade_step(
        &self,
        assignment: AssignmentId,
        regrade: Uuid,
        fault: Option<(SubmissionId, &str)>,
    ) -> sqlx::Result<bool> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let wanted = sqlx::query(
            "UPDATE regrades SET done = done + 1, at = ? WHERE assignment = ? AND id = ?",
        )
        .bind(self.clock.seconds())
        .bind(assignment.to_string())
        .bind(regrade.to_string())
        .execute(&mut *transaction)
        .await?
        .rows_affected()
            == 1;
        if let (true, Some((submission, text))) = (wanted, fault) {
            sqlx::query("INSERT OR REPLACE INTO regrade_faults (assignment, submission, text) VALUES (?, ?, ?)")
                .bind(assignment.to_string())
                .bind(submission.to_string())
                .bind(text)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(wanted)
    }

    /// The regrade of an assignment, if one was begun and neither applied nor discarded.
    pub async fn regrade(&self, assignment: AssignmentId) -> sqlx::Result<Option<RegradeRow>> {
        let row = sqlx::query("SELECT id, at, total, done FROM regrades WHERE assignment = ?")
            .bind(assignment.to_string())
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| {
            Ok(RegradeRow {
                id: id(row.try_get(0)?)?,
                at: row.try_get(1)?,
                total: row.try_get(2)?,
                done: row.try_get(3)?,
            })
        })
        .transpose()
    }

    /// What would change, by the names of the students.
    pub async fn regrade_changes(&self, assignment: AssignmentId) -> sqlx::Result<Vec<ChangeRow>> {
        let rows = sqlx::query(
            "WITH news AS (
                SELECT s.id, s.account, s.attempt, s.score AS old, p.run, p.score, p.max_score,
                    (SELECT max(run) FROM gradings WHERE submission = s.id AND preview = 0) AS before
                FROM submissions s JOIN gradings p ON p.submission = s.id AND p.preview = 1 WHERE s.assignment = ?1),
             moved AS (
                SELECT news.id, after.check_id, after.title, before.state AS was, after.state AS now
                FROM news CROSS JOIN graded_checks after ON after.submission = news.id AND after.run = news.run
                LEFT JOIN graded_checks before
                    ON before.submission = news.id AND before.run = news.before AND before.check_id = after.check_id
                WHERE before.state IS NOT after.state OR before.earned IS NOT after.earned)
             SELECT news.id, attempt, coalesce(name, 'Guest'), old, news.score, news.max_score,
                override_score IS NOT NULL, title, was, now
             FROM news LEFT JOIN moved ON moved.id = news.id LEFT JOIN people ON people.account = news.account
             LEFT JOIN grades ON grades.assignment = ?1 AND grades.account = news.account
             WHERE moved.id IS NOT NULL OR old IS NOT news.score
             ORDER BY name COLLATE NOCASE, news.id LIMIT ?2",
        )
        .bind(assignment.to_string())
        .bind(TOLD)
        .fetch_all(&self.pool)
        .await?;
        let mut changes: Vec<ChangeRow> = Vec::new();
        for row in &rows {
            let submission = id(row.try_get(0)?)?;
            if changes
                .last()
                .is_none_or(|last| last.submission != submission)
            {
                changes.push(ChangeRow {
                    submission,
                    attempt: row.try_get(1)?,
                    student: row.try_get(2)?,
                    old: row.try_get(3)?,
                    new: row.try_get(4)?,
                    max_score: row.try_get(5)?,
                    overridden: row.try_get(6)?,
                    checks: Vec::new(),
                });
            }
            let title: Option<String> = row.try_get(7)?;
            if let (Some(title), Some(last)) = (title, changes.last_mut()) {
                last.checks.push((title, row.try_get(8)?, row.try_get(9)?));
            }
        }
        Ok(changes)
    }

    /// What could not be graded again: student, submission and why.
    pub async fn regrade_faults(
        &self,
        assignment: AssignmentId,
    ) -> sqlx::Result<Vec<(String, SubmissionId, String)>> {
        let rows: Vec<(String, String, String)> = sqlx::query_as(
            "SELECT coalesce(name, 'Guest'), submission, text FROM regrade_faults
             JOIN submissions ON submissions.id = submission LEFT JOIN people USING (account)
             WHERE regrade_faults.assignment = ? ORDER BY 1, 2 LIMIT ?",
        )
        .bind(assignment.to_string())
        .bind(TOLD)
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|(name, submission, text)| Ok((name, id(&submission)?, text)))
            .collect()
    }

    /// Lets all of it count, in one transaction; false if this regrade is not there or not done. Overrides stay. What was
    /// graded in the line meanwhile is newer and stays too.
    pub async fn apply_regrade(
        &self,
        assignment: AssignmentId,
        regrade: Uuid,
    ) -> sqlx::Result<bool> {
        let now = self.clock.seconds();
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let done: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM regrades WHERE assignment = ? AND id = ? AND done >= total)",
        )
        .bind(assignment.to_string())
        .bind(regrade.to_string())
        .fetch_one(&mut *transaction)
        .await?;
        if !done {
            return Ok(false);
        }
        let accounts: Vec<String> = sqlx::query_scalar(
            "UPDATE submissions SET score = p.score, max_score = p.max_score, graded_at = ?2, fault = NULL,
                state = CASE submissions.state WHEN 'error' THEN 'graded' ELSE submissions.state END
             FROM gradings p WHERE submissions.assignment = ?1 AND p.submission = submissions.id AND p.preview = 1
                AND NOT EXISTS (SELECT 1 FROM gradings newer WHERE newer.submission = p.submission AND newer.run > p.run)
             RETURNING account",
        )
        .bind(assignment.to_string())
        .bind(now)
        .fetch_all(&mut *transaction)
        .await?;
        sqlx::query(
            "UPDATE gradings SET preview = 0 WHERE preview = 1
             AND submission IN (SELECT id FROM submissions WHERE assignment = ?)
             AND NOT EXISTS (SELECT 1 FROM gradings newer WHERE newer.submission = gradings.submission AND newer.run > gradings.run)",
        )
        .bind(assignment.to_string())
        .execute(&mut *transaction)
        .await?;
        for account in accounts.into_iter().collect::<BTreeSet<_>>() {
            grades::recompute(&mut transaction, assignment, id(&account)?, now).await?;
        }
        forget(&mut transaction, assignment).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Throws it away; whether there was one. A task that still grades for it stops.
    pub async fn discard_regrade(&self, assignment: AssignmentId) -> sqlx::Result<bool> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let was = forget(&mut transaction, assignment).await?;
        transaction.commit().await?;
        Ok(was)
    }
}

/// Deletes the regrade of an assignment with its previews; whether there was one.
async fn forget(
    connection: &mut sqlx::SqliteConnection,
    assignment: AssignmentId,
) -> sqlx::Result<bool> {
    sqlx::query("DELETE FROM gradings WHERE preview = 1 AND submission IN (SELECT id FROM submissions WHERE assignment = ?)")
        .bind(assignment.to_string())
        .execute(&mut *connection)
        .await?;
    let gone = sqlx::query("DELETE FROM regrades WHERE assignment = ?")
        .bind(assignment.to_string())
        .execute(&mut *connection)
        .await?;
    Ok(gone.rows_affected() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::gradebook::testing::Room;

    struct Scene {
        room: Room,
        lab: AssignmentId,
        robin: AccountId,
        ann: AccountId,
        submission: SubmissionId,
    }

    /// One graded submission of 1 of 2, with evidence.
    async fn scene() -> Scene {
        let room = Room::new(Clock::fixed(5_000)).await;
        let (ann, robin) = (room.student("Ann").await, room.instructor("Robin").await);
        let lab = room.assignment("lab", "layers", None).await;
        let submission = room.submission(lab, ann, 1, "graded").await;
        room.grading(
            submission,
            1,
            false,
            &[("a", false, true), ("b", false, false)],
        )
        .await;
        room.execute("UPDATE submissions SET score = 1, max_score = 2")
            .await;
        room.execute(&format!(
            "INSERT INTO evidence (submission, session, content_version, files, objects, seen, answers)
             VALUES ('{submission}', 's', 'v', x'', x'', '{{}}', '{{}}')"
        ))
        .await;
        room.store.recompute_grade(lab, ann).await.unwrap();
        Scene {
            room,
            lab,
            robin,
            ann,
            submission,
        }
    }

    async fn score(scene: &Scene) -> Option<f64> {
        let row = scene.room.store.review(scene.lab, scene.ann).await.unwrap();
        row.unwrap().score
    }

    #[tokio::test]
    async fn a_regrade_changes_nothing_until_it_is_applied() {
        let it = scene().await;
        let store = &it.room.store;
        let (id, submissions) = store.begin_regrade(it.lab, None, it.robin).await.unwrap();
        assert_eq!(submissions, [it.submission]);
        it.room
            .grading(
                it.submission,
                2,
                true,
                &[("a", false, true), ("b", false, true)],
            )
            .await;
        assert!(
            !store.apply_regrade(it.lab, id).await.unwrap(),
            "it is not done"
        );
        assert!(store.regrade_step(it.lab, id, None).await.unwrap());
        let changes = store.regrade_changes(it.lab).await.unwrap();
        assert_eq!(
            (changes.len(), changes[0].old, changes[0].new),
            (1, Some(1.0), 2.0)
        );
        assert_eq!(
            changes[0].checks,
            [("b".to_owned(), Some("fail".to_owned()), "pass".to_owned())]
        );
        assert_eq!(score(&it).await, Some(1.0));
        assert!(store.apply_regrade(it.lab, id).await.unwrap());
        assert_eq!(score(&it).await, Some(2.0));
        assert_eq!(store.regrade(it.lab).await.unwrap(), None);
        assert_eq!(store.grading(it.submission).await.unwrap().unwrap().run, 2);
        assert!(!store.apply_regrade(it.lab, id).await.unwrap(), "only once");
    }

    #[tokio::test]
    async fn an_override_outlives_a_regrade() {
        let it = scene().await;
        let store = &it.room.store;
        store
            .override_grade(it.lab, it.ann, (1.5, 2.0), "x", it.robin)
            .await
            .unwrap();
        let (id, _) = store.begin_regrade(it.lab, None, it.robin).await.unwrap();
        it.room
            .grading(
                it.submission,
                2,
                true,
                &[("a", false, true), ("b", false, true)],
            )
            .await;
        store.regrade_step(it.lab, id, None).await.unwrap();
        assert!(store.regrade_changes(it.lab).await.unwrap()[0].overridden);
        store.apply_regrade(it.lab, id).await.unwrap();
        let row = store.review(it.lab, it.ann).await.unwrap().unwrap();
        assert_eq!((row.score, row.overridden.unwrap().score), (Some(2.0), 1.5));
    }

    #[tokio::test]
    async fn what_was_discarded_is_gone_and_its_task_is_told() {
        let it = scene().await;
        let store = &it.room.store;
        let (id, _) = store
            .begin_regrade(it.lab, Some(it.submission), it.robin)
            .await
            .unwrap();
        it.room
            .grading(it.submission, 2, true, &[("a", false, false)])
            .await;
        assert!(store.discard_regrade(it.lab).await.unwrap());
        assert!(!store.regrade_step(it.lab, id, None).await.unwrap());
        assert!(store.regrade_changes(it.lab).await.unwrap().is_empty());
        assert_eq!(score(&it).await, Some(1.0));
    }

    #[tokio::test]
    async fn what_was_graded_in_the_line_meanwhile_stays() {
        let it = scene().await;
        let store = &it.room.store;
        let (id, _) = store.begin_regrade(it.lab, None, it.robin).await.unwrap();
        it.room
            .grading(
                it.submission,
                2,
                true,
                &[("a", false, false), ("b", false, false)],
            )
            .await;
        it.room
            .grading(
                it.submission,
                3,
                false,
                &[("a", false, true), ("b", false, true)],
            )
            .await;
        it.room.execute("UPDATE submissions SET score = 2").await;
        store.recompute_grade(it.lab, it.ann).await.unwrap();
        store.regrade_step(it.lab, id, None).await.unwrap();
        assert!(store.apply_regrade(it.lab, id).await.unwrap());
        assert_eq!(score(&it).await, Some(2.0));
        assert_eq!(store.grading(it.submission).await.unwrap().unwrap().run, 3);
    }

    #[tokio::test]
    async fn what_could_not_be_graded_again_is_told_with_why() {
        let it = scene().await;
        let store = &it.room.store;
        let (id, _) = store.begin_regrade(it.lab, None, it.robin).await.unwrap();
        store
            .regrade_step(it.lab, id, Some((it.submission, "The engine is away.")))
            .await
            .unwrap();
        let faults = store.regrade_faults(it.lab).await.unwrap();
        assert_eq!(
            faults,
            [(
                "Ann".to_owned(),
                it.submission,
                "The engine is away.".to_owned()
            )]
        );
        assert_eq!(store.regrade(it.lab).await.unwrap().unwrap().done, 1);
    }
}
