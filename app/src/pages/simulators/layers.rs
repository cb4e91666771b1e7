//! The build cache: a Dockerfile, the files of its context, and what its last build took from the cache.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::Serialize;

use super::{Frame, button, frame};
use crate::view::{LayerStep, Layers};

/// What the script begins with.
#[derive(Serialize)]
struct Scene<'a> {
    dockerfile: &'a str,
    files: &'a [String],
    edited: &'a [String],
    seconds: &'a BTreeMap<String, f64>,
    took: [f64; 2],
}

pub(super) fn draw(number: usize, scene: Layers) -> impl IntoView {
    let json = serde_json::to_string(&Scene {
        dockerfile: &scene.dockerfile,
        files: &scene.files,
        edited: &scene.edited,
        seconds: &scene.seconds,
        took: scene.builds,
    });
    let ran = |state: &str| {
        scene
            .steps
            .iter()
            .filter(|step| step.state == state)
            .count()
    };
    let edited = if scene.edited.is_empty() {
        "nothing was changed".to_owned()
    } else {
        format!("{} was changed", scene.edited.join(", "))
    };
    let about = format!(
        "A Dockerfile, built once; then {edited}, and it was built again. Of the steps of this second build {} came from \
         the cache and {} ran. Each step of the list says which, and why.",
        ran("cached"),
        ran("ran")
    );
    let id = |part: &str| format!("simulator-{number}-{part}");
    let rows = scene.dockerfile.lines().count() + 1;
    let files = scene
        .files
        .iter()
        .map(|path| file(path, scene.edited.contains(path)))
        .collect_view();
    let longest = scene
        .steps
        .iter()
        .map(|step| step.seconds)
        .fold(0.1, f64::max);
    let steps = scene
        .steps
        .into_iter()
        .map(|it| step(it, longest))
        .collect_view();
    let most = scene.builds.into_iter().fold(0.1, f64::max);
    let builds = scene
        .builds
        .into_iter()
        .enumerate()
        .map(|(at, seconds)| build(at + 1, seconds, most))
        .collect_view();
    let around = Frame {
        number,
        kind: "layers",
        title: scene.title,
        lead: "A file was changed, and the image built again. Which steps came from the cache, and why?",
        about,
        scene: json.unwrap_or_default(),
    };
    frame(
        around,
        view! {
            <div class="ly-inputs">
                <div>
                    <label class="ly-label" for=id("dockerfile")>
                        "Dockerfile"
                    </label>
                    <textarea
                        class="ly-dockerfile"
                        id=id("dockerfile")
                        rows=rows.to_string()
                        maxlength="2000"
                        wrap="off"
                        spellcheck="false"
                        autocapitalize="off"
                        autocomplete="off"
                        readonly
                    >
                        {in_textarea(&scene.dockerfile)}
                    </textarea>
                </div>
                <div>
                    <p class="ly-label">"Files beside it"</p>
                    <ul class="ly-files">{files}</ul>
                </div>
            </div>
            <div class="sim-bar sim-live">
                {button("build", "button primary", "Build")} {button("reset", "button", "Start over")}
            </div>
            <p class="sim-say" role="status">
                {words(&format!("Build 2: {}", scene.said))}
            </p>
            <ol class="ly-steps" aria-label="Steps of the last build">
                {steps}
            </ol>
            <p class="ly-label" id=id("builds")>
                "Builds so far"
            </p>
            <ol class="ly-builds" aria-labelledby=id("builds")>
                {builds}
            </ol>
            <p class="sim-note">
                "The rules are the engine's. The durations are made up: 20 s for an installation, 30 s for compiling, 4 s for fetching a base image, next to nothing for copying."
            </p>
        },
    )
}

fn file(path: &str, edited: bool) -> impl IntoView + use<> {
    view! {
        <li class="ly-file">
            <code class="ly-path">{path.to_owned()}</code>
            <span class="ly-version">{if edited { "version 2" } else { "version 1" }}</span>
            <span class="ly-buttons sim-live">
                {button("edit", "sim-small", "Edit")} {button("undo", "sim-small", "Undo")}
            </span>
        </li>
    }
}

fn step(step: LayerStep, longest: f64) -> impl IntoView {
    view! {
        <li class="ly-step" data-state=step.state>
            <span class="ly-line">{step.line}</span>
            <span class="ly-text">{step.text}</span>
            <span class="ly-verdict">{step.verdict}</span>
            <span class="ly-why">{words(&step.why)}</span>
            {bar(step.seconds, longest)}
        </li>
    }
}

fn build(number: usize, seconds: f64, most: f64) -> impl IntoView {
    let time = if seconds < 9.95 {
        format!("{seconds:.1} s")
    } else {
        format!("{seconds:.0} s")
    };
    view! {
        <li class="ly-build">
            <span>{format!("Build {number}")}</span>
            {bar(seconds, most)}
            <span class="ly-took">{time}</span>
        </li>
    }
}

fn bar(value: f64, most: f64) -> impl IntoView {
    view! {
        <svg class="ly-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
            <rect width=format!("{:.1}", 100.0 * value / most) height="6"></rect>
        </svg>
    }
}

/// Leptos writes the text of a `textarea` as it is: it is on us to keep it text.
fn in_textarea(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// Plain text; what stands between backquotes becomes code.
fn words(text: &str) -> impl IntoView + use<> {
    text.split('`')
        .enumerate()
        .filter(|(_, part)| !part.is_empty())
        .map(|(at, part)| {
            let part = part.to_owned();
            if at % 2 == 1 {
                view! { <code>{part}</code> }.into_any()
            } else {
                part.into_any()
            }
        })
        .collect_view()
}
