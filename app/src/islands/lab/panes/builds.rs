//! What each build did: the build lens.

use leptos::prelude::*;

use super::super::store::Lab;
use super::{Pane, Place};

#[component]
pub(super) fn Builds(state: Lab) -> impl IntoView {
    view! {
        <Place state pane=Pane::Builds>
            <p class="pane-empty">"Nothing here yet."</p>
        </Place>
    }
}
