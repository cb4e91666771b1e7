//! Drydock's sandbox crate.
