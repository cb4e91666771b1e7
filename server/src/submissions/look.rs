//! Looks at what the evidence of a submission lacks, and grades it.

use std::collections::BTreeSet;

use drydock_course::check::Check;
use drydock_course::model::{Lab, Rebuild};
use drydock_grader::{Evidence as Observed, wanted};
use drydock_sandbox::{Error, SandboxId};
use sha2::{Digest as _, Sha256};

use super::evidence::{Bundle, from_json};
use super::grade::{Basis, carried, grade};
use super::{Submissions, evidence};
use crate::classes::rules::Grading;
use crate::labs::clean::{self, Machine};
use crate::labs::observe::survey;
use crate::labs::sentence;
use crate::store::{EvidenceRow, NewGrading, SubmissionRow};

/// Why something could not be graded: never what was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// For people, in sentences.
    pub text: String,
    /// Whether another try may do better.
    pub again: bool,
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Judged {
    pub grading: NewGrading,
    /// What was seen, if there was something new to see: to be stored.
    pub fresh: Option<Fresh>,
}

/// What a look gave.
#[derive(Debug)]
pub(super) struct Fresh {
    /// JSON, gzip.
    pub observed: Vec<u8>,
    /// SHA-256 of what rebuilt the files.
    pub rebuilt_by: Option<String>,
    /// Why they could not be rebuilt.
    pub note: String,
}

/// What is judged.
struct Look {
    observed: Observed,
    rebuilt_by: Option<String>,
    note: String,
    fresh: bool,
}

impl Fault {
    fn again(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            again: true,
        }
    }

    fn last(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            again: false,
        }
    }

    pub(super) fn late(minutes: u32) -> Self {
        Self::again(format!("Grading took longer than {minutes} minutes."))
    }

    fn of_store(error: &sqlx::Error) -> Self {
        tracing::error!(%error, "the evidence of a submission cannot be read");
        Self::again("The database could not be read.")
    }

    fn of_engine(error: &Error) -> Self {
        match error {
            Error::Gone { .. } => Self::again(
                "The machine for grading stopped. What was handed in may need more memory than the lab has.",
            ),
            error => Self::again(sentence(&error.to_string())),
        }
    }
}

impl Submissions {
    /// Grades a submission by the content of now.
    pub(super) async fn judge(&self, row: &SubmissionRow) -> Result<Judged, Fault> {
        let stored = self.0.store.evidence(row.id).await;
        let stored = stored
            .map_err(|error| Fault::of_store(&error))?
            .ok_or_else(|| Fault::last("Its evidence is gone."))?;
        let bundle = Bundle::read(&stored).map_err(|error| {
            tracing::error!(error = format!("{error:#}"), submission = %row.id, "evidence cannot be read");
            Fault::last("Its evidence cannot be read.")
        })?;
        let content = self.0.content.now();
        let (_, _, lab) = content.lab(&row.course, &row.lab).ok_or_else(|| {
            // It may be broken by an edit that is being mended.
            Fault::again(format!(
                "The lab `{}` is not part of the course `{}` now.",
                row.lab, row.course
            ))
        })?;
        let basis = |note| Basis {
            lab,
            content_version: &content.library.version,
            grading: row.grading,
            board: &bundle.board,
            submitted_at: row.submitted_at,
            note,
        };
        let look = match row.grading {
            Grading::Live => self.look_live(&basis(""), &stored, &bundle).await?,
            Grading::Clean => self.look_clean(row, lab, &stored, &bundle).await?,
        };
        let graded = grade(&basis(&look.note), &look.observed);
        let grading = graded.map_err(|faults| {
            Fault::again(format!(
                "What was handed in could not be looked at: {}",
                faults.join(" ")
            ))
        })?;
        let fresh = if look.fresh {
            let observed = evidence::pack_observed(&look.observed).map_err(|error| {
                tracing::error!(
                    error = format!("{error:#}"),
                    "what was seen cannot be packed"
                );
                Fault::last("What was seen cannot be stored.")
            })?;
            Some(Fresh {
                observed,
                rebuilt_by: look.rebuilt_by,
                note: look.note,
            })
        } else {
            None
        };
        Ok(Judged { grading, fresh })
    }

    async fn look_live(
        &self,
        basis: &Basis<'_>,
        stored: &EvidenceRow,
        bundle: &Bundle,
    ) -> Result<Look, Fault> {
        let looked_before = seen_before(stored);
        let fresh = looked_before.is_none();
        let mut look = Look {
            observed: looked_before.unwrap_or_else(|| bundle.observed()),
            rebuilt_by: None,
            note: String::new(),
            fresh,
        };
        let checks: Vec<Check> = basis.lab.checks().cloned().collect();
        bundle.add_files(&checks, &mut look.observed);
        let passed: BTreeSet<String> = carried(basis).into_keys().map(str::to_owned).collect();
        if wanted(&checks, &look.observed, &passed).is_empty() {
            return Ok(look);
        }
        let sandbox = self.0.labs.sandbox_of(stored.session).await;
        let sandbox = sandbox.map_err(|error| Fault::of_engine(&error))?;
        let sandbox = sandbox.ok_or_else(|| {
            Fault::last(if fresh {
                "The lab's machine was gone before everything in it could be looked at."
            } else {
                "A check asks for something that was not looked at when this was handed in, and the lab's \
                 machine is gone."
            })
        })?;
        survey(&sandbox, &checks, &mut look.observed, passed).await;
        look.fresh = true;
        Ok(look)
    }

    async fn look_clean(
        &self,
        row: &SubmissionRow,
        lab: &Lab,
        stored: &EvidenceRow,
        bundle: &Bundle,
    ) -> Result<Look, Fault> {
        let rebuild = lab.rebuild.as_ref().ok_or_else(|| {
            Fault::last("The lab has no script for grading in a fresh machine any more.")
        })?;
        let rebuilt_by = digest(rebuild);
        if let Some(observed) = seen_before(stored)
            && stored.rebuilt_by.as_deref() == Some(&rebuilt_by)
            && wanted(lab.checks(), &observed, &BTreeSet::new()).is_empty()
        {
            return Ok(Look {
                observed,
                rebuilt_by: Some(rebuilt_by),
                note: stored.note.clone(),
                fresh: false,
            });
        }
        let host = self
            .host()
            .await
            .map_err(|error| Fault::of_engine(&error))?;
        let id = SandboxId::new();
        let _in_use = InUse::new(self, id);
        let files = bundle.files.clone();
        let machine = Machine {
            host: &host,
            id,
            submission: Some(row.id.to_string()),
            defaults: self.0.sandbox.defaults,
        };
        let rebuilt = clean::rebuild(&machine, lab, rebuild, files, &bundle.answers)
            .await
            .map_err(|error| Fault::of_engine(&error))?;
        if rebuilt.timed_out && row.tries == 1 {
            // Its own fault, or that of a machine with too much to do: once more tells.
            return Err(Fault::again(rebuilt.note));
        }
        Ok(Look {
            observed: rebuilt.observed,
            rebuilt_by: Some(rebuilt_by),
            note: rebuilt.note,
            fresh: true,
        })
    }
}

/// What an earlier look gave. What cannot be read is looked at again.
fn seen_before(stored: &EvidenceRow) -> Option<Observed> {
    from_json(stored.observed.as_ref()?).ok()
}

/// Tells one script, with the files beside it, from another.
fn digest(rebuild: &Rebuild) -> String {
    let mut digest = Sha256::new();
    digest.update(&rebuild.script);
    for file in &rebuild.files {
        digest.update([0, u8::from(file.executable)]);
        digest.update(&file.path);
        digest.update([0]);
        digest.update(Sha256::digest(&file.bytes));
    }
    format!("{:x}", digest.finalize())
}

/// Keeps a sandbox from being swept up while it is graded in.
struct InUse<'a> {
    submissions: &'a Submissions,
    id: SandboxId,
}

impl<'a> InUse<'a> {
    fn new(submissions: &'a Submissions, id: SandboxId) -> Self {
        submissions.in_use().insert(id);
        Self { submissions, id }
    }
}

impl Drop for InUse<'_> {
    fn drop(&mut self) {
        self.submissions.in_use().remove(&self.id);
    }
}
