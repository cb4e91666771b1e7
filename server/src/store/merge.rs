//! A guest who turns out to be somebody: what the guest has goes to the person.

use sqlx::Row as _;

use super::Store;
use crate::ids::AccountId;

/// What each side may have: where both have it, the person's stays, except that a question once
/// right is right, tries add up, and the later place is the last.
const KEPT: &[&str] = &[
    "INSERT OR IGNORE INTO lesson_progress SELECT ?2, course, lesson, done_at FROM lesson_progress WHERE account = ?1",
    "INSERT INTO quiz_progress SELECT ?2, course, lesson, quiz, tries, correct_at FROM quiz_progress WHERE account = ?1
     ON CONFLICT DO UPDATE SET tries = tries + excluded.tries, correct_at = coalesce(correct_at, excluded.correct_at)",
    "INSERT OR IGNORE INTO check_progress SELECT ?2, course, lab, check_id, passed_at FROM check_progress WHERE account = ?1",
    "INSERT OR IGNORE INTO solutions_seen SELECT ?2, course, lab, step, seen_at FROM solutions_seen WHERE account = ?1",
    "INSERT OR IGNORE INTO kept_files SELECT ?2, course, lab, archive, at FROM kept_files WHERE account = ?1",
    "INSERT INTO last_place SELECT ?2, course, kind, slug, at FROM last_place WHERE account = ?1
     ON CONFLICT DO UPDATE SET kind = excluded.kind, slug = excluded.slug, at = excluded.at WHERE excluded.at > at",
    // A second living session of a lab stays behind and is deleted with the guest.
    "UPDATE OR IGNORE lab_sessions SET account = ?2 WHERE account = ?1",
    "UPDATE check_history SET account = ?2 WHERE account = ?1 AND session IN (SELECT id FROM lab_sessions WHERE account = ?2)",
];

impl Store {
    /// Gives all that a guest has to a person, and deletes the guest. Does nothing if `guest` is a
    /// person too.
    pub async fn merge_guest(&self, guest: AccountId, person: AccountId) -> sqlx::Result<()> {
        let (guest, person) = (guest.to_string(), person.to_string());
        let mut transaction = self.pool.begin().await?;
        let somebody: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM people WHERE account = ?)")
                .bind(&guest)
                .fetch_one(&mut *transaction)
                .await?;
        if somebody || guest == person {
            return Ok(());
        }
        for statement in KEPT {
            sqlx::query(statement)
                .bind(&guest)
                .bind(&person)
                .execute(&mut *transaction)
                .await?;
        }
        // What was handed in for practice is counted on from the person's last attempt.
        let labs = sqlx::query(
            "SELECT course, lab, (SELECT coalesce(max(attempt), 0) FROM submissions AS theirs WHERE account = ?2
                AND theirs.course = submissions.course AND theirs.lab = submissions.lab AND assignment IS NULL) AS attempts
             FROM submissions WHERE account = ?1 AND assignment IS NULL GROUP BY course, lab",
        )
        .bind(&guest)
        .bind(&person)
        .fetch_all(&mut *transaction)
        .await?;
        for lab in labs {
            sqlx::query(
                "UPDATE submissions SET account = ?2, attempt = attempt + ?3
                 WHERE account = ?1 AND course = ?4 AND lab = ?5 AND assignment IS NULL",
            )
            .bind(&guest)
            .bind(&person)
            .bind(lab.try_get::<i64, _>("attempts")?)
            .bind(lab.try_get::<&str, _>("course")?)
            .bind(lab.try_get::<&str, _>("lab")?)
            .execute(&mut *transaction)
            .await?;
        }
        sqlx::query("DELETE FROM accounts WHERE id = ?")
            .bind(&guest)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;
    use crate::clock::Clock;
    use crate::ids::SessionId;
    use crate::store::testing::store;
    use crate::store::{CheckRow, Kind, NewSession, RowState};

    async fn session(store: &Store, account: AccountId, lab: &str) -> SessionId {
        let new = NewSession {
            account,
            course: "docker",
            lab,
            expires_at: 100,
        };
        store.create_session(new).await.unwrap().0.id
    }

    async fn hand_in(store: &Store, account: AccountId, attempt: i64) {
        sqlx::query(
            "INSERT INTO submissions (id, account, course, lab, attempt, grading, submitted_at, state)
             VALUES (?, ?, 'docker', 'layers', ?, 'live', 0, 'graded')",
        )
        .bind(SessionId::fresh().to_string())
        .bind(account.to_string())
        .bind(attempt)
        .execute(&store.pool)
        .await
        .unwrap();
    }

    #[tokio::test]
    async fn a_person_gets_what_the_guest_did_and_loses_nothing() {
        let clock = Clock::fixed(5);
        let (store, _folder) = store(clock.clone()).await;
        let guest = store.create_guest().await.unwrap();
        let made = store.create_person("Ada", None, Role::Student).await;
        let ada = made.unwrap().unwrap();

        store
            .set_lesson_done(ada, "docker", "images", true)
            .await
            .unwrap();
        store
            .set_lesson_done(guest, "docker", "images", true)
            .await
            .unwrap();
        store
            .set_lesson_done(guest, "docker", "layers", true)
            .await
            .unwrap();
        store
            .record_quiz(ada, "docker", "images", "q1", false)
            .await
            .unwrap();
        store
            .record_quiz(guest, "docker", "images", "q1", true)
            .await
            .unwrap();
        store
            .record_quiz(ada, "docker", "images", "q2", true)
            .await
            .unwrap();
        store
            .record_quiz(guest, "docker", "images", "q2", false)
            .await
            .unwrap();
        store
            .visit(ada, "docker", Kind::Lesson, "images")
            .await
            .unwrap();
        clock.advance(5);
        store
            .visit(guest, "docker", Kind::Lab, "layers")
            .await
            .unwrap();
        store
            .see_solution(guest, "docker", "layers", "build")
            .await
            .unwrap();
        let own = session(&store, ada, "layers").await;
        let same = session(&store, guest, "layers").await;
        let running = session(&store, guest, "volumes").await;
        store.session_over(own, RowState::Ended, "").await.unwrap();
        let again = session(&store, ada, "layers").await;
        let row = store.session(same).await.unwrap().unwrap();
        let pass = CheckRow {
            state: "pass",
            expected: String::new(),
            found: String::new(),
            look_at: None,
        };
        store
            .record_check(&row, "build", "image", &pass)
            .await
            .unwrap();
        store.keep_files(&row, b"theirs").await.unwrap();
        hand_in(&store, ada, 1).await;
        hand_in(&store, guest, 1).await;
        hand_in(&store, guest, 2).await;

        store.merge_guest(guest, ada).await.unwrap();

        let progress = store.progress(ada, "docker").await.unwrap();
        assert_eq!(progress.lessons.len(), 2);
        assert_eq!(progress.quizzes["images"].len(), 2);
        assert!(progress.checks["layers"].contains("image"));
        assert_eq!(progress.last.unwrap().slug, "layers");
        assert!(!store.account_exists(guest).await.unwrap());
        let files = store.kept_files(ada, "docker", "layers").await.unwrap();
        assert_eq!(files.as_deref(), Some(&b"theirs"[..]));
        // The lab that only the guest ran goes on; of the one that both run, the person's does.
        let owner = async |id| store.session(id).await.unwrap().map(|row| row.account);
        assert_eq!(owner(running).await, Some(ada));
        assert_eq!(owner(again).await, Some(ada));
        assert_eq!(owner(same).await, None);
        let attempts: Vec<i64> = sqlx::query_scalar(
            "SELECT attempt FROM submissions WHERE account = ? ORDER BY attempt",
        )
        .bind(ada.to_string())
        .fetch_all(&store.pool)
        .await
        .unwrap();
        assert_eq!(attempts, [1, 2, 3]);
        // What was being checked when the hands changed is still the session's owner's.
        let row = crate::store::SessionRow {
            account: guest,
            ..store.session(running).await.unwrap().unwrap()
        };
        store
            .record_check(&row, "build", "late", &pass)
            .await
            .unwrap();
        store.keep_files(&row, b"late").await.unwrap();
        let progress = store.progress(ada, "docker").await.unwrap();
        assert!(progress.checks["volumes"].contains("late"));
    }

    #[tokio::test]
    async fn a_person_is_never_swallowed_by_another() {
        let (store, _folder) = store(Clock::fixed(5)).await;
        let mut people = Vec::new();
        for name in ["Ada", "Eve"] {
            let made = store.create_person(name, None, Role::Student).await;
            people.push(made.unwrap().unwrap());
        }
        store
            .set_lesson_done(people[0], "docker", "images", true)
            .await
            .unwrap();
        store.merge_guest(people[0], people[1]).await.unwrap();
        store.merge_guest(people[0], people[0]).await.unwrap();
        assert!(
            !store
                .progress(people[0], "docker")
                .await
                .unwrap()
                .lessons
                .is_empty()
        );
        assert!(
            store
                .progress(people[1], "docker")
                .await
                .unwrap()
                .lessons
                .is_empty()
        );
    }
}
