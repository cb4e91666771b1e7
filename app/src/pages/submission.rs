//! One lab that was handed in: where it stands, and each check as it was graded.

use leptos::prelude::*;

use super::gradebook::feedback;
use super::layout::{Head, Parts, document};
use crate::view::{GradedLine, GradedStep, HandedInPage, Shell};

/// Renders a submission.
#[must_use]
pub fn handed_in(shell: &Shell, page: HandedInPage) -> String {
    let head = Head {
        title: format!("{}, handed in", page.lab),
        summary: "What was handed in, and what came of it.".to_owned(),
        layout: "submission",
        course: Some(page.course.clone()),
        parts: if page.waits {
            Parts::Fresh(5)
        } else {
            Parts::None
        },
    };
    document(shell, head, || {
        let facts = page
            .facts
            .into_iter()
            .map(|(label, text)| view! { <dt>{label}</dt> <dd>{text}</dd> })
            .collect_view();
        let fault = page.fault.map(|fault| {
            view! {
                <p>{fault}</p>
                <p>
                    "This costs no attempt. Hand in again; your instructor can also have this one graded once more."
                </p>
            }
        });
        let note = page.note.map(|note| {
            view! {
                <h2>"It could not be built and started as it is"</h2>
                <pre class="hand-in-note" tabindex="0">
                    {note}
                </pre>
            }
        });
        let standing = match &page.feedback.points {
            Some(points) => format!("{points} points, changed by your instructor"),
            None => page.standing,
        };
        let said = page.feedback.points.is_some() || !page.feedback.comments.is_empty();
        let feedback = said.then(|| {
            view! {
                <section aria-labelledby="feedback">
                    <h2 id="feedback">"What your instructor says"</h2>
                    {feedback(page.feedback)}
                </section>
            }
        });
        let steps = page.steps.into_iter().map(step).collect_view();
        // web/src/live.ts puts what is new in its place.
        let seconds = if page.waits { "2" } else { "0" };
        view! {
            <p class="crumb">
                <a href=page.lab_href>{page.lab.clone()}</a>
            </p>
            <h1>"Handed in"</h1>
            <div data-live=seconds>
                <p class="submission-score" role="status">
                    {standing}
                </p>
                {fault}
                <dl class="submission-facts">{facts}</dl>
                {feedback}
                {note}
                {steps}
            </div>
        }
    })
}

fn step(step: GradedStep) -> impl IntoView {
    let checks = step.checks.into_iter().map(check).collect_view();
    view! {
        <section>
            <h2>{step.title}</h2>
            <ul class="graded-checks">{checks}</ul>
        </section>
    }
}

fn check(check: GradedLine) -> impl IntoView {
    let word = match check.state {
        "pass" => "Passed",
        "fail" => "Failed",
        _ => "Not judged",
    };
    let found =
        (!check.found.is_empty()).then(|| view! { <p class="graded-found">{check.found}</p> });
    view! {
        <li data-state=check.state>
            <span class="graded-state">{word}</span>
            <span class="graded-title">{check.title}</span>
            <span class="graded-points">{check.points}</span>
            {found}
        </li>
    }
}
