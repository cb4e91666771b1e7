//! A session as its learner sees it.

use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::ids::SessionId;
use crate::store::{RowState, SessionRow};

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SessionState {
    /// Its sandbox is being made.
    Creating,
    /// In use.
    Ready,
    /// In use, with less than five minutes left.
    Ending,
    /// Over.
    Ended,
    /// Its sandbox could not be made, or died.
    Failed,
}

/// How far the making of a sandbox is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StageView {
    /// Short name for programs.
    pub name: String,
    /// One line for the learner.
    pub text: String,
    /// Which it is, counted from 1.
    pub done: u8,
    /// Of how many.
    pub of: u8,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SessionView {
    /// Its id.
    #[schema(value_type = String, format = Uuid)]
    pub id: SessionId,
    /// Where it stands.
    pub state: SessionState,
    /// Course slug.
    pub course: String,
    /// Lab slug.
    pub lab: String,
    /// When it was started.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it ends by itself.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    /// While it is being made: how far that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<StageView>,
    /// Why it ended or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether it can be extended.
    pub can_extend: bool,
}

impl SessionView {
    /// A session that is over.
    pub fn over(row: &SessionRow) -> Self {
        let state = if row.state == RowState::Failed {
            SessionState::Failed
        } else {
            SessionState::Ended
        };
        Self {
            id: row.id,
            state,
            course: row.course.clone(),
            lab: row.lab.clone(),
            created_at: moment(row.created_at),
            expires_at: moment(row.expires_at),
            stage: None,
            reason: row.reason.clone(),
            can_extend: false,
        }
    }
}

/// Unix seconds as a moment.
pub fn moment(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
