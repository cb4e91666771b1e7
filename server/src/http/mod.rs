//! The web side: pages for people, `/api/v1` for islands and programs. One file an endpoint group.

pub mod address;
pub mod api;
pub mod assets;
pub mod cache;
pub mod headers;
pub mod origin;
pub mod pages;
pub mod preview;
pub mod reload;
pub mod session_cookie;

/// Where pages wait for changed content (`serve --watch`).
pub const RELOAD: &str = "/dev/reload";
