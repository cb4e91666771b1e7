//! Learning platforms, for operators.

use leptos::prelude::*;

use super::classes::class_nav;
use super::forms::{button, empty, form};
use super::layout::{Head, Parts, document};
use crate::view::{Form, PlatformRow, PlatformsPage, ScoreFault, ScoresPage, Shell};

/// Renders the page of platforms.
#[must_use]
pub fn platforms(shell: &Shell, page: PlatformsPage) -> String {
    let head = Head {
        title: "Platforms".to_owned(),
        summary: "Learning platforms whose courses lead here.".to_owned(),
        layout: "people platforms",
        course: None,
        parts: Parts::None,
    };
    document(shell, head, || {
        let PlatformsPage {
            platforms,
            ours,
            guessed,
            key,
            form: fields,
        } = page;
        let list = if platforms.is_empty() {
            empty(
                "No platform is registered yet",
                "Once Moodle, Canvas or another platform with LTI 1.3 is registered, its teachers can put labs and \
                 lessons into their courses, its students come in without a password, and their points go back to its \
                 gradebook.",
                None,
            )
            .into_any()
        } else {
            platforms
                .into_iter()
                .map(platform)
                .collect_view()
                .into_any()
        };
        let guess = guessed.then(|| {
            view! {
                <p class="problem">
                    "These addresses are taken from the address of this page. Set " <code>"http.public_url"</code>
                    " to the address that students use, with https, before you enter them anywhere."
                </p>
            }
        });
        view! {
            <h1>"Platforms"</h1>
            <p class="lead">"Learning platforms whose courses lead here, by LTI 1.3."</p>
            {list}
            <section class="platform-part" aria-labelledby="ours">
                <h2 id="ours">"What to enter at the platform"</h2>
                {guess}
                {pairs(ours)}
                <p class="quiet-text">
                    "Links have to open in a new window. Our own key is "
                    <code>{key}</code> ". A new one takes its place at once, and this one stays published for a week."
                </p>
                {button("/platforms/key".to_owned(), "Make a new key".to_owned(), Vec::new(), false)}
            </section>
            <section class="platform-part" aria-labelledby="register">
                <h2 id="register">"Register a platform"</h2>
                <p>"The platform shows these once the tool is entered there."</p>
                {form(fields)}
            </section>
        }
    })
}

fn platform(row: PlatformRow) -> impl IntoView {
    let [told, waiting, failed] = row.scores;
    let scores = format!("Scores: {told} told, {waiting} on their way, {failed} given up.");
    view! {
        <section class="platform">
            <h2>{row.name}</h2>
            {pairs(row.settings)}
            <p>{scores}</p>
            {button(format!("/platforms/{}/remove", row.id), "Remove".to_owned(), Vec::new(), true)}
            <p class="quiet-text">"Removing it keeps accounts, classes and grades; its links lead nowhere from then on."</p>
        </section>
    }
}

fn pairs(pairs: Vec<(&'static str, String)>) -> impl IntoView {
    let rows = pairs
        .into_iter()
        .map(|(name, value)| {
            view! {
                <dt>{name}</dt>
                <dd>
                    <code>{value}</code>
                </dd>
            }
        })
        .collect_view();
    view! { <dl class="settings">{rows}</dl> }
}

/// Renders the scores of a class that platforms did not take.
#[must_use]
pub fn platform_scores(shell: &Shell, page: ScoresPage) -> String {
    let head = Head {
        title: format!("Scores told: {}", page.title),
        summary: "Scores that the class's learning platform did not take.".to_owned(),
        layout: "grades platforms",
        course: None,
        parts: Parts::None,
    };
    document(shell, head, || {
        let ScoresPage {
            class,
            title,
            faults,
            told: (told, waiting),
        } = page;
        let none = faults.is_empty();
        let list = match (none, told + waiting) {
            (true, 0) => empty(
                "No scores go to a learning platform",
                "They do once students open this class's assignments from a course in Moodle, Canvas or another \
                 platform that is registered here, and the platform has a column for them.",
                None,
            )
            .into_any(),
            (true, _) => empty(
                "Every score was taken",
                "What a platform does not take is listed here with its reason, and tried again for three days.",
                None,
            )
            .into_any(),
            (false, _) => {
                let rows = faults.into_iter().map(fault).collect_view();
                view! {
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">"Student"</th>
                                <th scope="col">"Assignment"</th>
                                <th scope="col">"What the platform says"</th>
                                <th scope="col">"Since"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                    {form(Form::new(format!("/classes/{class}/platform"), "Send them again now"))}
                }
                .into_any()
            }
        };
        let base = format!("/classes/{class}");
        view! {
            <header class="class-head">
                <p class="class-title">
                    <a href=base.clone()>{title}</a>
                </p>
                {class_nav(&base, "grades")}
                <h1>"Scores told to the learning platform"</h1>
            </header>
            <p class="lead">{format!("{told} told, {waiting} on their way.")}</p>
            {list}
        }
    })
}

fn fault(row: ScoreFault) -> impl IntoView {
    let state = if row.trying {
        "It is tried again by itself."
    } else {
        "It is no longer tried."
    };
    view! {
        <tr>
            <td>{row.student}</td>
            <td>{row.assignment}</td>
            <td>{format!("{}: {}", row.platform, row.fault)} " " <span class="quiet-text">{state}</span></td>
            <td>{row.since}</td>
        </tr>
    }
}
