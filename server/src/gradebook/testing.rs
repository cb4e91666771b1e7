//! A class with rows of a test's own.

use crate::clock::Clock;
use crate::ids::{AccountId, AssignmentId, ClassId, SubmissionId};
use crate::store::Store;

/// A class in a database that goes with it.
pub struct Room {
    /// The database.
    pub store: Store,
    /// The class, of the course `docker`.
    pub class: ClassId,
    _folder: Option<tempfile::TempDir>,
}

impl Room {
    /// A class without members in a database of its own.
    pub async fn new(clock: Clock) -> Self {
        let (store, folder) = crate::store::testing::store(clock).await;
        let class = ClassId::fresh();
        let room = Self {
            store,
            class,
            _folder: Some(folder),
        };
        room.execute(&format!(
            "INSERT INTO classes (id, course, title, join_code, created_at) VALUES ('{class}', 'docker', 'Class', '{class}', 0)"
        ))
        .await;
        room
    }

    /// A class that is there.
    pub fn of(store: &Store, class: ClassId) -> Self {
        Self {
            store: store.clone(),
            class,
            _folder: None,
        }
    }

    /// Runs a statement as it stands.
    pub async fn execute(&self, sql: &str) {
        sqlx::query(sql).execute(self.store.pool()).await.unwrap();
    }

    async fn person(&self, name: &str, role: &str) -> AccountId {
        let account = self.store.create_guest().await.unwrap();
        self.execute(&format!(
            "INSERT INTO people (account, email, name, role, created_at) VALUES ('{account}', '{account}@example.org', '{name}', '{role}', 0)"
        ))
        .await;
        let class = self.class;
        self.execute(&format!(
            "INSERT INTO members (class, account, role, joined_at) VALUES ('{class}', '{account}', '{role}', 0)"
        ))
        .await;
        account
    }

    /// A student of the class.
    pub async fn student(&self, name: &str) -> AccountId {
        self.person(name, "student").await
    }

    /// An instructor of the class.
    pub async fn instructor(&self, name: &str) -> AccountId {
        self.person(name, "instructor").await
    }

    /// The next assignment.
    pub async fn assignment(&self, kind: &str, slug: &str, due_at: Option<i64>) -> AssignmentId {
        let (id, class) = (AssignmentId::fresh(), self.class);
        sqlx::query(
            "INSERT INTO assignments (id, class, kind, slug, due_at, position, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, (SELECT count(*) FROM assignments), 0)",
        )
        .bind(id.to_string())
        .bind(class.to_string())
        .bind(kind)
        .bind(slug)
        .bind(due_at)
        .execute(self.store.pool())
        .await
        .unwrap();
        id
    }

    /// A grade without a submission.
    pub async fn grade(
        &self,
        assignment: AssignmentId,
        account: AccountId,
        score: Option<f64>,
        of: f64,
    ) {
        sqlx::query(
            "INSERT INTO grades (assignment, account, score, max_score, at) VALUES (?, ?, ?, ?, 5)",
        )
        .bind(assignment.to_string())
        .bind(account.to_string())
        .bind(score)
        .bind(of)
        .execute(self.store.pool())
        .await
        .unwrap();
    }

    /// A submission of an assignment's lab.
    pub async fn submission(
        &self,
        assignment: AssignmentId,
        account: AccountId,
        attempt: i64,
        state: &str,
    ) -> SubmissionId {
        let id = SubmissionId::fresh();
        sqlx::query(
            "INSERT INTO submissions (id, account, course, lab, assignment, attempt, grading, submitted_at, state)
             SELECT ?1, ?2, 'docker', slug, id, ?4, 'clean', 900 + ?4, ?5 FROM assignments WHERE id = ?3",
        )
        .bind(id.to_string())
        .bind(account.to_string())
        .bind(assignment.to_string())
        .bind(attempt)
        .bind(state)
        .execute(self.store.pool())
        .await
        .unwrap();
        id
    }

    /// A grading of a submission with one check of each of these: id, whether it is hidden, whether it passed.
    pub async fn grading(
        &self,
        submission: SubmissionId,
        run: i64,
        preview: bool,
        checks: &[(&str, bool, bool)],
    ) {
        let earned = checks.iter().filter(|(_, _, pass)| *pass).count() as f64;
        sqlx::query("INSERT INTO gradings (submission, run, graded_at, content_version, preview, score, max_score) VALUES (?, ?, ?, 'v', ?, ?, ?)")
            .bind(submission.to_string())
            .bind(run)
            .bind(1_000 + run)
            .bind(preview)
            .bind(earned)
            .bind(checks.len() as f64)
            .execute(self.store.pool())
            .await
            .unwrap();
        for (check, hidden, pass) in checks {
            sqlx::query(
                "INSERT INTO graded_checks (submission, run, check_id, step, title, hidden, state, expected, found, points, earned)
                 VALUES (?1, ?2, ?3, 'one', ?3, ?4, ?5, 'wanted', 'found', 1, ?6)",
            )
            .bind(submission.to_string())
            .bind(run)
            .bind(check)
            .bind(hidden)
            .bind(if *pass { "pass" } else { "fail" })
            .bind(f64::from(u8::from(*pass)))
            .execute(self.store.pool())
            .await
            .unwrap();
        }
    }
}
