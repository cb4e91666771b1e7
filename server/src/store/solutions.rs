//! Which solutions a learner has asked for, and when what was passed.

use std::collections::BTreeMap;

use sqlx::Row as _;

use super::Store;
use crate::ids::AccountId;

impl Store {
    /// Notes that the learner sees the solution of a step now; the first time counts.
    pub async fn see_solution(
        &self,
        account: AccountId,
        course: &str,
        lab: &str,
        step: &str,
    ) -> sqlx::Result<()> {
        sqlx::query("INSERT OR IGNORE INTO solutions_seen (account, course, lab, step, seen_at) VALUES (?, ?, ?, ?, ?)")
            .bind(account.to_string())
            .bind(course)
            .bind(lab)
            .bind(step)
            .bind(self.clock.seconds())
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// When the learner saw the solution of which steps of a lab, in Unix seconds.
    pub async fn solutions_seen(
        &self,
        account: AccountId,
        course: &str,
        lab: &str,
    ) -> sqlx::Result<BTreeMap<String, i64>> {
        self.times(
            "SELECT step, seen_at FROM solutions_seen WHERE account = ? AND course = ? AND lab = ?",
            account,
            course,
            lab,
        )
        .await
    }

    /// When the learner first passed which checks of a lab, in Unix seconds.
    pub async fn checks_passed(
        &self,
        account: AccountId,
        course: &str,
        lab: &str,
    ) -> sqlx::Result<BTreeMap<String, i64>> {
        self.times(
            "SELECT check_id, passed_at FROM check_progress WHERE account = ? AND course = ? AND lab = ?",
            account,
            course,
            lab,
        )
        .await
    }

    async fn times(
        &self,
        query: &'static str,
        account: AccountId,
        course: &str,
        lab: &str,
    ) -> sqlx::Result<BTreeMap<String, i64>> {
        sqlx::query(query)
            .bind(account.to_string())
            .bind(course)
            .bind(lab)
            .fetch_all(&self.pool)
            .await?
            .iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::clock::Clock;
    use crate::store::testing::store;

    #[tokio::test]
    async fn a_solution_is_seen_by_one_learner_and_the_first_time_counts() {
        let (store, _folder) = store(Clock::fixed(7)).await;
        let me = store.create_guest().await.unwrap();
        let other = store.create_guest().await.unwrap();
        for _ in 0..2 {
            store
                .see_solution(me, "docker", "caching", "build")
                .await
                .unwrap();
        }
        let mine = store.solutions_seen(me, "docker", "caching").await.unwrap();
        assert_eq!(mine, [("build".to_owned(), 7)].into());
        let theirs = store
            .solutions_seen(other, "docker", "caching")
            .await
            .unwrap();
        assert!(theirs.is_empty());
    }
}
