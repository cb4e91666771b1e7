//! What every handler shares.

use std::ops::Deref;
use std::sync::Arc;

use drydock_app::view::{Assets, Learner as Who, Shell};

use crate::access::{Role, Viewer};
use crate::clock::Clock;
use crate::config::Config;
use crate::content::Holder;
use crate::http::cache::PageCache;
use crate::labs::Labs;
use crate::lti::Lti;
use crate::people::People;
use crate::store::Store;
use crate::submissions::Submissions;

/// The state of the server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App(Arc<Parts>);

/// What the state is made of.
#[derive(Debug)]
pub struct Parts {
    /// The effective configuration.
    pub config: Config,
    /// The time.
    pub clock: Clock,
    /// The database.
    pub store: Store,
    /// The content.
    pub content: Holder,
    /// Lab sessions.
    pub labs: Labs,
    /// What accounts need beside the database.
    pub people: People,
    /// Launches from learning platforms.
    pub lti: Lti,
    /// What was handed in.
    pub submissions: Submissions,
    /// Names of what the browser loads.
    pub assets: Arc<Assets>,
    /// Pages as they are for who has no session.
    pub pages: PageCache,
    /// Whether content is watched for changes and pages reload themselves.
    pub watching: bool,
}

impl App {
    /// Wraps the parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// What stands around a page for this visitor.
    pub fn shell(&self, viewer: &Viewer) -> Shell {
        let learner = match (&viewer.person, viewer.account) {
            (Some(person), _) => Who::Named {
                name: person.name.clone(),
                operates: person.role == Role::Operator,
            },
            (None, Some(_)) => Who::Guest,
            (None, None) => Who::Nobody,
        };
        Shell {
            assets: self.assets.clone(),
            learner,
            notice: None,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            reload: self.watching.then(|| crate::http::RELOAD.to_owned()),
        }
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
