//! One class: as its students see it, and as its instructors do.

use leptos::prelude::*;

use super::{badge, page};
use crate::pages::forms::button;
use crate::pages::home::module_card;
use crate::view::{ClassPage, ClassTop, DueLine, OverviewPage, Shell, TaughtLine};

/// Renders a class for a student.
#[must_use]
pub fn class(shell: &Shell, content: ClassPage) -> String {
    page(shell, content.class.clone(), "", "", || {
        let ClassPage {
            class,
            instructors,
            zone,
            lines,
            modules,
        } = content;
        let course = format!("/courses/{}", class.course);
        let modules = modules
            .into_iter()
            .map(|module| module_card(&course, module))
            .collect_view();
        let taught = (!instructors.is_empty()).then(|| {
            view! { <p class="class-facts">{format!("Taught by {}", instructors.join(", "))}</p> }
        });
        let leave = (!class.archived).then(|| {
            view! {
                <section class="class-section class-leave">
                    <details>
                        <summary>"Leave this class"</summary>
                        <p>
                            "Your progress stays yours. Your instructors no longer see you among the students; if you join again, everything you handed in is there."
                        </p>
                        {button(class.href("leave"), "Leave the class".to_owned(), Vec::new(), true)}
                    </details>
                </section>
            }
        });
        view! {
            {taught}
            <section class="class-section" aria-labelledby="assignments">
                <h2 id="assignments">"What is asked of you"</h2>
                {student_lines(lines, zone)}
            </section>
            <section class="class-section" aria-labelledby="course-map">
                <h2 id="course-map">"The course"</h2>
                <ol class="module-cards">{modules}</ol>
            </section>
            {leave}
        }
    })
}

fn student_lines(lines: Vec<DueLine>, zone: String) -> AnyView {
    if lines.is_empty() {
        return view! {
            <div class="empty">
                <p class="empty-title">"Nothing is assigned yet"</p>
                <p>
                    "When your instructor assigns a lesson, a quiz or a lab, it stands here with the day by which it is due. Until then, begin with the first lesson below: what you do now counts later too."
                </p>
            </div>
        }
        .into_any();
    }
    let rows = lines
        .into_iter()
        .map(|line| {
            let title = line.title.clone();
            let results = line.results.map(|href| {
                let label = format!("Results of {title}");
                view! {
                    <a class="cell-note" href=href aria-label=label>
                        "Results"
                    </a>
                }
            });
            view! {
                <tr>
                    <th scope="row">
                        <a href=line.href>{line.title}</a>
                        <span class="cell-note">{line.kind}</span>
                    </th>
                    <td data-label="Due">
                        {line.due.unwrap_or_else(|| "No date".to_owned())}
                        <span class="cell-note">{line.rules}</span>
                    </td>
                    <td data-label="State">{badge(line.state)} {results}</td>
                    <td data-label="Points" class="number">{line.grade.unwrap_or_else(|| "–".to_owned())}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table stacks">
            <thead>
                <tr>
                    <th scope="col">"Assignment"</th>
                    <th scope="col">"Due"</th>
                    <th scope="col">"State"</th>
                    <th scope="col" class="number">"Points"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        <p class="class-facts">{zone}</p>
    }
    .into_any()
}

/// Renders a class for who teaches it.
#[must_use]
pub fn overview(shell: &Shell, content: OverviewPage) -> String {
    page(shell, content.class.clone(), "", "", || {
        let OverviewPage {
            class,
            code,
            link,
            join_open,
            students,
            instructors,
            zone,
            lines,
        } = content;
        let students_say = match students {
            0 => "No students yet".to_owned(),
            1 => "1 student".to_owned(),
            count => format!("{count} students"),
        };
        let taught = if instructors.is_empty() {
            students_say
        } else {
            format!("{students_say} · taught by {}", instructors.join(", "))
        };
        let steps = (!class.archived && (students == 0 || lines.is_empty()))
            .then(|| first_steps(&class, students, lines.is_empty()));
        let add = (!class.archived).then(|| {
            view! {
                <a class="button" href=class.href("assignments/new")>
                    "Assign something"
                </a>
            }
        });
        let list = if lines.is_empty() {
            view! { <p class="quiet-text">"Nothing is assigned yet."</p> }.into_any()
        } else {
            taught_lines(&class, lines).into_any()
        };
        view! {
            <p class="class-facts">{taught}</p>
            {steps}
            {join_panel(&class, code, link, join_open)}
            <section class="class-section" aria-labelledby="assignments">
                <div class="class-page-head-row">
                    <h2 id="assignments">"Assignments"</h2>
                    {add}
                </div>
                {list}
                <p class="class-facts">{zone}</p>
            </section>
        }
    })
}

fn join_panel(class: &ClassTop, code: String, link: String, open: bool) -> impl IntoView + use<> {
    let settings = class.href("settings");
    let body = if class.archived {
        view! { <p>"Nobody can join an archived class."</p> }.into_any()
    } else if open {
        view! {
            <p class="join-code">
                <code>{code}</code>
            </p>
            <p>"Students sign up, choose Classes and type this code, or open this link:"</p>
            <p class="join-link">
                <code>{link}</code>
            </p>
        }
        .into_any()
    } else {
        view! {
            <p>
                "Joining is closed: the code lets nobody in. " <a href=settings>"Open it in the settings"</a>
                ", or import people from a table."
            </p>
        }
        .into_any()
    };
    view! {
        <section class="class-section join-panel" aria-labelledby="join-title">
            <h2 id="join-title">"How students come in"</h2>
            {body}
        </section>
    }
}

fn first_steps(class: &ClassTop, students: u32, nothing: bool) -> impl IntoView + use<> {
    let step = |done: bool, text: &'static str, href: String, label: &'static str| {
        let rest = if done {
            view! { <span class="badge good">"Done"</span> }.into_any()
        } else {
            view! { <a href=href>{label}</a> }.into_any()
        };
        view! { <li>{text} " " {rest}</li> }
    };
    view! {
        <div class="empty">
            <p class="empty-title">"Three steps to a running class"</p>
            <ol class="class-steps">
                {step(true, "Make the class.", String::new(), "")}
                {step(
                    students > 0,
                    "Bring your students in: give them the code below, or import a table of names and addresses.",
                    class.href("roster#import"),
                    "Import people",
                )}
                {step(
                    !nothing,
                    "Assign lessons, quizzes and labs, with a day by which they are due.",
                    class.href("assignments/new"),
                    "Assign something",
                )}
            </ol>
        </div>
    }
}

/// The assignments of a class as a table.
pub(super) fn taught_lines(class: &ClassTop, lines: Vec<TaughtLine>) -> impl IntoView + use<> {
    let rows = lines
        .into_iter()
        .map(|line| {
            view! {
                <tr>
                    <th scope="row">
                        <a href=class.href(&format!("assignments/{}", line.id))>{line.title}</a>
                        <span class="cell-note">{line.kind}</span>
                    </th>
                    <td data-label="Due">
                        {line.due.unwrap_or_else(|| "No date".to_owned())}
                        <span class="cell-note">{line.rules}</span>
                    </td>
                    <td data-label="State">{badge(line.state)}</td>
                    <td data-label="Graded">{line.graded}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table stacks">
            <thead>
                <tr>
                    <th scope="col">"Assignment"</th>
                    <th scope="col">"Due"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"Graded"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}
