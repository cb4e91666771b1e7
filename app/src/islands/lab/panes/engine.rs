//! What the engine has: the engine map. It grows with what the learner makes, and is drawn by web/src/engine.

use leptos::prelude::*;

use super::super::store::Lab;
use super::{Pane, Place};

#[component]
pub(super) fn Engine(state: Lab) -> impl IntoView {
    view! {
        <Place state pane=Pane::Engine>
            <div class="engine" data-view="engine">
                <p class="pane-empty">"Waiting for the engine …"</p>
            </div>
        </Place>
    }
}
