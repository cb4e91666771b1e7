//! The files of the lab in an editor. What is in the pane is made by web/src/editor.

use leptos::prelude::*;

use super::super::model::Phase;
use super::super::page;
use super::super::store::Lab;
use super::{Pane, Place};

/// Where the editor stands.
const PLACE: &str = "editor";

#[component]
pub(super) fn Editor(state: Lab) -> impl IntoView {
    // It is loaded when the pane is first shown, and not before there are files.
    Effect::new(move |_| {
        let ready = matches!(state.phase.get(), Phase::Ready | Phase::Ending);
        if ready && state.shown.is_open(Pane::Editor) {
            page::open_editor(PLACE, &state.url(""));
        }
    });
    view! {
        <Place state pane=Pane::Editor>
            <div class="editor" id=PLACE>
                <p class="pane-empty">"The editor is being loaded …"</p>
            </div>
        </Place>
    }
}
