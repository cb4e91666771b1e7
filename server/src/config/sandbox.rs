//! `[sandbox]`: the engine that sandboxes run on, and what each may use.

use serde::{Deserialize, Serialize};

use super::{Error, within};

/// Sandboxes and the engine that they run on.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Sandbox {
    /// Address of the Docker engine (`unix:///…`, `tcp://…`). Absent: `DOCKER_HOST`, or the usual socket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// Sandbox image; absent: the one that `drydock images build` made last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// OCI runtime of the outer engine, such as `runsc` or `sysbox-runc`; absent: its default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    /// Memory of everything in a sandbox, in MiB; its disk counts against it.
    pub memory_mib: u32,
    /// Disk of everything in a sandbox, in MiB.
    pub disk_mib: u32,
    /// Processes and threads in a sandbox.
    pub pids: u32,
    /// Processor time of a sandbox, in cores.
    pub cpus: f64,
}

impl Default for Sandbox {
    fn default() -> Self {
        Self {
            engine: None,
            image: None,
            runtime: None,
            memory_mib: 2048,
            disk_mib: 1024,
            pids: 1024,
            cpus: 2.0,
        }
    }
}

impl Sandbox {
    pub(super) fn validate(&self) -> Result<(), Error> {
        within(
            "sandbox.memory_mib",
            self.memory_mib,
            256..=1_048_576,
            "expected 256 to 1048576 MiB",
        )?;
        within(
            "sandbox.disk_mib",
            self.disk_mib,
            64..=1_048_576,
            "expected 64 to 1048576 MiB",
        )?;
        within(
            "sandbox.pids",
            self.pids,
            128..=65_536,
            "expected 128 to 65536 processes",
        )?;
        within(
            "sandbox.cpus",
            self.cpus,
            0.1..=256.0,
            "expected 0.1 to 256 cores",
        )
    }
}
