//! Pages of classes, and what other pages show of them.

mod assignments;
mod class;
mod due;
mod forms;
mod list;
mod modules;
mod roster;

use leptos::prelude::*;

use super::layout::{Head, Parts, document};
use crate::view::{Badge, ClassTop, Shell};

pub use assignments::{assign, assignments};
pub use class::{class, overview};
pub use forms::class_forms;
pub use list::classes;
pub use modules::modules;
pub use roster::{import, links, roster};

pub(super) use due::{due_card, due_note};

/// Renders a page of a class: its title, the way to its other pages, and `content`.
pub(super) fn page<V: IntoView + 'static>(
    shell: &Shell,
    class: ClassTop,
    current: &'static str,
    title: &str,
    content: impl FnOnce() -> V,
) -> String {
    let head = Head {
        title: if title.is_empty() {
            class.title.clone()
        } else {
            format!("{title} · {}", class.title)
        },
        summary: format!("A class of {}.", class.course_title),
        layout: "classes",
        course: Some((class.course.clone(), class.course_title.clone())),
        parts: Parts::None,
    };
    document(shell, head, || {
        let content = content();
        view! { {class_head(class, current)} {content} }
    })
}

/// The title of a class and the way to its pages. `current` is the address of the open one below
/// the class's, such as `roster`; nothing for the class itself.
pub(super) fn class_head(class: ClassTop, current: &'static str) -> impl IntoView {
    let nav = class.teaches.then(|| class_nav(&class.href(""), current));
    let archived = class.archived.then(|| {
        view! { <p class="class-archived">"This class is archived: everything can be read, nothing changed."</p> }
    });
    let title = if current.is_empty() {
        view! { <h1>{class.title}</h1> }.into_any()
    } else {
        view! {
            <p class="class-title">
                <a href=class.href("")>{class.title.clone()}</a>
            </p>
        }
        .into_any()
    };
    view! {
        <header class="class-head">
            <p class="class-course">
                <a href="/classes">"Classes"</a>
                " · "
                <a href=format!("/courses/{}", class.course)>{class.course_title}</a>
            </p>
            {title}
            {archived}
            {nav}
        </header>
    }
}

/// The pages of a class for who teaches it: address below the class's own, and name.
const PAGES: [(&str, &str); 8] = [
    ("", "Overview"),
    ("assignments", "Assignments"),
    ("roster", "People"),
    ("modules", "Modules"),
    ("grades", "Grades"),
    ("live", "Live"),
    ("statistics", "Statistics"),
    ("settings", "Settings"),
];

/// The way to the pages of the class at `base`, `current` marked.
pub(super) fn class_nav(base: &str, current: &'static str) -> impl IntoView + use<> {
    let links = PAGES
        .into_iter()
        .map(|(page, title)| {
            let href = if page.is_empty() {
                base.to_owned()
            } else {
                format!("{base}/{page}")
            };
            view! {
                <li>
                    <a href=href aria-current=(page == current).then_some("page")>
                        {title}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="class-nav" aria-label="Class">
            <ul>{links}</ul>
        </nav>
    }
}

pub(super) fn badge(badge: Badge) -> impl IntoView {
    (!badge.words.is_empty())
        .then(|| view! { <span class=format!("badge {}", badge.tone)>{badge.words}</span> })
}
