//! The terminals, in tabs.

use leptos::prelude::*;

use super::super::page;
use super::super::store::Lab;
use crate::browser;

/// Terminals that a session has at most.
const TERMINALS: u8 = 8;

/// Tabs of terminals. Every tab is in the page from the beginning; most are hidden.
#[component]
pub(super) fn Terminals(state: Lab) -> impl IntoView {
    // A bit for each open terminal: bit 0 is terminal 1.
    let open = RwSignal::new(0_u8);
    let active = RwSignal::new(0_u8);
    let screen_reader = RwSignal::new(false);
    let is_open = move |number: u8| open.get() & bit(number) != 0;

    let show = move |number: u8| {
        open.update(|open| *open |= bit(number));
        active.set(number);
        let url = state.url(&format!("/terminals/{number}"));
        page::open_terminal(number, &panel_id(number), &url);
        keep(state, open.get_untracked());
    };
    let close = move |number: u8| {
        page::close_terminal(number);
        open.update(|open| *open &= !bit(number));
        keep(state, open.get_untracked());
        if active.get_untracked() == number
            && let Some(other) =
                (1..=TERMINALS).find(|&other| open.get_untracked() & bit(other) != 0)
        {
            show(other);
        }
    };
    let add = move |_| {
        if let Some(free) = (1..=TERMINALS).find(|&number| open.get_untracked() & bit(number) == 0)
        {
            show(free);
        }
    };

    // A new machine gets its terminals: those of before a reload, or the first. They are opened
    // while it is being made, out of sight, so that the prompt is there when it is ready.
    Effect::new(move |_| {
        if state.machine.get() > 0 {
            open.set(0);
            let kept = state
                .session
                .with_untracked(|session| page::open_tabs(&session.id));
            let mut first = 0;
            for number in kept
                .split(' ')
                .filter_map(|number| number.parse::<u8>().ok())
            {
                if (1..=TERMINALS).contains(&number) {
                    open.update(|open| *open |= bit(number));
                    first = if first == 0 { number } else { first };
                }
            }
            show(first.max(1));
        }
    });

    let arrow = move |event: leptos::ev::KeyboardEvent| {
        let forward = match event.key().as_str() {
            "ArrowRight" => true,
            "ArrowLeft" => false,
            _ => return,
        };
        let mut number = active.get_untracked();
        for _ in 0..TERMINALS {
            number = match (forward, number) {
                (true, TERMINALS) => 1,
                (true, number) => number + 1,
                (false, 0 | 1) => TERMINALS,
                (false, number) => number - 1,
            };
            if open.get_untracked() & bit(number) != 0 {
                break;
            }
        }
        show(number);
        browser::focus(&tab_id(number));
    };

    let tabs = (1..=TERMINALS)
        .map(|number| {
            view! {
                <span class="tab" role="presentation" hidden=move || !is_open(number)>
                    <button
                        type="button"
                        role="tab"
                        id=tab_id(number)
                        aria-controls=panel_id(number)
                        aria-selected=move || if active.get() == number { "true" } else { "false" }
                        tabindex=move || if active.get() == number { "0" } else { "-1" }
                        on:click=move |_| show(number)
                        on:keydown=arrow
                    >
                        {format!("Terminal {number}")}
                    </button>
                </span>
            }
        })
        .collect_view();
    let panels = (1..=TERMINALS)
        .map(|number| {
            view! {
                <div
                    class="terminal"
                    role="tabpanel"
                    id=panel_id(number)
                    aria-labelledby=tab_id(number)
                    hidden=move || !(is_open(number) && active.get() == number)
                ></div>
            }
        })
        .collect_view();
    view! {
        <div class="terminals">
            <div class="tab-strip">
                <div class="tabs" role="tablist" aria-label="Terminals">
                    {tabs}
                </div>
                <button
                    type="button"
                    class="icon-button"
                    aria-label="Open another terminal"
                    title="Open another terminal"
                    disabled=move || open.get() == u8::MAX
                    on:click=add
                >
                    "+"
                </button>
                <span class="tab-tools">
                    <button
                        type="button"
                        class="icon-button"
                        aria-label="Close this terminal"
                        title="Close this terminal (its shell goes on)"
                        hidden=move || open.get().count_ones() < 2
                        on:click=move |_| close(active.get_untracked())
                    >
                        "×"
                    </button>
                    <button
                        type="button"
                        class="button quiet"
                        title="Find in the terminal (Ctrl+Shift+F)"
                        on:click=move |_| page::find_in_terminal()
                    >
                        "Find"
                    </button>
                    <button
                        type="button"
                        class="button quiet"
                        data-action="screen-reader"
                        title="Screen reader mode (Alt+F1)"
                        aria-pressed=move || if screen_reader.get() { "true" } else { "false" }
                        on:click=move |_| screen_reader.set(page::toggle_screen_reader())
                    >
                        "Screen reader"
                    </button>
                </span>
            </div>
            {panels}
        </div>
    }
}

fn bit(number: u8) -> u8 {
    1_u8.checked_shl(u32::from(number.saturating_sub(1)))
        .unwrap_or_default()
}

fn tab_id(number: u8) -> String {
    format!("terminal-tab-{number}")
}

fn panel_id(number: u8) -> String {
    format!("terminal-{number}")
}

fn keep(state: Lab, open: u8) {
    let mut tabs = String::new();
    for number in (1..=TERMINALS).filter(|&number| open & bit(number) != 0) {
        if !tabs.is_empty() {
            tabs.push(' ');
        }
        tabs.push_str(&number.to_string());
    }
    state
        .session
        .with_untracked(|session| page::keep_tabs(&session.id, &tabs));
}
