//! `vm-vs-container`: the same apps in virtual machines and in containers, and what each way costs.

use serde::{Deserialize, Serialize};

use super::Reader;
use crate::checks::values;

/// Keys of a `vm-vs-container` block.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MachinesFront {
    title: Option<String>,
    apps: Option<Vec<String>>,
    shown: Option<usize>,
    vm: Option<FiguresFront>,
    container: Option<FiguresFront>,
    app: Option<FiguresFront>,
    source: Option<String>,
}

/// Keys of `vm`, `container` and `app`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FiguresFront {
    memory: Option<String>,
    disk: Option<String>,
    seconds: Option<f64>,
}

/// The same apps in virtual machines and in containers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Machines {
    /// Shown above it, as plain text.
    pub title: String,
    /// Names of the apps that can be run.
    pub apps: Vec<String>,
    /// How many of them run at the beginning.
    pub shown: usize,
    /// What a virtual machine costs beside its app.
    pub vm: Figures,
    /// What a container costs beside its app.
    pub container: Figures,
    /// What the app itself costs, in both.
    pub app: Figures,
    /// Where the figures come from, as plain text.
    pub source: String,
}

/// What something costs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Figures {
    /// Memory in MB.
    pub memory: f64,
    /// Disk in MB.
    pub disk: f64,
    /// Time from the command until it runs, in seconds.
    pub seconds: f64,
}

/// A guest system: Debian GNU/Linux Installation Guide, section 3.4, a system without desktop: 512 MiB of memory
/// recommended, 2 GB of disk. Virtual machines start in several seconds to minutes.
const VM: Figures = Figures {
    memory: 512.0,
    disk: 2000.0,
    seconds: 20.0,
};
/// The process that watches over a container (`containerd-shim`), an empty writable layer, and the median of
/// `docker run` on the machine of docs/BENCHMARKS.md.
const CONTAINER: Figures = Figures {
    memory: 10.0,
    disk: 1.0,
    seconds: 0.5,
};
/// A small web application with its libraries. An example.
const APP: Figures = Figures {
    memory: 100.0,
    disk: 150.0,
    seconds: 0.0,
};
const SOURCE: &str = "Typical values, not measurements: a guest system as in the Debian installation guide, section 3.4 \
    (no desktop); start times are orders of magnitude; the app is an example.";

pub(super) fn read(front: MachinesFront, reader: &mut Reader<'_>) -> Machines {
    if front.source.is_none() && (front.vm.is_some() || front.container.is_some()) {
        reader.error(
            reader.node.at,
            "figures of your own have no source",
            "add `source:` and say where they come from",
        );
    }
    let apps = reader.lines(
        "apps",
        front.apps,
        &["shop", "blog", "mail", "wiki"],
        2..=4,
        8,
    );
    let shown = front.shown.unwrap_or(3.min(apps.len()));
    if !(1..=apps.len()).contains(&shown) {
        let message = format!("`shown` goes from 1 to {}, the number of apps", apps.len());
        reader.error(reader.node.place_of("shown"), message, "change it");
    }
    Machines {
        title: reader.line("title", front.title, "Virtual machines and containers", 80),
        apps,
        shown,
        vm: figures(reader, "vm", front.vm, VM),
        container: figures(reader, "container", front.container, CONTAINER),
        app: figures(reader, "app", front.app, APP),
        source: reader.line("source", front.source, SOURCE, 300),
    }
}

fn figures(
    reader: &mut Reader<'_>,
    key: &str,
    front: Option<FiguresFront>,
    default: Figures,
) -> Figures {
    let Some(front) = front else { return default };
    let node = reader.node.get(key).unwrap_or(reader.node);
    let mut size = |name, given: Option<String>, default| {
        let Some(text) = given else { return default };
        if let Some((message, help)) = values::size(&text) {
            reader.error(node.place_of(name), message, help);
        }
        megabytes(&text)
    };
    let memory = size("memory", front.memory, default.memory);
    let disk = size("disk", front.disk, default.disk);
    let seconds = front.seconds.unwrap_or(default.seconds);
    if !(0.0..=3600.0).contains(&seconds) {
        reader.error(
            node.place_of("seconds"),
            format!("`{seconds}` seconds cannot be true"),
            "write seconds from 0 to 3600",
        );
    }
    Figures {
        memory,
        disk,
        seconds,
    }
}

/// A size as Docker prints it, in MB (powers of 1000). Zero for what is no size.
fn megabytes(text: &str) -> f64 {
    let text = text.trim().to_lowercase();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    let factor = match text[digits.len()..].trim().chars().next() {
        Some('k') => 1e-3,
        Some('m') => 1.0,
        Some('g') => 1e3,
        Some('t') => 1e6,
        _ => 1e-6,
    };
    digits.parse::<f64>().unwrap_or(0.0) * factor
}

#[cfg(test)]
mod tests {
    use super::megabytes;

    #[test]
    fn sizes_are_read_as_docker_prints_them() {
        assert!((megabytes("1.5GB") - 1500.0).abs() < 1e-9);
        assert!((megabytes("200 MB") - 200.0).abs() < 1e-9);
        assert!((megabytes("5k") - 0.005).abs() < 1e-9);
    }
}
