//! `GET /classes/{class}/live`.

use axum::extract::{Path, State};
use axum::response::Response;
use drydock_app::view::{LivePage, LiveRow};

use super::Class;
use crate::app::App;
use crate::gradebook::live::Place;
use crate::gradebook::words::duration;
use crate::http::api::classes::places;
use crate::http::pages::{PageError, Visit, private};
use crate::ids::ClassId;

/// Seconds on a step from which on somebody may need help.
const LONG: i64 = 10 * 60;
/// Seconds within which somebody counts as there.
const HERE: i64 = 60;
/// Letters of what was found that are shown.
const FOUND: usize = 300;

/// Shows who is where.
pub async fn show(
    State(app): State<App>,
    Path(class): Path<ClassId>,
    visit: Visit,
) -> Result<Response, PageError> {
    let class = Class::of(&app, class).await?;
    let places = places(&app, class.row.id, &class.row.course).await?;
    let clock = app.clock.seconds();
    let view = LivePage {
        course: format!("/courses/{}", class.row.course),
        rows: places.into_iter().map(|place| row(place, clock)).collect(),
        at: class.zone.time(clock),
        class: class.head(),
    };
    Ok(private(drydock_app::pages::live(&visit.shell(&app), view)))
}

fn row(place: Place, now: i64) -> LiveRow {
    let since = now - place.since;
    LiveRow {
        long: since >= LONG && place.step.is_some(),
        step: place
            .step
            .map(|(number, title)| format!("{number} of {}: {title}", place.steps)),
        name: place.name,
        lab: place.lab_title,
        since: duration(since),
        passed: place.passed,
        of: place.of,
        idle: place.idle.map(|idle| {
            if idle < HERE {
                "now".to_owned()
            } else {
                format!("{} ago", duration(idle))
            }
        }),
        failing: place
            .failing
            .map(|(title, found)| (title, found.chars().take(FOUND).collect())),
    }
}
