//! What stands around every page: the document's head, the site's header and its foot.

use std::sync::Arc;

use hydration_context::SsrSharedContext;
use leptos::prelude::*;

use crate::view::{Learner, Shell};

/// What a page says about itself.
pub(super) struct Head {
    /// Title without the site's name.
    pub title: String,
    /// One or two sentences for search engines and link previews.
    pub summary: String,
    /// Class of the body: which layout the style sheet applies.
    pub layout: &'static str,
    /// Slug of the course that keyboard shortcuts and search refer to.
    pub course: Option<String>,
    /// Whether the page has islands, and so needs the wasm part.
    pub islands: bool,
}

/// Renders a whole document around `content`.
pub(super) fn document<V: IntoView + 'static>(
    shell: &Shell,
    head: Head,
    content: impl FnOnce() -> V,
) -> String {
    // The shared context tells Leptos that this is islands rendering: outside islands no
    // hydration marker is written, inside them there are.
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| page(shell, head, content().into_any()).to_html());
    drop(owner);
    format!("<!DOCTYPE html>{html}")
}

fn page(shell: &Shell, head: Head, content: AnyView) -> impl IntoView + use<> {
    let assets = &shell.assets;
    let title = match head.title.as_str() {
        "" => "Drydock".to_owned(),
        title => format!("{title} · Drydock"),
    };
    let islands = head.islands.then(|| {
        view! {
            <link rel="modulepreload" data-part="islands" href=assets.url("islands.js") />
            <link
                rel="preload"
                data-part="wasm"
                href=assets.url("islands.wasm")
                r#as="fetch"
                r#type="application/wasm"
                crossorigin="anonymous"
            />
        }
    });
    view! {
        <html lang="en" data-course=head.course data-reload=shell.reload.clone()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>{title}</title>
                <meta name="description" content=head.summary />
                <link rel="icon" r#type="image/svg+xml" href=assets.url("favicon.svg") />
                <script src=assets.url("theme.js")></script>
                <link rel="stylesheet" href=assets.url("site.css") />
                {islands}
                <script r#type="module" src=assets.url("boot.js")></script>
            </head>
            <body class=head.layout>
                <a class="skip" href="#content">"Skip to the content"</a>
                {header(shell)}
                <main id="content" tabindex="-1">{content}</main>
                {footer(shell)}
            </body>
        </html>
    }
}

fn header(shell: &Shell) -> impl IntoView + use<> {
    let learner = match &shell.learner {
        Learner::Nobody | Learner::Guest => None,
        Learner::Named { name } => Some(view! { <span class="learner">{name.clone()}</span> }),
    };
    view! {
        <header class="site-header">
            <a class="brand" href="/">"Drydock"</a>
            {learner}
        </header>
    }
}

fn footer(shell: &Shell) -> impl IntoView + use<> {
    view! {
        <footer class="site-footer">
            <p>"Drydock " {shell.version.clone()}</p>
        </footer>
    }
}
