//! `drydock`: the server and its tools in one binary.
//!
//! ```text
//! cli ──→ serve ──→ router ──→ access (may they?) ──→ http/{pages, api} ──→ labs, submissions ──→ drydock_sandbox, drydock_grader
//!   │                           └──→ people, classes, gradebook, lti ──→ store (SQLite); content (drydock_course); app (views)
//!   └──→ check, verify, new, import, images, user, platform, doctor, config
//! ```
//!
//! This crate wires the others together; none of them knows it.

mod access;
mod app;
mod classes;
mod cli;
mod clock;
mod config;
mod content;
mod error;
mod gradebook;
mod http;
mod ids;
mod labs;
mod lti;
mod openapi;
mod people;
mod progress;
mod router;
mod spreadsheet;
mod store;
mod submissions;
#[cfg(test)]
mod testing;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    match cli::run(cli::Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("drydock: {error:#}");
            ExitCode::FAILURE
        }
    }
}
