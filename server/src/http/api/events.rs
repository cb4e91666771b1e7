//! What happens in a session, as server-sent events.

use std::convert::Infallible;

use axum::extract::State;
use axum::response::sse::{Event as Message, KeepAlive, Sse};
use futures::{Stream, StreamExt as _};
use serde::Serialize;
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;

use super::extract::Owned;
use crate::app::App;
use crate::error::Problem;
use crate::labs::{Event, Phase};

/// Streams `session`, `check`, `build`, `engine` and `file` events. Begins with the session, all checks and the newest
/// build; a page that fell too far behind gets them anew.
#[utoipa::path(get, path = "/sessions/{id}/events", tag = "sessions", params(("id" = String, Path, description = "Session id")),
    responses((status = 200, content_type = "text/event-stream", description = "Events: `session`, `check`, `build`, `engine`, `file`"),
        (status = 404, body = Problem), (status = 410, body = Problem)))]
pub async fn stream(
    State(app): State<App>,
    Owned(live): Owned,
) -> Sse<impl Stream<Item = Result<Message, Infallible>>> {
    let events = async_stream::stream! {
        let mut events = live.subscribe();
        'anew: loop {
            yield message("session", &app.labs.view_live(&live));
            let content = app.content.now();
            let key = live.key();
            if let Some((_, _, lab)) = content.lab(&key.course, &key.lab) {
                yield message("check", &json!({ "checks": live.checks.view(lab) }));
            }
            drop(content);
            if let Some(build) = live.builds.newest() {
                yield message("build", &build);
            }
            loop {
                // An open page counts as presence: its learner may be reading.
                live.touch(&app.clock);
                match events.recv().await {
                    Ok(event) => yield encode(&event),
                    Err(RecvError::Lagged(_)) => continue 'anew,
                    Err(RecvError::Closed) => return,
                }
                if matches!(live.phase(), Phase::Over { .. }) {
                    yield message("session", &app.labs.view_live(&live));
                    return;
                }
            }
        }
    };
    Sse::new(events.map(Ok)).keep_alive(KeepAlive::default())
}

fn encode(event: &Event) -> Message {
    match event {
        Event::Session(view) => message("session", view),
        Event::Checks(checks) => message("check", &json!({ "checks": checks })),
        Event::Engine { kind, action, name } => message(
            "engine",
            &json!({ "kind": kind, "action": action, "name": name }),
        ),
        Event::Build(build) => message("build", build),
        Event::File { path } => message("file", &json!({ "path": path })),
    }
}

fn message(name: &str, data: &impl Serialize) -> Message {
    // `json_data` escapes line feeds; names from a sandbox cannot break out of an event.
    Message::default()
        .event(name)
        .json_data(data)
        .unwrap_or_else(|_| Message::default().comment("unreadable"))
}
