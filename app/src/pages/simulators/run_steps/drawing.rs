//! The drawing. A part has in `data-from` the step in which it appears (and in `data-to` the one in which it is gone);
//! an arrow has in `data-on` the steps in which something goes along it.

use leptos::prelude::*;

use crate::view::RunSteps;

/// Where the number of each step stands.
const BADGES: [(u32, u32); 12] = [
    (136, 16),
    (163, 28),
    (136, 112),
    (327, 28),
    (186, 150),
    (404, 250),
    (70, 98),
    (266, 112),
    (407, 218),
    (406, 331),
    (196, 188),
    (136, 76),
];

pub(super) fn draw(scene: &RunSteps) -> impl IntoView + use<> {
    let badges = BADGES
        .iter()
        .enumerate()
        .map(|(at, (x, y))| {
            let number = at + 1;
            view! {
                <g class="rs-badge" data-at=number.to_string()>
                    <circle cx=x.to_string() cy=y.to_string() r="9"></circle>
                    <text x=x.to_string() y=(y + 4).to_string() text-anchor="middle">
                        {number}
                    </text>
                </g>
            }
        })
        .collect_view();
    view! {
        <svg viewBox="0 0 440 352" role="img" aria-label="Client, engine, registry and container, with the numbers of the steps">
            {top(scene)} {machine()} {store(scene)} {container(scene)} {arrows()} {badges}
        </svg>
    }
}

/// Client, engine and registry.
fn top(scene: &RunSteps) -> impl IntoView + use<> {
    view! {
        <g>
            <rect class="s-box" x="6" y="6" width="140" height="80" rx="8"></rect>
            <text class="s-text-muted s-small" x="16" y="23">"your terminal"</text>
            <text class="s-text s-mono s-small" x="16" y="43">"$ docker run …"</text>
            <text class="s-text s-mono s-small rs-part" data-from="11" x="16" y="60">
                {scene.output.clone()}
            </text>
            <text class="s-text-muted s-mono s-small rs-part" data-from="12" x="16" y="77">
                "exit code 0"
            </text>
        </g>
        <g>
            <rect class="s-box" x="180" y="6" width="130" height="80" rx="8"></rect>
            <text class="s-text s-strong" x="245" y="30" text-anchor="middle">"Docker Engine"</text>
            <text class="s-text-muted s-mono s-small" x="245" y="48" text-anchor="middle">"dockerd"</text>
            <text class="s-text-muted s-mono s-small rs-part" data-from="8" x="245" y="70" text-anchor="middle">
                "containerd, runc"
            </text>
        </g>
        <g>
            <rect class="s-box" x="344" y="6" width="90" height="80" rx="8"></rect>
            <text class="s-text s-strong" x="389" y="30" text-anchor="middle">"registry"</text>
            <rect class="rs-layer" x="360" y="44" width="58" height="9" rx="2"></rect>
            <rect class="rs-layer" x="360" y="56" width="58" height="9" rx="2"></rect>
            <rect class="rs-layer" x="360" y="68" width="58" height="9" rx="2"></rect>
        </g>
    }
}

/// The host with its bridge.
fn machine() -> impl IntoView {
    view! {
        <rect class="rs-host" x="6" y="124" width="428" height="222" rx="10"></rect>
        <text class="s-text-muted s-small" x="18" y="336">"host with its Linux kernel"</text>
        <g class="rs-part" data-from="10">
            <path class="s-accent-line" d="M300 306 V322" fill="none"></path>
            <rect class="s-box" x="186" y="322" width="236" height="18" rx="5"></rect>
            <text class="s-text-muted s-small" x="198" y="335">"bridge docker0"</text>
        </g>
    }
}

/// The engine's images.
fn store(scene: &RunSteps) -> impl IntoView + use<> {
    view! {
        <text class="s-text-muted s-small" x="18" y="165">"images"</text>
        <rect class="rs-shelf" x="18" y="172" width="132" height="130" rx="8"></rect>
        <g class="rs-part" data-from="4">
            <text class="s-text s-mono s-small" x="28" y="232">{scene.image.clone()}</text>
            <rect class="rs-layer" x="28" y="240" width="112" height="15" rx="3"></rect>
            <rect class="rs-layer" x="28" y="259" width="112" height="15" rx="3"></rect>
            <rect class="rs-layer" x="28" y="278" width="112" height="15" rx="3"></rect>
        </g>
    }
}

fn container(scene: &RunSteps) -> impl IntoView + use<> {
    view! {
        <g class="rs-part" data-from="5">
            <rect class="rs-container" x="186" y="150" width="236" height="156" rx="10"></rect>
            <text class="s-text s-strong s-small" x="202" y="170">"container"</text>
            <path class="rs-shared" d="M140 285 H200" fill="none"></path>
            <rect class="rs-layer" x="200" y="264" width="208" height="9" rx="2"></rect>
            <rect class="rs-layer" x="200" y="275" width="208" height="9" rx="2"></rect>
            <rect class="rs-layer" x="200" y="286" width="208" height="9" rx="2"></rect>
        </g>
        <text class="s-text-muted s-small rs-part rs-state" data-from="5" data-to="11" x="408" y="170" text-anchor="end">
            "created"
        </text>
        <text class="s-text s-small rs-part rs-state" data-from="11" data-to="12" x="408" y="170" text-anchor="end">
            "running"
        </text>
        <text class="s-text-muted s-small rs-part rs-state" data-from="12" x="408" y="170" text-anchor="end">
            "exited (0)"
        </text>
        <g class="rs-part" data-from="6">
            <rect class="rs-sheet" x="200" y="240" width="208" height="20" rx="3"></rect>
            <text class="s-text s-small" x="210" y="254">"writable layer"</text>
        </g>
        <g class="rs-part" data-from="9" data-to="12">
            <rect class="rs-walls" x="186" y="150" width="236" height="156" rx="10"></rect>
            <text class="s-text-muted s-small" x="200" y="222">"namespaces · cgroup"</text>
            <rect class="rs-gauge" x="338" y="213" width="54" height="10" rx="5"></rect>
            <rect class="rs-gauge-full" x="338" y="213" width="18" height="10" rx="5"></rect>
        </g>
        <g class="rs-part" data-from="10" data-to="12">
            <circle class="s-accent" cx="300" cy="306" r="5"></circle>
            <text class="s-text s-mono s-small" x="310" y="318">"172.17.0.2"</text>
        </g>
        <g class="rs-part" data-from="11" data-to="12">
            <rect class="rs-process" x="196" y="178" width="166" height="24" rx="12"></rect>
            <text class="s-text s-mono s-small" x="212" y="194">{scene.command.clone()}</text>
            <text class="s-text-muted s-small" x="372" y="194">"PID 1"</text>
        </g>
    }
}

fn arrows() -> impl IntoView {
    let arrow = |on: &'static str, d: &'static str| {
        view! { <path class="rs-arrow" data-on=on d=d fill="none"></path> }
    };
    view! {
        {arrow("2 5 8", "M146 46 H176 M169 40 L176 46 L169 52")}
        {arrow("3", "M150 66 H180 M157 60 L150 66 L157 72")}
        {arrow("4", "M310 46 H340 M333 40 L340 46 L333 52")}
        {arrow("4", "M344 66 H314 M321 60 L314 66 L321 72")}
        {arrow("3 4", "M206 86 V112 H84 V168 M78 161 L84 168 L90 161")}
        {arrow("5 6 8 9 10", "M266 86 V146 M260 139 L266 146 L272 139")}
        {arrow("7 11", "M226 150 V98 H40 V90 M34 97 L40 90 L46 97")}
    }
}
