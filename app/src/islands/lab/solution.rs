//! The solution of a step: shown to who asks and takes its cost. What it says is put in place by web/src/solution.ts.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::page;
use super::store::Lab;
use crate::browser::{self, hydrated};

/// The button that shows a step's solution, and its place.
#[island]
pub fn LabSolution(
    /// The step's id.
    step: String,
    /// In percent of the step's points.
    cost: u32,
    /// Whether this learner has seen it before.
    seen: bool,
) -> impl IntoView {
    let lab = Lab::of_page();
    let place = format!("solution-{step}");
    let busy = RwSignal::new(false);
    let shown = RwSignal::new(false);
    let problem = RwSignal::new(String::new());
    let price = match (seen, cost) {
        (true, _) => "You have seen it before.".to_owned(),
        (_, 0) => "It costs nothing.".to_owned(),
        (_, 100) => "What you pass in this step afterwards counts nothing.".to_owned(),
        (_, cost) => format!(
            "What you pass in this step afterwards counts {} %.",
            100 - cost
        ),
    };
    let names = StoredValue::new((step, place.clone(), price.clone()));
    let ask = move |_| {
        if !lab.phase.get_untracked().alive() {
            problem.set(
                "Start the lab first: the solution is shown beside your own files.".to_owned(),
            );
            return;
        }
        busy.set(true);
        problem.set(String::new());
        spawn_local(async move {
            let (step, place, price) = names.get_value();
            let sure = seen
                || cost == 0
                || page::confirm("Show the solution of this step?", &price, "Show it").await;
            if sure {
                match browser::request("POST", &lab.url(&format!("/solutions/{step}")), None).await
                {
                    Ok(solution) => {
                        shown.set(true);
                        page::show_solution(&place, &solution);
                    }
                    Err(error) => problem.set(error.sentence()),
                }
            }
            busy.set(false);
        });
    };
    view! {
        <div class="solution" data-hydrated=hydrated()>
            <p class="solution-offer" hidden=move || shown.get()>
                <button type="button" class="button" disabled=move || busy.get() on:click=ask>
                    "Show the solution"
                </button>
                <span class="solution-price">{price}</span>
            </p>
            <p class="problem" role="status">
                {move || problem.get()}
            </p>
            <div id=place></div>
        </div>
    }
}
