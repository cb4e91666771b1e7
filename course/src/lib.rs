//! Drydock's content compiler: a folder of markdown and YAML in, a typed [`model::Library`] out.
//!
//! ```text
//! files ─→ front matter + markdown events ─→ typed lessons, labs, quizzes, checks ─→ Library
//!                        └──────────── problems with file:line:column ───────────→ report
//! ```
//!
//! It reads files and nothing else: no engine, no network, no clock. What an author got wrong is a
//! [`Problem`](problem::Problem), never a panic, and one bad page leaves the rest of the course up.

pub mod check;
pub mod model;
