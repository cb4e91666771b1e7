//! The time of day as a value that is passed in, so that expiry is tested without sleeping.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use time::OffsetDateTime;

/// Tells the time. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// Seconds since the epoch that a test set; absent in production.
    fixed: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// A clock that stands still at `seconds` since the epoch until it is moved.
    #[cfg(test)]
    pub fn fixed(seconds: i64) -> Self {
        Self {
            fixed: Some(Arc::new(AtomicI64::new(seconds))),
        }
    }

    /// Moves a fixed clock forward.
    #[cfg(test)]
    pub fn advance(&self, seconds: i64) {
        if let Some(fixed) = &self.fixed {
            fixed.fetch_add(seconds, Ordering::SeqCst);
        }
    }

    /// Now, in UTC.
    pub fn now(&self) -> OffsetDateTime {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place where the ambient clock is read"
        )]
        self.fixed
            .as_ref()
            .map_or_else(OffsetDateTime::now_utc, |fixed| {
                OffsetDateTime::from_unix_timestamp(fixed.load(Ordering::SeqCst))
                    .unwrap_or(OffsetDateTime::UNIX_EPOCH)
            })
    }

    /// Now, in whole seconds since the epoch.
    pub fn seconds(&self) -> i64 {
        self.now().unix_timestamp()
    }
}
