//! What is done every hour: who never came back is forgotten.

use std::time::Duration;

use crate::app::App;

/// Between two rounds.
const ROUND: Duration = Duration::from_secs(60 * 60);

/// Goes on as long as the server does.
pub async fn keep_house(app: App) {
    loop {
        if let Err(error) = round(&app).await {
            tracing::warn!(%error, "old guests and links cannot be deleted");
        }
        tokio::time::sleep(ROUND).await;
    }
}

async fn round(app: &App) -> sqlx::Result<()> {
    let unseen = app.config.accounts.guest_days * 86_400;
    let deleted = app
        .store
        .delete_guests(app.clock.seconds() - unseen)
        .await?;
    if deleted > 0 {
        tracing::info!(deleted, "guests who did not come back are deleted");
    }
    app.store.delete_old_links().await?;
    app.people.limits.forget();
    app.labs.end_orphans().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Site;

    #[tokio::test]
    async fn guests_are_deleted_when_they_stay_away_for_as_long_as_is_configured() {
        let site = Site::with(|config| config.accounts.guest_days = 10).await;
        let (old, _) = site.guest().await;
        site.clock.advance(5 * 86_400);
        let (new, _) = site.guest().await;
        site.clock.advance(5 * 86_400 + 1);
        round(&site.app).await.unwrap();
        assert!(!site.app.store.account_exists(old).await.unwrap());
        assert!(site.app.store.account_exists(new).await.unwrap());
    }

    #[tokio::test]
    async fn who_is_seen_again_stays() {
        let site = Site::with(|config| config.accounts.guest_days = 10).await;
        let (account, mut browser) = site.guest().await;
        site.clock.advance(9 * 86_400);
        browser.get("/").await;
        site.clock.advance(9 * 86_400);
        round(&site.app).await.unwrap();
        assert!(site.app.store.account_exists(account).await.unwrap());
    }
}
