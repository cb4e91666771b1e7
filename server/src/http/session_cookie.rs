//! The one cookie: a random session id; everything else is in the database.

use time::Duration;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};
use tower_sessions_sqlx_store::SqliteStore;

use crate::access::COOKIE;
use crate::config;
use crate::store::Store;

/// A guest's progress hangs on the cookie, so it lives long.
const LIFETIME: Duration = Duration::days(365);

/// The session layer, with its table made.
///
/// # Errors
/// When the table cannot be made.
pub async fn layer(
    store: &Store,
    config: &config::Http,
) -> anyhow::Result<SessionManagerLayer<SqliteStore>> {
    let sessions = SqliteStore::new(store.pool().clone());
    sessions.migrate().await?;
    Ok(SessionManagerLayer::new(sessions)
        .with_name(COOKIE)
        .with_same_site(SameSite::Lax)
        .with_http_only(true)
        .with_secure(config.secure())
        .with_expiry(Expiry::OnInactivity(LIFETIME)))
}
