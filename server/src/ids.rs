//! Identifiers as types of their own, so that an account can never be taken for a session.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A fresh id (UUIDv7: sorts by time of making).
            pub fn fresh() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

id! {
    /// A person, guest or not.
    AccountId
}
id! {
    /// One sitting at one lab; its sandbox carries the same id.
    SessionId
}
id! {
    /// A class: students, instructors and assignments.
    ClassId
}
id! {
    /// A lesson, quiz or lab that a class is asked to do.
    AssignmentId
}
id! {
    /// A lab handed in.
    SubmissionId
}
id! {
    /// A learning platform that sends people by LTI.
    PlatformId
}
