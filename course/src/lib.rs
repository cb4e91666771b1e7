//! Drydock's content compiler: a folder of markdown and YAML in, a typed [`model::Library`] out.
//!
//! ```text
//! files ─→ front matter + markdown events ─→ typed lessons, labs, quizzes, checks ─→ Library
//!                        └──────────── problems with file:line:column ───────────→ report
//! ```
//!
//! [`load`](load()) reads a folder once, a [`Loader`] again and again, compiling only what changed:
//!
//! ```text
//! files ─→ outline ─→ source ─┬─ front_matter, yaml ───┬─→ lesson, lab ─→ assemble, links, lab_files
//! (found)  (named)   (places) └─ markdown ─→ quiz, checks ┘   (cached)      (what needs the whole course)
//! ```
//!
//! It reads files and nothing else: no engine, no network, no clock. What an author got wrong is a
//! [`Problem`], never a panic, and one bad page leaves the rest of the course up.

mod assemble;
pub mod check;
mod checks;
mod files;
mod front_matter;
mod glossary;
pub mod import;
pub mod keys;
mod lab;
mod lab_files;
mod lesson;
mod links;
mod load;
mod markdown;
pub mod model;
mod notes;
mod outline;
mod page;
pub mod problem;
mod prose;
pub mod quiz;
mod reference;
pub mod scaffold;
pub mod search;
pub mod simulator;
mod solution;
mod source;
mod wrong_turns;
mod yaml;

pub use checks::{COMMON_KEYS, RULE_KINDS};
pub use load::{Loaded, Loader, load};
pub use markdown::{HIGHLIGHT_CLASSES, SVG_CLASSES};
pub use problem::{Problem, Severity};
