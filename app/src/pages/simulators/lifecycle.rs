//! Containers from one image.

use leptos::prelude::*;
use serde::Serialize;

use super::{Frame, button, frame};
use crate::view::Lifecycle;

/// What the script begins with.
#[derive(Serialize)]
struct Scene<'a> {
    image: &'a str,
    name: &'a str,
    file: &'a str,
    containers: &'a [Container],
}

/// A place for a container.
#[derive(Serialize)]
struct Container {
    name: String,
    state: &'static str,
    lines: u32,
}

pub(super) fn draw(number: usize, scene: Lifecycle) -> impl IntoView {
    let Lifecycle {
        title,
        image,
        size,
        layers,
        name,
        file,
    } = scene;
    let container = |number, state, lines| Container {
        name: format!("{name}-{number}"),
        state,
        lines,
    };
    let containers = [
        container(1, "running", 0),
        container(2, "exited", 1),
        container(3, "removed", 1),
    ];
    let json = serde_json::to_string(&Scene {
        image: &image,
        name: &name,
        file: &file,
        containers: &containers,
    });
    let [one, two, three] = containers.each_ref().map(|it| it.name.as_str());
    let said = format!(
        "{two} has exited and still has its file. {three} was removed, and its file is gone with it. \
         {one} never saw either: each container has a writable layer of its own."
    );
    let write = |to: &str| format!("docker exec {to} sh -c 'date >> {file}'");
    let mut typed: Vec<String> = [one, two, three]
        .iter()
        .map(|name| format!("docker run -d --name {name} {image}"))
        .collect();
    typed.extend([write(two), write(three)]);
    typed.extend([
        format!("docker stop {two}"),
        format!("docker rm -f {three}"),
    ]);
    let about = format!(
        "At the bottom the image {image} with {} read-only layers, once on disk. Three containers were made from it. \
         {one} is running and its writable layer is empty. {two} has exited; {file} is still in its writable layer. \
         {three} was removed, and {file} with its writable layer.",
        layers.len()
    );
    let places = containers
        .iter()
        .map(|container| place(container, &file))
        .collect_view();
    let layers = layers
        .into_iter()
        .rev()
        .map(|layer| view! { <li>{layer}</li> })
        .collect_view();
    let typed = typed
        .into_iter()
        .map(|line| view! { <li>{line}</li> })
        .collect_view();
    let around = Frame {
        number,
        kind: "lifecycle",
        title,
        lead: "Everything that a container writes is on its own sheet. Below it, all of them share one image.",
        about,
        scene: json.unwrap_or_default(),
    };
    frame(
        around,
        view! {
            <div class="lc-stage">
                <ol class="lc-places" aria-label="Containers">
                    {places}
                </ol>
                <div class="lc-image">
                    <p class="lc-image-head">
                        <strong>{image}</strong>
                        <span>{format!("image, read-only, {size} once")}</span>
                    </p>
                    <ul class="lc-layers" aria-label="Layers of the image, from the top">
                        {layers}
                    </ul>
                </div>
            </div>
            <div class="sim-bar sim-live">
                {button("run", "button primary", "Run another")}
                {button("reset", "button", "Start over")}
            </div>
            <p class="sim-say" role="status">
                {said}
            </p>
            <ol class="sim-log" tabindex="0" aria-label="Commands so far">
                {typed}
            </ol>
        },
    )
}

fn place(container: &Container, file: &str) -> impl IntoView + use<> {
    let Container { name, state, lines } = container;
    let sheet = match (*state, *lines) {
        (_, 0) => "empty",
        ("removed", _) => "gone",
        _ => "1 line",
    };
    let file = if *lines == 0 { "" } else { file };
    view! {
        <li class="lc-place" data-state=*state data-lines=lines.to_string()>
            <p class="lc-head">
                <strong class="lc-name">{name.clone()}</strong>
                <span class="lc-state">{*state}</span>
            </p>
            <div class="lc-sheet">
                <p class="lc-label">"writable layer"</p>
                <p class="lc-file">{file.to_owned()}</p>
                <p class="lc-lines">{sheet}</p>
            </div>
            <div class="lc-buttons sim-live">
                {button("write", "sim-small", "Write")} {button("stop", "sim-small", if *state == "exited" { "Start" } else { "Stop" })}
                {button("remove", "sim-small", "Remove")}
            </div>
        </li>
    }
}
