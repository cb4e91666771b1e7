//! Demands that several kinds share.

use std::collections::BTreeMap;

use drydock_course::check::Text;
use indexmap::IndexMap;

use crate::finding::Demands;
use crate::look::Stop;
use crate::reference::Reference;
use crate::text::{holds, near_miss, phrase};
use crate::words::{capital, code, name, names, nearest};

/// A demand on a text that has one value. `noun` names it: "working directory".
pub(super) fn text(
    demands: &mut Demands,
    noun: &str,
    demand: &Text,
    ways: &[String],
    found: impl FnOnce() -> String,
) -> Result<(), Stop> {
    let met = holds(demand, ways)?;
    demands.add(format!("{noun} {}", phrase(demand)), met, || {
        let near = ways.iter().find_map(|way| near_miss(demand, way));
        with(found(), near)
    });
    Ok(())
}

/// A sentence and perhaps another.
pub(super) fn with(sentence: String, another: Option<&str>) -> String {
    match another {
        Some(another) => format!("{sentence} {another}"),
        None => sentence,
    }
}

/// Demands on environment variables or labels. `noun` names one: "environment variable".
pub(super) fn named(
    demands: &mut Demands,
    noun: &str,
    wanted: &IndexMap<String, Text>,
    there: &BTreeMap<&str, &str>,
) -> Result<(), Stop> {
    for (key, demand) in wanted {
        let value = there.get(key.as_str()).copied();
        // What is not set can still be asked not to be something.
        let met = match value {
            Some(value) => holds(demand, &[value])?,
            None => is_negation(demand),
        };
        demands.add(
            format!("{noun} {} {}", name(key), relation(demand)),
            met,
            || match value {
                Some(value) => with(
                    format!("{} {} is {}.", capital(noun), name(key), code(value)),
                    near_miss(demand, value),
                ),
                None => {
                    let keys: Vec<&str> = there.keys().copied().collect();
                    match nearest(key, &keys) {
                        Some(near) => format!(
                            "{} {} is not set. There is {}: is the name misspelt?",
                            capital(noun),
                            name(key),
                            name(near)
                        ),
                        None => format!("{} {} is not set.", capital(noun), name(key)),
                    }
                }
            },
        );
    }
    Ok(())
}

fn relation(demand: &Text) -> String {
    match demand {
        Text::Is(value) if !value.is_empty() => format!("set to {}", code(value)),
        _ => phrase(demand),
    }
}

pub(super) fn is_negation(demand: &Text) -> bool {
    use drydock_course::check::TextHow;
    matches!(demand, Text::How(TextHow::Not(inner)) if !is_negation(inner))
}

/// Environment as a map; the last of two equal names counts, as in a process.
pub(super) fn environment(env: &[(String, String)]) -> BTreeMap<&str, &str> {
    env.iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

/// Labels as a map.
pub(super) fn labels(labels: &BTreeMap<String, String>) -> BTreeMap<&str, &str> {
    labels
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

/// "There is none." or "There are `a` and `b`."
pub(super) fn there_are(noun: &str, all: &[String]) -> String {
    match all {
        [] => format!("There is no {noun}."),
        [one] => format!("There is {}.", name(one)),
        _ => format!("There are {}.", names(all)),
    }
}

/// What an exit code tells, as a clause that follows "code N".
pub(super) fn exit_code_means(code: i64) -> Option<&'static str> {
    Some(match code {
        0 => "it ended by itself without an error",
        1 => "the program itself reported an error",
        125 => "Docker could not run it",
        126 => "the command was found and could not be executed",
        127 => "the command was not found in the image",
        130 => "it was interrupted, as by Ctrl+C",
        134 => "the program aborted",
        137 => {
            "it was killed (SIGKILL), as by `docker kill`, or by `docker stop` after its ten seconds of grace"
        }
        139 => "the program crashed with a memory fault",
        143 => "it was asked to end (SIGTERM), as by `docker stop`",
        _ => return None,
    })
}

/// "code 137: it was killed …".
pub(super) fn exit(code: i64) -> String {
    match exit_code_means(code) {
        Some(meaning) => format!("code {code}: {meaning}"),
        None => format!("code {code}"),
    }
}

/// What an error of the engine or the builder comes down to, as a clause.
pub(super) fn explain(error: &str) -> Option<String> {
    let between = |from: &str, to: &[char]| {
        let rest = error.split_once(from)?.1;
        let end = rest.find(to).unwrap_or(rest.len());
        Some(rest[..end].to_owned()).filter(|part| !part.is_empty())
    };
    if error.contains("port is already allocated") || error.contains("address already in use") {
        let address = between("Bind for ", &[' ']);
        let port = address
            .as_deref()
            .and_then(|address| address.rsplit(':').next());
        return Some(match port {
            Some(port) => format!("port {} of the lab machine is taken already", name(port)),
            None => "its port of the lab machine is taken already".to_owned(),
        });
    }
    if error.contains("executable file") && error.contains("not found") {
        // crun and runc word it differently.
        let command = between("executable file `", &['`']).or_else(|| between("exec: \"", &['"']));
        return Some(match command {
            Some(command) => format!("the command {} is not in the image", name(&command)),
            None => "the command is not in the image".to_owned(),
        });
    }
    if let Some(image) = between("failed to resolve source metadata for ", &[' ', ','])
        .or_else(|| between("pull access denied for ", &[' ', ',']))
    {
        let image = Reference::parse(image.trim_end_matches(':')).familiar();
        return Some(format!(
            "image {} is not in this engine, and the lab machine has no network to fetch it from",
            name(&image)
        ));
    }
    None
}
