//! Pages of instructors. The guard has seen to it that who asks teaches the class.

mod export;
mod grades;
mod live;
mod statistics;
#[cfg(test)]
mod tests;

pub use self::export::csv as grades_csv;
pub use self::grades::show as grades;
pub use self::live::show as live;
pub use self::statistics::show as statistics;

use drydock_app::view::ClassHead;

use super::PageError;
use crate::app::App;
use crate::classes::zone::Zone;
use crate::content::Content;
use crate::ids::ClassId;
use crate::store::ClassRow;

/// A class with what its pages need of it.
pub(super) struct Class {
    row: ClassRow,
    zone: Zone,
}

impl Class {
    async fn of(app: &App, id: ClassId) -> Result<Self, PageError> {
        let row = app.store.class(id).await?;
        let row = row.ok_or_else(|| PageError::missing("There is no such class"))?;
        Ok(Self {
            zone: Zone::of(&row.time_zone),
            row,
        })
    }

    fn head(&self) -> ClassHead {
        ClassHead {
            id: self.row.id.to_string(),
            title: self.row.title.clone(),
        }
    }

    /// Title of a lesson or lab; its slug if it is no longer in the course.
    fn title(&self, content: &Content, kind: &str, slug: &str) -> String {
        let course = &self.row.course;
        let title = if kind == "lab" {
            content.lab(course, slug).map(|(_, _, lab)| &lab.title)
        } else {
            content
                .lesson(course, slug)
                .map(|(_, _, lesson)| &lesson.title)
        };
        title.map_or(slug, String::as_str).to_owned()
    }
}
