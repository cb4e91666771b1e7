//! The right side of a lab: what a session is at, and the panes on its machine.

use leptos::prelude::*;

use super::panes::Panes;
use super::store::Lab;
use crate::browser::hydrated;

/// The learner's machine.
#[island]
pub fn Workspace(
    /// Slug of the course.
    course: String,
    /// Slug of the lab.
    lab: String,
    /// How long a session lasts, in minutes.
    minutes: u32,
    /// Images that stand ready, separated by commas.
    images: String,
    /// Whether a session is there to be joined at once.
    live: bool,
) -> impl IntoView {
    let state = Lab::of_page();
    let place = StoredValue::new((course, lab));
    let start = move || {
        let (course, lab) = place.get_value();
        state.start(course, lab);
    };
    Effect::new(move |_| {
        if live {
            start();
        }
    });
    let button = move |words: &'static str| {
        view! {
            <button
                type="button"
                class="button primary"
                disabled=move || state.busy.get()
                on:click=move |_| start()
            >
                {words}
            </button>
        }
    };
    view! {
        <div
            class="workspace"
            data-hydrated=hydrated()
            data-phase=move || state.phase.get().name()
            data-lost=move || state.lost.get().then_some("true")
        >
            <div class="panel" data-for="idle">
                <h2>"Your own Docker Engine"</h2>
                <p>
                    {format!(
                        "A machine of your own for {minutes} minutes, with a shell and a real engine in it. Nothing that you do there can break anything outside.",
                    )}
                </p>
                <p class="panel-images">
                    <span>"Images that stand ready: "</span>
                    {images}
                </p>
                {button("Start the lab")}
            </div>
            <div class="panel" data-for="creating">
                <h2>"Starting your machine"</h2>
                <p class="stages" role="status">
                    {move || state.stages.with(|stages| stages.last().cloned().unwrap_or_default())}
                </p>
                <progress
                    aria-label="How far it is"
                    value=move || stage(state, |stage| stage.done)
                    max=move || stage(state, |stage| stage.of)
                ></progress>
            </div>
            <div class="panel" data-for="ended">
                <h2>"This session has ended"</h2>
                <p>{move || state.reason.get()}</p>
                {button("Start again")}
            </div>
            <div class="panel" data-for="failed">
                <h2>"The machine failed"</h2>
                <p class="problem">{move || state.reason.get()}</p>
                {button("Try again")}
            </div>
            <div class="panel" data-for="refused">
                <h2>"The lab could not start"</h2>
                <p class="problem">{move || state.reason.get()}</p>
                <p>"Lessons and quizzes work in the meantime, and what you did is kept."</p>
                {button("Try again")}
            </div>
            <Panes state />
        </div>
    }
}

fn stage(state: Lab, which: fn(&super::model::Stage) -> u32) -> Option<String> {
    state.session.with(|session| {
        let stage = session.stage.as_ref()?;
        (stage.of > 0).then(|| which(stage).to_string())
    })
}
