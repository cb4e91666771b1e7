//! One page to look things up in.

use leptos::prelude::*;

use super::layout::{Head, Parts, document};
use super::parts::{on_this_page, plain_blocks};
use crate::view::{ReferenceLink, ReferencePage, Shell};

/// Renders a reference page.
#[must_use]
pub fn reference(shell: &Shell, page: ReferencePage) -> String {
    let head = Head {
        title: page.title.clone(),
        summary: page.summary.clone(),
        layout: "lesson",
        course: Some((page.course.slug.clone(), page.course.title.clone())),
        parts: Parts::None,
    };
    document(shell, head, || {
        view! {
            <div class="lesson-page">
                {all(&page.course.slug, page.all, &page.slug)}
                <article class="lesson-text">
                    <header class="page-head">
                        <h1>{page.title}</h1>
                        <p class="lead">{page.summary}</p>
                    </header>
                    <div class="prose">{plain_blocks(page.blocks)}</div>
                </article>
                {on_this_page(page.headings)}
            </div>
        }
    })
}

fn all(course: &str, pages: Vec<ReferenceLink>, open: &str) -> impl IntoView + use<> {
    let rows = pages
        .into_iter()
        .map(|page| {
            let current = (page.slug == open).then_some("page");
            let href = page.href(course);
            view! {
                <li>
                    <a href=href aria-current=current>
                        <span class="item-title">{page.title}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="module-contents" aria-labelledby="module-contents">
            <p class="contents-head" id="module-contents">
                "Reference"
            </p>
            <ol>{rows}</ol>
        </nav>
    }
}
