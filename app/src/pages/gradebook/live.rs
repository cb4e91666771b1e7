//! Who is stuck where, now.

use leptos::prelude::*;

use crate::pages::classes::class_head;
use crate::pages::forms::empty;
use crate::pages::layout::{Head, Parts, document};
use crate::view::{LivePage, LiveRow, Shell};

/// Renders who of a class is in a lab.
#[must_use]
pub fn live(shell: &Shell, page: LivePage) -> String {
    let about = Head {
        title: format!("Live · {}", page.class.title),
        summary: "Who is in a lab now, and on which step.".to_owned(),
        layout: "grades wide",
        course: None,
        parts: Parts::Fresh(15),
    };
    document(shell, about, || {
        let body = if page.rows.is_empty() {
            empty(
                "Nobody is in a lab now",
                "A row appears here for each student with a running lab of this course, with the step that they are \
                 on and the check that fails. Who is longest on the same step comes first.",
                Some((page.course, "See the labs of the course".to_owned())),
            )
            .into_any()
        } else {
            table(page.rows).into_any()
        };
        view! {
            {class_head(page.class.clone(), "live")}
            <h1 class="grades-title">"Who is where now"</h1>
            // web/src/live.ts puts what is new in its place.
            <div data-live="5">
                <p class="quiet-text">{format!("As of {}. This page keeps itself up to date.", page.at)}</p>
                {body}
            </div>
        }
    })
}

fn table(rows: Vec<LiveRow>) -> impl IntoView {
    let count = rows.len();
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <div class="table-frame" role="region" aria-label="Students in a lab" tabindex="0">
            <table class="table live-table">
                <caption>{format!("{count} in a lab, who is longest on the same step first")}</caption>
                <thead>
                    <tr>
                        <th scope="col">"Student"</th>
                        <th scope="col">"Lab"</th>
                        <th scope="col">"Step"</th>
                        <th scope="col">"On this step for"</th>
                        <th scope="col">"Checks"</th>
                        <th scope="col">"Last seen"</th>
                        <th scope="col">"What fails"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(row: LiveRow) -> impl IntoView {
    let stuck = row
        .long
        .then(|| view! { " " <span class="badge warn">"long"</span> });
    let step = match row.step {
        Some(step) => step.into_any(),
        None => view! { <span class="badge good">"all done"</span> }.into_any(),
    };
    let failing = row.failing.map(|(title, found)| {
        view! {
            <strong>{title}</strong>
            <span class="live-found">{found}</span>
        }
    });
    view! {
        <tr>
            <th scope="row">{row.name}</th>
            <td>{row.lab}</td>
            <td>{step}</td>
            <td>{row.since} {stuck}</td>
            <td>{format!("{} of {}", row.passed, row.of)}</td>
            <td>{row.idle.unwrap_or_else(|| "not yet".to_owned())}</td>
            <td class="live-failing">{failing}</td>
        </tr>
    }
}
