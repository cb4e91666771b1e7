//! Checks of kind `exec`: a command in the lab machine.

use drydock_course::check::{Check, ExecRule, Text};

use super::process::{self, Wanted};
use crate::evidence::ProcessSeen;
use crate::finding::Finding;
use crate::look::{Look, Stop};
use crate::probe::{self, Probe};
use crate::text::{body, holds};
use crate::words::{code, sentence, tail};

/// Most characters of a command that a learner is shown.
const LONGEST: usize = 60;

pub(super) fn subject(rule: &ExecRule, check: &Check) -> String {
    if is_plain(&rule.command) {
        code(rule.command.trim())
    } else {
        sentence(&check.title)
    }
}

/// Whether a command is one that a learner would type. What an author wrote to find something out
/// explains nothing, and may give the solution away.
fn is_plain(command: &str) -> bool {
    let command = command.trim();
    command.chars().count() <= LONGEST && !command.contains(['\n', '|', ';', '&', '$', '<', '>'])
}

pub(super) fn judge(rule: &ExecRule, look: &Look<'_>) -> Result<Finding, Stop> {
    let probe = probe::exec(rule);
    let seen = look.process(&probe)?;
    let timeout = match &probe {
        Probe::Exec(spec) => spec.timeout,
        _ => 0,
    };
    if !is_plain(&rule.command) {
        return scripted(rule, timeout, seen, look.check);
    }
    process::judge(
        Wanted {
            subject: subject(rule, look.check),
            exit_code: rule.exit_code.unwrap_or(0),
            stdout: rule.stdout.as_ref(),
            stderr: rule.stderr.as_ref(),
            timeout,
            meaning: if rule.command.contains("curl") {
                curl
            } else {
                shell
            },
            look_at: format!("Type it yourself: {}.", subject(rule, look.check)),
        },
        seen,
    )
}

/// A command that is not shown: what it wants is what the check's title says.
fn scripted(
    rule: &ExecRule,
    timeout: u32,
    seen: &ProcessSeen,
    check: &Check,
) -> Result<Finding, Stop> {
    let met = |demand: &Option<Text>, stream: &str| match demand {
        Some(demand) => holds(demand, &[stream, body(stream)]),
        None => Ok(true),
    };
    let pass = !seen.timed_out
        && seen.exit_code == Some(rule.exit_code.unwrap_or(0))
        && met(&rule.stdout, &seen.stdout)?
        && met(&rule.stderr, &seen.stderr)?;
    let printed = if seen.stderr.trim().is_empty() {
        seen.stdout.trim()
    } else {
        seen.stderr.trim()
    };
    let found = if pass {
        "That is so.".to_owned()
    } else if seen.timed_out {
        format!("Looking at it took more than {timeout} seconds.")
    } else if printed.is_empty() {
        "That is not so yet.".to_owned()
    } else {
        format!("That is not so yet. What was looked at: {}.", tail(printed))
    };
    Ok(Finding::new(pass, subject(rule, check), found))
}

fn shell(code: i64) -> Option<&'static str> {
    match code {
        126 => Some("the command was found and could not be executed"),
        127 => Some("a command in it was not found"),
        _ => None,
    }
}

/// Exit codes of curl, as its manual lists them.
fn curl(code: i64) -> Option<&'static str> {
    match code {
        6 => Some("there is no machine of that name"),
        7 => Some("nothing answers on that port"),
        22 => Some("the server answered with an error"),
        28 => Some("no answer came in time"),
        52 => Some("the server closed the connection without an answer"),
        56 => Some("the connection broke off, as when nothing listens inside the container"),
        _ => shell(code),
    }
}
