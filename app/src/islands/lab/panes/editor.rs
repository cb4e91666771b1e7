//! The files of the lab in an editor.

use leptos::prelude::*;

use super::super::store::Lab;
use super::{Pane, Place};

#[component]
pub(super) fn Editor(state: Lab) -> impl IntoView {
    view! {
        <Place state pane=Pane::Editor>
            <p class="pane-empty">"Nothing here yet."</p>
        </Place>
    }
}
