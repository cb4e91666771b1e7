//! How a class orders the modules of its course, and which it hides.

use leptos::prelude::*;

use super::page;
use crate::view::{ModuleLine, ModulesPage, Shell};

/// Renders the modules of a class.
#[must_use]
pub fn modules(shell: &Shell, content: ModulesPage) -> String {
    page(shell, content.class.clone(), "modules", "Modules", || {
        let ModulesPage { class, modules } = content;
        let (action, count) = (class.href("modules"), modules.len());
        let rows = modules
            .into_iter()
            .enumerate()
            .map(|(at, module)| row(&action, class.archived, module, at == 0, at + 1 == count))
            .collect_view();
        view! {
            <header class="class-page-head">
                <h1>"Modules"</h1>
                <p class="lead">
                    "The order in which this class goes through the course. Students of this class see the course so, on the front page and on the course's own page."
                </p>
                <p>
                    "A hidden module is left out of the map; it is not locked. Who has its address can read it, and what you assign from it is listed as ever."
                </p>
            </header>
            <ol class="class-modules">{rows}</ol>
        }
    })
}

fn row(
    action: &str,
    archived: bool,
    module: ModuleLine,
    first: bool,
    last: bool,
) -> impl IntoView + use<> {
    let title = module.title.clone();
    let button = |way: &'static str, text: &'static str, say: String, off: bool| {
        view! {
            <button class="button quiet" name="change" value=way disabled=off aria-label=say>
                {text}
            </button>
        }
    };
    let (way, text) = if module.hidden {
        ("show", "Show")
    } else {
        ("hide", "Hide")
    };
    let buttons = (!archived).then(|| {
        view! {
            <form class="form-inline" method="post" action=action.to_owned()>
                <input r#type="hidden" name="module" value=module.slug.clone() />
                {button("up", "↑", format!("Move {title} up"), first)}
                {button("down", "↓", format!("Move {title} down"), last)}
                {button(way, text, format!("{text} {title}"), false)}
            </form>
        }
    });
    view! {
        <li id=module.slug data-hidden=module.hidden.then_some("true")>
            <div>
                <span class="class-module-title">{module.title}</span>
                {module.hidden.then(|| view! { <span class="badge warn">"Hidden"</span> })}
                <span class="cell-note">{module.facts}</span>
            </div>
            {buttons}
        </li>
    }
}
