//! Lessons, quizzes and labs that a class is asked to do, and by when.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::classes::Refused;
use super::grades::read_terms;
use super::{Store, id};
use crate::classes::rules::Terms;
use crate::ids::{AssignmentId, ClassId};

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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::store::testing::store;
    use crate::store::{ClassRow, NewClass};

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
}
