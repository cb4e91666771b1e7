//! One submission, as instructors look at it, and what they say about it. Names, files and results come from the
//! learner's machine: they are drawn as text.

use super::{Badge, ClassTop, Form};

/// A submission.
#[derive(Debug, Clone, Default)]
pub struct SubmissionPage {
    /// The class.
    pub class: ClassTop,
    /// Title of the lab.
    pub title: String,
    /// Shown name of the student.
    pub student: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Where the page is.
    pub href: String,
    /// Facts about it: name and value.
    pub facts: Vec<(&'static str, String)>,
    /// Where it stands.
    pub state: Badge,
    /// Why it could not be graded, or rebuilt.
    pub problem: Option<String>,
    /// Whether it can be put in line again.
    pub again: bool,
    /// Address of grading it again with a look first; none while it waits.
    pub regrade: Option<String>,
    /// The student before: address and name.
    pub previous: Option<(String, String)>,
    /// The student after.
    pub next: Option<(String, String)>,
    /// "3 of 28 students".
    pub place: String,
    /// Comments and override.
    pub feedback: Feedback,
    /// Changes the grade.
    pub change: Form,
    /// Whether there is a change to undo.
    pub changed: bool,
    /// Adds a comment.
    pub comment: Form,
    /// In the lab's order.
    pub checks: Vec<ReviewCheck>,
    /// What the student answered: question and answer.
    pub answers: Vec<(String, String)>,
    /// Files that were handed in.
    pub files: Vec<FileRow>,
    /// There are more, or the rest cannot be read.
    pub files_cut: bool,
    /// The one that is shown.
    pub opened: Option<OpenedFile>,
    /// The engine's objects.
    pub objects: Vec<ObjectTable>,
    /// All that inspect said, as JSON; and whether it is cut.
    pub inspect: (String, bool),
    /// What the student handed in, the latest first.
    pub attempts: Vec<AttemptLine>,
}

/// What instructors said of a submission: their students read it too.
#[derive(Debug, Clone, Default)]
pub struct Feedback {
    /// The grade was changed: "8 of 9".
    pub points: Option<String>,
    /// Why.
    pub reason: String,
    /// "Robin, Fri 27 Nov, 17:00 GMT".
    pub by: String,
    /// Who and when, and what.
    pub comments: Vec<(String, String)>,
}

/// A check as the student saw it and as it was graded.
#[derive(Debug, Clone, Default)]
pub struct ReviewCheck {
    /// What is reached when it passes.
    pub title: String,
    /// Whether students do not see it.
    pub hidden: bool,
    /// As the student saw it: state and what was found.
    pub seen: Option<(Badge, String)>,
    /// As it was graded.
    pub graded: Option<(Badge, String)>,
    /// What was wanted.
    pub expected: String,
    /// "1 of 2".
    pub points: String,
}

/// A file.
#[derive(Debug, Clone, Default)]
pub struct FileRow {
    /// Its name.
    pub path: String,
    /// "8.4 kB", or what it is.
    pub size: String,
    /// Shows it.
    pub href: Option<String>,
    /// Whether it is shown.
    pub current: bool,
}

/// A file that is shown.
#[derive(Debug, Clone, Default)]
pub struct OpenedFile {
    /// Its name.
    pub path: String,
    /// Its lines; none: it is no text.
    pub lines: Option<Vec<String>>,
    /// Whether they are not all.
    pub cut: bool,
}

/// Objects of one kind.
#[derive(Debug, Clone, Default)]
pub struct ObjectTable {
    /// "Images".
    pub title: String,
    /// What stands above the columns.
    pub columns: Vec<String>,
    /// Cells.
    pub rows: Vec<Vec<String>>,
    /// Objects that are not shown.
    pub more: usize,
}

/// An attempt of the student.
#[derive(Debug, Clone, Default)]
pub struct AttemptLine {
    /// Its page.
    pub href: String,
    /// "Attempt 2".
    pub name: String,
    /// When.
    pub at: String,
    /// Where it stands.
    pub state: Badge,
    /// "7 of 9".
    pub points: String,
    /// Whether it is the one of this page.
    pub current: bool,
    /// Whether it is the one that counts.
    pub counts: bool,
}
