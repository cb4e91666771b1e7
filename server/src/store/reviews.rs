//! What instructors look at and say about one submission: comments, an override of the grade.

use sqlx::Row as _;

use super::{Store, id};
use crate::ids::{AccountId, AssignmentId, SubmissionId};

/// Comments on one submission.
const COMMENTS: i64 = 200;

/// Whose a submission is, and what counts for them.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewRow {
    /// Shown name of the student.
    pub student: String,
    /// What they sign in with, if they do so here.
    pub email: Option<String>,
    /// When it was due, in Unix seconds.
    pub due_at: Option<i64>,
    /// The submission that counts.
    pub counting: Option<SubmissionId>,
    /// After lateness.
    pub score: Option<f64>,
    /// Points there are.
    pub max_score: Option<f64>,
    /// Days begun after the due date, of the one that counts.
    pub late_days: i64,
    /// In place of the score.
    pub overridden: Option<OverrideRow>,
}

/// An override.
#[derive(Debug, Clone, PartialEq)]
pub struct OverrideRow {
    /// The points that count.
    pub score: f64,
    /// Why.
    pub reason: String,
    /// Shown name of who did it, if they are still here.
    pub by: Option<String>,
    /// Unix seconds.
    pub at: i64,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentRow {
    /// Shown name of who wrote it, if they are still here.
    pub author: Option<String>,
    /// Unix seconds.
    pub at: i64,
    /// What it says.
    pub text: String,
}

/// What instructors said of a submission: also for its student.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FeedbackRows {
    /// In order of time.
    pub comments: Vec<CommentRow>,
    /// Of the grade.
    pub overridden: Option<OverrideRow>,
}

/// A student before or after another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeighbourRow {
    /// What counts of theirs, or else the latest.
    pub submission: SubmissionId,
    /// Shown name.
    pub name: String,
}

/// Where a student stands among those who handed an assignment in, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// Their number, from 1.
    pub place: i64,
    /// How many there are.
    pub of: i64,
    /// Before.
    pub previous: Option<NeighbourRow>,
    /// After.
    pub next: Option<NeighbourRow>,
}

impl Store {
    /// Whose it is, and what counts for them.
    pub async fn review(
        &self,
        assignment: AssignmentId,
        account: AccountId,
    ) -> sqlx::Result<Option<ReviewRow>> {
        let row = sqlx::query(
            "SELECT coalesce(people.name, 'Guest') AS student, people.email, due_at, submission, score, max_score,
                coalesce(late_days, 0) AS late_days, override_score, override_reason, override_at, author.name AS by
             FROM assignments JOIN accounts ON accounts.id = ?2 LEFT JOIN people ON people.account = accounts.id
             LEFT JOIN grades ON assignment = assignments.id AND grades.account = accounts.id
             LEFT JOIN people author ON author.account = override_by WHERE assignments.id = ?1",
        )
        .bind(assignment.to_string())
        .bind(account.to_string())
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            let score: Option<f64> = row.try_get("override_score")?;
            let overridden = match score {
                None => None,
                Some(score) => Some(OverrideRow {
                    score,
                    reason: row
                        .try_get::<Option<String>, _>("override_reason")?
                        .unwrap_or_default(),
                    by: row.try_get("by")?,
                    at: row
                        .try_get::<Option<i64>, _>("override_at")?
                        .unwrap_or_default(),
                }),
            };
            Ok(ReviewRow {
                student: row.try_get("student")?,
                email: row.try_get("email")?,
                due_at: row.try_get("due_at")?,
                counting: row
                    .try_get::<Option<&str>, _>("submission")?
                    .map(id)
                    .transpose()?,
                score: row.try_get("score")?,
                max_score: row.try_get("max_score")?,
                late_days: row.try_get("late_days")?,
                overridden,
            })
        })
        .transpose()
    }

    /// What instructors said of a submission, for its student too.
    pub async fn feedback(&self, submission: SubmissionId) -> sqlx::Result<FeedbackRows> {
        let place: Option<(Option<String>, String)> =
            sqlx::query_as("SELECT assignment, account FROM submissions WHERE id = ?")
                .bind(submission.to_string())
                .fetch_optional(&self.pool)
                .await?;
        let overridden = match place {
            Some((Some(assignment), account)) => self
                .review(id(&assignment)?, id(&account)?)
                .await?
                .and_then(|row| row.overridden),
            _ => None,
        };
        Ok(FeedbackRows {
            comments: self.comments(submission).await?,
            overridden,
        })
    }

    /// The comments on a submission, in order of time.
    pub async fn comments(&self, submission: SubmissionId) -> sqlx::Result<Vec<CommentRow>> {
        let rows = sqlx::query(
            "SELECT name, at, text FROM comments LEFT JOIN people ON account = author WHERE submission = ? ORDER BY at, id",
        )
        .bind(submission.to_string())
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(CommentRow {
                    author: row.try_get(0)?,
                    at: row.try_get(1)?,
                    text: row.try_get(2)?,
                })
            })
            .collect()
    }

    /// Adds a comment; false if there are too many.
    pub async fn add_comment(
        &self,
        submission: SubmissionId,
        author: AccountId,
        text: &str,
    ) -> sqlx::Result<bool> {
        let added = sqlx::query(
            "INSERT INTO comments (id, submission, author, at, text) SELECT ?1, ?2, ?3, ?4, ?5
             WHERE (SELECT count(*) FROM comments WHERE submission = ?2) < ?6",
        )
        .bind(uuid::Uuid::now_v7().to_string())
        .bind(submission.to_string())
        .bind(author.to_string())
        .bind(self.clock.seconds())
        .bind(text)
        .bind(COMMENTS)
        .execute(&self.pool)
        .await?;
        Ok(added.rows_affected() == 1)
    }

    /// Puts points in place of a grade, or of one that is not there yet. `max_score` is used only then.
    pub async fn override_grade(
        &self,
        assignment: AssignmentId,
        account: AccountId,
        (score, max_score): (f64, f64),
        reason: &str,
        by: AccountId,
    ) -> sqlx::Result<()> {
        sqlx::query(
            "INSERT INTO grades (assignment, account, max_score, at, override_score, override_reason, override_by, override_at)
             VALUES (?1, ?2, ?3, ?7, ?4, ?5, ?6, ?7)
             ON CONFLICT (assignment, account) DO UPDATE SET override_score = excluded.override_score,
                override_reason = excluded.override_reason, override_by = excluded.override_by,
                override_at = excluded.override_at",
        )
        .bind(assignment.to_string())
        .bind(account.to_string())
        .bind(max_score)
        .bind(score)
        .bind(reason)
        .bind(by.to_string())
        .bind(self.clock.seconds())
        .execute(&self.pool)
        .await
        .map(drop)
    }

    /// Lets the graded points count again; whether something else did.
    pub async fn undo_override(
        &self,
        assignment: AssignmentId,
        account: AccountId,
    ) -> sqlx::Result<bool> {
        let changed = sqlx::query(
            "UPDATE grades SET override_score = NULL, override_reason = NULL, override_by = NULL, override_at = NULL
             WHERE assignment = ? AND account = ? AND override_score IS NOT NULL",
        )
        .bind(assignment.to_string())
        .bind(account.to_string())
        .execute(&self.pool)
        .await?;
        Ok(changed.rows_affected() == 1)
    }

    /// The students before and after this one among those who handed the assignment in.
    pub async fn neighbours(
        &self,
        assignment: AssignmentId,
        account: AccountId,
    ) -> sqlx::Result<Neighbours> {
        let row = sqlx::query(
            "WITH each AS (
                SELECT s.account, coalesce(name, 'Guest') AS name, coalesce(grades.submission, max(s.id)) AS submission
                FROM submissions s LEFT JOIN people ON people.account = s.account
                LEFT JOIN grades ON grades.assignment = s.assignment AND grades.account = s.account
                WHERE s.assignment = ?1 GROUP BY s.account),
             placed AS (
                SELECT account, row_number() OVER names AS place, count(*) OVER () AS number,
                    lag(submission) OVER names AS previous, lag(name) OVER names AS previous_name,
                    lead(submission) OVER names AS next, lead(name) OVER names AS next_name
                FROM each WINDOW names AS (ORDER BY name COLLATE NOCASE, account))
             SELECT * FROM placed WHERE account = ?2",
        )
        .bind(assignment.to_string())
        .bind(account.to_string())
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else {
            return Ok(Neighbours::default());
        };
        let neighbour = |submission: &str, name: &str| -> sqlx::Result<Option<NeighbourRow>> {
            let submission: Option<&str> = row.try_get(submission)?;
            submission
                .map(|submission| {
                    Ok(NeighbourRow {
                        submission: id(submission)?,
                        name: row.try_get(name)?,
                    })
                })
                .transpose()
        };
        Ok(Neighbours {
            place: row.try_get("place")?,
            of: row.try_get("number")?,
            previous: neighbour("previous", "previous_name")?,
            next: neighbour("next", "next_name")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::gradebook::testing::Room;

    #[tokio::test]
    async fn an_override_says_who_and_why_and_is_undone_without_a_trace() {
        let room = Room::new(Clock::fixed(70)).await;
        let (ann, robin) = (room.student("Ann").await, room.instructor("Robin").await);
        let lab = room.assignment("lab", "layers", Some(5)).await;
        room.grade(lab, ann, Some(2.0), 4.0).await;
        let submission = room.submission(lab, ann, 1, "graded").await;
        let store = &room.store;
        store
            .override_grade(lab, ann, (3.5, 9.0), "Told me how", robin)
            .await
            .unwrap();
        let wanted = OverrideRow {
            score: 3.5,
            reason: "Told me how".into(),
            by: Some("Robin".into()),
            at: 70,
        };
        assert_eq!(
            store.feedback(submission).await.unwrap().overridden,
            Some(wanted)
        );
        let row = store.review(lab, ann).await.unwrap().unwrap();
        assert_eq!((row.score, row.max_score), (Some(2.0), Some(4.0)));
        assert!(store.undo_override(lab, ann).await.unwrap());
        assert!(!store.undo_override(lab, ann).await.unwrap());
        assert_eq!(
            store.review(lab, ann).await.unwrap().unwrap().overridden,
            None
        );
    }

    #[tokio::test]
    async fn what_is_not_graded_can_be_overridden() {
        let room = Room::new(Clock::fixed(70)).await;
        let (ann, robin) = (room.student("Ann").await, room.instructor("Robin").await);
        let lab = room.assignment("lab", "layers", None).await;
        room.store
            .override_grade(lab, ann, (3.0, 9.0), "x", robin)
            .await
            .unwrap();
        let row = room.store.review(lab, ann).await.unwrap().unwrap();
        assert_eq!((row.score, row.max_score), (None, Some(9.0)));
    }

    #[tokio::test]
    async fn comments_come_in_order_and_outlive_their_author() {
        let room = Room::new(Clock::fixed(70)).await;
        let (ann, robin) = (room.student("Ann").await, room.instructor("Robin").await);
        let lab = room.assignment("lab", "layers", None).await;
        let submission = room.submission(lab, ann, 1, "graded").await;
        for text in ["one", "two"] {
            assert!(
                room.store
                    .add_comment(submission, robin, text)
                    .await
                    .unwrap()
            );
        }
        room.execute(&format!("DELETE FROM accounts WHERE id = '{robin}'"))
            .await;
        let comments = room.store.comments(submission).await.unwrap();
        let comments: Vec<_> = comments
            .iter()
            .map(|it| (it.author.as_deref(), it.text.as_str()))
            .collect();
        assert_eq!(comments, [(None, "one"), (None, "two")]);
    }

    #[tokio::test]
    async fn neighbours_are_those_who_handed_in_by_name_with_what_counts() {
        let room = Room::new(Clock::fixed(70)).await;
        let lab = room.assignment("lab", "layers", None).await;
        let mut all = Vec::new();
        for name in ["Cem", "ann", "Ben", "Dan"] {
            all.push(room.student(name).await);
        }
        let first = room.submission(lab, all[1], 1, "graded").await;
        room.submission(lab, all[1], 2, "graded").await;
        room.grade(lab, all[1], Some(1.0), 1.0).await;
        room.execute(&format!("UPDATE grades SET submission = '{first}'"))
            .await;
        let ben = room.submission(lab, all[2], 1, "queued").await;
        room.submission(lab, all[0], 1, "graded").await;
        let found = room.store.neighbours(lab, all[2]).await.unwrap();
        assert_eq!((found.place, found.of), (2, 3));
        assert_eq!(
            found.previous.unwrap(),
            NeighbourRow {
                submission: first,
                name: "ann".into()
            }
        );
        assert_eq!(found.next.unwrap().name, "Cem");
        let found = room.store.neighbours(lab, all[0]).await.unwrap();
        assert_eq!(
            (found.previous.unwrap().submission, found.next),
            (ben, None)
        );
    }
}
