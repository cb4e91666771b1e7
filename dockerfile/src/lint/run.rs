//! Rules on what `RUN` runs.

use parse_dockerfile::Instruction;

use super::shell::{ShellCommand, commands};
use super::{Found, Severity, lesson};
use crate::file::{Placed, shell_form};

/// Programs that do nothing useful while an image is built.
const NOT_IN_A_BUILD: [&str; 10] = [
    "ssh",
    "vim",
    "nano",
    "shutdown",
    "service",
    "systemctl",
    "ps",
    "free",
    "top",
    "mount",
];

/// Installs what a list of dependencies names; the words are what it is called by.
const INSTALLERS: [(&str, &str); 9] = [
    ("pip install -r", "pip install"),
    ("pip3 install -r", "pip install"),
    ("npm ci", "npm ci"),
    ("npm install", "npm install"),
    ("yarn install", "yarn install"),
    ("go mod download", "go mod download"),
    ("poetry install", "poetry install"),
    ("uv sync", "uv sync"),
    ("bundle install", "bundle install"),
];

/// What a command installs dependencies with, if it does.
pub(super) fn installs(command: &str) -> Option<&'static str> {
    let command = command
        .split_whitespace()
        .filter(|word| !word.starts_with("--"))
        .collect::<Vec<_>>()
        .join(" ");
    INSTALLERS
        .iter()
        .find(|(words, _)| command.contains(words))
        .map(|(_, name)| *name)
}

pub(super) fn find(stage: &[&Placed<'_>], found: &mut Vec<Found>) {
    let mut pipefail = false;
    let mut pip_cache_off = false;
    let mut before_is_run = false;
    for placed in stage {
        let mut is_run = false;
        match &placed.instruction {
            Instruction::Shell(shell) => {
                pipefail = shell
                    .arguments
                    .iter()
                    .any(|word| word.value.contains("pipefail"));
            }
            Instruction::Env(env) => {
                pip_cache_off |= env.arguments.value.contains("PIP_NO_CACHE_DIR");
            }
            Instruction::Run(run) => {
                is_run = true;
                if let Some((text, at)) = shell_form(&run.arguments)
                    && run.here_docs.is_empty()
                {
                    let list = commands(text, at);
                    let stage = Context {
                        pipefail: pipefail || text.contains("pipefail"),
                        pip_cache_off: pip_cache_off || text.contains("PIP_NO_CACHE_DIR"),
                        cache_mount: run.options.iter().any(|flag| flag.name.value == "mount"),
                    };
                    for command in &list {
                        one(command, stage, found);
                    }
                    together(&list, stage, found);
                    let plain = run.options.is_empty() && list.len() < 2;
                    if before_is_run && plain {
                        push(
                            found,
                            run.run.span.clone(),
                            Severity::Info,
                            "DL3059",
                            Some(lesson::LAYERS),
                            "Each `RUN` is a layer. Steps that belong together can share one with `&&`.",
                        );
                    }
                }
            }
            _ => {}
        }
        before_is_run = is_run;
    }
}

#[derive(Clone, Copy)]
struct Context {
    pipefail: bool,
    pip_cache_off: bool,
    /// A mount may hold a cache: what is there is not in the layer.
    cache_mount: bool,
}

fn push(
    found: &mut Vec<Found>,
    span: std::ops::Range<usize>,
    severity: Severity,
    code: &'static str,
    lesson: Option<&'static str>,
    message: impl Into<String>,
) {
    found.push(Found {
        span,
        severity,
        code: Some(code),
        message: message.into(),
        lesson,
    });
}

fn one(command: &ShellCommand<'_>, stage: Context, found: &mut Vec<Found>) {
    let span = command.span.clone();
    match command.name() {
        "cd" => push(
            found,
            span,
            Severity::Warning,
            "DL3003",
            Some(lesson::INSTRUCTIONS),
            "`cd` holds for this one `RUN` only. `WORKDIR` holds for everything that follows.",
        ),
        "sudo" => push(
            found,
            span,
            Severity::Error,
            "DL3004",
            None,
            "`RUN` is root already unless `USER` says otherwise, and slim images have no `sudo`.",
        ),
        "apt" => push(
            found,
            span,
            Severity::Warning,
            "DL3027",
            None,
            "`apt` is made for people and may change its ways. In scripts, use `apt-get`.",
        ),
        "apt-get" => apt(command, found),
        "pip" | "pip3" => pip(command, stage, found),
        name if NOT_IN_A_BUILD.contains(&name) => push(
            found,
            span,
            Severity::Info,
            "DL3001",
            Some(lesson::CONTAINERS),
            format!(
                "`{name}` has nothing to do while an image is built: no service runs, nobody is there to use it."
            ),
        ),
        _ => {}
    }
    if command.piped && !stage.pipefail {
        push(
            found,
            command.span.clone(),
            Severity::Info,
            "DL4006",
            None,
            "If this part of the pipe fails, the build goes on: only the last command's exit code counts. Put `set -o pipefail` first, in a shell that has it.",
        );
    }
}

fn apt(command: &ShellCommand<'_>, found: &mut Vec<Found>) {
    let mut plain = command.plain();
    if plain.next() != Some("install") {
        return;
    }
    if !command.has_option("--yes", 'y') && !command.has_option("--assume-yes", 'y') {
        push(
            found,
            command.span.clone(),
            Severity::Error,
            "DL3014",
            None,
            "`apt-get install` asks before it installs, and nobody answers in a build. Add `-y`.",
        );
    }
    if !command.has_option("--no-install-recommends", '\0') {
        push(
            found,
            command.span.clone(),
            Severity::Info,
            "DL3015",
            Some(lesson::LAYERS),
            "This also installs what is only recommended. `--no-install-recommends` keeps the layer small.",
        );
    }
    let unpinned =
        plain.find(|word| !word.contains('=') && !word.contains('$') && !word.ends_with(".deb"));
    if let Some(name) = unpinned {
        push(
            found,
            command.span.clone(),
            Severity::Info,
            "DL3008",
            Some(lesson::CACHE),
            format!(
                "Which version of `{name}` this installs depends on the day of the build. `{name}=VERSION` pins it."
            ),
        );
    }
}

fn pip(command: &ShellCommand<'_>, stage: Context, found: &mut Vec<Found>) {
    let mut plain = command.plain();
    if plain.next() != Some("install") {
        return;
    }
    if !command.has_option("--no-cache-dir", '\0') && !stage.pip_cache_off && !stage.cache_mount {
        push(
            found,
            command.span.clone(),
            Severity::Warning,
            "DL3042",
            Some(lesson::LAYERS),
            "pip keeps a copy of all it fetched, in this layer, where nobody needs it. Add `--no-cache-dir`.",
        );
    }
    let listed =
        command.has_option("--requirement", 'r') || command.has_option("--constraint", 'c');
    let unpinned = plain.find(|word| {
        let name = word.trim_matches(['"', '\'']);
        !name.contains(['=', '<', '>', '~', '$', '/', '@', '['])
            && name != "."
            && !name.ends_with(".whl")
    });
    if let (false, Some(name)) = (listed, unpinned) {
        push(
            found,
            command.span.clone(),
            Severity::Info,
            "DL3013",
            Some(lesson::CACHE),
            format!(
                "Which version of `{name}` this installs depends on the day of the build. `{name}==VERSION` pins it."
            ),
        );
    }
}

/// Rules on all commands of one `RUN`.
fn together(list: &[ShellCommand<'_>], stage: Context, found: &mut Vec<Found>) {
    let is = |command: &ShellCommand<'_>, word: &str| {
        command.name() == "apt-get" && command.plain().next() == Some(word)
    };
    let update = list.iter().position(|command| is(command, "update"));
    let install = list.iter().position(|command| is(command, "install"));
    let cleared = list.iter().any(|command| {
        command.name() == "rm"
            && command
                .words
                .iter()
                .any(|word| word.starts_with("/var/lib/apt/lists"))
    });
    match (update, install) {
        (Some(update), None) => push(
            found,
            list[update].span.clone(),
            Severity::Warning,
            "DL3009",
            Some(lesson::CACHE),
            "Alone in a `RUN`, the package lists come from the cache forever, and an install after it fails one day. Write `apt-get update && apt-get install …` in one `RUN`.",
        ),
        (Some(_), Some(install)) if !cleared && !stage.cache_mount => push(
            found,
            list[install].span.clone(),
            Severity::Info,
            "DL3009",
            Some(lesson::LAYERS),
            "The package lists stay in the layer. Remove them in the same `RUN`: `rm -rf /var/lib/apt/lists/*`.",
        ),
        _ => {}
    }
}
