//! One course: modules as chapters, with what is in them and how far one is.

use leptos::prelude::*;

use super::classes::due_card;
use super::layout::{Head, Parts, document};
use super::parts::{item_key, kind_word, minutes, progress, state_words};
use crate::view::{CourseMap, CoursePage, ItemMap, ModuleMap, Outcome, ReferenceLink, Shell};

/// Renders the page of a course.
#[must_use]
pub fn course(shell: &Shell, page: CoursePage) -> String {
    let CoursePage {
        course,
        resume,
        due,
    } = page;
    let head = Head {
        title: course.title.clone(),
        summary: course.summary.clone(),
        layout: "course",
        course: Some((course.slug.clone(), course.title.clone())),
        parts: Parts::None,
    };
    document(shell, head, || {
        let CourseMap {
            slug,
            title,
            summary,
            outcomes,
            modules,
            references,
        } = course;
        let time = modules.iter().map(ModuleMap::minutes).sum();
        let (done, of) = modules.iter().fold((0, 0), |(done, of), module| {
            (done + module.done(), of + module.items.len())
        });
        let resume = resume.map(|place| {
            view! {
                <a class="button primary" href=place.href()>
                    {format!("Continue: {}", place.title)}
                </a>
            }
        });
        let chapters = modules
            .into_iter()
            .map(|module| chapter(&slug, module))
            .collect_view();
        let course_slug = slug;
        view! {
            <header class="page-head">
                <h1>{title}</h1>
                <p class="lead">{summary}</p>
                <p class="page-facts">
                    <span>{minutes(time)} " in all"</span>
                    {progress(done, of)}
                </p>
                {resume}
            </header>
            {due_card(due)}
            <div class="chapters">{chapters}</div>
            {reference_list(&course_slug, references)}
            {outcome_list(outcomes)}
        }
    })
}

fn reference_list(course: &str, references: Vec<ReferenceLink>) -> impl IntoView + use<> {
    (!references.is_empty()).then(|| {
        let rows = references
            .into_iter()
            .map(|page| {
                let href = page.href(course);
                view! {
                    <li>
                        <a href=href>{page.title}</a>
                        <p>{page.summary}</p>
                    </li>
                }
            })
            .collect_view();
        view! {
            <section class="reference-list" aria-labelledby="reference">
                <h2 id="reference">"To look things up"</h2>
                <ul>{rows}</ul>
            </section>
        }
    })
}

fn chapter(course: &str, module: ModuleMap) -> impl IntoView + use<> {
    let course = course.to_owned();
    let (done, of, time) = (module.done(), module.items.len(), module.minutes());
    let items = module
        .items
        .into_iter()
        .map(|item| row(&course, item))
        .collect_view();
    view! {
        <section class="chapter" id=module.slug.clone() aria-labelledby=format!("{}-title", module.slug)>
            <header>
                <p class="module-number">{format!("Module {}", module.number)}</p>
                <h2 id=format!("{}-title", module.slug)>{module.title}</h2>
                <p>{module.summary}</p>
                <p class="page-facts">
                    <span>{minutes(time)}</span>
                    <span class="codes">{module.outcomes.join(" · ")}</span>
                    {progress(done, of)}
                </p>
            </header>
            <ol class="items">{items}</ol>
        </section>
    }
}

fn row(course: &str, item: ItemMap) -> impl IntoView + use<> {
    let (key, href) = (item_key(&item), item.kind.href(course, &item.slug));
    let state = state_words(&item);
    view! {
        <li
            class="item"
            data-item=key
            data-done=if item.done { "true" } else { "false" }
        >
            <span class="item-mark" data-kind=kind_word(item.kind) aria-hidden="true"></span>
            <div class="item-text">
                <a href=href>{item.title}</a>
                <p>{item.summary}</p>
            </div>
            <p class="item-facts">
                <span class="item-kind">{item.kind.word()}</span>
                <span>{minutes(item.minutes)}</span>
                <span class="item-state">{state}</span>
            </p>
        </li>
    }
}

fn outcome_list(outcomes: Vec<Outcome>) -> impl IntoView {
    (!outcomes.is_empty()).then(|| {
        let rows = outcomes
            .into_iter()
            .map(|outcome| {
                view! {
                    <div>
                        <dt>{outcome.code}</dt>
                        <dd>{outcome.text}</dd>
                    </div>
                }
            })
            .collect_view();
        view! {
            <section class="outcome-list" aria-labelledby="outcomes">
                <h2 id="outcomes">"What this course leads to"</h2>
                <dl>{rows}</dl>
            </section>
        }
    })
}
