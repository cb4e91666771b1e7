//! Beginning and ending a session of who signs in.

use tower_sessions::Session;

use super::viewer::{ACCOUNT, BEGUN, Begun};
use crate::app::App;
use crate::error::AppError;
use crate::ids::AccountId;

/// Lets `account` be signed in here. The session gets a new id, so that one who planted the old
/// one gains nothing, and forgets what it held.
///
/// # Errors
/// When the database cannot be reached, or the account is no person's.
pub async fn begin(app: &App, session: &Session, account: AccountId) -> Result<(), AppError> {
    let epoch = app
        .store
        .who(account)
        .await?
        .and_then(|known| known.person)
        .map(|(_, epoch)| epoch)
        .ok_or_else(|| AppError::Internal(anyhow::anyhow!("signing in without a person")))?;
    let at = app.clock.seconds();
    session.clear().await;
    session.cycle_id().await?;
    session.insert(ACCOUNT, account).await?;
    session
        .insert(
            BEGUN,
            Begun {
                epoch,
                at,
                seen: at,
            },
        )
        .await?;
    Ok(())
}

/// Ends the session: its row is deleted and the browser is told to forget it.
///
/// # Errors
/// When the database cannot be reached.
pub async fn end(session: &Session) -> Result<(), AppError> {
    Ok(session.flush().await?)
}
