//! Requests to platforms: no redirects, deadlines, and replies of bounded size.
//!
//! An operator enters a platform's addresses and its signed messages name more; still, neither may
//! make the server wait for ever, read for ever, or follow a platform to somewhere else.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::{Client, Request, StatusCode, header, redirect};
use tokio_rustls::rustls::crypto::ring;
use url::{Host, Url};

/// For a whole request, connecting and the reply's body included.
const DEADLINE: Duration = Duration::from_secs(10);
/// For connecting.
const CONNECT: Duration = Duration::from_secs(5);
/// Largest reply, in bytes.
const REPLY: usize = 256 * 1024;
/// What of a refusal's text is kept for the log and the instructor, in characters.
const EXCERPT: usize = 200;

/// Why a platform gave no answer that can be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// No connection, no reply in time, a broken reply.
    #[error("it does not answer: {0}")]
    Unreachable(String),
    /// A reply with another status than 2xx.
    #[error("it answers {status}{}", excerpt(.text))]
    Refused {
        /// The reply's status.
        status: StatusCode,
        /// The beginning of its text.
        text: String,
        /// Seconds that it asks to wait.
        retry_after: Option<u32>,
    },
    /// A reply that is too long.
    #[error("its answer is longer than {} KiB", REPLY / 1024)]
    TooLong,
    /// A reply that is not what was asked for.
    #[error("its answer cannot be read: {0}")]
    Unreadable(String),
}

fn excerpt(text: &str) -> String {
    match text {
        "" => String::new(),
        text => format!(": {text}"),
    }
}

/// Sends requests. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Fetch(Arc<OnceLock<Result<Client, String>>>);

impl Fetch {
    /// The client to make requests with. The first call reads the machine's root certificates.
    ///
    /// # Errors
    /// When it has none.
    pub fn client(&self) -> Result<&Client, Error> {
        let made = self.0.get_or_init(|| {
            // reqwest is built without a provider and takes the process's; who comes second changes nothing.
            let _ = ring::default_provider().install_default();
            Client::builder()
                .redirect(redirect::Policy::none())
                .timeout(DEADLINE)
                .connect_timeout(CONNECT)
                .user_agent(concat!("drydock/", env!("CARGO_PKG_VERSION")))
                .build()
                .map_err(|error| chain(&error))
        });
        made.as_ref()
            .map_err(|error| Error::Unreachable(error.clone()))
    }

    /// Sends a request and reads its reply, which must be 2xx.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn send(&self, request: Request) -> Result<Vec<u8>, Error> {
        let unreachable = |error: reqwest::Error| Error::Unreachable(chain(&error));
        let mut reply = self.client()?.execute(request).await.map_err(unreachable)?;
        let (status, mut body) = (reply.status(), Vec::new());
        let retry_after = reply
            .headers()
            .get(header::RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.parse().ok());
        while let Some(chunk) = reply.chunk().await.map_err(unreachable)? {
            if body.len() + chunk.len() > REPLY {
                return Err(Error::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        if status.is_success() {
            return Ok(body);
        }
        let text = String::from_utf8_lossy(&body);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        Err(Error::Refused {
            status,
            text: text.chars().take(EXCERPT).collect(),
            retry_after,
        })
    }
}

/// An error with its causes, which reqwest leaves out, and without addresses that may hold secrets.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// Whether a host is this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Reads an address of a platform: `https`, or `http` on this machine.
///
/// # Errors
/// What is wrong with it, for who typed it.
pub fn address(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text.trim())
        .map_err(|_| "This is no address. It begins with https:// and has a host.")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("An address must hold no user name and no password.");
    }
    match url.scheme() {
        "https" if url.host().is_some() => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        _ => Err(
            "The address must begin with https://. Plain http:// is taken for this machine only.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_https_or_this_machine() {
        for good in [
            "https://moodle.example.edu/mod/lti/auth.php",
            " https://a.example ",
            "http://127.0.0.1:8080/token",
            "http://localhost/jwks",
            "http://[::1]:1/",
        ] {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "moodle.example.edu",
            "http://moodle.example.edu/",
            "http://127.0.0.1.example/",
            "http://10.0.0.1/",
            "ftp://a.example/",
            "file:///etc/passwd",
            "https://user:word@a.example/",
            "javascript:alert(1)",
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
