//! A lab's `lab.md` into a [`Lab`]. What stands in `start/` and `solution/` is added by
//! [`crate::load`].

use std::collections::HashSet;

use crate::check_block::{self, Placed};
use crate::front_matter::{self, LabFront};
use crate::markdown::{self, Base, Gathered, Kind, Part};
use crate::model::{Block, Lab, Solution, Step};
use crate::page::Page;
use crate::source::Source;
use crate::yaml;

/// Longest lab.
const MOST_MINUTES: u32 = 180;

/// Compiles a lab's text.
pub(crate) fn compile(source: &Source, slug: &str, base: &Base) -> Page<Lab> {
    let mut gathered = Gathered::default();
    let lab = read(source, slug, base, &mut gathered);
    Page::new(lab, gathered)
}

fn read(source: &Source, slug: &str, base: &Base, gathered: &mut Gathered) -> Option<Lab> {
    let split = match front_matter::split(source) {
        Ok(split) => split,
        Err(problem) => {
            gathered.problems.push(problem);
            return None;
        }
    };
    let front = yaml::decode::<LabFront>(source, &split.node)
        .map_err(|problem| gathered.problems.push(problem));
    if let Ok(front) = &front {
        let common = front_matter::Common {
            title: &front.title,
            summary: &front.summary,
            minutes: front.minutes,
            most_minutes: MOST_MINUTES,
            objectives: &front.objectives,
        };
        front_matter::check(source, &split.node, &common, &mut gathered.problems);
        gathered.note_outcomes(source, &split.node, &front.outcomes);
    }
    let body_at = split.body.to_file(0);
    let (intro, steps, placed) = read_steps(source, &split.body, base, gathered);
    if steps.is_empty() {
        gathered.problems.push(
            source
                .error(body_at, "the lab has no steps")
                .help("begin each step with a `## ` heading"),
        );
    }
    check_ids(source, &placed, gathered);
    let front = front.ok()?;
    Some(Lab {
        slug: slug.to_owned(),
        title: front.title,
        summary: front.summary,
        minutes: front.minutes,
        objectives: front.objectives,
        outcomes: front.outcomes,
        images: front.images,
        limits: front.limits,
        intro,
        steps,
        start: Vec::new(),
        solution: Solution::default(),
        source: source.file.clone(),
    })
}

fn read_steps(
    source: &Source,
    body: &crate::source::Fragment<'_>,
    base: &Base,
    gathered: &mut Gathered,
) -> (Vec<Block>, Vec<Step>, Vec<Placed>) {
    let mut intro = Vec::new();
    let mut steps: Vec<Step> = Vec::new();
    let mut placed = Vec::new();
    for part in markdown::read(source, body, base, Kind::Lab, gathered) {
        match part {
            Part::Html(html) => match steps.last_mut() {
                Some(step) => step.blocks.push(Block::Html { html }),
                None => intro.push(Block::Html { html }),
            },
            Part::Step { id, title, .. } => {
                steps.push(Step {
                    id,
                    title,
                    blocks: Vec::new(),
                    checks: Vec::new(),
                    hints: Vec::new(),
                });
            }
            Part::Fenced { name, at, body } => {
                let Some(step) = steps.last_mut() else {
                    gathered.problems.push(
                        source
                            .error(
                                at,
                                format!("this `{name}` block stands before the first step"),
                            )
                            .help("put it below the `## ` heading of the step that it belongs to"),
                    );
                    continue;
                };
                if name == "hint" {
                    let html =
                        markdown::render(source, &body.fragment(), base, Kind::Note, gathered);
                    if html.is_empty() {
                        gathered
                            .problems
                            .push(source.error(at, "this hint is empty"));
                    }
                    step.hints.push(html);
                    continue;
                }
                match check_block::read(source, &body.fragment(), &step.id) {
                    Err(problem) => gathered.problems.push(problem),
                    Ok(found) => {
                        step.blocks.push(Block::Check {
                            id: found.check.id.clone(),
                        });
                        step.checks.push(found.check.clone());
                        placed.push(found);
                    }
                }
            }
        }
    }
    (intro, steps, placed)
}

fn check_ids(source: &Source, placed: &[Placed], gathered: &mut Gathered) {
    let mut ids = HashSet::new();
    for Placed { check, id_at, .. } in placed {
        if !ids.insert(&check.id) {
            gathered.problems.push(
                source
                    .error(
                        *id_at,
                        format!("two checks of this lab have the id `{}`", check.id),
                    )
                    .help("give one of them another title, or an `id:`"),
            );
        }
    }
}
