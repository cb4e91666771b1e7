//! What stands before a page's text: YAML between two `---` lines.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::markdown::Gathered;
use crate::model::Limits;
use crate::problem::Problem;
use crate::reference::ReferenceFront;
use crate::source::{Fragment, Source};
use crate::yaml::{self, Node};

/// A page cut in two.
pub(crate) struct Split<'a> {
    /// The front matter as a tree, for the places of its values.
    pub node: Node,
    /// What follows it.
    pub body: Fragment<'a>,
}

/// A lesson's front matter.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LessonFront {
    pub title: String,
    pub summary: String,
    pub minutes: u32,
    pub objectives: Vec<String>,
    #[serde(default)]
    pub outcomes: Vec<String>,
}

/// A lab's front matter.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LabFront {
    pub title: String,
    pub summary: String,
    pub minutes: u32,
    pub objectives: Vec<String>,
    #[serde(default)]
    pub outcomes: Vec<String>,
    pub images: Vec<String>,
    #[serde(default)]
    pub limits: Limits,
    #[serde(default = "half")]
    pub solution_cost: u32,
}

/// What a solution costs if the lab does not say, in percent.
fn half() -> u32 {
    50
}

/// Front matter of a kind of page.
pub(crate) trait Front: DeserializeOwned {
    /// Longest page of this kind.
    const MOST_MINUTES: u32;

    /// What every kind gives.
    fn common(&self) -> Common<'_>;
}

impl Front for LessonFront {
    // More is no sitting.
    const MOST_MINUTES: u32 = 30;

    fn common(&self) -> Common<'_> {
        let Self {
            title,
            summary,
            minutes,
            objectives,
            outcomes,
        } = self;
        Common {
            title,
            summary,
            minutes: *minutes,
            objectives,
            outcomes,
        }
    }
}

impl Front for LabFront {
    const MOST_MINUTES: u32 = 180;

    fn common(&self) -> Common<'_> {
        let Self {
            title,
            summary,
            minutes,
            objectives,
            outcomes,
            ..
        } = self;
        Common {
            title,
            summary,
            minutes: *minutes,
            objectives,
            outcomes,
        }
    }
}

/// Cuts the front matter off a page and reads it. What is wrong goes to `gathered`; a page whose front
/// matter cannot be read is still looked at.
pub(crate) fn read<'a, F: Front>(
    source: &'a Source,
    gathered: &mut Gathered,
) -> Option<(Split<'a>, Option<F>)> {
    let split = split(source)
        .map_err(|problem| gathered.problems.push(problem))
        .ok()?;
    let front: Option<F> = yaml::decode(source, &split.node)
        .map_err(|problem| gathered.problems.push(problem))
        .ok();
    if let Some(front) = &front {
        let common = front.common();
        check(
            source,
            &split.node,
            &common,
            F::MOST_MINUTES,
            &mut gathered.problems,
        );
        gathered.note_outcomes(source, &split.node, common.outcomes);
    }
    Some((split, front))
}

/// Cuts the front matter off a reference page and reads it.
pub(crate) fn read_reference<'a>(
    source: &'a Source,
    gathered: &mut Gathered,
) -> Option<(Split<'a>, Option<ReferenceFront>)> {
    let split = split(source)
        .map_err(|problem| gathered.problems.push(problem))
        .ok()?;
    let front: Option<ReferenceFront> = yaml::decode(source, &split.node)
        .map_err(|problem| gathered.problems.push(problem))
        .ok();
    if let Some(front) = &front {
        check_words(
            source,
            &split.node,
            &front.title,
            &front.summary,
            &mut gathered.problems,
        );
    }
    Some((split, front))
}

fn split(source: &Source) -> Result<Split<'_>, Problem> {
    let text = &source.text;
    let Some(rest) = text.strip_prefix("---\n") else {
        return Err(source
            .error(0, "the page does not begin with a front matter")
            .help(
                "begin with a line `---`, then `title: …` and the other keys, then a line `---`",
            ));
    };
    let start = text.len() - rest.len();
    let mut end = start;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "---" {
            let whole = source.whole();
            let node = yaml::parse_mapping(source, &whole.slice(start..end), "the front matter")?;
            return Ok(Split {
                node,
                body: whole.slice(end + line.len()..text.len()),
            });
        }
        end += line.len();
    }
    Err(source
        .error(0, "the front matter is not closed")
        .help("put a line `---` at its end"))
}

/// What both kinds of page must give.
pub(crate) struct Common<'a> {
    pub title: &'a str,
    pub summary: &'a str,
    pub minutes: u32,
    pub objectives: &'a [String],
    pub outcomes: &'a [String],
}

/// Checks what every page is called and said to be.
fn check_words(
    source: &Source,
    node: &Node,
    title: &str,
    summary: &str,
    problems: &mut Vec<Problem>,
) {
    for (key, text, longest) in [("title", title, 120), ("summary", summary, 400)] {
        let at = node.place_of(key);
        if text.trim().is_empty() {
            problems.push(source.error(at, format!("the {key} is empty")));
        } else if text.chars().count() > longest {
            problems
                .push(source.warning(at, format!("the {key} is longer than {longest} characters")));
        }
    }
}

/// Checks that what is given is worth giving.
fn check(
    source: &Source,
    node: &Node,
    common: &Common<'_>,
    most: u32,
    problems: &mut Vec<Problem>,
) {
    check_words(source, node, common.title, common.summary, problems);
    if !(1..=most).contains(&common.minutes) {
        problems.push(
            source
                .error(
                    node.place_of("minutes"),
                    format!("`minutes: {}` is out of range", common.minutes),
                )
                .help(format!(
                    "write an honest number from 1 to {most}; split what takes longer"
                )),
        );
    }
    if common.objectives.is_empty() {
        problems.push(
            source
                .error(node.place_of("objectives"), "there are no objectives, expected at least one")
                .help("say what a learner can do afterwards: `- say which steps of a build come from the cache`"),
        );
    }
    for (index, objective) in common.objectives.iter().enumerate() {
        if objective.trim().is_empty() {
            problems.push(source.error(
                node.place_in("objectives", index),
                "this objective is empty",
            ));
        }
    }
}
