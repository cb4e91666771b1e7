//! A sandbox from its creation to its removal, on a real engine.

#[path = "../support/mod.rs"]
mod support;

mod engine;
mod exec;
mod files;
mod start;
mod terminal;
mod watch;
