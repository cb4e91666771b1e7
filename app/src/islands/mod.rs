//! The parts of pages that run in the browser.
//!
//! Each island is drawn by the server first and wakes up where it stands; until then, and without
//! wasm, the page shows its first state.

mod done;
mod lab;
mod quiz;

pub use done::DoneToggle;
pub use lab::{LabBar, LabCheck, StepRef, Workspace};
pub use quiz::{Form, QuizCard};
