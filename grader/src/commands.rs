//! The exact commands that look at what the engine's API does not show.
//!
//! Each is an argument vector to be run **inside the lab machine**, as root of its namespace, in
//! the learner's home, with standard input closed. The scripts are fixed texts; names and paths go
//! in as positional parameters, so nothing needs quoting and nothing is taken for code. They leave
//! nothing behind: containers are named `drydock-probe-…` and carry the label [`LABEL`], and the
//! server leaves events of those out ([`is_own`]).

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::evidence::{FileKind, FileSeen, Obstacle, ProcessSeen, RebuildSeen, Seen};
use crate::probe::{Probe, RunSpec};
use crate::rebuild;

/// Label of everything that a probe makes in the inner engine.
pub const LABEL: &str = "drydock.probe";

/// How names of probes' containers begin.
pub const NAME_PREFIX: &str = "drydock-probe-";

/// Bytes of a learner's file that are read.
const FILE_BYTES: usize = 256 * 1024;

/// Bytes of a file in a volume that are read; the script has the same number.
const VOLUME_FILE_BYTES: usize = 64 * 1024;

const FILE: &str = include_str!("commands/file.sh");
const REBUILD: &str = include_str!("commands/rebuild.sh");
const RUN: &str = include_str!("commands/run.sh");
const VOLUME_FILES: &str = include_str!("commands/volume_files.sh");

/// A command to be run inside the lab machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Program and arguments.
    pub argv: Vec<String>,
    /// When to end it and all that it started; set [`ProcessSeen::timed_out`] then.
    pub deadline: Duration,
    /// Bytes of each of standard output and error to keep. It may be ended when it prints more.
    pub max_output: usize,
}

/// The command for a probe, or none for a probe that is read through the engine's API.
///
/// `unique` distinguishes this look from every other in the same sandbox: letters, digits, `-`.
pub fn command(probe: &Probe, unique: &str) -> Option<Command> {
    match probe {
        Probe::Images
        | Probe::ImagePaths { .. }
        | Probe::Containers
        | Probe::Logs
        | Probe::Volumes
        | Probe::Networks => None,
        Probe::File { path } => Some(Command {
            argv: bash(FILE, [path.clone(), FILE_BYTES.to_string()]),
            deadline: Duration::from_secs(10),
            max_output: FILE_BYTES + 64 * 1024,
        }),
        Probe::VolumeFiles { volume, paths } => Some(Command {
            argv: bash(
                VOLUME_FILES,
                [volume, &VOLUME_FILE_BYTES.to_string()]
                    .into_iter()
                    .chain(paths)
                    .cloned(),
            ),
            deadline: Duration::from_secs(10),
            // As base64, a third more, and the words around.
            max_output: (VOLUME_FILE_BYTES * 4 / 3 + 1024) * (paths.len() + 1),
        }),
        Probe::Run(spec) => Some(run(spec, unique)),
        Probe::Exec(spec) => Some(Command {
            argv: vec!["bash".into(), "-c".into(), spec.command.clone()],
            deadline: seconds(spec.timeout),
            max_output: 64 * 1024,
        }),
        Probe::Rebuild(spec) => Some(Command {
            argv: bash(
                REBUILD,
                [
                    spec.context.clone(),
                    spec.dockerfile.clone(),
                    spec.timeout.to_string(),
                ]
                .into_iter()
                .chain(spec.touch.iter().cloned()),
            ),
            // The script keeps to the time itself; this leaves it room to tidy up.
            deadline: seconds(spec.timeout) + Duration::from_secs(15),
            max_output: 4 * 1024 * 1024,
        }),
    }
}

fn run(spec: &RunSpec, unique: &str) -> Command {
    let mut parameters = vec![format!("{NAME_PREFIX}{unique}"), spec.timeout.to_string()];
    for (name, value) in &spec.env {
        parameters.extend(["--env".to_owned(), format!("{name}={value}")]);
    }
    for volume in &spec.volumes {
        parameters.extend(["--volume".to_owned(), volume.clone()]);
    }
    parameters.push(spec.image.clone());
    parameters.extend(spec.args.iter().cloned());
    Command {
        argv: bash(RUN, parameters),
        deadline: seconds(spec.timeout) + Duration::from_secs(10),
        max_output: 64 * 1024,
    }
}

fn bash(script: &str, parameters: impl IntoIterator<Item = String>) -> Vec<String> {
    ["bash", "-c", script, "drydock"]
        .into_iter()
        .map(str::to_owned)
        .chain(parameters)
        .collect()
}

fn seconds(number: u32) -> Duration {
    Duration::from_secs(number.into())
}

/// Whether an engine event tells of something that a probe made: by the name or labels among the
/// attributes of its actor.
pub fn is_own<'a>(attributes: impl IntoIterator<Item = (&'a str, &'a str)>) -> bool {
    attributes
        .into_iter()
        .any(|(key, value)| key == LABEL || (key == "name" && value.starts_with(NAME_PREFIX)))
}

/// What the output of a probe's command says. An error says why it could not be looked at.
pub fn read(probe: &Probe, process: ProcessSeen) -> Result<Seen, String> {
    match probe {
        Probe::File { path } => file(path, &process).map(Seen::File),
        Probe::VolumeFiles { paths, .. } => {
            let paths: Vec<&String> = paths.iter().collect();
            volume_files(&paths, &process).map(Seen::VolumeFiles)
        }
        Probe::Run(_) => {
            // The script's own time limit, which `timeout` reports in this way. A container that ends
            // with this code is taken for late: no program that a lab runs uses it.
            let timed_out = process.timed_out || process.exit_code == Some(124);
            Ok(Seen::Process(ProcessSeen {
                timed_out,
                ..process
            }))
        }
        Probe::Exec(_) => Ok(Seen::Process(process)),
        Probe::Rebuild(_) if process.timed_out => Ok(Seen::Rebuild(RebuildSeen {
            obstacle: Some(Obstacle::TimedOut),
            ..RebuildSeen::default()
        })),
        Probe::Rebuild(_) => rebuild::read(&process.stdout).map(Seen::Rebuild),
        Probe::Images
        | Probe::ImagePaths { .. }
        | Probe::Containers
        | Probe::Logs
        | Probe::Volumes
        | Probe::Networks => Err("This is looked at through the engine.".to_owned()),
    }
}

/// First line: a word, then for a file its mode and size. The text follows, or for a missing file
/// the names beside it.
fn file(path: &str, process: &ProcessSeen) -> Result<FileSeen, String> {
    let (first, rest) = process
        .stdout
        .split_once('\n')
        .ok_or_else(|| format!("The file {path} could not be read."))?;
    let mut words = first.split(' ');
    let mut seen = FileSeen::default();
    match words.next().unwrap_or_default() {
        "file" => {
            let mode = words.next().unwrap_or_default();
            seen.kind = FileKind::File;
            seen.executable = mode.chars().nth(3).is_some_and(|c| c == 'x' || c == 's');
            seen.size = words
                .next()
                .and_then(|n| n.parse().ok())
                .unwrap_or_default();
            seen.truncated = seen.size > FILE_BYTES as u64;
            seen.text = rest.to_owned();
        }
        "dir" => seen.kind = FileKind::Dir,
        "symlink" => seen.kind = FileKind::Symlink,
        "other" => seen.kind = FileKind::Other,
        "missing" => {
            seen.kind = FileKind::Missing;
            seen.beside = rest.lines().take(50).map(str::to_owned).collect();
        }
        _ => return Err(format!("The file {path} could not be read.")),
    }
    Ok(seen)
}

/// One line for each path, in order: `none`, or `file` and its text as base64.
fn volume_files(
    paths: &[&String],
    process: &ProcessSeen,
) -> Result<BTreeMap<String, Option<String>>, String> {
    if process.stdout.trim_end() == "no-volume" {
        return Ok(BTreeMap::new());
    }
    let mut lines = process.stdout.lines();
    paths
        .iter()
        .map(|path| {
            let failed = || format!("The file {path} of the volume could not be read.");
            let text = match lines.next().ok_or_else(failed)?.split_once(' ') {
                Some(("file", text)) => {
                    let bytes = STANDARD.decode(text.trim()).map_err(|_| failed())?;
                    Some(String::from_utf8_lossy(&bytes).into_owned())
                }
                _ => None,
            };
            Ok(((*path).clone(), text))
        })
        .collect()
}
