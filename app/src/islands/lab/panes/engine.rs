//! What the engine has: the engine map.

use leptos::prelude::*;

use super::super::store::Lab;
use super::{Pane, Place};

#[component]
pub(super) fn Engine(state: Lab) -> impl IntoView {
    view! {
        <Place state pane=Pane::Engine>
            <p class="pane-empty">"Nothing here yet."</p>
        </Place>
    }
}
