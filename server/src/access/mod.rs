//! Who may do what. Each route is declared together with what it needs ([`Needs`]) in `router.rs`,
//! which is the authorisation table; [`guard`] enforces it before any handler runs, so a handler
//! that is called may do its work. A test walks every route as every kind of person.
//!
//! What somebody may not do is refused in three ways: who has not signed in is asked to; a thing of
//! somebody else's is not there (404: that it exists is nobody's business); what only another role
//! may do is forbidden (403).

mod begin;
mod guard;
#[cfg(test)]
mod leaks;
mod routes;
mod viewer;
#[cfg(test)]
mod walk;

pub use self::begin::{begin, end};
#[cfg(test)]
pub use self::guard::{Denied, Knock};
pub use self::routes::Routes;
#[cfg(test)]
pub use self::viewer::remember;
pub use self::viewer::{Learner, Person, Role, Viewer, has_cookie};

/// Name of the session cookie.
pub const COOKIE: &str = "drydock";

/// What a route needs of who calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// Nothing: everybody may, without an account too.
    Anyone,
    /// To have signed in.
    SignedIn,
    /// To be an instructor or an operator.
    Instructor,
    /// To be an operator.
    Operator,
    /// `{person}` is a student of a class that they teach; operators help everybody.
    Helps,
    /// `{id}` is a lab session of theirs, guests' included.
    OwnSession,
    /// `{class}` has them as student or instructor; operators belong to every class.
    Member,
    /// They teach `{class}`.
    Teaches,
    /// `{submission}` is theirs, or of a class that they teach.
    OwnSubmission,
}
