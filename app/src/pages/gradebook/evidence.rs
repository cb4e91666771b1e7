//! What was handed in: files, and the engine's objects.

use leptos::prelude::*;

use crate::view::{FileRow, ObjectTable, OpenedFile};

/// The files, and the one that is shown.
pub(super) fn files(
    files: Vec<FileRow>,
    cut: bool,
    opened: Option<OpenedFile>,
    zip: String,
) -> impl IntoView {
    if files.is_empty() && !cut {
        return view! {
            <section aria-labelledby="files">
                <h2 id="files">"Files"</h2>
                <p class="quiet-text">"No files were handed in."</p>
            </section>
        }
        .into_any();
    }
    let rows = files
        .into_iter()
        .map(|file| {
            let name = match file.href {
                Some(href) => {
                    view! { <a href=href aria-current=file.current.then_some("true")>{file.path}</a> }.into_any()
                }
                None => file.path.into_any(),
            };
            view! { <li>{name} " " <small>{file.size}</small></li> }
        })
        .collect_view();
    let cut = cut.then(|| {
        view! { <p class="quiet-text">"There is more than is listed here. Download the files to see all of them."</p> }
    });
    view! {
        <section aria-labelledby="files">
            <h2 id="files">"Files"</h2>
            <p>
                <a class="button" href=zip download="">
                    "Download all as zip"
                </a>
            </p>
            <div class="review-files">
                <ul>{rows}</ul>
                {opened.map(file)}
            </div>
            {cut}
        </section>
    }
    .into_any()
}

fn file(file: OpenedFile) -> impl IntoView {
    let label = format!("Contents of {}", file.path);
    let body = match file.lines {
        None => view! { <p class="quiet-text">"This is no text: download it to look at it."</p> }
            .into_any(),
        Some(lines) if lines.is_empty() => {
            view! { <p class="quiet-text">"It is empty."</p> }.into_any()
        }
        Some(lines) => {
            // Numbers beside the text, so that they are not copied with it.
            let numbers: String = (1..=lines.len())
                .map(|number| format!("{number}\n"))
                .collect();
            view! {
                <div class="review-text" role="region" aria-label=label tabindex="0">
                    <pre aria-hidden="true">{numbers}</pre>
                    <pre>{lines.join("\n")}</pre>
                </div>
            }
            .into_any()
        }
    };
    let cut = file.cut.then(|| {
        view! { <p class="quiet-text">"Only the beginning is shown. Download the files to see the rest."</p> }
    });
    view! {
        <div class="review-file">
            <h3>{file.path}</h3>
            {body}
            {cut}
        </div>
    }
}

/// The engine's objects in a few words each, and all that inspect said.
pub(super) fn objects(tables: Vec<ObjectTable>, (inspect, cut): (String, bool)) -> impl IntoView {
    let empty = tables
        .iter()
        .all(|table| table.rows.is_empty())
        .then(|| view! { <p class="quiet-text">"The engine had no objects."</p> });
    let tables = tables
        .into_iter()
        .filter(|table| !table.rows.is_empty())
        .map(table)
        .collect_view();
    let inspect = (!inspect.is_empty()).then(|| {
        let cut = cut.then(|| view! { <p class="quiet-text">"Only the beginning is shown."</p> });
        view! {
            <details>
                <summary>"All that inspect said"</summary>
                <div class="review-text" role="region" aria-label="Output of inspect" tabindex="0">
                    <pre>{inspect}</pre>
                </div>
                {cut}
            </details>
        }
    });
    view! {
        <section aria-labelledby="objects">
            <h2 id="objects">"Engine"</h2>
            {empty}
            {tables}
            {inspect}
        </section>
    }
}

fn table(table: ObjectTable) -> impl IntoView {
    let headings = table
        .columns
        .into_iter()
        .map(|column| view! { <th scope="col">{column}</th> })
        .collect_view();
    let rows = table
        .rows
        .into_iter()
        .map(|cells| {
            let mut cells = cells.into_iter();
            let first = cells.next().unwrap_or_default();
            let rest = cells.map(|cell| view! { <td>{cell}</td> }).collect_view();
            view! {
                <tr>
                    <th scope="row">{first}</th>
                    {rest}
                </tr>
            }
        })
        .collect_view();
    let title = table.title.clone();
    let more = (table.more > 0)
        .then(|| view! { <p class="quiet-text">{format!("and {} more", table.more)}</p> });
    view! {
        <div class="table-frame" role="region" aria-label=title tabindex="0">
            <table class="table review-objects">
                <caption>{table.title}</caption>
                <thead>
                    <tr>{headings}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {more}
    }
}
