//! One running sandbox.

use std::sync::Arc;
use std::time::Duration;

use bollard::container::LogOutput;
use bollard::query_parameters::LogsOptionsBuilder;
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use tokio::sync::Mutex;

use crate::config::StartFile;
use crate::error::Error;
use crate::hijack::{self, Hijacked};
use crate::host::Outer;
use crate::id::SandboxId;

/// Runs a command inside the learner's machine; comes with the sandbox image.
pub(crate) const ENTER: &str = "/usr/local/lib/drydock/enter";
/// How long a sandbox may take from its start to an engine that answers.
const READY_LIMIT: Duration = Duration::from_secs(30);
/// How many of the log's last lines an error carries.
const LOG_LINES: usize = 12;
/// A longer line of the log is cut.
const LOG_LINE: usize = 400;

/// A handle to one sandbox. Cloning is cheap; dropping leaves the sandbox running.
#[derive(Clone)]
pub struct Sandbox {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) id: SandboxId,
    pub(crate) outer: Arc<Outer>,
    /// The inner engine's client, once it was asked for.
    pub(crate) engine: Mutex<Option<bollard::Docker>>,
    /// What is to be put into the home before anything else.
    start_files: Mutex<Vec<StartFile>>,
}

/// How far the start of a sandbox is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// Short name for programs: `namespaces`, `filesystem`, `engine`, `files`, `ready`.
    pub name: &'static str,
    /// One line for the learner.
    pub text: &'static str,
    /// Which this is, counted from 1.
    pub done: u8,
    /// Of how many.
    pub of: u8,
}

/// The stages as the sandbox image and [`Sandbox::ready`] tell them.
const STAGES: [(&str, &str); 5] = [
    ("namespaces", "Starting your machine"),
    ("filesystem", "Preparing its disk and images"),
    ("engine", "Starting its Docker Engine"),
    ("files", "Putting the lab's files in place"),
    ("ready", "Ready"),
];

impl Stage {
    fn named(name: &str) -> Option<Self> {
        let index = STAGES.iter().position(|(known, _)| *known == name)?;
        let (name, text) = STAGES[index];
        #[expect(clippy::cast_possible_truncation, reason = "there are five stages")]
        Some(Self {
            name,
            text,
            done: index as u8 + 1,
            of: STAGES.len() as u8,
        })
    }
}

/// What one line of the sandbox's log means.
#[derive(Debug, PartialEq, Eq)]
enum Line {
    Stage(Stage),
    Ready,
    Failed(String),
    Other,
}

impl Line {
    fn parse(line: &str) -> Self {
        let Some(told) = line.trim().strip_prefix("drydock: ") else {
            return Self::Other;
        };
        match told.split_once(' ').unwrap_or((told, "")) {
            ("ready", _) => Self::Ready,
            ("failed", reason) => Self::Failed(reason.to_owned()),
            ("stage", name) => Stage::named(name).map_or(Self::Other, Self::Stage),
            _ => Self::Other,
        }
    }
}

impl Sandbox {
    pub(crate) fn new(outer: Arc<Outer>, id: SandboxId, start_files: Vec<StartFile>) -> Self {
        Self {
            inner: Arc::new(Inner {
                id,
                outer,
                engine: Mutex::new(None),
                start_files: Mutex::new(start_files),
            }),
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> SandboxId {
        self.inner.id
    }

    /// Waits until the inner engine answers and the start files lie in the home.
    ///
    /// # Errors
    /// [`Error::NotReady`] names the cause with the last lines of the log; it comes at latest after 30 s.
    pub async fn ready(&self, mut on_stage: impl FnMut(Stage) + Send) -> Result<(), Error> {
        let mut log = Vec::new();
        let up = self.follow_start(&mut log, &mut on_stage);
        match tokio::time::timeout(READY_LIMIT, up).await {
            Ok(Ok(())) => {}
            Ok(Err(Error::NotReady { cause, .. })) => return Err(Error::NotReady { cause, log }),
            Ok(Err(error)) => return Err(error),
            Err(_) => {
                let cause = format!("its engine did not answer within {READY_LIMIT:?}");
                return Err(Error::NotReady { cause, log });
            }
        }
        let mut files = self.inner.start_files.lock().await;
        if !files.is_empty() {
            Stage::named("files").into_iter().for_each(&mut on_stage);
            self.put_files(&files).await?;
            files.clear();
        }
        Stage::named("ready").into_iter().for_each(&mut on_stage);
        Ok(())
    }

    /// Reads the container's log from its start to the line that says it is ready.
    async fn follow_start(
        &self,
        log: &mut Vec<String>,
        on_stage: &mut (impl FnMut(Stage) + Send),
    ) -> Result<(), Error> {
        let options = LogsOptionsBuilder::default()
            .follow(true)
            .stdout(true)
            .stderr(true)
            .build();
        let name = self.id().container_name();
        let mut output = self.inner.outer.docker.logs(&name, Some(options));
        let mut lines = Lines::default();
        while let Some(piece) = output.next().await {
            let piece = piece
                .map_err(|source| Error::of_sandbox(self.id(), "read the sandbox's log", source))?;
            lines.push(&match piece {
                LogOutput::StdOut { message }
                | LogOutput::StdErr { message }
                | LogOutput::StdIn { message }
                | LogOutput::Console { message } => message,
            });
            while let Some(line) = lines.next() {
                match Line::parse(&line) {
                    Line::Ready => return Ok(()),
                    Line::Failed(cause) => {
                        return Err(Error::NotReady {
                            cause,
                            log: Vec::new(),
                        });
                    }
                    Line::Stage(stage) => on_stage(stage),
                    Line::Other => {}
                }
                if log.len() == LOG_LINES {
                    log.remove(0);
                }
                log.push(line);
            }
        }
        Err(Error::NotReady {
            cause: "it ended while starting".to_owned(),
            log: Vec::new(),
        })
    }

    /// Whether its container runs.
    ///
    /// # Errors
    /// [`Error::Engine`] if the outer engine cannot say.
    pub async fn is_running(&self) -> Result<bool, Error> {
        self.inner.outer.is_running(self.id()).await
    }

    /// Starts a command inside the learner's machine, with its streams attached.
    pub(crate) async fn enter(&self, argv: Vec<String>, stdin: bool) -> Result<Hijacked, Error> {
        let mut entered = Vec::with_capacity(argv.len() + 1);
        entered.push(ENTER.to_owned());
        entered.extend(argv);
        self.outside(entered, stdin).await
    }

    /// Starts a command in the container but outside the learner's machine, where nothing of the
    /// learner's can see or end it.
    pub(crate) async fn outside(&self, argv: Vec<String>, stdin: bool) -> Result<Hijacked, Error> {
        let outer = &self.inner.outer;
        let id = hijack::create(outer, self.id(), argv, stdin).await?;
        hijack::start(outer, self.id(), id).await
    }
}

/// Cuts a log into lines of bounded length.
#[derive(Default)]
struct Lines(BytesMut);

impl Lines {
    fn push(&mut self, bytes: &Bytes) {
        self.0.extend_from_slice(bytes);
    }

    fn next(&mut self) -> Option<String> {
        let end = match self.0.iter().position(|byte| *byte == b'\n') {
            Some(end) => end + 1,
            None if self.0.len() > LOG_LINE => self.0.len(),
            None => return None,
        };
        let line = self.0.split_to(end);
        let line = String::from_utf8_lossy(&line[..end.min(LOG_LINE)]);
        Some(line.trim_end().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_tells_stages_readiness_and_failure() {
        assert_eq!(Line::parse("drydock: ready"), Line::Ready);
        assert_eq!(
            Line::parse("drydock: failed while preparing the disk"),
            Line::Failed("while preparing the disk".to_owned())
        );
        let Line::Stage(stage) = Line::parse("drydock: stage engine") else {
            panic!("not a stage");
        };
        assert_eq!((stage.name, stage.done, stage.of), ("engine", 3, 5));
        assert_eq!(Line::parse("drydock: stage unheard-of"), Line::Other);
        assert_eq!(Line::parse("not drydock: ready"), Line::Other);
    }

    #[test]
    fn an_endless_line_of_the_log_is_cut() {
        let mut lines = Lines::default();
        lines.push(&Bytes::from(vec![b'x'; 10_000]));
        assert_eq!(lines.next().map(|line| line.len()), Some(LOG_LINE));
        assert_eq!(lines.next(), None);
        lines.push(&Bytes::from_static(b"a\nb\n"));
        assert_eq!(lines.next().as_deref(), Some("a"));
        assert_eq!(lines.next().as_deref(), Some("b"));
    }
}
