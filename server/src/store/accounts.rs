//! Accounts. One begins as a guest: made by the first thing worth keeping.

use super::Store;
use crate::ids::AccountId;

impl Store {
    /// Makes a guest.
    pub async fn create_guest(&self) -> sqlx::Result<AccountId> {
        let id = AccountId::fresh();
        sqlx::query("INSERT INTO accounts (id, created_at, seen_at) VALUES (?1, ?2, ?2)")
            .bind(id.to_string())
            .bind(self.clock.seconds())
            .execute(&self.pool)
            .await?;
        Ok(id)
    }

    /// Whether there is such an account.
    #[cfg(test)]
    pub async fn account_exists(&self, account: AccountId) -> sqlx::Result<bool> {
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM accounts WHERE id = ?)")
            .bind(account.to_string())
            .fetch_one(&self.pool)
            .await
    }
}
