//! Pages of instructors: grades, submissions, who is stuck, statistics.

mod grades;
mod head;

pub use grades::gradebook;
