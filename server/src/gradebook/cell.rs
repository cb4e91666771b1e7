//! One student's standing in one assignment.

use std::collections::BTreeMap;

use crate::ids::{AccountId, AssignmentId, SubmissionId};

/// Why something that was handed in has no grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// It is queued or being graded.
    Grading,
    /// The platform failed.
    Fault,
}

/// What is stored of one student in one assignment: a grade, or something that has none yet (`waits`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mark {
    /// After lateness.
    pub score: Option<f64>,
    /// Points there are.
    pub max_score: f64,
    /// The one that counts, or that waits.
    pub submission: Option<SubmissionId>,
    /// Days begun after the due date.
    pub late_days: i64,
    /// In place of `score`.
    pub override_score: Option<f64>,
    /// What is not graded.
    pub waits: Option<Waits>,
}

/// Where a student stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Has a grade, from grading.
    Graded,
    /// Has a grade that an instructor put in its place.
    Overridden,
    /// Handed in, to be graded.
    Waiting,
    /// Handed in; the platform could not grade it.
    Fault,
    /// Not handed in, and was due.
    Missing,
    /// Not handed in, not due.
    Open,
}

impl State {
    /// The word in files; never changed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Graded => "graded",
            Self::Overridden => "overridden",
            Self::Waiting => "waiting",
            Self::Fault => "error",
            Self::Missing => "missing",
            Self::Open => "open",
        }
    }
}

/// One student's standing in one assignment.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Where they stand.
    pub state: State,
    /// The points that count.
    pub score: Option<f64>,
    /// Points there are, if anything was graded.
    pub max_score: Option<f64>,
    /// Days begun after the due date.
    pub late_days: i64,
    /// The submission to look at.
    pub submission: Option<SubmissionId>,
    /// Something newer is not graded yet.
    pub newer: bool,
}

impl Cell {
    /// Puts together what is stored of one student in one assignment. `due`: whether it was due.
    pub fn of(marks: &[Mark], due: bool) -> Self {
        let grade = marks.iter().find(|mark| mark.waits.is_none());
        // Ids sort by time.
        let waits = marks
            .iter()
            .filter(|mark| mark.waits.is_some())
            .max_by_key(|mark| mark.submission);
        let score = grade.and_then(|it| it.override_score.or(it.score));
        let state = match (score, grade, waits.and_then(|it| it.waits)) {
            (Some(_), Some(grade), _) if grade.override_score.is_some() => State::Overridden,
            (Some(_), _, _) => State::Graded,
            (None, _, Some(Waits::Grading)) => State::Waiting,
            (None, _, Some(Waits::Fault)) => State::Fault,
            (None, _, None) if due => State::Missing,
            (None, _, None) => State::Open,
        };
        Self {
            state,
            score,
            max_score: grade.map(|it| it.max_score),
            late_days: grade.map_or(0, |it| it.late_days),
            submission: grade
                .and_then(|it| it.submission)
                .or(waits.and_then(|it| it.submission)),
            newer: score.is_some() && waits.is_some_and(|it| it.waits == Some(Waits::Grading)),
        }
    }
}

/// Marks by student and assignment.
#[derive(Debug, Default)]
pub struct Marks(BTreeMap<(AccountId, AssignmentId), Vec<Mark>>);

impl Marks {
    /// Sorts them.
    pub fn new(marks: Vec<(AccountId, AssignmentId, Mark)>) -> Self {
        let mut sorted: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (account, assignment, mark) in marks {
            sorted.entry((account, assignment)).or_default().push(mark);
        }
        Self(sorted)
    }

    /// One student's standing in one assignment.
    pub fn cell(&self, account: AccountId, assignment: AssignmentId, due: bool) -> Cell {
        let marks = self.0.get(&(account, assignment));
        Cell::of(marks.map_or(&[], Vec::as_slice), due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graded(score: f64) -> Mark {
        Mark {
            score: Some(score),
            max_score: 4.0,
            submission: Some(SubmissionId::fresh()),
            ..Mark::default()
        }
    }

    fn waits(waits: Waits) -> Mark {
        Mark {
            waits: Some(waits),
            submission: Some(SubmissionId::fresh()),
            ..Mark::default()
        }
    }

    #[test]
    fn what_was_not_handed_in_is_missing_only_once_it_was_due() {
        assert_eq!(Cell::of(&[], false).state, State::Open);
        assert_eq!(Cell::of(&[], true).state, State::Missing);
    }

    #[test]
    fn what_waits_is_not_missing() {
        let cell = Cell::of(&[waits(Waits::Grading)], true);
        assert_eq!(
            (cell.state, cell.submission.is_some()),
            (State::Waiting, true)
        );
        assert_eq!(Cell::of(&[waits(Waits::Fault)], true).state, State::Fault);
    }

    #[test]
    fn a_grade_stands_while_a_newer_attempt_waits() {
        let first = graded(2.0);
        let cell = Cell::of(&[first.clone(), waits(Waits::Grading)], true);
        assert_eq!((cell.state, cell.newer), (State::Graded, true));
        assert_eq!(cell.submission, first.submission);
    }

    #[test]
    fn an_override_is_what_counts_also_where_nothing_was_graded() {
        let mut mark = graded(2.0);
        mark.override_score = Some(4.0);
        let cell = Cell::of(&[mark.clone()], true);
        assert_eq!((cell.state, cell.score), (State::Overridden, Some(4.0)));
        mark.score = None;
        assert_eq!(Cell::of(&[mark], true).state, State::Overridden);
    }
}
