//! What a class is asked for: ordering it, and choosing more.

use leptos::prelude::*;

use super::{badge, page};
use crate::pages::forms::{empty, fields};
use crate::view::{AssignGroup, AssignItem, AssignPage, AssignmentsPage, Shell, TaughtLine};

/// Renders the assignments of a class.
#[must_use]
pub fn assignments(shell: &Shell, content: AssignmentsPage) -> String {
    page(
        shell,
        content.class.clone(),
        "assignments",
        "Assignments",
        || {
            let AssignmentsPage { class, zone, lines } = content;
            let add = class.href("assignments/new");
            let (archived, count) = (class.archived, lines.len());
            let list = if lines.is_empty() {
                empty(
                "Nothing is assigned yet",
                "An assignment is a lesson to read, the questions of a lesson, or a lab to hand in. Each can open, be due and close at a time, and late work can cost points. What students did before counts at once.",
                None,
            )
            .into_any()
            } else {
                let rows = lines
                    .into_iter()
                    .enumerate()
                    .map(|(at, line)| {
                        let base = class.href(&format!("assignments/{}", line.id));
                        row(base, line, archived, at == 0, at + 1 == count)
                    })
                    .collect_view();
                view! {
                    <table class="table stacks">
                        <thead>
                            <tr>
                                <th scope="col">"Assignment"</th>
                                <th scope="col">"Due"</th>
                                <th scope="col">"State"</th>
                                <th scope="col">"Graded"</th>
                                <th scope="col">"Order"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                    <p class="class-facts">{zone}</p>
                }
                .into_any()
            };
            let add = (!archived).then(|| {
                view! {
                    <p>
                        <a class="button primary" href=add>
                            "Assign something"
                        </a>
                    </p>
                }
            });
            view! {
                <header class="class-page-head class-page-head-row">
                    <h1>"Assignments"</h1>
                    {add}
                </header>
                {list}
            }
        },
    )
}

fn row(base: String, line: TaughtLine, archived: bool, first: bool, last: bool) -> impl IntoView {
    let title = line.title.clone();
    let button = |way: &'static str, sign: &'static str, off: bool| {
        view! {
            <button
                class="button quiet"
                name="to"
                value=way
                disabled=off
                aria-label=format!("Move {title} {way}")
            >
                {sign}
            </button>
        }
    };
    let order = (!archived).then(|| {
        view! {
            <form class="form-inline" method="post" action=format!("{base}/move")>
                {button("up", "↑", first)}
                {button("down", "↓", last)}
            </form>
        }
    });
    view! {
        <tr>
            <th scope="row">
                <a href=base.clone()>{line.title}</a>
                <span class="cell-note">{line.kind}</span>
            </th>
            <td data-label="Due">
                {line.due.unwrap_or_else(|| "No date".to_owned())}
                <span class="cell-note">{line.rules}</span>
            </td>
            <td data-label="State">{badge(line.state)}</td>
            <td data-label="Graded">{line.graded}</td>
            <td data-label="Order" class="cell-buttons">{order}</td>
        </tr>
    }
}

/// Renders the page where things are assigned.
#[must_use]
pub fn assign(shell: &Shell, content: AssignPage) -> String {
    page(
        shell,
        content.class.clone(),
        "assignments",
        "Assign",
        || {
            let AssignPage {
                groups,
                problem,
                form,
                ..
            } = content;
            let wrong = form.is_wrong() || problem.is_some();
            let alert = wrong.then(|| {
            view! {
                <div class="form-problems" role="alert">
                    <p>{problem.unwrap_or_else(|| "Please look at the times and rules again.".to_owned())}</p>
                </div>
            }
        });
            let groups = groups.into_iter().enumerate().map(group).collect_view();
            view! {
                <header class="class-page-head">
                    <h1>"Assign lessons, quizzes and labs"</h1>
                    <p class="lead">"Tick what the class should do. Everything ticked gets the same times; each can be changed later."</p>
                </header>
                <form class="assign" method="post" action=form.action.clone()>
                    {alert}
                    <fieldset class="assign-what">
                        <legend>"What"</legend>
                        {groups}
                    </fieldset>
                    <fieldset class="assign-terms form">
                        <legend>"By when, and how it counts"</legend>
                        {fields(&form.action, form.fields)}
                    </fieldset>
                    <p class="form-actions">
                        <button class="button primary" r#type="submit">
                            {form.submit}
                        </button>
                    </p>
                </form>
            }
        },
    )
}

fn group((at, group): (usize, AssignGroup)) -> impl IntoView {
    let open = at == 0 || group.items.iter().any(|item| item.chosen);
    let items = group.items.into_iter().map(item).collect_view();
    view! {
        <details open=open>
            <summary>{group.title}</summary>
            <ul>{items}</ul>
        </details>
    }
}

fn item(item: AssignItem) -> impl IntoView {
    let id = format!("assign-{}", item.value.replace('/', "-"));
    let facts = if item.assigned {
        "assigned already".to_owned()
    } else {
        item.facts
    };
    view! {
        <li>
            <input
                id=id.clone()
                r#type="checkbox"
                name="item"
                value=item.value
                checked=item.chosen
                disabled=item.assigned
            />
            <label for=id>
                <span class="assign-kind">{item.kind}</span>
                " "
                {item.title}
            </label>
            <span class="cell-note">{facts}</span>
        </li>
    }
}
