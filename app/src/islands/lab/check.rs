//! A check where it stands in its step: its state, and in words what was expected and found.

use leptos::prelude::*;

use super::model::Seen;
use super::page;
use super::store::Lab;
use crate::browser::hydrated;
use crate::view::Check;

/// A text of a check.
type Text = fn(&Seen) -> &Option<String>;

/// What is said of a check that has not passed, in reading order, with its class.
const PARTS: [(&str, Text); 3] = [
    ("check-found", |check| &check.found),
    ("check-expected", |check| &check.expected),
    ("check-hint", |check| &check.hint),
];

fn part_id(check: &str, part: &str) -> String {
    format!("{part}-{check}")
}

/// One check.
#[island]
pub fn LabCheck(
    /// The check before anything was looked at.
    check: Check,
) -> impl IntoView {
    let lab = Lab::of_page();
    let Check {
        id, title, answer, ..
    } = check;
    let key = StoredValue::new(id.clone());
    let state = Memo::new(move |_| {
        lab.seen.with(|seen| {
            key.with_value(|id| match seen.get(id).map(|check| check.state.as_str()) {
                Some("pass") => "pass",
                Some("fail") => "fail",
                Some("error") => "error",
                Some("running") => "running",
                _ => "pending",
            })
        })
    });
    // A text of the check while it has not passed; nothing otherwise.
    let told = move |which: Text| {
        lab.seen.with(|seen| {
            key.with_value(|id| {
                seen.get(id)
                    .filter(|check| check.state == "fail" || check.state == "error")
                    .and_then(|check| which(check).clone())
                    .unwrap_or_default()
            })
        })
    };
    // Found, expected and hint mark code with backquotes. Views that come and go would cost wasm:
    // the page's script puts the text in, as text.
    for (part, which) in PARTS {
        Effect::new(move |_| {
            let text = told(which);
            key.with_value(|id| page::set_words(&part_id(id, part), &text));
        });
    }
    let asks = answer.is_some();
    let form = answer.map(|answer| answer_form(lab, &id, answer, state));
    view! {
        <div
            class="check"
            id=format!("check-{id}")
            data-check=id.clone()
            data-asks=asks.then_some("true")
            data-hydrated=hydrated()
            data-state=move || state.get()
        >
            <span class="check-mark" aria-hidden="true"></span>
            <p class="check-title">
                <span class="visually-hidden">
                    {move || match state.get() {
                        "pass" => "Passed: ",
                        "fail" => "Not yet: ",
                        "error" => "Could not be looked at: ",
                        "running" => "Being looked at: ",
                        _ => "To do: ",
                    }}
                </span>
                {with_code(&title)}
            </p>
            {form}
            {PARTS.map(|(part, _)| view! { <p class=part id=part_id(&id, part)></p> })}
        </div>
    }
}

/// A text field, or choices, with a button.
fn answer_form(
    lab: Lab,
    id: &str,
    answer: crate::view::AnswerField,
    state: Memo<&'static str>,
) -> impl IntoView + use<> {
    let typed = RwSignal::new(String::new());
    let problem = RwSignal::new(String::new());
    let id = StoredValue::new(id.to_owned());
    let given = move || {
        lab.seen.with(|seen| {
            id.with_value(|id| {
                seen.get(id)
                    .and_then(|check| check.answer.as_ref())
                    .and_then(|answer| answer.given.clone())
                    .unwrap_or_default()
            })
        })
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let answer = typed.with_untracked(|typed| typed.trim().to_owned());
        if !lab.phase.get_untracked().alive() {
            problem.set("Start the lab first: the answer is found in its machine.".to_owned());
        } else if answer.is_empty() {
            problem.set("Give an answer first.".to_owned());
        } else {
            lab.answer(id.get_value(), answer, problem);
        }
    };
    let name = format!("answer-{}", id.get_value());
    let choices = answer
        .choices
        .iter()
        .map(|choice| {
            let value = choice.clone();
            let mine = choice.clone();
            view! {
                <label class="choice">
                    <input
                        type="radio"
                        name=name.clone()
                        value=choice.clone()
                        checked=move || given() == mine
                        on:change=move |_| typed.set(value.clone())
                    />
                    <span class="choice-text">{with_code(choice)}</span>
                </label>
            }
        })
        .collect_view();
    let line = answer.choices.is_empty().then(|| {
        view! {
            <input
                type="text"
                class="field"
                name=name.clone()
                aria-label="Your answer"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                prop:value=given
                on:input=move |event| typed.set(event_target_value(&event))
            />
        }
    });
    view! {
        <form class="answer" on:submit=submit>
            <fieldset>
                <legend>{with_code(&answer.question)}</legend>
                {choices}
                {line}
                <button type="submit" class="button" disabled=move || state.get() == "running">
                    "Answer"
                </button>
            </fieldset>
            <p class="problem" role="status">
                {move || problem.get()}
            </p>
        </form>
    }
}

/// Plain text in which backquotes mark code.
fn with_code(text: &str) -> impl IntoView + use<> {
    text.split('`')
        .enumerate()
        .map(|(index, part)| {
            let part = part.to_owned();
            if index % 2 == 0 {
                leptos::either::Either::Left(part)
            } else {
                leptos::either::Either::Right(view! { <code>{part}</code> })
            }
        })
        .collect_view()
}
