//! What `docker run` does, step by step. The texts are in `words`.

mod drawing;
mod words;

use leptos::prelude::*;

use super::{Frame, button, frame};
use crate::view::RunSteps;

pub(super) fn draw(number: usize, scene: RunSteps) -> impl IntoView {
    let steps = words::steps(&scene);
    let of = steps.len();
    let about = format!(
        "The way of one docker run in {of} steps: from the client in your terminal to the Docker Engine, to a registry \
         for the image, and into a container with a writable layer, namespaces, a cgroup and a network, until its \
         process exits. Each step is explained below the drawing.",
    );
    let picture = drawing::draw(&scene);
    let items = steps
        .iter()
        .map(|step| {
            let code = step
                .code
                .clone()
                .map(|code| view! { <p class="rs-code">{code}</p> });
            view! {
                <li class="rs-step">
                    <p class="rs-title">{step.title}</p>
                    <p class="rs-text">{step.text.clone()}</p>
                    {code}
                </li>
            }
        })
        .collect_view();
    let dots = steps
        .iter()
        .enumerate()
        .map(|(at, step)| {
            let number = at + 1;
            view! {
                <button
                    type="button"
                    class="rs-dot"
                    data-step=number.to_string()
                    aria-label=format!("Step {number}: {}", step.title)
                    disabled
                >
                    {number}
                </button>
            }
        })
        .collect_view();
    let intro = format!(
        "{of} steps lie between Enter and the exit code. Go through them one by one, or let them play. Blue is the \
         image, read-only; yellow is the container's own layer; green is the process."
    );
    let around = Frame {
        number,
        kind: "run-steps",
        title: scene.title,
        lead: "Who does what, in the order in which it happens, the first time that this image is used.",
        about,
        scene: String::new(),
    };
    frame(
        around,
        view! {
            <div class="rs-stage">{picture}</div>
            <div class="rs-panel">
                <p class="rs-intro sim-live">{intro}</p>
                <ol class="rs-list">{items}</ol>
            </div>
            <div class="sim-bar sim-live">
                {button("back", "button", "Back")} {button("next", "button primary", "Next")}
                {button("play", "button", "Play")}
            </div>
            <div class="rs-dots sim-live" role="group" aria-label="Steps">
                {dots}
            </div>
            <p class="visually-hidden" role="status"></p>
        },
    )
}
