//! Who gets an installation that nobody runs yet: who reads the token that the server printed.

use std::sync::{Mutex, PoisonError};

use super::secret::{self, Digest};

/// The token of the claim, while there is one. Only its digest is kept, and only in memory.
#[derive(Debug, Default)]
pub struct Claim(Mutex<Option<Digest>>);

impl Claim {
    /// Opens the claim and gives its token, to be printed.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn open(&self) -> Result<String, getrandom::Error> {
        let token = secret::fresh()?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(secret::digest(&token));
        Ok(token)
    }

    /// Whether there is something to claim.
    pub fn is_open(&self) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some()
    }

    /// Whether this is the token.
    pub fn is(&self, token: &str) -> bool {
        let digest = secret::digest(token);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) == Some(digest)
    }

    /// Closes the claim for good.
    pub fn close(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_that_was_printed_last_claims() {
        let claim = Claim::default();
        assert!(!claim.is_open() && !claim.is(""));
        let first = claim.open().unwrap();
        let token = claim.open().unwrap();
        assert!(claim.is_open() && claim.is(&token) && claim.is(&format!(" {token}\n")));
        assert!(!claim.is(&first) && !claim.is("") && !claim.is(&token[1..]));
        claim.close();
        assert!(!claim.is_open() && !claim.is(&token));
    }
}
