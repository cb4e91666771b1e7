use leptos::prelude::*;

use super::layout::{Head, document};
use crate::view::{LabPage, Shell};

/// Renders the page.
#[must_use]
pub fn lab(shell: &Shell, page: LabPage) -> String {
    let head = Head {
        title: page.title.clone(),
        summary: String::new(),
        layout: "lab",
        course: None,
        islands: false,
    };
    document(shell, head, || view! { <h1>{page.title.clone()}</h1> })
}
