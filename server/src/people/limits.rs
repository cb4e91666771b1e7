//! How often somebody may try: for each network address, for each account, and for each pair of both.
//!
//! The limit of an account alone is wider than that of a pair and fills up faster than one address can
//! use it, so that nobody locks somebody else out by trying from one place.
//!
//! Keys are hashed (with a seed of this process) to a fixed number of buckets: whatever is sent, the
//! memory is bounded.

use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::clock::Clock;

/// Buckets of one limit.
const BUCKETS: u64 = 1 << 17;

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Giving a password.
    SignIn,
    /// Making an account.
    SignUp,
    /// Asking for a link by mail.
    Forgot,
    /// Opening or using a one-time link.
    Link,
    /// Giving the claim's token.
    Claim,
    /// Beginning or ending a sign-in elsewhere.
    Elsewhere,
    /// Beginning a launch from a learning platform.
    Launch,
}

/// What is wanted came too soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooSoon {
    /// Seconds to wait, at least 1.
    pub seconds: u64,
}

impl TooSoon {
    /// What to tell who tried.
    pub fn words(self) -> String {
        let wait = match self.seconds {
            1 => "a second".to_owned(),
            seconds @ 2..=90 => format!("{seconds} seconds"),
            seconds => format!("{} minutes", seconds.div_ceil(60)),
        };
        format!("Too many tries. Wait {wait}, then try again.")
    }
}

/// The time of day for the limiters, so that tests can set it. If it is put back, waits grow by as much.
#[derive(Debug, Clone)]
struct Ticks(Clock);

impl governor::clock::Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let nanos = self.0.now().unix_timestamp_nanos();
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(0))
    }
}

type Limiter = RateLimiter<u32, DashMapStateStore<u32>, Ticks, NoOpMiddleware<Duration>>;

/// Tries so far.
pub struct Limits {
    clock: Ticks,
    seed: RandomState,
    /// By what is tried, address and account.
    pair: Limiter,
    /// By what is tried and account.
    account: Limiter,
    /// By what is tried and address.
    address: Limiter,
    /// Letters to one account.
    mail: Limiter,
    /// By address: guesses of what no person guesses.
    few: Limiter,
    /// By address: what a whole course does at once, and what is stored for a while.
    many: Limiter,
}

impl std::fmt::Debug for Limits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limits").finish_non_exhaustive()
    }
}

impl Limits {
    /// Nobody has tried anything yet.
    pub fn new(clock: Clock) -> Self {
        let clock = Ticks(clock);
        // So many at once, and one more each time that so many seconds have passed.
        let limiter = |burst: u32, seconds: u64| {
            let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
            let quota = Quota::with_period(Duration::from_secs(seconds))
                .unwrap_or(Quota::per_minute(NonZeroU32::MIN))
                .allow_burst(burst);
            RateLimiter::dashmap_with_clock(quota, clock.clone())
        };
        Self {
            pair: limiter(10, 60),
            account: limiter(50, 20),
            // A whole class may sit behind one address.
            address: limiter(120, 2),
            mail: limiter(3, 600),
            few: limiter(20, 30),
            many: limiter(1000, 1),
            seed: RandomState::new(),
            clock,
        }
    }

    /// Counts one try; `account` is what names the account, as it was typed.
    ///
    /// # Errors
    /// With the wait when there were too many.
    pub fn attempt(
        &self,
        deed: Deed,
        address: IpAddr,
        account: Option<&str>,
    ) -> Result<(), TooSoon> {
        let address = network(address);
        match deed {
            Deed::SignIn | Deed::SignUp | Deed::Elsewhere | Deed::Forgot => {
                self.take(&self.address, (deed, address))?;
            }
            Deed::Link | Deed::Claim => self.take(&self.few, (deed, address))?,
            Deed::Launch => self.take(&self.many, (deed, address))?,
        }
        let Some(account) = account.map(str::to_lowercase) else {
            return Ok(());
        };
        match deed {
            Deed::Forgot => self.take(&self.mail, (deed, account)),
            _ => {
                self.take(&self.pair, (deed, address, account.clone()))?;
                self.take(&self.account, (deed, account))
            }
        }
    }

    fn take(&self, limiter: &Limiter, key: impl Hash) -> Result<(), TooSoon> {
        let bucket = u32::try_from(self.seed.hash_one(key) % BUCKETS).unwrap_or(0);
        limiter.check_key(&bucket).map_err(|until| {
            let wait = until.wait_time_from(governor::clock::Clock::now(&self.clock));
            TooSoon {
                seconds: wait.as_secs()
                    + u64::from(wait.subsec_nanos() > 0).max(u64::from(wait.is_zero())),
            }
        })
    }

    /// Forgets who has waited long enough.
    pub fn forget(&self) {
        for limiter in [
            &self.pair,
            &self.account,
            &self.address,
            &self.mail,
            &self.few,
            &self.many,
        ] {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

/// The network that one customer has: an address of IPv4, the first 64 bits of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    fn tries(limits: &Limits, address: IpAddr, account: &str) -> usize {
        (0..1000)
            .take_while(|_| limits.attempt(Deed::SignIn, address, Some(account)).is_ok())
            .count()
    }

    #[test]
    fn a_few_tries_are_free_and_then_one_a_minute() {
        let clock = Clock::fixed(1_000_000);
        let limits = Limits::new(clock.clone());
        assert_eq!(tries(&limits, HERE, "ada@example.edu"), 10);
        let wait = limits
            .attempt(Deed::SignIn, HERE, Some("ADA@example.edu"))
            .unwrap_err();
        assert_eq!(wait.seconds, 60);
        assert_eq!(
            wait.words(),
            "Too many tries. Wait 60 seconds, then try again."
        );
        clock.advance(60);
        assert_eq!(tries(&limits, HERE, "ada@example.edu"), 1);
    }

    #[test]
    fn who_tries_from_one_place_locks_nobody_out_elsewhere() {
        let clock = Clock::fixed(1_000_000);
        let limits = Limits::new(clock.clone());
        for _ in 0..500 {
            let _ = limits.attempt(Deed::SignIn, HERE, Some("ada@example.edu"));
            clock.advance(1);
        }
        assert!(
            limits
                .attempt(Deed::SignIn, THERE, Some("ada@example.edu"))
                .is_ok()
        );
    }

    #[test]
    fn an_account_that_is_tried_from_everywhere_is_guarded() {
        let limits = Limits::new(Clock::fixed(1_000_000));
        let passed = (0..200_u8)
            .filter(|at| {
                let from = IpAddr::from([203, 0, 113, *at]);
                limits
                    .attempt(Deed::SignIn, from, Some("ada@example.edu"))
                    .is_ok()
            })
            .count();
        assert_eq!(passed, 50);
    }

    #[test]
    fn one_address_cannot_try_every_account() {
        let limits = Limits::new(Clock::fixed(1_000_000));
        let passed = (0..500)
            .filter(|at| {
                let account = format!("{at}@example.edu");
                limits.attempt(Deed::SignIn, HERE, Some(&account)).is_ok()
            })
            .count();
        assert_eq!(passed, 120);
    }

    #[test]
    fn the_addresses_of_one_customer_are_one() {
        let limits = Limits::new(Clock::fixed(1_000_000));
        let passed = (0..500_u16)
            .filter(|at| {
                let from = IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, *at]);
                limits.attempt(Deed::Claim, from, None).is_ok()
            })
            .count();
        assert_eq!(passed, 20);
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().unwrap();
        assert_eq!(network(mapped), HERE);
    }

    #[test]
    fn who_waited_is_forgotten_and_memory_is_bounded() {
        let clock = Clock::fixed(1_000_000);
        let limits = Limits::new(clock.clone());
        let _ = tries(&limits, HERE, "ada@example.edu");
        assert!(!limits.pair.is_empty());
        clock.advance(24 * 3600);
        limits.forget();
        assert!(limits.pair.is_empty());
    }

    #[test]
    fn long_waits_are_told_in_minutes() {
        assert!(TooSoon { seconds: 600 }.words().contains("10 minutes"));
        assert!(TooSoon { seconds: 1 }.words().contains("a second"));
    }
}
