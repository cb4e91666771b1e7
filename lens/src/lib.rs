//! What a build did, made from what BuildKit tells: the model of the build lens.
//!
//! ```text
//! Vertex, Log, Record (as the engine tells them) ─→ Build ─→ steps in Dockerfile order
//!                       two builds ─→ compare ─→ what became cached or ran again, and why
//! ```
//!
//! Pure: no I/O, no clock. Everything that comes in was made by a learner's engine, so every
//! size is bounded here (steps, names, inputs, logs, files), and no text does anything but be seen.

mod build;
mod compare;
mod dockerfile;
mod image;
mod log;
mod manifest;
mod pairs;
mod step;
mod text;
mod words;

pub use build::{Build, Record, Row, State, Update};
pub use compare::{Cause, Change, Comparison, Gone, StepChange, alike, compare};
pub use dockerfile::{Dockerfile, Instruction};
pub use image::{HistoryEntry, Layer, layers};
pub use log::Log;
pub use manifest::{FileChange, FileChangeKind, Manifest};
pub use step::{Place, Step, StepState, Vertex};

/// Microseconds since 1970, as the engine's clock says.
pub type Micros = i64;
