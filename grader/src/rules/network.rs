//! Checks of kind `network`.

use drydock_course::check::NetworkRule;

use crate::engine::{Container, Network};
use crate::finding::{Demands, Finding};
use crate::look::{Look, Stop};
use crate::words::{name, names, nearest};

const LIST: &str = "`docker network ls` lists the networks that are there.";

/// Networks that every engine has.
const BUILT_IN: [&str; 3] = ["bridge", "host", "none"];

pub(super) fn subject(rule: &NetworkRule) -> String {
    match rule.exists {
        Some(false) => format!("No network {}", name(&rule.name)),
        _ => format!("Network {}", name(&rule.name)),
    }
}

pub(super) fn judge(rule: &NetworkRule, look: &Look<'_>) -> Result<Finding, Stop> {
    let networks = look.networks()?;
    let network = networks.iter().find(|network| network.name == rule.name);
    match (network, rule.exists) {
        (None, Some(false)) => Ok(Finding::new(
            true,
            subject(rule),
            format!("Network {} is not there.", name(&rule.name)),
        )),
        (Some(network), Some(false)) => {
            let found = format!("Network {} is still there.", name(&rule.name));
            let found = if network.containers.is_empty() {
                found
            } else {
                format!("{found} On it: {}.", names(&network.containers))
            };
            Ok(Finding::new(false, subject(rule), found).look_at(LIST))
        }
        (None, _) => Ok(
            Finding::new(false, subject(rule), not_found(rule, &networks))
                .look_at(LIST)
                .out_of(2 + rule.containers.len()),
        ),
        (Some(network), _) => {
            let mut demands = Demands::default();
            if let Some(driver) = &rule.driver {
                demands.add(
                    format!("driver {}", name(driver)),
                    network.driver == *driver,
                    || format!("Its driver is {}.", name(&network.driver)),
                );
            }
            joined(rule, network, look, &mut demands)?;
            let there = format!("Network {} is there.", name(&network.name));
            let inspect = format!(
                "`docker network inspect {}` lists the running containers on it.",
                rule.name
            );
            Ok(demands.finish(&subject(rule), there, &inspect))
        }
    }
}

fn not_found(rule: &NetworkRule, networks: &[Network]) -> String {
    let found = format!("Network {} was not found.", name(&rule.name));
    let own: Vec<&str> = networks
        .iter()
        .map(|network| network.name.as_str())
        .filter(|name| !BUILT_IN.contains(name))
        .collect();
    if let Some(near) = nearest(&rule.name, &own) {
        return format!("{found} There is {}: is the name misspelt?", name(near));
    }
    match own.as_slice() {
        [] => format!("{found} There are only those that every engine has."),
        [one] => format!("{found} There is {}.", name(one)),
        _ => format!("{found} There are {}.", names(&own)),
    }
}

fn joined(
    rule: &NetworkRule,
    network: &Network,
    look: &Look<'_>,
    demands: &mut Demands,
) -> Result<(), Stop> {
    if rule.containers.is_empty() {
        return Ok(());
    }
    let containers = look.containers()?;
    for wanted in &rule.containers {
        let container = containers.iter().find(|c| c.name == *wanted);
        // A network lists running containers only; a container lists its networks always.
        let met = network.containers.contains(wanted)
            || container.is_some_and(|c| c.networks.contains(&rule.name));
        demands.add(
            format!("container {} on it", name(wanted)),
            met,
            || match container {
                None => no_container(wanted, &containers),
                Some(c) if c.networks.is_empty() => {
                    format!("Container {} is on no network.", name(wanted))
                }
                Some(c) => format!("Container {} is on {}.", name(wanted), names(&c.networks)),
            },
        );
    }
    Ok(())
}

fn no_container(wanted: &str, containers: &[Container]) -> String {
    let found = format!("No container is named {}.", name(wanted));
    let titles: Vec<String> = containers.iter().map(Container::title).collect();
    match nearest(wanted, &titles) {
        Some(near) => format!("{found} There is {}: is the name misspelt?", name(near)),
        None => found,
    }
}
