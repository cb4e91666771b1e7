//! One-time secrets: given out once, kept only as their SHA-256.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// Random bytes of a secret: more than can be guessed.
const BYTES: usize = 24;

/// What is stored in a secret's place.
pub type Digest = [u8; 32];

/// A fresh secret, of letters that need no escaping in an address.
///
/// # Errors
/// When the system has no random numbers.
pub fn fresh() -> Result<String, getrandom::Error> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// What is stored in the secret's place. Looking it up takes the same time whatever was guessed of it.
pub fn digest(secret: &str) -> Digest {
    Sha256::digest(secret.trim().as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_so_do_their_digests() {
        let (one, other) = (fresh().unwrap(), fresh().unwrap());
        assert_ne!(one, other);
        assert_ne!(digest(&one), digest(&other));
        assert_eq!(one.len(), 32);
        assert!(
            one.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        );
    }

    #[test]
    fn a_secret_that_was_pasted_with_spaces_is_the_same() {
        assert_eq!(digest(" abc\n"), digest("abc"));
    }
}
