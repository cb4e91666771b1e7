//! Pages of instructors: grades, submissions, who is stuck, statistics.

mod grades;
mod head;
mod live;
mod statistics;

pub use grades::gradebook;
pub use live::live;
pub use statistics::statistics;
