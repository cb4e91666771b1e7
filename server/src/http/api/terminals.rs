//! A terminal over a WebSocket.
//!
//! ```text
//! browser ── binary: keys ──→ ┐             ┌─→ TerminalInput  ─→ shell
//!         ── text: control ─→ ┤ one task    ┤
//!         ←─ binary: screen ── ┘ a socket   └── TerminalOutput ←─ shell
//! ```
//!
//! Each socket has an attachment of its own; the shell and its recent screen live in the sandbox,
//! so nothing is lost with a socket, a tab or the server.

use std::time::Duration;

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use drydock_sandbox::{Sandbox, Size, Terminal, TerminalEvent};
use futures::StreamExt as _;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

use super::extract::Owned;
use crate::app::App;
use crate::error::{AppError, Problem};
use crate::labs::{Live, Phase};

/// Largest frame and message from a browser: a paste.
const MESSAGE: usize = 256 * 1024;
/// How long a socket waits for its sandbox.
const READY: Duration = Duration::from_secs(60);
/// How long the screen's size is waited for before the usual one is taken.
const FIRST_SIZE: Duration = Duration::from_millis(500);
/// Between signs of life, so that proxies keep a quiet terminal open.
const PING: Duration = Duration::from_secs(25);
const USUAL: Size = Size { cols: 80, rows: 24 };
/// Screens larger than this are a mistake or an attack.
const LARGEST: u16 = 1000;

/// What a browser says beside keys.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
enum Control {
    Resize { cols: u16, rows: u16 },
}

/// What we say beside the screen.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Notice<'a> {
    /// The next `bytes` bytes are what was on the screen: begin with an empty one.
    Replay { bytes: usize },
    /// The shell ended; a new socket starts a new one.
    Exit { code: i32 },
    /// The terminal cannot go on.
    Error { detail: &'a str },
}

#[derive(Deserialize)]
pub(crate) struct TerminalPath {
    n: String,
}

/// Opens a terminal. Binary messages are bytes of the tty both ways; text messages are JSON:
/// `{"type":"resize","cols":80,"rows":24}` from the browser; `replay`, `exit` and `error` from here.
#[utoipa::path(get, path = "/sessions/{id}/terminals/{n}", tag = "sessions",
    params(("id" = String, Path, description = "Session id"), ("n" = u8, Path, description = "Terminal, from 1")),
    responses((status = 101, description = "A WebSocket"), (status = 403, body = Problem, description = "Foreign origin"),
        (status = 404, body = Problem), (status = 410, body = Problem), (status = 426, body = Problem)))]
pub async fn open(
    State(app): State<App>,
    Owned(live): Owned,
    Path(TerminalPath { n }): Path<TerminalPath>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, AppError> {
    let most = app.labs.max_terminals();
    let n = n.parse::<u8>().ok().filter(|n| (1..=most).contains(n));
    let n =
        n.ok_or_else(|| AppError::not_found(format!("Terminals are numbered from 1 to {most}.")))?;
    let upgrade = upgrade.map_err(|_| {
        AppError::client(
            StatusCode::UPGRADE_REQUIRED,
            "A terminal is opened as a WebSocket.",
        )
    })?;
    let upgrade = upgrade.max_message_size(MESSAGE).max_frame_size(MESSAGE);
    Ok(upgrade.on_upgrade(move |socket| async move {
        let mut socket = socket;
        let end = serve(&app, &live, n, &mut socket).await;
        let (code, reason) = match end {
            End::Left => return,
            End::Over => (close_code::NORMAL, "the session is over".to_owned()),
            End::Exit(code) => {
                notify(&mut socket, &Notice::Exit { code }).await;
                (close_code::NORMAL, "the shell ended".to_owned())
            }
            End::Fault(detail) => {
                notify(&mut socket, &Notice::Error { detail: &detail }).await;
                (close_code::AGAIN, "try again".to_owned())
            }
            End::Refused(detail) => {
                notify(&mut socket, &Notice::Error { detail: &detail }).await;
                (close_code::POLICY, "not understood".to_owned())
            }
        };
        let _ = socket
            .send(Message::Close(Some(CloseFrame {
                code,
                reason: reason.into(),
            })))
            .await;
    }))
}

/// Why a socket ends.
enum End {
    /// The browser went.
    Left,
    /// The session is over.
    Over,
    /// The shell ended.
    Exit(i32),
    /// Something broke; a new socket may work.
    Fault(String),
    /// The browser said something that makes no sense.
    Refused(String),
}

async fn serve(app: &App, live: &Arc<Live>, n: u8, socket: &mut WebSocket) -> End {
    let sandbox = match tokio::time::timeout(READY, ready(live)).await {
        Ok(Some(sandbox)) => sandbox,
        Ok(None) => return End::Over,
        Err(_) => return End::Fault("The sandbox is not ready yet.".into()),
    };
    let (size, early) = match first_size(socket).await {
        Ok(first) => first,
        Err(end) => return end,
    };
    let mut terminal = match sandbox.terminal(n, size).await {
        Ok(terminal) => terminal,
        Err(error) => return End::Fault(crate::labs::sentence(&error.to_string())),
    };
    if let Some(keys) = early
        && terminal.input.write(&keys).await.is_err()
    {
        return End::Fault("The connection to the shell was lost.".into());
    }
    let mut phase = live.watch_phase();
    let gone = async {
        phase
            .wait_for(|phase| !matches!(phase, Phase::Ready(_)))
            .await
            .map(drop)
    };
    tokio::pin!(gone);
    let mut ping = tokio::time::interval(PING);
    loop {
        tokio::select! {
            event = terminal.output.next() => match event {
                Some(Ok(TerminalEvent::Output(bytes))) => {
                    if socket.send(Message::Binary(bytes)).await.is_err() {
                        return End::Left;
                    }
                }
                Some(Ok(TerminalEvent::Replay(bytes))) => {
                    notify(socket, &Notice::Replay { bytes: bytes.len() }).await;
                    if !bytes.is_empty() && socket.send(Message::Binary(bytes)).await.is_err() {
                        return End::Left;
                    }
                }
                Some(Ok(TerminalEvent::Exit { code })) => return End::Exit(code),
                Some(Err(error)) => return End::Fault(crate::labs::sentence(&error.to_string())),
                None => return End::Fault("The connection to the shell was lost.".into()),
            },
            message = socket.recv() => {
                live.touch(&app.clock);
                match take(message, &mut terminal).await {
                    Ok(()) => {}
                    Err(end) => return end,
                }
            }
            // A reset is an end for this socket too: the page opens a new one on the new sandbox.
            _ = &mut gone => return match live.phase() {
                Phase::Closing { .. } | Phase::Over { .. } => End::Over,
                _ => End::Fault("The sandbox is being made anew.".into()),
            },
            _ = ping.tick() => {
                if socket.send(Message::Ping(Bytes::new())).await.is_err() {
                    return End::Left;
                }
            }
        }
    }
}

/// Waits for the sandbox; `None` when the session is over.
async fn ready(live: &Live) -> Option<Sandbox> {
    let mut phase = live.watch_phase();
    phase
        .wait_for(|phase| !matches!(phase, Phase::Creating(_)))
        .await
        .ok()?;
    live.sandbox()
}

/// The size that the browser names first, with keys that came before it, if any.
async fn first_size(socket: &mut WebSocket) -> Result<(Size, Option<Bytes>), End> {
    match tokio::time::timeout(FIRST_SIZE, socket.recv()).await {
        Err(_) => Ok((USUAL, None)),
        Ok(Some(Ok(Message::Text(text)))) => control(&text).map(|size| (size, None)),
        Ok(Some(Ok(Message::Binary(keys)))) => Ok((USUAL, Some(keys))),
        Ok(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => Ok((USUAL, None)),
        Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) => Err(End::Left),
    }
}

async fn take(
    message: Option<Result<Message, axum::Error>>,
    terminal: &mut Terminal,
) -> Result<(), End> {
    let written = match message {
        None | Some(Err(_) | Ok(Message::Close(_))) => return Err(End::Left),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Ok(()),
        Some(Ok(Message::Binary(keys))) => terminal.input.write(&keys).await,
        Some(Ok(Message::Text(text))) => terminal.input.resize(control(&text)?).await,
    };
    written.map_err(|_| End::Fault("The connection to the shell was lost.".into()))
}

fn control(text: &str) -> Result<Size, End> {
    match serde_json::from_str(text) {
        Ok(Control::Resize { cols, rows })
            if (1..=LARGEST).contains(&cols) && (1..=LARGEST).contains(&rows) =>
        {
            Ok(Size { cols, rows })
        }
        Ok(Control::Resize { .. }) => Err(End::Refused(format!(
            "A screen has 1 to {LARGEST} columns and rows."
        ))),
        Err(error) => Err(End::Refused(format!(
            "A text message is JSON such as {{\"type\":\"resize\",\"cols\":80,\"rows\":24}}: {error}."
        ))),
    }
}

async fn notify(socket: &mut WebSocket, notice: &Notice<'_>) {
    if let Ok(text) = serde_json::to_string(notice) {
        // A socket that is gone shows at the next read.
        let _ = socket.send(Message::Text(text.into())).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sensible_size_is_taken_and_anything_else_is_refused_with_an_example() {
        assert!(matches!(
            control(r#"{"type":"resize","cols":80,"rows":24}"#),
            Ok(USUAL)
        ));
        for bad in [
            "",
            "{}",
            "[]",
            r#"{"type":"resize"}"#,
            r#"{"type":"resize","cols":0,"rows":24}"#,
            r#"{"type":"resize","cols":80,"rows":5000}"#,
            r#"{"type":"resize","cols":80,"rows":24,"x":1}"#,
            r#"{"type":"exec"}"#,
        ] {
            assert!(matches!(control(bad), Err(End::Refused(_))), "{bad}");
        }
    }
}
