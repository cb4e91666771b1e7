//! What a browser calls: the editor of labs and the simulator of lessons share one wasm file.

use wasm_bindgen::prelude::wasm_bindgen;

/// Problems of a Dockerfile, as JSON.
#[wasm_bindgen]
#[must_use]
pub fn lint(text: &str) -> String {
    serde_json::to_string(&crate::lint(text)).unwrap_or_default()
}

/// What the last build of a history does: see [`simulate_json`](crate::simulate::simulate_json).
#[wasm_bindgen]
#[must_use]
pub fn simulate(history: &str) -> String {
    crate::simulate::simulate_json(history)
}
