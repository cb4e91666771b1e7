//! What the engine of a session has, and where its web apps are.

use std::time::Duration;

use axum::Json;
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use super::extract::Owned;
use crate::error::{AppError, Problem};
use crate::labs::{EngineMap, Phase};

/// The engine of a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngineView {
    /// Where ports of the machine are shown: `{preview}/{port}/`. Who knows it can use the apps.
    preview: String,
    #[serde(flatten)]
    map: EngineMap,
}

/// How long a request waits for a machine that is being made.
const READY: Duration = Duration::from_secs(30);

/// What the engine has now. Pages ask again after each `engine` event. While the machine is being made this waits for
/// it; once the session is over there is nothing any more.
#[utoipa::path(get, path = "/sessions/{id}/engine", tag = "sessions", params(("id" = String, Path, description = "Session id")),
    responses((status = 200, body = EngineView), (status = 404, body = Problem), (status = 410, body = Problem),
        (status = 503, body = Problem)))]
pub async fn show(Owned(live): Owned) -> Result<Json<EngineView>, AppError> {
    let map = loop {
        let mut phase = live.watch_phase();
        let settled = phase.wait_for(|phase| !matches!(phase, Phase::Creating(_)));
        let Ok(settled) = timeout(READY, settled).await else {
            return Err(AppError::unavailable(
                "The lab's machine is not ready yet.",
                2,
            ));
        };
        let Ok(Phase::Ready(sandbox)) = settled.map(|phase| phase.clone()) else {
            break Default::default();
        };
        match live.engine.map(&sandbox).await {
            Ok(map) => break map,
            Err(detail) if live.sandbox().is_some_and(|now| now.id() == sandbox.id()) => {
                return Err(AppError::unavailable(detail, 2));
            }
            // The machine went meanwhile.
            Err(_) => {}
        }
    };
    Ok(Json(EngineView {
        preview: live.preview.base(),
        map: (*map).clone(),
    }))
}
