//! Lessons, quizzes and labs that a class is asked to do, and by when.

use std::collections::BTreeMap;

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::classes::{self, ClassRow, Refused};
use super::grades::read_terms;
use super::{Store, id};
use crate::classes::rules::Terms;
use crate::ids::{AccountId, AssignmentId, ClassId, SubmissionId};

/// Assignments of a class.
pub const ASSIGNMENTS: i64 = 200;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AssignmentKind {
    /// A lesson, marked as read.
    Lesson,
    /// The questions of a lesson.
    Quiz,
    /// A lab, submitted and graded.
    Lab,
}

impl AssignmentKind {
    /// The word that is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lesson => "lesson",
            Self::Quiz => "quiz",
            Self::Lab => "lab",
        }
    }

    /// The kind of that word.
    pub fn read(word: &str) -> Option<Self> {
        [Self::Lesson, Self::Quiz, Self::Lab]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

/// A stored assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignmentRow {
    /// Its id.
    pub id: AssignmentId,
    /// The class that it is of.
    pub class: ClassId,
    /// What is asked for.
    pub kind: AssignmentKind,
    /// Slug of the lesson or lab in the class's course.
    pub slug: String,
    /// When it is open, and how it counts.
    pub terms: Terms,
    /// Unix seconds.
    pub created_at: i64,
}

impl AssignmentRow {
    /// Reads the columns of [`COLUMNS`].
    pub(super) fn read(row: &SqliteRow) -> sqlx::Result<Self> {
        let kind = AssignmentKind::read(row.try_get("kind")?)
            .ok_or_else(|| sqlx::Error::Decode("an unknown kind of assignment".into()))?;
        Ok(Self {
            id: id(row.try_get("assignment_id")?)?,
            class: id(row.try_get("class")?)?,
            kind,
            slug: row.try_get("slug")?,
            terms: read_terms(row)?,
            created_at: row.try_get("assignment_created_at")?,
        })
    }
}

/// The columns of an assignment in a query that may join other tables.
pub(super) const COLUMNS: &str =
    "assignments.id AS assignment_id, assignments.class, assignments.kind, assignments.slug,
    assignments.opens_at, assignments.due_at, assignments.closes_at, assignments.late_percent,
    assignments.max_attempts, assignments.counts, assignments.grading,
    assignments.created_at AS assignment_created_at";

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

/// What goes with an assignment when it is deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Losses {
    /// Submissions of students.
    pub submissions: i64,
    /// Students with a grade.
    pub grades: i64,
}

impl Store {
    /// Asks a class to do something; it comes last in the list.
    ///
    /// # Errors
    /// [`Refused::Taken`] when the class is asked for it already, [`Refused::Full`] when it has
    /// [`ASSIGNMENTS`].
    pub async fn create_assignment(
        &self,
        class: ClassId,
        kind: AssignmentKind,
        slug: &str,
        terms: &Terms,
    ) -> Result<AssignmentRow, Refused> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let (there, last): (i64, i64) = sqlx::query_as(
            "SELECT COUNT(*), COALESCE(MAX(position), 0) FROM assignments WHERE class = ?",
        )
        .bind(class.to_string())
        .fetch_one(&mut *tx)
        .await?;
        if there >= ASSIGNMENTS {
            return Err(Refused::Full(format!(
                "A class can have {ASSIGNMENTS} assignments. Delete one first."
            )));
        }
        let row = AssignmentRow {
            id: AssignmentId::fresh(),
            class,
            kind,
            slug: slug.to_owned(),
            terms: terms.clone(),
            created_at: self.clock.seconds(),
        };
        let added = sqlx::query(
            "INSERT OR IGNORE INTO assignments (id, class, kind, slug, opens_at, due_at, closes_at, late_percent,
                max_attempts, counts, grading, position, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(row.id.to_string())
        .bind(class.to_string())
        .bind(kind.word())
        .bind(slug)
        .bind(terms.opens_at)
        .bind(terms.due_at)
        .bind(terms.closes_at)
        .bind(terms.late_percent)
        .bind(terms.max_attempts)
        .bind(terms.counts.word())
        .bind(terms.grading.word())
        .bind(last + 1)
        .bind(row.created_at)
        .execute(&mut *tx)
        .await?
        .rows_affected();
        if added == 0 {
            return Err(Refused::Taken("The class has this assignment already."));
        }
        tx.commit().await?;
        Ok(row)
    }

    /// The assignment of that id.
    pub async fn assignment(
        &self,
        assignment: AssignmentId,
    ) -> sqlx::Result<Option<AssignmentRow>> {
        sqlx::query(&format!("SELECT {COLUMNS} FROM assignments WHERE id = ?"))
            .bind(assignment.to_string())
            .fetch_optional(&self.pool)
            .await?
            .as_ref()
            .map(AssignmentRow::read)
            .transpose()
    }

    /// The assignments of a class in its order.
    pub async fn assignments(&self, class: ClassId) -> sqlx::Result<Vec<AssignmentRow>> {
        sqlx::query(&format!(
            "SELECT {COLUMNS} FROM assignments WHERE class = ? ORDER BY position, id"
        ))
        .bind(class.to_string())
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(AssignmentRow::read)
        .collect()
    }

    /// Changes when an assignment is open and how it counts.
    pub async fn set_terms(&self, assignment: AssignmentId, terms: &Terms) -> sqlx::Result<()> {
        sqlx::query(
            "UPDATE assignments SET opens_at = ?, due_at = ?, closes_at = ?, late_percent = ?, max_attempts = ?,
                counts = ?, grading = ? WHERE id = ?",
        )
        .bind(terms.opens_at)
        .bind(terms.due_at)
        .bind(terms.closes_at)
        .bind(terms.late_percent)
        .bind(terms.max_attempts)
        .bind(terms.counts.word())
        .bind(terms.grading.word())
        .bind(assignment.to_string())
        .execute(&self.pool)
        .await
        .map(drop)
    }

    /// Moves an assignment one place up or down in its class; at the end it stays.
    pub async fn move_assignment(&self, assignment: AssignmentId, up: bool) -> sqlx::Result<()> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let (order, beyond) = if up { ("DESC", "<") } else { ("ASC", ">") };
        let swap: Option<(String, i64, i64)> = sqlx::query_as(&format!(
            "SELECT other.id, other.position, own.position FROM assignments own JOIN assignments other
                ON other.class = own.class AND other.position {beyond} own.position
             WHERE own.id = ? ORDER BY other.position {order} LIMIT 1"
        ))
        .bind(assignment.to_string())
        .fetch_optional(&mut *tx)
        .await?;
        if let Some((other, theirs, own)) = swap {
            for (id, position) in [(other, own), (assignment.to_string(), theirs)] {
                sqlx::query("UPDATE assignments SET position = ? WHERE id = ?")
                    .bind(position)
                    .bind(id)
                    .execute(&mut *tx)
                    .await?;
            }
        }
        tx.commit().await
    }

    /// What would go with an assignment.
    pub async fn losses(&self, assignment: AssignmentId) -> sqlx::Result<Losses> {
        let (submissions, grades) = sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM submissions WHERE assignment = ?1),
                (SELECT COUNT(*) FROM grades WHERE assignment = ?1)",
        )
        .bind(assignment.to_string())
        .fetch_one(&self.pool)
        .await?;
        Ok(Losses {
            submissions,
            grades,
        })
    }

    /// Deletes an assignment with its submissions and grades.
    pub async fn delete_assignment(&self, assignment: AssignmentId) -> sqlx::Result<()> {
        sqlx::query("DELETE FROM assignments WHERE id = ?")
            .bind(assignment.to_string())
            .execute(&self.pool)
            .await
            .map(drop)
    }

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
    use crate::clock::Clock;
    use crate::store::testing::store;
    use crate::store::{MemberRole, NewClass};

    async fn class(store: &Store) -> ClassRow {
        let new = NewClass {
            course: "docker",
            title: "A class",
            time_zone: "UTC",
        };
        store.create_class(new, None).await.unwrap()
    }

    #[tokio::test]
    async fn assignments_keep_the_order_that_they_are_moved_to() {
        let (store, _folder) = store(Clock::fixed(7)).await;
        let class = class(&store).await.id;
        let terms = Terms {
            due_at: Some(100),
            late_percent: 10,
            max_attempts: Some(3),
            ..Terms::default()
        };
        let mut made = Vec::new();
        for slug in ["one", "two", "three"] {
            made.push(
                store
                    .create_assignment(class, AssignmentKind::Lab, slug, &terms)
                    .await
                    .unwrap(),
            );
        }
        let again = store
            .create_assignment(class, AssignmentKind::Lab, "two", &terms)
            .await;
        assert!(matches!(again, Err(Refused::Taken(_))));
        store.move_assignment(made[2].id, true).await.unwrap();
        store.move_assignment(made[0].id, true).await.unwrap();
        let stored = store.assignments(class).await.unwrap();
        assert_eq!(stored, [made[0].clone(), made[2].clone(), made[1].clone()]);
        store.delete_assignment(made[0].id).await.unwrap();
        assert_eq!(store.assignment(made[0].id).await.unwrap(), None);
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
