//! Checks of kind `container`: one container must meet every demand, and the texts speak of the
//! one that meets most of them.

use drydock_course::check::{ContainerRule, Text};

use super::common::{environment, exit, explain, is_negation, named, text, with};
use super::{mounts, ports};
use crate::engine::{Container, Image};
use crate::finding::{Demands, Finding};
use crate::look::{Look, Stop};
use crate::probe::needs_logs;
use crate::reference::Reference;
use crate::text::{body, holds, near_miss, phrase};
use crate::words::{code, name, names, nearest, small, tail};

const LIST: &str = "`docker ps -a` lists every container, stopped ones too.";

pub(super) fn subject(rule: &ContainerRule) -> String {
    let which = which(rule);
    match (rule.exists, rule.count, &rule.name) {
        (Some(false), _, _) | (_, Some(0), _) => format!("No container{which}"),
        (_, Some(1), _) => format!("Exactly 1 container{which}"),
        (_, Some(number), _) => format!("Exactly {number} containers{which}"),
        (_, None, Some(Text::Is(_))) => format!("Container{which}"),
        (_, None, _) => format!("A container{which}"),
    }
}

/// What tells the container from others, to follow the word.
fn which(rule: &ContainerRule) -> String {
    match (&rule.name, &rule.image) {
        (Some(Text::Is(wanted)), _) => format!(" {}", name(wanted)),
        (Some(demand), _) => format!(" with a name {}", phrase(demand)),
        (None, Some(image)) => format!(" made from {}", image_title(image)),
        (None, None) => String::new(),
    }
}

fn image_title(image: &str) -> String {
    name(&Reference::parse(image).familiar())
}

pub(super) fn judge(rule: &ContainerRule, look: &Look<'_>) -> Result<Finding, Stop> {
    let containers = look.containers()?;
    let images = match &rule.image {
        Some(_) => look.images()?,
        None => Vec::new(),
    };
    let mut measured = Vec::new();
    for container in &containers {
        if is_meant(rule, container, &images)? {
            measured.push((container, measure(rule, container, &images, look)?));
        }
    }
    let complete: Vec<&Container> = measured
        .iter()
        .filter(|(_, demands)| demands.all_met())
        .map(|(container, _)| *container)
        .collect();
    let wanted = match rule.exists {
        Some(false) => Some(0),
        _ => rule.count,
    };
    if wanted == Some(0) {
        return Ok(gone(rule, &complete));
    }
    if let Some(wanted) = wanted {
        let expected = whole(rule, &images, look)?;
        return Ok(counted(
            expected,
            rule,
            wanted as usize,
            &complete,
            measured,
        ));
    }
    let nearest = measured
        .into_iter()
        .max_by(|a, b| (a.1.met(), &a.0.created).cmp(&(b.1.met(), &b.0.created)));
    let named = matches!(rule.name, Some(Text::Is(_)));
    let Some((container, demands)) = nearest else {
        let expected = if named {
            subject(rule)
        } else {
            whole(rule, &images, look)?
        };
        return Ok(
            Finding::new(false, expected, not_found(rule, &containers, &images))
                .look_at(LIST)
                .out_of(2),
        );
    };
    let expected = demands.expected(&subject(rule));
    let mut finding = conclude(rule, container, demands);
    if !finding.pass && !named {
        // Another container may meet what this one lacks: tell everything that one must meet.
        finding.expected = expected;
        finding.found = format!(
            "Nearest is container {}. {}",
            name(&container.title()),
            finding.found
        );
    }
    Ok(finding)
}

/// Everything that is wanted, when there is no container to measure.
fn whole(rule: &ContainerRule, images: &[Image], look: &Look<'_>) -> Result<String, Stop> {
    let demands = measure(rule, &Container::default(), images, look)?;
    Ok(demands.expected(&subject(rule)))
}

fn conclude(rule: &ContainerRule, container: &Container, demands: Demands) -> Finding {
    let there = format!(
        "Container {} is there: {}.",
        name(&container.title()),
        code(&container.status)
    );
    let inspect = format!(
        "`docker inspect {}` shows everything about it.",
        container.title()
    );
    demands.finish(&subject(rule), there, &inspect)
}

/// Whether the rule speaks of this container at all: by name if it gives one, else by image.
fn is_meant(rule: &ContainerRule, container: &Container, images: &[Image]) -> Result<bool, Stop> {
    Ok(match (&rule.name, &rule.image) {
        (Some(demand), _) => holds(demand, &[&container.name])?,
        (None, Some(image)) => is_made_from(container, image, images),
        (None, None) => true,
    })
}

/// Whether a container was made from the image that carries a name now. If no image does, the name
/// under which the container was made decides.
fn is_made_from(container: &Container, image: &str, images: &[Image]) -> bool {
    match images.iter().find(|candidate| candidate.is(image)) {
        Some(meant) => meant.id == container.image,
        None => has_image_name(container, image),
    }
}

fn has_image_name(container: &Container, image: &str) -> bool {
    !container.image_name.is_empty()
        && Reference::parse(image).means(&Reference::parse(&container.image_name))
}

fn gone(rule: &ContainerRule, complete: &[&Container]) -> Finding {
    match complete {
        [] => Finding::new(
            true,
            subject(rule),
            format!("No container{} is there.", which(rule)),
        ),
        [one] => Finding::new(
            false,
            subject(rule),
            format!(
                "Container {} is still there. {}",
                name(&one.title()),
                state_of(one)
            ),
        )
        .look_at(LIST),
        many => {
            let titles: Vec<String> = many.iter().map(|c| c.title()).collect();
            let found = format!("Containers {} are still there.", names(&titles));
            Finding::new(false, subject(rule), found).look_at(LIST)
        }
    }
}

fn counted(
    expected: String,
    rule: &ContainerRule,
    wanted: usize,
    complete: &[&Container],
    measured: Vec<(&Container, Demands)>,
) -> Finding {
    let titles: Vec<String> = complete.iter().map(|c| c.title()).collect();
    let found = match complete.len() {
        0 => "There is none.".to_owned(),
        1 => format!("There is 1: {}.", names(&titles)),
        number => format!("There are {number}: {}.", names(&titles)),
    };
    // Fewer than asked: say what the nearest of the others lacks.
    let other = measured
        .into_iter()
        .filter(|(_, demands)| complete.len() < wanted && !demands.all_met())
        .max_by_key(|(_, demands)| demands.met());
    let found = match other {
        Some((container, demands)) => {
            let title = name(&container.title());
            let lacks = conclude(rule, container, demands).found;
            format!("{found} As to {title}: {}", small(&lacks))
        }
        None => found,
    };
    Finding::new(complete.len() == wanted, expected, found).look_at(LIST)
}

/// Judges the demands on one container; what costs most comes last, and only if all else is
/// met or it tells why the container failed.
fn measure(
    rule: &ContainerRule,
    container: &Container,
    images: &[Image],
    look: &Look<'_>,
) -> Result<Demands, Stop> {
    let mut demands = Demands::default();
    if let (Some(_), Some(image)) = (&rule.name, &rule.image) {
        demands.add(
            format!("image {}", image_title(image)),
            is_made_from(container, image, images),
            || other_image(container, image, images),
        );
    }
    state(rule, container, &mut demands);
    if let Some(demand) = &rule.command {
        let ways = [container.process.join(" "), container.cmd.join(" ")];
        text(&mut demands, "command", demand, &ways, || {
            format!("It runs {}.", code(&container.process.join(" ")))
        })?;
    }
    let variables = environment(&container.env);
    named(&mut demands, "environment variable", &rule.env, &variables)?;
    ports::demand(&mut demands, &rule.ports, container)?;
    mounts::demand(&mut demands, &rule.mounts, container)?;
    networks(rule, container, &mut demands);
    if let Some(wanted) = &rule.restart {
        let policy = restart_policy(container);
        let met = policy.iter().any(|way| way == wanted);
        demands.add(format!("restart policy {}", name(wanted)), met, || {
            format!("Its restart policy is {}.", name(&policy[0]))
        });
    }
    if let Some(wanted) = &rule.health {
        let met = container.health.as_ref() == Some(wanted);
        demands.add(
            format!("health {}", name(wanted)),
            met,
            || match &container.health {
                None => "It has no health check.".to_owned(),
                Some(_) if container.status != "running" => state_of(container),
                Some(health) => format!("Its health is {}.", name(health)),
            },
        );
    }
    // What a program printed before it failed says more than its exit code.
    let failed = container.status == "exited" && container.exit_code != 0;
    if needs_logs(rule) && (demands.all_met() || failed) {
        logs(rule, container, look, &mut demands)?;
    }
    Ok(demands)
}

fn other_image(container: &Container, image: &str, images: &[Image]) -> String {
    if has_image_name(container, image) {
        return format!(
            "It was made from an earlier build of {}. A container keeps the image that it was made from: make a new one.",
            image_title(image)
        );
    }
    let known = images.iter().find(|other| other.id == container.image);
    let title = if container.image_name.is_empty() {
        known.map_or_else(|| container.image.clone(), Image::title)
    } else {
        container.image_name.clone()
    };
    format!("It was made from {}.", name(&title))
}

fn state(rule: &ContainerRule, container: &Container, demands: &mut Demands) {
    // One that could not be started stays `created`, with the exit code that `docker run` gave.
    let ended = match container.status.as_str() {
        "exited" | "dead" => true,
        "created" => !container.error.is_empty() && container.exit_code != 0,
        _ => false,
    };
    if let Some(wanted) = &rule.state {
        let met = container.status.eq_ignore_ascii_case(wanted);
        demands.add(format!("state {}", name(wanted)), met, || {
            state_of(container)
        });
        demands.advise(advice(container));
    }
    if let Some(wanted) = rule.exit_code {
        let met = ended && container.exit_code == wanted;
        demands.add(format!("exit code {wanted}"), met, || state_of(container));
        demands.advise(advice(container));
    }
}

/// Where to look when the state is not the right one.
fn advice(container: &Container) -> String {
    match container.status.as_str() {
        "exited" | "dead" | "restarting" => format!(
            "`docker logs {}` shows what it printed before it ended.",
            container.title()
        ),
        "created" if !container.error.is_empty() => format!(
            "`docker start {}` tries once more and prints the error.",
            container.title()
        ),
        _ => LIST.to_owned(),
    }
}

/// The state as a sentence, with what an exit code means.
fn state_of(container: &Container) -> String {
    match container.status.as_str() {
        "running" => "It is running.".to_owned(),
        "created" if !container.error.is_empty() => {
            let why = explain(&container.error).unwrap_or_else(|| code(&container.error));
            format!("It did not start: {why}.")
        }
        "created" => "It was created and never started.".to_owned(),
        "paused" => "It is paused.".to_owned(),
        "restarting" => format!(
            "It keeps restarting: it last exited with {}.",
            exit(container.exit_code)
        ),
        "exited" | "dead" if container.out_of_memory => format!(
            "It exited with code {}: it was killed because memory ran out.",
            container.exit_code
        ),
        "exited" | "dead" => format!("It exited with {}.", exit(container.exit_code)),
        other => format!("Its state is {}.", code(other)),
    }
}

fn networks(rule: &ContainerRule, container: &Container, demands: &mut Demands) {
    for wanted in &rule.networks {
        let there = &container.networks;
        demands.add(
            format!("network {}", name(wanted)),
            there.contains(wanted),
            || match there.as_slice() {
                [] => "It is on no network.".to_owned(),
                [only] if only == "bridge" => format!(
                    "It is on {}, the network that a container gets when none is named: was `--network {wanted}` left out?",
                    name(only)
                ),
                _ => format!("It is on {}.", names(there)),
            },
        );
    }
}

/// The ways to write the restart policy, as Docker prints it first.
fn restart_policy(container: &Container) -> Vec<String> {
    match (container.restart.as_str(), container.restart_most) {
        ("", _) => vec!["no".to_owned()],
        (policy, 0) => vec![policy.to_owned()],
        (policy, most) => vec![format!("{policy}:{most}"), policy.to_owned()],
    }
}

fn logs(
    rule: &ContainerRule,
    container: &Container,
    look: &Look<'_>,
    demands: &mut Demands,
) -> Result<(), Stop> {
    let Some(demand) = &rule.logs else {
        return Ok(());
    };
    let printed = look
        .logs()?
        .get(&container.id)
        .map_or("", |text| body(text));
    demands.add(
        format!("output {}", phrase(demand)),
        holds(demand, &[printed])?,
        || {
            if printed.trim().is_empty() {
                "It has printed nothing.".to_owned()
            } else {
                with(
                    format!("It printed {}.", tail(printed)),
                    near_miss(demand, printed),
                )
            }
        },
    );
    demands.advise(format!(
        "`docker logs {}` shows what it printed.",
        container.title()
    ));
    Ok(())
}

/// "No container is named `web`", with what is there in its place.
fn not_found(rule: &ContainerRule, containers: &[Container], images: &[Image]) -> String {
    let Some(demand) = &rule.name else {
        return none_made_from(rule, containers);
    };
    let found = match demand {
        Text::Is(wanted) => format!("No container is named {}.", name(wanted)),
        _ => format!("No container has a name {}.", phrase(demand)),
    };
    if containers.is_empty() {
        return format!("{found} No container is there at all, running or stopped.");
    }
    let titles: Vec<String> = containers.iter().map(Container::title).collect();
    let Text::Is(wanted) = demand else {
        return format!("{found} There are {}.", names(&titles));
    };
    if let Some(near) = nearest(wanted, &titles) {
        return format!("{found} There is {}: is the name misspelt?", name(near));
    }
    let newest = |all: &mut dyn Iterator<Item = &Container>| {
        all.max_by(|a, b| a.created.cmp(&b.created)).cloned()
    };
    let candidate = match &rule.image {
        Some(image) => newest(
            &mut containers
                .iter()
                .filter(|c| is_made_from(c, image, images) || has_image_name(c, image)),
        ),
        None => newest(&mut containers.iter().filter(|c| has_given_name(c))),
    };
    match candidate {
        Some(other) if !is_negation(demand) => format!(
            "{found} There is {}, made from {}: was `--name {wanted}` left out?",
            name(&other.title()),
            name(&other.image_name)
        ),
        _ => format!("{found} There are {}.", names(&titles)).replace(
            "There are",
            if titles.len() == 1 {
                "There is"
            } else {
                "There are"
            },
        ),
    }
}

fn none_made_from(rule: &ContainerRule, containers: &[Container]) -> String {
    let Some(image) = &rule.image else {
        return "No container is there, running or stopped.".to_owned();
    };
    let found = format!("No container was made from {}.", image_title(image));
    if containers.is_empty() {
        return format!("{found} No container is there at all, running or stopped.");
    }
    if let Some(stale) = containers.iter().find(|c| has_image_name(c, image)) {
        return format!(
            "{found} {} was made from an earlier build of it: make a new container.",
            name(&stale.title())
        );
    }
    let others: Vec<String> = containers
        .iter()
        .map(|c| format!("{} from {}", name(&c.title()), name(&c.image_name)))
        .collect();
    format!("{found} There is {}.", crate::words::list(&others))
}

/// Whether the engine made the name up: `quirky_bell`, `quirky_bell3`.
fn has_given_name(container: &Container) -> bool {
    let bare = container
        .name
        .trim_end_matches(|c: char| c.is_ascii_digit());
    bare.split_once('_').is_some_and(|(left, right)| {
        let word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase());
        word(left) && word(right)
    })
}
