//! Our own key pair: it signs what we send to platforms, and they find its public half at `/lti/jwks`.

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rsa::pkcs1::{DecodeRsaPrivateKey as _, EncodeRsaPrivateKey as _};
use rsa::traits::PublicKeyParts as _;
use rsa::{RsaPrivateKey, rand_core};
use serde::Serialize;
use serde_json::{Value, json};

use crate::store::{LtiKey, Store};

/// What every platform understands.
const BITS: usize = 2048;
/// How long a retired key stays published, in seconds: longer than platforms keep what they fetched.
const PUBLISHED: i64 = 7 * 24 * 60 * 60;

/// The key that signs now; made if there is none.
///
/// # Errors
/// When the database fails.
pub async fn current(store: &Store) -> anyhow::Result<LtiKey> {
    if let Some(key) = store.lti_key().await? {
        return Ok(key);
    }
    let fresh = generate().await?;
    store.add_lti_key(&fresh).await?;
    // Another request may have been quicker: the one that the database kept counts.
    store.lti_key().await?.context("the new key is not there")
}

/// Retires the key and makes another.
///
/// # Errors
/// When the database fails.
pub async fn rotate(store: &Store) -> anyhow::Result<LtiKey> {
    let fresh = generate().await?;
    store.rotate_lti_key(&fresh).await?;
    Ok(fresh)
}

/// Makes a key; takes a second.
async fn generate() -> anyhow::Result<LtiKey> {
    tokio::task::spawn_blocking(|| {
        let key = RsaPrivateKey::new(&mut rand_core::OsRng, BITS)?;
        Ok(LtiKey {
            kid: uuid::Uuid::new_v4().to_string(),
            private: key.to_pkcs1_der()?.as_bytes().to_vec(),
        })
    })
    .await?
}

/// The public halves as a JSON Web Key Set.
///
/// # Errors
/// When the database fails.
pub async fn published(store: &Store) -> anyhow::Result<Value> {
    current(store).await?;
    let keys = store.lti_keys_since(PUBLISHED).await?;
    let keys: anyhow::Result<Vec<_>> = keys.iter().map(public).collect();
    Ok(json!({ "keys": keys? }))
}

/// The public half of a key as a JSON Web Key.
///
/// # Errors
/// When what is stored is no key.
pub fn public(key: &LtiKey) -> anyhow::Result<Value> {
    let pair = RsaPrivateKey::from_pkcs1_der(&key.private)?;
    let text = |number: &rsa::BigUint| URL_SAFE_NO_PAD.encode(number.to_bytes_be());
    Ok(json!({
        "kty": "RSA", "use": "sig", "alg": "RS256", "kid": key.kid,
        "n": text(pair.n()), "e": text(pair.e()),
    }))
}

/// Signs claims as a JSON Web Token (RS256).
///
/// # Errors
/// When what is stored is no key.
pub fn sign(key: &LtiKey, claims: &impl Serialize) -> anyhow::Result<String> {
    let header = Header {
        kid: Some(key.kid.clone()),
        ..Header::new(Algorithm::RS256)
    };
    let secret = EncodingKey::from_rsa_der(&key.private);
    Ok(jsonwebtoken::encode(&header, claims, &secret)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::store::testing::store;

    #[tokio::test]
    async fn one_key_is_made_and_kept_and_a_retired_one_stays_published_for_a_week() {
        let clock = Clock::fixed(1_000_000);
        let (store, _folder) = store(clock.clone()).await;
        let (first, again) = tokio::join!(current(&store), current(&store));
        let first = first.unwrap();
        assert_eq!(first.kid, again.unwrap().kid);

        let second = rotate(&store).await.unwrap();
        assert_eq!(current(&store).await.unwrap().kid, second.kid);
        let kids = |set: Value| {
            let keys = set["keys"].as_array().unwrap().iter();
            keys.map(|key| key["kid"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        let set = published(&store).await.unwrap();
        assert!(!set.to_string().contains("\"d\""), "no private part");
        assert_eq!(kids(set), [second.kid.clone(), first.kid]);
        clock.advance(PUBLISHED + 1);
        assert_eq!(kids(published(&store).await.unwrap()), [second.kid]);
    }
}
