//! What instructors see of the labs of a class: who is where now, and how labs went over time.

use super::ClassTop;

/// Who is stuck where.
#[derive(Debug, Clone, Default)]
pub struct LivePage {
    /// The class.
    pub class: ClassTop,
    /// Address of the labs' course.
    pub course: String,
    /// Who is longest on the same step first.
    pub rows: Vec<LiveRow>,
    /// When this was so: "14:05:31 GMT".
    pub at: String,
}

/// A student in a lab.
#[derive(Debug, Clone, Default)]
pub struct LiveRow {
    /// Shown name.
    pub name: String,
    /// Title of the lab.
    pub lab: String,
    /// "2 of 4: Build it"; none when every check passes.
    pub step: Option<String>,
    /// How long they have been on it.
    pub since: String,
    /// Whether that is long enough to look after them.
    pub long: bool,
    /// Checks that pass.
    pub passed: usize,
    /// Checks.
    pub of: usize,
    /// How long ago they were last there.
    pub idle: Option<String>,
    /// Title of the failing check, and what was found.
    pub failing: Option<(String, String)>,
}

/// How labs went.
#[derive(Debug, Clone, Default)]
pub struct StatisticsPage {
    /// The class.
    pub class: ClassTop,
    /// Labs that anybody began, in the course's order.
    pub labs: Vec<LabFacts>,
    /// The one that is looked at.
    pub detail: Option<LabDetail>,
}

/// A lab in the list.
#[derive(Debug, Clone, Default)]
pub struct LabFacts {
    /// Its page of statistics.
    pub href: String,
    /// Its title.
    pub title: String,
    /// Students who began it.
    pub began: i64,
    /// Students who passed every check.
    pub finished: i64,
    /// Whether it is the one that is looked at.
    pub current: bool,
}

/// One lab.
#[derive(Debug, Clone, Default)]
pub struct LabDetail {
    /// Its title.
    pub title: String,
    /// In order.
    pub steps: Vec<StepStatistics>,
    /// In order.
    pub checks: Vec<CheckStatistics>,
}

/// How long a step took.
#[derive(Debug, Clone, Default)]
pub struct StepStatistics {
    /// "2. Build it".
    pub title: String,
    /// "4 min", the median.
    pub time: Option<String>,
    /// Of the longest step, in percent.
    pub share: f64,
    /// Sessions in which it was done.
    pub done: usize,
}

/// How a check went.
#[derive(Debug, Clone, Default)]
pub struct CheckStatistics {
    /// What is reached when it passes.
    pub title: String,
    /// Number of its step.
    pub step: usize,
    /// Whether students do not see it.
    pub hidden: bool,
    /// Students who passed it, of how many that tried.
    pub passed: (usize, usize),
    /// Median number of the try that passed.
    pub tries: Option<String>,
    /// Submissions that pass it, of how many that count.
    pub graded: Option<(i64, i64)>,
    /// What was found in place of what is wanted, and by how many students.
    pub wrong: Vec<(String, i64)>,
}
