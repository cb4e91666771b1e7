//! The public keys of platforms, fetched when they are needed and kept for a while.

use std::collections::HashMap;
use std::sync::Arc;

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, PublicKeyUse};
use tokio::sync::Mutex;
use url::Url;

use super::fetch::{Error, Fetch};
use super::rejection::Rejection;
use crate::clock::Clock;

/// How long keys are used without asking again, in seconds.
const FRESH: i64 = 60 * 60;
/// How long they are used if the platform does not answer, in seconds.
const STALE: i64 = 24 * 60 * 60;
/// Between two fetches from one platform at least, in seconds: who sends unknown key ids must not
/// make us ask it all the time.
const BETWEEN: i64 = 30;
/// Most keys of one platform.
const KEYS: usize = 100;

/// Keys by platform. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct KeySets(Arc<Mutex<HashMap<Url, Arc<Mutex<Cached>>>>>);

#[derive(Debug, Default)]
struct Cached {
    keys: Vec<Jwk>,
    fetched_at: Option<i64>,
    /// The last try, whether it worked or not.
    tried_at: Option<i64>,
    error: Option<String>,
}

impl KeySets {
    /// The key of that id; without an id the platform's only key.
    ///
    /// # Errors
    /// When the platform does not answer or publishes no such key.
    pub async fn key(
        &self,
        fetch: &Fetch,
        clock: &Clock,
        url: &Url,
        kid: Option<&str>,
    ) -> Result<DecodingKey, Rejection> {
        let slot = self.0.lock().await.entry(url.clone()).or_default().clone();
        // Held over the fetch: many launches at once ask once.
        let mut cached = slot.lock().await;
        let now = clock.seconds();
        let age = cached.fetched_at.map(|at| now - at);
        let found = age
            .is_some_and(|age| age < FRESH)
            .then(|| find(&cached.keys, kid))
            .flatten();
        if let Some(key) = found {
            return decoding(key);
        }
        if cached.tried_at.is_none_or(|at| now - at >= BETWEEN) {
            cached.tried_at = Some(now);
            match get(fetch, url).await {
                Ok(keys) => {
                    *cached = Cached {
                        keys,
                        fetched_at: Some(now),
                        tried_at: Some(now),
                        error: None,
                    };
                }
                Err(error) => cached.error = Some(error.to_string()),
            }
        }
        let usable = cached.fetched_at.is_some_and(|at| now - at < STALE);
        match (find(&cached.keys, kid).filter(|_| usable), &cached.error) {
            (Some(key), _) => decoding(key),
            (None, Some(error)) => Err(Rejection::Keys(error.clone())),
            (None, None) => Err(Rejection::UnknownKey),
        }
    }
}

async fn get(fetch: &Fetch, url: &Url) -> Result<Vec<Jwk>, Error> {
    let request = fetch
        .client()?
        .get(url.clone())
        .header("accept", "application/json")
        .build()
        .map_err(|error| Error::Unreadable(error.to_string()))?;
    let body = fetch.send(request).await?;
    let set: serde_json::Value =
        serde_json::from_slice(&body).map_err(|error| Error::Unreadable(error.to_string()))?;
    let keys = set["keys"]
        .as_array()
        .ok_or_else(|| Error::Unreadable("it has no list of keys".into()))?;
    // Keys of kinds that we do not know are none of our business.
    let keys = keys.iter().take(KEYS);
    Ok(keys
        .filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok())
        .filter(|key| matches!(key.algorithm, AlgorithmParameters::RSA(_)))
        .filter(|key| {
            !matches!(&key.common.public_key_use, Some(usage) if *usage != PublicKeyUse::Signature)
        })
        .collect())
}

fn find<'a>(keys: &'a [Jwk], kid: Option<&str>) -> Option<&'a Jwk> {
    match (kid, keys) {
        (Some(kid), keys) => keys
            .iter()
            .find(|key| key.common.key_id.as_deref() == Some(kid)),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
}

fn decoding(key: &Jwk) -> Result<DecodingKey, Rejection> {
    DecodingKey::from_jwk(key).map_err(|_| Rejection::UnknownKey)
}
