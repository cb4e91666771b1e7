//! Published ports: what a check asks for, compared with what a container has.

use crate::engine::{Container, Published, with_protocol};
use crate::finding::Demands;
use crate::look::Stop;
use crate::words::{code, name, names};

/// `8080:80`, `127.0.0.1:8080:80/udp`, or `80` for any port of the lab machine.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    host_ip: Option<String>,
    host: Option<String>,
    inner: String,
}

impl Wanted {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().rsplitn(3, ':');
        let inner = with_protocol(parts.next()?);
        let number = inner.split('/').next()?;
        let host = parts.next().filter(|host| !host.is_empty());
        let host_ip = parts.next().filter(|ip| !ip.is_empty());
        let is_port = |text: &str| text.parse::<u16>().is_ok();
        (is_port(number) && host.is_none_or(is_port)).then(|| Self {
            host_ip: host_ip.map(|ip| ip.trim_matches(['[', ']']).to_owned()),
            host: host.map(str::to_owned),
            inner,
        })
    }

    fn is_met_by(&self, port: &Published) -> bool {
        self.inner == port.inner
            && self.host.as_ref().is_none_or(|host| *host == port.host)
            && self.host_ip.as_ref().is_none_or(|ip| *ip == port.host_ip)
    }
}

/// Adds a demand for each port.
pub(super) fn demand(
    demands: &mut Demands,
    ports: &[String],
    container: &Container,
) -> Result<(), Stop> {
    for text in ports {
        let wanted = Wanted::parse(text).ok_or_else(|| {
            Stop::Broken(format!("{} is not a port such as `8080:80`", code(text)))
        })?;
        let met = container.ports.iter().any(|port| wanted.is_met_by(port));
        demands.add(format!("port {} published", name(text)), met, || {
            found(&wanted, container)
        });
        demands.advise("`docker ps` shows published ports as `host->container`.");
    }
    Ok(())
}

fn found(wanted: &Wanted, container: &Container) -> String {
    let ports = &container.ports;
    let number = wanted.inner.split('/').next().unwrap_or_default();
    let swapped = ports.iter().find(|port| {
        Some(port.inner.split('/').next().unwrap_or_default()) == wanted.host.as_deref()
            && port.host == number
    });
    if let Some(port) = swapped {
        return format!(
            "It has them the other way round: port {} of the lab machine leads to port {} of the container. `-p` takes the machine's port first.",
            name(&port.host),
            name(&port.inner)
        );
    }
    if let Some(port) = ports.iter().find(|port| port.inner == wanted.inner) {
        return match (&wanted.host, &wanted.host_ip) {
            (Some(host), _) if *host != port.host => format!(
                "Port {} of the container is published on port {} of the lab machine, not on {}.",
                name(&port.inner),
                name(&port.host),
                name(host)
            ),
            (_, Some(ip)) => format!(
                "Port {} is published on address {}, not on {}.",
                name(&port.inner),
                code(&port.host_ip),
                code(ip)
            ),
            _ => format!("Port {} is published on another port.", name(&port.inner)),
        };
    }
    if let Some(port) = ports
        .iter()
        .find(|port| wanted.host.as_deref() == Some(&port.host))
    {
        return format!(
            "Port {} of the lab machine leads to port {} of the container, not to {}.",
            name(&port.host),
            name(&port.inner),
            name(&wanted.inner)
        );
    }
    if ports.is_empty() {
        let exposed = container.exposed.contains(&wanted.inner);
        return if exposed {
            format!(
                "Port {} is exposed, which publishes nothing: was `-p` left out of `docker run`?",
                name(&wanted.inner)
            )
        } else {
            "It publishes no port: was `-p` left out of `docker run`?".to_owned()
        };
    }
    let there: Vec<String> = ports
        .iter()
        .map(|port| format!("{}->{}", port.host, port.inner))
        .collect();
    format!("It publishes {}.", names(&there))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_read_as_docker_run_reads_them() {
        let read = |text: &str| Wanted::parse(text).map(|w| (w.host_ip, w.host, w.inner));
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read("8080:80"), Some((None, some("8080"), "80/tcp".into())));
        assert_eq!(
            read("127.0.0.1:53:53/UDP"),
            Some((some("127.0.0.1"), some("53"), "53/udp".into()))
        );
        assert_eq!(
            read("[::1]:80:80"),
            Some((some("::1"), some("80"), "80/tcp".into()))
        );
        assert_eq!(read("80"), Some((None, None, "80/tcp".into())));
        assert_eq!(read("web:80"), None);
        assert_eq!(read("80:99999"), None);
    }
}
