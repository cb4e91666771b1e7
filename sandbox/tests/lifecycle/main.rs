//! A sandbox from its creation to its removal, on a real engine.
#![expect(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

#[path = "../support/mod.rs"]
mod support;

mod dial;
mod engine;
mod exec;
mod files;
mod start;
mod terminal;
mod watch;
