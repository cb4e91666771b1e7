//! The exact commands that look at what the engine's API does not show.
//!
//! Each is an argument vector to be run **inside the lab machine**, as root of its namespace, in
//! the learner's home, with standard input closed. The scripts are fixed texts; names and paths go
//! in as positional parameters, so nothing needs quoting and nothing is taken for code. They leave
//! nothing behind: containers are named `drydock-probe-…` and carry the label [`LABEL`], and the
//! server leaves events of those out.

use std::time::Duration;

use crate::evidence::{ProcessSeen, Seen};
use crate::probe::Probe;

/// Label of everything that a probe makes in the inner engine.
pub const LABEL: &str = "drydock.probe";

/// How names of probes' containers begin.
pub const NAME_PREFIX: &str = "drydock-probe-";

/// A command to be run inside the lab machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Program and arguments.
    pub argv: Vec<String>,
    /// When to give up waiting. The command ends itself before that unless the machine hangs; set
    /// [`ProcessSeen::timed_out`] if this passes.
    pub deadline: Duration,
    /// Bytes of each of standard output and error to keep; read on and drop the rest.
    pub max_output: usize,
}

/// The command for a probe, or none for a probe that is read through the engine's API.
///
/// `unique` distinguishes this look from every other in the same sandbox: letters, digits, `-`.
pub fn command(probe: &Probe, unique: &str) -> Option<Command> {
    let _ = (probe, unique);
    None
}

/// What the output of a probe's command says.
pub fn read(probe: &Probe, process: ProcessSeen) -> Result<Seen, String> {
    let _ = probe;
    Ok(Seen::Process(process))
}
