//! Pages between a learning platform and a lesson or lab. Some are shown inside the platform's own
//! pages, so they carry no header: its links could not be followed there.

use leptos::prelude::*;

use super::forms::form;
use crate::view::{LinkAccount, OpenElsewhere, PickCourse, PickPage, Refusal, ReturnPage, Shell};

/// A launch that was refused.
#[must_use]
pub fn launch_refused(shell: &Shell, page: Refusal) -> String {
    document(shell, "The launch was refused", || {
        let from = page.platform.map(|platform| {
            view! { <p class="quiet-text">{format!("The launch came from {platform}.")}</p> }
        });
        view! {
            <h1>"This launch was refused"</h1>
            <p class="lead">{page.problem}</p>
            <p>{page.advice}</p>
            {from}
        }
    })
}

/// The way out of a frame.
#[must_use]
pub fn open_elsewhere(shell: &Shell, page: OpenElsewhere) -> String {
    document(shell, "Open Drydock", || {
        view! {
            <h1>{page.title}</h1>
            <p>"Drydock needs a window of its own: labs have a terminal, an editor and your own engine."</p>
            <p class="hero-actions">
                <a class="button primary" href=page.href target="_blank" rel="noopener">
                    "Open in a new tab"
                </a>
            </p>
            <p class="quiet-text">"The button works once, for five minutes. After that, open the link in your course again."</p>
        }
    })
}

/// Asks whether somebody new is the person who is signed in.
#[must_use]
pub fn link_account(shell: &Shell, page: LinkAccount) -> String {
    document(shell, "Is this you?", || {
        let LinkAccount {
            platform,
            theirs,
            ours,
            email,
            no,
            yes,
        } = page;
        let email = email.map(|email| format!(" ({email})")).unwrap_or_default();
        view! {
            <h1>"Is this you?"</h1>
            <p>
                {format!("You come from {platform} as ")} <strong>{theirs.clone()}</strong>
                ", for the first time. In this browser " <strong>{format!("{ours}{email}")}</strong>
                " is signed in."
            </p>
            {form(no)}
            <h2>"If both are you"</h2>
            <p>
                {format!("Whoever opens this course at {platform} as {theirs} will be in your account from then on. You can take the link off on the page of your account.")}
            </p>
            {form(yes)}
        }
    })
}

/// Lets a teacher pick content.
#[must_use]
pub fn pick_content(shell: &Shell, page: PickPage) -> String {
    let title = if page.multiple {
        "Pick content"
    } else {
        "Pick a lesson, quiz or lab"
    };
    document(shell, title, || {
        let kind = if page.multiple { "checkbox" } else { "radio" };
        let problem = page.problem.map(|problem| {
            view! {
                <div class="form-problems" role="alert">
                    <p>{problem}</p>
                </div>
            }
        });
        let courses = page
            .courses
            .into_iter()
            .map(|it| course(it, kind))
            .collect_view();
        view! {
            <h1>{title}</h1>
            <p>{format!("It becomes a link in your course at {}. Students who follow it are signed in here, and their points go to your gradebook.", page.platform)}</p>
            <form method="post" action="/lti/deep-link">
                <input r#type="hidden" name="ticket" value=page.ticket />
                {problem}
                {courses}
                <p class="form-actions pick-actions">
                    <button class="button primary" r#type="submit">
                        "Add to the course"
                    </button>
                </p>
            </form>
        }
    })
}

fn course(course: PickCourse, kind: &'static str) -> impl IntoView {
    let modules = course
        .modules
        .into_iter()
        .map(|(title, items)| {
            let items = items
                .into_iter()
                .map(|item| {
                    view! {
                        <li>
                            <label>
                                <input r#type=kind name="item" value=item.value />
                                <span class="pick-kind">{item.kind}</span>
                                <span>{item.title}</span>
                                <span class="quiet-text">{item.points}</span>
                            </label>
                        </li>
                    }
                })
                .collect_view();
            view! {
                <fieldset class="pick-module">
                    <legend>{title}</legend>
                    <ul>{items}</ul>
                </fieldset>
            }
        })
        .collect_view();
    view! {
        <h2>{course.title}</h2>
        {modules}
    }
}

/// Sends the signed answer back.
#[must_use]
pub fn return_content(shell: &Shell, page: ReturnPage) -> String {
    let script = shell.assets.url("send.js");
    document(shell, "Back to your course", || {
        view! {
            <h1>"Back to your course"</h1>
            <form method="post" action=page.action data-send="">
                <input r#type="hidden" name="JWT" value=page.token />
                <p>
                    <button class="button primary" r#type="submit">
                        {format!("Go on to {}", page.platform)}
                    </button>
                </p>
            </form>
            <script src=script></script>
        }
    })
}

fn document<V: IntoView + 'static>(
    shell: &Shell,
    title: &str,
    content: impl FnOnce() -> V,
) -> String {
    let assets = &shell.assets;
    let owner = Owner::new_root(None);
    let html = owner.with(|| {
        view! {
            <html lang="en">
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <meta name="color-scheme" content="light dark" />
                    <title>{format!("{title} · Drydock")}</title>
                    <link rel="icon" r#type="image/svg+xml" href=assets.url("favicon.svg") />
                    <script src=assets.url("theme.js")></script>
                    <link rel="stylesheet" href=assets.url("site.css") />
                </head>
                <body class="people lti">
                    <main id="content">{content()}</main>
                </body>
            </html>
        }
        .to_html()
    });
    drop(owner);
    format!("<!DOCTYPE html>{html}")
}
