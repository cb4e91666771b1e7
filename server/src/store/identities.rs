//! Who somebody is to a provider that they sign in with.

use super::{Store, id};
use crate::ids::AccountId;

/// Why an account was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// Somebody has the e-mail address.
    Email,
    /// Somebody has the identity, or the account is a person's.
    Identity,
}

impl Store {
    /// Whose an identity is.
    pub async fn identity(&self, issuer: &str, subject: &str) -> sqlx::Result<Option<AccountId>> {
        sqlx::query_scalar::<_, String>(
            "SELECT account FROM identities WHERE issuer = ? AND subject = ?",
        )
        .bind(issuer)
        .bind(subject)
        .fetch_optional(&self.pool)
        .await?
        .map(|account| id(&account))
        .transpose()
    }

    /// Whether somebody has an identity of that provider.
    pub async fn has_identity(&self, account: AccountId, issuer: &str) -> sqlx::Result<bool> {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM identities WHERE account = ? AND issuer = ?)",
        )
        .bind(account.to_string())
        .bind(issuer)
        .fetch_one(&self.pool)
        .await
    }

    /// Gives a person an identity. `false`: it is somebody's already.
    pub async fn add_identity(
        &self,
        account: AccountId,
        issuer: &str,
        subject: &str,
    ) -> sqlx::Result<bool> {
        let added = sqlx::query(
            "INSERT INTO identities (issuer, subject, account) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(issuer)
        .bind(subject)
        .bind(account.to_string())
        .execute(&self.pool)
        .await?;
        Ok(added.rows_affected() == 1)
    }

    /// Takes a provider's identities from a person who has a password to sign in with. `false`: they
    /// have none, or no such identity.
    pub async fn remove_identity(&self, account: AccountId, issuer: &str) -> sqlx::Result<bool> {
        let removed = sqlx::query(
            "DELETE FROM identities WHERE account = ?1 AND issuer = ?2
             AND EXISTS (SELECT 1 FROM people WHERE account = ?1 AND password IS NOT NULL)",
        )
        .bind(account.to_string())
        .bind(issuer)
        .execute(&self.pool)
        .await?;
        Ok(removed.rows_affected() > 0)
    }

    /// Makes a person of a guest's account, who signs in elsewhere.
    pub async fn sign_up_elsewhere(
        &self,
        account: AccountId,
        name: &str,
        email: Option<&str>,
        issuer: &str,
        subject: &str,
    ) -> sqlx::Result<Result<(), Conflict>> {
        let mut transaction = self.pool.begin().await?;
        let made = sqlx::query(
            "INSERT INTO people (account, email, name, role, created_at) VALUES (?, ?, ?, 'student', ?)
             ON CONFLICT (email) DO NOTHING",
        )
        .bind(account.to_string())
        .bind(email)
        .bind(name)
        .bind(self.clock.seconds())
        .execute(&mut *transaction)
        .await;
        match made {
            Ok(made) if made.rows_affected() == 0 => return Ok(Err(Conflict::Email)),
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                return Ok(Err(Conflict::Identity));
            }
            made => made?,
        };
        let added = sqlx::query(
            "INSERT INTO identities (issuer, subject, account) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(issuer)
        .bind(subject)
        .bind(account.to_string())
        .execute(&mut *transaction)
        .await?;
        if added.rows_affected() == 0 {
            return Ok(Err(Conflict::Identity));
        }
        transaction.commit().await?;
        Ok(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;
    use crate::clock::Clock;
    use crate::store::testing::store;

    const ISSUER: &str = "https://id.example.edu";

    #[tokio::test]
    async fn an_identity_belongs_to_one_person_and_takes_nobodys_address() {
        let (store, _folder) = store(Clock::fixed(5)).await;
        let made = store
            .create_person("Ada", Some("ada@example.edu"), Role::Student)
            .await;
        let ada = made.unwrap().unwrap();
        let guest = store.create_guest().await.unwrap();
        let sign_up = async |account, email, subject| {
            let made = store.sign_up_elsewhere(account, "Eve", email, ISSUER, subject);
            made.await.unwrap()
        };
        assert_eq!(
            sign_up(guest, Some("ADA@example.edu"), "1").await,
            Err(Conflict::Email)
        );
        assert!(store.person(guest).await.unwrap().is_none());
        assert_eq!(sign_up(guest, Some("eve@example.edu"), "1").await, Ok(()));
        assert_eq!(
            sign_up(guest, Some("eva@example.edu"), "2").await,
            Err(Conflict::Identity)
        );
        let other = store.create_guest().await.unwrap();
        assert_eq!(sign_up(other, None, "1").await, Err(Conflict::Identity));
        assert!(
            store.person(other).await.unwrap().is_none(),
            "half an account"
        );
        assert_eq!(store.identity(ISSUER, "1").await.unwrap(), Some(guest));
        assert_eq!(
            store.identity("https://other.example", "1").await.unwrap(),
            None
        );
        assert!(!store.add_identity(ada, ISSUER, "1").await.unwrap());
        assert!(store.add_identity(ada, ISSUER, "3").await.unwrap());
    }

    #[tokio::test]
    async fn who_has_no_password_keeps_the_way_to_sign_in() {
        let (store, _folder) = store(Clock::fixed(5)).await;
        let guest = store.create_guest().await.unwrap();
        let made = store
            .sign_up_elsewhere(guest, "Eve", None, ISSUER, "1")
            .await;
        made.unwrap().unwrap();
        assert!(!store.remove_identity(guest, ISSUER).await.unwrap());
        store.set_password(guest, "$h").await.unwrap();
        assert!(store.remove_identity(guest, ISSUER).await.unwrap());
        assert!(!store.has_identity(guest, ISSUER).await.unwrap());
    }
}
