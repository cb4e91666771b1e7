//! The learner's own web app.

use leptos::prelude::*;

use super::super::store::Lab;
use super::{Pane, Place};

#[component]
pub(super) fn Preview(state: Lab) -> impl IntoView {
    view! {
        <Place state pane=Pane::Preview>
            <p class="pane-empty">"Nothing here yet."</p>
        </Place>
    }
}
