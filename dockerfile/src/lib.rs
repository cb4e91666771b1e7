//! What Drydock knows of Dockerfiles: their problems, as an editor shows them, and which steps of a build come from
//! the cache.
//!
//! ```text
//! text ─ parse-dockerfile ─→ File ─┬─ lint     ─→ Problem (line, column, DL number, why, lesson)
//!                                  └─ cache    ─→ Step (from the cache or run, and why) ─ simulate ─→ Report, in words
//! ```
//!
//! Pure: no files, no engine, no clock. It runs in the browser as well as on the server.

pub mod cache;
mod file;
mod lint;
pub mod simulate;
#[cfg(feature = "wasm")]
pub mod wasm;

pub use lint::{LESSONS, Problem, Severity, lint};
