//! Mounts of a container: what a check asks for, compared with what is there.

use drydock_course::check::{MountRule, Text};

use crate::engine::{Container, Mount, is_anonymous};
use crate::finding::Demands;
use crate::look::Stop;
use crate::text::{holds, phrase};
use crate::words::{code, list, name};

/// Adds a demand for each mount.
pub(super) fn demand(
    demands: &mut Demands,
    mounts: &[MountRule],
    container: &Container,
) -> Result<(), Stop> {
    for rule in mounts {
        let mut met = false;
        for mount in &container.mounts {
            met |= is_met(rule, mount)?;
        }
        let found = if met {
            String::new()
        } else {
            found(rule, container)?
        };
        demands.add(wanted(rule), met, || found);
        demands.advise(format!(
            "`docker inspect {}` lists them under `Mounts`.",
            container.title()
        ));
    }
    Ok(())
}

fn wanted(rule: &MountRule) -> String {
    let what = kind(rule.kind.as_deref());
    let source = match &rule.source {
        Some(source) => format!(" {}", phrase(source)),
        None => String::new(),
    };
    match &rule.target {
        Some(target) => format!("{what}{source} at {}", code(target)),
        None => format!("{what}{source}"),
    }
}

fn kind(kind: Option<&str>) -> &str {
    match kind {
        Some("volume") => "volume",
        Some("bind") => "bind mount",
        Some("tmpfs") => "tmpfs",
        _ => "mount",
    }
}

fn is_met(rule: &MountRule, mount: &Mount) -> Result<bool, Stop> {
    Ok(has_kind(rule, mount) && has_target(rule, mount) && has_source(rule, mount)?)
}

fn has_kind(rule: &MountRule, mount: &Mount) -> bool {
    rule.kind.as_ref().is_none_or(|kind| *kind == mount.kind)
}

fn has_target(rule: &MountRule, mount: &Mount) -> bool {
    rule.target
        .as_ref()
        .is_none_or(|target| same_path(target, &mount.target))
}

fn has_source(rule: &MountRule, mount: &Mount) -> Result<bool, Stop> {
    let Some(demand) = &rule.source else {
        return Ok(true);
    };
    let ways = if mount.kind == "volume" {
        vec![mount.name.as_str()]
    } else {
        let bare = mount.source.trim_end_matches('/');
        vec![mount.source.as_str(), bare]
    };
    if let Text::Is(wanted) = demand
        && mount.kind != "volume"
    {
        return Ok(same_path(wanted, &mount.source));
    }
    Ok(holds(demand, &ways)?)
}

fn same_path(left: &str, right: &str) -> bool {
    left.trim_end_matches('/') == right.trim_end_matches('/')
}

fn found(rule: &MountRule, container: &Container) -> Result<String, Stop> {
    let mounts = &container.mounts;
    if mounts.is_empty() {
        return Ok(
            "Nothing is mounted in it: was `-v` or `--mount` left out of `docker run`?".to_owned(),
        );
    }
    // Right place, wrong thing.
    if rule.target.is_some()
        && let Some(mount) = mounts.iter().find(|mount| has_target(rule, mount))
    {
        let target = code(&mount.target);
        return Ok(match mount.kind.as_str() {
            "volume" if rule.kind.as_deref() == Some("volume") && is_anonymous(&mount.name) => {
                format!(
                    "{target} has a volume without a name of its own: was the name before the `:` left out?"
                )
            }
            _ => format!("{target} has {}.", describe(mount)),
        });
    }
    // Right thing, wrong place.
    for mount in mounts {
        if rule.source.is_some() && has_kind(rule, mount) && has_source(rule, mount)? {
            let wanted = rule.target.as_deref().unwrap_or_default();
            return Ok(format!(
                "It has {} at {}, not at {}.",
                describe(mount),
                code(&mount.target),
                code(wanted)
            ));
        }
    }
    let all: Vec<String> = mounts
        .iter()
        .map(|mount| format!("{} at {}", describe(mount), code(&mount.target)))
        .collect();
    Ok(match &rule.target {
        Some(target) => format!(
            "Nothing is mounted at {}; it has {}.",
            code(target),
            list(&all)
        ),
        None => format!("It has {}.", list(&all)),
    })
}

/// "a bind mount of `/root/data`", "volume `notes`".
fn describe(mount: &Mount) -> String {
    match mount.kind.as_str() {
        "volume" if is_anonymous(&mount.name) => "a volume without a name of its own".to_owned(),
        "volume" => format!("volume {}", name(&mount.name)),
        "bind" => format!("a bind mount of {}", code(&mount.source)),
        "tmpfs" => "a tmpfs (kept in memory)".to_owned(),
        other => format!("a mount of type {}", code(other)),
    }
}
