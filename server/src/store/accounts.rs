//! Accounts. For now all are guests: made by the first thing worth keeping.

use super::Store;
use crate::ids::AccountId;

impl Store {
    /// Makes a guest.
    pub async fn create_guest(&self) -> sqlx::Result<AccountId> {
        let id = AccountId::fresh();
        sqlx::query("INSERT INTO accounts (id, kind, created_at) VALUES (?, 'guest', ?)")
            .bind(id.to_string())
            .bind(self.clock.seconds())
            .execute(&self.pool)
            .await?;
        Ok(id)
    }

    /// Whether there is such an account.
    pub async fn account_exists(&self, account: AccountId) -> sqlx::Result<bool> {
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM accounts WHERE id = ?)")
            .bind(account.to_string())
            .fetch_one(&self.pool)
            .await
    }
}
