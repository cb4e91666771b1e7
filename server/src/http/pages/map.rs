//! From content and stored progress to what pages show.

use drydock_app::view::{
    self, CourseMap, CourseRef, ItemMap, Kind, ModuleMap, Place, ReferenceLink,
};
use drydock_course::model::{Block, Course, Heading, Item, Module, QuizKind};
use drydock_course::quiz::display_order;

use super::simulators;
use crate::classes::modules::arranged;
use crate::progress;
use crate::store::{CourseProgress, Kind as StoredKind, ModuleRow};

/// What a lesson and a lab have in common.
pub struct Face<'a> {
    /// Lesson or lab.
    pub kind: Kind,
    /// Name in addresses.
    pub slug: &'a str,
    /// Shown title.
    pub title: &'a str,
    summary: &'a str,
    minutes: u32,
    outcomes: &'a [String],
}

/// The face of an item.
pub fn face(item: &Item) -> Face<'_> {
    match item {
        Item::Lesson(it) => Face {
            kind: Kind::Lesson,
            slug: &it.slug,
            title: &it.title,
            summary: &it.summary,
            minutes: it.minutes,
            outcomes: &it.outcomes,
        },
        Item::Lab(it) => Face {
            kind: Kind::Lab,
            slug: &it.slug,
            title: &it.title,
            summary: &it.summary,
            minutes: it.minutes,
            outcomes: &it.outcomes,
        },
    }
}

/// A course with a learner's progress, its modules as the learner's class has them.
pub fn course(course: &Course, order: &[ModuleRow], done: &CourseProgress) -> CourseMap {
    CourseMap {
        slug: course.slug.clone(),
        title: course.title.clone(),
        summary: course.summary.clone(),
        outcomes: course
            .outcomes
            .iter()
            .map(|outcome| view::Outcome {
                code: outcome.code.clone(),
                text: outcome.text.clone(),
            })
            .collect(),
        modules: shown(course, order)
            .enumerate()
            .map(|(at, it)| module(at, it, done))
            .collect(),
        references: references(course),
    }
}

/// The modules that a class has not hidden, in its order.
fn shown<'a>(course: &'a Course, order: &[ModuleRow]) -> impl Iterator<Item = &'a Module> {
    arranged(course, order)
        .into_iter()
        .filter(|(_, hidden)| !hidden)
        .map(|(module, _)| module)
}

/// The course's pages to look things up in.
pub fn references(course: &Course) -> Vec<ReferenceLink> {
    let links = course.references.iter().map(|page| ReferenceLink {
        slug: page.slug.clone(),
        title: page.title.clone(),
        summary: page.summary.clone(),
    });
    links.collect()
}

/// Headings for "on this page".
pub fn headings(headings: &[Heading]) -> Vec<view::Heading> {
    let headings = headings.iter().map(|heading| view::Heading {
        level: heading.level,
        id: heading.id.clone(),
        text: heading.text.clone(),
    });
    headings.collect()
}

/// The module that stands at `at` in its course.
pub fn module(at: usize, module: &Module, done: &CourseProgress) -> ModuleMap {
    ModuleMap {
        number: count(at + 1),
        slug: module.slug.clone(),
        title: module.title.clone(),
        summary: module.summary.clone(),
        outcomes: module.outcomes.clone(),
        items: module.items.iter().map(|it| item(it, done)).collect(),
    }
}

/// The module of that slug. One that the class has hidden has its place in the course itself.
pub fn module_of(
    course: &Course,
    order: &[ModuleRow],
    slug: &str,
    done: &CourseProgress,
) -> ModuleMap {
    let named = |(_, module): &(usize, &Module)| module.slug == slug;
    let found = shown(course, order)
        .enumerate()
        .find(named)
        .or_else(|| course.modules.iter().enumerate().find(named));
    found
        .map(|(at, it)| module(at, it, done))
        .unwrap_or_default()
}

fn item(item: &Item, done: &CourseProgress) -> ItemMap {
    let (face, at) = (face(item), progress::of(item, done));
    ItemMap {
        kind: face.kind,
        slug: face.slug.to_owned(),
        title: face.title.to_owned(),
        summary: face.summary.to_owned(),
        minutes: face.minutes,
        outcomes: face.outcomes.to_vec(),
        done: at.done,
        passed: count(at.passed),
        of: count(at.of),
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The course by name.
pub fn course_ref(course: &Course) -> CourseRef {
    CourseRef {
        slug: course.slug.clone(),
        title: course.title.clone(),
    }
}

/// The outcomes of these codes, with their texts.
pub fn outcomes(course: &Course, codes: &[String]) -> Vec<view::Outcome> {
    let known = course
        .outcomes
        .iter()
        .filter(|outcome| codes.contains(&outcome.code));
    known
        .map(|outcome| view::Outcome {
            code: outcome.code.clone(),
            text: outcome.text.clone(),
        })
        .collect()
}

fn place(course: &Course, module: &Module, item: &Item) -> Place {
    let face = face(item);
    Place {
        course: course.slug.clone(),
        kind: face.kind,
        slug: face.slug.to_owned(),
        title: face.title.to_owned(),
        module: module.title.clone(),
        minutes: face.minutes,
    }
}

/// Every lesson and lab of a course in teaching order, as the learner's class has it.
pub fn places(course: &Course, order: &[ModuleRow]) -> Vec<Place> {
    shown(course, order)
        .flat_map(|module| {
            module
                .items
                .iter()
                .map(move |item| place(course, module, item))
        })
        .collect()
}

/// What stands before and behind an item.
pub fn neighbours(
    course: &Course,
    order: &[ModuleRow],
    kind: Kind,
    slug: &str,
) -> (Option<Place>, Option<Place>) {
    let places = places(course, order);
    let Some(at) = places
        .iter()
        .position(|place| place.kind == kind && place.slug == slug)
    else {
        return (None, None);
    };
    (
        at.checked_sub(1)
            .and_then(|before| places.get(before).cloned()),
        places.get(at + 1).cloned(),
    )
}

/// Where the learner was last in the course, if that is still there.
pub fn resume(course: &Course, done: &CourseProgress) -> Option<Place> {
    let last = done.last.as_ref()?;
    let kind = match last.kind {
        StoredKind::Lesson => Kind::Lesson,
        StoredKind::Lab => Kind::Lab,
    };
    places(course, &[])
        .into_iter()
        .find(|place| place.kind == kind && place.slug == last.slug)
}

/// Blocks without any answer. `solved` says which questions this learner has answered rightly.
pub fn blocks(blocks: &[Block], solved: impl Fn(&str) -> bool) -> Vec<view::Block> {
    let block = |block: &Block| match block {
        Block::Html { html } => view::Block::Html { html: html.clone() },
        Block::Check { id } => view::Block::Check { id: id.clone() },
        Block::Simulator(simulator) => view::Block::Simulator(simulators::view(simulator)),
        Block::Quiz(quiz) => view::Block::Quiz(view::Quiz {
            id: quiz.id.clone(),
            question: quiz.question.clone(),
            kind: match &quiz.kind {
                QuizKind::Single { choices } => view::QuizKind::Single {
                    choices: choices.iter().map(|choice| choice.text.clone()).collect(),
                },
                QuizKind::Multiple { choices } => view::QuizKind::Multiple {
                    choices: choices.iter().map(|choice| choice.text.clone()).collect(),
                },
                QuizKind::Text { .. } => view::QuizKind::Text,
                QuizKind::Order { items, .. } => view::QuizKind::Order {
                    items: display_order(quiz)
                        .into_iter()
                        .filter_map(|at| items.get(at).cloned())
                        .collect(),
                },
            },
            solved: solved(&quiz.id),
        }),
    };
    blocks.iter().map(block).collect()
}
