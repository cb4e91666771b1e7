//! Where labs run: one real Docker Engine a learner, inside one unprivileged container.
//!
//! ```text
//! Host ── the outer engine (bollard, unix socket or TCP)
//!  └─ Sandbox ── one container: hardening.rs says with which flags and why
//!      ├─ exec / files / watch   commands inside the learner's machine
//!      ├─ terminal               a shell that outlives connections
//!      ├─ dial                   a published port of the learner's
//!      ├─ engine / events        the inner Docker Engine, over an exec stream
//!      └─ builds                 its builder's history, over another
//! ```
//!
//! All access goes through the outer engine's API: no host path, no shared socket, no agent.
//! Whatever comes out of a sandbox is hostile: every size is bounded and every wait has an end.
//! This crate must not know about courses, checks, accounts or HTTP.

mod builds;
mod config;
mod dial;
mod endpoint;
mod engine;
mod error;
mod exec;
mod files;
mod hardening;
mod hijack;
mod host;
mod id;
mod pace;
mod sandbox;
mod terminal;
mod watch;

pub mod doctor;
pub mod images;

/// The client of a Docker Engine, the outer or an inner one.
pub use bollard;

pub use builds::{BuildEvent, BuildHistory, BuildSources};
pub use config::{Config, Limits, Spec, StartFile};
pub use dial::{DialError, PortStream};
pub use engine::EngineEvent;
pub use error::{BadPath, Error};
pub use exec::{Exec, Output};
pub use files::{Expected, FileEntry, FileKind, Listing};
pub use hardening::{LABEL_OWNER, LABEL_SANDBOX};
pub use host::{Found, Host};
pub use id::SandboxId;
pub use sandbox::{Sandbox, Stage};
pub use terminal::{Size, Terminal, TerminalEvent, TerminalInput, TerminalOutput};
pub use watch::FileEvent;
