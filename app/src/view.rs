//! What a page needs to be drawn: plain data that the server fills in.
//!
//! Nothing in here knows where it comes from. Fields called `html` (and the ones whose
//! documentation says "safe HTML") come from the content compiler and are put into pages as they
//! are; every other text is escaped.

mod class_labs;
mod classes;
mod forms;
mod gradebook;
mod lti;
mod people;
mod platforms;
mod regrade;
mod review;
mod simulators;
mod submission;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use class_labs::{
    CheckStatistics, LabDetail, LabFacts, LivePage, LiveRow, StatisticsPage, StepStatistics,
};
pub use classes::{
    AssignGroup, AssignItem, AssignPage, AssignmentsPage, Badge, ClassCard, ClassPage, ClassTop,
    ClassesPage, DueLine, FormSection, FormsPage, ImportPage, LinksPage, ModuleLine, ModulesPage,
    OverviewPage, RosterLine, RosterPage, TaughtLine,
};
pub use forms::{Field, FieldKind, Form};
pub use gradebook::{GradeCell, GradeColumn, GradeRow, GradebookPage, SortLink};
pub use lti::{LinkAccount, OpenElsewhere, PickCourse, PickItem, PickPage, Refusal, ReturnPage};
pub use people::{AccountPage, FormPage, PageLink, PeoplePage, PersonLine, PersonPage};
pub use platforms::{PlatformRow, PlatformsPage, ScoreFault, ScoresPage};
pub use regrade::{Regrade, RegradeChange, RegradePage};
pub use review::{
    AttemptLine, Feedback, FileRow, ObjectTable, OpenedFile, ReviewCheck, SubmissionPage,
};
pub use simulators::{Figures, LayerStep, Layers, Lifecycle, Machines, RunSteps, Simulator};
pub use submission::{GradedLine, GradedStep, HandedInPage};

/// What every page has around it.
#[derive(Debug, Clone, Default)]
pub struct Shell {
    /// Names of the files that a browser loads.
    pub assets: Arc<Assets>,
    /// Who is looking.
    pub learner: Learner,
    /// What the page says at its top, once: what came of the last form.
    pub notice: Option<String>,
    /// Version of the running program, for the foot of the page.
    pub version: String,
    /// Address of an event stream that sends a `reload` event when content changes
    /// (`drydock serve --watch`). None in normal running.
    pub reload: Option<String>,
}

/// `dist/assets/manifest.json`: what a file is called in the sources, and its hashed name.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(transparent)]
pub struct Assets(pub BTreeMap<String, String>);

impl Assets {
    /// Address of a file, such as `/assets/site-1f2e3d4c.css` for `site.css`.
    /// A name that is not in the manifest is used as it is, so that the missing file shows up as
    /// a 404 with its name and not as a page without styles.
    #[must_use]
    pub fn url(&self, name: &str) -> String {
        let file = self.0.get(name).map_or(name, String::as_str);
        format!("/assets/{file}")
    }
}

/// Who is looking at a page.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
pub enum Learner {
    /// Somebody without a session: nothing is kept for them yet.
    #[default]
    Nobody,
    /// A learner without an account; progress is kept in this browser's session.
    Guest,
    /// A learner with an account.
    Named {
        /// Shown name, chosen by the learner.
        name: String,
        /// Whether they run the installation.
        operates: bool,
    },
}

/// The front page.
#[derive(Debug, Clone, Default)]
pub struct HomePage {
    /// Every course.
    pub courses: Vec<CourseMap>,
    /// The first lab of the first course: where [Start] leads.
    pub start: Option<Place>,
    /// Where this learner was last.
    pub resume: Option<Place>,
    /// What is due next in this learner's classes.
    pub due: Vec<DueLine>,
}

/// The page of one course.
#[derive(Debug, Clone, Default)]
pub struct CoursePage {
    /// The course.
    pub course: CourseMap,
    /// Where this learner was last in this course.
    pub resume: Option<Place>,
    /// What is due next in this learner's classes of it.
    pub due: Vec<DueLine>,
}

/// A lesson or lab that can be gone to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Slug of its course.
    pub course: String,
    /// Lesson or lab.
    pub kind: Kind,
    /// Its slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Title of its module.
    pub module: String,
    /// Honest minutes.
    pub minutes: u32,
}

impl Place {
    /// Its address.
    #[must_use]
    pub fn href(&self) -> String {
        self.kind.href(&self.course, &self.slug)
    }
}

/// Lesson or lab.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A text with quizzes.
    #[default]
    Lesson,
    /// A task on a real engine.
    Lab,
}

impl Kind {
    /// Address of the item of this kind.
    #[must_use]
    pub fn href(self, course: &str, slug: &str) -> String {
        match self {
            Self::Lesson => format!("/courses/{course}/lessons/{slug}"),
            Self::Lab => format!("/courses/{course}/labs/{slug}"),
        }
    }

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Lesson => "Lesson",
            Self::Lab => "Lab",
        }
    }
}

/// A course with its modules, and how far this learner is.
#[derive(Debug, Clone, Default)]
pub struct CourseMap {
    /// Name in addresses.
    pub slug: String,
    /// Shown title.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// Learning outcomes.
    pub outcomes: Vec<Outcome>,
    /// Modules in teaching order.
    pub modules: Vec<ModuleMap>,
    /// Pages to look things up in.
    pub references: Vec<ReferenceLink>,
}

/// A page to look things up in, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReferenceLink {
    /// Name in addresses.
    pub slug: String,
    /// Shown title.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
}

impl ReferenceLink {
    /// Its address.
    #[must_use]
    pub fn href(&self, course: &str) -> String {
        format!("/courses/{course}/reference/{}", self.slug)
    }
}

/// A learning outcome that an instructor set, such as `MLO6`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The code.
    pub code: String,
    /// What a learner can do afterwards.
    pub text: String,
}

/// A module with its lessons and labs, and how far this learner is.
#[derive(Debug, Clone, Default)]
pub struct ModuleMap {
    /// Place in the course, from 1.
    pub number: u32,
    /// Name in anchors.
    pub slug: String,
    /// Shown title.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// Outcome codes.
    pub outcomes: Vec<String>,
    /// Lessons and labs in the order in which a learner meets them.
    pub items: Vec<ItemMap>,
}

impl ModuleMap {
    /// Minutes of all lessons and labs together.
    #[must_use]
    pub fn minutes(&self) -> u32 {
        self.items.iter().map(|item| item.minutes).sum()
    }

    /// How many lessons and labs are done.
    #[must_use]
    pub fn done(&self) -> usize {
        self.items.iter().filter(|item| item.done).count()
    }
}

/// One line of a module.
#[derive(Debug, Clone, Default)]
pub struct ItemMap {
    /// Lesson or lab.
    pub kind: Kind,
    /// Name in addresses.
    pub slug: String,
    /// Shown title.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// Honest minutes.
    pub minutes: u32,
    /// Outcome codes.
    pub outcomes: Vec<String>,
    /// Whether this learner has done it.
    pub done: bool,
    /// Quizzes answered right, or checks passed.
    pub passed: u32,
    /// Quizzes, or checks, that there are.
    pub of: u32,
}

/// The course that a lesson or lab belongs to.
#[derive(Debug, Clone, Default)]
pub struct CourseRef {
    /// Name in addresses.
    pub slug: String,
    /// Shown title.
    pub title: String,
}

/// One lesson.
#[derive(Debug, Clone, Default)]
pub struct LessonPage {
    /// Its course.
    pub course: CourseRef,
    /// Its module, for the contents at the side.
    pub module: ModuleMap,
    /// Name in addresses.
    pub slug: String,
    /// Shown title.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// Honest minutes.
    pub minutes: u32,
    /// "You will be able to …" sentences.
    pub objectives: Vec<String>,
    /// Outcomes that it works towards.
    pub outcomes: Vec<Outcome>,
    /// The text, in order.
    pub blocks: Vec<Block>,
    /// Headings, for "on this page".
    pub headings: Vec<Heading>,
    /// Whether this learner marked it as done.
    pub done: bool,
    /// By when this learner's classes ask for it.
    pub due: Vec<DueLine>,
    /// The item before it in the course.
    pub previous: Option<Place>,
    /// The item after it in the course.
    pub next: Option<Place>,
}

/// One page to look things up in.
#[derive(Debug, Clone, Default)]
pub struct ReferencePage {
    /// Its course.
    pub course: CourseRef,
    /// All such pages of the course.
    pub all: Vec<ReferenceLink>,
    /// Name in addresses.
    pub slug: String,
    /// Shown title.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// The text.
    pub blocks: Vec<Block>,
    /// Headings, for "on this page".
    pub headings: Vec<Heading>,
}

/// What was found in a course.
#[derive(Debug, Clone, Default)]
pub struct SearchPage {
    /// The course.
    pub course: CourseRef,
    /// What was looked for, as it was typed.
    pub query: String,
    /// The best places.
    pub hits: Vec<Hit>,
}

/// A place that was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hit {
    /// "Lesson", "Lab" or "Reference".
    pub kind: &'static str,
    /// Title of the page.
    pub title: String,
    /// Title of its module, if it is in one.
    pub module: String,
    /// Address of the place.
    pub href: String,
    /// The heading there.
    pub heading: Option<String>,
    /// The text there; every second piece is what was looked for.
    pub excerpt: Vec<String>,
}

/// A heading that can be linked to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heading {
    /// 2 to 4.
    pub level: u8,
    /// The anchor.
    pub id: String,
    /// Plain text.
    pub text: String,
}

/// A stretch of a page, mirroring the content compiler's blocks without any answer.
#[derive(Debug, Clone)]
pub enum Block {
    /// Safe HTML.
    Html {
        /// The markup.
        html: String,
    },
    /// A question.
    Quiz(Quiz),
    /// A picture to play with (lessons only).
    Simulator(Simulator),
    /// The place of a check (labs only), by its id. Ids without a [`Check`] in the step are
    /// skipped: hidden checks are simply not listed there.
    Check {
        /// Id of the check.
        id: String,
    },
}

/// A question without its answers.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Quiz {
    /// Unique on its page.
    pub id: String,
    /// The question, as safe inline HTML.
    pub question: String,
    /// What kind of answer is asked for.
    pub kind: QuizKind,
    /// Whether this learner has answered it right before.
    pub solved: bool,
}

/// The four kinds of question.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum QuizKind {
    /// Exactly one choice is right. Answered by `{"choices":[0]}`.
    Single {
        /// Choices in the shown order, as safe inline HTML.
        choices: Vec<String>,
    },
    /// Several choices may be right. Answered by `{"choices":[0,2]}`.
    Multiple {
        /// Choices in the shown order, as safe inline HTML.
        choices: Vec<String>,
    },
    /// A short text. Answered by `{"text":"…"}`.
    Text,
    /// Put these in order. Answered by `{"order":[2,0,1]}`: at each place, the index *into this
    /// list* of the item that the learner put there.
    Order {
        /// The items as shown at the beginning, as safe inline HTML. The server mixes them (the
        /// same way each time, so that it can read the answer); never the right order.
        items: Vec<String>,
    },
}

/// One lab.
#[derive(Debug, Clone, Default)]
pub struct LabPage {
    /// Its course.
    pub course: CourseRef,
    /// Its module.
    pub module: ModuleMap,
    /// Name in addresses.
    pub slug: String,
    /// Shown title.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// Honest minutes of work.
    pub minutes: u32,
    /// How long a session lasts, in minutes.
    pub session_minutes: u32,
    /// "You will be able to …" sentences.
    pub objectives: Vec<String>,
    /// Outcomes that it works towards.
    pub outcomes: Vec<Outcome>,
    /// Images that stand ready in the learner's engine.
    pub images: Vec<String>,
    /// Text before the first step.
    pub intro: Vec<Block>,
    /// The steps, at least one.
    pub steps: Vec<Step>,
    /// Whether this learner passed every check before.
    pub done: bool,
    /// Whether this learner has a live session of this lab: the page then joins it at once
    /// instead of waiting for [Start the lab].
    pub live: bool,
    /// Why labs cannot run here, if they cannot.
    pub fault: Option<EngineFault>,
    /// By when this learner's classes ask for it.
    pub due: Vec<DueLine>,
    /// The item before it in the course.
    pub previous: Option<Place>,
    /// The item after it in the course.
    pub next: Option<Place>,
}

/// One step of a lab.
#[derive(Debug, Clone, Default)]
pub struct Step {
    /// The anchor.
    pub id: String,
    /// The heading.
    pub title: String,
    /// Text and places of checks, in order.
    pub blocks: Vec<Block>,
    /// Checks of this step that a learner may see.
    pub checks: Vec<Check>,
    /// Hints in rising order, as safe HTML.
    pub hints: Vec<String>,
    /// The step's solution, if it can be shown.
    pub solution: Option<SolutionOffer>,
}

/// That a solution can be shown, and at what cost.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct SolutionOffer {
    /// In percent of the step's points.
    pub cost: u32,
    /// Whether this learner has seen it before: then it costs nothing more.
    pub seen: bool,
}

/// A check before anything was looked at. What was found comes over the API.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct Check {
    /// Unique in its lab.
    pub id: String,
    /// What is reached when it passes, as plain text (backquotes mark code).
    pub title: String,
    /// Weight in the score.
    pub points: u32,
    /// What is asked for, if the learner answers it in the page.
    pub answer: Option<AnswerField>,
}

/// A question that is answered in the page of a lab.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct AnswerField {
    /// The question, as plain text (backquotes mark code).
    pub question: String,
    /// Choices; without any, a text field is shown.
    pub choices: Vec<String>,
}

/// Why labs cannot run here.
#[derive(Debug, Clone, Default)]
pub struct EngineFault {
    /// One sentence, such as "No Docker engine answers at unix:///var/run/docker.sock."
    pub summary: String,
    /// What `drydock doctor` found, each with what mends it.
    pub findings: Vec<Finding>,
}

/// One line of `drydock doctor`.
#[derive(Debug, Clone, Default)]
pub struct Finding {
    /// What was looked at.
    pub name: String,
    /// Whether it is in order.
    pub ok: bool,
    /// What was found.
    pub detail: String,
    /// The command or step that mends it.
    pub fix: Option<String>,
}

/// An address that leads nowhere, or something that went wrong.
#[derive(Debug, Clone, Default)]
pub struct ErrorPage {
    /// HTTP status.
    pub status: u16,
    /// What happened, such as "There is no lesson here".
    pub title: String,
    /// What was expected and what to do next.
    pub detail: String,
    /// Id under which the server's log has the whole story.
    pub request_id: Option<String>,
    /// Where to go from here, in place of the front page.
    pub place: Option<Place>,
}
