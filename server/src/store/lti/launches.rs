//! Launches on their way. What is handed out is random; only its SHA-256 is stored, and what is taken
//! back is deleted in the same statement, so that it can be used once.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::ids::PlatformId;
use crate::lti::Launch;
use crate::people::secret::{Digest, digest};
use crate::store::{Store, id};

/// A launch that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LtiLogin {
    /// The platform that was asked.
    pub platform: PlatformId,
    /// What its answer must name.
    pub nonce: String,
    /// SHA-256 of the cookie that the browser must bring back. None: it could not be given one.
    pub browser: Option<Digest>,
}

/// A launch that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LtiTicket {
    /// The platform it came from.
    pub platform: PlatformId,
    /// What it asks for.
    pub launch: Launch,
    /// SHA-256 of the cookie that the browser must bring back.
    pub browser: Option<Digest>,
    /// Whether it is opened from a page of ours inside the platform's, in another window.
    pub framed: bool,
}

fn browser(row: &SqliteRow) -> sqlx::Result<Option<Digest>> {
    let stored: Option<Vec<u8>> = row.try_get("browser")?;
    // What has not the length of a digest is none that any browser could meet.
    Ok(stored.map(|bytes| bytes.try_into().unwrap_or_default()))
}

impl Store {
    /// Keeps a launch that is begun, under its state, for so many seconds. Forgets those that are past.
    pub async fn begin_lti_login(
        &self,
        state: &str,
        login: &LtiLogin,
        seconds: i64,
    ) -> sqlx::Result<()> {
        let now = self.clock.seconds();
        sqlx::query("DELETE FROM lti_logins WHERE expires_at < ?")
            .bind(now)
            .execute(&self.pool)
            .await?;
        sqlx::query("INSERT INTO lti_logins (state, nonce, platform, browser, expires_at) VALUES (?, ?, ?, ?, ?)")
            .bind(digest(state).to_vec())
            .bind(&login.nonce)
            .bind(login.platform.to_string())
            .bind(login.browser.map(Vec::from))
            .bind(now + seconds)
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// Takes a launch that was begun: None if there is none, or its time is past, or it was taken.
    pub async fn take_lti_login(&self, state: &str) -> sqlx::Result<Option<LtiLogin>> {
        let row = sqlx::query(
            "DELETE FROM lti_logins WHERE state = ? RETURNING nonce, platform, browser, expires_at",
        )
        .bind(digest(state).to_vec())
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        if row.try_get::<i64, _>("expires_at")? < self.clock.seconds() {
            return Ok(None);
        }
        Ok(Some(LtiLogin {
            platform: id(row.try_get("platform")?)?,
            nonce: row.try_get("nonce")?,
            browser: browser(&row)?,
        }))
    }

    /// Keeps a verified launch under a ticket for so many seconds. Forgets those that are past.
    pub async fn keep_lti_ticket(
        &self,
        secret: &str,
        ticket: &LtiTicket,
        seconds: i64,
    ) -> sqlx::Result<()> {
        let now = self.clock.seconds();
        sqlx::query("DELETE FROM lti_tickets WHERE expires_at < ?")
            .bind(now)
            .execute(&self.pool)
            .await?;
        let launch = serde_json::to_string(&ticket.launch)
            .map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
        sqlx::query("INSERT INTO lti_tickets (ticket, platform, launch, browser, framed, expires_at) VALUES (?, ?, ?, ?, ?, ?)")
            .bind(digest(secret).to_vec())
            .bind(ticket.platform.to_string())
            .bind(launch)
            .bind(ticket.browser.map(Vec::from))
            .bind(ticket.framed)
            .bind(now + seconds)
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// A verified launch, which stays.
    pub async fn lti_ticket(&self, secret: &str) -> sqlx::Result<Option<LtiTicket>> {
        let query = "SELECT platform, launch, browser, framed FROM lti_tickets WHERE ticket = ? AND expires_at >= ?";
        self.read_ticket(query, secret).await
    }

    /// Takes a verified launch: None if there is none, or its time is past, or it was taken.
    pub async fn take_lti_ticket(&self, secret: &str) -> sqlx::Result<Option<LtiTicket>> {
        let query = "DELETE FROM lti_tickets WHERE ticket = ? AND expires_at >= ? RETURNING platform, launch, browser, framed";
        self.read_ticket(query, secret).await
    }

    async fn read_ticket(
        &self,
        query: &'static str,
        secret: &str,
    ) -> sqlx::Result<Option<LtiTicket>> {
        let row = sqlx::query(query)
            .bind(digest(secret).to_vec())
            .bind(self.clock.seconds())
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(LtiTicket {
            platform: id(row.try_get("platform")?)?,
            launch: serde_json::from_str(row.try_get("launch")?)
                .map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            browser: browser(&row)?,
            framed: row.try_get("framed")?,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::lti::testing::registration;
    use crate::store::testing::store;

    #[tokio::test]
    async fn a_launch_is_taken_once_and_not_after_its_time() {
        let clock = Clock::fixed(1000);
        let (store, _folder) = store(clock.clone()).await;
        let platform = store
            .add_platform(&registration("https://a.example"))
            .await
            .unwrap()
            .unwrap();
        let login = LtiLogin {
            platform,
            nonce: "n".into(),
            browser: None,
        };
        store.begin_lti_login("one", &login, 600).await.unwrap();
        store.begin_lti_login("two", &login, 600).await.unwrap();
        assert_eq!(store.take_lti_login("one").await.unwrap(), Some(login));
        assert_eq!(store.take_lti_login("one").await.unwrap(), None);
        clock.advance(601);
        assert_eq!(store.take_lti_login("two").await.unwrap(), None);
    }
}
