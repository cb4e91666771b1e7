//! Simulators. Each is drawn here whole, as a picture that says something by itself; web/src/simulators then makes the
//! same elements answer, so nothing jumps. What only makes sense with a script has the class `sim-live`: the style
//! sheet shows it where scripts run, and buttons stay off until theirs has come.

mod layers;
mod lifecycle;
mod machines;
mod run_steps;

use leptos::prelude::*;

use crate::view::Simulator;

/// Draws the `number`th simulator of its page.
pub(super) fn draw(number: usize, simulator: Simulator) -> AnyView {
    match simulator {
        Simulator::Layers(scene) => layers::draw(number, scene).into_any(),
        Simulator::Lifecycle(scene) => lifecycle::draw(number, scene).into_any(),
        Simulator::RunSteps(scene) => run_steps::draw(number, scene).into_any(),
        Simulator::Machines(scene) => machines::draw(number, scene).into_any(),
    }
}

/// What every simulator has around it.
struct Frame {
    /// Which one of the page, from 1.
    number: usize,
    /// Name of its fence.
    kind: &'static str,
    /// Its heading.
    title: String,
    /// What to look at, in one sentence.
    lead: &'static str,
    /// What the picture shows, for who cannot see it.
    about: String,
    /// What the script needs to know, as JSON.
    scene: String,
}

fn frame(frame: Frame, body: impl IntoView) -> impl IntoView {
    let id = |part: &str| format!("simulator-{}-{part}", frame.number);
    view! {
        <figure
            class=format!("sim sim-{}", frame.kind)
            data-simulator=frame.kind
            data-scene=frame.scene
            aria-labelledby=id("title")
            aria-describedby=id("about")
        >
            <div class="sim-head">
                <p class="sim-title" id=id("title")>
                    {frame.title}
                </p>
                <p class="sim-lead">{frame.lead}</p>
            </div>
            <p class="visually-hidden" id=id("about")>
                {frame.about}
            </p>
            {body}
        </figure>
    }
}

/// A button that the simulator's script listens to.
fn button(act: &'static str, class: &'static str, words: &'static str) -> impl IntoView {
    view! {
        <button type="button" class=class data-act=act disabled>
            {words}
        </button>
    }
}
