//! Not faster than anybody could want to know.

use std::time::Duration;

use tokio::time::Instant;

/// A burst may be this large, and each second has room for as many.
const PER_SECOND: u32 = 1000;

/// Slows down what a sandbox tells without end: the stream behind is read later, its sender waits,
/// and a learner's loop costs the server nothing to speak of.
pub(crate) struct Pace {
    since: Instant,
    told: u32,
}

impl Pace {
    pub(crate) fn new() -> Self {
        Self {
            since: Instant::now(),
            told: 0,
        }
    }

    /// To be called for each thing that is told.
    pub(crate) async fn keep(&mut self) {
        if self.told >= PER_SECOND {
            tokio::time::sleep_until(self.since + Duration::from_secs(1)).await;
            *self = Self::new();
        }
        if self.since.elapsed() > Duration::from_secs(1) {
            *self = Self::new();
        }
        self.told += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_slowed_down_and_a_burst_is_not() {
        let start = Instant::now();
        let mut pace = Pace::new();
        for _ in 0..PER_SECOND {
            pace.keep().await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        for _ in 0..5 * PER_SECOND {
            pace.keep().await;
        }
        assert!(start.elapsed() >= Duration::from_secs(5));
    }
}
