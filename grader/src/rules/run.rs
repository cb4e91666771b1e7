//! Checks of kind `run`: a throw-away container of an image.

use drydock_course::check::RunRule;

use super::common::exit_code_means;
use super::process::{self, Wanted};
use crate::finding::Finding;
use crate::look::{Look, Stop};
use crate::probe::{self, Probe};
use crate::words::code;

pub(super) fn subject(rule: &RunRule) -> String {
    code(&command_line(rule))
}

/// The command as a learner would type it.
fn command_line(rule: &RunRule) -> String {
    let mut words = vec!["docker run --rm".to_owned()];
    for (name, value) in &rule.env {
        words.push(format!("-e {}", quoted(&format!("{name}={value}"))));
    }
    for volume in &rule.volumes {
        words.push(format!("-v {}", quoted(volume)));
    }
    words.push(rule.image.clone());
    words.extend(rule.args.iter().map(|argument| quoted(argument)));
    words.join(" ")
}

/// As it has to be typed for a shell to take it as one word.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

pub(super) fn judge(rule: &RunRule, look: &Look<'_>) -> Result<Finding, Stop> {
    let images = look.images()?;
    // Without the image there is nothing to run, and the engine would try to pull it.
    if !images.iter().any(|image| image.is(&rule.image)) {
        let found = super::image::not_found(&rule.image, &images);
        return Ok(Finding::new(false, subject(rule), found)
            .look_at("`docker images` lists the images that are there.")
            .out_of(3));
    }
    let probe = probe::run(rule);
    let seen = look.process(&probe)?;
    let timeout = match &probe {
        Probe::Run(spec) => spec.timeout,
        _ => 0,
    };
    process::judge(
        Wanted {
            subject: subject(rule),
            exit_code: rule.exit_code.unwrap_or(0),
            stdout: rule.stdout.as_ref(),
            stderr: rule.stderr.as_ref(),
            timeout,
            meaning: exit_code_means,
            look_at: format!("Run it yourself: {}.", subject(rule)),
        },
        seen,
    )
}
