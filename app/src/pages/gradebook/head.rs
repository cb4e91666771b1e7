//! What stands at the top of each of these pages.

use leptos::prelude::*;

use crate::view::ClassHead;

/// The pages of a class for its instructors: address and name.
const PAGES: [(&str, &str); 6] = [
    ("", "Overview"),
    ("roster", "Roster"),
    ("assignments", "Assignments"),
    ("grades", "Grades"),
    ("live", "Live"),
    ("statistics", "Statistics"),
];

/// The class's title, its pages, and the heading of this one.
pub(super) fn head(class: &ClassHead, page: &'static str, title: &str) -> impl IntoView + use<> {
    let links = PAGES
        .into_iter()
        .map(|(place, name)| {
            view! {
                <li>
                    <a href=class.href(place) aria-current=(place == page).then_some("page")>
                        {name}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <header class="page-head grades-head">
            <p class="grades-class">{class.title.clone()}</p>
            <h1>{title.to_owned()}</h1>
            <nav class="grades-nav" aria-label="Class">
                <ul>{links}</ul>
            </nav>
        </header>
    }
}
