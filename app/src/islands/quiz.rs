//! A question that is answered in the page. The server judges; this shows what it says.

use std::collections::BTreeMap;

use leptos::either::EitherOf4;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};

use crate::browser::{self, hydrated};

/// What kind of answer a question asks for. The island takes this and a plain list, as reading
/// [`crate::view::QuizKind`] in the browser would cost 3 kB more.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub enum Form {
    /// Exactly one choice is right.
    Single,
    /// Several choices may be right.
    Multiple,
    /// A short text.
    Text,
    /// Items to put in order.
    Order,
}

/// What the learner answered.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Choices(Vec<usize>),
    Text(String),
    Order(Vec<usize>),
}

/// What the server says to it.
#[derive(Deserialize)]
struct Verdict {
    correct: bool,
    #[serde(default)]
    explanation: Option<String>,
    #[serde(default)]
    choices: Vec<Picked>,
}

/// A choice that was picked, explained.
#[derive(Deserialize)]
struct Picked {
    index: usize,
    correct: bool,
    #[serde(default)]
    why: Option<String>,
}

/// State of one question, shared by its parts.
#[derive(Clone, Copy)]
struct Asked {
    /// Where answers are sent.
    url: StoredValue<String>,
    /// Whether an answer is under way.
    busy: RwSignal<bool>,
    /// Whether it has been answered right.
    solved: RwSignal<bool>,
    /// Explained choices: whether each is right, and why.
    picked: RwSignal<BTreeMap<usize, (bool, String)>>,
    /// Explanation of the whole answer, as safe HTML.
    reply: RwSignal<String>,
    /// What kept the answer from being judged.
    problem: RwSignal<Option<String>>,
}

impl Asked {
    fn send(self, answer: Answer) {
        if self.busy.get_untracked() {
            return;
        }
        let body = serde_json::to_string(&answer).unwrap_or_default();
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let url = self.url.get_value();
            let by_choice = matches!(answer, Answer::Choices(_));
            let reply = browser::request("POST", &url, Some(body)).await;
            match reply.and_then(|text| browser::read::<Verdict>(&text)) {
                Ok(verdict) => self.show(verdict, by_choice),
                Err(error) => self.problem.set(Some(error.sentence())),
            }
            self.busy.set(false);
        });
    }

    fn show(self, verdict: Verdict, by_choice: bool) {
        let explained = verdict.choices.iter().any(|choice| choice.why.is_some());
        let incomplete = !verdict.correct
            && !verdict.choices.is_empty()
            && verdict.choices.iter().all(|choice| choice.correct);
        self.picked.update(|picked| {
            for choice in verdict.choices {
                picked.insert(
                    choice.index,
                    (choice.correct, choice.why.unwrap_or_default()),
                );
            }
        });
        self.solved.set(verdict.correct);
        self.reply.set(match verdict.explanation {
            Some(html) => html,
            None if verdict.correct => String::new(),
            None if incomplete => "Right so far, and there is more to pick.".to_owned(),
            None if by_choice && explained => String::new(),
            None => "Not yet. Read the question again and have another try.".to_owned(),
        });
    }

    /// Forgets what was said about the last answer, because the learner is changing it.
    fn reconsider(self) {
        self.picked.update(BTreeMap::clear);
        self.reply.set(String::new());
        self.solved.set(false);
    }

    fn state_of(self, index: usize) -> Option<&'static str> {
        self.picked.with(|picked| {
            picked
                .get(&index)
                .map(|(correct, _)| if *correct { "right" } else { "wrong" })
        })
    }

    fn why(self, index: usize) -> String {
        self.picked.with(|picked| {
            picked
                .get(&index)
                .map(|(_, why)| why.clone())
                .unwrap_or_default()
        })
    }
}

/// One question with its answer field.
#[island]
pub fn QuizCard(
    /// Slug of the course.
    course: String,
    /// Slug of the lesson.
    lesson: String,
    /// Its number on the page, from 1.
    number: usize,
    /// Its id.
    id: String,
    /// The question, as safe inline HTML.
    question: String,
    /// What kind of answer is asked for.
    form: Form,
    /// Choices, or items to put in order, as safe inline HTML.
    choices: Vec<String>,
    /// Whether it has been answered right before.
    solved: bool,
) -> impl IntoView {
    let asked = Asked {
        url: StoredValue::new(format!("/api/v1/quizzes/{course}/{lesson}/{id}")),
        busy: RwSignal::new(false),
        solved: RwSignal::new(solved),
        picked: RwSignal::new(BTreeMap::new()),
        reply: RwSignal::new(String::new()),
        problem: RwSignal::new(None),
    };
    let instruction = match form {
        Form::Single => "Pick one answer",
        Form::Multiple => "Pick every right answer",
        Form::Text => "Type the answer",
        Form::Order => "Put these in order",
    };
    let field = match form {
        Form::Single => EitherOf4::A(single(asked, choices)),
        Form::Multiple => EitherOf4::B(multiple(asked, choices)),
        Form::Text => EitherOf4::C(text(asked, &id)),
        Form::Order => EitherOf4::D(order(asked, &id, choices)),
    };
    let label = format!("{id}-question");
    view! {
        <section
            class="quiz"
            id=format!("quiz-{id}")
            data-hydrated=hydrated()
            data-solved=move || asked.solved.get().then_some("true")
            aria-labelledby=label.clone()
            aria-busy=move || asked.busy.get().then_some("true")
        >
            <p class="quiz-head">
                <span class="quiz-number">{format!("Question {number}")}</span>
                <span class="quiz-instruction">
                    {move || if asked.solved.get() { "Answered" } else { instruction }}
                </span>
            </p>
            <div class="quiz-question" id=label.clone() inner_html=question></div>
            {field}
            <div
                class="quiz-reply"
                role="status"
                data-state=move || if asked.solved.get() { "right" } else { "wrong" }
                inner_html=move || asked.reply.get()
            ></div>
            <p class="problem" role="status">
                {move || asked.problem.get()}
            </p>
        </section>
    }
}

/// Buttons: picking one answers at once, and a wrong one stays marked with its reason.
fn single(asked: Asked, choices: Vec<String>) -> impl IntoView {
    let rows = choices
        .into_iter()
        .enumerate()
        .map(|(index, html)| {
            view! {
                <li>
                    <button
                        type="button"
                        class="choice"
                        data-state=move || asked.state_of(index)
                        aria-pressed=move || {
                            if asked.state_of(index).is_some() { "true" } else { "false" }
                        }
                        on:click=move |_| asked.send(Answer::Choices(vec![index]))
                    >
                        <span class="choice-mark" aria-hidden="true"></span>
                        <span class="choice-text" inner_html=html></span>
                    </button>
                    {why(asked, index)}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="choices">{rows}</ul> }
}

/// Checkboxes and a button.
fn multiple(asked: Asked, choices: Vec<String>) -> impl IntoView {
    let ticked = RwSignal::new(vec![false; choices.len()]);
    let rows = choices
        .into_iter()
        .enumerate()
        .map(|(index, html)| {
            view! {
                <li>
                    <label class="choice" data-state=move || asked.state_of(index)>
                        <input
                            type="checkbox"
                            on:change=move |event| {
                                let on = event_target_checked(&event);
                                ticked
                                    .update(|ticked| {
                                        if let Some(tick) = ticked.get_mut(index) {
                                            *tick = on;
                                        }
                                    });
                                asked.reconsider();
                            }
                        />
                        <span class="choice-text" inner_html=html></span>
                    </label>
                    {why(asked, index)}
                </li>
            }
        })
        .collect_view();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let picked = ticked.with_untracked(|ticked| {
            (0..ticked.len())
                .filter(|index| ticked.get(*index) == Some(&true))
                .collect::<Vec<_>>()
        });
        if picked.is_empty() {
            asked
                .reply
                .set("Tick at least one answer first.".to_owned());
        } else {
            asked.send(Answer::Choices(picked));
        }
    };
    view! {
        <form on:submit=submit>
            <ul class="choices">{rows}</ul>
            {check_button()}
        </form>
    }
}

/// A line to type in.
fn text(asked: Asked, id: &str) -> impl IntoView + use<> {
    let typed = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let answer = typed.with_untracked(|typed| typed.trim().to_owned());
        if answer.is_empty() {
            asked.reply.set("Type an answer first.".to_owned());
        } else {
            asked.send(Answer::Text(answer));
        }
    };
    view! {
        <form class="quiz-line" on:submit=submit>
            <input
                type="text"
                class="field"
                name="answer"
                aria-labelledby=format!("{id}-question")
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                on:input=move |event| typed.set(event_target_value(&event))
            />
            {check_button()}
        </form>
    }
}

/// Rows that stay where they are while the items move through them, so that the keyboard's focus
/// can follow an item.
fn order(asked: Asked, id: &str, items: Vec<String>) -> impl IntoView + use<> {
    let count = items.len();
    let places = RwSignal::new((0..count).collect::<Vec<_>>());
    let moved = RwSignal::new(String::new());
    let items = StoredValue::new(items);
    let row_id = StoredValue::new(id.to_owned());
    let item_at = move |place: usize| {
        let item = places.with(|places| places.get(place).copied());
        items.with_value(|items| item.and_then(|item| items.get(item).cloned()))
    };
    let swap = move |from: usize, to: usize, button: &'static str| {
        places.update(|places| places.swap(from, to));
        asked.reconsider();
        moved.set(format!("Moved to place {} of {count}", to + 1));
        // At an end that button is switched off: the other one takes the focus.
        let button = match to {
            0 => "down",
            to if to + 1 == count => "up",
            _ => button,
        };
        browser::focus(&format!("{}-{button}-{to}", row_id.get_value()));
    };
    let rows = (0..count)
        .map(|place| {
            view! {
                <li>
                    <span class="order-text" inner_html=move || item_at(place).unwrap_or_default()></span>
                    <button
                        type="button"
                        class="icon-button"
                        id=format!("{id}-up-{place}")
                        aria-label=format!("Move item {} up", place + 1)
                        disabled=place == 0
                        on:click=move |_| swap(place, place - 1, "up")
                    >
                        "↑"
                    </button>
                    <button
                        type="button"
                        class="icon-button"
                        id=format!("{id}-down-{place}")
                        aria-label=format!("Move item {} down", place + 1)
                        disabled=place + 1 == count
                        on:click=move |_| swap(place, place + 1, "down")
                    >
                        "↓"
                    </button>
                </li>
            }
        })
        .collect_view();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        asked.send(Answer::Order(places.get_untracked()));
    };
    view! {
        <form on:submit=submit>
            <ol class="order">{rows}</ol>
            <p class="visually-hidden" role="status">
                {move || moved.get()}
            </p>
            {check_button()}
        </form>
    }
}

fn why(asked: Asked, index: usize) -> impl IntoView {
    view! {
        <div
            class="why"
            aria-live="polite"
            data-state=move || asked.state_of(index)
            inner_html=move || asked.why(index)
        ></div>
    }
}

fn check_button() -> impl IntoView {
    view! {
        <button type="submit" class="button">
            "Check"
        </button>
    }
}
