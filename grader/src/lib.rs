//! Drydock's grader crate.
