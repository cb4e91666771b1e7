//! Drydock's course crate.
