//! Pieces that several pages share.

use leptos::prelude::*;

use crate::view::{Block, Heading, ItemMap, Kind, ModuleMap, Outcome, Place};

/// "6 min", "1 h 20 min".
pub(super) fn minutes(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// Outcome codes with what they mean.
pub(super) fn outcomes(outcomes: Vec<Outcome>) -> impl IntoView {
    (!outcomes.is_empty()).then(|| {
        let codes = outcomes
            .into_iter()
            .map(|outcome| {
                view! {
                    <li>
                        <abbr title=outcome.text>{outcome.code}</abbr>
                    </li>
                }
            })
            .collect_view();
        view! {
            <ul class="outcomes" aria-label="Learning outcomes">
                {codes}
            </ul>
        }
    })
}

/// "You will be able to …".
pub(super) fn objectives(objectives: Vec<String>) -> impl IntoView {
    (!objectives.is_empty()).then(|| {
        let lines = objectives
            .into_iter()
            .map(|objective| view! { <li>{objective}</li> })
            .collect_view();
        view! {
            <section class="objectives" aria-labelledby="objectives">
                <h2 id="objectives">"You will be able to"</h2>
                <ul>{lines}</ul>
            </section>
        }
    })
}

/// A stretch of safe HTML.
pub(super) fn html(html: String) -> impl IntoView {
    view! { <div class="flow" inner_html=html></div> }
}

/// The blocks of a text that can hold neither quizzes nor checks.
pub(super) fn plain_blocks(blocks: Vec<Block>) -> impl IntoView {
    blocks
        .into_iter()
        .filter_map(|block| match block {
            Block::Html { html: markup } => Some(html(markup)),
            Block::Quiz(_) | Block::Simulator(_) | Block::Check { .. } => None,
        })
        .collect_view()
}

/// The words for how far an item is.
pub(super) fn state_words(item: &ItemMap) -> String {
    match (item.done, item.kind, item.passed) {
        (true, ..) => "Done".to_owned(),
        (false, _, 0) => String::new(),
        (false, Kind::Lesson, passed) => format!("{passed} of {} answered", item.of),
        (false, Kind::Lab, passed) => format!("{passed} of {} checks", item.of),
    }
}

/// A module's lessons and labs as links, the one that is open marked.
pub(super) fn contents(
    course: &str,
    module: ModuleMap,
    open: (Kind, &str),
) -> impl IntoView + use<> {
    let course = course.to_owned();
    let rows = module
        .items
        .into_iter()
        .map(|item| {
            let current = open == (item.kind, item.slug.as_str());
            let (key, href) = (item_key(&item), item.kind.href(&course, &item.slug));
            let state = state_words(&item);
            view! {
                <li data-item=key data-done=if item.done { "true" } else { "false" }>
                    <a
                        href=href
                        aria-current=current.then_some("page")
                    >
                        <span class="item-mark" data-kind=kind_word(item.kind) aria-hidden="true"></span>
                        <span class="item-title">{item.title}</span>
                        <span class="item-state visually-hidden">{state}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="module-contents" aria-labelledby="module-contents">
            <p class="contents-head" id="module-contents">
                <span class="module-number">{format!("Module {}", module.number)}</span>
                <span>{module.title}</span>
            </p>
            <ol>{rows}</ol>
        </nav>
    }
}

/// `lesson/layer-model`: the islands find an item by it.
pub(super) fn item_key(item: &ItemMap) -> String {
    format!("{}/{}", kind_word(item.kind), item.slug)
}

/// The word for a kind in attributes.
pub(super) fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Lesson => "lesson",
        Kind::Lab => "lab",
    }
}

/// Previous and next, at the end of a text. `n` and `p` follow these links.
pub(super) fn neighbours(previous: Option<Place>, next: Option<Place>) -> impl IntoView {
    let link = |place: Place, rel: &'static str, word: &'static str| {
        let href = place.href();
        view! {
            <a class=format!("neighbour {rel}") rel=rel href=href>
                <span class="neighbour-word">
                    {format!("{word} {}", place.kind.word().to_lowercase())}
                </span>
                <span class="neighbour-title">{place.title}</span>
                <span class="neighbour-minutes">{minutes(place.minutes)}</span>
            </a>
        }
    };
    view! {
        <nav class="neighbours" aria-label="Previous and next">
            {previous.map(|place| link(place, "prev", "Previous"))}
            {next.map(|place| link(place, "next", "Next"))}
        </nav>
    }
}

/// A bar of what is done, with its words beside it.
pub(super) fn progress(done: usize, of: usize) -> impl IntoView {
    view! {
        <span class="progress">
            <progress value=done.to_string() max=of.max(1).to_string() aria-label="Progress"></progress>
            <span class="progress-words">{format!("{done} of {of} done")}</span>
        </span>
    }
}

/// The headings of a text as links.
pub(super) fn on_this_page(headings: Vec<Heading>) -> impl IntoView {
    let links = headings
        .into_iter()
        .filter(|heading| heading.level <= 3)
        .map(|heading| {
            view! {
                <li data-level=heading.level.to_string()>
                    <a href=format!("#{}", heading.id)>{heading.text}</a>
                </li>
            }
        })
        .collect::<Vec<_>>();
    (!links.is_empty()).then(|| {
        view! {
            <nav class="on-this-page" aria-labelledby="on-this-page">
                <p class="contents-head" id="on-this-page">
                    "On this page"
                </p>
                <ul>{links}</ul>
            </nav>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::minutes;

    #[test]
    fn minutes_are_written_short_and_long_ones_in_hours() {
        assert_eq!(minutes(6), "6 min");
        assert_eq!(minutes(60), "1 h");
        assert_eq!(minutes(95), "1 h 35 min");
    }
}
