//! What a content folder becomes once it is loaded: plain data, nothing in it touches a disk.

use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::simulator::Simulator;

/// Every course of a content folder, in the order of their folder names.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Library {
    /// The courses.
    pub courses: Vec<Course>,
    /// Content hash over every file that was read (hex SHA-256): two loads of the same files agree.
    pub version: String,
}

/// One course: a folder with a `course.yaml`.
#[derive(Debug, Clone, Serialize)]
pub struct Course {
    /// Name in addresses, from the folder's name.
    pub slug: String,
    /// Shown title.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// Learning outcomes that lessons and labs refer to by code.
    pub outcomes: Vec<Outcome>,
    /// Modules in teaching order.
    pub modules: Vec<Module>,
    /// Pages to look things up in, in their order.
    pub references: Vec<Reference>,
    /// Pictures and downloads that pages refer to, by path.
    pub assets: Vec<Asset>,
}

/// A picture or download, served at `/courses/{course}/files/{path}`.
#[derive(Debug, Clone, Serialize)]
pub struct Asset {
    /// Relative to the course's folder, with `/` between parts.
    pub path: String,
    /// Such as `image/svg+xml`. Files come from authors: serve them with a policy that runs no scripts.
    pub media_type: String,
    /// Contents.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

/// A learning outcome that an instructor set, such as `MLO6`.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// The code.
    pub code: String,
    /// What a learner can do afterwards.
    pub text: String,
}

/// One module: a folder `NN-slug` with a `module.yaml`.
#[derive(Debug, Clone, Serialize)]
pub struct Module {
    /// Name in addresses; the number is cut off the folder's name.
    pub slug: String,
    /// Shown title.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// Outcome codes that the module covers.
    pub outcomes: Vec<String>,
    /// Lessons and labs in the order in which a learner meets them.
    pub items: Vec<Item>,
}

/// What a module is made of.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[expect(
    clippy::large_enum_variant,
    reason = "there are some dozens, made once a load"
)]
pub enum Item {
    /// A text to read, with quizzes.
    Lesson(Lesson),
    /// A task on a real engine.
    Lab(Lab),
}

/// One lesson: a file `NN-slug.md`.
#[derive(Debug, Clone, Serialize)]
pub struct Lesson {
    /// Name in addresses, unique in its course among lessons.
    pub slug: String,
    /// Shown title.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// Honest minutes for a first reading, quiz included.
    pub minutes: u32,
    /// "You will be able to …" sentences.
    pub objectives: Vec<String>,
    /// Outcome codes.
    pub outcomes: Vec<String>,
    /// The text, in order.
    pub blocks: Vec<Block>,
    /// Headings of the text, for "on this page".
    pub headings: Vec<Heading>,
    /// Where the text stands, relative to the content folder.
    pub source: String,
}

/// A page to look things up in: a file `reference/NN-slug.md`.
#[derive(Debug, Clone, Serialize)]
pub struct Reference {
    /// Name in addresses. The page `glossary` has the course's terms.
    pub slug: String,
    /// Shown title.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// The text.
    pub blocks: Vec<Block>,
    /// Headings of the text, for "on this page".
    pub headings: Vec<Heading>,
    /// Where the text stands, relative to the content folder.
    pub source: String,
}

/// A heading that can be linked to.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Heading {
    /// 2 to 4.
    pub level: u8,
    /// The anchor, unique on its page.
    pub id: String,
    /// Plain text.
    pub text: String,
}

/// A stretch of a page. Everything interactive stands between stretches of HTML.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Block {
    /// Safe HTML, rendered from markdown.
    Html {
        /// The markup.
        html: String,
    },
    /// A question.
    Quiz(Quiz),
    /// A picture to play with (lessons only).
    Simulator(Simulator),
    /// The place of a check, by its id.
    Check {
        /// Id of the check, unique in its lab.
        id: String,
    },
}

/// A question with its answers. Never sent to a browser whole: the server judges.
#[derive(Debug, Clone, Serialize)]
pub struct Quiz {
    /// Unique on its page: given, or `q1`, `q2`, … in order.
    pub id: String,
    /// The question, as safe inline HTML.
    pub question: String,
    /// What kind of answer is asked for, and which is right.
    pub kind: QuizKind,
    /// Shown with a right answer, as safe HTML.
    pub explanation: Option<String>,
}

/// The four kinds of question.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum QuizKind {
    /// Exactly one choice is right.
    Single {
        /// Choices in the shown order.
        choices: Vec<Choice>,
    },
    /// Every right choice and no other must be picked.
    Multiple {
        /// Choices in the shown order.
        choices: Vec<Choice>,
    },
    /// A short text; compared after trimming and, unless `case` says so, without regard to case.
    Text {
        /// Accepted answers.
        accept: Vec<String>,
        /// Whether upper and lower case matter.
        case: bool,
        /// Shown with a wrong answer, as safe HTML.
        why_not: String,
    },
    /// Put these in order.
    Order {
        /// The right order, as safe inline HTML each.
        items: Vec<String>,
        /// Shown with a wrong answer, as safe HTML.
        why_not: String,
    },
}

/// One choice of a question.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// Safe inline HTML.
    pub text: String,
    /// Whether it is right.
    pub correct: bool,
    /// Why it is right or wrong, as safe HTML. Required for wrong choices.
    pub why: Option<String>,
}

/// One lab: a folder with `lab.md`, `start/` and `solution/`.
#[derive(Debug, Clone, Serialize)]
pub struct Lab {
    /// Name in addresses, unique in its course among labs.
    pub slug: String,
    /// Shown title.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// Honest minutes.
    pub minutes: u32,
    /// "You will be able to …" sentences.
    pub objectives: Vec<String>,
    /// Outcome codes.
    pub outcomes: Vec<String>,
    /// Images that stand ready in the learner's engine, such as `python:3.13-slim`.
    pub images: Vec<String>,
    /// What the sandbox may use.
    pub limits: Limits,
    /// Text before the first step.
    pub intro: Vec<Block>,
    /// The steps, at least one.
    pub steps: Vec<Step>,
    /// Files in the learner's home at the beginning.
    pub start: Vec<StartFile>,
    /// Share of a step's points, in percent, that seeing its solution costs: on checks that have not passed by then.
    pub solution_cost: u32,
    /// The solution's script and files, for `verify` and for who asks to see it. Never sent before.
    pub solution: Solution,
    /// What learners do wrong in it, for `verify`. Never sent.
    #[serde(skip)]
    pub wrong: Vec<WrongTurn>,
    /// What makes it gradable in a fresh sandbox from the files alone. Never sent.
    #[serde(skip)]
    pub rebuild: Option<Box<Rebuild>>,
    /// Where the text stands, relative to the content folder.
    pub source: String,
}

impl Lab {
    /// Every check of the lab in step order.
    pub fn checks(&self) -> impl Iterator<Item = &Check> {
        self.steps.iter().flat_map(|step| &step.checks)
    }

    /// Whether it can be graded in a fresh sandbox from the files that were handed in.
    pub fn grades_clean(&self) -> bool {
        self.rebuild.is_some()
    }
}

/// What a sandbox may use. Absent values fall to the server's configuration.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Whole life of a session, in minutes.
    pub minutes: Option<u32>,
    /// Memory of everything in the sandbox, in MiB.
    pub memory_mib: Option<u32>,
    /// Disk of everything in the sandbox, in MiB.
    pub disk_mib: Option<u32>,
    /// Processes in the sandbox.
    pub pids: Option<u32>,
}

/// One step of a lab: a `## ` heading and what follows it.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// The heading's anchor, unique in its lab.
    pub id: String,
    /// The heading.
    pub title: String,
    /// Text and places of checks, in order.
    pub blocks: Vec<Block>,
    /// Checks of this step, in order.
    pub checks: Vec<Check>,
    /// Hints in rising order, as safe HTML (fenced `hint` blocks).
    pub hints: Vec<String>,
}

/// A file of `start/` or `solution/`.
#[derive(Debug, Clone, Serialize)]
pub struct StartFile {
    /// Relative to the learner's home, with `/` between parts, never with `..`.
    pub path: String,
    /// Whether it is executable.
    pub executable: bool,
    /// Contents.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

/// The reference solution.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Solution {
    /// `solve.sh`: run with bash in the learner's home.
    pub script: String,
    /// Files that are put beside it before it runs (everything in `solution/` but `solve.sh`),
    /// into `~/.solution/`, from where the script copies what a learner would have typed.
    pub files: Vec<StartFile>,
    /// Answers for `answer` checks, by check id (`solution/answers.yaml`).
    pub answers: std::collections::BTreeMap<String, String>,
    /// What is shown for each step to a learner who asks, by step id. Empty if the script is not divided into steps.
    #[serde(skip)]
    pub steps: std::collections::BTreeMap<String, Vec<SolutionPart>>,
}

/// Builds and starts, from the files that a learner handed in, what the checks look at (`grading/`).
#[derive(Debug, Clone, Default)]
pub struct Rebuild {
    /// `rebuild.sh`: run with bash in the home of a fresh sandbox that holds those files.
    pub script: String,
    /// Files beside it, put into `~/.grading/` before it runs.
    pub files: Vec<StartFile>,
}

/// What a learner who goes wrong does, and what the checks must say to it (`wrong/NAME/`).
#[derive(Debug, Clone, Default)]
pub struct WrongTurn {
    /// Name of its folder.
    pub name: String,
    /// `solve.sh`: run as that of the solution.
    pub script: String,
    /// Files that are put beside the script, over those of the solution.
    pub files: Vec<StartFile>,
    /// What the learner answers, by check id; other questions stay open.
    pub answers: std::collections::BTreeMap<String, String>,
    /// A text that the message of each of these checks must have, by check id (`expect.yaml`). Each must fail.
    pub expect: std::collections::BTreeMap<String, String>,
}

/// A piece of a solution as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SolutionPart {
    /// Commands to type, with their comments.
    Commands {
        /// Lines of shell.
        text: String,
    },
    /// A file as it should be.
    File {
        /// Relative to the learner's home.
        path: String,
        /// Contents.
        text: String,
    },
    /// The answer to a question.
    Answer {
        /// The question, with backquotes round code.
        question: String,
        /// An accepted answer.
        text: String,
    },
}
