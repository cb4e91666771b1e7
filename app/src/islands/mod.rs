//! The parts of pages that run in the browser.
//!
//! They come in two wasm files, one for lessons and one for labs (features of this crate): a page
//! loads only what it shows.
//!
//! Each island is drawn by the server first and wakes up where it stands; until then, and without
//! wasm, the page shows its first state.

#[cfg(feature = "lesson")]
mod done;
#[cfg(feature = "lab")]
mod lab;
#[cfg(feature = "lesson")]
mod quiz;

#[cfg(feature = "lesson")]
pub use done::DoneToggle;
#[cfg(feature = "lab")]
pub use lab::{LabBar, LabCheck, LabSolution, StepRef, Workspace};
#[cfg(feature = "lesson")]
pub use quiz::{Form, QuizCard};
