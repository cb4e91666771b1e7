//! Pages of instructors: grades, submissions, who is stuck, statistics.

mod evidence;
mod grades;
mod live;
mod regrade;
mod review;
mod statistics;

pub use grades::gradebook;
pub use live::live;
pub use regrade::regrade;
pub(super) use review::feedback;
pub use review::review;
pub use statistics::statistics;
