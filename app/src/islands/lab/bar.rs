//! The line over a lab: which step, how the session is, the time that is left.

use std::time::Duration;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::model::{clock, current_step};
use super::page;
use super::store::Lab;
use crate::browser::hydrated;

/// A step as the bar needs it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StepRef {
    /// Its anchor.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// Ids of its checks.
    pub checks: Vec<String>,
}

/// Step dots, state, time left with [+], and reset.
#[island]
pub fn LabBar(
    /// The steps in order.
    steps: Vec<StepRef>,
) -> impl IntoView {
    let lab = Lab::of_page();
    let count = steps.len();
    let refs = StoredValue::new(steps.clone());
    let current = Memo::new(move |_| {
        lab.seen
            .with(|seen| refs.with_value(|steps| current_step(steps, seen)))
    });
    let state_of = move |index: usize| match current.get() {
        None => "done",
        Some(now) if index < now => "done",
        Some(now) if index == now => "current",
        Some(_) => "ahead",
    };

    // The sections of the text are no islands: their state is an attribute that the style sheet
    // reads. It is set once there is a session to speak of.
    Effect::new(move |_| {
        let looked_at = lab.seen.with(|seen| !seen.is_empty());
        let all_done = current.get().is_none();
        refs.with_value(|steps| {
            for (index, step) in steps.iter().enumerate() {
                page::set_state(&step.id, if looked_at { state_of(index) } else { "" });
            }
        });
        let has_checks = refs.with_value(|steps| steps.iter().any(|step| !step.checks.is_empty()));
        let finished = looked_at && all_done && has_checks;
        page::set_state("lab-finish", if finished { "done" } else { "" });
    });
    Effect::new(move |_| {
        set_interval(
            move || {
                if lab.phase.get_untracked().alive() {
                    lab.tick.update(|tick| *tick += 1);
                }
            },
            Duration::from_secs(1),
        );
    });

    let left = move || {
        lab.tick.track();
        let time = lab.session.with(|session| session.expires_at.clone());
        if time.is_empty() {
            String::new()
        } else {
            clock(page::seconds_until(&time))
        }
    };
    let alive = move || lab.phase.get().alive();
    let dots = steps
        .into_iter()
        .enumerate()
        .map(|(index, step)| {
            view! {
                <li>
                    <a
                        href=format!("#{}", step.id)
                        class="step-dot"
                        data-state=move || state_of(index)
                        aria-current=move || (state_of(index) == "current").then_some("step")
                        title=step.title.clone()
                    >
                        <span class="visually-hidden">
                            {format!("Step {}: {}", index + 1, step.title)}
                            {move || if state_of(index) == "done" { ", done" } else { "" }}
                        </span>
                    </a>
                </li>
            }
        })
        .collect_view();

    view! {
        <div
            class="lab-bar"
            data-hydrated=hydrated()
            data-phase=move || lab.phase.get().name()
        >
            <p class="lab-step">
                {move || match current.get() {
                    None => format!("All {count} steps done"),
                    Some(now) => format!("Step {} of {count}", now + 1),
                }}
            </p>
            <ol class="step-dots" aria-label="Steps">
                {dots}
            </ol>
            <p class="lab-state">
                <span class="lab-light" aria-hidden="true"></span>
                <span data-testid="lab-state">{move || lab.phase.get().words()}</span>
            </p>
            <p class="lab-time" hidden=move || !alive()>
                <span role="timer" aria-label="Time left" data-testid="time-left">
                    {left}
                </span>
                " left "
                <button
                    type="button"
                    class="icon-button"
                    aria-label="Add time"
                    title="Add time"
                    disabled=move || !lab.session.with(|session| session.can_extend)
                    on:click=move |_| lab.extend()
                >
                    "+"
                </button>
            </p>
            <button
                type="button"
                class="button quiet"
                hidden=move || !alive()
                on:click=move |_| lab.check_now()
            >
                "Check again"
            </button>
            <button
                type="button"
                class="button quiet"
                hidden=move || !alive()
                on:click=move |_| lab.reset()
            >
                "Reset"
            </button>
            <p class="visually-hidden" role="status">
                {move || lab.said.get()}
            </p>
        </div>
    }
}
