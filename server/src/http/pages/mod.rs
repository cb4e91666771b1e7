//! Pages for people. A handler gathers plain data; `drydock_app` draws it.
//!
//! The page of who has no session cookie is the same for all and comes from the cache.

pub mod classes;
mod course;
mod error;
pub mod gradebook;
mod home;
mod lab;
mod lesson;
pub mod lti;
mod map;
pub mod people;
pub mod platforms;
mod posted;
mod reference;
mod search;
mod simulators;
mod submission;
mod visit;

pub use self::course::show as course;
pub use self::error::{PageError, draw as draw_errors, not_found};
pub use self::home::show as home;
pub use self::lab::show as lab;
pub use self::lesson::show as lesson;
pub use self::posted::Posted;
pub use self::reference::show as reference;
pub use self::search::show as search;
pub use self::submission::show as submission;
pub use self::visit::{Visit, private, private_with};
