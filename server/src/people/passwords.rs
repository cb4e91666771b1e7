//! Passwords: Argon2id, a few at once, and the same work for who is not there.

use std::sync::{Arc, OnceLock};

use anyhow::anyhow;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use tokio::sync::Semaphore;

/// Memory for one hash in KiB, rounds and lanes: the least that OWASP's password storage cheat sheet
/// gives for Argon2id (19 MiB, 2, 1).
const PARAMS: (u32, u32, u32) = (19 * 1024, 2, 1);
/// Hashes made at once: each fills a core and 19 MiB.
const AT_ONCE: usize = 2;

/// Makes and compares hashes. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
    /// The hash of no password, which is compared where there is none.
    nobody: Arc<OnceLock<String>>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(AT_ONCE)),
            nobody: Arc::default(),
        }
    }
}

impl Passwords {
    /// The hash of a password, in PHC form.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub async fn hash(&self, password: String) -> anyhow::Result<String> {
        self.work(move || hash(&password)).await
    }

    /// Whether the password is the one of `stored`. Where nothing is stored it is compared with
    /// nobody's, so that it takes as long.
    ///
    /// # Errors
    /// When what is stored is no hash.
    pub async fn matches(&self, password: String, stored: Option<String>) -> anyhow::Result<bool> {
        let nobody = self.nobody.clone();
        self.work(move || {
            let known = stored.is_some();
            let stored = match stored {
                Some(stored) => stored,
                None => match nobody.get() {
                    Some(hash) => hash.clone(),
                    None => {
                        let fresh = hash("nobody's password")?;
                        nobody.get_or_init(|| fresh).clone()
                    }
                },
            };
            let stored = PasswordHash::new(&stored)
                .map_err(|error| anyhow!("a stored password: {error}"))?;
            let same = argon2()?
                .verify_password(password.as_bytes(), &stored)
                .is_ok();
            Ok(same && known)
        })
        .await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let place = self.places.clone().acquire_owned().await?;
        tokio::task::spawn_blocking(move || {
            // Given back when the work is done, also when nobody waits for it any more.
            let _place = place;
            work()
        })
        .await?
    }
}

fn argon2() -> anyhow::Result<Argon2<'static>> {
    let (memory, rounds, lanes) = PARAMS;
    let params = Params::new(memory, rounds, lanes, None).map_err(|error| anyhow!("{error}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> anyhow::Result<String> {
    let hash: PasswordHash = argon2()?
        .hash_password(password.as_bytes())
        .map_err(|error| anyhow!("a password cannot be hashed: {error}"))?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_alone() {
        let passwords = Passwords::default();
        let hash = passwords.hash("a few plain words".into()).await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        let matches = |text: &str| passwords.matches(text.into(), Some(hash.clone()));
        assert!(matches("a few plain words").await.unwrap());
        assert!(!matches("a few plain word").await.unwrap());
        let again = passwords.hash("a few plain words".into()).await.unwrap();
        assert_ne!(hash, again, "no salt");
    }

    #[tokio::test]
    async fn nobody_has_a_password_and_looking_takes_as_much_work() {
        let passwords = Passwords::default();
        assert!(
            !passwords
                .matches("nobody's password".into(), None)
                .await
                .unwrap()
        );
        let nobody = passwords.nobody.get().unwrap();
        assert!(nobody.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(
            passwords
                .matches("x".into(), Some("no hash".into()))
                .await
                .is_err()
        );
    }
}
