//! Tries to leave the sandbox, by every way that is known. Each must end inside it, with the outer
//! engine unharmed.
#![expect(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

#[path = "../support/mod.rs"]
mod support;

mod exhaustion;
mod kernel;
mod reach;
