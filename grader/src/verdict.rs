//! What a check comes to.

use serde::{Deserialize, Serialize};

/// Where a check stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Not judged: it comes after another check, waits for an answer, or was not looked at.
    Pending,
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// It could not be found out. Never the learner's fault.
    Error,
}

/// A judged check, in sentences for a learner. Backquotes mark code; no text has other markup,
/// control characters or more than a few hundred characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Where it stands.
    pub state: State,
    /// What was wanted.
    pub expected: String,
    /// What is there.
    pub found: String,
    /// What to look at next: the author's hint if there is one, else the grader's advice.
    pub look_at: Option<String>,
}
