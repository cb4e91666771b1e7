use leptos::prelude::*;

use super::layout::{Head, document};
use crate::view::{LessonPage, Shell};

/// Renders the page.
#[must_use]
pub fn lesson(shell: &Shell, page: LessonPage) -> String {
    let head = Head {
        title: page.title.clone(),
        summary: String::new(),
        layout: "lesson",
        course: None,
        islands: false,
    };
    document(shell, head, || view! { <h1>{page.title.clone()}</h1> })
}
