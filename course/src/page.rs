//! What compiling one page gives, apart from the page: kept until its file changes.

use std::collections::HashSet;

use crate::checks::rules::ImageUse;
use crate::markdown::{Gathered, Reference};
use crate::problem::Problem;
use crate::source::Source;
use crate::yaml::Node;

/// What a file's place makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PageKind {
    Lesson,
    Lab,
    Reference,
}

impl PageKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Lesson, Self::Lab, Self::Reference];

    /// What links to it begin with, before the colon.
    pub fn scheme(self) -> &'static str {
        match self {
            Self::Lesson => "lesson",
            Self::Lab => "lab",
            Self::Reference => "reference",
        }
    }

    /// What it is called.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lesson => "lesson",
            Self::Lab => "lab",
            Self::Reference => "reference page",
        }
    }

    /// The address of a page of this kind.
    pub fn href(self, course: &str, slug: &str) -> String {
        let folder = match self {
            Self::Lesson => "lessons",
            Self::Lab => "labs",
            Self::Reference => "reference",
        };
        format!("/courses/{course}/{folder}/{slug}")
    }
}

/// A compiled page and what must be checked once all pages are known.
#[derive(Debug, Clone)]
pub(crate) struct Page<T> {
    /// The page; nothing if it could not be read at all. It is shown only without errors.
    pub page: Option<T>,
    /// What was found out about it.
    pub about: About,
}

/// What was found out about a page of any kind.
#[derive(Debug, Clone)]
pub(crate) struct About {
    /// What is wrong with it by itself.
    pub problems: Vec<Problem>,
    /// Links that must lead somewhere.
    pub references: Vec<Reference>,
    /// Anchors of the page.
    pub anchors: HashSet<String>,
    /// Outcome codes with their places.
    pub outcomes: Vec<(String, (u32, u32))>,
    /// Images that checks name.
    pub images: Vec<ImageUse>,
}

impl<T> Page<T> {
    /// Reads a page; what is wrong with it is gathered.
    pub fn read(read: impl FnOnce(&mut Gathered) -> Option<T>) -> Self {
        let mut gathered = Gathered::default();
        let page = read(&mut gathered);
        Self::new(page, gathered)
    }

    fn new(page: Option<T>, gathered: Gathered) -> Self {
        let Gathered {
            ids,
            references,
            problems,
            outcomes,
            images,
            ..
        } = gathered;
        let about = About {
            problems,
            references,
            anchors: ids,
            outcomes,
            images,
        };
        Self { page, about }
    }

    /// A page that could not be read.
    pub fn broken(problem: Problem) -> Self {
        Self::new(
            None,
            Gathered {
                problems: vec![problem],
                ..Gathered::default()
            },
        )
    }
}

impl Gathered {
    /// Keeps outcome codes with their places.
    pub fn note_outcomes(&mut self, source: &Source, node: &Node, codes: &[String]) {
        for (index, code) in codes.iter().enumerate() {
            self.outcomes
                .push((code.clone(), source.place(node.place_in("outcomes", index))));
        }
    }
}
