//! How students stand with what they are assigned.

use std::collections::BTreeMap;

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::assignments::{AssignmentRow, COLUMNS};
use super::classes::{self, ClassRow};
use super::{Store, id};
use crate::ids::{AccountId, AssignmentId, ClassId, SubmissionId};

/// One assignment as one student stands with it.
#[derive(Debug, Clone, PartialEq)]
pub struct StudentAssignment {
    /// The assignment.
    pub assignment: AssignmentRow,
    /// What counts: points and of how many, an override before the rest.
    pub grade: Option<(f64, f64)>,
    /// Days begun after the due time of what counts.
    pub late_days: i64,
    /// How often the lab was handed in, submissions that the platform failed aside.
    pub attempts: i64,
    /// State of the last submission.
    pub last_state: Option<String>,
    /// The last submission.
    pub last_submission: Option<SubmissionId>,
}

impl Store {
    /// The assignments of a class as one student stands with them, in the class's order.
    pub async fn student_assignments(
        &self,
        class: ClassId,
        account: AccountId,
    ) -> sqlx::Result<Vec<StudentAssignment>> {
        sqlx::query(&format!(
            "SELECT {COLUMNS}, {STANDING} WHERE assignments.class = ?2 ORDER BY assignments.position, assignments.id"
        ))
        .bind(account.to_string())
        .bind(class.to_string())
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(student_assignment)
        .collect()
    }

    /// The assignments of all classes in which somebody is a student, archived ones aside, by class.
    pub async fn assignments_of_student(
        &self,
        account: AccountId,
    ) -> sqlx::Result<Vec<(ClassRow, Vec<StudentAssignment>)>> {
        let rows = sqlx::query(&format!(
            "SELECT {}, {COLUMNS}, {STANDING}
             JOIN classes ON classes.id = assignments.class
             JOIN members ON members.class = classes.id AND members.account = ?1 AND members.role = 'student'
             WHERE archived_at IS NULL ORDER BY classes.id DESC, assignments.position, assignments.id",
            classes::COLUMNS
        ))
        .bind(account.to_string())
        .fetch_all(&self.pool)
        .await?;
        let mut found: Vec<(ClassRow, Vec<StudentAssignment>)> = Vec::new();
        for row in &rows {
            let (class, assignment) = (ClassRow::read(row)?, student_assignment(row)?);
            match found.last_mut() {
                Some((last, assignments)) if last.id == class.id => assignments.push(assignment),
                _ => found.push((class, vec![assignment])),
            }
        }
        Ok(found)
    }

    /// The assignments that ask a student for this lesson (its text or its questions) or lab.
    pub async fn assignments_of_item(
        &self,
        account: AccountId,
        course: &str,
        lab: bool,
        slug: &str,
    ) -> sqlx::Result<Vec<(ClassRow, StudentAssignment)>> {
        let kinds = if lab { "'lab'" } else { "'lesson', 'quiz'" };
        sqlx::query(&format!(
            "SELECT {}, {COLUMNS}, {STANDING}
             JOIN classes ON classes.id = assignments.class
             JOIN members ON members.class = classes.id AND members.account = ?1 AND members.role = 'student'
             WHERE assignments.kind IN ({kinds}) AND assignments.slug = ?2 AND classes.course = ?3
                AND archived_at IS NULL
             ORDER BY assignments.due_at IS NULL, assignments.due_at, assignments.id",
            classes::COLUMNS
        ))
        .bind(account.to_string())
        .bind(slug)
        .bind(course)
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(|row| Ok((ClassRow::read(row)?, student_assignment(row)?)))
        .collect()
    }

    /// What students did of the lessons and quizzes of a class, and when: answered which question
    /// rightly, or (under an empty name) read the lesson. Of one assignment and one student if so asked.
    pub async fn reading(
        &self,
        class: &ClassRow,
        assignment: Option<AssignmentId>,
        account: Option<AccountId>,
    ) -> sqlx::Result<BTreeMap<(AssignmentId, AccountId), Vec<(String, i64)>>> {
        const ASKED: &str = "FROM assignments JOIN members ON members.class = assignments.class AND role = 'student'";
        const WHICH: &str = "WHERE assignments.class = ?1 AND course = ?2
            AND (?3 IS NULL OR assignments.id = ?3) AND (?4 IS NULL OR members.account = ?4)";
        let rows = sqlx::query(&format!(
            "SELECT assignments.id, members.account, '', done_at {ASKED}
             JOIN lesson_progress done ON done.account = members.account AND done.lesson = slug
             {WHICH} AND kind = 'lesson'
             UNION ALL
             SELECT assignments.id, members.account, quiz, correct_at {ASKED}
             JOIN quiz_progress done ON done.account = members.account AND done.lesson = slug
             {WHICH} AND kind = 'quiz' AND correct_at IS NOT NULL"
        ))
        .bind(class.id.to_string())
        .bind(&class.course)
        .bind(assignment.map(|id| id.to_string()))
        .bind(account.map(|id| id.to_string()))
        .fetch_all(&self.pool)
        .await?;
        let mut done: BTreeMap<_, Vec<(String, i64)>> = BTreeMap::new();
        for row in &rows {
            let key = (id(row.try_get(0)?)?, id(row.try_get(1)?)?);
            done.entry(key)
                .or_default()
                .push((row.try_get(2)?, row.try_get(3)?));
        }
        Ok(done)
    }

    /// How many students of a class have a grade in which assignment.
    pub async fn graded_counts(&self, class: ClassId) -> sqlx::Result<BTreeMap<AssignmentId, i64>> {
        sqlx::query(
            "SELECT assignments.id, COUNT(*) FROM assignments
             JOIN grades ON grades.assignment = assignments.id
             JOIN members ON members.class = assignments.class AND members.account = grades.account AND role = 'student'
             WHERE assignments.class = ? AND COALESCE(override_score, score) IS NOT NULL GROUP BY assignments.id",
        )
        .bind(class.to_string())
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(|row| Ok((id(row.try_get(0)?)?, row.try_get(1)?)))
        .collect()
    }
}

/// How the student `?1` stands with each of the assignments.
const STANDING: &str = "COALESCE(override_score, score) AS counted, max_score, late_days,
    (SELECT COUNT(*) FROM submissions WHERE assignment = assignments.id AND account = ?1 AND state <> 'error') AS attempts,
    (SELECT state FROM submissions WHERE assignment = assignments.id AND account = ?1 ORDER BY attempt DESC LIMIT 1)
        AS last_state,
    (SELECT id FROM submissions WHERE assignment = assignments.id AND account = ?1 ORDER BY attempt DESC LIMIT 1)
        AS last_submission
    FROM assignments LEFT JOIN grades ON grades.assignment = assignments.id AND grades.account = ?1";

fn student_assignment(row: &SqliteRow) -> sqlx::Result<StudentAssignment> {
    let counted: Option<f64> = row.try_get("counted")?;
    let of: Option<f64> = row.try_get("max_score")?;
    Ok(StudentAssignment {
        assignment: AssignmentRow::read(row)?,
        grade: counted.zip(of),
        late_days: row.try_get::<Option<i64>, _>("late_days")?.unwrap_or(0),
        attempts: row.try_get("attempts")?,
        last_state: row.try_get("last_state")?,
        last_submission: row
            .try_get::<Option<&str>, _>("last_submission")?
            .map(id)
            .transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classes::rules::Terms;
    use crate::clock::Clock;
    use crate::store::assignments::Losses;
    use crate::store::testing::store;
    use crate::store::{AssignmentKind, MemberRole, NewClass};

    async fn class(store: &Store) -> ClassRow {
        let new = NewClass {
            course: "docker",
            title: "A class",
            time_zone: "UTC",
        };
        store.create_class(new, None).await.unwrap()
    }

    #[tokio::test]
    async fn a_student_sees_the_assignments_of_living_classes_with_what_counts() {
        let (store, _folder) = store(Clock::fixed(7)).await;
        let (mine, other) = (class(&store).await, class(&store).await);
        let me = store.create_guest().await.unwrap();
        store
            .add_member(mine.id, me, MemberRole::Student)
            .await
            .unwrap();
        for class in [&mine, &other] {
            store
                .create_assignment(class.id, AssignmentKind::Quiz, "layers", &Terms::default())
                .await
                .unwrap();
        }
        let own = store.assignments(mine.id).await.unwrap().remove(0);
        sqlx::query("INSERT INTO grades (assignment, account, score, max_score, at, override_score) VALUES (?, ?, 2, 4, 7, 3)")
            .bind(own.id.to_string())
            .bind(me.to_string())
            .execute(store.pool())
            .await
            .unwrap();
        let all = store.assignments_of_student(me).await.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].0.id, mine.id);
        assert_eq!(all[0].1[0].grade, Some((3.0, 4.0)));
        let due = store
            .assignments_of_item(me, "docker", false, "layers")
            .await
            .unwrap();
        assert_eq!(due.len(), 1);
        assert!(
            store
                .assignments_of_item(me, "docker", true, "layers")
                .await
                .unwrap()
                .is_empty()
        );
        assert_eq!(
            store.losses(own.id).await.unwrap(),
            Losses {
                submissions: 0,
                grades: 1
            }
        );
        store.archive_class(mine.id, true).await.unwrap();
        assert!(store.assignments_of_student(me).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn what_was_done_of_a_lesson_is_found_for_all_students_at_once() {
        let (store, _folder) = store(Clock::fixed(7)).await;
        let class = class(&store).await;
        let (me, teacher) = (
            store.create_guest().await.unwrap(),
            store.create_guest().await.unwrap(),
        );
        store
            .add_member(class.id, me, MemberRole::Student)
            .await
            .unwrap();
        store
            .add_member(class.id, teacher, MemberRole::Instructor)
            .await
            .unwrap();
        for account in [me, teacher] {
            store
                .set_lesson_done(account, "docker", "layers", true)
                .await
                .unwrap();
            store
                .record_quiz(account, "docker", "layers", "q1", true)
                .await
                .unwrap();
            store
                .record_quiz(account, "docker", "layers", "q2", false)
                .await
                .unwrap();
        }
        let mut asked = Vec::new();
        for kind in [AssignmentKind::Lesson, AssignmentKind::Quiz] {
            let made = store
                .create_assignment(class.id, kind, "layers", &Terms::default())
                .await;
            asked.push(made.unwrap().id);
        }
        let read = ((asked[0], me), vec![(String::new(), 7)]);
        let right = ((asked[1], me), vec![("q1".to_owned(), 7)]);
        let all = store.reading(&class, None, None).await.unwrap();
        assert_eq!(all, [read, right.clone()].into());
        let one = store
            .reading(&class, Some(asked[1]), Some(me))
            .await
            .unwrap();
        assert_eq!(one, [right].into());
        let none = store.reading(&class, None, Some(teacher)).await.unwrap();
        assert!(none.is_empty());
    }
}
