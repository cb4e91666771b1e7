//! The workers at the line, and the removal of what a crash left.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt as _;

use super::Submissions;
use super::look::Fault;
use crate::store::{Job, LEASE};

/// Between two looks at the line when nobody was heard to join it.
const POLL: Duration = Duration::from_secs(5);
/// Between two renewals of a lease.
const RENEW: Duration = Duration::from_secs(LEASE as u64 / 4);
/// Between two sweeps.
const SWEEP: Duration = Duration::from_secs(10);
/// How long the last sweep may take when the server stops.
const LAST_SWEEP: Duration = Duration::from_secs(10);
/// Seconds before what failed is tried again, by how often it was.
const PAUSES: [i64; 3] = [5, 20, 60];

pub(super) fn minutes(minutes: u32) -> Duration {
    Duration::from_secs(u64::from(minutes) * 60)
}

/// How a job came to its end.
enum End {
    Graded,
    /// Another has it now.
    Lost,
    Failed(Fault),
    /// The server stops.
    Closing,
}

impl Submissions {
    /// Takes over the line of an earlier run and starts the workers.
    pub async fn start(&self) {
        match self.0.store.free_leases().await {
            Ok(0) => {}
            Ok(freed) => tracing::info!(freed, "gradings that were broken off are in line again"),
            Err(error) => {
                tracing::error!(%error, "gradings that were broken off cannot be put back");
            }
        }
        for _ in 0..self.0.config.workers {
            let line = self.clone();
            self.0.tasks.spawn(async move { line.work().await });
        }
        let line = self.clone();
        self.0.tasks.spawn(async move {
            while !line.0.closing.is_cancelled() {
                line.sweep().await;
                tokio::select! {
                    () = tokio::time::sleep(SWEEP) => {}
                    () = line.0.closing.cancelled() => {}
                }
            }
        });
    }

    /// Stops the workers. What they were at is in line again, and their sandboxes are removed.
    pub async fn close(&self) {
        self.0.closing.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
        let _ = tokio::time::timeout(LAST_SWEEP, self.sweep()).await;
    }

    async fn work(&self) {
        while !self.0.closing.is_cancelled() {
            match self.grade_next().await {
                Ok(true) => {}
                Ok(false) => self.rest().await,
                Err(error) => {
                    tracing::error!(%error, "the line of submissions cannot be read");
                    tokio::time::sleep(POLL).await;
                }
            }
        }
    }

    async fn rest(&self) {
        let due = self.0.store.next_claim().await.ok().flatten();
        let pause = due
            .and_then(|seconds| u64::try_from(seconds.max(1)).ok())
            .map_or(POLL, |seconds| Duration::from_secs(seconds).min(POLL));
        tokio::select! {
            () = self.0.wake.notified() => {}
            () = tokio::time::sleep(pause) => {}
            () = self.0.closing.cancelled() => {}
        }
    }

    /// Grades the next submission in line; whether there was one.
    ///
    /// # Errors
    /// When the line cannot be read.
    pub async fn grade_next(&self) -> sqlx::Result<bool> {
        let Some(job) = self.0.store.claim_submission().await? else {
            return Ok(false);
        };
        let end = self.grade_once(&job).await;
        if let Err(error) = self.settle(&job, end).await {
            // Its lease runs out, and it is graded anew from what it has by then.
            tracing::error!(%error, submission = %job.row.id, "the end of a grading cannot be stored");
        }
        Ok(true)
    }

    /// Grades a claimed submission, unless the lease is lost or time is up.
    async fn grade_once(&self, job: &Job) -> End {
        if job.row.tries > self.0.config.tries {
            return End::Failed(Fault {
                text: "The server stopped each time while this was being graded.".to_owned(),
                again: false,
            });
        }
        let limit = minutes(self.0.config.minutes);
        // A panic must not take the worker along.
        let work = AssertUnwindSafe(tokio::time::timeout(limit, self.grade_and_store(job)));
        tokio::select! {
            end = work.catch_unwind() => match end {
                Ok(Ok(end)) => end,
                Ok(Err(_)) => End::Failed(Fault::late(self.0.config.minutes)),
                Err(_) => End::Failed(Fault {
                    text: "A fault of the server broke the grading off.".to_owned(),
                    again: true,
                }),
            },
            () = self.hold(job) => End::Lost,
            () = self.0.closing.cancelled() => End::Closing,
        }
    }

    async fn grade_and_store(&self, job: &Job) -> End {
        let judged = match self.judge(&job.row).await {
            Ok(judged) => judged,
            Err(fault) => return End::Failed(fault),
        };
        let store = &self.0.store;
        let stored = async {
            if let Some(fresh) = &judged.fresh {
                let rebuilt_by = fresh.rebuilt_by.as_deref();
                let held = store
                    .record_observed(job, &fresh.observed, rebuilt_by, &fresh.note)
                    .await?;
                if !held {
                    return Ok(false);
                }
            }
            store.finish_grading(job, &judged.grading).await
        };
        match stored.await {
            Ok(true) => End::Graded,
            Ok(false) => End::Lost,
            Err(error) => {
                let error: sqlx::Error = error;
                tracing::error!(%error, submission = %job.row.id, "a grading cannot be stored");
                End::Failed(Fault {
                    text:
                        "The grading could not be stored: the database failed, or its disk is full."
                            .to_owned(),
                    again: true,
                })
            }
        }
    }

    /// Renews the lease until it is lost.
    async fn hold(&self, job: &Job) {
        loop {
            tokio::time::sleep(RENEW).await;
            match self.0.store.renew_lease(job).await {
                Ok(true) => {}
                Ok(false) => return,
                // It lasts for some more tries.
                Err(error) => tracing::warn!(%error, "a lease cannot be renewed"),
            }
        }
    }

    async fn settle(&self, job: &Job, end: End) -> sqlx::Result<()> {
        let store = &self.0.store;
        let id = job.row.id;
        match end {
            End::Graded => {}
            End::Lost => tracing::warn!(submission = %id, "its grading went to another worker"),
            End::Closing => {
                store.give_back(job).await?;
            }
            End::Failed(fault) if fault.again && job.row.tries < self.0.config.tries => {
                tracing::warn!(submission = %id, tries = job.row.tries, fault = fault.text, "it could not be graded yet");
                let tried = usize::try_from(job.row.tries).unwrap_or(1).max(1);
                let pause = PAUSES[tried.min(PAUSES.len()) - 1];
                store.put_off(job, pause).await?;
            }
            End::Failed(fault) => {
                tracing::error!(submission = %id, fault = fault.text, "it cannot be graded");
                store.give_up(job, &fault.text).await?;
            }
        }
        Ok(())
    }

    /// Removes sandboxes for grading that nobody grades in: a crash left them.
    async fn sweep(&self) {
        let Ok(host) = self.host().await else { return };
        let found = match host.list().await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(%error, "the sandboxes for grading cannot be listed");
                return;
            }
        };
        for found in found {
            let used = self.in_use().contains(&found.id);
            if !used && let Err(error) = host.remove(found.id).await {
                tracing::warn!(%error, sandbox = %found.id, "a sandbox for grading cannot be removed");
            }
        }
    }
}
