//! What is due, as the front page, a course, a lesson and a lab say it.

use leptos::prelude::*;

use super::badge;
use crate::view::DueLine;

/// What is due next, for the front page and the page of a course. Nothing where nothing is.
pub(in crate::pages) fn due_card(lines: Vec<DueLine>) -> impl IntoView {
    (!lines.is_empty()).then(|| {
        let lines = lines
            .into_iter()
            .map(|line| {
                let due = line.due.map(|due| format!("Due {due} · "));
                view! {
                    <li>
                        <a class="due-title" href=line.href>
                            {line.title}
                        </a>
                        {badge(line.state)}
                        <span class="due-facts">
                            {line.kind} " · " {due} <a href=line.class_href>{line.class}</a>
                        </span>
                    </li>
                }
            })
            .collect_view();
        view! {
            <section class="due-next" aria-labelledby="due-next">
                <h2 id="due-next">"Due next"</h2>
                <ul>{lines}</ul>
            </section>
        }
    })
}

/// By when a class asks for the lesson or lab that is open: a small line each.
pub(in crate::pages) fn due_note(lines: Vec<DueLine>) -> impl IntoView {
    (!lines.is_empty()).then(|| {
        let lines = lines
            .into_iter()
            .map(|line| {
                let what = match (line.kind, &line.due) {
                    ("Quiz", Some(due)) => format!("Questions due {due} in "),
                    ("Quiz", None) => "Questions assigned in ".to_owned(),
                    (_, Some(due)) => format!("Due {due} in "),
                    (_, None) => "Assigned in ".to_owned(),
                };
                let grade = line.grade.map(|grade| view! { <span>{grade}</span> });
                view! {
                    <li>
                        <span>{what} <a href=line.class_href>{line.class}</a></span>
                        {badge(line.state)}
                        {grade}
                    </li>
                }
            })
            .collect_view();
        view! {
            <ul class="due-note" aria-label="In your classes">
                {lines}
            </ul>
        }
    })
}
