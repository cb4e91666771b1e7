//! What a class's sessions and submissions say over time, and what goes on in them now.

use serde_json::json;
use sqlx::Row as _;

use super::{Store, id};
use crate::gradebook::live::{Result as LiveResult, Sitting};
use crate::gradebook::statistics::Attempt;
use crate::ids::ClassId;

/// A lab as a class has done it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabRow {
    /// Its slug.
    pub lab: String,
    /// Students who began it.
    pub began: i64,
    /// Students who passed every check at least once.
    pub finished: i64,
}

/// Something that many found in place of what a check wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongRow {
    /// The check.
    pub check: String,
    /// What was found.
    pub found: String,
    /// How many students had it.
    pub students: i64,
}

/// A check as it was graded in the submissions that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GradedRow {
    /// The check.
    pub check: String,
    /// Its title then.
    pub title: String,
    /// Whether students do not see it.
    pub hidden: bool,
    /// Submissions that pass it.
    pub passed: i64,
    /// Submissions.
    pub of: i64,
}

/// Wrong states that are given for each check.
const WRONG: i64 = 4;
/// Letters of a wrong state that are told apart.
const FOUND: i64 = 200;
/// Most results that are looked at for one lab.
const RESULTS: i64 = 200_000;

impl Store {
    /// How far a class got in these labs, each given with how many checks it has.
    pub async fn lab_statistics(
        &self,
        class: ClassId,
        course: &str,
        labs: &[(&str, usize)],
    ) -> sqlx::Result<Vec<LabRow>> {
        let labs: Vec<_> = labs.iter().map(|(lab, of)| json!([lab, of])).collect();
        let rows = sqlx::query(
            "WITH labs AS (SELECT value ->> 0 AS lab, value ->> 1 AS checks FROM json_each(?3)),
             students AS (
                SELECT labs.lab, checks, count(DISTINCT CASE history.state WHEN 'pass' THEN check_id END) AS passed
                FROM members CROSS JOIN labs CROSS JOIN check_history history
                    ON history.course = ?2 AND history.lab = labs.lab AND history.account = members.account
                WHERE class = ?1 AND role = 'student' GROUP BY labs.lab, members.account)
             SELECT lab, count(*), sum(passed >= checks) FROM students GROUP BY lab",
        )
        .bind(class.to_string())
        .bind(course)
        .bind(serde_json::Value::from(labs).to_string())
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(LabRow {
                    lab: row.try_get(0)?,
                    began: row.try_get(1)?,
                    finished: row.try_get(2)?,
                })
            })
            .collect()
    }

    /// Every result of a lab in a class, each session's together and in order of time.
    pub async fn lab_attempts(
        &self,
        class: ClassId,
        course: &str,
        lab: &str,
    ) -> sqlx::Result<Vec<Attempt>> {
        let rows = sqlx::query(
            "SELECT history.account, session, step, check_id, history.state = 'pass', at, created_at
             FROM members CROSS JOIN check_history history
                ON history.course = ?2 AND history.lab = ?3 AND history.account = members.account
             LEFT JOIN lab_sessions ON lab_sessions.id = session
             WHERE class = ?1 AND role = 'student' AND history.state <> 'error'
             ORDER BY session, at, seq LIMIT ?4",
        )
        .bind(class.to_string())
        .bind(course)
        .bind(lab)
        .bind(RESULTS)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Attempt {
                    account: id(row.try_get(0)?)?,
                    session: row.try_get(1)?,
                    step: row.try_get(2)?,
                    check: row.try_get(3)?,
                    passed: row.try_get(4)?,
                    at: row.try_get(5)?,
                    begun: row.try_get(6)?,
                })
            })
            .collect()
    }

    /// What most students found in place of what each check wants, the most common first.
    pub async fn lab_wrong_states(
        &self,
        class: ClassId,
        course: &str,
        lab: &str,
    ) -> sqlx::Result<Vec<WrongRow>> {
        let rows = sqlx::query(
            "SELECT check_id, text, students FROM (
                SELECT check_id, substr(found, 1, ?5) AS text, count(DISTINCT history.account) AS students,
                    row_number() OVER (PARTITION BY check_id ORDER BY count(DISTINCT history.account) DESC, found) AS place
                FROM members CROSS JOIN check_history history
                    ON history.course = ?2 AND history.lab = ?3 AND history.account = members.account
                WHERE class = ?1 AND role = 'student' AND history.state = 'fail'
                GROUP BY check_id, text)
             WHERE place <= ?4 ORDER BY check_id, place",
        )
        .bind(class.to_string())
        .bind(course)
        .bind(lab)
        .bind(WRONG)
        .bind(FOUND)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(WrongRow {
                    check: row.try_get(0)?,
                    found: row.try_get(1)?,
                    students: row.try_get(2)?,
                })
            })
            .collect()
    }

    /// The checks of a lab as they were graded in the submissions that count.
    pub async fn lab_graded(&self, class: ClassId, lab: &str) -> sqlx::Result<Vec<GradedRow>> {
        let rows = sqlx::query(
            "SELECT check_id, max(title), max(hidden), sum(state = 'pass'), count(*)
             FROM assignments JOIN grades ON grades.assignment = assignments.id
             JOIN graded_checks checks ON checks.submission = grades.submission
                AND run = (SELECT max(run) FROM gradings WHERE gradings.submission = grades.submission AND preview = 0)
             WHERE class = ?1 AND kind = 'lab' AND slug = ?2 GROUP BY check_id",
        )
        .bind(class.to_string())
        .bind(lab)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(GradedRow {
                    check: row.try_get(0)?,
                    title: row.try_get(1)?,
                    hidden: row.try_get(2)?,
                    passed: row.try_get(3)?,
                    of: row.try_get(4)?,
                })
            })
            .collect()
    }

    /// Students of a class with a living session of a lab of its course, and what their checks say.
    pub async fn live_sittings(&self, class: ClassId, course: &str) -> sqlx::Result<Vec<Sitting>> {
        let rows = sqlx::query(
            "SELECT s.id, s.account, coalesce(name, 'Guest') AS name, s.lab, s.created_at,
                check_id, checks.state, found, at
             FROM members JOIN lab_sessions s ON s.account = members.account AND course = ?2 AND ended_at IS NULL
             LEFT JOIN people ON people.account = members.account
             LEFT JOIN session_checks checks ON session = s.id
             WHERE class = ?1 AND members.role = 'student' ORDER BY s.id",
        )
        .bind(class.to_string())
        .bind(course)
        .fetch_all(&self.pool)
        .await?;
        let mut sittings: Vec<Sitting> = Vec::new();
        for row in &rows {
            let session = id(row.try_get(0)?)?;
            if sittings.last().is_none_or(|last| last.session != session) {
                sittings.push(Sitting {
                    session,
                    account: id(row.try_get(1)?)?,
                    name: row.try_get(2)?,
                    lab: row.try_get(3)?,
                    begun: row.try_get(4)?,
                    results: Default::default(),
                });
            }
            let check: Option<String> = row.try_get(5)?;
            if let (Some(check), Some(last)) = (check, sittings.last_mut()) {
                let state: &str = row.try_get(6)?;
                let result = LiveResult {
                    passed: state == "pass",
                    found: row.try_get(7)?,
                    at: row.try_get(8)?,
                };
                last.results.insert(check, result);
            }
        }
        Ok(sittings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::gradebook::testing::Room;
    use crate::ids::AccountId;

    async fn history(room: &Room, account: AccountId, rows: &[(&str, i64, &str, &str)]) {
        for (check, seq, state, found) in rows {
            room.execute(&format!(
                "INSERT INTO check_history (session, account, course, lab, step, check_id, seq, state, found, at)
                 VALUES ('s{account}', '{account}', 'docker', 'layers', 'one', '{check}', {seq}, '{state}', '{found}', {seq} * 10)"
            ))
            .await;
        }
    }

    #[tokio::test]
    async fn statistics_are_of_the_students_of_the_class_alone() {
        let room = Room::new(Clock::fixed(0)).await;
        let (ann, ben) = (room.student("Ann").await, room.student("Ben").await);
        let robin = room.instructor("Robin").await;
        let stranger = room.store.create_guest().await.unwrap();
        history(
            &room,
            ann,
            &[
                ("a", 1, "fail", "x"),
                ("a", 2, "pass", ""),
                ("b", 1, "pass", ""),
            ],
        )
        .await;
        history(&room, ben, &[("a", 1, "fail", "x"), ("a", 2, "fail", "y")]).await;
        for other in [robin, stranger] {
            history(
                &room,
                other,
                &[("a", 1, "fail", "z"), ("b", 1, "error", "")],
            )
            .await;
        }
        let labs = room
            .store
            .lab_statistics(room.class, "docker", &[("layers", 2), ("images", 3)])
            .await
            .unwrap();
        assert_eq!(
            labs,
            [LabRow {
                lab: "layers".into(),
                began: 2,
                finished: 1
            }]
        );
        let attempts = room
            .store
            .lab_attempts(room.class, "docker", "layers")
            .await
            .unwrap();
        assert_eq!(attempts.len(), 5);
        let wrong = room
            .store
            .lab_wrong_states(room.class, "docker", "layers")
            .await
            .unwrap();
        let wrong: Vec<_> = wrong
            .iter()
            .map(|it| (it.check.as_str(), it.found.as_str(), it.students))
            .collect();
        assert_eq!(wrong, [("a", "x", 2), ("a", "y", 1)]);
    }

    #[tokio::test]
    async fn what_was_found_is_cut_and_only_the_most_common_is_given() {
        let room = Room::new(Clock::fixed(0)).await;
        let ann = room.student("Ann").await;
        let long = "x".repeat(500);
        for seq in 1..=9 {
            history(&room, ann, &[("a", seq, "fail", &format!("{seq}{long}"))]).await;
        }
        let wrong = room
            .store
            .lab_wrong_states(room.class, "docker", "layers")
            .await
            .unwrap();
        assert_eq!(wrong.len(), 4);
        assert!(wrong.iter().all(|it| it.found.len() == 200));
    }

    #[tokio::test]
    async fn checks_are_counted_as_the_latest_grading_of_what_counts_has_them() {
        let room = Room::new(Clock::fixed(0)).await;
        let ann = room.student("Ann").await;
        let lab = room.assignment("lab", "layers", None).await;
        room.grade(lab, ann, Some(1.0), 2.0).await;
        let (first, second) = (
            room.submission(lab, ann, 1, "graded").await,
            room.submission(lab, ann, 2, "graded").await,
        );
        room.grading(first, 1, false, &[("a", false, false)]).await;
        room.grading(second, 1, false, &[("a", false, false), ("h", true, false)])
            .await;
        room.grading(second, 2, false, &[("a", false, true), ("h", true, false)])
            .await;
        room.grading(second, 3, true, &[("a", false, false), ("h", true, true)])
            .await;
        room.execute(&format!("UPDATE grades SET submission = '{second}'"))
            .await;
        let graded = room.store.lab_graded(room.class, "layers").await.unwrap();
        let graded: Vec<_> = graded
            .iter()
            .map(|it| (it.check.as_str(), it.hidden, it.passed, it.of))
            .collect();
        assert_eq!(graded, [("a", false, 1, 1), ("h", true, 0, 1)]);
    }

    #[tokio::test]
    async fn a_sitting_is_live_until_its_session_ends() {
        let room = Room::new(Clock::fixed(0)).await;
        let ann = room.student("Ann").await;
        room.execute(&format!(
            "INSERT INTO lab_sessions (id, account, course, lab, state, created_at, expires_at)
             VALUES ('01a11e37-4c98-76a2-8ecb-325687580b72', '{ann}', 'docker', 'layers', 'ready', 5, 99)"
        ))
        .await;
        let live = async || {
            room.store
                .live_sittings(room.class, "docker")
                .await
                .unwrap()
        };
        assert!(live().await[0].results.is_empty());
        room.execute("INSERT INTO session_checks (session, check_id, state, expected, found, at) VALUES ('01a11e37-4c98-76a2-8ecb-325687580b72', 'a', 'fail', '', 'nothing', 7)").await;
        let found = live().await;
        assert_eq!(
            (found[0].name.as_str(), found[0].results["a"].found.as_str()),
            ("Ann", "nothing")
        );
        room.execute("UPDATE lab_sessions SET ended_at = 9").await;
        assert!(live().await.is_empty());
    }
}
