//! What each build did: the build lens. Its rows grow with data, so web/src/builds draws them.

use leptos::prelude::*;

use super::super::page;
use super::super::store::Lab;
use super::{Pane, Place};

#[component]
pub(super) fn Builds(state: Lab) -> impl IntoView {
    // Each machine begins without builds.
    Effect::new(move |_| {
        if state.machine.get() > 0 {
            page::open_builds(&state.url("/builds"));
        }
    });
    view! {
        <Place state pane=Pane::Builds>
            <p class="pane-empty" id="builds-empty">
                "Type "
                <code>"docker build …"</code>
                " in the terminal: each build appears here as it happens, step by step, with what came from the cache and why the rest ran."
            </p>
            <div id="builds-view"></div>
        </Place>
    }
}
