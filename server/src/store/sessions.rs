//! Lab sessions, their check results and answers, and the files kept between them.

use std::collections::BTreeMap;

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::{Store, id};
use crate::ids::{AccountId, SessionId};

/// A session's state as it is stored. "Ending" is a matter of the clock and is not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowState {
    /// Its sandbox is being made.
    Creating,
    /// In use.
    Ready,
    /// Over.
    Ended,
    /// Its sandbox could not be made.
    Failed,
}

impl RowState {
    fn word(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Ready => "ready",
            Self::Ended => "ended",
            Self::Failed => "failed",
        }
    }

    fn read(word: &str) -> Self {
        match word {
            "creating" => Self::Creating,
            "ready" => Self::Ready,
            "failed" => Self::Failed,
            _ => Self::Ended,
        }
    }
}

/// A session to be stored.
#[derive(Debug, Clone)]
pub struct NewSession<'a> {
    /// Whose it is.
    pub account: AccountId,
    /// Course slug.
    pub course: &'a str,
    /// Lab slug.
    pub lab: &'a str,
    /// When it ends, in Unix seconds.
    pub expires_at: i64,
}

/// A stored session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id, and its sandbox's.
    pub id: SessionId,
    /// Whose it is.
    pub account: AccountId,
    /// Course slug.
    pub course: String,
    /// Lab slug.
    pub lab: String,
    /// State at the last change.
    pub state: RowState,
    /// Why it failed or ended.
    pub reason: Option<String>,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds.
    pub expires_at: i64,
    /// How often it was extended.
    pub extensions: u32,
}

/// A check's last result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRow {
    /// `pass`, `fail` or `error`.
    pub state: &'static str,
    /// What was wanted.
    pub expected: String,
    /// What was there.
    pub found: String,
    /// What to look at.
    pub look_at: Option<String>,
}

/// Changes of one check in one session that are kept, and how many passes beyond that: a lab that is
/// reset can be passed again.
const HISTORY: u32 = 40;
const PASSES: u32 = 10;

const COLUMNS: &str = "id, account, course, lab, state, reason, created_at, expires_at, extensions";

fn session(row: &SqliteRow) -> sqlx::Result<SessionRow> {
    Ok(SessionRow {
        id: id(row.try_get("id")?)?,
        account: id(row.try_get("account")?)?,
        course: row.try_get("course")?,
        lab: row.try_get("lab")?,
        state: RowState::read(row.try_get("state")?),
        reason: row.try_get("reason")?,
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        extensions: row.try_get("extensions")?,
    })
}

impl Store {
    /// Stores a new session, unless the learner has a living one of that lab: then gives that one.
    /// The flag says whether it is new.
    pub async fn create_session(&self, new: NewSession<'_>) -> sqlx::Result<(SessionRow, bool)> {
        let id = SessionId::fresh();
        let made = sqlx::query(
            "INSERT OR IGNORE INTO lab_sessions (id, account, course, lab, state, created_at, expires_at)
             VALUES (?, ?, ?, ?, 'creating', ?, ?)",
        )
        .bind(id.to_string())
        .bind(new.account.to_string())
        .bind(new.course)
        .bind(new.lab)
        .bind(self.clock.seconds())
        .bind(new.expires_at)
        .execute(&self.pool)
        .await?
        .rows_affected()
            == 1;
        let row = self
            .living_session(new.account, new.course, new.lab)
            .await?
            .ok_or(sqlx::Error::RowNotFound)?;
        Ok((row, made))
    }

    /// The learner's living session of a lab.
    pub async fn living_session(
        &self,
        account: AccountId,
        course: &str,
        lab: &str,
    ) -> sqlx::Result<Option<SessionRow>> {
        sqlx::query(&format!(
            "SELECT {COLUMNS} FROM lab_sessions WHERE account = ? AND course = ? AND lab = ? AND ended_at IS NULL"
        ))
        .bind(account.to_string())
        .bind(course)
        .bind(lab)
        .fetch_optional(&self.pool)
        .await?
        .as_ref()
        .map(session)
        .transpose()
    }

    /// One session, living or not.
    pub async fn session(&self, id: SessionId) -> sqlx::Result<Option<SessionRow>> {
        sqlx::query(&format!("SELECT {COLUMNS} FROM lab_sessions WHERE id = ?"))
            .bind(id.to_string())
            .fetch_optional(&self.pool)
            .await?
            .as_ref()
            .map(session)
            .transpose()
    }

    /// Every living session, oldest first.
    pub async fn living_sessions(&self) -> sqlx::Result<Vec<SessionRow>> {
        sqlx::query(&format!(
            "SELECT {COLUMNS} FROM lab_sessions WHERE ended_at IS NULL ORDER BY id"
        ))
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(session)
        .collect()
    }

    /// Marks a session as ready.
    pub async fn session_ready(&self, id: SessionId) -> sqlx::Result<()> {
        sqlx::query("UPDATE lab_sessions SET state = 'ready' WHERE id = ? AND ended_at IS NULL")
            .bind(id.to_string())
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// Ends a session for good. `state` is [`RowState::Ended`] or [`RowState::Failed`].
    pub async fn session_over(
        &self,
        id: SessionId,
        state: RowState,
        reason: &str,
    ) -> sqlx::Result<()> {
        sqlx::query("UPDATE lab_sessions SET state = ?, reason = ?, ended_at = ? WHERE id = ? AND ended_at IS NULL")
            .bind(state.word())
            .bind(reason)
            .bind(self.clock.seconds())
            .bind(id.to_string())
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// Lets a session live until `expires_at` and counts the extension.
    pub async fn extend_session(&self, id: SessionId, expires_at: i64) -> sqlx::Result<()> {
        sqlx::query("UPDATE lab_sessions SET expires_at = ?, extensions = extensions + 1 WHERE id = ? AND ended_at IS NULL")
            .bind(expires_at)
            .bind(id.to_string())
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// Begins a session anew: what was checked and answered in it goes, the learner's progress stays.
    pub async fn reset_session(&self, row: &SessionRow) -> sqlx::Result<()> {
        let id = row.id.to_string();
        let mut transaction = self.pool.begin().await?;
        sqlx::query("DELETE FROM session_checks WHERE session = ?")
            .bind(&id)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM session_answers WHERE session = ?")
            .bind(&id)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "DELETE FROM kept_files WHERE account = (SELECT account FROM lab_sessions WHERE id = ?) AND course = ? AND lab = ?",
        )
            .bind(row.id.to_string())
            .bind(&row.course)
            .bind(&row.lab)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("UPDATE lab_sessions SET state = 'creating' WHERE id = ? AND ended_at IS NULL")
            .bind(&id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }

    /// Stores a check's result, its history, and for a passed one the learner's progress, in one
    /// transaction.
    pub async fn record_check(
        &self,
        row: &SessionRow,
        step: &str,
        check: &str,
        result: &CheckRow,
    ) -> sqlx::Result<()> {
        let now = self.clock.seconds();
        let mut transaction = self.pool.begin().await?;
        sqlx::query(
            "INSERT OR REPLACE INTO session_checks (session, check_id, state, expected, found, look_at, at)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(row.id.to_string())
        .bind(check)
        .bind(result.state)
        .bind(&result.expected)
        .bind(&result.found)
        .bind(&result.look_at)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        // A check can change with every keystroke: the first changes are kept, and that it passed.
        let most = if result.state == "pass" {
            HISTORY + PASSES
        } else {
            HISTORY
        };
        sqlx::query(
            "INSERT INTO check_history (session, account, course, lab, step, check_id, seq, state, found, at)
             SELECT ?1, (SELECT account FROM lab_sessions WHERE id = ?1), ?2, ?3, ?4, ?5, COALESCE(MAX(seq), 0) + 1, ?6, ?7, ?8
             FROM check_history WHERE session = ?1 AND check_id = ?5 HAVING COALESCE(MAX(seq), 0) < ?9",
        )
        .bind(row.id.to_string())
        .bind(&row.course)
        .bind(&row.lab)
        .bind(step)
        .bind(check)
        .bind(result.state)
        .bind(&result.found)
        .bind(now)
        .bind(most)
        .execute(&mut *transaction)
        .await?;
        if result.state == "pass" {
            sqlx::query(
                // Whose the session is now: it may have changed hands since `row` was read.
                "INSERT OR IGNORE INTO check_progress (account, course, lab, check_id, passed_at)
                 VALUES ((SELECT account FROM lab_sessions WHERE id = ?), ?, ?, ?, ?)",
            )
            .bind(row.id.to_string())
            .bind(&row.course)
            .bind(&row.lab)
            .bind(check)
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await
    }

    /// The stored results of a session, by check.
    pub async fn session_checks(&self, id: SessionId) -> sqlx::Result<BTreeMap<String, CheckRow>> {
        sqlx::query("SELECT check_id, state, expected, found, look_at FROM session_checks WHERE session = ?")
            .bind(id.to_string())
            .fetch_all(&self.pool)
            .await?
            .iter()
            .map(|row| {
                let state = match row.try_get::<&str, _>("state")? {
                    "pass" => "pass",
                    "fail" => "fail",
                    _ => "error",
                };
                let result = CheckRow {
                    state,
                    expected: row.try_get("expected")?,
                    found: row.try_get("found")?,
                    look_at: row.try_get("look_at")?,
                };
                Ok((row.try_get("check_id")?, result))
            })
            .collect()
    }

    /// Stores an answer.
    pub async fn record_answer(
        &self,
        id: SessionId,
        check: &str,
        answer: &str,
    ) -> sqlx::Result<()> {
        sqlx::query(
            "INSERT OR REPLACE INTO session_answers (session, check_id, answer) VALUES (?, ?, ?)",
        )
        .bind(id.to_string())
        .bind(check)
        .bind(answer)
        .execute(&self.pool)
        .await
        .map(drop)
    }

    /// The answers of a session, by check.
    pub async fn session_answers(&self, id: SessionId) -> sqlx::Result<BTreeMap<String, String>> {
        sqlx::query("SELECT check_id, answer FROM session_answers WHERE session = ?")
            .bind(id.to_string())
            .fetch_all(&self.pool)
            .await?
            .iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect()
    }

    /// Keeps the learner's files (a tar archive) for the next start of the lab.
    pub async fn keep_files(&self, row: &SessionRow, archive: &[u8]) -> sqlx::Result<()> {
        sqlx::query(
            "INSERT OR REPLACE INTO kept_files (account, course, lab, archive, at)
             VALUES ((SELECT account FROM lab_sessions WHERE id = ?), ?, ?, ?, ?)",
        )
        .bind(row.id.to_string())
        .bind(&row.course)
        .bind(&row.lab)
        .bind(archive)
        .bind(self.clock.seconds())
        .execute(&self.pool)
        .await
        .map(drop)
    }

    /// The files that were kept when a session of the lab last ended.
    pub async fn kept_files(
        &self,
        account: AccountId,
        course: &str,
        lab: &str,
    ) -> sqlx::Result<Option<Vec<u8>>> {
        sqlx::query_scalar(
            "SELECT archive FROM kept_files WHERE account = ? AND course = ? AND lab = ?",
        )
        .bind(account.to_string())
        .bind(course)
        .bind(lab)
        .fetch_optional(&self.pool)
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::store::testing::store;

    async fn start(store: &Store, account: AccountId) -> (SessionRow, bool) {
        let new = NewSession {
            account,
            course: "docker",
            lab: "layers",
            expires_at: 100,
        };
        store.create_session(new).await.unwrap()
    }

    #[tokio::test]
    async fn a_learner_has_one_living_session_of_a_lab() {
        let (store, _folder) = store(Clock::fixed(5)).await;
        let me = store.create_guest().await.unwrap();
        let (first, new) = start(&store, me).await;
        assert!(new);
        let (second, new) = start(&store, me).await;
        assert!(!new);
        assert_eq!(first.id, second.id);
        store
            .session_over(first.id, RowState::Ended, "time is up")
            .await
            .unwrap();
        let (third, new) = start(&store, me).await;
        assert!(new);
        assert_ne!(first.id, third.id);
        let old = store.session(first.id).await.unwrap().unwrap();
        assert_eq!(
            (old.state, old.reason.as_deref()),
            (RowState::Ended, Some("time is up"))
        );
    }

    #[tokio::test]
    async fn what_has_ended_cannot_become_ready_again() {
        let (store, _folder) = store(Clock::fixed(5)).await;
        let me = store.create_guest().await.unwrap();
        let (row, _) = start(&store, me).await;
        store
            .session_over(row.id, RowState::Failed, "no room")
            .await
            .unwrap();
        store.session_ready(row.id).await.unwrap();
        assert_eq!(
            store.session(row.id).await.unwrap().unwrap().state,
            RowState::Failed
        );
    }

    #[tokio::test]
    async fn a_passed_check_is_progress_that_outlives_its_session() {
        let (store, _folder) = store(Clock::fixed(5)).await;
        let me = store.create_guest().await.unwrap();
        let (row, _) = start(&store, me).await;
        let pass = CheckRow {
            state: "pass",
            expected: "a".into(),
            found: "a".into(),
            look_at: None,
        };
        store
            .record_check(&row, "build", "image", &pass)
            .await
            .unwrap();
        assert_eq!(store.session_checks(row.id).await.unwrap()["image"], pass);
        store
            .session_over(row.id, RowState::Ended, "")
            .await
            .unwrap();
        assert!(store.progress(me, "docker").await.unwrap().checks["layers"].contains("image"));
    }

    #[tokio::test]
    async fn the_history_of_a_check_is_bounded_and_still_tells_that_it_passed() {
        let (store, _folder) = store(Clock::fixed(5)).await;
        let me = store.create_guest().await.unwrap();
        let (row, _) = start(&store, me).await;
        let result = |state, found: String| CheckRow {
            state,
            expected: "e".into(),
            found,
            look_at: None,
        };
        for round in 0..60 {
            let fail = result("fail", format!("{round}"));
            store
                .record_check(&row, "build", "image", &fail)
                .await
                .unwrap();
        }
        let pass = result("pass", "there".into());
        store
            .record_check(&row, "build", "image", &pass)
            .await
            .unwrap();
        store
            .record_check(&row, "run", "other", &pass)
            .await
            .unwrap();
        let history: Vec<(String, u32, String)> =
            sqlx::query_as("SELECT check_id, seq, state FROM check_history ORDER BY check_id, seq")
                .fetch_all(store.pool())
                .await
                .unwrap();
        assert_eq!(history.len(), 42);
        assert_eq!(history[40], ("image".into(), 41, "pass".into()));
        assert_eq!(history[41], ("other".into(), 1, "pass".into()));
    }

    #[tokio::test]
    async fn kept_files_come_back_until_the_lab_is_reset() {
        let (store, _folder) = store(Clock::fixed(5)).await;
        let me = store.create_guest().await.unwrap();
        let (row, _) = start(&store, me).await;
        store.keep_files(&row, b"tar").await.unwrap();
        assert_eq!(
            store
                .kept_files(me, "docker", "layers")
                .await
                .unwrap()
                .as_deref(),
            Some(&b"tar"[..])
        );
        store.reset_session(&row).await.unwrap();
        assert_eq!(
            store.kept_files(me, "docker", "layers").await.unwrap(),
            None
        );
    }
}
