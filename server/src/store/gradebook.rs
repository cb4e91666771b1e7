//! The gradebook: students by assignments. A fixed number of queries, however many students there are.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::{Store, id};
use crate::gradebook::{Mark, Waits};
use crate::ids::{AccountId, AssignmentId, ClassId, SubmissionId};

/// An assignment as a column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnRow {
    /// Its id.
    pub id: AssignmentId,
    /// `lesson`, `quiz` or `lab`.
    pub kind: String,
    /// Slug of the lesson or lab.
    pub slug: String,
    /// Unix seconds.
    pub due_at: Option<i64>,
    /// Most points that anybody could have, if anybody has any.
    pub max_score: Option<f64>,
    /// Mean of the grades there are, in percent.
    pub mean: Option<f64>,
    /// How many grades there are.
    pub graded: i64,
}

/// A student as a row.
#[derive(Debug, Clone, PartialEq)]
pub struct StudentRow {
    /// Whose row it is.
    pub account: AccountId,
    /// Shown name.
    pub name: String,
    /// What they sign in with, if they do so here.
    pub email: Option<String>,
    /// See [`TOTALS`]. `None` while nothing counts.
    pub percent: Option<f64>,
}

/// What rows are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// The name.
    Name,
    /// The total.
    Total,
    /// The grade in one assignment.
    Assignment(AssignmentId),
}

/// Which rows are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// Part of a name or an e-mail address; empty for everybody.
    pub search: &'a str,
    /// What they are sorted by; who has nothing there comes last.
    pub sort: Sort,
    /// From high to low.
    pub descending: bool,
    /// How many are skipped.
    pub skip: i64,
    /// How many are given.
    pub take: i64,
}

/// The total of every student of class ?1 at time ?2, in percent: the mean over the assignments that are due (those
/// without a due date count once they are graded), each weighing the same. What was not handed in counts 0; what waits
/// to be graded, or could not be graded for a fault of ours, is left out.
const TOTALS: &str = "
    cols AS (SELECT id, due_at FROM assignments WHERE class = ?1),
    earned AS (
        SELECT account, sum(coalesce(override_score, score) / max_score) AS parts, sum(due_at IS NULL) AS undated
        FROM cols JOIN grades ON assignment = id
        WHERE coalesce(override_score, score) IS NOT NULL AND max_score > 0 AND (due_at IS NULL OR due_at <= ?2)
        GROUP BY account),
    waiting AS (
        SELECT s.account, count(DISTINCT s.assignment) AS count
        FROM cols JOIN submissions s ON s.assignment = cols.id
        LEFT JOIN grades g ON g.assignment = s.assignment AND g.account = s.account
        WHERE s.state <> 'graded' AND due_at <= ?2 AND coalesce(g.override_score, g.score) IS NULL
        GROUP BY s.account),
    totals AS (
        SELECT members.account, coalesce(people.name, 'Guest') AS name, people.email,
            coalesce(parts, 0.0) * 100 / nullif((SELECT count(*) FROM cols WHERE due_at <= ?2)
                + coalesce(undated, 0) - coalesce(waiting.count, 0), 0) AS percent
        FROM members
        LEFT JOIN people USING (account) LEFT JOIN earned USING (account) LEFT JOIN waiting USING (account)
        WHERE class = ?1 AND members.role = 'student')";

impl Store {
    /// The assignments of a class in their order.
    pub async fn gradebook_columns(&self, class: ClassId) -> sqlx::Result<Vec<ColumnRow>> {
        let rows = sqlx::query(
            "SELECT id, kind, slug, due_at, max(max_score) AS max_score, count(coalesce(override_score, score)) AS graded,
                avg(coalesce(override_score, score) * 100 / nullif(max_score, 0)) AS mean
             FROM assignments
             LEFT JOIN grades ON assignment = id
                AND account IN (SELECT account FROM members WHERE class = ?1 AND role = 'student')
             WHERE class = ?1 GROUP BY id ORDER BY position, id",
        )
        .bind(class.to_string())
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(ColumnRow {
                    id: id(row.try_get("id")?)?,
                    kind: row.try_get("kind")?,
                    slug: row.try_get("slug")?,
                    due_at: row.try_get("due_at")?,
                    max_score: row.try_get("max_score")?,
                    mean: row.try_get("mean")?,
                    graded: row.try_get("graded")?,
                })
            })
            .collect()
    }

    /// Students with their totals, and how many there are with such a name in all.
    pub async fn gradebook_students(
        &self,
        class: ClassId,
        wanted: &Wanted<'_>,
    ) -> sqlx::Result<(Vec<StudentRow>, i64)> {
        let key = match wanted.sort {
            Sort::Name => "NULL",
            Sort::Total => "percent",
            Sort::Assignment(_) => "coalesce(override_score, score) / nullif(max_score, 0)",
        };
        let direction = if wanted.descending { "DESC" } else { "ASC" };
        let by_name = match wanted.sort {
            Sort::Name => direction,
            Sort::Total | Sort::Assignment(_) => "ASC",
        };
        let assignment = match wanted.sort {
            Sort::Assignment(assignment) => assignment.to_string(),
            Sort::Name | Sort::Total => String::new(),
        };
        let sql = format!(
            "WITH {TOTALS}
             SELECT totals.account, name, email, percent, count(*) OVER () AS found FROM totals
             LEFT JOIN grades ON assignment = ?3 AND grades.account = totals.account
             WHERE instr(lower(name), lower(?4)) > 0 OR instr(lower(coalesce(email, '')), lower(?4)) > 0
             ORDER BY {key} IS NULL, {key} {direction}, name COLLATE NOCASE {by_name}, totals.account LIMIT ?5 OFFSET ?6"
        );
        let rows = sqlx::query(&sql)
            .bind(class.to_string())
            .bind(self.clock.seconds())
            .bind(assignment)
            .bind(wanted.search)
            .bind(wanted.take)
            .bind(wanted.skip)
            .fetch_all(&self.pool)
            .await?;
        let found = rows.first().map_or(Ok(0), |row| row.try_get("found"))?;
        let students = rows.iter().map(|row| {
            Ok(StudentRow {
                account: id(row.try_get("account")?)?,
                name: row.try_get("name")?,
                email: row.try_get("email")?,
                percent: row.try_get("percent")?,
            })
        });
        Ok((students.collect::<sqlx::Result<_>>()?, found))
    }

    /// The mean of all totals of a class.
    pub async fn gradebook_mean(&self, class: ClassId) -> sqlx::Result<Option<f64>> {
        sqlx::query_scalar(&format!("WITH {TOTALS} SELECT avg(percent) FROM totals"))
            .bind(class.to_string())
            .bind(self.clock.seconds())
            .fetch_one(&self.pool)
            .await
    }

    /// What these students have in the assignments of a class, and what of theirs is not graded.
    pub async fn gradebook_marks(
        &self,
        class: ClassId,
        students: &[AccountId],
    ) -> sqlx::Result<Vec<(AccountId, AssignmentId, Mark)>> {
        let accounts: Vec<_> = students.iter().map(ToString::to_string).collect();
        let accounts =
            serde_json::to_string(&accounts).map_err(|error| sqlx::Error::Encode(error.into()))?;
        let rows = sqlx::query(
            "WITH cols AS (SELECT id FROM assignments WHERE class = ?1), rows AS (SELECT value AS account FROM json_each(?2))
             SELECT g.account, g.assignment, score, max_score, submission, late_days, override_score, NULL AS waits
             FROM cols CROSS JOIN rows CROSS JOIN grades g ON g.assignment = cols.id AND g.account = rows.account
             UNION ALL
             SELECT account, assignment, NULL, 0.0, id, 0, NULL, state
             FROM submissions WHERE state <> 'graded' AND assignment IN (SELECT id FROM cols)
                AND account IN (SELECT account FROM rows)",
        )
        .bind(class.to_string())
        .bind(accounts)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(mark).collect()
    }
}

fn mark(row: &SqliteRow) -> sqlx::Result<(AccountId, AssignmentId, Mark)> {
    let submission = row
        .try_get::<Option<&str>, _>(4)?
        .map(id::<SubmissionId>)
        .transpose()?;
    let waits = row.try_get::<Option<&str>, _>(7)?.map(|state| {
        if state == "error" {
            Waits::Fault
        } else {
            Waits::Grading
        }
    });
    let mark = Mark {
        score: row.try_get(2)?,
        max_score: row.try_get(3)?,
        submission,
        late_days: row.try_get(5)?,
        override_score: row.try_get(6)?,
        waits,
    };
    Ok((id(row.try_get(0)?)?, id(row.try_get(1)?)?, mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::gradebook::testing::Room;

    const NOW: i64 = 1_000_000;

    fn everybody(sort: Sort, descending: bool) -> Wanted<'static> {
        Wanted {
            search: "",
            sort,
            descending,
            skip: 0,
            take: 100,
        }
    }

    async fn percents(room: &Room) -> Vec<(String, Option<f64>)> {
        let wanted = everybody(Sort::Name, false);
        let students = room
            .store
            .gradebook_students(room.class, &wanted)
            .await
            .unwrap()
            .0;
        students
            .into_iter()
            .map(|it| (it.name, it.percent))
            .collect()
    }

    #[tokio::test]
    async fn a_total_is_the_mean_of_what_is_due_and_what_was_not_handed_in_counts_nothing() {
        let room = Room::new(Clock::fixed(NOW)).await;
        let (ann, ben) = (room.student("Ann").await, room.student("Ben").await);
        let past = room.assignment("lab", "images", Some(NOW - 10)).await;
        let also_past = room.assignment("lab", "layers", Some(NOW)).await;
        let future = room.assignment("lab", "volumes", Some(NOW + 10)).await;
        room.grade(past, ann, Some(3.0), 4.0).await;
        room.grade(also_past, ann, Some(5.0), 10.0).await;
        room.grade(future, ann, Some(0.0), 10.0).await;
        room.grade(past, ben, Some(4.0), 4.0).await;
        assert_eq!(
            percents(&room).await,
            [("Ann".into(), Some(62.5)), ("Ben".into(), Some(50.0))]
        );
        assert_eq!(
            room.store.gradebook_mean(room.class).await.unwrap(),
            Some(56.25)
        );
    }

    #[tokio::test]
    async fn an_assignment_without_a_date_counts_once_it_is_graded() {
        let room = Room::new(Clock::fixed(NOW)).await;
        let (ann, _) = (room.student("Ann").await, room.student("Ben").await);
        let undated = room.assignment("lab", "images", None).await;
        room.grade(undated, ann, Some(1.0), 4.0).await;
        assert_eq!(
            percents(&room).await,
            [("Ann".into(), Some(25.0)), ("Ben".into(), None)]
        );
    }

    #[tokio::test]
    async fn what_waits_or_failed_for_us_is_left_out_of_the_total() {
        let room = Room::new(Clock::fixed(NOW)).await;
        let ann = room.student("Ann").await;
        let graded = room.assignment("lab", "images", Some(NOW - 10)).await;
        let waits = room.assignment("lab", "layers", Some(NOW - 10)).await;
        let fault = room.assignment("lab", "volumes", Some(NOW - 10)).await;
        room.grade(graded, ann, Some(4.0), 4.0).await;
        room.submission(waits, ann, 1, "queued").await;
        room.submission(fault, ann, 1, "error").await;
        room.submission(graded, ann, 2, "queued").await;
        assert_eq!(percents(&room).await, [("Ann".into(), Some(100.0))]);
    }

    #[tokio::test]
    async fn an_override_counts_in_place_of_the_score() {
        let room = Room::new(Clock::fixed(NOW)).await;
        let ann = room.student("Ann").await;
        let lab = room.assignment("lab", "images", Some(NOW - 10)).await;
        room.grade(lab, ann, Some(1.0), 4.0).await;
        room.execute("UPDATE grades SET override_score = 3").await;
        assert_eq!(percents(&room).await, [("Ann".into(), Some(75.0))]);
        let columns = room.store.gradebook_columns(room.class).await.unwrap();
        assert_eq!((columns[0].mean, columns[0].graded), (Some(75.0), 1));
    }

    #[tokio::test]
    async fn rows_are_sorted_by_any_column_and_who_has_nothing_comes_last() {
        let room = Room::new(Clock::fixed(NOW)).await;
        let mut accounts = Vec::new();
        for name in ["Ann", "ben", "Cem"] {
            accounts.push(room.student(name).await);
        }
        let lab = room.assignment("lab", "images", None).await;
        room.grade(lab, accounts[1], Some(1.0), 4.0).await;
        room.grade(lab, accounts[2], Some(2.0), 4.0).await;
        let names = async |sort, descending| -> Vec<String> {
            let wanted = everybody(sort, descending);
            let students = room
                .store
                .gradebook_students(room.class, &wanted)
                .await
                .unwrap()
                .0;
            students.into_iter().map(|it| it.name).collect()
        };
        assert_eq!(names(Sort::Name, true).await, ["Cem", "ben", "Ann"]);
        assert_eq!(names(Sort::Total, false).await, ["ben", "Cem", "Ann"]);
        assert_eq!(
            names(Sort::Assignment(lab), true).await,
            ["Cem", "ben", "Ann"]
        );
    }

    #[tokio::test]
    async fn a_part_of_a_name_finds_and_pages_count_what_was_found() {
        let room = Room::new(Clock::fixed(NOW)).await;
        for name in ["Ann Lee", "Ben Lee", "Cem 100%"] {
            room.student(name).await;
        }
        let find = async |search: &str, skip| {
            let wanted = Wanted {
                search,
                skip,
                take: 1,
                ..everybody(Sort::Name, false)
            };
            let (students, found) = room
                .store
                .gradebook_students(room.class, &wanted)
                .await
                .unwrap();
            (
                students.into_iter().map(|it| it.name).collect::<Vec<_>>(),
                found,
            )
        };
        assert_eq!(find("LEE", 1).await, (vec!["Ben Lee".to_owned()], 2));
        assert_eq!(find("%", 0).await, (vec!["Cem 100%".to_owned()], 1));
        assert_eq!(find("nobody", 0).await, (vec![], 0));
    }

    #[tokio::test]
    async fn marks_are_those_of_the_class_and_of_the_students_that_are_asked_for() {
        let room = Room::new(Clock::fixed(NOW)).await;
        let (ann, ben) = (room.student("Ann").await, room.student("Ben").await);
        let lab = room.assignment("lab", "images", None).await;
        room.grade(lab, ann, Some(1.0), 4.0).await;
        room.grade(lab, ben, Some(1.0), 4.0).await;
        let waits = room.submission(lab, ann, 2, "grading").await;
        let marks = room
            .store
            .gradebook_marks(room.class, &[ann])
            .await
            .unwrap();
        assert_eq!(marks.len(), 2);
        assert!(
            marks
                .iter()
                .all(|(account, assignment, _)| (*account, *assignment) == (ann, lab))
        );
        assert_eq!((marks[0].2.score, marks[0].2.max_score), (Some(1.0), 4.0));
        assert_eq!(
            (marks[1].2.submission, marks[1].2.waits),
            (Some(waits), Some(Waits::Grading))
        );
    }
}
