//! Tells an author's pages that the content changed (`serve --watch`).

use std::convert::Infallible;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::Stream;

use crate::app::App;

/// `GET /dev/reload`: an event for each reload.
pub async fn stream(State(app): State<App>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut version = app.content.version();
    version.mark_unchanged();
    let events = futures::stream::unfold(version, |mut version| async move {
        version.changed().await.ok()?;
        let event = Event::default()
            .event("reload")
            .data(version.borrow_and_update().to_string());
        Some((Ok(event), version))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}
