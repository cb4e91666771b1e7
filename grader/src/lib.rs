//! Drydock's grader: what a check asks for and what was seen go in, a verdict that explains itself
//! comes out.
//!
//! ```text
//! Check ──→ wanted() ──→ Probe ┄┄┄┄ the server looks ┄┄┄┄→ Seen ──→ Evidence
//!   │                      ↑ (one probe serves many checks)              │
//!   │                      └──── triggers: what a change makes stale ←── engine events, files
//!   └────────────────────────→ judge() ←─────────────────────────────────┘
//!                                 │
//!                              Verdict { state, expected, found, look_at }
//! ```
//!
//! Everything here is a pure function. The crate knows no engine, no network, no clock and no
//! learner: whoever calls it does the looking, with the exact commands of [`commands`], and stores
//! the [`Evidence`] so that any verdict can be given again.
//!
//! Evidence is written by the learner's machine and is hostile: of any size, of any type, with any
//! name. Reading it never fails and never panics; texts taken from it are cut and escaped before
//! they reach a [`Verdict`].

pub mod commands;
mod engine;
pub mod evidence;
mod finding;
mod judge;
mod look;
pub mod probe;
pub mod rebuild;
mod reference;
mod rules;
mod size;
mod text;
pub mod triggers;
pub mod verdict;
mod words;

pub use evidence::{Evidence, Seen};
pub use judge::{judge, judge_all, wanted};
pub use probe::{Probe, probes};
pub use verdict::{State, Verdict};
