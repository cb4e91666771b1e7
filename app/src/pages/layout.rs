//! What stands around every page: the document's head, the site's header and its foot.

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
    /// The course that keyboard shortcuts and search refer to: slug and title.
    pub course: Option<(String, String)>,
    /// Which parts beside scripts and styles the page needs.
    pub parts: Parts,
}

/// Parts that only some pages load.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Parts {
    /// Nothing: the page has no islands.
    None,
    /// Nothing, and the page is kept up to date: without scripts it is loaded again after so many seconds.
    Fresh(u8),
    /// The islands of a lesson.
    Lesson {
        /// Whether it has simulators.
        simulators: bool,
        /// Whether one of them needs the rules of Dockerfiles.
        dockerfiles: bool,
    },
    /// The islands of a lab, and the terminal.
    Lab,
}

/// Renders a whole document around `content`.
pub(super) fn document<V: IntoView + 'static>(
    shell: &Shell,
    head: Head,
    content: impl FnOnce() -> V,
) -> String {
    // No shared context: that is for resources and suspense, and these pages have neither.
    let owner = Owner::new_root(None);
    let html = owner.with(|| page(shell, head, content().into_any()).to_html());
    drop(owner);
    format!("<!DOCTYPE html>{html}")
}

fn page(shell: &Shell, head: Head, content: AnyView) -> impl IntoView + use<> {
    let assets = &shell.assets;
    let title = match head.title.as_str() {
        "" => "Drydock: learn Docker on a real engine".to_owned(),
        title => format!("{title} · Drydock"),
    };
    let islands = match head.parts {
        Parts::None | Parts::Fresh(_) => None,
        Parts::Lesson { .. } => Some(("lesson.js", "lesson.wasm")),
        Parts::Lab => Some(("lab.js", "lab.wasm")),
    };
    let islands = islands.map(|(script, wasm)| {
        view! {
            <link rel="modulepreload" data-part="islands" href=assets.url(script) />
            <link
                rel="preload"
                data-part="wasm"
                href=assets.url(wasm)
                r#as="fetch"
                r#type="application/wasm"
                crossorigin="anonymous"
            />
        }
    });
    let simulators = matches!(
        head.parts,
        Parts::Lesson {
            simulators: true,
            ..
        }
    )
    .then(|| {
        view! {
            <link rel="modulepreload" data-part="simulators" href=assets.url("simulators.js") />
        }
    });
    let dockerfiles = matches!(
        head.parts,
        Parts::Lab
            | Parts::Lesson {
                dockerfiles: true,
                ..
            }
    )
    .then(|| {
        view! {
            // Not fetched before a simulator is in sight or a Dockerfile is opened.
            <link rel="part" data-part="lint" href=assets.url("dockerfile.js") />
            <link rel="part" data-part="lint-wasm" href=assets.url("dockerfile.wasm") />
        }
    });
    let terminal = (head.parts == Parts::Lab).then(|| {
        view! {
            <link rel="stylesheet" href=assets.url("terminal.css") />
            <link rel="modulepreload" data-part="builds" href=assets.url("builds.js") />
            <link rel="modulepreload" data-part="terminal" href=assets.url("terminal.js") />
            <link rel="prefetch" data-part="engine" href=assets.url("engine.js") />
            <link rel="prefetch" data-part="submit" href=assets.url("submit.js") />
            // Fetched when the browser has nothing else to do: there at once when it is asked for.
            <link rel="prefetch" data-part="editor" r#as="script" href=assets.url("editor.js") />
        }
    });
    let notice = shell.notice.clone().map(|notice| {
        view! {
            <p class="notice" role="status">
                {notice}
            </p>
        }
    });
    let fresh = match head.parts {
        Parts::Fresh(seconds) => Some(view! {
            <noscript>
                <meta http-equiv="refresh" content=seconds.to_string() />
            </noscript>
        }),
        _ => None,
    };
    let slug = head.course.as_ref().map(|(slug, _)| slug.clone());
    view! {
        <html lang="en" data-course=slug data-reload=shell.reload.clone()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>{title}</title>
                <meta name="description" content=head.summary />
                <link rel="icon" r#type="image/svg+xml" href=assets.url("favicon.svg") />
                <script src=assets.url("theme.js")></script>
                {fresh}
                {terminal}
                <link rel="stylesheet" href=assets.url("site.css") />
                {islands}
                {simulators}
                {dockerfiles}
                <script r#type="module" src=assets.url("boot.js")></script>
            </head>
            <body class=head.layout>
                <a class="skip" href="#content">
                    "Skip to the content"
                </a>
                {header(shell, head.course)}
                <main id="content" tabindex="-1">
                    {notice}
                    {content}
                </main>
                {footer(shell)}
            </body>
        </html>
    }
}

fn header(shell: &Shell, course: Option<(String, String)>) -> impl IntoView + use<> {
    let has_course = course.is_some();
    let course = course.map(|(slug, title)| {
        view! {
            <nav class="site-nav" aria-label="Site">
                <a href=format!("/courses/{slug}") data-action="lessons">
                    {title}
                </a>
            </nav>
        }
    });
    let search = has_course.then(|| {
        view! {
            <button type="button" class="header-button" data-action="search" aria-label="Search the course">
                {icon("M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.5 15.5 20 20")}
                <kbd aria-hidden="true">"/"</kbd>
            </button>
        }
    });
    view! {
        <header class="site-header">
            <a class="brand" href="/" aria-label="Drydock, front page">
                {mark()}
                <span>"Drydock"</span>
            </a>
            {course}
            {people(&shell.learner)}
            <div class="site-tools">
                {search}
                <button type="button" class="header-button" data-action="keys" aria-label="Keyboard shortcuts">
                    <kbd aria-hidden="true">"?"</kbd>
                </button>
                <button type="button" class="header-button" data-action="theme" aria-label="Change the theme">
                    {icon("M12 4a8 8 0 1 0 8 8 6 6 0 0 1-8-8Z")}
                </button>
            </div>
        </header>
    }
}

/// The way to classes and to one's account.
fn people(learner: &Learner) -> impl IntoView + use<> {
    let links = match learner {
        Learner::Nobody | Learner::Guest => {
            vec![("/sign-in", "Sign in".to_owned(), "sign-in")]
        }
        Learner::Named { name, operates } => {
            let mut links = vec![("/classes", "Classes".to_owned(), "classes")];
            if *operates {
                links.push(("/people", "People".to_owned(), "people"));
            }
            links.push(("/account", name.clone(), "account"));
            links
        }
    };
    let links = links
        .into_iter()
        .map(|(href, text, kind)| {
            view! {
                <a href=href data-link=kind>
                    {text}
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="people-nav" aria-label="People">
            {links}
        </nav>
    }
}

fn footer(shell: &Shell) -> impl IntoView + use<> {
    let kept = match shell.learner {
        Learner::Nobody => "Nothing is kept about you until you answer a question or start a lab.",
        Learner::Guest => "Your progress is kept in this browser, without an account.",
        Learner::Named { .. } => "Your progress is kept with your account.",
    };
    view! {
        <footer class="site-footer">
            <p>{kept}</p>
            <p>"Drydock " {shell.version.clone()}</p>
        </footer>
    }
}

/// The sign of the site: a ship in its dock.
fn mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            <rect class="mark-ground" width="32" height="32" rx="7"></rect>
            <path
                class="mark-line"
                d="M6 12v11h20V12M16 12V7"
                fill="none"
                stroke-width="2.6"
                stroke-linecap="round"
                stroke-linejoin="round"
            ></path>
            <path class="mark-ship" d="M10.5 18.5h11l-1.4-6.5h-8.2z"></path>
        </svg>
    }
}

/// A line icon of 24 by 24.
fn icon(path: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=path></path>
        </svg>
    }
}
