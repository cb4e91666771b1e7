//! Connections to a TCP port on the localhost of the learner's machine: how a published port is
//! reached, since no network leads into a sandbox.
//!
//! Each connection is a small program in the sandbox's container, within the network namespace of
//! the learner's machine and outside everything else of it. Making one costs about 40 ms.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

use crate::error::Error;
use crate::hijack::Pipe;
use crate::sandbox::Sandbox;

/// Joins a port with the exec's streams.
const DIAL: &str = include_str!("dial.pl");
/// Runs a command in the network of the learner's machine and nothing else of it.
const IN_ITS_NETWORK: &str = r#"read -r pid </data/machine.pid && exec nsenter -t "$pid" -U -n --preserve-credentials -- "$@""#;
/// How long a connection may take to be made, as the program inside counts.
const CONNECT_SECONDS: u64 = 5;
/// How long it may take in all.
const DIAL_LIMIT: Duration = Duration::from_secs(15);

/// Why a port cannot be reached.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// Nothing listens there.
    #[error("nothing listens on port {0}")]
    Refused(u16),
    /// Somebody is there and does not take the connection.
    #[error("port {0} did not take the connection in time")]
    Late(u16),
    /// The machine has no way there.
    #[error("port {0} cannot be reached")]
    Unreachable(u16),
    /// The sandbox failed.
    #[error(transparent)]
    Sandbox(#[from] Error),
}

/// A connection to a port inside a sandbox. Dropping it ends it on both sides.
pub struct PortStream(Pipe);

impl Sandbox {
    /// Connects to a port on the localhost of the learner's machine. What comes from there is the
    /// learner's: bound it.
    ///
    /// # Errors
    /// [`DialError`] says whether it is the port or the sandbox that fails.
    pub async fn dial(&self, port: u16) -> Result<PortStream, DialError> {
        tokio::time::timeout(DIAL_LIMIT, self.dial_unbounded(port))
            .await
            .unwrap_or(Err(DialError::Sandbox(Error::TimedOut {
                what: "connecting to a port in the sandbox",
                limit: DIAL_LIMIT,
            })))
    }

    async fn dial_unbounded(&self, port: u16) -> Result<PortStream, DialError> {
        let (number, seconds) = (port.to_string(), CONNECT_SECONDS.to_string());
        let argv = [
            "sh",
            "-c",
            IN_ITS_NETWORK,
            "dial",
            "perl",
            "-e",
            DIAL,
            &number,
            &seconds,
        ];
        let running = self.outside(argv.map(str::to_owned).to_vec(), true).await?;
        let mut pipe = Pipe::from(running);
        // A byte at a time: what follows the line belongs to the caller.
        let mut said = Vec::new();
        while said.last() != Some(&b'\n') {
            match pipe.read_u8().await {
                Ok(byte) if said.len() < 32 => said.push(byte),
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
                Err(error) => return Err(Error::from(error).into()),
            }
        }
        match &said[..] {
            b"+\n" => Ok(PortStream(pipe)),
            b"-refused\n" => Err(DialError::Refused(port)),
            b"-late\n" => Err(DialError::Late(port)),
            b"-unreachable\n" => Err(DialError::Unreachable(port)),
            other => Err(DialError::Sandbox(Error::Inside {
                what: "connecting to a port",
                detail: format!("it said {:?}", String::from_utf8_lossy(other)),
            })),
        }
    }
}

impl AsyncRead for PortStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for PortStream {
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
