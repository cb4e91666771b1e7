//! The gradebook: students by assignments.

use leptos::prelude::*;

use crate::pages::classes::class_head;
use crate::pages::forms::empty;
use crate::pages::layout::{Head, Parts, document};
use crate::view::{GradeCell, GradeColumn, GradeRow, GradebookPage, Shell, SortLink};

/// Renders the gradebook of a class.
#[must_use]
pub fn gradebook(shell: &Shell, page: GradebookPage) -> String {
    let about = Head {
        title: format!("Grades · {}", page.class.title),
        summary: "Students and what they have in each assignment.".to_owned(),
        layout: "grades wide",
        course: None,
        parts: Parts::None,
    };
    document(shell, about, || {
        let class = page.class.clone();
        let untold = (page.untold > 0).then(|| {
            let scores = match page.untold {
                1 => "A score was".to_owned(),
                count => format!("{count} scores were"),
            };
            view! {
                <p class="problem">
                    {format!("{scores} not taken by the learning platform. ")}
                    <a href=class.href("platform")>"See why"</a>
                </p>
            }
        });
        let body = if page.columns.is_empty() {
            empty(
                "No assignments yet",
                "A column appears here for each lesson, quiz or lab that this class is asked to do. \
                 What students did before does not count towards it.",
                Some((class.href("assignments"), "Add an assignment".to_owned())),
            )
            .into_any()
        } else if !page.has_students {
            empty(
                "No students yet",
                "Share the class's link or code, or upload a list: a row appears here for each student who joins.",
                Some((class.href("roster"), "Invite students".to_owned())),
            )
            .into_any()
        } else {
            book(page).into_any()
        };
        view! {
            {class_head(class.clone(), "grades")}
            <h1 class="grades-title">"Grades"</h1>
            {untold}
            {body}
        }
    })
}

fn book(page: GradebookPage) -> impl IntoView {
    let csv = page.class.href("grades.csv");
    let kept = page
        .kept
        .iter()
        .map(|(name, value)| view! { <input r#type="hidden" name=*name value=value.clone() /> })
        .collect_view();
    let searched = !page.search.is_empty();
    let all = page.class.href("grades");
    let clear = searched.then(|| view! { <a class="button quiet" href=all>"Show everybody"</a> });
    let found = match (searched, page.found) {
        (true, 0) => format!("Nobody here is called “{}”.", page.search),
        (_, found) => format!("{} to {} of {found} students", page.shown.0, page.shown.1),
    };
    let rows = page.rows.into_iter().map(row).collect_view();
    let headings = page.columns.iter().map(heading).collect_view();
    let again = page
        .columns
        .iter()
        .filter_map(|column| {
            let href = column.regrade.clone()?;
            Some(view! { <li><a href=href>{column.title.clone()}</a></li> })
        })
        .collect::<Vec<_>>();
    let again = (!again.is_empty()).then(|| {
        view! {
            <details class="gradebook-again">
                <summary>"Grade a lab again"</summary>
                <p>"After a check was corrected: you see what would change before it counts."</p>
                <ul>{again}</ul>
            </details>
        }
    });
    let means = page
        .columns
        .iter()
        .map(|column| view! { <td class="number">{column.mean.clone().unwrap_or_default()}</td> })
        .collect_view();
    let table = (page.found > 0).then(|| {
        view! {
            <div class="table-frame gradebook-frame" role="region" aria-label="Gradebook" tabindex="0">
                <table class="table gradebook">
                    <thead>
                        <tr>
                            <th scope="col" class="gradebook-name" aria-sort=page.by_name.now>
                                {sorter(&page.by_name, "Student".into_any())}
                            </th>
                            <th scope="col" class="number" aria-sort=page.by_total.now>
                                {sorter(&page.by_total, "Total".into_any())}
                            </th>
                            {headings}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                    <tfoot>
                        <tr>
                            <th scope="row" class="gradebook-name">"Mean of the class"</th>
                            <td class="number">{page.mean.unwrap_or_default()}</td>
                            {means}
                        </tr>
                    </tfoot>
                </table>
            </div>
        }
    });
    view! {
        <div class="gradebook-tools">
            <form method="get" role="search">
                <label for="find-student">"Find a student"</label>
                <input class="field" id="find-student" r#type="search" name="q" value=page.search maxlength="100" />
                {kept}
                <button class="button" r#type="submit">"Find"</button>
                {clear}
            </form>
            <a class="button" href=csv download="">"Download as CSV"</a>
        </div>
        {table}
        <p class="gradebook-pages">
            <span>{found}</span>
            {page.previous.map(|href| view! { <a href=href rel="prev">"← Previous"</a> })}
            {page.next.map(|href| view! { <a href=href rel="next">"Next →"</a> })}
        </p>
        {again}
        {legend()}
    }
}

fn sorter(sort: &SortLink, text: AnyView) -> impl IntoView + use<> {
    let arrow = sort.now.map(|now| {
        let arrow = if now == "ascending" { "▲" } else { "▼" };
        view! { <span class="sort-arrow" aria-hidden="true">{arrow}</span> }
    });
    view! {
        <a class="sort" href=sort.href.clone()>
            {text}
            {arrow}
        </a>
    }
}

fn heading(column: &GradeColumn) -> impl IntoView + use<> {
    let facts = [
        Some(column.kind.clone()),
        column.of.as_ref().map(|of| format!("of {of}")),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let due = column.due.as_ref().map(|due| {
        let word = if column.past { "was due" } else { "due" };
        view! { <small>{format!("{word} {due}")}</small> }
    });
    let title = view! { <span class="gradebook-title">{column.title.clone()}</span> };
    view! {
        <th scope="col" class="gradebook-task" aria-sort=column.sort.now>
            {sorter(&column.sort, title.into_any())}
            <small>{facts.join(" · ")}</small>
            {due}
        </th>
    }
}

fn row(row: GradeRow) -> impl IntoView {
    let cells = row.cells.into_iter().map(cell).collect_view();
    view! {
        <tr>
            <th scope="row" class="gradebook-name">
                {row.name}
                <small>{row.email}</small>
            </th>
            <td class="number gradebook-total">{row.total.unwrap_or_else(|| "–".to_owned())}</td>
            {cells}
        </tr>
    }
}

fn cell(cell: GradeCell) -> impl IntoView {
    let says = (!cell.says.is_empty()).then(|| view! { <small>{cell.says.join(", ")}</small> });
    let points = cell.points;
    let text = match cell.href {
        Some(href) => {
            // Without points the state is what can be clicked.
            match points {
                Some(points) => view! { <a href=href>{points}</a> {says} }.into_any(),
                None => view! { <a href=href>{cell.says.join(", ")}</a> }.into_any(),
            }
        }
        None => view! { {points} {says} }.into_any(),
    };
    view! { <td class="number" data-state=cell.state>{text}</td> }
}

fn legend() -> impl IntoView {
    view! {
        <section class="gradebook-legend" aria-labelledby="how">
            <h2 id="how">"How to read this"</h2>
            <dl>
                <div>
                    <dt>"Total"</dt>
                    <dd>
                        "The mean of the percentages of all assignments that are due by now; each counts the same. An \
                         assignment without a due date counts once it is graded. What is missing counts 0. What still \
                         waits to be graded, or could not be graded for a fault of this site, is left out."
                    </dd>
                </div>
                <div>
                    <dt>"late 2 d"</dt>
                    <dd>"Handed in so many days after it was due; what that costs is taken off already."</dd>
                </div>
                <div>
                    <dt>"changed"</dt>
                    <dd>"An instructor put these points in place of the graded ones. The submission says who and why."</dd>
                </div>
                <div>
                    <dt>"waiting"</dt>
                    <dd>"Handed in and not graded yet. “newer waiting”: these points are of an earlier attempt."</dd>
                </div>
                <div>
                    <dt>"failed"</dt>
                    <dd>"This site could not grade it. It costs the student nothing; open it to grade it again."</dd>
                </div>
                <div>
                    <dt>"missing"</dt>
                    <dd>"It was due and nothing was handed in."</dd>
                </div>
            </dl>
        </section>
    }
}
