//! Grading an assignment again, looked at before it counts.

use super::ClassTop;

/// A regrade.
#[derive(Debug, Clone, Default)]
pub struct RegradePage {
    /// The class.
    pub class: ClassTop,
    /// Title of the lab.
    pub title: String,
    /// Where the page is; what is sent is sent below it.
    pub href: String,
    /// Only this submission is to be graded again: its id.
    pub only: Option<String>,
    /// Where it stands.
    pub state: Regrade,
}

/// Where a regrade stands.
#[derive(Debug, Clone, Default)]
pub enum Regrade {
    /// Nothing was begun.
    #[default]
    None,
    /// So many of so many are done.
    Running(i64, i64),
    /// It broke off after so many of so many.
    Broken(i64, i64),
    /// It can be applied.
    Done {
        /// Names this one.
        id: String,
        /// Submissions in all.
        total: i64,
        /// What would change.
        changes: Vec<RegradeChange>,
        /// Whose could not be graded again, its address, and why.
        faults: Vec<(String, String, String)>,
    },
}

/// What would change of one submission.
#[derive(Debug, Clone, Default)]
pub struct RegradeChange {
    /// Shown name of the student.
    pub student: String,
    /// "Attempt 2".
    pub attempt: String,
    /// The submission.
    pub href: String,
    /// "1 of 2".
    pub old: String,
    /// "2 of 2".
    pub new: String,
    /// `up`, `down` or nothing.
    pub direction: &'static str,
    /// Whether an instructor's points stand in its place.
    pub overridden: bool,
    /// "Image exists: fails → passes".
    pub checks: Vec<String>,
}
