use leptos::prelude::*;

use super::layout::{Head, document};
use crate::view::{ErrorPage, Shell};

/// Renders the page.
#[must_use]
pub fn error(shell: &Shell, page: ErrorPage) -> String {
    let head = Head {
        title: page.title.clone(),
        summary: String::new(),
        layout: "error",
        course: None,
        islands: false,
    };
    document(shell, head, || view! { <h1>{page.title.clone()}</h1> })
}
