//! Why nothing answers at a port of a learner's machine: looks at what the inner engine publishes and at what
//! listens inside the container.

use std::collections::BTreeSet;
use std::time::Duration;

use drydock_sandbox::bollard::Docker;
use drydock_sandbox::bollard::models::ContainerSummary;
use drydock_sandbox::bollard::query_parameters::{
    InspectContainerOptions, ListContainersOptionsBuilder,
};
use drydock_sandbox::{Exec, Sandbox};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::time::timeout;

use super::engine::port;

/// Deadline of the whole look.
const LOOK: Duration = Duration::from_secs(5);
/// Stopped containers that are looked at for the port.
const STOPPED: usize = 20;
/// A container this young may still be starting.
const YOUNG: Duration = Duration::from_secs(20);

/// What stands behind a port that does not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behind {
    /// No container publishes it.
    NotPublished {
        /// Ports that are published now.
        published: BTreeSet<u16>,
        /// A running container that has this port inside and does not publish it, with its image.
        inside: Option<(String, String)>,
    },
    /// The container that publishes it does not run.
    Stopped {
        /// Its name.
        container: String,
        /// Its exit code, once it has run.
        code: Option<i64>,
    },
    /// A running container publishes it, and in there the port listens on the loopback address only.
    LoopbackOnly {
        /// Its name.
        container: String,
        /// The port inside.
        port: u16,
    },
    /// A running container publishes it, and in there nothing listens on that port.
    NotListening {
        /// Its name.
        container: String,
        /// The port inside.
        port: u16,
        /// Where it does listen.
        instead: BTreeSet<u16>,
        /// Whether it may still be starting.
        young: bool,
    },
    /// A running container publishes it and listens there.
    Listening {
        /// Its name.
        container: String,
        /// The port inside.
        port: u16,
    },
    /// The engine does not say.
    Unknown,
}

/// Finds out what stands behind a port of the machine.
pub async fn behind(sandbox: &Sandbox, wanted: u16) -> Behind {
    timeout(LOOK, look(sandbox, wanted))
        .await
        .ok()
        .flatten()
        .unwrap_or(Behind::Unknown)
}

async fn look(sandbox: &Sandbox, wanted: u16) -> Option<Behind> {
    let engine = sandbox.engine().await.ok()?;
    let all = ListContainersOptionsBuilder::new().all(true).build();
    let list = engine.list_containers(Some(all)).await.ok()?;
    let mut published = BTreeSet::new();
    let mut inside = None;
    for one in &list {
        for port in one.ports.iter().flatten().cloned().map(port) {
            if port.protocol != "tcp" {
                continue;
            }
            match port.host {
                Some(host) if host == wanted => {
                    return publisher(sandbox, &engine, one, port.container).await;
                }
                Some(host) => drop(published.insert(host)),
                None if port.container == wanted => {
                    inside = Some((name(one), one.image.clone().unwrap_or_default()));
                }
                None => {}
            }
        }
    }
    let stopped = list.iter().filter(|one| !runs(one));
    for one in stopped.take(STOPPED) {
        if let Some(code) = would_publish(&engine, one, wanted).await {
            let container = name(one);
            return Some(Behind::Stopped { container, code });
        }
    }
    Some(Behind::NotPublished { published, inside })
}

fn runs(one: &ContainerSummary) -> bool {
    one.state
        .as_ref()
        .is_some_and(|state| state.to_string() == "running")
}

fn name(one: &ContainerSummary) -> String {
    let name = one.names.iter().flatten().next();
    name.map(|name| name.trim_start_matches('/').to_owned())
        .unwrap_or_default()
}

/// The exit code of a stopped container that would publish the port if it ran.
async fn would_publish(
    engine: &Docker,
    one: &ContainerSummary,
    wanted: u16,
) -> Option<Option<i64>> {
    let id = one.id.as_deref()?;
    let found = engine
        .inspect_container(id, None::<InspectContainerOptions>)
        .await
        .ok()?;
    let bindings = found.host_config?.port_bindings?;
    let host = wanted.to_string();
    bindings
        .values()
        .flatten()
        .flatten()
        .any(|binding| binding.host_port.as_deref() == Some(&host))
        .then(|| {
            let state = found.state?;
            state
                .exit_code
                .filter(|_| began(state.started_at).is_some())
        })
}

/// What a running container that publishes the port does inside.
async fn publisher(
    sandbox: &Sandbox,
    engine: &Docker,
    one: &ContainerSummary,
    port: u16,
) -> Option<Behind> {
    let container = name(one);
    let id = one.id.as_deref()?;
    let found = engine
        .inspect_container(id, None::<InspectContainerOptions>)
        .await
        .ok()?;
    let state = found.state?;
    let pid = state.pid.filter(|pid| *pid > 0)?;
    let young = began(state.started_at).is_some_and(|at| now() < at + YOUNG);
    let mut exec = Exec::new(["cat"]);
    exec.argv
        .extend(["tcp", "tcp6"].map(|table| format!("/proc/{pid}/net/{table}")));
    exec.timeout = LOOK;
    let tables = sandbox.exec(exec).await.ok()?;
    let listeners = listeners(&String::from_utf8_lossy(&tables.stdout));
    let open: Vec<_> = listeners.iter().filter(|one| one.port == port).collect();
    Some(if open.iter().any(|one| !one.loopback) {
        Behind::Listening { container, port }
    } else if open.is_empty() {
        Behind::NotListening {
            container,
            port,
            instead: listeners.iter().map(|one| one.port).collect(),
            young,
        }
    } else {
        Behind::LoopbackOnly { container, port }
    })
}

/// When a container was last started; the engine writes the year 1 for one that never was.
fn began(at: Option<String>) -> Option<OffsetDateTime> {
    let at = OffsetDateTime::parse(&at?, &Rfc3339).ok()?;
    (at > OffsetDateTime::UNIX_EPOCH).then_some(at)
}

/// The inner engine's clock is this machine's.
fn now() -> OffsetDateTime {
    crate::clock::Clock::default().now()
}

/// A socket that waits for connections.
#[derive(Debug, PartialEq, Eq)]
struct Listener {
    port: u16,
    loopback: bool,
}

/// Reads the kernel's tables of TCP sockets (`/proc/net/tcp` and `tcp6`, see `proc_net_tcp` in the kernel's
/// documentation): the second column is address and port in hexadecimal, the fourth `0A` for a listening socket.
fn listeners(tables: &str) -> Vec<Listener> {
    const MOST: usize = 64;
    let mut found = Vec::new();
    for line in tables.lines() {
        let mut columns = line.split_ascii_whitespace();
        let (Some(local), Some("0A")) = (columns.nth(1), columns.nth(1)) else {
            continue;
        };
        let Some((address, port)) = local.split_once(':') else {
            continue;
        };
        let Ok(port) = u16::from_str_radix(port, 16) else {
            continue;
        };
        // Each 32 bits of an address stand in the machine's byte order: 127.0.0.1 ends in `7F` on a little one.
        let v4 = |word: &str| word.ends_with("7F") || word.starts_with("7F");
        let loopback = match address.len() {
            8 => v4(address),
            32 => {
                address == "00000000000000000000000001000000"
                    || address == "00000000000000000000000000000001"
                    || (address.starts_with("0000000000000000FFFF0000") && v4(&address[24..]))
            }
            _ => continue,
        };
        // The engine's resolver of names listens in every container on a network of the learner's.
        if address.len() == 8 && address == "0B00007F" {
            continue;
        }
        found.push(Listener { port, loopback });
        if found.len() == MOST {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listeners_are_read_from_the_kernel_s_tables() {
        let tables = "  sl  local_address rem_address   st tx_queue rx_queue\n\
            \x20  0: 0100007F:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1 1\n\
            \x20  1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 2 1\n\
            \x20  2: 0200A8C0:0050 0100A8C0:9C40 01 00000000:00000000 00:00000000 00000000 0 0 3 1\n\
            \x20  3: 0B00007F:8ABC 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4 1\n\
            \x20  sl  local_address                         remote_address st\n\
            \x20  0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 0 0\n\
            \x20  1: 00000000000000000000000001000000:1F91 00000000000000000000000000000000:0000 0A 0 0\n";
        let found = listeners(tables);
        let listener = |port, loopback| Listener { port, loopback };
        assert_eq!(
            found,
            [
                listener(5000, true),
                listener(80, false),
                listener(8080, false),
                listener(8081, true),
            ]
        );
    }

    #[test]
    fn tables_that_a_learner_made_up_do_no_harm() {
        for line in [
            "",
            "a",
            "0: x 0 0A",
            "0: zz:ff 0 0A",
            "0: 00000000:FFFFF 0 0A",
            "0: é:1 0 0A",
        ] {
            assert_eq!(listeners(line), [], "{line}");
        }
        let many = "0: 00000000:0050 0 0A\n".repeat(10_000);
        assert_eq!(listeners(&many).len(), 64);
    }
}
