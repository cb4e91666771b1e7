//! What was found in a course: the page for browsers without scripts, and for links to a search.

use leptos::prelude::*;

use super::layout::{Head, Parts, document};
use crate::view::{Hit, SearchPage, Shell};

/// Renders what was found.
#[must_use]
pub fn search(shell: &Shell, page: SearchPage) -> String {
    let head = Head {
        title: "Search".to_owned(),
        summary: format!(
            "Lessons, labs and reference pages of {}.",
            page.course.title
        ),
        layout: "search",
        course: Some((page.course.slug.clone(), page.course.title.clone())),
        parts: Parts::None,
    };
    document(shell, head, || {
        let say = match (page.query.trim().is_empty(), page.hits.len()) {
            (true, _) => "Everything there is, in order:".to_owned(),
            (false, 0) => {
                "Nothing was found. Try fewer words, or only the beginning of a word.".to_owned()
            }
            (false, 1) => "One page was found:".to_owned(),
            (false, count) => format!("{count} pages were found:"),
        };
        let hits = page.hits.into_iter().map(hit).collect_view();
        view! {
            <header class="page-head">
                <h1>"Search " {page.course.title}</h1>
                <form class="search-form" role="search" method="get">
                    <label for="q">"Words of a title, a heading or a text"</label>
                    <div class="search-line">
                        <input class="field" id="q" name="q" r#type="search" maxlength="100" value=page.query />
                        <button class="button primary" r#type="submit">
                            "Search"
                        </button>
                    </div>
                </form>
                <p>{say}</p>
            </header>
            <ul class="search-results">{hits}</ul>
        }
    })
}

fn hit(hit: Hit) -> impl IntoView {
    let place = [hit.kind, hit.module.as_str()]
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let title = match hit.heading {
        Some(heading) => format!("{}: {heading}", hit.title),
        None => hit.title,
    };
    let pieces = hit
        .excerpt
        .into_iter()
        .enumerate()
        .map(|(at, piece)| match at % 2 {
            0 => piece.into_any(),
            _ => view! { <mark>{piece}</mark> }.into_any(),
        })
        .collect_view();
    view! {
        <li>
            <a href=hit.href>
                <span>{title}</span>
                <small>{place}</small>
                <span class="search-excerpt">{pieces}</span>
            </a>
        </li>
    }
}
