//! The line of submissions that are to be graded.
//!
//! ```text
//! queued ──claim──→ grading ──finish──→ graded
//!   ↑                 │  │
//!   └── put_off ──────┘  └──give_up──→ error ──requeue──→ queued
//! ```
//!
//! A claim gives a lease that lasts a minute unless it is renewed. Everything that is written about
//! a claimed submission is written only under its lease, so that one whose lease went to another
//! (it hung, its machine slept) can write nothing any more.

use uuid::Uuid;

use super::gradings::insert_grading;
use super::submissions::{COLUMNS, submission};
use super::{NewGrading, Store, SubmissionRow, grades};
use crate::ids::{AccountId, SessionId, SubmissionId};

/// Seconds that a lease lasts unless it is renewed.
pub const LEASE: i64 = 60;

/// A claimed submission.
#[derive(Debug, Clone)]
pub struct Job {
    /// What is to be graded.
    pub row: SubmissionRow,
    /// The lease under which everything about it is written.
    pub lease: Uuid,
}

impl Store {
    /// Its place in line, from 1; `None` when it does not wait.
    pub async fn position(&self, submission: SubmissionId) -> sqlx::Result<Option<u32>> {
        sqlx::query_scalar(
            "SELECT (SELECT COUNT(*) FROM submissions AS other
                     WHERE other.state IN ('queued', 'grading')
                       AND (other.grading = 'clean', other.id) <= (mine.grading = 'clean', mine.id))
             FROM submissions AS mine WHERE mine.id = ? AND mine.state = 'queued'",
        )
        .bind(submission.to_string())
        .fetch_optional(&self.pool)
        .await
    }

    /// Whether a live submission of this session has not been looked at yet: then its sandbox is
    /// still needed.
    pub async fn awaits_look(&self, session: SessionId) -> sqlx::Result<bool> {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM submissions JOIN evidence ON evidence.submission = submissions.id
             WHERE state IN ('queued', 'grading') AND grading = 'live' AND session = ? AND observed IS NULL)",
        )
        .bind(session.to_string())
        .fetch_one(&self.pool)
        .await
    }

    /// Takes the next submission that is to be graded, if one is. Live ones come first: they are
    /// quick, and their sandboxes do not last.
    pub async fn claim_submission(&self) -> sqlx::Result<Option<Job>> {
        let now = self.clock.seconds();
        let lease = Uuid::now_v7();
        let row = sqlx::query(&format!(
            "UPDATE submissions SET state = 'grading', lease = ?1, lease_until = ?2, tries = tries + 1
             WHERE id = (SELECT id FROM submissions
                         WHERE state IN ('queued', 'grading') AND not_before <= ?3
                           AND (state = 'queued' OR lease_until <= ?3)
                         ORDER BY grading = 'clean', id LIMIT 1)
             RETURNING {COLUMNS}"
        ))
        .bind(lease.to_string())
        .bind(now + LEASE)
        .bind(now)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            Ok(Job {
                row: submission(&row)?,
                lease,
            })
        })
        .transpose()
    }

    /// Seconds until something may be claimed that cannot be now; `None`: nothing waits.
    pub async fn next_claim(&self) -> sqlx::Result<Option<i64>> {
        let at: Option<i64> = sqlx::query_scalar(
            "SELECT MIN(CASE state WHEN 'queued' THEN not_before ELSE MAX(lease_until, not_before) END)
             FROM submissions WHERE state IN ('queued', 'grading')",
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(at.map(|at| (at - self.clock.seconds()).max(0)))
    }

    /// Holds a lease for another while; whether it was still held.
    pub async fn renew_lease(&self, job: &Job) -> sqlx::Result<bool> {
        self.under_lease(job, "lease_until = ?3", self.clock.seconds() + LEASE)
            .await
    }

    /// Lets it be claimed again in `seconds`; whether the lease was still held.
    pub async fn put_off(&self, job: &Job, seconds: i64) -> sqlx::Result<bool> {
        self.under_lease(
            job,
            "state = 'queued', lease = NULL, lease_until = NULL, not_before = ?3",
            self.clock.seconds() + seconds,
        )
        .await
    }

    /// The same, as if it had not been begun: at the end of the server.
    pub async fn give_back(&self, job: &Job) -> sqlx::Result<bool> {
        self.under_lease(
            job,
            "state = 'queued', lease = NULL, lease_until = NULL, not_before = ?3, tries = tries - 1",
            0,
        )
        .await
    }

    async fn under_lease(&self, job: &Job, change: &str, value: i64) -> sqlx::Result<bool> {
        let changed = sqlx::query(&format!(
            "UPDATE submissions SET {change} WHERE id = ?1 AND lease = ?2 AND state = 'grading'"
        ))
        .bind(job.row.id.to_string())
        .bind(job.lease.to_string())
        .bind(value)
        .execute(&self.pool)
        .await?;
        Ok(changed.rows_affected() == 1)
    }

    /// Leaves it ungraded for good, with why; whether the lease was still held. What was graded
    /// before (it was to be graded again) stays.
    pub async fn give_up(&self, job: &Job, fault: &str) -> sqlx::Result<bool> {
        let changed = sqlx::query(
            "UPDATE submissions SET state = CASE WHEN score IS NULL THEN 'error' ELSE 'graded' END,
                 fault = ?3, lease = NULL, lease_until = NULL, asked_by = NULL
             WHERE id = ?1 AND lease = ?2 AND state = 'grading'",
        )
        .bind(job.row.id.to_string())
        .bind(job.lease.to_string())
        .bind(fault)
        .execute(&self.pool)
        .await?;
        Ok(changed.rows_affected() == 1)
    }

    /// Frees the leases of a server that is gone: at the start of the only one there is. Were there
    /// another after all, its leases would be void and it could write nothing.
    pub async fn free_leases(&self) -> sqlx::Result<u64> {
        sqlx::query(
            "UPDATE submissions SET state = 'queued', lease = NULL, lease_until = NULL WHERE state = 'grading'",
        )
        .execute(&self.pool)
        .await
        .map(|done| done.rows_affected())
    }

    /// Keeps what the grader saw, if the lease is still held; whether it was.
    pub async fn record_observed(
        &self,
        job: &Job,
        observed: &[u8],
        rebuilt_by: Option<&str>,
        note: &str,
    ) -> sqlx::Result<bool> {
        let changed = sqlx::query(
            "UPDATE evidence SET observed = ?3, rebuilt_by = ?4, note = ?5 WHERE submission = ?1
             AND EXISTS (SELECT 1 FROM submissions WHERE id = ?1 AND lease = ?2 AND state = 'grading')",
        )
        .bind(job.row.id.to_string())
        .bind(job.lease.to_string())
        .bind(observed)
        .bind(rebuilt_by)
        .bind(note)
        .execute(&self.pool)
        .await?;
        Ok(changed.rows_affected() == 1)
    }

    /// Stores a grading and what counts now, if the lease is still held; whether it was.
    pub async fn finish_grading(&self, job: &Job, grading: &NewGrading) -> sqlx::Result<bool> {
        let now = self.clock.seconds();
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let held = sqlx::query(
            "UPDATE submissions SET state = 'graded', score = ?3, max_score = ?4, graded_at = ?5, fault = NULL,
                 lease = NULL, lease_until = NULL, asked_by = NULL
             WHERE id = ?1 AND lease = ?2 AND state = 'grading'",
        )
        .bind(job.row.id.to_string())
        .bind(job.lease.to_string())
        .bind(grading.score)
        .bind(grading.max_score)
        .bind(now)
        .execute(&mut *transaction)
        .await?
        .rows_affected()
            == 1;
        if !held {
            return Ok(false);
        }
        let asked_by = job.row.asked_by;
        insert_grading(&mut transaction, job.row.id, grading, asked_by, false, now).await?;
        if let Some(assignment) = job.row.assignment {
            grades::recompute(&mut transaction, assignment, job.row.account, now).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Puts what was graded, or could not be, in line again. Whether it was not there already.
    pub async fn requeue(
        &self,
        submission: SubmissionId,
        asked_by: Option<AccountId>,
    ) -> sqlx::Result<bool> {
        let changed = sqlx::query(
            "UPDATE submissions SET state = 'queued', tries = 0, not_before = 0, fault = NULL, asked_by = ?
             WHERE id = ? AND state IN ('graded', 'error')",
        )
        .bind(asked_by.map(|id| id.to_string()))
        .bind(submission.to_string())
        .execute(&self.pool)
        .await?;
        Ok(changed.rows_affected() == 1)
    }
}

#[cfg(test)]
#[path = "line_tests.rs"]
mod tests;
