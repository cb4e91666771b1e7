//! A page that is one form.

use leptos::prelude::*;

use super::head;
use crate::pages::forms::form;
use crate::pages::layout::document;
use crate::view::{FormPage, PageLink, Shell};

/// Renders a page that asks or says one thing.
#[must_use]
pub fn form_page(shell: &Shell, page: FormPage) -> String {
    document(shell, head(&page.title, "people narrow"), || {
        let lead = page
            .lead
            .into_iter()
            .map(|text| view! { <p>{text}</p> })
            .collect_view();
        let copy = page.copy.map(|line| {
            view! {
                <textarea class="field copy-line" readonly=true rows="3" aria-label="To be copied">
                    {line}
                </textarea>
            }
        });
        let links = page.links.into_iter().map(link).collect_view();
        view! {
            <header class="page-head">
                <h1>{page.title}</h1>
                {lead}
            </header>
            {copy}
            {page.form.map(form)}
            <div class="form-links">{links}</div>
        }
    })
}

fn link(link: PageLink) -> impl IntoView {
    let class = link.button.then_some("button");
    let before = (!link.before.is_empty()).then(|| format!("{} ", link.before));
    view! {
        <p>
            {before}
            <a class=class href=link.href>
                {link.text}
            </a>
        </p>
    }
}
