//! One submission.

use leptos::prelude::*;

use super::evidence::{files, objects};
use crate::pages::classes::{badge, class_head};
use crate::pages::forms::{button, form};
use crate::pages::layout::{Head, Parts, document};
use crate::view::{AttemptLine, Feedback, ReviewCheck, Shell, SubmissionPage};

/// Renders a submission for who teaches its class.
#[must_use]
pub fn review(shell: &Shell, page: SubmissionPage) -> String {
    let about = Head {
        title: format!("{}: {} · {}", page.student, page.title, page.class.title),
        summary: "One submission: files, evidence, checks, comments.".to_owned(),
        layout: "grades wide",
        course: None,
        parts: Parts::None,
    };
    document(shell, about, || {
        let again = page.again.then(|| {
            button(
                format!("{}/again", page.href),
                "Grade it again".to_owned(),
                vec![],
                false,
            )
        });
        let regrade = page
            .regrade
            .map(|href| view! { <a class="button" href=href>"Grade again, with a look first"</a> });
        let facts = page
            .facts
            .into_iter()
            .map(|(name, value)| {
                view! {
                    <div>
                        <dt>{name}</dt>
                        <dd>{value}</dd>
                    </div>
                }
            })
            .collect_view();
        let undo = page.changed.then(|| {
            button(
                format!("{}/override/undo", page.href),
                "Undo the change".to_owned(),
                vec![],
                true,
            )
        });
        let (comment_wrong, change_wrong) = (page.comment.is_wrong(), page.change.is_wrong());
        let zip = format!("{}/files.zip", page.href);
        view! {
            {class_head(page.class, "grades")}
            <header class="review-head">
                <div>
                    <h1 class="grades-title">{page.student}</h1>
                    <p class="quiet-text">{page.title} {page.email.map(|email| format!(" · {email}"))}</p>
                </div>
                {neighbours(page.previous, page.next, page.place)}
            </header>
            <div class="review">
                <div class="review-main">
                    {page.problem.map(|problem| view! { <p class="form-problems">{problem}</p> })}
                    {checks(page.checks, page.answers)}
                    {files(page.files, page.files_cut, page.opened, zip)}
                    {objects(page.objects, page.inspect)}
                </div>
                <aside class="review-side" aria-label="Grade and comments">
                    <section aria-labelledby="grade">
                        <h2 id="grade">"Grade"</h2>
                        <p>{badge(page.state)}</p>
                        <dl class="review-facts">{facts}</dl>
                        <p class="form-actions">{again} {regrade}</p>
                    </section>
                    {attempts(page.attempts)}
                    <section aria-labelledby="feedback">
                        <h2 id="feedback">"What the student reads"</h2>
                        {feedback(page.feedback)}
                        {undo}
                        <details open=comment_wrong>
                            <summary>"Write a comment"</summary>
                            {form(page.comment)}
                        </details>
                        <details open=change_wrong>
                            <summary>"Change the grade"</summary>
                            {form(page.change)}
                        </details>
                    </section>
                </aside>
            </div>
        }
    })
}

fn neighbours(
    previous: Option<(String, String)>,
    next: Option<(String, String)>,
    place: String,
) -> impl IntoView {
    view! {
        <nav class="review-neighbours" aria-label="Students of this assignment">
            {previous.map(|(href, name)| view! { <a href=href rel="prev">{format!("← {name}")}</a> })}
            <span class="quiet-text">{place}</span>
            {next.map(|(href, name)| view! { <a href=href rel="next">{format!("{name} →")}</a> })}
        </nav>
    }
}

/// Comments and a changed grade: what the student reads on their own page too.
pub(in crate::pages) fn feedback(feedback: Feedback) -> impl IntoView {
    let nothing = feedback.points.is_none() && feedback.comments.is_empty();
    let nothing =
        nothing.then(|| view! { <p class="quiet-text">"Nothing was said about it yet."</p> });
    let changed = feedback.points.map(|points| {
        view! {
            <div class="feedback-change">
                <p>
                    <strong>{format!("Changed to {points}")}</strong>
                    " "
                    <small>{feedback.by}</small>
                </p>
                <p class="feedback-text">{feedback.reason}</p>
            </div>
        }
    });
    let comments = feedback
        .comments
        .into_iter()
        .map(|(by, text)| {
            view! {
                <li>
                    <small>{by}</small>
                    <p class="feedback-text">{text}</p>
                </li>
            }
        })
        .collect_view();
    view! {
        {nothing}
        {changed}
        <ul class="feedback-comments">{comments}</ul>
    }
}

fn checks(checks: Vec<ReviewCheck>, answers: Vec<(String, String)>) -> impl IntoView {
    let empty = checks
        .is_empty()
        .then(|| view! { <p class="quiet-text">"There are no results yet."</p> });
    let rows = checks.into_iter().map(check).collect_view();
    let answers = (!answers.is_empty()).then(|| {
        let rows = answers
            .into_iter()
            .map(|(question, answer)| {
                view! {
                    <div>
                        <dt>{question}</dt>
                        <dd>{answer}</dd>
                    </div>
                }
            })
            .collect_view();
        view! {
            <h3>"Answers"</h3>
            <dl class="review-answers">{rows}</dl>
        }
    });
    view! {
        <section aria-labelledby="checks">
            <h2 id="checks">"Checks"</h2>
            {empty}
            <div class="table-frame" role="region" aria-label="Results of checks" tabindex="0">
                <table class="table review-checks">
                    <thead>
                        <tr>
                            <th scope="col">"Check"</th>
                            <th scope="col">"As the student saw it"</th>
                            <th scope="col">"As graded"</th>
                            <th scope="col" class="number">"Points"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {answers}
        </section>
    }
}

fn check(check: ReviewCheck) -> impl IntoView {
    let hidden = check
        .hidden
        .then(|| view! { " " <span class="badge">"hidden"</span> });
    let expected = (!check.expected.is_empty()).then(|| view! { <small>{check.expected}</small> });
    let result = |result| match result {
        Some((state, found)) => view! {
            {badge(state)}
            <p class="review-found">{found}</p>
        }
        .into_any(),
        None => view! { <span class="quiet-text">"–"</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">{check.title} {hidden} {expected}</th>
            <td>{result(check.seen)}</td>
            <td>{result(check.graded)}</td>
            <td class="number">{check.points}</td>
        </tr>
    }
}

fn attempts(attempts: Vec<AttemptLine>) -> impl IntoView {
    let lines = attempts
        .into_iter()
        .map(|attempt| {
            let counts = attempt.counts.then_some(" · counts");
            view! {
                <li>
                    <a href=attempt.href aria-current=attempt.current.then_some("page")>
                        {attempt.name}
                    </a>
                    " "
                    {badge(attempt.state)}
                    <small>{attempt.at} {counts}</small>
                    <span>{attempt.points}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="attempts">
            <h2 id="attempts">"Attempts"</h2>
            <ul class="review-attempts">{lines}</ul>
        </section>
    }
}
