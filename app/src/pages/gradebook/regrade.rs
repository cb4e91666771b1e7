//! Grading an assignment again: how far it is, what would change, and whether it is to count.

use leptos::prelude::*;

use crate::pages::classes::class_head;
use crate::pages::forms::button;
use crate::pages::layout::{Head, Parts, document};
use crate::view::{Regrade, RegradeChange, RegradePage, Shell};

/// Renders the regrade of an assignment.
#[must_use]
pub fn regrade(shell: &Shell, page: RegradePage) -> String {
    let running = matches!(page.state, Regrade::Running(..));
    let about = Head {
        title: format!("Grade again: {} · {}", page.title, page.class.title),
        summary: "Grades an assignment again and shows what would change.".to_owned(),
        layout: "grades",
        course: None,
        parts: if running {
            Parts::Fresh(5)
        } else {
            Parts::None
        },
    };
    document(shell, about, || {
        let sends = match &page.only {
            Some(only) => vec![("submission", only.clone())],
            None => Vec::new(),
        };
        let begin = |text: &str| {
            button(
                format!("{}/begin", page.href),
                text.to_owned(),
                sends.clone(),
                false,
            )
        };
        let discard = |text: &str| {
            button(
                format!("{}/discard", page.href),
                text.to_owned(),
                vec![],
                true,
            )
        };
        let body = match page.state {
            Regrade::None => {
                let what = if page.only.is_some() {
                    "This submission is"
                } else {
                    "Every submission of this assignment that is not waiting to be graded is"
                };
                view! {
                    <p>
                        {what}
                        " graded again from its stored evidence, by the checks as they are now. Nothing changes until you \
                         have seen what would, and let it count. Grades that were changed by hand stay."
                    </p>
                    <p class="form-actions">{begin("Grade again and show what would change")}</p>
                }
                .into_any()
            }
            Regrade::Running(done, total) => view! {
                <p role="status">{format!("{done} of {total} submissions are graded again.")}</p>
                <p>
                    <progress max=total.to_string() value=done.to_string() aria-label="Graded again"></progress>
                </p>
                <p class="quiet-text">"This page keeps itself up to date. You may leave it and come back."</p>
                <p class="form-actions">{discard("Stop and discard")}</p>
            }
            .into_any(),
            Regrade::Broken(done, total) => view! {
                <p class="form-problems">
                    {format!("It broke off after {done} of {total} submissions: the server was stopped. Nothing has changed.")}
                </p>
                <p class="form-actions">{begin("Begin again")} {discard("Discard")}</p>
            }
            .into_any(),
            Regrade::Done { id, total, changes, faults } => {
                let apply = (!changes.is_empty()).then(|| {
                    let sends = vec![("regrade", id)];
                    button(format!("{}/apply", page.href), "Let this count".to_owned(), sends, false)
                });
                view! {
                    {outcome(total, changes)}
                    {troubles(faults)}
                    <p class="form-actions">{apply} {discard("Discard")}</p>
                }
                .into_any()
            }
        };
        view! {
            {class_head(page.class, "assignments")}
            <h1 class="grades-title">{format!("Grade again: {}", page.title)}</h1>
            <div class="regrade" data-live=if running { "2" } else { "0" }>
                {body}
            </div>
        }
    })
}

fn outcome(total: i64, changes: Vec<RegradeChange>) -> AnyView {
    if changes.is_empty() {
        return view! {
            <p role="status">
                {format!("{total} graded again, and nothing would change.")}
            </p>
        }
        .into_any();
    }
    let count = changes.len();
    let rows = changes.into_iter().map(change).collect_view();
    view! {
        <p role="status">{format!("{count} of {total} submissions would change. Nothing has changed yet.")}</p>
        <div class="table-frame" role="region" aria-label="What would change" tabindex="0">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Student"</th>
                        <th scope="col">"Now"</th>
                        <th scope="col">"Would be"</th>
                        <th scope="col">"Checks that change"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn change(change: RegradeChange) -> impl IntoView {
    let arrow = match change.direction {
        "up" => " ▲ more",
        "down" => " ▼ less",
        _ => "",
    };
    let stays = change
        .overridden
        .then(|| view! { " " <span class="badge">"changed by hand: the grade stays"</span> });
    let checks = change
        .checks
        .into_iter()
        .map(|check| view! { <li>{check}</li> })
        .collect_view();
    view! {
        <tr>
            <th scope="row">
                <a href=change.href>{change.student}</a>
                " "
                <small>{change.attempt}</small>
                {stays}
            </th>
            <td>{change.old}</td>
            <td data-direction=change.direction>{change.new} {arrow}</td>
            <td>
                <ul>{checks}</ul>
            </td>
        </tr>
    }
}

fn troubles(faults: Vec<(String, String, String)>) -> impl IntoView {
    (!faults.is_empty()).then(|| {
        let rows = faults
            .into_iter()
            .map(|(student, href, why)| {
                view! { <li><a href=href>{student}</a> {format!(": {why}")}</li> }
            })
            .collect_view();
        view! {
            <h2>"Not graded again"</h2>
            <p>"These keep what they have."</p>
            <ul class="regrade-faults">{rows}</ul>
        }
    })
}
