//! Assignment and Grade Services: tells platforms the scores of people whom they sent.
//!
//! What is to be told stands in the table `lti_passbacks`, put there by the same transaction that
//! changed the grade. A score is read when it is told, so several changes in a row are told once.
//! Telling a score twice does no harm; that is why a crash in between needs no more than a lease.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::json;
use time::OffsetDateTime;
use time::macros::format_description;
use tokio::sync::Mutex;
use url::Url;

use super::fetch::Error;
use super::{Lti, Platform, keys};
use crate::clock::Clock;
use crate::ids::PlatformId;
use crate::people::secret;
use crate::store::{LtiPassback, LtiSent, Store};

const SCORE_SCOPE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/score";
const SCORE_TYPE: &str = "application/vnd.ims.lis.v1.score+json";
/// Between two looks at the queue.
const ROUND: Duration = Duration::from_secs(3);
/// Scores of one round.
const BATCH: u32 = 20;
/// Longer than telling one batch can take, in seconds.
const LEASE: i64 = 15 * 60;
/// Before the second try, in seconds; each further one waits twice as long.
const FIRST_WAIT: i64 = 15;
/// Between two tries at most, in seconds.
const LONGEST_WAIT: i64 = 60 * 60;
/// After so long a failure it is given up, in seconds.
const GIVE_UP: i64 = 3 * 24 * 60 * 60;
/// Life of what proves who we are to a platform, in seconds.
const ASSERTION: i64 = 5 * 60;
/// A token is not used in its last seconds.
const MARGIN: i64 = 30;

/// Tokens that platforms gave, until they expire. Cheap to clone.
#[derive(Clone, Default)]
pub struct Tokens(Arc<Mutex<HashMap<PlatformId, (String, i64)>>>);

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens")
    }
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: Option<i64>,
}

impl Lti {
    /// Tells scores for ever.
    pub async fn tell_scores(self, store: Store, clock: Clock) {
        loop {
            match self.round(&store, &clock).await {
                // More may be waiting.
                Ok(told) if told == BATCH as usize => continue,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(error = format!("{error:#}"), "scores cannot be told");
                }
            }
            tokio::time::sleep(ROUND).await;
        }
    }

    /// Tells what is due now; gives how many it tried.
    ///
    /// # Errors
    /// When the database fails. A platform's failure is noted with the score.
    pub async fn round(&self, store: &Store, clock: &Clock) -> anyhow::Result<usize> {
        let due = store.take_lti_passbacks(BATCH, LEASE).await?;
        for row in &due {
            let Some(platform) = store.platform(row.platform).await? else {
                continue;
            };
            let sent = match self.tell(store, clock, &platform, row).await {
                Ok(()) => LtiSent::Sent,
                Err(fault) => after(row, &fault, clock.seconds()),
            };
            if let LtiSent::Again { fault, .. } | LtiSent::Failed { fault } = &sent {
                tracing::warn!(platform = platform.registration.name, resource = row.resource, account = %row.account, fault, "a score was not told");
            }
            store.finish_lti_passback(row, &sent).await?;
        }
        Ok(due.len())
    }

    async fn tell(
        &self,
        store: &Store,
        clock: &Clock,
        platform: &Platform,
        row: &LtiPassback,
    ) -> Result<(), Fault> {
        // The operator may have changed the platform's addresses since the launch.
        let lineitem = platform
            .registration
            .service(row.lineitem.as_str())
            .map_err(|why| Fault::Ours(why.to_owned()))?;
        let mut body = json!({
            "userId": row.subject,
            "timestamp": timestamp(clock.now()),
            "activityProgress": "Submitted",
            "gradingProgress": "Pending",
        });
        if let Some(score) = row.score.filter(|_| row.max_score > 0.0) {
            body["scoreGiven"] = json!(score);
            body["scoreMaximum"] = json!(row.max_score);
            body["activityProgress"] = json!("Completed");
            body["gradingProgress"] = json!("FullyGraded");
        }
        let token = self.token(store, clock, platform).await?;
        let request = self
            .fetch
            .client()?
            .post(scores(&lineitem))
            .bearer_auth(token)
            .header("content-type", SCORE_TYPE)
            .body(body.to_string())
            .build()
            .map_err(|error| Fault::Ours(error.to_string()))?;
        let sent = self.fetch.send(request).await;
        if let Err(Error::Refused { status, .. }) = &sent
            && *status == StatusCode::UNAUTHORIZED
        {
            // The token may have been withdrawn; the next try asks for another.
            self.tokens.0.lock().await.remove(&platform.id);
        }
        sent?;
        Ok(())
    }

    /// A token to tell scores with.
    async fn token(
        &self,
        store: &Store,
        clock: &Clock,
        platform: &Platform,
    ) -> Result<String, Fault> {
        let now = clock.seconds();
        if let Some((token, until)) = self.tokens.0.lock().await.get(&platform.id)
            && *until > now
        {
            return Ok(token.clone());
        }
        let registration = &platform.registration;
        let ours = |error: anyhow::Error| Fault::Ours(format!("{error:#}"));
        let key = keys::current(store).await.map_err(ours)?;
        let assertion = json!({
            "iss": registration.client_id,
            "sub": registration.client_id,
            "aud": registration.token_url,
            "iat": now,
            "exp": now + ASSERTION,
            "jti": secret::fresh().map_err(|error| Fault::Ours(error.to_string()))?,
        });
        let assertion = keys::sign(&key, &assertion).map_err(ours)?;
        let form = [
            ("grant_type", "client_credentials"),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", &assertion),
            ("scope", SCORE_SCOPE),
        ];
        let request = self
            .fetch
            .client()?
            .post(registration.token_url.clone())
            .form(&form)
            .build()
            .map_err(|error| Fault::Ours(error.to_string()))?;
        let reply = self.fetch.send(request).await.map_err(Fault::Token)?;
        let granted: Granted = serde_json::from_slice(&reply)
            .map_err(|error| Fault::Token(Error::Unreadable(error.to_string())))?;
        let until = now + granted.expires_in.unwrap_or(0) - MARGIN;
        let mut tokens = self.tokens.0.lock().await;
        tokens.insert(platform.id, (granted.access_token.clone(), until));
        Ok(granted.access_token)
    }
}

/// Why a score was not told.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("The platform gave no permission to write scores: {0}.")]
    Token(Error),
    #[error("The platform did not take the score: {0}.")]
    Score(#[from] Error),
    #[error("The score could not be sent: {0}.")]
    Ours(String),
}

impl Fault {
    /// Seconds that the platform asks to wait.
    fn retry_after(&self) -> Option<i64> {
        match self {
            Self::Token(Error::Refused { retry_after, .. })
            | Self::Score(Error::Refused { retry_after, .. }) => retry_after.map(i64::from),
            _ => None,
        }
    }
}

/// What follows a failure: again a while later, twice as long each time, and after days no more.
fn after(row: &LtiPassback, fault: &Fault, now: i64) -> LtiSent {
    let text = fault.to_string();
    if row
        .failing_since
        .is_some_and(|since| now - since >= GIVE_UP)
    {
        return LtiSent::Failed { fault: text };
    }
    let wait = FIRST_WAIT << row.tries.min(20);
    // Students of one class fail together: what they try again is spread by up to a quarter.
    let spread = i64::from(row.account.0.as_bytes()[15]) * wait.min(LONGEST_WAIT) / 1024;
    let wait = wait.max(fault.retry_after().unwrap_or(0));
    LtiSent::Again {
        at: now + wait.min(LONGEST_WAIT) + spread,
        fault: text,
    }
}

/// The address for scores of a line item: its path goes on, its query stays.
fn scores(lineitem: &Url) -> Url {
    let mut url = lineitem.clone();
    url.set_path(&format!("{}/scores", lineitem.path().trim_end_matches('/')));
    url
}

/// ISO 8601 with parts of a second: platforms refuse a score that is not newer than the last.
fn timestamp(now: OffsetDateTime) -> String {
    let form =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    now.format(form).unwrap_or_default()
}

#[cfg(test)]
mod unit {
    use super::*;
    use crate::ids::AccountId;

    #[test]
    fn a_line_item_with_a_query_keeps_it() {
        let url = |text: &str| scores(&Url::parse(text).unwrap()).to_string();
        assert_eq!(
            url("https://m.example/services.php/2/lineitems/1/lineitem?type_id=1"),
            "https://m.example/services.php/2/lineitems/1/lineitem/scores?type_id=1"
        );
        assert_eq!(
            url("https://c.example/line_items/9/"),
            "https://c.example/line_items/9/scores"
        );
    }

    #[test]
    fn times_have_milliseconds_and_a_zone() {
        let now = OffsetDateTime::from_unix_timestamp_nanos(1_736_121_600_042_000_000).unwrap();
        assert_eq!(timestamp(now), "2025-01-06T00:00:00.042Z");
    }

    #[test]
    fn tries_come_further_apart_up_to_an_hour_and_end_after_days() {
        let row = |tries, failing_since| LtiPassback {
            platform: PlatformId::fresh(),
            resource: "1".into(),
            account: AccountId(uuid::Uuid::nil()),
            revision: 1,
            tries,
            failing_since,
            subject: "1".into(),
            lineitem: Url::parse("https://m.example/1").unwrap(),
            score: None,
            max_score: 1.0,
        };
        let fault = || Fault::Score(Error::TooLong);
        let wait = |tries| match after(&row(tries, Some(0)), &fault(), 1000) {
            LtiSent::Again { at, .. } => at - 1000,
            other => panic!("{other:?}"),
        };
        assert_eq!([wait(0), wait(1), wait(2), wait(30)], [15, 30, 60, 3600]);
        let late = after(&row(90, Some(0)), &fault(), GIVE_UP);
        assert!(matches!(late, LtiSent::Failed { .. }));
        let asked = Fault::Score(Error::Refused {
            status: StatusCode::SERVICE_UNAVAILABLE,
            text: String::new(),
            retry_after: Some(600),
        });
        let again = after(&row(0, None), &asked, 0);
        assert!(matches!(again, LtiSent::Again { at: 600, .. }), "{again:?}");
    }
}
