//! A lab that was handed in, and what came of it.

use super::Feedback;

/// A submission as its student sees it.
#[derive(Debug, Clone, Default)]
pub struct HandedInPage {
    /// Slug and title of the course.
    pub course: (String, String),
    /// Address of the lab.
    pub lab_href: String,
    /// Title of the lab, or its slug if it is not part of the course any more.
    pub lab: String,
    /// Label and text of what is known about it.
    pub facts: Vec<(&'static str, String)>,
    /// Where it stands, in one sentence.
    pub standing: String,
    /// Whether that changes by itself.
    pub waits: bool,
    /// Why the platform failed.
    pub fault: Option<String>,
    /// What instructors said of it.
    pub feedback: Feedback,
    /// Why what was handed in could not be rebuilt.
    pub note: Option<String>,
    /// The checks as graded, step by step.
    pub steps: Vec<GradedStep>,
}

/// The graded checks of a step.
#[derive(Debug, Clone, Default)]
pub struct GradedStep {
    /// Title of the step.
    pub title: String,
    /// Its checks in order.
    pub checks: Vec<GradedLine>,
}

/// A check as it was graded.
#[derive(Debug, Clone, Default)]
pub struct GradedLine {
    /// What is reached when it passes.
    pub title: String,
    /// `pass`, `fail` or `error`.
    pub state: &'static str,
    /// What was there, where it did not pass.
    pub found: String,
    /// `2 of 3`.
    pub points: String,
}
