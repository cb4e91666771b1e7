//! Accounts of people: what may stand in them, passwords, and how often somebody may try.

pub mod fields;
pub mod limits;
pub mod passwords;
pub mod secret;

pub use self::limits::{Deed, Limits, TooSoon};
pub use self::passwords::Passwords;
