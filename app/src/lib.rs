//! What a learner sees.
//!
//! Leptos is used as a view library: the server loads data, fills the plain structs of [`view`]
//! and calls a function of [`pages`], which gives back a whole HTML document.
//!
//! ```text
//! server ── view::LessonPage ──> pages::lesson ──> String (HTML)
//!                                     │
//!                                     └ islands: the only parts that run as wasm in the browser;
//!                                       they talk to the JSON API and to web/'s small scripts
//! ```
//!
//! This crate knows nothing of databases, Docker or markdown, and imports no other crate of the
//! workspace: whatever it imported would be sent to every browser.

// A view's type is its whole tree. Erasing types would end that and cost the browser 25 kB.
#![recursion_limit = "256"]

mod browser;
pub mod islands;
#[cfg(feature = "ssr")]
pub mod pages;
pub mod view;

/// Called by `web/src/boot.ts` before it wakes the islands of a page.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
