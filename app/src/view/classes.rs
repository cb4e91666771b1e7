//! Classes, their people, and what is due in them.

use super::{Form, ModuleMap};

/// What stands above every page of a class.
#[derive(Debug, Clone, Default)]
pub struct ClassTop {
    /// The class's id.
    pub id: String,
    /// Shown title.
    pub title: String,
    /// Slug of its course.
    pub course: String,
    /// Title of its course.
    pub course_title: String,
    /// Whether the reader teaches it.
    pub teaches: bool,
    /// Whether it is read only.
    pub archived: bool,
}

impl ClassTop {
    /// Address of the class, or of a page of it.
    #[must_use]
    pub fn href(&self, page: &str) -> String {
        match page {
            "" => format!("/classes/{}", self.id),
            page => format!("/classes/{}/{page}", self.id),
        }
    }
}

/// A state in words; colour is its second sign.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Badge {
    /// The words.
    pub words: String,
    /// `good`, `warn`, `bad` or nothing.
    pub tone: &'static str,
}

/// Something that a student is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DueLine {
    /// Where it is done.
    pub href: String,
    /// "Lesson", "Quiz" or "Lab".
    pub kind: &'static str,
    /// Title of the lesson or lab.
    pub title: String,
    /// "Fri 27 Nov, 17:00 GMT".
    pub due: Option<String>,
    /// What lateness costs, when it closes, how often it may be handed in.
    pub rules: String,
    /// How the student stands with it.
    pub state: Badge,
    /// "3 / 4".
    pub grade: Option<String>,
    /// Where the results of what was handed in last are.
    pub results: Option<String>,
    /// Title of the class.
    pub class: String,
    /// Address of the class.
    pub class_href: String,
}

/// Every class of somebody's.
#[derive(Debug, Clone, Default)]
pub struct ClassesPage {
    /// The classes.
    pub classes: Vec<ClassCard>,
    /// Classes that they are not in but may look after: address and title.
    pub others: Vec<(String, String)>,
    /// Whether they may make classes.
    pub makes: bool,
    /// The form for a code.
    pub join: Form,
}

/// A class in a list.
#[derive(Debug, Clone, Default)]
pub struct ClassCard {
    /// Its address.
    pub href: String,
    /// Shown title.
    pub title: String,
    /// What the reader is in it: "Student" or "Instructor".
    pub role: &'static str,
    /// Its course, how many students, …
    pub facts: Vec<String>,
    /// What is due next in it.
    pub next: Option<DueLine>,
    /// Whether there is nothing left to do for a student.
    pub all_done: bool,
    /// Whether it is read only.
    pub archived: bool,
}

/// A page of one or more forms.
#[derive(Debug, Clone, Default)]
pub struct FormsPage {
    /// The class, if it is about one.
    pub class: Option<ClassTop>,
    /// Which page of the class this is.
    pub current: &'static str,
    /// The heading.
    pub title: String,
    /// What it is about.
    pub lead: String,
    /// The forms.
    pub sections: Vec<FormSection>,
}

/// One form with what to know.
#[derive(Debug, Clone, Default)]
pub struct FormSection {
    /// A heading, if there are several.
    pub title: Option<String>,
    /// What to know, a paragraph each.
    pub text: Vec<String>,
    /// The form.
    pub form: Option<Form>,
    /// Other ways to go.
    pub links: Vec<(String, String)>,
}

/// A class as its students see it.
#[derive(Debug, Clone, Default)]
pub struct ClassPage {
    /// The class.
    pub class: ClassTop,
    /// Names of who teaches it.
    pub instructors: Vec<String>,
    /// "Times are in Europe/London (UTC+00:00 today)."
    pub zone: String,
    /// What is asked for, in the class's order.
    pub lines: Vec<DueLine>,
    /// The modules of its course, as the class has them.
    pub modules: Vec<ModuleMap>,
}

/// A class as its instructors see it.
#[derive(Debug, Clone, Default)]
pub struct OverviewPage {
    /// The class.
    pub class: ClassTop,
    /// The join code.
    pub code: String,
    /// The whole join link.
    pub link: String,
    /// Whether anybody who has them may join.
    pub join_open: bool,
    /// How many students there are.
    pub students: u32,
    /// Names of who teaches it.
    pub instructors: Vec<String>,
    /// In which zone times are.
    pub zone: String,
    /// What it asks for.
    pub lines: Vec<TaughtLine>,
}

/// An assignment as instructors see it.
#[derive(Debug, Clone, Default)]
pub struct TaughtLine {
    /// Its id.
    pub id: String,
    /// "Lesson", "Quiz" or "Lab".
    pub kind: &'static str,
    /// Title of the lesson or lab.
    pub title: String,
    /// Address of the lesson or lab.
    pub item: String,
    /// When it is due.
    pub due: Option<String>,
    /// What lateness costs, and so on.
    pub rules: String,
    /// "12 of 30 students".
    pub graded: String,
    /// Whether it is not open yet, closed, …
    pub state: Badge,
}

/// The assignments of a class, to be ordered and changed.
#[derive(Debug, Clone, Default)]
pub struct AssignmentsPage {
    /// The class.
    pub class: ClassTop,
    /// In which zone times are.
    pub zone: String,
    /// The assignments in their order.
    pub lines: Vec<TaughtLine>,
}

/// Choosing what to assign.
#[derive(Debug, Clone, Default)]
pub struct AssignPage {
    /// The class.
    pub class: ClassTop,
    /// What there is, by module.
    pub groups: Vec<AssignGroup>,
    /// What is wrong with what was chosen.
    pub problem: Option<String>,
    /// When it is due and how it counts.
    pub form: Form,
}

/// What a module has that can be assigned.
#[derive(Debug, Clone, Default)]
pub struct AssignGroup {
    /// Title of the module.
    pub title: String,
    /// Lessons, their questions, and labs.
    pub items: Vec<AssignItem>,
}

/// Something that can be assigned.
#[derive(Debug, Clone, Default)]
pub struct AssignItem {
    /// What is sent: `lab/layer-caching`.
    pub value: String,
    /// "Lesson", "Quiz" or "Lab".
    pub kind: &'static str,
    /// Its title.
    pub title: String,
    /// What it asks for: "6 min", "4 questions".
    pub facts: String,
    /// Whether the class is asked for it already.
    pub assigned: bool,
    /// Whether it was chosen.
    pub chosen: bool,
}

/// Who is in a class.
#[derive(Debug, Clone, Default)]
pub struct RosterPage {
    /// The class.
    pub class: ClassTop,
    /// Everybody.
    pub people: Vec<RosterLine>,
    /// What is wrong with what was to be done to those who were ticked.
    pub problem: Option<String>,
    /// The join code, for the empty roster.
    pub code: String,
    /// The form to add an instructor.
    pub add: Form,
    /// The form to import a table.
    pub import: Form,
}

/// Somebody in a class.
#[derive(Debug, Clone, Default)]
pub struct RosterLine {
    /// Their account.
    pub account: String,
    /// Shown name.
    pub name: String,
    /// What they sign in with.
    pub email: String,
    /// What they are in the class: "Student" or "Instructor".
    pub role: &'static str,
    /// Since when, as a day.
    pub joined: String,
    /// Whether they have never set a password.
    pub never_signed_in: bool,
}

/// What an import would do.
#[derive(Debug, Clone, Default)]
pub struct ImportPage {
    /// The class.
    pub class: ClassTop,
    /// Name and address of who would get an account.
    pub new: Vec<(String, String)>,
    /// Name and address of who has one and would join.
    pub known: Vec<(String, String)>,
    /// How many of the rows are in the class already.
    pub there: usize,
    /// Rows that cannot be imported: line, row, problem.
    pub bad: Vec<(u64, String, String)>,
    /// The good rows, to be sent again when this is confirmed.
    pub table: String,
}

/// One-time links to set passwords, shown once.
#[derive(Debug, Clone, Default)]
pub struct LinksPage {
    /// The class.
    pub class: ClassTop,
    /// What was done, in a sentence.
    pub done: String,
    /// Name, address and link of each.
    pub links: Vec<(String, String, String)>,
    /// For how many days the links are good.
    pub days: u64,
    /// The same as a table, as the address of a file (`data:text/csv,…`).
    pub file: String,
}

/// How a class orders the modules of its course.
#[derive(Debug, Clone, Default)]
pub struct ModulesPage {
    /// The class.
    pub class: ClassTop,
    /// The modules in their order.
    pub modules: Vec<ModuleLine>,
}

/// A module in a class.
#[derive(Debug, Clone, Default)]
pub struct ModuleLine {
    /// Name of the module.
    pub slug: String,
    /// Shown title.
    pub title: String,
    /// "4 lessons, 2 labs".
    pub facts: String,
    /// Whether students do not see it.
    pub hidden: bool,
}
