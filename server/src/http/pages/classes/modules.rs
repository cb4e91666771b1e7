//! How a class orders the modules of its course, and which it hides.

use axum::extract::State;
use axum::response::Response;
use drydock_app::view::{ModuleLine, ModulesPage};
use drydock_course::model::{Item, Module};

use super::{InClass, Sent};
use crate::app::App;
use crate::classes::modules::{Change, arranged, changed};
use crate::error::AppError;
use crate::http::pages::{PageError, Visit, private};

/// `GET /classes/{class}/modules`.
pub async fn page(
    State(app): State<App>,
    visit: Visit,
    here: InClass,
) -> Result<Response, PageError> {
    let content = app.content.now();
    let rows = app.store.class_modules(here.class.id).await?;
    let modules = content
        .course(&here.class.course)
        .map(|course| arranged(course, &rows))
        .unwrap_or_default();
    let page = ModulesPage {
        class: here.head(&app),
        modules: modules
            .into_iter()
            .map(|(module, hidden)| ModuleLine {
                slug: module.slug.clone(),
                title: module.title.clone(),
                facts: facts(module),
                hidden,
            })
            .collect(),
    };
    Ok(private(drydock_app::pages::modules(
        &visit.shell(&app),
        page,
    )))
}

/// "4 lessons, 2 labs".
fn facts(module: &Module) -> String {
    let labs = module
        .items
        .iter()
        .filter(|item| matches!(item, Item::Lab(_)))
        .count();
    let lessons = module.items.len() - labs;
    let count = |number, word: &str| match number {
        1 => format!("1 {word}"),
        number => format!("{number} {word}s"),
    };
    match (lessons, labs) {
        (lessons, 0) => count(lessons, "lesson"),
        (0, labs) => count(labs, "lab"),
        (lessons, labs) => format!("{}, {}", count(lessons, "lesson"), count(labs, "lab")),
    }
}

/// `POST /classes/{class}/modules`.
pub async fn change(
    State(app): State<App>,
    visit: Visit,
    here: InClass,
    sent: Sent,
) -> Result<Response, PageError> {
    here.writable()?;
    let change = Change::read(sent.get("change"))
        .ok_or_else(|| AppError::bad_request("Choose one of the buttons beside a module."))?;
    let module = sent.get("module");
    if let Some(course) = app.content.now().course(&here.class.course) {
        let rows = app.store.class_modules(here.class.id).await?;
        let rows = changed(course, &rows, module, change);
        app.store.set_class_modules(here.class.id, &rows).await?;
    }
    // Back to where the button was.
    let slug: String = module
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
        .collect();
    visit
        .go(&format!("{}#{slug}", here.href("modules")), "")
        .await
}
