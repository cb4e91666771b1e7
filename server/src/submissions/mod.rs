//! Labs that are handed in and graded.
//!
//! ```text
//! submit ──→ evidence from the live sandbox ──→ stored, in line ──→ 202
//!                                                     │ claimed by a worker (lease, tries)
//!            live:  what the evidence lacks is looked at in the session's sandbox
//!            clean: the files, rebuilt in a fresh sandbox, are looked at there
//!                                                     │ what was seen joins the evidence
//!            grade (pure) ──→ stored under the lease, with the grade that counts now
//! ```
//!
//! The line is a table, so it outlives the server at any moment. What the platform could not do is
//! told apart from a wrong answer: it is tried again, and at last costs no attempt.

mod evidence;
mod grade;
mod line;
mod look;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, PoisonError};

use drydock_sandbox::{Host, SandboxId};
use tokio::sync::{Mutex, Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::classes::rules::Grading;
use crate::config;
use crate::content::Holder;
use crate::ids::{AccountId, AssignmentId, SubmissionId};
use crate::labs::{Labs, Live, sandbox_config};
use crate::store::{NewEvidence, NewGrading, NewSubmission, NotTaken, Store, SubmissionRow};

pub use self::evidence::{Bundle, NotCollected};
pub use self::grade::points_left;
pub use self::look::Fault;

/// Everything that was handed in. Cheap to clone.
#[derive(Clone)]
pub struct Submissions(Arc<Inner>);

struct Inner {
    config: config::Grading,
    /// Sandboxes for grading belong to an owner of their own: those of sessions are none of theirs.
    sandbox: drydock_sandbox::Config,
    store: Store,
    content: Holder,
    labs: Labs,
    host: Mutex<Option<Host>>,
    /// Sandboxes that are being graded in.
    in_use: std::sync::Mutex<BTreeSet<SandboxId>>,
    /// Woken when something joins the line.
    wake: Notify,
    /// Regrades at somebody's wish go one at a time.
    regrades: Semaphore,
    tasks: TaskTracker,
    closing: CancellationToken,
}

impl fmt::Debug for Submissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submissions").finish_non_exhaustive()
    }
}

/// Why something was not handed in. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// It is not taken now.
    #[error("it is not taken: {0:?}")]
    NotTaken(NotTaken),
    /// The evidence could not be taken.
    #[error(transparent)]
    NotCollected(#[from] NotCollected),
    /// The sandbox is not ready.
    #[error("The lab is not ready yet. Wait until it is, then hand in.")]
    NotReady,
    /// The lab or its script is not there any more.
    #[error("{0}")]
    NoSuchLab(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
    /// Something of ours.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

/// Why something was not graded again.
#[derive(Debug, thiserror::Error)]
pub enum RegradeError {
    /// There is no such submission, or its evidence cannot be read.
    #[error("there is no such submission")]
    NoSuchSubmission,
    /// It cannot be graded now, or not from its evidence.
    #[error("{}", .0.text)]
    Fault(Fault),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
}

impl Submissions {
    /// The submissions of this installation; `owner` names it on the engine.
    pub fn new(
        config: &config::Config,
        owner: &str,
        store: Store,
        content: Holder,
        labs: Labs,
    ) -> Self {
        Self(Arc::new(Inner {
            config: config.grading.clone(),
            sandbox: sandbox_config(&config.sandbox, format!("{owner}-grading")),
            store,
            content,
            labs,
            host: Mutex::default(),
            in_use: std::sync::Mutex::default(),
            wake: Notify::new(),
            regrades: Semaphore::new(1),
            tasks: TaskTracker::new(),
            closing: CancellationToken::new(),
        }))
    }

    /// Hands in a session as it stands: its evidence is stored and it joins the line.
    ///
    /// # Errors
    /// [`SubmitError`]; nothing is stored then, and no attempt used.
    pub async fn submit(
        &self,
        live: &Live,
        assignment: Option<AssignmentId>,
    ) -> Result<SubmissionRow, SubmitError> {
        let (account, store) = (live.account(), &self.0.store);
        let key = live.key();
        let content = self.0.content.now();
        let (_, _, lab) = content.lab(&key.course, &key.lab).ok_or_else(|| {
            SubmitError::NoSuchLab(format!(
                "The lab `{key}` is not part of the course any more."
            ))
        })?;
        // Asked before the evidence is taken, which is work, and again when it is stored.
        let place = (key.course.as_str(), key.lab.as_str());
        if let Some(refused) = store
            .refusal(account, place, assignment, self.0.config.daily)
            .await?
        {
            return Err(SubmitError::NotTaken(refused));
        }
        let grading = match assignment {
            None if lab.grades_clean() => Grading::Clean,
            None => Grading::Live,
            Some(assignment) => {
                let tasks = store.tasks(account, &key.course, &key.lab).await?;
                let task = tasks.into_iter().find(|task| task.id == assignment);
                task.map(|task| task.terms.grading)
                    .ok_or(SubmitError::NotTaken(NotTaken::NoSuchAssignment))?
            }
        };
        if grading == Grading::Clean && !lab.grades_clean() {
            return Err(SubmitError::NoSuchLab(
                "This lab cannot be graded in a fresh machine any more, as its assignment asks for. Tell your \
                 instructor; nothing was handed in."
                    .to_owned(),
            ));
        }
        let sandbox = live.sandbox().ok_or(SubmitError::NotReady)?;
        let passed_at = store.checks_passed(account, &key.course, &key.lab).await?;
        let solutions = store.solutions_seen(account, &key.course, &key.lab).await?;
        let bundle = Bundle::collect(live, &sandbox, lab, &passed_at, solutions).await?;
        let session = live.row.id;
        let version = content.library.version.clone();
        let packed = tokio::task::spawn_blocking(move || {
            anyhow::Ok((
                evidence::pack(&bundle.files)?,
                evidence::pack_json(&bundle.objects)?,
                serde_json::to_string(&bundle.board)?,
                serde_json::to_string(&bundle.answers)?,
            ))
        });
        let (files, objects, seen, answers) = packed.await.map_err(anyhow::Error::from)??;
        let new = NewSubmission {
            account,
            course: &key.course,
            lab: &key.lab,
            assignment,
            grading,
            evidence: NewEvidence {
                session,
                content_version: &version,
                files: &files,
                objects: &objects,
                seen: &seen,
                answers: &answers,
            },
        };
        self.store_evidence(&new).await
    }

    /// Stores what is handed in with its evidence, and puts it in line.
    ///
    /// # Errors
    /// [`SubmitError`]; nothing is stored then.
    pub async fn store_evidence(
        &self,
        new: &NewSubmission<'_>,
    ) -> Result<SubmissionRow, SubmitError> {
        let row = self.0.store.enqueue(new, self.0.config.daily).await?;
        let row = row.map_err(SubmitError::NotTaken)?;
        self.0.wake.notify_one();
        Ok(row)
    }

    /// Puts a graded (or failed) submission in line again. Whether it was not there already.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn enqueue(
        &self,
        submission: SubmissionId,
        asked_by: Option<AccountId>,
    ) -> sqlx::Result<bool> {
        let queued = self.0.store.requeue(submission, asked_by).await?;
        self.0.wake.notify_one();
        Ok(queued)
    }

    /// Grades a submission again by the content of now, outside the line. Judges what was seen when
    /// it was graded first; files are rebuilt again only where that is not enough or the script was
    /// changed, which may take minutes. Gives the run that it is stored under.
    ///
    /// A preview is stored and counts nowhere until the regrade that it is of is applied.
    ///
    /// # Errors
    /// [`RegradeError`]; nothing is stored then, and what was graded stays.
    pub async fn regrade(
        &self,
        submission: SubmissionId,
        asked_by: Option<AccountId>,
        preview: bool,
    ) -> Result<(u32, NewGrading), RegradeError> {
        let store = &self.0.store;
        let _turn = self.0.regrades.acquire().await;
        let row = store.submission(submission).await?;
        let row = row.ok_or(RegradeError::NoSuchSubmission)?;
        let limit = line::minutes(self.0.config.minutes);
        let graded = tokio::time::timeout(limit, self.judge(&row))
            .await
            .unwrap_or_else(|_| Err(Fault::late(self.0.config.minutes)))
            .map_err(RegradeError::Fault)?;
        let run = store
            .record_regrade(&row, &graded.grading, asked_by, preview)
            .await?;
        Ok((run, graded.grading))
    }

    fn in_use(&self) -> std::sync::MutexGuard<'_, BTreeSet<SandboxId>> {
        self.0.in_use.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn host(&self) -> Result<Host, drydock_sandbox::Error> {
        let mut host = self.0.host.lock().await;
        if let Some(host) = host.as_ref() {
            return Ok(host.clone());
        }
        let connected = Host::connect(self.0.sandbox.clone()).await?;
        *host = Some(connected.clone());
        Ok(connected)
    }
}

#[cfg(test)]
mod tests;
