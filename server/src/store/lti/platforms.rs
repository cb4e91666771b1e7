//! Registered platforms.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use url::Url;

use crate::ids::PlatformId;
use crate::lti::{Platform, Registration};
use crate::store::{Store, id};

fn read(row: &SqliteRow) -> sqlx::Result<Platform> {
    let url = |column: &str| -> sqlx::Result<Url> {
        let text: String = row.try_get(column)?;
        Url::parse(&text).map_err(|error| sqlx::Error::Decode(Box::new(error)))
    };
    Ok(Platform {
        id: id(row.try_get("id")?)?,
        registration: Registration {
            name: row.try_get("name")?,
            issuer: row.try_get("issuer")?,
            client_id: row.try_get("client_id")?,
            deployment: row.try_get("deployment")?,
            auth_url: url("auth_url")?,
            token_url: url("token_url")?,
            jwks_url: url("jwks_url")?,
        },
    })
}

impl Store {
    /// Registers a platform. None: one with this issuer, client id and deployment is registered.
    pub async fn add_platform(&self, platform: &Registration) -> sqlx::Result<Option<PlatformId>> {
        let id = PlatformId::fresh();
        let done = sqlx::query(
            "INSERT INTO lti_platforms (id, name, issuer, client_id, deployment, auth_url, token_url, jwks_url, created_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (issuer, client_id, deployment) DO NOTHING",
        )
        .bind(id.to_string())
        .bind(&platform.name)
        .bind(&platform.issuer)
        .bind(&platform.client_id)
        .bind(&platform.deployment)
        .bind(platform.auth_url.as_str())
        .bind(platform.token_url.as_str())
        .bind(platform.jwks_url.as_str())
        .bind(self.clock.seconds())
        .execute(&self.pool)
        .await?;
        Ok((done.rows_affected() == 1).then_some(id))
    }

    /// Every platform, by name.
    pub async fn platforms(&self) -> sqlx::Result<Vec<Platform>> {
        sqlx::query("SELECT * FROM lti_platforms ORDER BY name, id")
            .fetch_all(&self.pool)
            .await?
            .iter()
            .map(read)
            .collect()
    }

    /// A platform by its id.
    pub async fn platform(&self, platform: PlatformId) -> sqlx::Result<Option<Platform>> {
        let row = sqlx::query("SELECT * FROM lti_platforms WHERE id = ?")
            .bind(platform.to_string())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// The registrations of an issuer: of one client id, or of all.
    pub async fn platforms_of(
        &self,
        issuer: &str,
        client_id: Option<&str>,
    ) -> sqlx::Result<Vec<Platform>> {
        sqlx::query("SELECT * FROM lti_platforms WHERE issuer = ?1 AND (?2 IS NULL OR client_id = ?2) ORDER BY id")
            .bind(issuer)
            .bind(client_id)
            .fetch_all(&self.pool)
            .await?
            .iter()
            .map(read)
            .collect()
    }

    /// Removes a platform with its links and what was still to be told. Accounts, classes and grades stay.
    pub async fn remove_platform(&self, platform: PlatformId) -> sqlx::Result<bool> {
        let done = sqlx::query("DELETE FROM lti_platforms WHERE id = ?")
            .bind(platform.to_string())
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() == 1)
    }
}

#[cfg(test)]
mod tests {
    use crate::clock::Clock;
    use crate::lti::testing::registration;
    use crate::store::testing::store;

    #[tokio::test]
    async fn a_platform_is_registered_once_found_by_its_issuer_and_removed() {
        let (store, _folder) = store(Clock::fixed(7)).await;
        let wanted = registration("https://moodle.example");
        let id = store.add_platform(&wanted).await.unwrap().unwrap();
        assert!(store.add_platform(&wanted).await.unwrap().is_none());
        let found = store
            .platforms_of("https://moodle.example", Some(&wanted.client_id))
            .await
            .unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].registration, wanted);
        let other = store
            .platforms_of("https://moodle.example", Some("other"))
            .await
            .unwrap();
        assert!(other.is_empty());
        assert!(store.remove_platform(id).await.unwrap());
        assert!(!store.remove_platform(id).await.unwrap());
    }
}
