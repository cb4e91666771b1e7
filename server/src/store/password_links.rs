//! One-time links to set a password. Only the SHA-256 of what the link holds is stored.

use std::time::Duration;

use super::{Store, id};
use crate::ids::AccountId;
use crate::people::secret;

/// How long a link lives that somebody gives to somebody.
pub const LINK: Duration = Duration::from_secs(7 * 86_400);
/// How long a link lives that was asked for by mail.
pub const MAILED_LINK: Duration = Duration::from_secs(86_400);

impl Store {
    /// Makes a link to set the password of `account` and gives its token, which is stored nowhere:
    /// the link is `/password/{token}`. Earlier links stay good until a password is set.
    pub async fn make_password_link(
        &self,
        account: AccountId,
        made_by: Option<AccountId>,
        lifetime: Duration,
    ) -> sqlx::Result<String> {
        let token = secret::fresh().map_err(|error| sqlx::Error::Io(error.into()))?;
        sqlx::query(
            "INSERT INTO password_links (token, account, made_by, expires_at) VALUES (?, ?, ?, ?)",
        )
        .bind(&secret::digest(&token)[..])
        .bind(account.to_string())
        .bind(made_by.map(|by| by.to_string()))
        .bind(
            self.clock
                .seconds()
                .saturating_add_unsigned(lifetime.as_secs()),
        )
        .execute(&self.pool)
        .await?;
        let by = made_by.map(|by| by.to_string());
        tracing::info!(%account, by, "a link to set a password was made");
        Ok(token)
    }

    /// Whose password the link sets, if it is still good.
    pub async fn password_link(&self, token: &str) -> sqlx::Result<Option<AccountId>> {
        sqlx::query_scalar::<_, String>(
            "SELECT account FROM password_links WHERE token = ? AND expires_at > ?",
        )
        .bind(&secret::digest(token)[..])
        .bind(self.clock.seconds())
        .fetch_optional(&self.pool)
        .await?
        .map(|account| id(&account))
        .transpose()
    }

    /// Uses the link up and stores the password; every session ends, and the account's other links
    /// go. `None`: it is not good any more.
    pub async fn use_password_link(
        &self,
        token: &str,
        password: &str,
    ) -> sqlx::Result<Option<AccountId>> {
        let mut transaction = self.pool.begin().await?;
        let account: Option<String> = sqlx::query_scalar(
            "DELETE FROM password_links WHERE token = ? AND expires_at > ? RETURNING account",
        )
        .bind(&secret::digest(token)[..])
        .bind(self.clock.seconds())
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(account) = account else {
            return Ok(None);
        };
        sqlx::query("UPDATE people SET password = ?, epoch = epoch + 1 WHERE account = ?")
            .bind(password)
            .bind(&account)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM password_links WHERE account = ?")
            .bind(&account)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        id(&account).map(Some)
    }

    /// Deletes links whose time is up.
    pub async fn delete_old_links(&self) -> sqlx::Result<()> {
        sqlx::query("DELETE FROM password_links WHERE expires_at <= ?")
            .bind(self.clock.seconds())
            .execute(&self.pool)
            .await
            .map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;
    use crate::clock::Clock;
    use crate::store::testing::store;

    async fn ada(store: &Store) -> AccountId {
        let made = store.create_person("Ada", Some("ada@example.edu"), Role::Student);
        made.await.unwrap().unwrap()
    }

    #[tokio::test]
    async fn a_link_sets_a_password_once_and_ends_every_session() {
        let (store, _folder) = store(Clock::fixed(5)).await;
        let ada = ada(&store).await;
        let token = store.make_password_link(ada, None, LINK).await.unwrap();
        let other = store
            .make_password_link(ada, Some(ada), LINK)
            .await
            .unwrap();
        assert_eq!(store.password_link(&token).await.unwrap(), Some(ada));
        assert_eq!(store.use_password_link("x", "$h").await.unwrap(), None);
        assert_eq!(
            store.use_password_link(&token, "$h").await.unwrap(),
            Some(ada)
        );
        assert_eq!(store.use_password_link(&token, "$i").await.unwrap(), None);
        assert_eq!(
            store.password_link(&other).await.unwrap(),
            None,
            "a second link is still good"
        );
        assert_eq!(
            store
                .person(ada)
                .await
                .unwrap()
                .unwrap()
                .password
                .as_deref(),
            Some("$h")
        );
        let (_, epoch) = store.who(ada).await.unwrap().unwrap().person.unwrap();
        assert_eq!(epoch, 1);
    }

    #[tokio::test]
    async fn a_link_dies_and_a_new_password_kills_it() {
        let clock = Clock::fixed(5);
        let (store, _folder) = store(clock.clone()).await;
        let ada = ada(&store).await;
        let token = store
            .make_password_link(ada, None, Duration::from_secs(60))
            .await
            .unwrap();
        clock.advance(60);
        assert_eq!(store.password_link(&token).await.unwrap(), None);
        assert_eq!(store.use_password_link(&token, "$h").await.unwrap(), None);
        let token = store.make_password_link(ada, None, LINK).await.unwrap();
        store.set_password(ada, "$h").await.unwrap();
        assert_eq!(store.password_link(&token).await.unwrap(), None);
    }

    #[tokio::test]
    async fn the_database_holds_no_token() {
        let (store, _folder) = store(Clock::fixed(5)).await;
        let ada = ada(&store).await;
        let token = store.make_password_link(ada, None, LINK).await.unwrap();
        let stored: Vec<u8> = sqlx::query_scalar("SELECT token FROM password_links")
            .fetch_one(&store.pool)
            .await
            .unwrap();
        assert_eq!(stored.len(), 32);
        assert_ne!(stored, token.as_bytes());
    }
}
