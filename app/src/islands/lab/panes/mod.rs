//! The panes on a learner's machine, from top to bottom:
//!
//! ```text
//! Terminal  Editor  Preview  Builds  Engine     buttons that show and hide
//! ┌──────────────────────────────────────┐
//! │ upper slot: editor or preview        │
//! ├──────────────────────────────────────┤
//! │ terminals: always there              │
//! ├──────────────────────────────────────┤
//! │ drawer: builds or engine             │
//! └──────────────────────────────────────┘
//! ```
//!
//! The lines between them and the keys Ctrl+1 to Ctrl+5 are at home in web/src/panes.ts.

mod builds;
mod editor;
mod engine;
mod preview;
mod terminals;

use leptos::prelude::*;

use self::builds::Builds;
use self::editor::Editor;
use self::engine::Engine;
use self::preview::Preview;
use self::terminals::Terminals;
use super::model::Phase;
use super::page;
use super::store::Lab;

/// What a slot shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Pane {
    Editor,
    Preview,
    Builds,
    Engine,
}

impl Pane {
    const ALL: [Self; 4] = [Self::Editor, Self::Preview, Self::Builds, Self::Engine];

    /// Its name in the page: `pane-{name}` is its place, `data-pane` of its button.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Editor => "editor",
            Self::Preview => "preview",
            Self::Builds => "builds",
            Self::Engine => "engine",
        }
    }

    fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pane| pane.name() == name)
    }

    fn title(self) -> &'static str {
        match self {
            Self::Editor => "Editor",
            Self::Preview => "Preview",
            Self::Builds => "Builds",
            Self::Engine => "Engine",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Editor => "2",
            Self::Preview => "3",
            Self::Builds => "4",
            Self::Engine => "5",
        }
    }

    fn is_upper(self) -> bool {
        matches!(self, Self::Editor | Self::Preview)
    }
}

/// Which panes are shown. All copies are the same.
#[derive(Clone, Copy)]
pub(crate) struct Shown {
    upper: RwSignal<Option<Pane>>,
    drawer: RwSignal<Option<Pane>>,
    /// A pane with something new that has not been looked at.
    news: RwSignal<Option<Pane>>,
}

impl Shown {
    pub(crate) fn new() -> Self {
        Self {
            upper: RwSignal::new(None),
            drawer: RwSignal::new(None),
            news: RwSignal::new(None),
        }
    }

    fn slot(self, pane: Pane) -> RwSignal<Option<Pane>> {
        if pane.is_upper() {
            self.upper
        } else {
            self.drawer
        }
    }

    /// Whether it can be seen; tracked.
    pub(crate) fn is_open(self, pane: Pane) -> bool {
        self.slot(pane).get() == Some(pane)
    }

    /// Shows a pane in its slot.
    pub(crate) fn open(self, pane: Pane) {
        self.set(pane, true);
    }

    /// Marks the button of a pane that is not shown: something happened there.
    pub(crate) fn tell(self, pane: Pane) {
        if !untrack(|| self.is_open(pane)) {
            self.news.set(Some(pane));
        }
    }

    fn set(self, pane: Pane, open: bool) {
        self.slot(pane).set(open.then_some(pane));
        if self.news.get_untracked() == Some(pane) {
            self.news.set(None);
        }
        let mut names = String::new();
        for slot in [self.upper, self.drawer] {
            if let Some(pane) = slot.get_untracked() {
                names.push_str(pane.name());
                names.push(' ');
            }
        }
        page::keep_panes(&names);
    }
}

/// The panes of a living session.
#[component]
pub(super) fn Panes(state: Lab) -> impl IntoView {
    let shown = state.shown;
    // After a reload the same panes are there.
    Effect::new(move |_| {
        for name in page::open_panes().split(' ') {
            if let Some(pane) = Pane::of(name) {
                shown.open(pane);
            }
        }
    });
    let buttons = Pane::ALL
        .map(|pane| {
            view! {
                <button
                    type="button"
                    class="pane-button"
                    data-pane=pane.name()
                    data-news=move || (shown.news.get() == Some(pane)).then_some("true")
                    aria-pressed=move || if shown.is_open(pane) { "true" } else { "false" }
                    aria-controls=format!("pane-{}", pane.name())
                    aria-keyshortcuts=format!("Control+{}", pane.key())
                    title=format!("{} (Ctrl+{})", pane.title(), pane.key())
                    on:click=move |_| shown.set(pane, !untrack(|| shown.is_open(pane)))
                >
                    {pane.title()}
                    <span class="visually-hidden">
                        {move || if shown.news.get() == Some(pane) { ", something new" } else { "" }}
                    </span>
                </button>
            }
        })
        .collect_view();
    let line = |slot: &'static str, label: &'static str, open: RwSignal<Option<Pane>>| {
        view! {
            <div
                class="pane-split"
                data-split=slot
                role="separator"
                tabindex="0"
                aria-orientation="horizontal"
                aria-label=label
                aria-valuemin="15"
                aria-valuemax="70"
                aria-valuenow="40"
                hidden=move || open.get().is_none()
            ></div>
        }
    };
    view! {
        <div class="panes" data-for="alive">
            <p class="banner" hidden=move || state.phase.get() != Phase::Ending>
                "Less than five minutes are left. "
                <button
                    type="button"
                    class="button"
                    hidden=move || !state.session.with(|session| session.can_extend)
                    on:click=move |_| state.extend()
                >
                    "Add time"
                </button>
            </p>
            <p class="banner problem" role="status" hidden=move || state.reason.with(String::is_empty)>
                {move || state.reason.get()}
            </p>
            <div class="pane-bar" role="toolbar" aria-label="Panes">
                <button
                    type="button"
                    class="pane-button"
                    data-pane="terminal"
                    aria-keyshortcuts="Control+1"
                    title="Into the terminal (Ctrl+1)"
                >
                    "Terminal"
                </button>
                {buttons}
            </div>
            <div class="pane-slot" data-slot="upper" hidden=move || shown.upper.get().is_none()>
                <Editor state />
                <Preview state />
            </div>
            {line("upper", "Height of the editor or preview", shown.upper)}
            <Terminals state />
            {line("drawer", "Height of the builds or engine", shown.drawer)}
            <div class="pane-slot" data-slot="drawer" hidden=move || shown.drawer.get().is_none()>
                <Builds state />
                <Engine state />
            </div>
        </div>
    }
}

/// The place of one pane. What is in it is made by its own file.
#[component]
fn Place(
    state: Lab,
    pane: Pane,
    /// What the pane is before its parts are there.
    children: Children,
) -> impl IntoView {
    view! {
        <section
            class=format!("pane {}-pane", pane.name())
            id=format!("pane-{}", pane.name())
            aria-label=pane.title()
            tabindex="-1"
            hidden=move || !state.shown.is_open(pane)
        >
            {children()}
        </section>
    }
}
