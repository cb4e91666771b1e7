//! What a sandbox's engine has: the data of the engine map, and of the preview's list of ports.
//!
//! A snapshot is made only when a page asks. Pages ask after each event, so it is shared by all pages
//! of a session, and made again at most every 150 ms and only when something changed.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use drydock_grader::commands::is_own;
use drydock_sandbox::Sandbox;
use drydock_sandbox::bollard::models::{
    ContainerSummary, ImageSummary, Network, PortSummary, Volume,
};
use drydock_sandbox::bollard::query_parameters::{
    ListContainersOptionsBuilder, ListImagesOptions, ListNetworksOptions, ListVolumesOptions,
};
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until, timeout};
use utoipa::ToSchema;

/// Deadline of a whole snapshot.
const SNAPSHOT: Duration = Duration::from_secs(10);
/// Least time between two snapshots.
const PAUSE: Duration = Duration::from_millis(150);
/// Without any event a snapshot is believed this long: some things change without one.
const LASTS: Duration = Duration::from_secs(2);
/// Objects of one kind that are told; a lab has a handful.
const OBJECTS: usize = 100;
/// Ports, mounts, networks and tags of one object that are told.
const PARTS: usize = 20;
/// Characters of one text that are told.
const TEXT: usize = 200;

/// What the engine has now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct EngineMap {
    /// Images, newest first.
    pub images: Vec<ImageBox>,
    /// Containers, oldest first, stopped ones too.
    pub containers: Vec<ContainerBox>,
    /// Volumes by name.
    pub volumes: Vec<VolumeBox>,
    /// Networks by name.
    pub networks: Vec<NetworkBox>,
    /// How many more objects there are than are told.
    pub more: usize,
}

/// An image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImageBox {
    /// Its id, as Docker shortens it.
    pub id: String,
    /// Its names; none for an image that a newer one took the name of.
    pub tags: Vec<String>,
    /// Bytes of all its layers.
    pub size: i64,
    /// When it was made, in seconds since 1970.
    pub created: i64,
}

/// A container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ContainerBox {
    /// Its id, as Docker shortens it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its image as it was named when the container was made.
    pub image: String,
    /// Id of its image, as Docker shortens it.
    pub image_id: String,
    /// The command that it runs.
    pub command: String,
    /// `created`, `running`, `paused`, `restarting`, `exited`…
    pub state: String,
    /// The exit code of the last run, once there is one.
    pub exit_code: Option<i64>,
    /// `healthy`, `unhealthy` or `starting`, if its image or its start has a health check.
    pub health: Option<&'static str>,
    /// When it was made, in seconds since 1970.
    pub created: i64,
    /// Its ports, published or not.
    pub ports: Vec<PortBox>,
    /// What is mounted into it.
    pub mounts: Vec<MountBox>,
    /// Networks that it is part of.
    pub networks: Vec<JoinBox>,
}

/// A port of a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema, PartialOrd, Ord)]
pub struct PortBox {
    /// The port of the machine; absent: it is not published.
    pub host: Option<u16>,
    /// The port in the container.
    pub container: u16,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: &'static str,
}

/// A mount of a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MountBox {
    /// `volume`, `bind` or `tmpfs`.
    pub kind: String,
    /// The volume, or the path on the machine.
    pub source: String,
    /// The path in the container.
    pub destination: String,
    /// Whether the container can only read it.
    pub read_only: bool,
}

/// A container's part in a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct JoinBox {
    /// The network.
    pub name: String,
    /// The container's address there; empty while it does not run.
    pub address: String,
}

/// A volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct VolumeBox {
    /// Its name.
    pub name: String,
    /// Whether the engine made up its name.
    pub anonymous: bool,
    /// `local` as a rule.
    pub driver: String,
}

/// A network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NetworkBox {
    /// Its name.
    pub name: String,
    /// `bridge`, `host`, `null`…
    pub driver: String,
    /// Its addresses, such as `172.18.0.0/16`.
    pub subnet: String,
    /// Whether it has no way out.
    pub internal: bool,
    /// Whether every engine has it.
    pub predefined: bool,
}

/// The engine as the pages of one session see it.
#[derive(Debug, Default)]
pub struct Watched {
    changes: AtomicU64,
    last: Mutex<Option<Taken>>,
}

#[derive(Debug)]
struct Taken {
    at: Instant,
    changes: u64,
    map: Arc<EngineMap>,
}

impl Watched {
    /// Notes that what was seen may be old.
    pub fn changed(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
    }

    /// What the engine has now.
    ///
    /// # Errors
    /// With a sentence for the learner when the engine does not say.
    pub async fn map(&self, sandbox: &Sandbox) -> Result<Arc<EngineMap>, String> {
        let mut last = self.last.lock().await;
        if let Some(taken) = &*last {
            let current = taken.changes == self.changes.load(Ordering::SeqCst);
            if current && taken.at.elapsed() < LASTS {
                return Ok(taken.map.clone());
            }
            sleep_until(taken.at + PAUSE).await;
        }
        // Read before the engine is asked: what changes meanwhile makes the snapshot an old one.
        let changes = self.changes.load(Ordering::SeqCst);
        let map = timeout(SNAPSHOT, take(sandbox)).await.unwrap_or_else(|_| {
            Err("The engine of this lab does not answer. `docker ps` in the terminal says whether it does.".into())
        })?;
        let map = Arc::new(map);
        *last = Some(Taken {
            at: Instant::now(),
            changes,
            map: map.clone(),
        });
        Ok(map)
    }
}

async fn take(sandbox: &Sandbox) -> Result<EngineMap, String> {
    let sentence = |error: &dyn std::fmt::Display| super::sentence(&error.to_string());
    let engine = sandbox.engine().await.map_err(|error| sentence(&error))?;
    let all = ListContainersOptionsBuilder::new().all(true).build();
    let (images, containers, volumes, networks) = tokio::try_join!(
        engine.list_images(None::<ListImagesOptions>),
        engine.list_containers(Some(all)),
        engine.list_volumes(None::<ListVolumesOptions>),
        engine.list_networks(None::<ListNetworksOptions>),
    )
    .map_err(|error| sentence(&error))?;
    Ok(map(
        images,
        containers,
        volumes.volumes.unwrap_or_default(),
        networks,
    ))
}

/// Takes what the engine's API says down to what is shown.
fn map(
    images: Vec<ImageSummary>,
    containers: Vec<ContainerSummary>,
    volumes: Vec<Volume>,
    networks: Vec<Network>,
) -> EngineMap {
    let mut more = 0;
    let mut images: Vec<_> = images.into_iter().map(image).collect();
    images.sort_by(|a, b| (b.created, &a.tags, &a.id).cmp(&(a.created, &b.tags, &b.id)));
    let mut containers: Vec<_> = containers.into_iter().filter_map(container).collect();
    containers.sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
    let mut volumes: Vec<_> = volumes
        .into_iter()
        .filter(|one| !ours(Some(&one.labels), &one.name))
        .map(volume)
        .collect();
    volumes.sort_by(|a, b| (a.anonymous, &a.name).cmp(&(b.anonymous, &b.name)));
    let mut networks: Vec<_> = networks.into_iter().map(network).collect();
    networks.sort_by(|a, b| (a.predefined, &a.name).cmp(&(b.predefined, &b.name)));
    more += cut(&mut images) + cut(&mut containers) + cut(&mut volumes) + cut(&mut networks);
    EngineMap {
        images,
        containers,
        volumes,
        networks,
        more,
    }
}

/// Keeps the first hundred; how many went.
fn cut<T>(list: &mut Vec<T>) -> usize {
    let more = list.len().saturating_sub(OBJECTS);
    list.truncate(OBJECTS);
    more
}

/// Whether a check of ours made it: it is gone again in a moment.
fn ours(labels: Option<&HashMap<String, String>>, name: &str) -> bool {
    let labels = labels.into_iter().flatten();
    let labels = labels.map(|(key, value)| (key.as_str(), value.as_str()));
    is_own(labels.chain([("name", name)]))
}

fn text(text: impl AsRef<str>) -> String {
    text.as_ref().chars().take(TEXT).collect()
}

/// `sha256:0123…` as Docker shortens it.
fn short(id: impl AsRef<str>) -> String {
    let id = id.as_ref();
    let hex = id.split_once(':').map_or(id, |(_, hex)| hex);
    hex.chars().take(12).collect()
}

fn image(one: ImageSummary) -> ImageBox {
    ImageBox {
        id: short(&one.id),
        tags: one
            .repo_tags
            .iter()
            .filter(|tag| *tag != "<none>:<none>")
            .take(PARTS)
            .map(text)
            .collect(),
        size: one.size,
        created: one.created,
    }
}

fn container(one: ContainerSummary) -> Option<ContainerBox> {
    let names = one.names.unwrap_or_default();
    let name = names
        .first()
        .map_or("", |name| name.trim_start_matches('/'));
    if ours(one.labels.as_ref(), name) {
        return None;
    }
    let status = one.status.unwrap_or_default();
    let ports: BTreeSet<_> = one.ports.into_iter().flatten().map(port).collect();
    let mounts = one.mounts.into_iter().flatten().take(PARTS);
    let mounts = mounts.map(|mount| {
        let kind = mount.typ.map(|kind| kind.to_string()).unwrap_or_default();
        let source = match (&*kind, mount.name) {
            ("volume", Some(name)) => name,
            _ => mount.source.unwrap_or_default(),
        };
        MountBox {
            kind: text(kind),
            source: text(source),
            destination: text(mount.destination.unwrap_or_default()),
            read_only: mount.rw == Some(false),
        }
    });
    let joined = one.network_settings.and_then(|settings| settings.networks);
    let mut networks: Vec<_> = joined
        .into_iter()
        .flatten()
        .take(PARTS)
        .map(|(name, joined)| JoinBox {
            name: text(name),
            address: text(joined.ip_address.unwrap_or_default()),
        })
        .collect();
    networks.sort_by(|a, b| a.name.cmp(&b.name));
    Some(ContainerBox {
        id: short(one.id.unwrap_or_default()),
        name: text(name),
        image: text(one.image.unwrap_or_default()),
        image_id: short(one.image_id.unwrap_or_default()),
        command: text(one.command.unwrap_or_default()),
        state: text(one.state.map(|state| state.to_string()).unwrap_or_default()),
        exit_code: exit_code(&status),
        health: ["unhealthy", "healthy", "starting"]
            .into_iter()
            .find(|health| {
                status.ends_with(&format!("({health})"))
                    || status.ends_with(&format!("(health: {health})"))
            }),
        created: one.created.unwrap_or_default(),
        ports: ports.into_iter().take(PARTS).collect(),
        mounts: mounts.collect(),
        networks,
    })
}

/// Docker's own words are the only place where a list has the code: `Exited (137) 2 minutes ago`.
fn exit_code(status: &str) -> Option<i64> {
    let rest = status
        .strip_prefix("Exited (")
        .or_else(|| status.strip_prefix("Restarting ("))?;
    rest.split_once(')')?.0.parse().ok()
}

/// A port of a list; the same one for IPv4 and IPv6 is equal.
pub fn port(one: PortSummary) -> PortBox {
    let protocol = one.typ.map(|kind| kind.to_string()).unwrap_or_default();
    PortBox {
        host: one.public_port,
        container: one.private_port,
        protocol: match protocol.as_str() {
            "udp" => "udp",
            "sctp" => "sctp",
            _ => "tcp",
        },
    }
}

fn volume(one: Volume) -> VolumeBox {
    VolumeBox {
        anonymous: one.name.len() == 64 && one.name.bytes().all(|byte| byte.is_ascii_hexdigit()),
        name: text(&one.name),
        driver: text(&one.driver),
    }
}

fn network(one: Network) -> NetworkBox {
    let name = text(one.name.unwrap_or_default());
    let ranges = one.ipam.and_then(|ipam| ipam.config).unwrap_or_default();
    NetworkBox {
        predefined: matches!(&*name, "bridge" | "host" | "none"),
        driver: text(one.driver.unwrap_or_default()),
        subnet: text(
            ranges
                .into_iter()
                .find_map(|range| range.subnet)
                .unwrap_or_default(),
        ),
        internal: one.internal == Some(true),
        name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn containers(list: serde_json::Value) -> EngineMap {
        map(
            Vec::new(),
            serde_json::from_value(list).unwrap(),
            Vec::new(),
            Vec::new(),
        )
    }

    #[test]
    fn a_container_is_told_with_ports_mounts_and_networks() {
        let seen = containers(serde_json::json!([{
            "Id": "0123456789abcdef0123", "Names": ["/web"], "Image": "nginx",
            "ImageID": "sha256:aabbccddeeff00112233", "State": "running",
            "Status": "Up 3 seconds (health: starting)", "Created": 7, "Command": "nginx -g",
            "Ports": [
                { "IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp" },
                { "IP": "::", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp" },
                { "PrivatePort": 443, "Type": "tcp" },
            ],
            "Mounts": [
                { "Type": "volume", "Name": "data", "Source": "/var/lib/x", "Destination": "/data", "RW": false },
                { "Type": "bind", "Source": "/root/site", "Destination": "/site", "RW": true },
            ],
            "NetworkSettings": { "Networks": { "bridge": { "IPAddress": "172.17.0.2" } } },
        }]));
        let web = &seen.containers[0];
        assert_eq!((&*web.id, &*web.name), ("0123456789ab", "web"));
        assert_eq!(
            (&*web.image_id, web.health),
            ("aabbccddeeff", Some("starting"))
        );
        let ports: Vec<_> = web
            .ports
            .iter()
            .map(|port| (port.host, port.container))
            .collect();
        assert_eq!(ports, [(None, 443), (Some(8080), 80)]);
        assert_eq!(
            (&*web.mounts[0].source, web.mounts[0].read_only),
            ("data", true)
        );
        assert_eq!(&*web.mounts[1].source, "/root/site");
        assert_eq!(&*web.networks[0].address, "172.17.0.2");
    }

    #[test]
    fn how_a_container_ended_is_read_from_docker_s_words() {
        assert_eq!(exit_code("Exited (137) 2 minutes ago"), Some(137));
        assert_eq!(exit_code("Restarting (1) 2 seconds ago"), Some(1));
        assert_eq!(exit_code("Up 2 seconds (healthy)"), None);
        assert_eq!(exit_code("Exited (x"), None);
    }

    #[test]
    fn what_a_check_of_ours_made_is_left_out() {
        let seen = containers(serde_json::json!([
            { "Id": "1", "Names": ["/drydock-probe-1"] },
            { "Id": "2", "Names": ["/x"], "Labels": { "drydock.probe": "1" } },
            { "Id": "3", "Names": ["/mine"], "Labels": { "a": "b" } },
        ]));
        let names: Vec<_> = seen
            .containers
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        assert_eq!(names, ["mine"]);
    }

    #[test]
    fn a_thousand_containers_and_endless_names_are_bounded_and_counted() {
        let long = "x".repeat(100_000);
        let many: Vec<_> = (0..1000)
            .map(|n| {
                let ports: Vec<_> = (1..500)
                    .map(|port| serde_json::json!({ "PrivatePort": port, "Type": "tcp" }))
                    .collect();
                serde_json::json!({ "Id": format!("{n:04}"), "Names": [format!("/{long}")], "Ports": ports })
            })
            .collect();
        let seen = containers(many.into());
        assert_eq!(
            (seen.containers.len(), seen.more),
            (OBJECTS, 1000 - OBJECTS)
        );
        assert_eq!(seen.containers[0].name.len(), TEXT);
        assert_eq!(seen.containers[0].ports.len(), PARTS);
    }

    #[test]
    fn volumes_and_networks_say_what_the_engine_made_by_itself() {
        let hex = "0123456789abcdef".repeat(4);
        let volumes = serde_json::json!([
            { "Name": hex, "Driver": "local", "Mountpoint": "", "Labels": {}, "Scope": "local", "Options": {} },
            { "Name": "data", "Driver": "local", "Mountpoint": "", "Labels": {}, "Scope": "local", "Options": {} },
        ]);
        let networks = serde_json::json!([
            { "Name": "none", "Driver": "null" },
            { "Name": "app", "Driver": "bridge", "Internal": true, "IPAM": { "Config": [{ "Subnet": "172.18.0.0/16" }] } },
        ]);
        let seen = map(
            Vec::new(),
            Vec::new(),
            serde_json::from_value(volumes).unwrap(),
            serde_json::from_value(networks).unwrap(),
        );
        let anonymous: Vec<_> = seen.volumes.iter().map(|one| one.anonymous).collect();
        assert_eq!(anonymous, [false, true]);
        let app = &seen.networks[0];
        assert_eq!(
            (&*app.name, &*app.subnet, app.internal, app.predefined),
            ("app", "172.18.0.0/16", true, false)
        );
        assert!(seen.networks[1].predefined);
    }

    #[test]
    fn an_image_without_a_name_has_no_tags() {
        let image: ImageSummary = serde_json::from_value(serde_json::json!({
            "Id": "sha256:0123456789abcdef", "ParentId": "", "RepoTags": ["<none>:<none>"], "RepoDigests": [],
            "Created": 1, "Size": 2, "SharedSize": -1, "Labels": {}, "Containers": -1,
        }))
        .unwrap();
        let seen = map(vec![image], Vec::new(), Vec::new(), Vec::new());
        assert_eq!(seen.images[0].tags, [""; 0]);
        assert_eq!(seen.images[0].id, "0123456789ab");
    }
}
