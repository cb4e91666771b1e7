//! Our own key pairs.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::store::Store;

/// A key pair of ours.
#[derive(Clone, PartialEq, Eq)]
pub struct LtiKey {
    /// Its public name.
    pub kid: String,
    /// RSA private key, PKCS#1 DER.
    pub private: Vec<u8>,
}

impl std::fmt::Debug for LtiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LtiKey")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

impl LtiKey {
    fn read(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            kid: row.try_get("kid")?,
            private: row.try_get("private")?,
        })
    }
}

impl Store {
    /// The key that signs, if one was made.
    pub async fn lti_key(&self) -> sqlx::Result<Option<LtiKey>> {
        let row = sqlx::query("SELECT kid, private FROM lti_keys WHERE retired_at IS NULL ORDER BY created_at, kid LIMIT 1")
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(LtiKey::read).transpose()
    }

    /// Keeps a key, unless there is one that signs.
    pub async fn add_lti_key(&self, key: &LtiKey) -> sqlx::Result<()> {
        sqlx::query(
            "INSERT INTO lti_keys (kid, private, created_at) SELECT ?, ?, ? \
             WHERE NOT EXISTS (SELECT 1 FROM lti_keys WHERE retired_at IS NULL)",
        )
        .bind(&key.kid)
        .bind(&key.private)
        .bind(self.clock.seconds())
        .execute(&self.pool)
        .await
        .map(drop)
    }

    /// Retires every key that signs and puts this one in their place.
    pub async fn rotate_lti_key(&self, key: &LtiKey) -> sqlx::Result<()> {
        let now = self.clock.seconds();
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("UPDATE lti_keys SET retired_at = ? WHERE retired_at IS NULL")
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("INSERT INTO lti_keys (kid, private, created_at) VALUES (?, ?, ?)")
            .bind(&key.kid)
            .bind(&key.private)
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }

    /// The key that signs, and those that were retired within so many seconds.
    pub async fn lti_keys_since(&self, seconds: i64) -> sqlx::Result<Vec<LtiKey>> {
        sqlx::query("SELECT kid, private FROM lti_keys WHERE retired_at IS NULL OR retired_at >= ? ORDER BY retired_at IS NOT NULL, retired_at DESC")
            .bind(self.clock.seconds() - seconds)
            .fetch_all(&self.pool)
            .await?
            .iter()
            .map(LtiKey::read)
            .collect()
    }
}
