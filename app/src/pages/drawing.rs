//! The front page's drawing: an image becomes containers.

use leptos::prelude::*;

/// Layers of the image, from the bottom.
const LAYERS: [&str; 4] = [
    "FROM python:3.13-slim",
    "COPY requirements.txt .",
    "RUN pip install …",
    "COPY . .",
];

/// Containers made from it: name and the line that shows what is its own.
const CONTAINERS: [(&str, &str); 3] = [
    ("web-1", "running"),
    ("web-2", "running"),
    ("try-out", "exited (0)"),
];

/// One image on the left, three containers on the right; they come out of it one after the other
/// (in the style sheet, and not for who asked for reduced motion).
pub(super) fn image_to_containers() -> impl IntoView {
    let layers = LAYERS
        .iter()
        .enumerate()
        .map(|(at, layer)| {
            let y = 214 - 46 * at;
            view! {
                <g class="d-layer">
                    <rect class="s-box" x="16" y=y.to_string() width="212" height="38" rx="6"></rect>
                    <text class="s-text s-mono s-small" x="30" y=(y + 24).to_string()>
                        {*layer}
                    </text>
                </g>
            }
        })
        .collect_view();
    let containers = CONTAINERS
        .iter()
        .enumerate()
        .map(|(at, (name, state))| {
            let y = 26 + 88 * at;
            let (light, order) = match *state {
                "running" => ("s-good", format!("d-container d-{}", at + 1)),
                _ => ("s-muted", format!("d-container d-{}", at + 1)),
            };
            view! {
                <g class=order>
                    <path
                        class="s-accent-line d-way"
                        d=format!("M236 140 C 290 140, 290 {0}, 338 {0}", y + 34)
                        fill="none"
                    ></path>
                    <rect class="s-box" x="344" y=y.to_string() width="180" height="68" rx="8"></rect>
                    <rect class="s-accent d-own" x="344" y=y.to_string() width="180" height="6" rx="3"></rect>
                    <circle class=light cx="366" cy=(y + 32).to_string() r="5"></circle>
                    <text class="s-text s-mono s-strong" x="382" y=(y + 37).to_string()>
                        {*name}
                    </text>
                    <text class="s-text-muted s-small" x="382" y=(y + 56).to_string()>
                        {*state}
                    </text>
                </g>
            }
        })
        .collect_view();
    view! {
        <figure class="hero-drawing">
            <svg viewBox="0 0 540 300" role="img" aria-labelledby="drawing-title drawing-text">
                <title id="drawing-title">"An image becomes containers"</title>
                <desc id="drawing-text">
                    "On the left an image of four layers, one for each instruction of its Dockerfile. From it, docker run makes three containers on the right: two are running and one has exited. Each has a thin writable layer of its own on top of the shared image."
                </desc>
                <text class="s-text s-strong" x="16" y="52">
                    "hello:v1"
                </text>
                <text class="s-text-muted s-small" x="228" y="52" text-anchor="end">
                    "image, 4 layers"
                </text>
                {layers}
                <text class="s-text-muted s-small s-mono" x="16" y="282">
                    "$ docker run -d hello:v1"
                </text>
                {containers}
            </svg>
        </figure>
    }
}
