//! LTI: our keys, registered platforms, launches on their way, links, and scores to be told.

mod keys;
mod launches;
mod links;
mod passbacks;
mod platforms;

pub use self::keys::LtiKey;
pub use self::launches::{LtiLogin, LtiTicket};
pub use self::links::{LtiLink, LtiPerson};
pub use self::passbacks::{LtiPassback, LtiSent};
