//! What the pages of instructors show of a class. Every text is escaped when it is drawn.

use super::ClassTop;

/// A heading that sorts by its column.
#[derive(Debug, Clone, Default)]
pub struct SortLink {
    /// Where it leads.
    pub href: String,
    /// How the table is sorted by it now: `ascending`, `descending` or not.
    pub now: Option<&'static str>,
}

/// The gradebook.
#[derive(Debug, Clone, Default)]
pub struct GradebookPage {
    /// The class.
    pub class: ClassTop,
    /// Assignments.
    pub columns: Vec<GradeColumn>,
    /// Students of this page.
    pub rows: Vec<GradeRow>,
    /// How many students were found.
    pub found: i64,
    /// Whether the class has any students.
    pub has_students: bool,
    /// How many scores a learning platform did not take.
    pub untold: u32,
    /// What was searched for.
    pub search: String,
    /// Sorting that the search keeps: name and value of query parameters.
    pub kept: Vec<(&'static str, String)>,
    /// Sorts by name.
    pub by_name: SortLink,
    /// Sorts by total.
    pub by_total: SortLink,
    /// Mean of the totals of all students.
    pub mean: Option<String>,
    /// Numbers of the first and the last row.
    pub shown: (i64, i64),
    /// Address of the page before.
    pub previous: Option<String>,
    /// Address of the page after.
    pub next: Option<String>,
}

/// An assignment of the gradebook.
#[derive(Debug, Clone, Default)]
pub struct GradeColumn {
    /// Title of the lesson or lab.
    pub title: String,
    /// `lesson`, `quiz` or `lab`.
    pub kind: String,
    /// "27 Nov".
    pub due: Option<String>,
    /// Whether it was due.
    pub past: bool,
    /// Points there are.
    pub of: Option<String>,
    /// "74.5 %".
    pub mean: Option<String>,
    /// Sorts by it.
    pub sort: SortLink,
    /// Address of grading it again, of a lab.
    pub regrade: Option<String>,
}

/// A student of the gradebook.
#[derive(Debug, Clone, Default)]
pub struct GradeRow {
    /// Shown name.
    pub name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// "74.5 %".
    pub total: Option<String>,
    /// In the order of the columns.
    pub cells: Vec<GradeCell>,
}

/// What a student has in an assignment.
#[derive(Debug, Clone, Default)]
pub struct GradeCell {
    /// The points, if there are any.
    pub points: Option<String>,
    /// Where it stands, for the style sheet.
    pub state: &'static str,
    /// What is to be said beside the points: "late 2 d", "missing".
    pub says: Vec<String>,
    /// The submission.
    pub href: Option<String>,
}
