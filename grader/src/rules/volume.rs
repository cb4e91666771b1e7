//! Checks of kind `volume`.

use drydock_course::check::VolumeRule;

use super::common::{labels, named, with};
use crate::engine::Volume;
use crate::finding::{Demands, Finding};
use crate::look::{Look, Stop};
use crate::probe::{inner_path, volume_files};
use crate::text::{body, holds, near_miss, phrase};
use crate::words::{code, name, names, nearest, tail};

const LIST: &str = "`docker volume ls` lists the volumes that are there.";

pub(super) fn subject(rule: &VolumeRule) -> String {
    match rule.exists {
        Some(false) => format!("No volume {}", name(&rule.name)),
        _ => format!("Volume {}", name(&rule.name)),
    }
}

pub(super) fn judge(rule: &VolumeRule, look: &Look<'_>) -> Result<Finding, Stop> {
    let volumes = look.volumes()?;
    let volume = volumes.iter().find(|volume| volume.name == rule.name);
    match (volume, rule.exists) {
        (None, Some(false)) => Ok(Finding::new(
            true,
            subject(rule),
            format!("Volume {} is not there.", name(&rule.name)),
        )),
        (Some(_), Some(false)) => Ok(still_there(rule, look)),
        (None, _) => Ok(
            Finding::new(false, subject(rule), not_found(rule, &volumes, look))
                .look_at(LIST)
                .out_of(2 + usize::from(!rule.files.is_empty())),
        ),
        (Some(volume), _) => {
            let mut demands = Demands::default();
            named(&mut demands, "label", &rule.labels, &labels(&volume.labels))?;
            if demands.all_met() {
                files(rule, look, &mut demands)?;
            }
            let there = format!("Volume {} is there.", name(&volume.name));
            let inspect = format!("`docker volume inspect {}` shows it.", rule.name);
            Ok(demands.finish(&subject(rule), there, &inspect))
        }
    }
}

fn still_there(rule: &VolumeRule, look: &Look<'_>) -> Finding {
    let users: Vec<String> = look
        .known_containers()
        .iter()
        .filter(|container| container.mounts.iter().any(|mount| mount.name == rule.name))
        .map(crate::engine::Container::title)
        .collect();
    let found = format!("Volume {} is still there.", name(&rule.name));
    let found = if users.is_empty() {
        found
    } else {
        format!(
            "{found} It is used by {}, running or stopped.",
            names(&users)
        )
    };
    Finding::new(false, subject(rule), found).look_at(LIST)
}

fn not_found(rule: &VolumeRule, volumes: &[Volume], look: &Look<'_>) -> String {
    let found = format!("Volume {} was not found.", name(&rule.name));
    let bind = look
        .known_containers()
        .into_iter()
        .flat_map(|container| container.mounts)
        .find(|mount| {
            mount.kind == "bind" && mount.source.rsplit('/').next() == Some(rule.name.as_str())
        });
    if let Some(bind) = bind {
        return format!(
            "{found} There is a bind mount of the folder {}: a volume's name has no `/` or `.` before it.",
            code(&bind.source)
        );
    }
    let named: Vec<&str> = volumes
        .iter()
        .filter(|volume| !volume.is_anonymous())
        .map(|volume| volume.name.as_str())
        .collect();
    if let Some(near) = nearest(&rule.name, &named) {
        return format!("{found} There is {}: is the name misspelt?", name(near));
    }
    if volumes.iter().any(Volume::is_anonymous) {
        return format!(
            "{found} There is a volume without a name of its own: was {} left out, as in `-v {}:/path`?",
            name(&rule.name),
            rule.name
        );
    }
    match named.as_slice() {
        [] => format!("{found} There is no volume at all."),
        [one] => format!("{found} There is {}.", name(one)),
        _ => format!("{found} There are {}.", names(&named)),
    }
}

fn files(rule: &VolumeRule, look: &Look<'_>, demands: &mut Demands) -> Result<(), Stop> {
    let Some(probe) = volume_files(rule) else {
        return Ok(());
    };
    let there = look.volume_files(&probe)?;
    for (path, demand) in &rule.files {
        let seen = there.get(&inner_path(path)).and_then(Option::as_ref);
        let met = match seen {
            Some(text) => holds(demand, &[text.as_str(), body(text)])?,
            None => false,
        };
        demands.add(
            format!("a file {} with text {}", code(path), phrase(demand)),
            met,
            || match seen {
                None => format!("There is no file {} in it.", code(path)),
                Some(text) if text.is_empty() => format!("The file {} is empty.", code(path)),
                Some(text) => with(
                    format!("The file {} holds {}.", code(path), tail(text)),
                    near_miss(demand, text),
                ),
            },
        );
        demands.advise(format!(
            "A container that mounts it can show it: `docker run --rm -v {}:/v busybox cat` with the path under `/v`.",
            rule.name
        ));
    }
    Ok(())
}
