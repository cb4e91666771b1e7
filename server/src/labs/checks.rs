//! The board of one session: every check with its last result and the learner's answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use drydock_course::check::{Check, Rule};
use drydock_course::model::Lab;
use drydock_grader::{State, Verdict};
use serde::Serialize;
use tokio::sync::Notify;
use utoipa::ToSchema;

use crate::store::CheckRow;

/// Where a check stands, as the page shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CheckState {
    /// Not looked at yet.
    Pending,
    /// Being looked at by something that takes a while.
    Running,
    /// Holds.
    Pass,
    /// Does not hold.
    Fail,
    /// Could not be found out; not the learner's fault.
    Error,
}

/// A check with its last result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CheckView {
    /// Unique in its lab.
    pub id: String,
    /// The step that it stands in.
    pub step: String,
    /// What is reached when it passes.
    pub title: String,
    /// Where it stands.
    pub state: CheckState,
    /// What was wanted.
    pub expected: String,
    /// What is there.
    pub found: String,
    /// What to look at next.
    pub hint: Option<String>,
    /// Weight in the score.
    pub points: u32,
    /// For a check that the learner answers in the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<AnswerView>,
}

/// A question of a lab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AnswerView {
    /// The question.
    pub question: String,
    /// Choices; without any, a text is asked for.
    pub choices: Vec<String>,
    /// What the learner answered last.
    pub given: Option<String>,
}

/// The board.
#[derive(Debug, Default)]
pub struct Checks {
    board: Mutex<Board>,
    /// Woken when a learner asks for a look or answers.
    pub(super) wake: Notify,
}

#[derive(Debug, Default)]
struct Board {
    results: BTreeMap<String, CheckRow>,
    answers: BTreeMap<String, String>,
    running: BTreeSet<String>,
    /// The learner asked for everything to be looked at again.
    all: bool,
}

impl Checks {
    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes over what an earlier run of the server stored.
    pub fn restore(&self, results: BTreeMap<String, CheckRow>, answers: BTreeMap<String, String>) {
        let mut board = self.board();
        board.results = results;
        board.answers = answers;
    }

    /// Forgets everything.
    pub fn clear(&self) {
        *self.board() = Board::default();
    }

    /// Asks for everything to be looked at again.
    pub fn ask(&self) {
        self.board().all = true;
        self.wake.notify_one();
    }

    /// Whether that was asked for since the last call.
    pub(super) fn asked(&self) -> bool {
        std::mem::take(&mut self.board().all)
    }

    /// Takes an answer.
    pub fn answer(&self, check: &str, answer: String) {
        self.board().answers.insert(check.to_owned(), answer);
        self.wake.notify_one();
    }

    /// The answers by check.
    pub fn answers(&self) -> BTreeMap<String, String> {
        self.board().answers.clone()
    }

    /// Ids of checks that have passed.
    pub fn passed(&self) -> BTreeSet<String> {
        self.board()
            .results
            .iter()
            .filter(|(_, row)| row.state == "pass")
            .map(|(id, _)| id.clone())
            .collect()
    }

    /// Marks checks as being looked at; says which changed.
    pub(super) fn set_running(&self, ids: BTreeSet<String>) -> BTreeSet<String> {
        let mut board = self.board();
        let changed = board.running.symmetric_difference(&ids).cloned().collect();
        board.running = ids;
        changed
    }

    /// Takes a verdict; the row to store if it is news. What has passed stays passed: a later step
    /// may well undo what an earlier one asked for.
    pub(super) fn settle(&self, check: &str, verdict: &Verdict) -> Option<CheckRow> {
        let state = match verdict.state {
            State::Pending => return None,
            State::Pass => "pass",
            State::Fail => "fail",
            State::Error => "error",
        };
        let row = CheckRow {
            state,
            expected: verdict.expected.clone(),
            found: verdict.found.clone(),
            look_at: verdict.look_at.clone(),
        };
        let mut board = self.board();
        match board.results.get(check) {
            Some(old) if old.state == "pass" || *old == row => None,
            _ => {
                board.results.insert(check.to_owned(), row.clone());
                Some(row)
            }
        }
    }

    /// The checks of the lab that a learner may see.
    pub fn view(&self, lab: &Lab) -> Vec<CheckView> {
        let board = self.board();
        lab.checks()
            .filter(|check| !check.hidden)
            .map(|check| board.view(check))
            .collect()
    }

    /// Those of these ids.
    pub fn view_of(&self, lab: &Lab, ids: &BTreeSet<String>) -> Vec<CheckView> {
        self.view(lab)
            .into_iter()
            .filter(|view| ids.contains(&view.id))
            .collect()
    }
}

impl Board {
    fn view(&self, check: &Check) -> CheckView {
        let result = self.results.get(&check.id);
        let state = match result.map(|row| row.state) {
            Some("pass") => CheckState::Pass,
            _ if self.running.contains(&check.id) => CheckState::Running,
            None => CheckState::Pending,
            Some("fail") => CheckState::Fail,
            Some(_) => CheckState::Error,
        };
        let answer = match &check.rule {
            Rule::Answer(rule) => Some(AnswerView {
                question: rule.question.clone(),
                choices: rule.choices.clone(),
                given: self.answers.get(&check.id).cloned(),
            }),
            _ => None,
        };
        CheckView {
            id: check.id.clone(),
            step: check.step.clone(),
            title: check.title.clone(),
            state,
            expected: result.map(|row| row.expected.clone()).unwrap_or_default(),
            found: result.map(|row| row.found.clone()).unwrap_or_default(),
            hint: result.and_then(|row| row.look_at.clone()),
            points: check.points,
            answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(state: State) -> Verdict {
        Verdict {
            state,
            expected: "e".into(),
            found: "f".into(),
            look_at: None,
        }
    }

    #[test]
    fn what_has_passed_stays_passed() {
        let checks = Checks::default();
        assert!(checks.settle("a", &verdict(State::Pass)).is_some());
        assert!(checks.settle("a", &verdict(State::Fail)).is_none());
        assert_eq!(checks.passed(), BTreeSet::from(["a".to_owned()]));
    }

    #[test]
    fn the_same_verdict_twice_is_no_news() {
        let checks = Checks::default();
        assert!(checks.settle("a", &verdict(State::Fail)).is_some());
        assert!(checks.settle("a", &verdict(State::Fail)).is_none());
        assert!(checks.settle("a", &verdict(State::Pending)).is_none());
        assert!(checks.settle("a", &verdict(State::Pass)).is_some());
    }
}
