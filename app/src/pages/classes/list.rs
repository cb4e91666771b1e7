//! Every class of somebody's, and how to come into one.

use leptos::prelude::*;

use super::badge;
use crate::pages::forms::form;
use crate::pages::layout::{Head, Parts, document};
use crate::view::{ClassCard, ClassesPage, Shell};

/// Renders the list of classes.
#[must_use]
pub fn classes(shell: &Shell, page: ClassesPage) -> String {
    let head = Head {
        title: "Classes".to_owned(),
        summary: "Your classes, and what is due in them.".to_owned(),
        layout: "classes",
        course: None,
        parts: Parts::None,
    };
    document(shell, head, || {
        let make = page.makes.then(|| {
            view! {
                <p>
                    <a class="button primary" href="/classes/new">
                        "Make a class"
                    </a>
                </p>
            }
        });
        let list = if page.classes.is_empty() {
            if page.makes {
                first_class().into_any()
            } else {
                no_class().into_any()
            }
        } else {
            let (old, living): (Vec<_>, Vec<_>) =
                page.classes.into_iter().partition(|class| class.archived);
            let living = living.into_iter().map(card).collect_view();
            let old = (!old.is_empty()).then(|| {
                let count = old.len();
                let old = old.into_iter().map(card).collect_view();
                view! {
                    <details class="class-old">
                        <summary>{format!("Archived ({count})")}</summary>
                        <ul class="class-list">{old}</ul>
                    </details>
                }
            });
            view! {
                <ul class="class-list">{living}</ul>
                {old}
            }
            .into_any()
        };
        view! {
            <header class="class-page-head class-page-head-row">
                <h1>"Classes"</h1>
                {make}
            </header>
            {list}
            {others(page.others)}
            <section class="class-section class-join" aria-labelledby="join">
                <h2 id="join">"Join a class"</h2>
                {form(page.join)}
            </section>
        }
    })
}

/// Classes that an operator is not in.
fn others(classes: Vec<(String, String)>) -> impl IntoView {
    (!classes.is_empty()).then(|| {
        let rows = classes
            .into_iter()
            .map(|(href, title)| view! { <li><a href=href>{title}</a></li> })
            .collect_view();
        view! {
            <section class="class-section" aria-labelledby="others">
                <h2 id="others">"Classes of others"</h2>
                <p>"As an operator you may do in them what their instructors may."</p>
                <ul class="class-others">{rows}</ul>
            </section>
        }
    })
}

fn card(class: ClassCard) -> impl IntoView {
    let next = match (class.next, class.all_done) {
        (Some(line), _) => {
            let due = line.due.map(|due| format!(", due {due}"));
            view! {
                <p class="class-next">
                    <span>"Next: " <a href=line.href>{line.title}</a> {due}</span>
                    {badge(line.state)}
                </p>
            }
            .into_any()
        }
        (None, true) => view! { <p class="class-next">"Nothing is left to do."</p> }.into_any(),
        (None, false) => ().into_any(),
    };
    view! {
        <li>
            <p class="class-facts">
                <span class="badge">{class.role}</span>
                {class.facts.join(" · ")}
            </p>
            <h2>
                <a href=class.href>{class.title}</a>
            </h2>
            {next}
        </li>
    }
}

fn no_class() -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty-title">"You are in no class yet"</p>
            <p>
                "A class is a group that goes through a course together: its instructor chooses lessons, quizzes and labs, says by when, and sees how everybody gets on. Your instructor gives you a code of eight letters and digits, or a link. Type the code below, or open the link."
            </p>
            <p>"Without a class you can still do every lesson and every lab."</p>
        </div>
    }
}

fn first_class() -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty-title">"Your first class takes three steps"</p>
            <ol class="class-steps">
                <li>"Make a class: give it a title and say in which time zone you are."</li>
                <li>"Give your students the join code, or import them from a table."</li>
                <li>"Assign lessons, quizzes and labs, with a day by which they are due."</li>
            </ol>
            <p>
                <a class="button" href="/classes/new">
                    "Make a class"
                </a>
            </p>
        </div>
    }
}
