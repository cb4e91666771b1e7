//! `/api/v1`: the stable contract. Every route is in the OpenAPI document at `openapi.json`.

pub mod builds;
pub mod checks;
pub mod classes;
pub mod courses;
pub mod engine;
pub mod events;
pub mod extract;
pub mod files;
pub mod health;
pub mod labs;
pub mod progress;
pub mod quizzes;
pub mod sessions;
pub mod solutions;
pub mod submissions;
pub mod terminals;
pub mod zip;
