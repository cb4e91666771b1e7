//! Rules on instructions.

use std::collections::BTreeMap;
use std::ops::Range;

use parse_dockerfile::{Command, FromInstruction, Instruction, Source};

use super::{Found, Severity, lesson, run};
use crate::file::{Placed, keyword, shell_form};

pub(super) fn find(text: &str, instructions: &[Placed<'_>], found: &mut Vec<Found>) {
    let stages = stages(instructions);
    from(instructions, &stages, found);
    for placed in instructions {
        one(placed, &stages, found);
    }
    for stage in 0..stages.len() {
        let own: Vec<&Placed<'_>> = instructions
            .iter()
            .filter(|placed| placed.stage == Some(stage))
            .collect();
        once(&own, found);
        copies(&own, found);
        run::find(&own, found);
        order(text, &own, found);
        if stage + 1 == stages.len() {
            last_user(&own, found);
        }
    }
}

/// Names of the stages in order.
fn stages(instructions: &[Placed<'_>]) -> Vec<Option<String>> {
    instructions
        .iter()
        .filter_map(|placed| match &placed.instruction {
            Instruction::From(from) => {
                Some(from.as_.as_ref().map(|(_, name)| name.value.to_lowercase()))
            }
            _ => None,
        })
        .collect()
}

fn push(
    found: &mut Vec<Found>,
    span: Range<usize>,
    severity: Severity,
    code: Option<&'static str>,
    lesson: Option<&'static str>,
    message: impl Into<String>,
) {
    found.push(Found {
        span,
        severity,
        code,
        message: message.into(),
        lesson,
    });
}

fn from(instructions: &[Placed<'_>], stages: &[Option<String>], found: &mut Vec<Found>) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for placed in instructions {
        let Instruction::From(from) = &placed.instruction else {
            continue;
        };
        let at = placed.stage.unwrap_or_default();
        base(from, &stages[..at.min(stages.len())], found);
        let Some((_, name)) = &from.as_ else { continue };
        if seen.insert(name.value.to_lowercase(), at).is_some() {
            push(
                found,
                name.span.clone(),
                Severity::Error,
                Some("DL3024"),
                None,
                format!(
                    "Two stages are named `{}`: `COPY --from` could not tell them apart.",
                    name.value
                ),
            );
        }
    }
}

fn base(from: &FromInstruction<'_>, earlier: &[Option<String>], found: &mut Vec<Found>) {
    let image = from.image.value.as_ref();
    let is_stage = earlier
        .iter()
        .flatten()
        .any(|name| *name == image.to_lowercase());
    if image == "scratch" || image.contains('$') || image.contains('@') || is_stage {
        return;
    }
    let last = image.rsplit('/').next().unwrap_or(image);
    match last.split_once(':') {
        None => push(
            found,
            from.image.span.clone(),
            Severity::Warning,
            Some("DL3006"),
            Some(lesson::BASES),
            format!(
                "`{image}` has no tag, so it is `{image}:latest`, which is another image next month. Name a version."
            ),
        ),
        Some((_, "latest")) => push(
            found,
            from.image.span.clone(),
            Severity::Warning,
            Some("DL3007"),
            Some(lesson::BASES),
            "`latest` is only a name that moves: the same Dockerfile builds something else later. Name a version.",
        ),
        Some(_) => {}
    }
}

/// Rules that look at one instruction.
fn one(placed: &Placed<'_>, stages: &[Option<String>], found: &mut Vec<Found>) {
    match &placed.instruction {
        Instruction::Workdir(it) => {
            let path = it.arguments.value.trim_matches(['"', '\'']);
            let absolute = path.starts_with(['/', '$']) || path.get(1..2) == Some(":");
            if !absolute && !path.is_empty() {
                push(
                    found,
                    it.arguments.span.clone(),
                    Severity::Warning,
                    Some("DL3000"),
                    Some(lesson::INSTRUCTIONS),
                    "A relative `WORKDIR` depends on the one before it, or on the base image. Write the whole path, from `/`.",
                );
            }
        }
        Instruction::Maintainer(it) => push(
            found,
            it.maintainer.span.clone(),
            Severity::Error,
            Some("DL4000"),
            None,
            "`MAINTAINER` is given up. Write `LABEL org.opencontainers.image.authors=…`.",
        ),
        Instruction::Cmd(it) => exec_form("CMD", &it.arguments, it.cmd.span.clone(), found),
        Instruction::Entrypoint(it) => exec_form(
            "ENTRYPOINT",
            &it.arguments,
            it.entrypoint.span.clone(),
            found,
        ),
        Instruction::Expose(it) => {
            for port in &it.arguments {
                let number = port.value.split('/').next().unwrap_or_default();
                let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
                if digits && number.parse::<u16>().is_err() {
                    push(
                        found,
                        port.span.clone(),
                        Severity::Error,
                        Some("DL3011"),
                        None,
                        format!("There is no port {number}: they go from 0 to 65535."),
                    );
                }
            }
        }
        Instruction::Env(it) => {
            env(&it.arguments.value, it.arguments.span.clone(), found);
            secret("ENV", &it.arguments.value, it.arguments.span.clone(), found);
        }
        Instruction::Arg(it) => {
            secret("ARG", &it.arguments.value, it.arguments.span.clone(), found);
        }
        Instruction::Copy(it) => {
            let from = it
                .options
                .iter()
                .find(|flag| flag.name.value == "from")
                .and_then(|flag| flag.value.as_ref());
            if let Some(from) = from {
                copy_from(&from.value, from.span.clone(), placed.stage, stages, found);
            }
            let (sources, dest) = (it.src.len(), it.dest.value.as_ref());
            many(sources, dest, it.dest.span.clone(), found);
        }
        Instruction::Add(it) => {
            many(it.src.len(), &it.dest.value, it.dest.span.clone(), found);
            let plain = it.src.iter().all(|source| match source {
                Source::Path(path) => !unpacked(&path.value),
                _ => true,
            });
            if plain {
                push(
                    found,
                    it.add.span.clone(),
                    Severity::Warning,
                    Some("DL3020"),
                    Some(lesson::INSTRUCTIONS),
                    "`ADD` also fetches addresses and unpacks archives. For files of the context, `COPY` says what is meant.",
                );
            }
        }
        _ => {}
    }
}

/// Whether `ADD` does more with this source than `COPY`, or may.
fn unpacked(path: &str) -> bool {
    let endings = [
        ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tar.zst",
    ];
    path.contains("://")
        || path.starts_with("git@")
        || path.contains('$')
        || endings.iter().any(|end| path.ends_with(end))
}

fn many(sources: usize, dest: &str, span: Range<usize>, found: &mut Vec<Found>) {
    let dest = dest.trim_matches(['"', '\'']);
    if sources > 1
        && !dest.ends_with('/')
        && !dest.contains('$')
        && dest != "."
        && !dest.ends_with("/.")
    {
        push(
            found,
            span,
            Severity::Error,
            Some("DL3021"),
            None,
            "Several files go into a folder: end its name with `/`. Without it the build stops.",
        );
    }
}

fn copy_from(
    from: &str,
    span: Range<usize>,
    stage: Option<usize>,
    stages: &[Option<String>],
    found: &mut Vec<Found>,
) {
    let here = stage.unwrap_or_default();
    let named = from.to_lowercase();
    let number = from.parse::<usize>().ok();
    let own = number == Some(here)
        || stages
            .get(here)
            .is_some_and(|name| name.as_deref() == Some(&named));
    if own {
        push(
            found,
            span,
            Severity::Error,
            Some("DL3023"),
            None,
            "A stage cannot copy from itself: what it has is there already.",
        );
        return;
    }
    let known = number.is_some_and(|number| number < here)
        || stages[..here.min(stages.len())]
            .iter()
            .flatten()
            .any(|name| *name == named);
    // With a `:`, a `/` or a digest it is meant to be an image.
    if !known && !from.contains([':', '/', '$', '@']) {
        push(
            found,
            span,
            Severity::Warning,
            Some("DL3022"),
            None,
            format!(
                "There is no stage `{from}` above. The build would look for an image of that name."
            ),
        );
    }
}

fn exec_form(name: &str, command: &Command<'_>, keyword: Range<usize>, found: &mut Vec<Found>) {
    if shell_form(command).is_some() {
        push(
            found,
            keyword,
            Severity::Warning,
            Some("DL3025"),
            Some(lesson::COMMANDS),
            format!(
                "`{name}` in shell form runs under `/bin/sh -c`, which does not pass `docker stop`'s signal on. Write it as a list: `{name} [\"program\", \"argument\"]`."
            ),
        );
    }
}

fn env(arguments: &str, span: Range<usize>, found: &mut Vec<Found>) {
    let names: Vec<&str> = arguments
        .split_whitespace()
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, _)| name)
        .collect();
    let uses = |name: &str| {
        arguments.contains(&format!("${{{name}}}"))
            || arguments
                .match_indices(&format!("${name}"))
                .any(|(at, used)| {
                    !arguments[at + used.len()..]
                        .starts_with(|next: char| next == '_' || next.is_ascii_alphanumeric())
                })
    };
    // `PATH=/x:$PATH` continues an older value and is meant; another variable of the same line is not set yet.
    let own = |name: &str| {
        arguments.split_whitespace().any(|pair| {
            pair.split_once('=').is_some_and(|(set, value)| {
                set != name
                    && (value.contains(&format!("${name}"))
                        || value.contains(&format!("${{{name}}}")))
            })
        })
    };
    if let Some(name) = names.iter().find(|name| uses(name) && own(name)) {
        push(
            found,
            span,
            Severity::Error,
            Some("DL3044"),
            None,
            format!(
                "`{name}` is set by this same `ENV`: here it still has its old value, or none. Use two instructions."
            ),
        );
    }
}

fn secret(instruction: &str, arguments: &str, span: Range<usize>, found: &mut Vec<Found>) {
    let words = [
        "PASSWORD",
        "PASSWD",
        "SECRET",
        "TOKEN",
        "API_KEY",
        "APIKEY",
        "PRIVATE_KEY",
        "ACCESS_KEY",
    ];
    let name = arguments
        .split_whitespace()
        .map(|pair| pair.split('=').next().unwrap_or(pair))
        .find(|name| {
            let name = name.to_uppercase();
            // A place where a secret is found is none itself.
            words.iter().any(|word| name.contains(word))
                && !name.ends_with("_FILE")
                && !name.ends_with("_PATH")
        });
    if let Some(name) = name {
        push(
            found,
            span,
            Severity::Warning,
            None,
            Some(lesson::LAYERS),
            format!(
                "`{instruction} {name}` stays in the image's history for all who have the image. Give secrets to a build with `RUN --mount=type=secret`, to a container when it starts."
            ),
        );
    }
}

/// What has effect once a stage only.
fn once(stage: &[&Placed<'_>], found: &mut Vec<Found>) {
    type Kind = fn(&Instruction<'_>) -> bool;
    let kinds: [(Kind, &str, &'static str); 3] = [
        (|it| matches!(it, Instruction::Cmd(_)), "CMD", "DL4003"),
        (
            |it| matches!(it, Instruction::Entrypoint(_)),
            "ENTRYPOINT",
            "DL4004",
        ),
        (
            |it| matches!(it, Instruction::Healthcheck(_)),
            "HEALTHCHECK",
            "DL3012",
        ),
    ];
    for (is, name, code) in kinds {
        let all: Vec<_> = stage
            .iter()
            .filter(|placed| is(&placed.instruction))
            .collect();
        for placed in all.iter().rev().skip(1) {
            push(
                found,
                keyword(&placed.instruction),
                Severity::Warning,
                Some(code),
                Some(lesson::COMMANDS),
                format!("Only the last `{name}` of a stage counts; this one has no effect."),
            );
        }
    }
}

/// `COPY x .` goes wherever the base image's working directory happens to be.
fn copies(stage: &[&Placed<'_>], found: &mut Vec<Found>) {
    let from_stage = stage.iter().any(|placed| matches!(&placed.instruction, Instruction::From(from) if from.image.value.contains('$')));
    for placed in stage {
        match &placed.instruction {
            Instruction::Workdir(_) => return,
            Instruction::Copy(copy) if !from_stage => {
                let dest = copy.dest.value.trim_matches(['"', '\'']);
                if !dest.starts_with(['/', '$']) && dest.get(1..2) != Some(":") {
                    push(
                        found,
                        copy.dest.span.clone(),
                        Severity::Warning,
                        Some("DL3045"),
                        Some(lesson::INSTRUCTIONS),
                        "Without a `WORKDIR` before it, a relative target lands wherever the base image begins, often in `/`. Set `WORKDIR` first.",
                    );
                }
            }
            _ => {}
        }
    }
}

fn last_user(stage: &[&Placed<'_>], found: &mut Vec<Found>) {
    let last = stage
        .iter()
        .rev()
        .find_map(|placed| match &placed.instruction {
            Instruction::User(user) => Some(user),
            _ => None,
        });
    if let Some(user) = last {
        let name = user
            .arguments
            .value
            .split(':')
            .next()
            .unwrap_or_default()
            .trim();
        if name == "root" || name == "0" {
            push(
                found,
                user.arguments.span.clone(),
                Severity::Warning,
                Some("DL3002"),
                Some(lesson::PRODUCTION),
                "The container's program would run as root. End with a user that may do no more than it needs.",
            );
        }
    }
}

/// Sources before dependencies: each change of a source installs everything again.
fn order(text: &str, stage: &[&Placed<'_>], found: &mut Vec<Found>) {
    let mut whole: Option<Range<usize>> = None;
    for placed in stage {
        match &placed.instruction {
            Instruction::Copy(copy)
                if copy.options.iter().all(|flag| flag.name.value != "from") =>
            {
                let all = copy.src.iter().any(|source| matches!(source, Source::Path(path) if matches!(path.value.as_ref(), "." | "./")));
                if all && whole.is_none() {
                    whole = Some(placed.span.clone());
                }
            }
            Instruction::Run(_) => {
                let command = &text[placed.span.clone()];
                if let (Some(copied), Some(what)) = (whole.take(), run::installs(command)) {
                    push(
                        found,
                        copied,
                        Severity::Warning,
                        None,
                        Some(lesson::CACHE),
                        format!(
                            "Every change of any file here runs `{what}` again. Copy the list of dependencies alone, install, and copy the rest after it."
                        ),
                    );
                    return;
                }
            }
            _ => {}
        }
    }
}
