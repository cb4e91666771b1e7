//! A reference page's file into a [`Reference`]: a text to look things up in, without objectives and questions.

use serde::Deserialize;

use crate::front_matter;
use crate::markdown::{self, Base, Gathered, Kind, Part};
use crate::model::{Block, Reference};
use crate::page::Page;
use crate::source::Source;

/// Front matter of a reference page.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReferenceFront {
    pub title: String,
    pub summary: String,
}

/// Compiles a reference page.
pub(crate) fn compile(source: &Source, slug: &str, base: &Base) -> Page<Reference> {
    Page::read(|gathered| read(source, slug, base, gathered))
}

fn read(source: &Source, slug: &str, base: &Base, gathered: &mut Gathered) -> Option<Reference> {
    let (split, front) = front_matter::read_reference(source, gathered)?;
    let mut blocks = Vec::new();
    for part in markdown::read(source, &split.body, base, Kind::Lesson, gathered) {
        match part {
            Part::Html(html) => blocks.push(Block::Html { html }),
            Part::Fenced { name, at, .. } => gathered.problems.push(
                source
                    .error(at, format!("a reference page has no `{name}` blocks"))
                    .help("put it into a lesson, and link there: `[the build cache](lesson:build-cache)`"),
            ),
            Part::Step { .. } => {}
        }
    }
    if blocks.is_empty() {
        gathered
            .problems
            .push(source.error(source.text.len(), "the page has no text"));
    }
    let front = front?;
    Some(Reference {
        slug: slug.to_owned(),
        title: front.title,
        summary: front.summary,
        blocks,
        headings: gathered.headings.clone(),
        source: source.file.clone(),
    })
}
