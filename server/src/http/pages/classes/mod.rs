//! Pages of classes. Who may see which stands in the authorisation table; what is loaded here is
//! the class of the address and how its reader stands in it.

mod assign;
mod assignments;
mod due;
mod import;
mod join;
mod list;
mod modules;
mod roster;
mod settings;
mod show;
mod terms;
#[cfg(test)]
mod tests;

use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use drydock_app::view::{ClassTop, Form as FormView};
use http::StatusCode;
use http::request::Parts;

use super::{PageError, Posted};
use crate::access::{Person, Role, Viewer};
use crate::app::App;
use crate::classes::zone::Zone;
use crate::error::AppError;
use crate::http::address::site;
use crate::ids::{AssignmentId, ClassId};
use crate::store::{AssignmentRow, ClassRow, ModuleRow, Refused};

pub use self::assign::{page as assign_page, send as assign};
pub use self::assignments::{
    change as change_assignment, delete as delete_assignment,
    delete_page as delete_assignment_page, edit as assignment, list as assignments,
    reorder as move_assignment,
};
pub use self::due::{due_in_course, due_next, due_of_item};
pub use self::import::{confirm as confirm_import, preview as preview_import};
pub use self::join::{code as join_by_code, form as join_page, join, typed as join_form};
pub use self::list::{create, list, new};
pub use self::modules::{change as change_module, page as modules};
pub use self::roster::{add_instructor, deed as roster_deed, export as roster_csv, page as roster};
pub use self::settings::{archive, page as settings, renew_code, send as change_settings};
pub use self::show::{leave, show};

/// The class of the address, with who looks at it. The guard has let them in.
pub struct InClass {
    /// The class.
    pub class: ClassRow,
    /// Who looks at it.
    pub person: Person,
    /// Whether they teach it.
    pub teaches: bool,
}

impl FromRequestParts<App> for InClass {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let person = Person::from_request_parts(parts, app).await?;
        let missing = || PageError::missing("There is no such class");
        let id: ClassId = parameter(parts, "class").await.ok_or_else(missing)?;
        let class = app.store.class(id).await?.ok_or_else(missing)?;
        let standing = app.store.standing(id, person.account).await?;
        let teaches =
            person.role == Role::Operator || standing.is_some_and(|standing| standing.teaches);
        Ok(Self {
            class,
            person,
            teaches,
        })
    }
}

impl InClass {
    /// What stands above the class's pages.
    pub fn head(&self, app: &App) -> ClassTop {
        let content = app.content.now();
        let course_title = content
            .course(&self.class.course)
            .map_or_else(|| self.class.course.clone(), |course| course.title.clone());
        ClassTop {
            id: self.class.id.to_string(),
            title: self.class.title.clone(),
            course: self.class.course.clone(),
            course_title,
            teaches: self.teaches,
            archived: self.class.archived_at.is_some(),
        }
    }

    /// Address of the class, or of a page of it.
    pub fn href(&self, page: &str) -> String {
        match page {
            "" => format!("/classes/{}", self.class.id),
            page => format!("/classes/{}/{page}", self.class.id),
        }
    }

    /// The zone of its times.
    pub fn zone(&self) -> Zone {
        Zone::of(&self.class.time_zone)
    }

    /// "Times are in Europe/London, …".
    fn zone_note(&self, now: i64) -> String {
        let zone = self.zone();
        match zone.name() {
            "UTC" => "All times are in UTC.".to_owned(),
            name => format!(
                "All times are in {name}, which is {} now.",
                zone.offset(now)
            ),
        }
    }

    /// Refuses what would change an archived class.
    pub fn writable(&self) -> Result<(), PageError> {
        if self.class.archived_at.is_some() {
            return Err(AppError::conflict(
                "This class is archived: nothing in it changes. An instructor of it can take it out of the archive in its settings.",
            )
            .into());
        }
        Ok(())
    }
}

/// How the modules of a course stand for a student who is in exactly one class of it.
///
/// # Errors
/// When the database fails.
pub async fn module_order(
    app: &App,
    viewer: &Viewer,
    course: &str,
) -> sqlx::Result<Vec<ModuleRow>> {
    match &viewer.person {
        Some(person) => app.store.modules_for(person.account, course).await,
        None => Ok(Vec::new()),
    }
}

/// The assignment of the address. The guard knows that it is of the class.
pub struct TheAssignment(pub AssignmentRow);

impl FromRequestParts<App> for TheAssignment {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let missing = || PageError::missing("There is no such assignment");
        let id: AssignmentId = parameter(parts, "assignment").await.ok_or_else(missing)?;
        let row = app.store.assignment(id).await?.ok_or_else(missing)?;
        Ok(Self(row))
    }
}

async fn parameter<T: std::str::FromStr>(parts: &mut Parts, name: &str) -> Option<T> {
    let all = RawPathParams::from_request_parts(parts, &()).await.ok()?;
    all.iter()
        .find(|(key, _)| *key == name)
        .and_then(|(_, value)| value.parse().ok())
}

/// What a form sent: names may come several times.
pub struct Sent(Vec<(String, String)>);

impl FromRequest<App> for Sent {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        let Posted(fields) = Posted::from_request(request, app).await?;
        Ok(Self(fields))
    }
}

impl Sent {
    /// What was sent under this name first, without white space round it.
    pub fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// Everything that was sent under this name.
    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.trim())
    }

    /// Whether it was ticked.
    fn ticked(&self, name: &str) -> bool {
        self.get(name) == "on"
    }
}

/// What a refusal of the store says; a failure of it is one of ours.
fn refusal(refused: Refused) -> Result<String, PageError> {
    match refused {
        Refused::Store(error) => Err(error.into()),
        refused => Ok(refused.to_string()),
    }
}

/// The title of a class, tidied.
fn title(text: &str) -> Result<String, String> {
    let title = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.is_empty() {
        return Err("Give the class a title, such as “Containers, autumn 2026”.".into());
    }
    if title.chars().count() > 100 {
        return Err("Use at most 100 characters.".into());
    }
    if title.chars().any(char::is_control) {
        return Err("Leave out characters that cannot be seen.".into());
    }
    Ok(title)
}

/// 422 for a form with something wrong in it.
fn status(form: &FormView) -> StatusCode {
    if form.is_wrong() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    }
}
