//! `[grading]`: how what is handed in is graded.

use serde::{Deserialize, Serialize};

use super::{Error, within};

/// Grading of submissions.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Grading {
    /// Submissions that are graded at once. Each may hold a sandbox beside those of the learners.
    pub workers: u32,
    /// Minutes that one grading may take before it counts as a fault of the platform.
    pub minutes: u32,
    /// How often grading is begun before a fault is final.
    pub tries: u32,
    /// Submissions of one learner within a day.
    pub daily: u32,
}

impl Default for Grading {
    fn default() -> Self {
        Self {
            workers: 2,
            minutes: 15,
            tries: 3,
            daily: 100,
        }
    }
}

impl Grading {
    pub(super) fn validate(&self) -> Result<(), Error> {
        within(
            "grading.workers",
            self.workers,
            1..=100,
            "expected 1 to 100 workers",
        )?;
        within(
            "grading.minutes",
            self.minutes,
            1..=120,
            "expected 1 to 120 minutes",
        )?;
        within(
            "grading.tries",
            self.tries,
            1..=10,
            "expected 1 to 10 tries",
        )?;
        within(
            "grading.daily",
            self.daily,
            1..=10_000,
            "expected 1 to 10000 submissions",
        )
    }
}
