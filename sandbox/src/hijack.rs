//! Raw exec streams: the hijacked connection of `POST /exec/{id}/start`.
//!
//! bollard's own decoder of these streams buffers whole frames and hides the half-close, and both
//! matter here: what comes from a sandbox may be endless, and a closed stdin is how the programs we
//! start inside are told to end (the engine does not end them when a connection goes away, but it
//! closes their stdin, even when the server died by `kill -9`).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bollard::models::ExecConfig;
use bytes::{Buf, Bytes, BytesMut};
use futures::Stream;
use http::header::{CONNECTION, CONTENT_TYPE, HOST, UPGRADE};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf, ReadHalf, WriteHalf};

use crate::error::Error;
use crate::host::Outer;
use crate::id::SandboxId;

/// How long the outer engine may take to start a command.
const START_LIMIT: Duration = Duration::from_secs(20);
/// The most that is read at once.
const CHUNK: usize = 32 * 1024;

/// Which of its outputs a command wrote to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    Out,
    Err,
}

/// A running command with its streams.
pub(crate) struct Hijacked {
    pub(crate) input: Input,
    pub(crate) output: Output,
}

/// Prepares a command in the container, outside the learner's namespaces. Gives its id, which [`start`] takes.
pub(crate) async fn create(
    outer: &Outer,
    sandbox: SandboxId,
    argv: Vec<String>,
    stdin: bool,
) -> Result<String, Error> {
    let config = ExecConfig {
        attach_stdin: Some(stdin),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        tty: Some(false),
        cmd: Some(argv),
        ..Default::default()
    };
    let name = sandbox.container_name();
    let creating = outer.docker.create_exec(&name, config);
    let created = in_time(async {
        creating
            .await
            .map_err(|source| Error::of_sandbox(sandbox, "run a command in the sandbox", source))
    });
    Ok(created.await?.id)
}

/// Starts a prepared command, with its streams attached. The command itself may appear a little later.
pub(crate) async fn start(
    outer: &Outer,
    sandbox: SandboxId,
    id: String,
) -> Result<Hijacked, Error> {
    in_time(start_unbounded(outer, sandbox, id)).await
}

async fn in_time<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    tokio::time::timeout(START_LIMIT, work)
        .await
        .unwrap_or(Err(Error::TimedOut {
            what: "starting a command in the sandbox",
            limit: START_LIMIT,
        }))
}

async fn start_unbounded(outer: &Outer, sandbox: SandboxId, id: String) -> Result<Hijacked, Error> {
    let connection = TokioIo::new(outer.endpoint.connect().await?);
    let (mut sender, driver) = http1::handshake(connection)
        .await
        .map_err(io::Error::other)?;
    tokio::spawn(driver.with_upgrades());
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!(
            "/v{}/exec/{id}/start",
            outer.docker.client_version()
        ))
        .header(HOST, "docker")
        .header(CONTENT_TYPE, "application/json")
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "tcp")
        .body(Full::new(Bytes::from_static(
            br#"{"Detach":false,"Tty":false}"#,
        )))
        .map_err(io::Error::other)?;
    let response = sender
        .send_request(request)
        .await
        .map_err(io::Error::other)?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        let status = response.status();
        let body = Limited::new(response.into_body(), 64 * 1024)
            .collect()
            .await;
        let message = body.map_or_else(
            |error| error.to_string(),
            |body| String::from_utf8_lossy(&body.to_bytes()).trim().to_owned(),
        );
        let source = bollard::errors::Error::DockerResponseServerError {
            status_code: status.as_u16(),
            message,
        };
        return Err(Error::of_sandbox(
            sandbox,
            "run a command in the sandbox",
            source,
        ));
    }
    let upgraded = hyper::upgrade::on(response)
        .await
        .map_err(io::Error::other)?;
    let (read, write) = tokio::io::split(TokioIo::new(upgraded));
    Ok(Hijacked {
        input: Input(write),
        output: Frames::new(read),
    })
}

/// What a command writes, piece by piece.
pub(crate) type Output = Frames<ReadHalf<TokioIo<Upgraded>>>;

/// A command's stdin.
pub(crate) struct Input(WriteHalf<TokioIo<Upgraded>>);

impl Input {
    /// Closes it; output can still be read.
    pub(crate) async fn close(&mut self) -> io::Result<()> {
        self.0.shutdown().await
    }
}

impl AsyncWrite for Input {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

/// Takes the engine's multiplexed stream apart: each frame is a byte for the channel, three zeros,
/// and a 32-bit length. A frame's payload is handed on in pieces, so memory does not depend on what
/// length a frame claims.
pub(crate) struct Frames<R> {
    inner: R,
    buffer: BytesMut,
    channel: Channel,
    left: usize,
    broken: bool,
}

impl<R: AsyncRead + Unpin> Frames<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self {
            inner,
            buffer: BytesMut::with_capacity(CHUNK),
            channel: Channel::Out,
            left: 0,
            broken: false,
        }
    }

    /// The next piece out of the buffer, if it holds one.
    fn take(&mut self) -> io::Result<Option<(Channel, Bytes)>> {
        while self.left == 0 {
            if self.buffer.len() < 8 {
                return Ok(None);
            }
            self.channel = match self.buffer[0] {
                0 | 1 => Channel::Out,
                2 => Channel::Err,
                other => {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        format!("the engine's stream has a frame of unknown kind {other}"),
                    ));
                }
            };
            self.buffer.advance(4);
            self.left = self.buffer.get_u32() as usize;
        }
        if self.buffer.is_empty() {
            return Ok(None);
        }
        let length = self.left.min(self.buffer.len());
        self.left -= length;
        Ok(Some((self.channel, self.buffer.split_to(length).freeze())))
    }
}

impl<R: AsyncRead + Unpin> Stream for Frames<R> {
    type Item = io::Result<(Channel, Bytes)>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if this.broken {
                return Poll::Ready(None);
            }
            match this.take() {
                Ok(Some(piece)) => return Poll::Ready(Some(Ok(piece))),
                Ok(None) => {}
                Err(error) => {
                    this.broken = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
            this.buffer.reserve(CHUNK);
            let read =
                tokio_util::io::poll_read_buf(Pin::new(&mut this.inner), cx, &mut this.buffer);
            match ready!(read) {
                Ok(0) => return Poll::Ready(None),
                Ok(_) => {}
                Err(error) => {
                    this.broken = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

/// A command's stdin and stdout as one byte stream; what it says on stderr is left out.
pub(crate) struct Pipe {
    input: Input,
    output: Output,
    rest: Bytes,
}

impl From<Hijacked> for Pipe {
    fn from(hijacked: Hijacked) -> Self {
        Self {
            input: hijacked.input,
            output: hijacked.output,
            rest: Bytes::new(),
        }
    }
}

impl AsyncRead for Pipe {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.rest.is_empty() {
            match ready!(Pin::new(&mut self.output).poll_next(cx)?) {
                Some((Channel::Out, bytes)) => self.rest = bytes,
                Some((Channel::Err, _)) => {}
                None => return Poll::Ready(Ok(())),
            }
        }
        let length = self.rest.len().min(buf.remaining());
        buf.put_slice(&self.rest.split_to(length));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Pipe {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.input).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.input).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.input).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;

    use super::*;

    async fn pieces(stream: &[u8]) -> Vec<io::Result<(Channel, Bytes)>> {
        Frames::new(stream).collect().await
    }

    #[tokio::test]
    async fn frames_are_taken_apart_by_channel() {
        let got = pieces(b"\x01\0\0\0\0\0\0\x02hi\x02\0\0\0\0\0\0\x04oops").await;
        let got: Vec<_> = got.into_iter().map(Result::unwrap).collect();
        assert_eq!(
            got,
            [
                (Channel::Out, Bytes::from_static(b"hi")),
                (Channel::Err, Bytes::from_static(b"oops")),
            ]
        );
    }

    #[tokio::test]
    async fn a_frame_that_claims_four_gigabytes_is_handed_on_in_pieces() {
        let mut stream = b"\x01\0\0\0\xff\xff\xff\xff".to_vec();
        stream.extend(vec![7; 3 * CHUNK]);
        let got = pieces(&stream).await;
        assert!(got.len() >= 3);
        let total: usize = got
            .iter()
            .map(|piece| piece.as_ref().unwrap().1.len())
            .sum();
        assert_eq!(total, 3 * CHUNK);
    }

    #[tokio::test]
    async fn empty_frames_are_passed_over() {
        let got = pieces(b"\x01\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\x01x").await;
        assert_eq!(got.len(), 1);
    }

    #[tokio::test]
    async fn a_stream_that_is_not_multiplexed_is_an_error() {
        let got = pieces(b"hello world").await;
        assert!(matches!(&got[..], [Err(_)]), "{got:?}");
    }
}
