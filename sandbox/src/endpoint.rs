//! Where the outer engine listens, and plain connections to it.
//!
//! bollard makes the ordinary requests. Exec streams need the raw connection (see `hijack.rs`), so
//! this file knows how to open one to the same place.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::error::Error;

const USUAL_SOCKET: &str = "unix:///var/run/docker.sock";

/// A byte stream in both directions.
pub(crate) trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Duplex for T {}

/// Where the outer engine listens.
#[derive(Clone)]
pub(crate) struct Endpoint {
    /// As written: `unix://…` or `tcp://…`.
    pub(crate) address: String,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Unix(PathBuf),
    Tcp {
        host: String,
        port: u16,
        tls: Option<Arc<ClientConfig>>,
    },
}

impl Endpoint {
    /// Understands the configured address, `DOCKER_HOST`, or takes the usual socket.
    pub(crate) fn find(configured: Option<&str>) -> Result<Self, Error> {
        let address = configured
            .map(str::to_owned)
            .or_else(|| std::env::var("DOCKER_HOST").ok())
            .filter(|address| !address.is_empty())
            .unwrap_or_else(|| USUAL_SOCKET.to_owned());
        let tls = std::env::var("DOCKER_TLS_VERIFY").is_ok_and(|value| !value.is_empty());
        Self::parse(&address, tls)
    }

    fn parse(address: &str, tls: bool) -> Result<Self, Error> {
        let bad = |reason: &str| Error::BadAddress {
            address: address.to_owned(),
            reason: reason.to_owned(),
        };
        let kind = match address.split_once("://") {
            Some(("unix", path)) if path.starts_with('/') => Kind::Unix(path.into()),
            Some(("unix", _)) => return Err(bad("the path of the socket must be absolute")),
            Some((scheme @ ("tcp" | "http" | "https"), rest)) => {
                let tls = tls || scheme == "https";
                let rest = rest.trim_end_matches('/');
                let (host, port) = match rest.rsplit_once(':') {
                    Some((host, port)) => (
                        host,
                        port.parse().map_err(|_| bad("the port is not a number"))?,
                    ),
                    None => (rest, if tls { 2376 } else { 2375 }),
                };
                if host.is_empty() {
                    return Err(bad("it has no host"));
                }
                Kind::Tcp {
                    host: host.trim_matches(['[', ']']).to_owned(),
                    port,
                    tls: if tls {
                        Some(client_tls(address)?)
                    } else {
                        None
                    },
                }
            }
            Some((scheme, _)) => return Err(bad(&format!("{scheme}:// is not supported"))),
            None => return Err(bad("it has no unix:// or tcp:// in front")),
        };
        Ok(Self {
            address: address.to_owned(),
            kind,
        })
    }

    /// Opens a connection of its own.
    pub(crate) async fn connect(&self) -> io::Result<Box<dyn Duplex>> {
        match &self.kind {
            Kind::Unix(path) => Ok(Box::new(UnixStream::connect(path).await?)),
            Kind::Tcp { host, port, tls } => {
                let stream = TcpStream::connect((host.as_str(), *port)).await?;
                stream.set_nodelay(true)?;
                let Some(tls) = tls else {
                    return Ok(Box::new(stream));
                };
                let name = ServerName::try_from(host.clone()).map_err(io::Error::other)?;
                let connector = TlsConnector::from(Arc::clone(tls));
                Ok(Box::new(connector.connect(name, stream).await?))
            }
        }
    }
}

/// The same certificates as the docker command line: `ca.pem`, `cert.pem`, `key.pem` of `DOCKER_CERT_PATH`.
fn client_tls(address: &str) -> Result<Arc<ClientConfig>, Error> {
    let folder = std::env::var("DOCKER_CERT_PATH").map_err(|_| Error::BadAddress {
        address: address.to_owned(),
        reason: "TLS needs DOCKER_CERT_PATH, the folder of ca.pem, cert.pem and key.pem".to_owned(),
    })?;
    let file = |name: &str| Path::new(&folder).join(name);
    let bad = |name: &str, why: &dyn std::fmt::Display| Error::BadAddress {
        address: address.to_owned(),
        reason: format!("{}: {why}", file(name).display()),
    };
    let certificates = |name: &str| -> Result<Vec<CertificateDer<'static>>, Error> {
        CertificateDer::pem_file_iter(file(name))
            .and_then(Iterator::collect)
            .map_err(|why| bad(name, &why))
    };
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates("ca.pem")?);
    let key = PrivateKeyDer::from_pem_file(file("key.pem")).map_err(|why| bad("key.pem", &why))?;
    // Named, because a program with several providers compiled in has no default one.
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|why| bad("key.pem", &why))?
        .with_root_certificates(roots)
        .with_client_auth_cert(certificates("cert.pem")?, key)
        .map_err(|why| bad("cert.pem", &why))?;
    Ok(Arc::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(address: &str) -> String {
        match Endpoint::parse(address, false) {
            Err(error @ Error::BadAddress { .. }) => error.to_string(),
            Err(other) => panic!("{address}: {other}"),
            Ok(_) => panic!("{address} was taken"),
        }
    }

    #[test]
    fn sockets_and_tcp_addresses_are_understood() {
        for address in [
            "unix:///var/run/docker.sock",
            "tcp://127.0.0.1:2375",
            "http://[::1]:2375/",
            "tcp://engine",
        ] {
            let endpoint = Endpoint::parse(address, false).unwrap();
            assert_eq!(endpoint.address, address);
        }
    }

    #[test]
    fn a_port_left_out_is_the_usual_one() {
        let Kind::Tcp { host, port, .. } = Endpoint::parse("tcp://engine", false).unwrap().kind
        else {
            panic!("not TCP");
        };
        assert_eq!((host.as_str(), port), ("engine", 2375));
    }

    #[test]
    fn a_wrong_address_says_what_is_wrong_and_what_is_right() {
        assert!(reason("/var/run/docker.sock").contains("no unix:// or tcp://"));
        assert!(reason("ssh://host").contains("ssh:// is not supported"));
        assert!(reason("tcp://host:docker").contains("port"));
        assert!(reason("tcp://:2375").contains("no host"));
        assert!(reason("unix://docker.sock").contains("unix:///var/run/docker.sock"));
    }
}
