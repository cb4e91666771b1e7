//! What is shown when there is no page, or when making it failed.

use leptos::prelude::*;

use super::layout::{Head, Parts, document};
use crate::view::{ErrorPage, Shell};

/// Renders an error page.
#[must_use]
pub fn error(shell: &Shell, page: ErrorPage) -> String {
    let head = Head {
        title: page.title.clone(),
        summary: page.detail.clone(),
        layout: "error",
        course: None,
        parts: Parts::None,
    };
    document(shell, head, || {
        let ErrorPage {
            status,
            title,
            detail,
            request_id,
            place,
        } = page;
        let id = request_id.map(|id| {
            view! {
                <p class="quiet-text">
                    "If you ask for help, give this number: " <code>{id}</code>
                </p>
            }
        });
        let on = place.map(|place| {
            view! {
                <a class="button" href=place.href()>
                    {format!("Go on with {}", place.title)}
                </a>
            }
        });
        view! {
            <div class="error-page">
                <p class="error-status">{status}</p>
                <h1>{title}</h1>
                <p class="lead">{detail}</p>
                <p class="hero-actions">
                    <a class="button primary" href="/">
                        "To the front page"
                    </a>
                    {on}
                </p>
                {id}
            </div>
        }
    })
}
