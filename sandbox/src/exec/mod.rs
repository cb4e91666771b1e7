//! Commands inside the learner's machine.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use tokio::io::AsyncWriteExt;
use tokio::time::Instant;
use uuid::Uuid;

use crate::error::Error;
use crate::hijack::{self, Channel, Hijacked};
use crate::sandbox::{ENTER, Sandbox};

/// A command that writes this many times what is kept is ended.
const OUTPUT_EXCESS: usize = 64;
/// Runs the command and ends with it.
const RUN: &str = include_str!("run.pl");
/// How long the engine may take to tell a finished command's exit code.
const EXIT_LIMIT: Duration = Duration::from_secs(5);
/// How long ending a command and all it started may take.
const END_LIMIT: Duration = Duration::from_secs(10);
/// In the environment of a command and all it starts, so that the whole tree is found again.
const TAG: &str = "DRYDOCK_EXEC";
/// Ends every process with the tag `$1`, until there is none: a fork may slip through one round.
const END_TREE: &str = r#"
round=0
while [ $round -lt 50 ]; do
    pids=$(grep -lsazx "$1" /proc/[0-9]*/environ) || exit 0
    for pid in $pids; do
        pid=${pid#/proc/}
        kill -KILL "${pid%/environ}" 2>/dev/null
    done
    round=$((round + 1))
done
exit 1
"#;

/// A command to run as root of the learner's machine.
#[derive(Debug, Clone)]
pub struct Exec {
    /// Program and arguments.
    pub argv: Vec<String>,
    /// Where it runs; `None` is the home folder.
    pub cwd: Option<String>,
    /// More environment.
    pub env: BTreeMap<String, String>,
    /// What it reads; `None` is nothing.
    pub stdin: Option<Bytes>,
    /// How long it may take. Then it and all it started is ended.
    pub timeout: Duration,
    /// How many bytes of each of stdout and stderr are kept.
    pub max_output: usize,
}

impl Exec {
    /// `argv` in the home folder, with 30 seconds and 256 KiB of output.
    pub fn new<S: Into<String>>(argv: impl IntoIterator<Item = S>) -> Self {
        Self {
            argv: argv.into_iter().map(Into::into).collect(),
            cwd: None,
            env: BTreeMap::new(),
            stdin: None,
            timeout: Duration::from_secs(30),
            max_output: 256 * 1024,
        }
    }

    /// `script` in bash, otherwise as [`Exec::new`].
    #[must_use]
    pub fn bash(script: &str) -> Self {
        Self::new(["bash", "-c", script])
    }

    /// The command with all that goes around it: `run.pl`, the way into the machine, a last resort
    /// that ends it even if this server dies meanwhile, its folder, the tag and its environment.
    fn wrapped(&self, tag: &str) -> Vec<String> {
        let last_resort = self.timeout.as_secs().saturating_add(10);
        let mut argv = vec![
            "perl".to_owned(),
            "-e".to_owned(),
            RUN.to_owned(),
            ENTER.to_owned(),
            "timeout".to_owned(),
            "--signal=KILL".to_owned(),
            last_resort.to_string(),
            "env".to_owned(),
            format!("--chdir={}", self.cwd.as_deref().unwrap_or("/root")),
            format!("{TAG}={tag}"),
        ];
        argv.extend(
            self.env
                .iter()
                .map(|(name, value)| format!("{name}={value}")),
        );
        argv.extend(self.argv.iter().cloned());
        argv
    }
}

/// What a command did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Its exit code; `None` if it was ended because it took or wrote too much.
    pub code: Option<i32>,
    /// What it wrote to stdout, as far as it is kept.
    pub stdout: Bytes,
    /// What it wrote to stderr, as far as it is kept.
    pub stderr: Bytes,
    /// Whether it wrote more than is kept.
    pub truncated: bool,
    /// Whether it was ended because it took too long.
    pub timed_out: bool,
}

impl Output {
    /// Whether it ended by itself with exit code 0.
    #[must_use]
    pub fn success(&self) -> bool {
        self.code == Some(0)
    }
}

impl Sandbox {
    /// Runs a command as root of the learner's machine.
    ///
    /// What it leaves in the background lives on if it ends by itself in time. If it takes too long,
    /// writes much more than is kept, or this future is dropped, all it started is ended.
    ///
    /// # Errors
    /// [`Error::Gone`] if the sandbox does not run. A time-out is not an error: see [`Output::timed_out`].
    pub async fn exec(&self, exec: Exec) -> Result<Output, Error> {
        let tag = Uuid::now_v7().simple().to_string();
        let deadline = Instant::now() + exec.timeout;
        let outer = &self.inner.outer;
        let argv = exec.wrapped(&tag);
        let id = hijack::create(outer, self.id(), argv, exec.stdin.is_some()).await?;
        let mut guard = EndTree {
            sandbox: self.clone(),
            tree: Some(Tree {
                exec: id.clone(),
                tag,
            }),
        };
        let running = hijack::start(outer, self.id(), id.clone()).await?;
        let mut kept = Kept::new(exec.max_output);
        let reading = converse(running, exec.stdin, &mut kept);
        let ended = tokio::time::timeout_at(deadline, reading).await;
        let mut output = Output {
            code: None,
            stdout: kept.out.freeze(),
            stderr: kept.err.freeze(),
            truncated: kept.truncated,
            timed_out: ended.is_err(),
        };
        match ended {
            Ok(Ok(Ended::ByItself)) => {
                output.code = self.exit_code(&id, deadline).await?;
                output.timed_out = output.code.is_none();
            }
            Ok(Ok(Ended::WroteTooMuch)) | Err(_) => {}
            Ok(Err(error)) => {
                // A broken stream of a sandbox that is gone is the same story.
                return Err(match self.is_running().await {
                    Ok(false) => Error::Gone { id: self.id() },
                    _ => error.into(),
                });
            }
        }
        if output.code.is_some() {
            guard.tree = None;
        } else if let Some(tree) = guard.tree.take() {
            self.end_tree(&tree).await?;
        }
        Ok(output)
    }

    /// The exit code of a command whose output ended; `None` if the command itself goes on until `deadline`.
    async fn exit_code(&self, exec: &str, deadline: Instant) -> Result<Option<i32>, Error> {
        let deadline = deadline.min(Instant::now() + EXIT_LIMIT);
        let mut pause = Duration::from_millis(2);
        loop {
            if let Some(code) = self.ended_with(exec).await? {
                return Ok(i32::try_from(code).ok());
            }
            if Instant::now() >= deadline {
                return Ok(None);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(100));
        }
    }

    /// The exit code of a command that has ended.
    async fn ended_with(&self, exec: &str) -> Result<Option<i64>, Error> {
        let state = self
            .inner
            .outer
            .docker
            .inspect_exec(exec)
            .await
            .map_err(|source| Error::of_sandbox(self.id(), "inspect a command", source))?;
        Ok(state.exit_code.filter(|_| state.running != Some(true)))
    }

    /// Ends a command and everything that it started.
    ///
    /// The engine answers before a command appears, so one that was given up at once may not be there yet: this
    /// goes on until the engine says that the command is over.
    async fn end_tree(&self, tree: &Tree) -> Result<(), Error> {
        let ending = async {
            let mut pause = Duration::from_millis(10);
            loop {
                // Asked first: what the command started before it ended is found in the round after.
                let over = self.ended_with(&tree.exec).await?.is_some();
                self.end_tagged(&tree.tag).await?;
                if over {
                    return Ok(());
                }
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_millis(500));
            }
        };
        tokio::time::timeout(END_LIMIT, ending)
            .await
            .unwrap_or(Err(Error::TimedOut {
                what: "ending a command in the sandbox",
                limit: END_LIMIT,
            }))
    }

    async fn end_tagged(&self, tag: &str) -> Result<(), Error> {
        let argv = ["sh", "-c", END_TREE, "end-tree", &format!("{TAG}={tag}")];
        let running = self.enter(argv.map(str::to_owned).to_vec(), false).await?;
        converse(running, None, &mut Kept::new(1024)).await?;
        Ok(())
    }
}

/// A command and all it started.
struct Tree {
    /// Its id on the outer engine.
    exec: String,
    /// In the environment of all of it.
    tag: String,
}

/// Ends a tree if it is dropped with the tree still in it.
struct EndTree {
    sandbox: Sandbox,
    tree: Option<Tree>,
}

impl Drop for EndTree {
    fn drop(&mut self) {
        let (Some(tree), Ok(runtime)) = (self.tree.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        let sandbox = self.sandbox.clone();
        runtime.spawn(async move {
            match sandbox.end_tree(&tree).await {
                Ok(()) | Err(Error::Gone { .. }) => {}
                Err(error) => tracing::debug!(id = %sandbox.id(), %error, "a command may go on"),
            }
        });
    }
}

/// The first bytes of both outputs.
pub(crate) struct Kept {
    pub(crate) out: BytesMut,
    err: BytesMut,
    limit: usize,
    seen: usize,
    truncated: bool,
}

impl Kept {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            out: BytesMut::new(),
            err: BytesMut::new(),
            limit,
            seen: 0,
            truncated: false,
        }
    }

    fn push(&mut self, channel: Channel, bytes: &[u8]) {
        let kept = match channel {
            Channel::Out => &mut self.out,
            Channel::Err => &mut self.err,
        };
        let room = self.limit.saturating_sub(kept.len()).min(bytes.len());
        kept.extend_from_slice(&bytes[..room]);
        self.truncated |= room < bytes.len();
        self.seen = self.seen.saturating_add(bytes.len());
    }

    fn too_much(&self) -> bool {
        self.seen > self.limit.max(64 * 1024).saturating_mul(OUTPUT_EXCESS)
    }
}

pub(crate) enum Ended {
    ByItself,
    WroteTooMuch,
}

/// Writes stdin and reads both outputs at the same time: either may be waited for by the other.
pub(crate) async fn converse(
    running: Hijacked,
    stdin: Option<Bytes>,
    kept: &mut Kept,
) -> std::io::Result<Ended> {
    let Hijacked {
        mut input,
        mut output,
        ..
    } = running;
    let writing = async {
        if let Some(bytes) = stdin {
            // A command that ends without reading all it is given is no fault.
            if input.write_all(&bytes).await.is_ok() {
                input.close().await.ok();
            }
        }
        // The connection ends with its input end, so hold that until the output is through.
        std::future::pending::<Infallible>().await
    };
    let reading = async {
        while let Some(piece) = output.next().await {
            let (channel, bytes) = piece?;
            kept.push(channel, &bytes);
            if kept.too_much() {
                return Ok(Ended::WroteTooMuch);
            }
        }
        Ok(Ended::ByItself)
    };
    tokio::select! {
        ended = reading => ended,
        never = writing => match never {},
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_the_limit_is_kept_of_each_output() {
        let mut kept = Kept::new(4);
        kept.push(Channel::Out, b"abc");
        kept.push(Channel::Err, b"xy");
        assert!(!kept.truncated);
        kept.push(Channel::Out, b"def");
        assert_eq!((&kept.out[..], &kept.err[..]), (&b"abcd"[..], &b"xy"[..]));
        assert!(kept.truncated && !kept.too_much());
    }

    #[test]
    fn a_command_that_writes_without_end_is_noticed() {
        let mut kept = Kept::new(1024);
        for _ in 0..=64 {
            kept.push(Channel::Out, &[0; 64 * 1024]);
        }
        assert!(kept.too_much());
        assert_eq!(kept.out.len(), 1024);
    }

    #[test]
    fn the_command_comes_after_its_folder_and_environment() {
        let mut exec = Exec::new(["echo", "A=1"]);
        exec.cwd = Some("/root/app".to_owned());
        exec.env.insert("NAME".to_owned(), "a b".to_owned());
        let wrapped = exec.wrapped("t");
        assert_eq!(
            wrapped[8..],
            [
                "--chdir=/root/app",
                "DRYDOCK_EXEC=t",
                "NAME=a b",
                "echo",
                "A=1"
            ]
        );
    }
}
