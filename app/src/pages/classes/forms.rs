//! Pages that are forms: making and joining a class, its settings, the terms of an assignment.

use leptos::prelude::*;

use super::class_head;
use crate::pages::forms::form;
use crate::pages::layout::{Head, Parts, document};
use crate::view::{FormSection, FormsPage, Shell};

/// Renders a page of forms.
#[must_use]
pub fn class_forms(shell: &Shell, page: FormsPage) -> String {
    let head = Head {
        title: match &page.class {
            Some(class) => format!("{} · {}", page.title, class.title),
            None => page.title.clone(),
        },
        summary: page.lead.clone(),
        layout: "classes",
        course: page
            .class
            .as_ref()
            .map(|class| (class.course.clone(), class.course_title.clone())),
        parts: Parts::None,
    };
    document(shell, head, || {
        let sections = page.sections.into_iter().map(section).collect_view();
        view! {
            {page.class.map(|class| class_head(class, page.current))}
            <header class="class-page-head">
                <h1>{page.title}</h1>
                {(!page.lead.is_empty()).then(|| view! { <p class="lead">{page.lead}</p> })}
            </header>
            {sections}
        }
    })
}

fn section(section: FormSection) -> impl IntoView {
    let text = section
        .text
        .into_iter()
        .map(|text| view! { <p>{text}</p> })
        .collect_view();
    let links = section
        .links
        .into_iter()
        .map(|(href, text)| {
            view! {
                <a class="button" href=href>
                    {text}
                </a>
            }
        })
        .collect::<Vec<_>>();
    let links = (!links.is_empty()).then(|| view! { <p class="form-actions">{links}</p> });
    view! {
        <section class="class-section">
            {section.title.map(|title| view! { <h2>{title}</h2> })}
            {text}
            {section.form.map(form)}
            {links}
        </section>
    }
}
