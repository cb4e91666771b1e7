//! Checks of kind `rebuild`: which steps of a second build came from the cache.

use drydock_course::check::RebuildRule;

use super::common::explain;
use crate::evidence::{BuildError, Obstacle, RebuildSeen, StepSeen};
use crate::finding::{Demands, Finding};
use crate::look::{Look, Stop};
use crate::probe;
use crate::text::glob;
use crate::words::{code, list, names, tail};

pub(super) fn subject(rule: &RebuildRule) -> String {
    let files: Vec<String> = rule.touch.iter().map(|file| code(file)).collect();
    match rule.touch.len() {
        0 => "A second build without a change".to_owned(),
        _ => format!("A second build, after a change of {}", list(&files)),
    }
}

pub(super) fn judge(rule: &RebuildRule, look: &Look<'_>) -> Result<Finding, Stop> {
    let seen = look.rebuild(&probe::rebuild(rule))?;
    let of = 1 + rule.cached.len() + rule.rerun.len();
    let fail = |found: String, look_at: String| {
        Ok(Finding::new(false, subject(rule), found)
            .look_at(look_at)
            .out_of(of))
    };
    if let Some(obstacle) = &seen.obstacle {
        return fail(hindered(obstacle, rule), advice(obstacle, rule));
    }
    if let Some(error) = &seen.error {
        return fail(
            failed(error),
            "`docker build` in the same folder shows the error in its place.".to_owned(),
        );
    }
    let mut demands = Demands::default();
    for pattern in &rule.cached {
        step(&mut demands, pattern, seen, true, rule)?;
    }
    for pattern in &rule.rerun {
        step(&mut demands, pattern, seen, false, rule)?;
    }
    let reran = reran(&seen.steps);
    let there = match reran.as_slice() {
        [] => "Every step came from the cache.".to_owned(),
        _ => format!("Only {} ran again.", names(&reran)),
    };
    let subject = match rule.touch.len() {
        0 => subject(rule),
        _ => format!("{},", subject(rule)),
    };
    Ok(demands.finish(
        &subject,
        there,
        "Change the file and type `docker build` again: each step says `CACHED` or runs.",
    ))
}

fn hindered(obstacle: &Obstacle, rule: &RebuildRule) -> String {
    let context = rule.context.as_deref().unwrap_or(".");
    match obstacle {
        Obstacle::NoContext => format!("The folder {} was not found.", code(context)),
        Obstacle::NoDockerfile => format!(
            "There is no {} in {}.",
            code(rule.dockerfile.as_deref().unwrap_or("Dockerfile")),
            if context == "." {
                "the home folder".to_owned()
            } else {
                code(context)
            }
        ),
        Obstacle::NoFile(path) => {
            format!(
                "There is no file {} in the build context to change.",
                code(path)
            )
        }
        Obstacle::TooLarge(mib) => {
            format!("The build context holds more than {mib} MiB: too much to build it twice.")
        }
        Obstacle::TimedOut => "The builds took too long and were ended.".to_owned(),
    }
}

fn advice(obstacle: &Obstacle, rule: &RebuildRule) -> String {
    match (obstacle, rule.context.as_deref()) {
        (Obstacle::TimedOut, _) => {
            "Type `docker build` yourself and see which step takes long.".to_owned()
        }
        (Obstacle::TooLarge(_), _) => "`du -sh *` shows what is large.".to_owned(),
        (Obstacle::NoContext, _) | (_, None | Some(".")) => {
            "`ls -la` lists what is there.".to_owned()
        }
        (_, Some(context)) => format!("`ls -la {context}` lists what is there."),
    }
}

fn failed(error: &BuildError) -> String {
    let which = if error.second {
        "The build failed after the change"
    } else {
        "The build failed"
    };
    if let Some(why) = explain(&error.message) {
        return format!("{which}: {why}.");
    }
    // "process … did not complete successfully: exit code: 3"
    let exit = error.message.rsplit_once("exit code: ");
    match (&error.step, exit) {
        (Some(step), Some((_, exit))) if exit.trim().parse::<i64>().is_ok() => format!(
            "{which} at {}, which exited with code {}.",
            code(step),
            exit.trim()
        ),
        (Some(step), _) => format!("{which} at {}: {}.", code(step), tail(&error.message)),
        (None, _) => format!("{which}: {}.", tail(&error.message)),
    }
}

fn step(
    demands: &mut Demands,
    pattern: &str,
    seen: &RebuildSeen,
    cached: bool,
    rule: &RebuildRule,
) -> Result<(), Stop> {
    let glob = glob(&one_line(pattern))?;
    let matching: Vec<&StepSeen> = seen
        .steps
        .iter()
        .filter(|step| glob.is_match(&one_line(&step.name)))
        .collect();
    let met = matching.iter().any(|step| step.cached == cached);
    let wanted = if cached {
        format!("{} from the cache", code(pattern))
    } else {
        format!("{} run again", code(pattern))
    };
    demands.add(wanted, met, || match matching.first() {
        None => no_such_step(pattern, &seen.steps),
        Some(step) if cached => why_it_ran(step, &seen.steps),
        Some(step) => why_it_did_not(step, &rule.touch),
    });
    if cached && !matching.is_empty() {
        demands.advise(
            "Steps are looked up from the top, and after the first that is not in the cache all run: what changes often belongs below what is costly.",
        );
    }
    Ok(())
}

fn no_such_step(pattern: &str, steps: &[StepSeen]) -> String {
    let all: Vec<&str> = steps
        .iter()
        .map(|step| step.name.as_str())
        .filter(|name| !is_from(name))
        .collect();
    match all.as_slice() {
        [] => "The build has no step besides its `FROM`.".to_owned(),
        _ => format!(
            "No step is like {}. There are {}.",
            code(pattern),
            names(&all)
        ),
    }
}

/// The step that missed the cache, or the one above it that took the cache away from it.
fn why_it_ran(step: &StepSeen, steps: &[StepSeen]) -> String {
    let cause = steps
        .iter()
        .filter(|other| other.stage == step.stage && other.number < step.number)
        .find(|other| !other.cached && !is_from(&other.name));
    match cause {
        Some(cause) => format!(
            "{} ran again. The first step that ran again is {}, and every step after it runs again too.",
            code(&step.name),
            code(&cause.name)
        ),
        None => format!(
            "{} ran again, as the first step that did: what it uses had changed.",
            code(&step.name)
        ),
    }
}

fn why_it_did_not(step: &StepSeen, touched: &[String]) -> String {
    let files: Vec<String> = touched.iter().map(|file| code(file)).collect();
    if files.is_empty() {
        return format!("{} came from the cache.", code(&step.name));
    }
    format!(
        "{} came from the cache, though {} had changed: does it use that file, or does `.dockerignore` leave it out?",
        code(&step.name),
        list(&files)
    )
}

fn reran(steps: &[StepSeen]) -> Vec<&str> {
    steps
        .iter()
        .filter(|step| !step.cached && !is_from(&step.name))
        .map(|step| step.name.as_str())
        .collect()
}

fn is_from(name: &str) -> bool {
    name.starts_with("FROM ")
}

/// An instruction that goes over several lines has runs of white space in its name.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
