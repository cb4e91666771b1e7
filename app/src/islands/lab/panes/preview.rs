//! The learner's own web app. What is in the pane depends on the ports that are published, and is drawn by
//! web/src/preview.

use leptos::prelude::*;

use super::super::store::Lab;
use super::{Pane, Place};

#[component]
pub(super) fn Preview(state: Lab) -> impl IntoView {
    view! {
        <Place state pane=Pane::Preview>
            <div class="preview" data-view="preview">
                <p class="pane-empty">"Waiting for the engine …"</p>
            </div>
        </Place>
    }
}
