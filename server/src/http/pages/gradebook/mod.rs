//! Pages of instructors. The guard has seen to it that who asks teaches the class.

mod export;
mod grades;
mod live;
pub mod regrade;
mod review;
#[cfg(test)]
mod review_tests;
mod say;
mod statistics;
#[cfg(test)]
mod tests;

pub use self::export::csv as grades_csv;
pub use self::grades::show as grades;
pub use self::live::show as live;
pub use self::review::feedback;
pub use self::review::{download as files_zip, show as submission};
pub use self::say::{again, change as change_grade, comment, undo as undo_change};
pub use self::statistics::show as statistics;

use crate::content::Content;
use crate::http::pages::classes::InClass;

/// Title of a lesson or lab; its slug if it is no longer in the course.
fn title(class: &InClass, content: &Content, kind: &str, slug: &str) -> String {
    let course = &class.class.course;
    let title = if kind == "lab" {
        content.lab(course, slug).map(|(_, _, lab)| &lab.title)
    } else {
        content
            .lesson(course, slug)
            .map(|(_, _, lesson)| &lesson.title)
    };
    title.map_or(slug, String::as_str).to_owned()
}
