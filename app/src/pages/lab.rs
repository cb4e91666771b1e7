//! One lab: instructions with their checks on the left, the learner's machine on the right.

use leptos::prelude::*;

use super::classes::due_note;
use super::layout::{Head, Parts, document};
use super::parts::{html, minutes, neighbours, objectives, outcomes, plain_blocks};
use crate::islands::{LabBar, LabCheck, LabSolution, StepRef, Workspace};
use crate::view::{Block, Check, EngineFault, Finding, LabPage, Shell, Step};

/// Renders a lab.
#[must_use]
pub fn lab(shell: &Shell, page: LabPage) -> String {
    let head = Head {
        title: page.title.clone(),
        summary: page.summary.clone(),
        layout: "lab-page",
        course: Some((page.course.slug.clone(), page.course.title.clone())),
        parts: Parts::Lab,
    };
    document(shell, head, || {
        let LabPage {
            course,
            module,
            slug,
            title,
            summary,
            minutes: time,
            session_minutes,
            objectives: aims,
            outcomes: codes,
            images,
            intro,
            steps,
            done,
            live,
            fault,
            due,
            previous,
            next,
        } = page;
        let count = steps.len();
        let refs = steps
            .iter()
            .map(|step| StepRef {
                id: step.id.clone(),
                title: step.title.clone(),
                checks: step.checks.iter().map(|check| check.id.clone()).collect(),
            })
            .collect::<Vec<_>>();
        let module_href = format!("/courses/{}#{}", course.slug, module.slug);
        let steps = steps
            .into_iter()
            .enumerate()
            .map(|(at, step)| step_section(at + 1, count, step))
            .collect_view();
        let works = fault.is_none();
        let machine = match fault {
            Some(fault) => fault_panel(fault).into_any(),
            None => view! {
                <Workspace
                    course=course.slug
                    lab=slug
                    minutes=session_minutes
                    images=images.join(", ")
                    live
                />
            }
            .into_any(),
        };
        let done = done.then(|| {
            view! { <p class="done-before">"You have passed every check of this lab before."</p> }
        });
        view! {
            <div class="lab-head">
                <p class="crumb">
                    <a href=module_href>{module.title}</a>
                </p>
                <h1>{title}</h1>
                {works.then(|| view! { <LabBar steps=refs /> })}
            </div>
            <div class="lab">
                <section class="lab-text" tabindex="0" aria-label="Instructions">
                    <div class="lab-intro">
                        <p class="lead">{summary}</p>
                        <div class="page-facts">
                            <span>"Lab"</span>
                            <span>{minutes(time)}</span>
                            {outcomes(codes)}
                        </div>
                        {due_note(due)}
                        {done}
                        {objectives(aims)}
                        <div class="prose">{plain_blocks(intro)}</div>
                    </div>
                    {steps}
                    // Filled by web/src/submit once there is a machine to hand in from.
                    <section class="hand-in" hidden aria-labelledby="hand-in-heading">
                        <h2 id="hand-in-heading">"Hand in"</h2>
                        <div id="hand-in-view"></div>
                    </section>
                    <div class="lab-finish" id="lab-finish">
                        <h2>"That is the whole lab"</h2>
                        <p>
                            "Every check has passed. Look around as long as your machine lives, or go on."
                        </p>
                    </div>
                    {neighbours(previous, next)}
                </section>
                <div
                    class="lab-split"
                    role="separator"
                    tabindex="0"
                    aria-orientation="vertical"
                    aria-label="Width of the instructions"
                    aria-valuemin="25"
                    aria-valuemax="70"
                    aria-valuenow="42"
                ></div>
                <section class="lab-machine" aria-label="Your machine">
                    {machine}
                </section>
            </div>
        }
    })
}

fn step_section(number: usize, of: usize, step: Step) -> impl IntoView {
    let Step {
        id,
        title,
        blocks,
        checks,
        hints,
        solution,
    } = step;
    let heading = format!("{id}-heading");
    let body = blocks
        .into_iter()
        .map(|block| match block {
            Block::Html { html: markup } => html(markup).into_any(),
            Block::Check { id } => find(&checks, &id)
                .map(|check| view! { <LabCheck check /> })
                .into_any(),
            Block::Quiz(_) | Block::Simulator(_) => ().into_any(),
        })
        .collect_view();
    view! {
        <section class="step" id=id.clone() aria-labelledby=heading.clone()>
            <p class="step-number" aria-hidden="true">
                {format!("Step {number} of {of}")}
            </p>
            <h2 id=heading.clone()>{title}</h2>
            <div class="prose">{body}</div>
            {hint_chain(hints)}
            {solution
                .map(|offer| view! { <LabSolution step=id.clone() cost=offer.cost seen=offer.seen /> })}
        </section>
    }
}

fn find(checks: &[Check], id: &str) -> Option<Check> {
    checks.iter().find(|check| check.id == id).cloned()
}

/// Hints in rising order: each next one stands inside the one before, so it is offered once that
/// has been opened.
fn hint_chain(hints: Vec<String>) -> impl IntoView {
    let of = hints.len();
    hints
        .into_iter()
        .enumerate()
        .rev()
        .fold(None, |inner: Option<AnyView>, (at, hint)| {
            let words = if of == 1 {
                "Hint".to_owned()
            } else {
                format!("Hint {} of {of}", at + 1)
            };
            Some(
                view! {
                    <details class="hint">
                        <summary>{words}</summary>
                        {html(hint)}
                        {inner}
                    </details>
                }
                .into_any(),
            )
        })
}

fn fault_panel(fault: EngineFault) -> impl IntoView {
    let findings = fault.findings.into_iter().map(finding).collect_view();
    view! {
        <div class="workspace-fault">
            <h2>"Labs cannot run here at the moment"</h2>
            <p>{fault.summary}</p>
            <p>
                "Lessons, questions and your progress work. This is what "<code>"drydock doctor"</code>
                " found; whoever runs this site can mend it:"
            </p>
            <ul class="findings">{findings}</ul>
            <p>
                <a class="button" href="">
                    "Look again"
                </a>
            </p>
        </div>
    }
}

fn finding(finding: Finding) -> impl IntoView {
    let fix = finding.fix.map(|fix| {
        view! {
            <p class="finding-fix">
                "Mend it: " <code>{fix}</code>
            </p>
        }
    });
    view! {
        <li data-ok=if finding.ok { "true" } else { "false" }>
            <p class="finding-name">
                <span class="visually-hidden">
                    {if finding.ok { "In order: " } else { "At fault: " }}
                </span>
                {finding.name}
            </p>
            <p>{finding.detail}</p>
            {fix}
        </li>
    }
}
