//! Verdicts on recorded engine state: whether they are right, and how they read.
//!
//! Each kind has a table: a rule as an author writes it, and the state that it must come to. The
//! sentences are kept as snapshots beside the tests, to be read by a person; after a wanted change
//! `INSTA_UPDATE=always cargo nextest run -p drydock-grader` writes them anew.

mod answer;
mod combine;
mod commands;
mod container;
mod exec;
mod file;
mod hostile;
mod image;
mod network;
mod order;
mod rebuild;
mod run;
mod support;
mod volume;
