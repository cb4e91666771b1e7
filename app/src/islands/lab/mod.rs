//! The lab page's islands, and the state that they share.
//!
//! ```text
//!            POST …/session          SSE …/events
//!                  │                      │
//!                  └──────> Lab <─────────┘
//!        ┌───────────┬───────┴──┬────────────┐
//!     LabBar      LabCheck…   Workspace   (panes/, each with its part in web/src)
//! ```
//!
//! Islands are drawn with every state already in the page and only change attributes and text:
//! views that come and go cost several times as much wasm.

mod bar;
mod check;
mod model;
mod page;
mod panes;
mod solution;
mod store;
mod workspace;

pub use bar::{LabBar, StepRef};
pub use check::LabCheck;
pub use solution::LabSolution;
pub use workspace::Workspace;
