//! A lab's `lab.md` into a [`Lab`]. What stands in `start/` and `solution/` is added by
//! `lab_files`.

use crate::checks::block::{self, Placed};
use crate::checks::{order, rules, values};
use crate::front_matter::{self, LabFront};
use crate::markdown::{self, Base, Gathered, Kind, Part};
use crate::model::{Block, Lab, Solution, Step};
use crate::page::Page;
use crate::source::Source;
use crate::yaml::Node;

/// Compiles a lab's text.
pub(crate) fn compile(source: &Source, slug: &str, base: &Base) -> Page<Lab> {
    Page::read(|gathered| read(source, slug, base, gathered))
}

fn read(source: &Source, slug: &str, base: &Base, gathered: &mut Gathered) -> Option<Lab> {
    let (split, front) = front_matter::read::<LabFront>(source, gathered)?;
    if let Some(front) = &front {
        check_machine(source, &split.node, front, gathered);
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
    let step_ids: Vec<String> = steps.iter().map(|step| step.id.clone()).collect();
    for Placed { check, rule, .. } in &placed {
        rules::check(
            source,
            &check.rule,
            rule,
            &mut gathered.problems,
            &mut gathered.images,
        );
    }
    order::check(source, &step_ids, &placed, &mut gathered.problems);
    let front = front?;
    Some(Lab {
        slug: slug.to_owned(),
        title: front.title,
        summary: front.summary,
        minutes: front.minutes,
        objectives: front.objectives,
        outcomes: front.outcomes,
        images: front.images,
        limits: front.limits,
        solution_cost: front.solution_cost,
        intro,
        steps,
        start: Vec::new(),
        solution: Solution::default(),
        wrong: Vec::new(),
        rebuild: None,
        source: source.file.clone(),
    })
}

/// Images and limits of the learner's machine.
fn check_machine(source: &Source, node: &Node, front: &LabFront, gathered: &mut Gathered) {
    for (index, image) in front.images.iter().enumerate() {
        let at = node.place_in("images", index);
        if let Some((message, help)) = values::image(image) {
            gathered.problems.push(source.error(at, message).help(help));
        } else if front.images[..index].contains(image) {
            gathered.problems.push(
                source
                    .error(at, format!("the image `{image}` is named twice"))
                    .help("remove one of them"),
            );
        }
    }
    if front.solution_cost > 100 {
        gathered.problems.push(
            source
                .error(
                    node.place_of("solution_cost"),
                    "`solution_cost` goes from 0 to 100",
                )
                .help("it is a share of a step's points, in percent"),
        );
    }
    let Some(limits) = node.get("limits") else {
        return;
    };
    for (key, value, least, most) in [
        ("minutes", front.limits.minutes, 5, 480),
        ("memory_mib", front.limits.memory_mib, 128, 16_384),
        ("disk_mib", front.limits.disk_mib, 64, 65_536),
        ("pids", front.limits.pids, 64, 8_192),
    ] {
        if value.is_some_and(|value| !(least..=most).contains(&value)) {
            gathered.problems.push(
                source
                    .error(
                        limits.place_of(key),
                        format!("`{key}` goes from {least} to {most}"),
                    )
                    .help("leave it out for what the server is configured with"),
            );
        }
    }
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
    // Where each step stands, and whether it has a check, be it a broken one.
    let mut places: Vec<(usize, bool)> = Vec::new();
    for part in markdown::read(source, body, base, Kind::Lab, gathered) {
        match part {
            Part::Html(html) => match steps.last_mut() {
                Some(step) => step.blocks.push(Block::Html { html }),
                None => intro.push(Block::Html { html }),
            },
            Part::Step { at, id, title } => {
                places.push((at, false));
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
                    if body.text.trim().is_empty() {
                        gathered
                            .problems
                            .push(source.error(at, "this hint is empty"));
                    }
                    step.hints.push(html);
                    continue;
                }
                if let Some((_, has_check)) = places.last_mut() {
                    *has_check = true;
                }
                match block::read(source, &body.fragment(), &step.id) {
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
    if !places.is_empty() && places.iter().all(|(_, has_check)| !has_check) {
        gathered.problems.push(
            source
                .error(body.to_file(0), "the lab has no checks")
                .help("add a `check` block to a step: it says when the step is done"),
        );
    }
    for (step, (at, _)) in steps
        .iter()
        .zip(places)
        .filter(|(_, (_, has_check))| !has_check)
    {
        gathered.problems.push(
            source
                .warning(at, format!("the step `{}` has no check", step.title))
                .help("add a `check` block: a learner wants to see that it is done"),
        );
    }
    (intro, steps, placed)
}
