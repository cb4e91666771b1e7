//! When to look again: what can change what a probe sees, and what looking costs.

use serde::{Deserialize, Serialize};

use crate::probe::Probe;

/// Something changed in the lab machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The engine told of an event of type `image`.
    Image,
    /// The engine told of an event of type `container`.
    Container,
    /// The engine told of an event of type `volume`.
    Volume,
    /// The engine told of an event of type `network`.
    Network,
    /// A file changed, relative to the learner's home.
    File(String),
}

impl Change {
    /// Reads the `Type` of an engine event. Other types change nothing that a check sees.
    pub fn of_event(kind: &str) -> Option<Self> {
        match kind {
            "image" => Some(Self::Image),
            "container" => Some(Self::Container),
            "volume" => Some(Self::Volume),
            "network" => Some(Self::Network),
            _ => None,
        }
    }
}

/// What a look costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cost {
    /// A few engine queries or one read: do it at once, at every change.
    Cheap,
    /// Makes a container or runs a command: let changes settle first.
    Costly,
    /// Builds: let changes settle longer, one at a time in a sandbox.
    Heavy,
}

/// Whether a change can alter what a probe sees.
pub fn concerns(probe: &Probe, change: &Change) -> bool {
    match probe {
        Probe::Images | Probe::ImagePaths { .. } => *change == Change::Image,
        Probe::Containers | Probe::Logs => {
            // Joining and leaving a network is a `network` event.
            matches!(change, Change::Container | Change::Network)
        }
        Probe::Volumes => *change == Change::Volume,
        // Containers write into volumes, and the engine does not tell of it.
        Probe::VolumeFiles { .. } => matches!(change, Change::Volume | Change::Container),
        // A network's document lists its running containers.
        Probe::Networks => matches!(change, Change::Network | Change::Container),
        Probe::File { path } => {
            matches!(change, Change::File(changed) if touches(changed, path))
        }
        Probe::Run(spec) => match change {
            Change::Image => true,
            Change::Volume | Change::Container => !spec.volumes.is_empty(),
            Change::Network | Change::File(_) => false,
        },
        Probe::Exec(_) => true,
        Probe::Rebuild(spec) => match change {
            Change::File(changed) => touches(changed, &spec.context),
            // A base image that comes or goes changes what a build does.
            Change::Image => true,
            Change::Container | Change::Volume | Change::Network => false,
        },
    }
}

/// What a look costs.
pub fn cost(probe: &Probe) -> Cost {
    match probe {
        Probe::Images
        | Probe::Containers
        | Probe::Volumes
        | Probe::Networks
        | Probe::Logs
        | Probe::File { .. }
        | Probe::VolumeFiles { .. } => Cost::Cheap,
        Probe::ImagePaths { .. } | Probe::Run(_) | Probe::Exec(_) => Cost::Costly,
        Probe::Rebuild(_) => Cost::Heavy,
    }
}

/// Whether what a probe sees can change without any event: containers print and write as they like.
/// Look again every few seconds while a check on it has not passed.
pub fn drifts(probe: &Probe) -> bool {
    match probe {
        Probe::Logs | Probe::VolumeFiles { .. } | Probe::Exec(_) => true,
        Probe::Run(spec) => !spec.volumes.is_empty(),
        _ => false,
    }
}

/// Whether a change of one path can show at the other: the same, or one within the other.
fn touches(changed: &str, watched: &str) -> bool {
    let (changed, watched) = (parts(changed), parts(watched));
    changed.iter().zip(&watched).all(|(a, b)| a == b)
}

fn parts(path: &str) -> Vec<&str> {
    path.split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::{RebuildSpec, RunSpec};

    fn file(path: &str) -> Probe {
        Probe::File { path: path.into() }
    }

    #[test]
    fn a_file_is_looked_at_again_when_it_or_its_folder_changes() {
        let changed = |path: &str| Change::File(path.into());
        assert!(concerns(&file("app/x.py"), &changed("app/x.py")));
        assert!(concerns(&file("./app/x.py"), &changed("app")));
        assert!(!concerns(&file("app/x.py"), &changed("app/y.py")));
        assert!(!concerns(&file("app/x.py"), &Change::Container));
    }

    #[test]
    fn a_build_is_repeated_for_files_of_its_context_only() {
        let probe = Probe::Rebuild(RebuildSpec {
            context: "app".into(),
            dockerfile: "Dockerfile".into(),
            touch: vec![],
            timeout: 1,
        });
        assert!(concerns(&probe, &Change::File("app/src/x.py".into())));
        assert!(!concerns(&probe, &Change::File("notes.txt".into())));
        assert_eq!(cost(&probe), Cost::Heavy);
    }

    #[test]
    fn a_build_of_the_whole_home_is_repeated_for_any_file() {
        let probe = Probe::Rebuild(RebuildSpec {
            context: ".".into(),
            dockerfile: "Dockerfile".into(),
            touch: vec![],
            timeout: 1,
        });
        assert!(concerns(&probe, &Change::File("notes.txt".into())));
    }

    #[test]
    fn a_run_with_volumes_is_repeated_when_containers_may_have_written() {
        let spec = |volumes: Vec<String>| {
            Probe::Run(RunSpec {
                image: "a".into(),
                args: vec![],
                env: [].into(),
                volumes,
                timeout: 1,
            })
        };
        assert!(!concerns(&spec(vec![]), &Change::Container));
        assert!(concerns(&spec(vec!["v:/v".into()]), &Change::Container));
        assert!(drifts(&spec(vec!["v:/v".into()])));
    }
}
