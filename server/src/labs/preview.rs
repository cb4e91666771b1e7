//! The way to a session's web apps: its address, and connections to ports of its machine.

use std::fmt;
use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::{Arc, OnceLock, Weak};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use drydock_sandbox::{DialError, PortStream};
use futures::future::BoxFuture;
use http::Uri;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep, timeout};

use super::Live;

/// Connections at once to the apps of one session.
const CONNECTIONS: usize = 32;
/// How long a request waits for one of them.
const PLACE: Duration = Duration::from_secs(10);
/// Connections that are kept for the next request, of each port, and how long.
const KEPT: usize = 4;
const KEPT_FOR: Duration = Duration::from_secs(30);
/// How long nothing may move on a connection that is in use.
const SILENCE: Duration = Duration::from_secs(10 * 60);
/// Bytes of the head of an answer, and how many headers it may have.
const HEAD: usize = 64 * 1024;
const HEADERS: usize = 100;

/// Names a session's previews in addresses, and is all that is asked for: a page of the learner's app has an
/// opaque origin, so its requests carry no cookie. Random, told to the session's learner only, and gone with
/// the session or the server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Token(u128);

impl Token {
    fn random() -> Self {
        let mut bytes = [0; 16];
        #[expect(
            clippy::expect_used,
            reason = "a system without randomness can keep no secret"
        )]
        getrandom::fill(&mut bytes).expect("the system gives random numbers");
        Self(u128::from_ne_bytes(bytes))
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl FromStr for Token {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let canonical = text.len() == 32
            && text
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        u128::from_str_radix(text, 16)
            .ok()
            .filter(|_| canonical)
            .map(Self)
            .ok_or(())
    }
}

/// Why an app cannot be reached.
#[derive(Debug, thiserror::Error)]
pub enum Unreachable {
    /// The session has no machine at the moment.
    #[error("the machine is not ready")]
    NoMachine,
    /// Too many connections are open.
    #[error("the apps of this session have {CONNECTIONS} connections open")]
    Busy,
    /// The port, or the sandbox.
    #[error(transparent)]
    Dial(#[from] DialError),
}

/// The door to one session's apps.
#[derive(Debug)]
pub struct Door {
    /// Its name in addresses.
    pub token: Token,
    places: Arc<Semaphore>,
    client: OnceLock<Client<Connector, Body>>,
}

impl Door {
    /// A door with an address of its own.
    pub fn new() -> Self {
        Self {
            token: Token::random(),
            places: Arc::new(Semaphore::new(CONNECTIONS)),
            client: OnceLock::new(),
        }
    }

    /// `/preview/{token}`: what addresses of the session's apps begin with.
    pub fn base(&self) -> String {
        format!("/preview/{}", self.token)
    }

    /// Sends requests to `http://localhost:{port}` of the session's machine.
    pub fn client(&self, live: &Arc<Live>) -> &Client<Connector, Body> {
        self.client.get_or_init(|| {
            Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(KEPT_FOR)
                .pool_max_idle_per_host(KEPT)
                .http1_max_buf_size(HEAD)
                .http1_max_headers(HEADERS)
                .build(Connector {
                    live: Arc::downgrade(live),
                    places: self.places.clone(),
                })
        })
    }
}

/// Makes connections to the port of an address.
#[derive(Clone)]
pub struct Connector {
    live: Weak<Live>,
    places: Arc<Semaphore>,
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connector")
    }
}

impl tower::Service<Uri> for Connector {
    type Response = TokioIo<Wire>;
    type Error = Unreachable;
    type Future = BoxFuture<'static, Result<Self::Response, Unreachable>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Unreachable>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, address: Uri) -> Self::Future {
        let this = self.clone();
        Box::pin(async move {
            let place = timeout(PLACE, this.places.acquire_owned()).await;
            let Ok(Ok(place)) = place else {
                return Err(Unreachable::Busy);
            };
            let sandbox = this.live.upgrade().and_then(|live| live.sandbox());
            let sandbox = sandbox.ok_or(Unreachable::NoMachine)?;
            let stream = sandbox.dial(address.port_u16().unwrap_or(80)).await?;
            Ok(TokioIo::new(Wire {
                stream,
                silence: Box::pin(sleep(SILENCE)),
                _place: place,
            }))
        })
    }
}

/// A connection that holds its place, and breaks when nothing moves for long.
pub struct Wire {
    stream: PortStream,
    silence: Pin<Box<Sleep>>,
    _place: OwnedSemaphorePermit,
}

impl Wire {
    fn moved(&mut self) {
        self.silence.as_mut().reset(Instant::now() + SILENCE);
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_read(cx, buf) {
            Poll::Ready(read) => {
                self.moved();
                Poll::Ready(read)
            }
            Poll::Pending => {
                ready!(self.silence.as_mut().poll(cx));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, buf));
        self.moved();
        Poll::Ready(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl Connection for Wire {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_is_written_and_in_no_other_way() {
        let token = Token::random();
        let text = token.to_string();
        assert_eq!(text.len(), 32);
        assert_eq!(text.parse(), Ok(token));
        assert_ne!(Token::random(), token);
        let other = [
            "",
            "1",
            &text[1..],
            &format!("{text}0"),
            &format!("+{}", &text[1..]),
            "ABCDEFABCDEFABCDEFABCDEFABCDEFAB",
        ];
        for text in other {
            assert_eq!(text.parse::<Token>(), Err(()), "{text}");
        }
    }
}
