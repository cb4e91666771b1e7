//! Markdown into a page: pulldown-cmark's events, one pass over them, and out come stretches of safe
//! HTML with what is interactive between them.
//!
//! ```text
//! text ─→ events ─→ writer ─┬─ HTML             escape, fence, highlight, raw_html, links
//!                           ├─ fenced blocks    quiz, check, hint, simulators (as text with their place)
//!                           ├─ references       checked once every page is known
//!                           └─ problems
//! ```

mod allowed;
pub(crate) mod escape;
mod fence;
mod highlight;
mod links;
mod pieces;
mod raw_html;
mod writer;

use std::collections::HashSet;

use crate::checks::rules::ImageUse;
use crate::model::Heading;
use crate::problem::Problem;
use crate::source::{Fragment, Source};

pub use allowed::SVG_CLASSES;
pub use highlight::CLASSES as HIGHLIGHT_CLASSES;

pub(crate) use fence::is_clean_path;
pub(crate) use highlight::knows as knows_language;
pub(crate) use links::{Base, Reference, Target};

/// What kind of text is read: it decides what may stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A lesson's body.
    Lesson,
    /// A lab's body: `## ` headings begin steps.
    Lab,
    /// A hint or an explanation: no headings, nothing interactive.
    Note,
    /// One paragraph, without its `<p>`.
    Inline,
}

/// A stretch of a page.
#[derive(Debug)]
pub(crate) enum Part {
    /// Safe HTML.
    Html(String),
    /// A lab's `## ` heading.
    Step {
        at: usize,
        id: String,
        title: String,
    },
    /// A fenced block that means something: `quiz`, `check`, `hint` or a simulator.
    Fenced {
        name: &'static str,
        at: usize,
        body: Gathering,
    },
}

/// Text put together from several events, with the place of each.
#[derive(Debug, Default)]
pub(crate) struct Gathering {
    /// The text.
    pub text: String,
    /// See [`Fragment::starts`].
    pub starts: Vec<(usize, usize)>,
}

impl Gathering {
    /// The text with its places.
    pub fn fragment(&self) -> Fragment<'_> {
        Fragment {
            text: &self.text,
            starts: self.starts.clone(),
            pinned: false,
        }
    }
}

/// What is gathered over a page and the notes in it.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// Every id of the page: headings, drawings, footnotes.
    pub ids: HashSet<String>,
    /// Links that must be checked.
    pub references: Vec<Reference>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// Headings, for "on this page".
    pub headings: Vec<Heading>,
    /// Outcome codes with their places.
    pub outcomes: Vec<(String, (u32, u32))>,
    /// Images that checks name.
    pub images: Vec<ImageUse>,
    /// Words of running text.
    pub words: usize,
}

/// Reads a body of markdown.
pub(crate) fn read(
    source: &Source,
    body: &Fragment<'_>,
    base: &Base,
    kind: Kind,
    gathered: &mut Gathered,
) -> Vec<Part> {
    writer::Writer::new(source, body, base, kind, gathered).run()
}

/// Renders a note (a hint, an explanation) or a line that stands inside YAML.
pub(crate) fn render(
    source: &Source,
    body: &Fragment<'_>,
    base: &Base,
    kind: Kind,
    gathered: &mut Gathered,
) -> String {
    let mut html = String::new();
    for part in writer::Writer::new(source, body, base, kind, gathered).run() {
        if let Part::Html(stretch) = part {
            html.push_str(&stretch);
        }
    }
    html.trim_end().to_owned()
}
