use leptos::prelude::*;

use super::layout::{Head, document};
use crate::view::{CoursePage, Shell};

/// Renders the page.
#[must_use]
pub fn course(shell: &Shell, page: CoursePage) -> String {
    let head = Head {
        title: page.course.title.clone(),
        summary: String::new(),
        layout: "course",
        course: None,
        islands: false,
    };
    document(
        shell,
        head,
        || view! { <h1>{page.course.title.clone()}</h1> },
    )
}
