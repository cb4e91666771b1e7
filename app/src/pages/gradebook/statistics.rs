//! How the labs of a class went over time.

use leptos::prelude::*;

use crate::pages::classes::class_head;
use crate::pages::forms::empty;
use crate::pages::layout::{Head, Parts, document};
use crate::view::{CheckStatistics, LabDetail, LabFacts, Shell, StatisticsPage, StepStatistics};

/// Renders the statistics of a class.
#[must_use]
pub fn statistics(shell: &Shell, page: StatisticsPage) -> String {
    let about = Head {
        title: format!("Statistics · {}", page.class.title),
        summary: "How the labs of this class went: checks, tries, times and common mistakes."
            .to_owned(),
        layout: "grades wide",
        course: None,
        parts: Parts::None,
    };
    document(shell, about, || {
        let body = if page.labs.is_empty() {
            empty(
                "Nobody has begun a lab yet",
                "Once students work on labs, this page says for each check how many pass it and after how many tries, \
                 how long each step takes, and what is most often found in place of what is wanted.",
                Some((page.class.href("assignments"), "Assign a lab".to_owned())),
            )
            .into_any()
        } else {
            view! {
                {labs(page.labs)}
                {page.detail.map(detail)}
            }
            .into_any()
        };
        view! {
            {class_head(page.class.clone(), "statistics")}
            <h1 class="grades-title">"Statistics"</h1>
            {body}
        }
    })
}

/// A share of a hundred as a bar. The number stands beside it as text.
fn bar(share: f64) -> impl IntoView {
    view! {
        <svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect class="bar-ground" width="100" height="8"></rect>
            <rect class="bar-value" width=format!("{share:.1}") height="8"></rect>
        </svg>
    }
}

fn share(part: f64, of: f64) -> f64 {
    if of > 0.0 { part * 100.0 / of } else { 0.0 }
}

/// "82 % (41 of 50)" with a bar.
fn rate(part: i64, of: i64) -> AnyView {
    if of == 0 {
        return view! { <span class="quiet-text">"–"</span> }.into_any();
    }
    let share = share(part as f64, of as f64);
    view! {
        <span class="rate">
            {bar(share)}
            <span>{format!("{share:.0}\u{a0}%")} <small>{format!(" {part} of {of}")}</small></span>
        </span>
    }
    .into_any()
}

fn labs(labs: Vec<LabFacts>) -> impl IntoView {
    let rows = labs
        .into_iter()
        .map(|lab| {
            view! {
                <tr>
                    <th scope="row">
                        <a href=lab.href aria-current=lab.current.then_some("true")>
                            {lab.title}
                        </a>
                    </th>
                    <td class="number">{lab.began}</td>
                    <td>{rate(lab.finished, lab.began)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-frame" role="region" aria-label="Labs" tabindex="0">
            <table class="table statistics-labs">
                <caption>"Labs of this course that students of this class have begun"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Lab"</th>
                        <th scope="col" class="number">"Students"</th>
                        <th scope="col">"Passed every check"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn detail(lab: LabDetail) -> impl IntoView {
    let steps = lab.steps.into_iter().map(step).collect_view();
    let checks = lab.checks.into_iter().map(check).collect_view();
    view! {
        <section class="statistics-lab" aria-labelledby="lab">
            <h2 id="lab">{lab.title}</h2>
            <h3>"Time on each step"</h3>
            <div class="table-frame" role="region" aria-label="Steps" tabindex="0">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Step"</th>
                            <th scope="col">"Median time"</th>
                            <th scope="col" class="number">"Done in"</th>
                        </tr>
                    </thead>
                    <tbody>{steps}</tbody>
                </table>
            </div>
            <h3>"Checks"</h3>
            <div class="table-frame" role="region" aria-label="Checks" tabindex="0">
                <table class="table statistics-checks">
                    <thead>
                        <tr>
                            <th scope="col">"Check"</th>
                            <th scope="col">"Students who passed it"</th>
                            <th scope="col" class="number">"Tries until it passes"</th>
                            <th scope="col">"As graded"</th>
                            <th scope="col">"Most often found instead"</th>
                        </tr>
                    </thead>
                    <tbody>{checks}</tbody>
                </table>
            </div>
            <p class="quiet-text statistics-note">
                "Times and tries are medians. A step's time runs from the end of the steps before it to the last of its \
                 checks, also while the student was away. A try is a result that differs from the one before. “As graded” \
                 is the latest grading of the submissions that count; hidden checks have no other figures."
            </p>
        </section>
    }
}

fn step(step: StepStatistics) -> impl IntoView {
    let time = match step.time {
        Some(time) => view! {
            <span class="rate">
                {bar(step.share)}
                <span>{time}</span>
            </span>
        }
        .into_any(),
        None => view! { <span class="quiet-text">"–"</span> }.into_any(),
    };
    let done = match step.done {
        1 => "1 session".to_owned(),
        done => format!("{done} sessions"),
    };
    view! {
        <tr>
            <th scope="row">{step.title}</th>
            <td>{time}</td>
            <td class="number">{done}</td>
        </tr>
    }
}

fn check(check: CheckStatistics) -> impl IntoView {
    let wrong = check
        .wrong
        .into_iter()
        .map(|(found, students)| {
            let who = if students == 1 {
                "1 student".to_owned()
            } else {
                format!("{students} students")
            };
            view! { <li>{found} " " <small>{who}</small></li> }
        })
        .collect_view();
    let hidden = check
        .hidden
        .then(|| view! { " " <span class="badge">"hidden"</span> });
    let (passed, of) = check.passed;
    let (graded, graded_of) = check.graded.unwrap_or_default();
    view! {
        <tr>
            <th scope="row">
                {check.title} {hidden}
                <small>{format!("Step {}", check.step)}</small>
            </th>
            <td>{rate(passed as i64, of as i64)}</td>
            <td class="number">{check.tries.unwrap_or_else(|| "–".to_owned())}</td>
            <td>{rate(graded, graded_of)}</td>
            <td>
                <ul class="statistics-wrong">{wrong}</ul>
            </td>
        </tr>
    }
}
