//! Grades of lessons and quizzes: they come from progress, whenever it changes, and not from
//! anything handed in.

use std::collections::{BTreeMap, BTreeSet};

use drydock_course::model::{Block, Lesson};

use super::rules::Terms;
use crate::app::App;
use crate::ids::{AccountId, AssignmentId};
use crate::store::{AssignmentKind, AssignmentRow, ClassRow, NewGrade};

/// What counts of parts that were done at these times, of so many. Work counts as it stood at its
/// best: what is added late never takes from what was in time. Work from before the assignment
/// counts. `None`: nothing was done.
pub fn grade(terms: &Terms, mut times: Vec<i64>, of: usize) -> Option<NewGrade> {
    if times.is_empty() {
        return None;
    }
    times.sort_unstable();
    let mut best = NewGrade {
        score: 0.0,
        max_score: number(of),
        submission: None,
        late_days: 0,
    };
    let taken = times
        .iter()
        .filter(|at| terms.closes_at.is_none_or(|closes| **at < closes));
    for (before, at) in taken.enumerate() {
        let late_days = terms.late_days(*at);
        let score = terms.after_lateness(number(before + 1), late_days);
        if score > best.score {
            best = NewGrade {
                score,
                late_days,
                ..best
            };
        }
    }
    Some(best)
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The ids of a lesson's questions.
pub fn questions(lesson: &Lesson) -> BTreeSet<&str> {
    lesson
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Quiz(quiz) => Some(quiz.id.as_str()),
            _ => None,
        })
        .collect()
}

/// Brings the grades of a class's lessons and quizzes up to date: of one person or of all, of one
/// assignment or of all.
///
/// # Errors
/// When the database fails.
pub async fn refresh(
    app: &App,
    class: &ClassRow,
    assignments: &[AssignmentRow],
    only: Option<AccountId>,
) -> sqlx::Result<()> {
    let read = |row: &&AssignmentRow| row.kind != AssignmentKind::Lab;
    let wanted: BTreeMap<AssignmentId, &AssignmentRow> = assignments
        .iter()
        .filter(read)
        .map(|row| (row.id, row))
        .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let content = app.content.now();
    // One assignment is looked up alone; for more, everything of the class is.
    let one = match assignments {
        [one] => Some(one.id),
        _ => None,
    };
    let mut grades = Vec::new();
    for ((id, account), parts) in app.store.reading(class, one, only).await? {
        let Some(row) = wanted.get(&id) else { continue };
        let Some((_, _, lesson)) = content.lesson(&class.course, &row.slug) else {
            continue;
        };
        let grade = if row.kind == AssignmentKind::Lesson {
            grade(&row.terms, parts.into_iter().map(|(_, at)| at).collect(), 1)
        } else {
            let asked = questions(lesson);
            let right = parts
                .into_iter()
                .filter(|(quiz, _)| asked.contains(quiz.as_str()));
            grade(&row.terms, right.map(|(_, at)| at).collect(), asked.len())
        };
        if let Some(grade) = grade {
            grades.push((id, account, grade));
        }
    }
    app.store.record_grades(&grades).await
}

/// After somebody got on with a lesson: brings the grades of every assignment that asks for it up
/// to date.
///
/// # Errors
/// When the database fails.
pub async fn progressed(
    app: &App,
    account: AccountId,
    course: &str,
    lesson: &str,
) -> sqlx::Result<()> {
    for (class, asked) in app
        .store
        .assignments_of_item(account, course, false, lesson)
        .await?
    {
        refresh(app, &class, &[asked.assignment], Some(account)).await?;
    }
    Ok(())
}

/// After somebody joined a class: what they did before counts.
///
/// # Errors
/// When the database fails.
pub async fn joined(app: &App, class: &ClassRow, account: Option<AccountId>) -> sqlx::Result<()> {
    let assignments = app.store.assignments(class.id).await?;
    refresh(app, class, &assignments, account).await
}

/// After somebody's progress grew in another way, by what they did as a guest: in every class.
///
/// # Errors
/// When the database fails.
pub async fn merged(app: &App, account: AccountId) -> sqlx::Result<()> {
    for (class, asked) in app.store.assignments_of_student(account).await? {
        let assignments: Vec<AssignmentRow> = asked.into_iter().map(|one| one.assignment).collect();
        refresh(app, &class, &assignments, Some(account)).await?;
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these numbers are exact")]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn terms() -> Terms {
        Terms {
            opens_at: Some(0),
            due_at: Some(10 * DAY),
            closes_at: Some(14 * DAY),
            late_percent: 25,
            ..Terms::default()
        }
    }

    fn of(times: &[i64]) -> Option<(f64, u32)> {
        grade(&terms(), times.to_vec(), 4).map(|grade| {
            assert_eq!(grade.max_score, 4.0);
            (grade.score, grade.late_days)
        })
    }

    #[test]
    fn what_is_done_in_time_or_before_counts_whole() {
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[-5 * DAY]), Some((1.0, 0)));
        assert_eq!(of(&[DAY, 2 * DAY, 10 * DAY]), Some((3.0, 0)));
    }

    #[test]
    fn what_is_added_late_never_takes_from_what_was_in_time() {
        assert_eq!(of(&[DAY, 2 * DAY, 3 * DAY, 10 * DAY + 1]), Some((3.0, 0)));
        assert_eq!(of(&[DAY, 11 * DAY, 11 * DAY, 11 * DAY]), Some((3.0, 1)));
    }

    #[test]
    fn what_comes_after_the_close_does_not_count() {
        assert_eq!(of(&[14 * DAY]), Some((0.0, 0)));
        assert_eq!(of(&[DAY, 14 * DAY]), Some((1.0, 0)));
    }
}
