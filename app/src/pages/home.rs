//! The front page: what this is, the way in, and the course as a map.

use leptos::prelude::*;

use super::classes::due_card;
use super::drawing;
use super::layout::{Head, Parts, document};
use super::parts::{minutes, progress};
use crate::view::{CourseMap, HomePage, ModuleMap, Place, Shell};

/// Renders the front page.
#[must_use]
pub fn home(shell: &Shell, page: HomePage) -> String {
    let head = Head {
        title: String::new(),
        summary: "Learn Docker in the browser, on a real Docker Engine of your own. No account, \
                  nothing to install, nothing to break."
            .to_owned(),
        layout: "home",
        course: page
            .courses
            .first()
            .map(|course| (course.slug.clone(), course.title.clone())),
        parts: Parts::None,
    };
    document(shell, head, || {
        let HomePage {
            courses,
            start,
            resume,
            due,
        } = page;
        let first = courses
            .first()
            .map(|course| format!("/courses/{}", course.slug));
        view! {
            <section class="hero">
                <div class="hero-text">
                    <h1>"Learn Docker on a real engine"</h1>
                    <p class="hero-lead">
                        "Lessons that explain, labs that run. Beside each lab stands a machine of your own, with a shell and a real Docker Engine: type a command and watch the checks see what you did."
                    </p>
                    <p class="hero-actions">
                        {start.map(|place| start_link(place, resume.is_some()))}
                        {first
                            .map(|href| {
                                view! {
                                    <a class="button" href=href>
                                        "See the course"
                                    </a>
                                }
                            })}
                    </p>
                    <p class="hero-note">"No account, nothing to install, nothing you can break."</p>
                </div>
                {drawing::image_to_containers()}
            </section>
            {due_card(due)}
            {resume.map(resume_card)}
            {courses.into_iter().map(course_map).collect_view()}
        }
    })
}

fn start_link(place: Place, resumes: bool) -> impl IntoView {
    // Somebody who has been here before goes on where they were: that button is the loud one.
    let class = if resumes { "button" } else { "button primary" };
    view! {
        <a class=class href=place.href()>
            "Start: run your first container"
        </a>
    }
}

fn resume_card(place: Place) -> impl IntoView {
    let href = place.href();
    view! {
        <section class="resume" aria-labelledby="resume">
            <h2 id="resume">"Continue where you were"</h2>
            <a class="resume-link" href=href>
                <span class="resume-place">{format!("{} · {}", place.kind.word(), place.module)}</span>
                <span class="resume-title">{place.title}</span>
                <span class="resume-go" aria-hidden="true">
                    "→"
                </span>
            </a>
        </section>
    }
}

fn course_map(course: CourseMap) -> impl IntoView {
    let total = course.modules.iter().map(ModuleMap::minutes).sum();
    let id = format!("course-{}", course.slug);
    let href = format!("/courses/{}", course.slug);
    let modules = course
        .modules
        .into_iter()
        .map(|module| module_card(&href, module))
        .collect_view();
    view! {
        <section class="course-map" aria-labelledby=id.clone()>
            <header>
                <h2 id=id.clone()>{course.title}</h2>
                <p>{course.summary} " " <span class="quiet-text">{minutes(total)} " in all"</span></p>
            </header>
            <ol class="module-cards">{modules}</ol>
        </section>
    }
}

pub(super) fn module_card(course: &str, module: ModuleMap) -> impl IntoView + use<> {
    let (done, of, time) = (module.done(), module.items.len(), module.minutes());
    view! {
        <li class="module-card" data-done=(of > 0 && done == of).then_some("true")>
            <span class="module-number" aria-hidden="true">
                {module.number}
            </span>
            <h3>
                <a href=format!("{course}#{}", module.slug)>{module.title}</a>
            </h3>
            <p class="module-summary">{module.summary}</p>
            <p class="module-foot">
                <span>{minutes(time)}</span>
                {progress(done, of)}
            </p>
        </li>
    }
}
