//! The learner's Docker Engine, spoken to over exec streams.
//!
//! Each connection is a command `socat` in the sandbox's container, joined with the engine's socket.
//! It runs outside the learner's machine, so the learner neither sees nor ends it. The container has
//! no other engine's socket, so nothing the learner does to that path can turn these connections
//! against the host's engine. A new connection costs about 40 ms, so they are kept.
//!
//! The learner owns that engine and can put anything in its place: how much it may send and how long
//! it may be silent is bounded here, below HTTP.

use std::collections::HashMap;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bollard::{API_DEFAULT_VERSION, BollardRequest};
use bytes::{Bytes, BytesMut};
use futures::stream::BoxStream;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use crate::error::Error;
use crate::hijack::Pipe;
use crate::pace::Pace;
use crate::sandbox::Sandbox;

/// The inner engine's `/run/docker.sock`, as the container outside the machine has it.
const SOCKET: &str = "/data/run/docker.sock";
/// The most that one answer of the inner engine may hold. (bollard parses an unfinished line of JSON
/// again with each piece of it, so this bounds the work of a false engine's answer too.)
const ANSWER_LIMIT: u64 = 4 * 1024 * 1024;
/// How long the inner engine may be silent in the middle of an answer.
const SILENCE_LIMIT: Duration = Duration::from_secs(60);
/// How long the inner engine may take to begin an answer.
const REQUEST_SECONDS: u64 = 30;
/// How long the first answer may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// A longer line of events is not one of Docker's.
const EVENT_LIMIT: usize = 64 * 1024;
/// So many lines in a row that are no events do not come from a Docker Engine.
const NONSENSE_LINES: u32 = 100;
/// An object with thousands of labels sends them with every event.
const ATTRIBUTES: usize = 64;

/// Something changed on the inner engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineEvent {
    /// `container`, `image`, `volume`, `network`, `builder`…
    pub kind: String,
    /// `create`, `start`, `die`, `tag`…; of `exec_create: sh` only the part before the colon.
    pub action: String,
    /// The object's id, or its reference or name where it has none.
    pub id: String,
    /// Its attributes: `name`, `image`, `exitCode`, labels… At most 64 of them.
    pub attributes: HashMap<String, String>,
}

impl EngineEvent {
    /// The object's name if it has one, else its id.
    #[must_use]
    pub fn name(&self) -> &str {
        self.attributes.get("name").map_or(&self.id, String::as_str)
    }

    /// Understands a line of the engine's event stream; `None` if it is not one.
    fn parse(line: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Told {
            r#type: String,
            action: String,
            #[serde(default)]
            actor: Actor,
        }
        #[derive(Deserialize, Default)]
        struct Actor {
            #[serde(rename = "ID", default)]
            id: String,
            #[serde(rename = "Attributes", default)]
            attributes: HashMap<String, String>,
        }
        let told: Told = serde_json::from_slice(line).ok()?;
        let action = told.action.split(':').next().unwrap_or_default().to_owned();
        let mut attributes = told.actor.attributes;
        if attributes.len() > ATTRIBUTES {
            let mut kept = ATTRIBUTES;
            attributes.retain(|name, _| {
                let ours = matches!(name.as_str(), "name" | "image" | "exitCode");
                kept -= usize::from(!ours && kept > 0);
                ours || kept > 0
            });
        }
        Some(Self {
            kind: told.r#type,
            action,
            id: told.actor.id,
            attributes,
        })
    }
}

impl Sandbox {
    /// The inner engine, over kept-alive connections.
    ///
    /// An answer larger than 4 MiB or silent for a minute breaks its connection; the next request
    /// makes a new one.
    ///
    /// # Errors
    /// [`Error::Gone`] if the sandbox does not run; [`Error::TimedOut`] if its engine hangs.
    pub async fn engine(&self) -> Result<bollard::Docker, Error> {
        let mut engine = self.inner.engine.lock().await;
        if let Some(engine) = &*engine {
            return Ok(engine.clone());
        }
        let connected = self.connect_engine(ANSWER_LIMIT).await?;
        *engine = Some(connected.clone());
        Ok(connected)
    }

    /// The inner engine over connections of its own, on which an answer may hold `limit` bytes: for
    /// what is large, such as the content of an image.
    ///
    /// # Errors
    /// As [`Sandbox::engine`].
    pub async fn engine_for_large_answers(&self, limit: u64) -> Result<bollard::Docker, Error> {
        self.connect_engine(limit).await
    }

    async fn connect_engine(&self, limit: u64) -> Result<bollard::Docker, Error> {
        let sandbox = self.clone();
        let connector = tower::service_fn(move |_: http::Uri| {
            let sandbox = sandbox.clone();
            Box::pin(async move {
                let pipe = sandbox.dial_engine().await.map_err(io::Error::other)?;
                Ok::<_, io::Error>(TokioIo::new(Bounded::new(pipe, limit)))
            })
        });
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(4)
            .build(connector);
        let transport = move |request: BollardRequest| {
            let answer = client.request(request);
            async move { answer.await.map_err(bollard::errors::Error::from) }
        };
        let docker = bollard::Docker::connect_with_custom_transport(
            transport,
            Some("http://lab"),
            REQUEST_SECONDS,
            API_DEFAULT_VERSION,
        )
        .map_err(|source| self.engine_refused(source))?;
        let negotiated = tokio::time::timeout(CONNECT_LIMIT, docker.negotiate_version()).await;
        match negotiated {
            Ok(Ok(docker)) => Ok(docker),
            Ok(Err(source)) => Err(match self.is_running().await {
                Ok(false) => Error::Gone { id: self.id() },
                _ => self.engine_refused(source),
            }),
            Err(_) => Err(Error::TimedOut {
                what: "the first answer of the sandbox's engine",
                limit: CONNECT_LIMIT,
            }),
        }
    }

    fn engine_refused(&self, source: bollard::errors::Error) -> Error {
        Error::Engine {
            doing: "answer inside the sandbox",
            source,
        }
    }

    /// A connection to the inner engine's socket.
    pub(crate) async fn dial_engine(&self) -> Result<Pipe, Error> {
        let argv = ["socat", "-t", "1", "-", &format!("UNIX-CONNECT:{SOCKET}")];
        let running = self.outside(argv.map(str::to_owned).to_vec(), true).await?;
        Ok(Pipe::from(running))
    }

    /// What changes on the inner engine from now on. Ends, with or without an error, if the engine or
    /// the sandbox does; then subscribe again.
    ///
    /// # Errors
    /// As [`Sandbox::engine`].
    pub async fn engine_events(
        &self,
    ) -> Result<BoxStream<'static, Result<EngineEvent, Error>>, Error> {
        let pipe = self.dial_engine().await?;
        let (mut sender, driver) = http1::handshake::<_, Empty<Bytes>>(TokioIo::new(pipe))
            .await
            .map_err(io::Error::other)?;
        tokio::spawn(driver);
        let request = http::Request::get("/events")
            .header(http::header::HOST, "lab")
            .body(Empty::new())
            .map_err(io::Error::other)?;
        let answer = tokio::time::timeout(CONNECT_LIMIT, sender.send_request(request))
            .await
            .map_err(|_| Error::TimedOut {
                what: "subscribing to the sandbox's engine",
                limit: CONNECT_LIMIT,
            })?
            .map_err(io::Error::other)?;
        if !answer.status().is_success() {
            return Err(Error::Inside {
                what: "subscribing to the engine",
                detail: format!("it answered {}", answer.status()),
            });
        }
        let mut body = answer.into_body();
        let events = async_stream::try_stream! {
            // The connection lives as long as its sender.
            let _sender = sender;
            let mut buffer = BytesMut::new();
            let mut nonsense = 0;
            let mut pace = Pace::new();
            while let Some(frame) = body.frame().await {
                let Ok(bytes) = frame.map_err(io::Error::other)?.into_data() else { continue };
                buffer.extend_from_slice(&bytes);
                while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
                    let line = buffer.split_to(end + 1);
                    pace.keep().await;
                    if let Some(event) = EngineEvent::parse(&line) {
                        nonsense = 0;
                        yield event;
                        continue;
                    }
                    nonsense += 1;
                    if nonsense > NONSENSE_LINES {
                        Err(Error::Inside {
                            what: "listening to the engine",
                            detail: "what it sends are no events".to_owned(),
                        })?;
                    }
                }
                if buffer.len() > EVENT_LIMIT {
                    Err(Error::TooLarge {
                        what: "an event of the sandbox's engine".to_owned(),
                        limit: EVENT_LIMIT as u64,
                    })?;
                }
            }
        };
        Ok(Box::pin(events))
    }
}

/// A connection that breaks when one answer is too large, or stops in the middle for too long.
///
/// An answer is what comes between two requests: writing begins a new one. A connection that idles
/// longer than the limit of silence is closed too, and with it its process in the sandbox.
struct Bounded {
    pipe: Pipe,
    limit: u64,
    read: u64,
    silence: Pin<Box<Sleep>>,
}

impl Bounded {
    fn new(pipe: Pipe, limit: u64) -> Self {
        Self {
            pipe,
            limit,
            read: 0,
            silence: Box::pin(tokio::time::sleep(SILENCE_LIMIT)),
        }
    }

    fn heard(&mut self) {
        self.silence.as_mut().reset(Instant::now() + SILENCE_LIMIT);
    }
}

impl AsyncRead for Bounded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        match Pin::new(&mut self.pipe).poll_read(cx, buf) {
            Poll::Ready(Ok(())) => {
                self.read += (buf.filled().len() - before) as u64;
                if self.read > self.limit {
                    let message = format!("an answer is larger than {} bytes", self.limit);
                    return Poll::Ready(Err(io::Error::other(message)));
                }
                self.heard();
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                ready!(self.silence.as_mut().poll(cx));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl AsyncWrite for Bounded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.read = 0;
        self.heard();
        Pin::new(&mut self.pipe).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.pipe).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.pipe).poll_shutdown(cx)
    }
}

impl Connection for Bounded {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_read_without_its_action_s_arguments() {
        let line = br#"{"Type":"container","Action":"exec_create: sh -c id","Actor":{"ID":"abc","Attributes":{"name":"web","image":"nginx"}},"time":1}"#;
        let event = EngineEvent::parse(line).unwrap();
        assert_eq!((&*event.kind, &*event.action), ("container", "exec_create"));
        assert_eq!((&*event.id, event.name()), ("abc", "web"));
    }

    #[test]
    fn an_object_without_a_name_goes_by_its_id() {
        let line = br#"{"Type":"image","Action":"pull","Actor":{"ID":"busybox:latest"}}"#;
        assert_eq!(EngineEvent::parse(line).unwrap().name(), "busybox:latest");
    }

    #[test]
    fn what_is_not_an_event_is_passed_over() {
        for line in [&b"{}"[..], b"", b"nonsense", br#"{"Type":1}"#] {
            assert_eq!(EngineEvent::parse(line), None);
        }
    }

    #[test]
    fn of_a_thousand_attributes_a_few_and_the_name_are_kept() {
        let many: HashMap<_, _> = (0..1000)
            .map(|n| (format!("label{n}"), "x"))
            .chain([("name".to_owned(), "web")])
            .collect();
        let line = serde_json::json!({
            "Type": "container", "Action": "start", "Actor": { "ID": "abc", "Attributes": many },
        });
        let event = EngineEvent::parse(line.to_string().as_bytes()).unwrap();
        assert!(event.attributes.len() <= ATTRIBUTES);
        assert_eq!(event.name(), "web");
    }
}
