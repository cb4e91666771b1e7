//! Drydock's app crate.
