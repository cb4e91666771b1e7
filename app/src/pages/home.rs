use leptos::prelude::*;

use super::layout::{Head, document};
use crate::view::{HomePage, Shell};

/// Renders the page.
#[must_use]
pub fn home(shell: &Shell, page: HomePage) -> String {
    let head = Head {
        title: "".to_owned(),
        summary: String::new(),
        layout: "home",
        course: None,
        islands: false,
    };
    document(
        shell,
        head,
        || view! { <h1>{page.courses.into_iter().map(|course| course.title).collect_view()}</h1> },
    )
}
