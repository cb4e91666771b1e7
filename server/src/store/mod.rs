//! What outlives the process: accounts, progress, lab sessions. SQLite in WAL mode.
//!
//! One file per table group; SQL stands nowhere else. Times go in and out as Unix seconds.

mod access;
mod accounts;
mod assigned;
mod assignments;
mod classes;
mod export;
mod gradebook;
mod grades;
mod gradings;
mod identities;
mod line;
mod lti;
mod members;
mod merge;
mod password_links;
mod people;
mod progress;
mod regrades;
mod reviews;
mod seed;
mod sessions;
mod solutions;
mod statistics;
mod submissions;

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use uuid::Uuid;

use crate::clock::Clock;

pub use self::assigned::StudentAssignment;
pub use self::assignments::{AssignmentKind, AssignmentRow};
pub use self::classes::{ClassRow, ModuleRow, NewClass, Refused};
pub use self::gradebook::{ColumnRow, Sort, StudentRow, Wanted};
pub use self::grades::NewGrade;
pub use self::gradings::{GradedCheck, GradingRow, NewGrading};
pub use self::line::{Job, LEASE};
pub use self::lti::{LtiKey, LtiLink, LtiLogin, LtiPassback, LtiPerson, LtiSent, LtiTicket};
pub use self::members::{Came, MemberRole, MemberRow};
pub use self::password_links::{LINK, MAILED_LINK};
pub use self::people::{Credentials, Kept, PersonRow};
pub use self::progress::{CourseProgress, Kind};
pub use self::regrades::ChangeRow;
pub use self::reviews::{FeedbackRows, Neighbours, OverrideRow, ReviewRow};
pub use self::seed::{Seeding, Table};
pub use self::sessions::{CheckRow, NewSession, RowState, SessionRow};
pub use self::submissions::{
    EvidenceRow, NewEvidence, NewSubmission, NotTaken, SubmissionRow, SubmissionState, Task,
};

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pool: SqlitePool,
    clock: Clock,
}

impl Store {
    /// Opens (and makes, if need be) `drydock.db` in `folder` and brings it up to date.
    ///
    /// # Errors
    /// When the folder cannot be made, the file cannot be opened, or a migration fails.
    pub async fn open(folder: &Path, clock: Clock) -> anyhow::Result<Self> {
        use anyhow::Context as _;
        std::fs::create_dir_all(folder).with_context(|| {
            format!(
                "the data folder `{}` cannot be made; set `data`",
                folder.display()
            )
        })?;
        let file = folder.join("drydock.db");
        let options = SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // In WAL mode `NORMAL` can lose the last moments at a power cut, never consistency.
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        let pool = SqlitePoolOptions::new()
            .max_connections(8)
            .connect_with(options)
            .await
            .with_context(|| format!("the database `{}` cannot be opened", file.display()))?;
        sqlx::migrate!("../migrations/sqlite").run(&pool).await.with_context(|| {
            format!("the database `{}` cannot be brought up to date: was it made by a newer Drydock?", file.display())
        })?;
        Ok(Self { pool, clock })
    }

    /// The pool, for the session layer's own table.
    pub fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// Whether the database answers.
    pub async fn answers(&self) -> bool {
        sqlx::query("SELECT 1").execute(&self.pool).await.is_ok()
    }

    /// The name of this installation, made at its first start.
    pub async fn installation(&self) -> sqlx::Result<String> {
        let fresh = Uuid::now_v7().to_string();
        sqlx::query("INSERT INTO installation (id, created_at) SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM installation)")
            .bind(&fresh)
            .bind(self.clock.seconds())
            .execute(&self.pool)
            .await?;
        sqlx::query_scalar("SELECT id FROM installation")
            .fetch_one(&self.pool)
            .await
    }
}

/// Reads an id that this program wrote.
fn id<T: FromStr<Err = uuid::Error>>(text: &str) -> sqlx::Result<T> {
    text.parse()
        .map_err(|error: uuid::Error| sqlx::Error::Decode(Box::new(error)))
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;
    use crate::classes::rules::Terms;
    use crate::ids::{AssignmentId, ClassId};

    /// A store in a folder that goes with it.
    pub async fn store(clock: Clock) -> (Store, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        (Store::open(folder.path(), clock).await.unwrap(), folder)
    }

    /// A lab assigned in a class of its own.
    pub async fn assignment(store: &Store, lab: &str, terms: &Terms) -> AssignmentId {
        let (class, task) = (ClassId::fresh(), AssignmentId::fresh());
        sqlx::query("INSERT INTO classes (id, course, title, join_code, created_at) VALUES (?1, 'docker', 'A class', ?1, 0)")
            .bind(class.to_string())
            .execute(&store.pool)
            .await
            .unwrap();
        sqlx::query(
            "INSERT INTO assignments (id, class, kind, slug, opens_at, due_at, closes_at, late_percent, max_attempts, counts, grading, position, created_at)
             VALUES (?, ?, 'lab', ?, ?, ?, ?, ?, ?, ?, ?, 1, 0)",
        )
        .bind(task.to_string())
        .bind(class.to_string())
        .bind(lab)
        .bind(terms.opens_at)
        .bind(terms.due_at)
        .bind(terms.closes_at)
        .bind(terms.late_percent)
        .bind(terms.max_attempts)
        .bind(terms.counts.word())
        .bind(terms.grading.word())
        .execute(&store.pool)
        .await
        .unwrap();
        task
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_installation_keeps_its_name_over_a_restart() {
        let (store, folder) = testing::store(Clock::fixed(0)).await;
        let name = store.installation().await.unwrap();
        drop(store);
        let again = Store::open(folder.path(), Clock::fixed(9)).await.unwrap();
        assert_eq!(again.installation().await.unwrap(), name);
    }
}
