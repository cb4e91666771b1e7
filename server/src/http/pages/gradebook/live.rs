//! `GET /classes/{class}/live`.

use axum::extract::State;
use axum::response::Response;
use drydock_app::view::{LivePage, LiveRow};

use crate::app::App;
use crate::gradebook::live::Place;
use crate::gradebook::words::duration;
use crate::http::api::classes::places;
use crate::http::pages::classes::InClass;
use crate::http::pages::{PageError, Visit, private};

/// Seconds on a step from which on somebody may need help.
const LONG: i64 = 10 * 60;
/// Seconds within which somebody counts as there.
const HERE: i64 = 60;
/// Letters of what was found that are shown.
const FOUND: usize = 300;

/// Shows who is where.
pub async fn show(
    State(app): State<App>,
    class: InClass,
    visit: Visit,
) -> Result<Response, PageError> {
    let places = places(&app, class.class.id, &class.class.course).await?;
    let clock = app.clock.seconds();
    let view = LivePage {
        course: format!("/courses/{}", class.class.course),
        rows: places.into_iter().map(|place| row(place, clock)).collect(),
        at: class.zone().time(clock),
        class: class.head(&app),
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
