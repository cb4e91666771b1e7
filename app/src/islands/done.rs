//! [Mark as done] at the end of a lesson.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::{self, hydrated};

/// A button that keeps whether a lesson is done.
#[island]
pub fn DoneToggle(
    /// Slug of the course.
    course: String,
    /// Slug of the lesson.
    lesson: String,
    /// Whether it is done now.
    done: bool,
) -> impl IntoView {
    let done = RwSignal::new(done);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);

    let toggle = move |_| {
        if busy.get_untracked() {
            return;
        }
        let wanted = !done.get_untracked();
        let url = format!("/api/v1/progress/{course}/lessons/{lesson}");
        let slug = lesson.clone();
        busy.set(true);
        spawn_local(async move {
            let body = format!(r#"{{"done":{wanted}}}"#);
            match browser::request("PUT", &url, Some(body)).await {
                Ok(_) => {
                    done.set(wanted);
                    problem.set(None);
                    browser::mark_done("lesson", &slug, wanted);
                }
                Err(error) => problem.set(Some(error.sentence())),
            }
            busy.set(false);
        });
    };

    view! {
        <div class="done-toggle" data-hydrated=hydrated()>
            <button
                type="button"
                class="button"
                class:is-done=move || done.get()
                aria-pressed=move || if done.get() { "true" } else { "false" }
                on:click=toggle
            >
                <span class="tick" aria-hidden="true"></span>
                {move || if done.get() { "Done" } else { "Mark as done" }}
            </button>
            <p class="problem" role="status">{move || problem.get()}</p>
        </div>
    }
}
