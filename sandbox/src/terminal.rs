//! Terminals whose shell outlives the connection, and the server.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::Stream;

use crate::error::Error;
use crate::sandbox::Sandbox;

/// Size of a terminal in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Width.
    pub cols: u16,
    /// Height.
    pub rows: u16,
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

/// One attachment to a terminal. Dropping it leaves the shell running.
pub struct Terminal {
    /// What the learner types goes here.
    pub input: TerminalInput,
    /// What the shell writes comes from here.
    pub output: TerminalOutput,
}

/// The typing end of a terminal.
pub struct TerminalInput {}

impl TerminalInput {
    /// Types these bytes.
    ///
    /// # Errors
    /// [`Error::TerminalLost`] if the connection is gone.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        todo!("{bytes:?}")
    }

    /// Tells the shell the size of the screen. With several attachments the last word counts.
    ///
    /// # Errors
    /// [`Error::TerminalLost`] if the connection is gone.
    pub async fn resize(&mut self, size: Size) -> Result<(), Error> {
        todo!("{size:?}")
    }
}

/// The screen end of a terminal: a stream that ends after [`TerminalEvent::Exit`] (the shell ended)
/// or with [`Error::TerminalLost`] (only the attachment did).
pub struct TerminalOutput {}

impl Stream for TerminalOutput {
    type Item = Result<TerminalEvent, Error>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        todo!()
    }
}

impl Sandbox {
    /// Attaches to the terminal `n`; its shell is started if it has none. Any number of attachments
    /// may exist at once: all see the same screen.
    ///
    /// # Errors
    /// [`Error::Gone`] if the sandbox does not run.
    pub async fn terminal(&self, n: u8, size: Size) -> Result<Terminal, Error> {
        todo!("{n} {size:?}")
    }
}
