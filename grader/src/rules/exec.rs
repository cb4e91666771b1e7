//! Checks of kind `exec`: a command in the lab machine.

use drydock_course::check::ExecRule;

use super::process::{self, Wanted};
use crate::finding::Finding;
use crate::look::{Look, Stop};
use crate::probe::{self, Probe};
use crate::words::code;

pub(super) fn subject(rule: &ExecRule) -> String {
    code(&rule.command)
}

pub(super) fn judge(rule: &ExecRule, look: &Look<'_>) -> Result<Finding, Stop> {
    let probe = probe::exec(rule);
    let seen = look.process(&probe)?;
    let timeout = match &probe {
        Probe::Exec(spec) => spec.timeout,
        _ => 0,
    };
    process::judge(
        Wanted {
            subject: subject(rule),
            exit_code: rule.exit_code.unwrap_or(0),
            stdout: rule.stdout.as_ref(),
            stderr: rule.stderr.as_ref(),
            timeout,
            meaning: if rule.command.contains("curl") {
                curl
            } else {
                shell
            },
            look_at: format!("Type it yourself: {}.", subject(rule)),
        },
        seen,
    )
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
