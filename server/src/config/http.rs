//! `[http]`: the web side.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::Error;

/// The web side.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// Address and port of the site.
    pub listen: SocketAddr,
    /// Address and port of `/metrics`; absent: no metrics are served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics_listen: Option<SocketAddr>,
    /// The site's address as browsers see it, such as `https://docker.example.edu`. With `https`
    /// the cookie is marked `Secure`. Absent: whatever the request's `Host` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<url::Url>,
    /// Networks of reverse proxies whose `X-Forwarded-For` is believed, such as `127.0.0.1/32`.
    /// Limits count by address: behind a proxy that is not listed here everybody has the same one.
    pub trusted_proxies: Vec<ipnet::IpNet>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 3000)),
            metrics_listen: None,
            public_url: None,
            trusted_proxies: Vec::new(),
        }
    }
}

impl Http {
    pub(super) fn validate(&self) -> Result<(), Error> {
        match &self.public_url {
            Some(url) if !matches!(url.scheme(), "http" | "https") || url.path() != "/" => {
                Err(Error::Value {
                    key: "http.public_url",
                    found: format!("`{url}`"),
                    expected: "expected http:// or https://, a host, perhaps a port, and nothing behind it",
                })
            }
            _ => Ok(()),
        }
    }

    /// Where the site is, with nothing behind the host and port: the public address, or, as far as
    /// anybody knows, where it listens.
    pub fn base(&self) -> String {
        match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listen),
        }
    }

    /// Whether browsers reach the site over TLS.
    pub fn secure(&self) -> bool {
        self.public_url
            .as_ref()
            .is_some_and(|url| url.scheme() == "https")
    }
}
