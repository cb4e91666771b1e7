//! The engine's documents, read as far as rules need them.
//!
//! They come from a machine that the learner is root of, so nothing about them is certain: a field
//! of another type, a null or a gap is read as absent, and long lists are cut.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::commands::{LABEL, NAME_PREFIX};
use crate::reference::{Reference, is_id};

/// Most characters of a text that are read.
const LONGEST: usize = 32 * 1024;

/// Most entries of a list that are read.
const MOST: usize = 4096;

/// `GET /images/{id}/json`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Image {
    pub(crate) id: String,
    pub(crate) tags: Vec<String>,
    pub(crate) digests: Vec<String>,
    pub(crate) created: String,
    pub(crate) size: u64,
    pub(crate) layers: Vec<String>,
    pub(crate) user: String,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) cmd: Vec<String>,
    pub(crate) entrypoint: Vec<String>,
    pub(crate) workdir: String,
    pub(crate) exposed: Vec<String>,
    pub(crate) labels: BTreeMap<String, String>,
}

impl Image {
    pub(crate) fn read(doc: &Value) -> Self {
        let config = &doc["Config"];
        Self {
            id: text(&doc["Id"]),
            tags: texts(&doc["RepoTags"]),
            digests: texts(&doc["RepoDigests"]),
            created: text(&doc["Created"]),
            size: doc["Size"].as_u64().unwrap_or_default(),
            layers: texts(&doc["RootFS"]["Layers"]),
            user: text(&config["User"]),
            env: pairs(&config["Env"]),
            cmd: texts(&config["Cmd"]),
            entrypoint: texts(&config["Entrypoint"]),
            workdir: text(&config["WorkingDir"]),
            exposed: keys(&config["ExposedPorts"]),
            labels: map(&config["Labels"]),
        }
    }

    /// Whether this is the image that a check or a learner means by a name.
    pub(crate) fn is(&self, name: &str) -> bool {
        let wanted = Reference::parse(name);
        self.names().any(|own| wanted.means(&own)) || is_id(name, &self.id)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = Reference> + '_ {
        self.tags
            .iter()
            .chain(&self.digests)
            .filter(|name| !name.contains("<none>"))
            .map(|name| Reference::parse(name))
    }

    /// What to call it: its first tag, else its short id.
    pub(crate) fn title(&self) -> String {
        self.tags
            .iter()
            .find(|tag| !tag.contains("<none>"))
            .cloned()
            .unwrap_or_else(|| short(&self.id))
    }

    /// Whether it was built on another: its layers begin with the other's.
    pub(crate) fn builds_on(&self, base: &Self) -> bool {
        !base.layers.is_empty() && self.layers.starts_with(&base.layers)
    }
}

/// `GET /containers/{id}/json`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Container {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) created: String,
    /// The image's id.
    pub(crate) image: String,
    /// The image as it was named when the container was made.
    pub(crate) image_name: String,
    pub(crate) status: String,
    pub(crate) exit_code: i64,
    pub(crate) out_of_memory: bool,
    /// Why it did not start, if it did not.
    pub(crate) error: String,
    pub(crate) health: Option<String>,
    /// What runs as process 1: path and arguments, the entrypoint's among them.
    pub(crate) process: Vec<String>,
    pub(crate) cmd: Vec<String>,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) restart: String,
    pub(crate) restart_most: i64,
    pub(crate) exposed: Vec<String>,
    pub(crate) ports: Vec<Published>,
    pub(crate) mounts: Vec<Mount>,
    pub(crate) networks: Vec<String>,
}

/// A published port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Published {
    pub(crate) host_ip: String,
    /// Empty or `0` if the engine chooses one.
    pub(crate) host: String,
    /// With its protocol: `80/tcp`.
    pub(crate) inner: String,
}

/// A mount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mount {
    pub(crate) kind: String,
    /// A volume's name.
    pub(crate) name: String,
    /// A path of the lab machine.
    pub(crate) source: String,
    pub(crate) target: String,
}

impl Container {
    pub(crate) fn read(doc: &Value) -> Self {
        let (config, state, host) = (&doc["Config"], &doc["State"], &doc["HostConfig"]);
        let process = std::iter::once(text(&doc["Path"]))
            .filter(|path| !path.is_empty())
            .chain(texts(&doc["Args"]))
            .collect();
        Self {
            id: text(&doc["Id"]),
            name: text(&doc["Name"]).trim_start_matches('/').to_owned(),
            created: text(&doc["Created"]),
            image: text(&doc["Image"]),
            image_name: text(&config["Image"]),
            status: text(&state["Status"]),
            exit_code: state["ExitCode"].as_i64().unwrap_or_default(),
            out_of_memory: state["OOMKilled"].as_bool().unwrap_or_default(),
            error: text(&state["Error"]),
            health: state["Health"]["Status"]
                .as_str()
                .filter(|status| *status != "none")
                .map(str::to_owned),
            process,
            cmd: texts(&config["Cmd"]),
            env: pairs(&config["Env"]),
            labels: map(&config["Labels"]),
            restart: text(&host["RestartPolicy"]["Name"]),
            restart_most: host["RestartPolicy"]["MaximumRetryCount"]
                .as_i64()
                .unwrap_or_default(),
            exposed: keys(&config["ExposedPorts"]),
            ports: published(&doc["NetworkSettings"]["Ports"], &host["PortBindings"]),
            mounts: mounts(&doc["Mounts"], &host["Tmpfs"]),
            networks: keys(&doc["NetworkSettings"]["Networks"]),
        }
    }

    /// Whether a check's own look made it.
    pub(crate) fn is_probe(&self) -> bool {
        self.name.starts_with(NAME_PREFIX) && self.labels.contains_key(LABEL)
    }

    /// What to call it.
    pub(crate) fn title(&self) -> String {
        if self.name.is_empty() {
            short(&self.id)
        } else {
            self.name.clone()
        }
    }
}

/// `GET /volumes/{name}`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Volume {
    pub(crate) name: String,
    pub(crate) labels: BTreeMap<String, String>,
}

impl Volume {
    pub(crate) fn read(doc: &Value) -> Self {
        Self {
            name: text(&doc["Name"]),
            labels: map(&doc["Labels"]),
        }
    }

    /// Whether the engine made up the name.
    pub(crate) fn is_anonymous(&self) -> bool {
        is_anonymous(&self.name)
    }
}

/// Whether the engine made up a volume's name: 64 hexadecimal digits.
pub(crate) fn is_anonymous(volume: &str) -> bool {
    volume.len() == 64 && volume.chars().all(|c| c.is_ascii_hexdigit())
}

/// `GET /networks/{id}`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Network {
    pub(crate) name: String,
    pub(crate) driver: String,
    /// Names of running containers on it.
    pub(crate) containers: Vec<String>,
}

impl Network {
    pub(crate) fn read(doc: &Value) -> Self {
        Self {
            name: text(&doc["Name"]),
            driver: text(&doc["Driver"]),
            containers: doc["Containers"]
                .as_object()
                .map(|all| all.values().take(MOST).map(|c| text(&c["Name"])).collect())
                .unwrap_or_default(),
        }
    }
}

/// The beginning of an id, as Docker prints it.
pub(crate) fn short(id: &str) -> String {
    id.trim_start_matches("sha256:").chars().take(12).collect()
}

/// A port with its protocol: `80` means tcp.
pub(crate) fn with_protocol(port: &str) -> String {
    let port = port.trim().to_lowercase();
    if port.contains('/') {
        port
    } else {
        format!("{port}/tcp")
    }
}

/// Ports as bound now, and as asked for: a stopped container has the second only, `-P` the first.
fn published(now: &Value, asked: &Value) -> Vec<Published> {
    let mut all: Vec<Published> = Vec::new();
    for ports in [now, asked] {
        for (inner, bindings) in ports.as_object().into_iter().flatten().take(MOST) {
            for binding in bindings.as_array().into_iter().flatten().take(MOST) {
                let port = Published {
                    host_ip: text(&binding["HostIp"]),
                    host: text(&binding["HostPort"]),
                    inner: with_protocol(inner),
                };
                // Bound to every address, a port is listed once for IPv4 and once for IPv6.
                let everywhere = matches!(port.host_ip.as_str(), "" | "::" | "0.0.0.0");
                let known = all.iter().any(|other| {
                    let same = other.host == port.host;
                    let chosen_by_engine = matches!(port.host.as_str(), "" | "0");
                    *other == port
                        || other.inner == port.inner && (chosen_by_engine || (same && everywhere))
                });
                if !known {
                    all.push(port);
                }
            }
        }
    }
    all
}

fn mounts(mounts: &Value, tmpfs: &Value) -> Vec<Mount> {
    let listed = mounts.as_array().into_iter().flatten().map(|mount| Mount {
        kind: text(&mount["Type"]),
        name: text(&mount["Name"]),
        source: text(&mount["Source"]),
        target: text(&mount["Destination"]),
    });
    // `--tmpfs` is not among the mounts, `--mount type=tmpfs` is.
    let in_memory = keys(tmpfs).into_iter().map(|target| Mount {
        kind: "tmpfs".to_owned(),
        name: String::new(),
        source: String::new(),
        target,
    });
    listed.chain(in_memory).take(MOST).collect()
}

fn text(value: &Value) -> String {
    value.as_str().map(cut).unwrap_or_default()
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// A list of texts. An old image may have a plain text where a list is usual.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items
            .iter()
            .take(MOST)
            .filter_map(|item| item.as_str().map(cut))
            .collect(),
        Value::String(one) => vec![cut(one)],
        _ => Vec::new(),
    }
}

/// `NAME=value` texts.
fn pairs(value: &Value) -> Vec<(String, String)> {
    texts(value)
        .iter()
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) => (name.to_owned(), value.to_owned()),
            None => (pair.clone(), String::new()),
        })
        .collect()
}

fn keys(value: &Value) -> Vec<String> {
    value
        .as_object()
        .map(|map| map.keys().take(MOST).cloned().collect())
        .unwrap_or_default()
}

fn map(value: &Value) -> BTreeMap<String, String> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .take(MOST)
        .map(|(name, value)| (name.clone(), text(value)))
        .collect()
}
