//! What a learner has done: lessons read, questions answered, checks passed, the last place.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::Row as _;

use super::Store;
use crate::ids::AccountId;

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A lesson.
    Lesson,
    /// A lab.
    Lab,
}

impl Kind {
    /// The word in the database and in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lesson => "lesson",
            Self::Lab => "lab",
        }
    }
}

/// Where the learner was last in a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastPlace {
    /// Lesson or lab.
    pub kind: Kind,
    /// Its slug.
    pub slug: String,
}

/// Everything one learner has done in one course.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CourseProgress {
    /// Lessons marked as done.
    pub lessons: BTreeSet<String>,
    /// Questions answered rightly, by lesson.
    pub quizzes: BTreeMap<String, BTreeSet<String>>,
    /// Checks once passed, by lab.
    pub checks: BTreeMap<String, BTreeSet<String>>,
    /// The last place.
    pub last: Option<LastPlace>,
}

impl Store {
    /// Marks a lesson as done, or not.
    pub async fn set_lesson_done(
        &self,
        account: AccountId,
        course: &str,
        lesson: &str,
        done: bool,
    ) -> sqlx::Result<()> {
        let query = if done {
            sqlx::query("INSERT OR IGNORE INTO lesson_progress (account, course, lesson, done_at) VALUES (?, ?, ?, ?)")
                .bind(account.to_string())
                .bind(course)
                .bind(lesson)
                .bind(self.clock.seconds())
        } else {
            sqlx::query(
                "DELETE FROM lesson_progress WHERE account = ? AND course = ? AND lesson = ?",
            )
            .bind(account.to_string())
            .bind(course)
            .bind(lesson)
        };
        query.execute(&self.pool).await.map(drop)
    }

    /// Counts a try at a question; once right it stays right.
    pub async fn record_quiz(
        &self,
        account: AccountId,
        course: &str,
        lesson: &str,
        quiz: &str,
        correct: bool,
    ) -> sqlx::Result<()> {
        sqlx::query(
            "INSERT INTO quiz_progress (account, course, lesson, quiz, tries, correct_at) VALUES (?, ?, ?, ?, 1, ?)
             ON CONFLICT DO UPDATE SET tries = tries + 1, correct_at = coalesce(correct_at, excluded.correct_at)",
        )
        .bind(account.to_string())
        .bind(course)
        .bind(lesson)
        .bind(quiz)
        .bind(correct.then(|| self.clock.seconds()))
        .execute(&self.pool)
        .await
        .map(drop)
    }

    /// Remembers where the learner is.
    pub async fn visit(
        &self,
        account: AccountId,
        course: &str,
        kind: Kind,
        slug: &str,
    ) -> sqlx::Result<()> {
        sqlx::query("INSERT OR REPLACE INTO last_place (account, course, kind, slug, at) VALUES (?, ?, ?, ?, ?)")
            .bind(account.to_string())
            .bind(course)
            .bind(kind.word())
            .bind(slug)
            .bind(self.clock.seconds())
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// Everything that the learner has done in the course.
    pub async fn progress(&self, account: AccountId, course: &str) -> sqlx::Result<CourseProgress> {
        let account = account.to_string();
        let lessons = sqlx::query_scalar(
            "SELECT lesson FROM lesson_progress WHERE account = ? AND course = ?",
        )
        .bind(&account)
        .bind(course)
        .fetch_all(&self.pool)
        .await?
        .into_iter()
        .collect();
        let mut quizzes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for row in sqlx::query(
            "SELECT lesson, quiz FROM quiz_progress WHERE account = ? AND course = ? AND correct_at IS NOT NULL",
        )
        .bind(&account)
        .bind(course)
        .fetch_all(&self.pool)
        .await?
        {
            quizzes.entry(row.try_get(0)?).or_default().insert(row.try_get(1)?);
        }
        let mut checks: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for row in
            sqlx::query("SELECT lab, check_id FROM check_progress WHERE account = ? AND course = ?")
                .bind(&account)
                .bind(course)
                .fetch_all(&self.pool)
                .await?
        {
            checks
                .entry(row.try_get(0)?)
                .or_default()
                .insert(row.try_get(1)?);
        }
        let last =
            sqlx::query("SELECT kind, slug FROM last_place WHERE account = ? AND course = ?")
                .bind(&account)
                .bind(course)
                .fetch_optional(&self.pool)
                .await?
                .map(|row| -> sqlx::Result<LastPlace> {
                    let kind = if row.try_get::<&str, _>(0)? == "lab" {
                        Kind::Lab
                    } else {
                        Kind::Lesson
                    };
                    Ok(LastPlace {
                        kind,
                        slug: row.try_get(1)?,
                    })
                })
                .transpose()?;
        Ok(CourseProgress {
            lessons,
            quizzes,
            checks,
            last,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::store::testing::store;

    #[tokio::test]
    async fn a_question_once_right_stays_right() {
        let (store, _folder) = store(Clock::fixed(5)).await;
        let me = store.create_guest().await.unwrap();
        for correct in [false, true, false] {
            store
                .record_quiz(me, "docker", "images", "q1", correct)
                .await
                .unwrap();
        }
        let progress = store.progress(me, "docker").await.unwrap();
        assert_eq!(
            progress.quizzes["images"],
            BTreeSet::from(["q1".to_owned()])
        );
    }

    #[tokio::test]
    async fn a_wrong_answer_is_no_progress() {
        let (store, _folder) = store(Clock::fixed(5)).await;
        let me = store.create_guest().await.unwrap();
        store
            .record_quiz(me, "docker", "images", "q1", false)
            .await
            .unwrap();
        assert_eq!(
            store.progress(me, "docker").await.unwrap(),
            CourseProgress::default()
        );
    }

    #[tokio::test]
    async fn progress_belongs_to_one_learner() {
        let (store, _folder) = store(Clock::fixed(5)).await;
        let me = store.create_guest().await.unwrap();
        let other = store.create_guest().await.unwrap();
        store
            .set_lesson_done(me, "docker", "images", true)
            .await
            .unwrap();
        store
            .visit(me, "docker", Kind::Lab, "layers")
            .await
            .unwrap();
        assert_eq!(
            store.progress(other, "docker").await.unwrap(),
            CourseProgress::default()
        );
        let mine = store.progress(me, "docker").await.unwrap();
        assert!(mine.lessons.contains("images"));
        assert_eq!(
            mine.last,
            Some(LastPlace {
                kind: Kind::Lab,
                slug: "layers".into()
            })
        );
        store
            .set_lesson_done(me, "docker", "images", false)
            .await
            .unwrap();
        assert!(
            store
                .progress(me, "docker")
                .await
                .unwrap()
                .lessons
                .is_empty()
        );
    }
}
