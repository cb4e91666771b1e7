//! Terminals whose shell outlives the connection, and the server.
//!
//! ```text
//! server ── exec stream ── socat ── abstract socket ── holder.pl ── pty ── enter ── bash -l
//!           ends when      ends with                   stays until the shell ends
//!           dropped        its stdin
//! ```
//!
//! The holder also keeps the recent output and gives it to every new attachment, so the screen is
//! there again after a reload, a dropped connection, or a server that was killed and started again.
//! The exec has no tty of its own: sizes, output and the exit code travel in frames, in order.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use futures::Stream;
use tokio::io::AsyncWriteExt;

use crate::error::Error;
use crate::hijack::{Channel, Input, Output};
use crate::sandbox::{ENTER, Sandbox};

const HOLDER: &str = include_str!("holder.pl");
/// How much of a shell's recent output is kept for new attachments.
const RECENT: usize = 256 * 1024;
/// The holder takes at most 64 KiB in a frame.
const INPUT_CHUNK: usize = 32 * 1024;
/// No frame of the holder is longer: it keeps up to twice the recent output.
const FRAME_LIMIT: usize = 4 * RECENT;

/// Size of a terminal in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Width.
    pub cols: u16,
    /// Height.
    pub rows: u16,
}

impl Size {
    /// What programs on any terminal can live with.
    fn sane(self) -> Self {
        Self {
            cols: self.cols.clamp(2, 1000),
            rows: self.rows.clamp(1, 1000),
        }
    }
}

/// What a terminal tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalEvent {
    /// Always first: the recent output of the shell from before this attachment, maybe empty.
    /// A screen that is reset and given these bytes looks as it did.
    Replay(Bytes),
    /// The shell wrote this.
    Output(Bytes),
    /// The shell ended, with this exit code; always the last. Attaching again starts a new shell.
    Exit {
        /// Its exit code; 128 + n if signal n ended it.
        code: i32,
    },
}

/// One attachment to a terminal. Dropping both ends leaves the shell running.
pub struct Terminal {
    /// What the learner types goes here.
    pub input: TerminalInput,
    /// What the shell writes comes from here.
    pub output: TerminalOutput,
}

/// The typing end of a terminal.
pub struct TerminalInput(Input);

impl TerminalInput {
    /// Types these bytes. Waits while the shell does not read.
    ///
    /// # Errors
    /// [`Error::TerminalLost`] if the connection is gone.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        for chunk in bytes.chunks(INPUT_CHUNK) {
            self.send(b'I', chunk).await?;
        }
        Ok(())
    }

    /// Tells the shell the size of the screen. With several attachments the last word counts.
    ///
    /// # Errors
    /// [`Error::TerminalLost`] if the connection is gone.
    pub async fn resize(&mut self, size: Size) -> Result<(), Error> {
        let Size { cols, rows } = size.sane();
        let mut payload = [0; 4];
        (&mut payload[..2]).put_u16(cols);
        (&mut payload[2..]).put_u16(rows);
        self.send(b'S', &payload).await
    }

    async fn send(&mut self, kind: u8, payload: &[u8]) -> Result<(), Error> {
        let mut frame = BytesMut::with_capacity(5 + payload.len());
        frame.put_u8(kind);
        #[expect(clippy::cast_possible_truncation, reason = "at most INPUT_CHUNK")]
        frame.put_u32(payload.len() as u32);
        frame.put_slice(payload);
        let sent = async {
            self.0.write_all(&frame).await?;
            self.0.flush().await
        };
        sent.await.map_err(|_| Error::TerminalLost)
    }
}

/// The screen end of a terminal: a stream that ends after [`TerminalEvent::Exit`] (the shell ended)
/// or with [`Error::TerminalLost`] (only the attachment did).
pub struct TerminalOutput {
    pieces: Output,
    buffer: BytesMut,
    over: bool,
}

impl TerminalOutput {
    /// The next whole frame in the buffer.
    fn take(&mut self) -> io::Result<Option<TerminalEvent>> {
        if self.buffer.len() < 5 {
            return Ok(None);
        }
        let length = (&self.buffer[1..5]).get_u32() as usize;
        if length > FRAME_LIMIT {
            return Err(io::Error::other("a frame of the terminal is too long"));
        }
        if self.buffer.len() < 5 + length {
            return Ok(None);
        }
        let kind = self.buffer[0];
        self.buffer.advance(5);
        let payload = self.buffer.split_to(length).freeze();
        match kind {
            b'R' => Ok(Some(TerminalEvent::Replay(payload))),
            b'O' => Ok(Some(TerminalEvent::Output(payload))),
            b'X' => {
                let code = std::str::from_utf8(&payload).ok();
                let code = code.and_then(|code| code.parse().ok());
                let code = code.ok_or_else(|| io::Error::other("an exit code is not a number"))?;
                Ok(Some(TerminalEvent::Exit { code }))
            }
            _ => Err(io::Error::other(
                "a frame of the terminal is of no known kind",
            )),
        }
    }

    fn lost(&mut self) -> Poll<Option<Result<TerminalEvent, Error>>> {
        self.over = true;
        Poll::Ready(Some(Err(Error::TerminalLost)))
    }
}

impl Stream for TerminalOutput {
    type Item = Result<TerminalEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if this.over {
                return Poll::Ready(None);
            }
            match this.take() {
                Ok(Some(event)) => {
                    this.over = matches!(event, TerminalEvent::Exit { .. });
                    return Poll::Ready(Some(Ok(event)));
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::debug!(%error, "a terminal's stream is not what it should be");
                    return this.lost();
                }
            }
            match ready!(Pin::new(&mut this.pieces).poll_next(cx)) {
                Some(Ok((Channel::Out, bytes))) => this.buffer.extend_from_slice(&bytes),
                Some(Ok((Channel::Err, bytes))) => {
                    let said = String::from_utf8_lossy(&bytes);
                    tracing::debug!(%said, "a terminal's holder complains");
                }
                Some(Err(_)) | None => return this.lost(),
            }
        }
    }
}

impl Sandbox {
    /// Attaches to the terminal `n`; its shell is started if it has none. Any number of attachments
    /// may exist at once: all see the same screen.
    ///
    /// # Errors
    /// [`Error::Gone`] if the sandbox does not run.
    pub async fn terminal(&self, n: u8, size: Size) -> Result<Terminal, Error> {
        let Size { cols, rows } = size.sane();
        let argv = [
            "perl",
            "-e",
            HOLDER,
            &format!("drydock-terminal-{n}"),
            &cols.to_string(),
            &rows.to_string(),
            &RECENT.to_string(),
            ENTER,
        ];
        let running = self.outside(argv.map(str::to_owned).to_vec(), true).await?;
        let mut input = TerminalInput(running.input);
        // A shell that was there already may be on a screen of another size.
        input.resize(size).await?;
        Ok(Terminal {
            input,
            output: TerminalOutput {
                pieces: running.output,
                buffer: BytesMut::new(),
                over: false,
            },
        })
    }
}
