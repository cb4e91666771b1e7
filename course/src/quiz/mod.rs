//! Questions: a fenced `quiz` block into a [`Quiz`] (`read`), and an answer into a verdict.

pub(crate) mod read;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::{Choice, Quiz, QuizKind};

/// What a learner answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuizAnswer {
    /// Indexes of the picked choices.
    Choices(Vec<usize>),
    /// What was typed.
    Text(String),
    /// Indexes of the shown items (see [`display_order`]) in the order that the learner gave them.
    Order(Vec<usize>),
}

/// What is said to an answer. The right answer is not in it, unless it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuizVerdict {
    /// Whether the answer is right.
    pub correct: bool,
    /// Safe HTML: with a right answer why it is right, with a wrong text or order what to think of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
    /// The picked choices.
    #[serde(skip_serializing_if = "Vec::is_empty", rename = "choices")]
    pub picked: Vec<PickedChoice>,
}

/// A choice that the learner picked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PickedChoice {
    /// Its index.
    pub index: usize,
    /// Whether it belongs to the right answer.
    pub correct: bool,
    /// Why, as safe HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Why an answer cannot be judged: it is not one to this question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAnAnswer(pub String);

impl std::fmt::Display for NotAnAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotAnAnswer {}

/// Judges an answer.
///
/// # Errors
/// The answer is of another kind than the question, or names a choice that is not there.
pub fn judge(quiz: &Quiz, answer: &QuizAnswer) -> Result<QuizVerdict, NotAnAnswer> {
    match (&quiz.kind, answer) {
        (QuizKind::Single { choices }, QuizAnswer::Choices(picked)) => {
            if picked.len() != 1 {
                return Err(NotAnAnswer(format!(
                    "pick one choice, found {}",
                    picked.len()
                )));
            }
            judge_choices(quiz, choices, picked)
        }
        (QuizKind::Multiple { choices }, QuizAnswer::Choices(picked)) => {
            judge_choices(quiz, choices, picked)
        }
        (
            QuizKind::Text {
                accept,
                case,
                why_not,
            },
            QuizAnswer::Text(text),
        ) => {
            let given = normal(text, *case);
            Ok(plain(
                quiz,
                accept.iter().any(|right| normal(right, *case) == given),
                why_not,
            ))
        }
        (QuizKind::Order { items, why_not }, QuizAnswer::Order(given)) => {
            let shown = display_order(quiz);
            let mut sorted = given.clone();
            sorted.sort_unstable();
            if sorted != (0..items.len()).collect::<Vec<_>>() {
                return Err(NotAnAnswer(format!(
                    "give each of the {} items once",
                    items.len()
                )));
            }
            let right = given
                .iter()
                .enumerate()
                .all(|(place, index)| shown.get(*index) == Some(&place));
            Ok(plain(quiz, right, why_not))
        }
        (kind, _) => {
            let expected = match kind {
                QuizKind::Single { .. } | QuizKind::Multiple { .. } => "{\"choices\": [0]}",
                QuizKind::Text { .. } => "{\"text\": \"…\"}",
                QuizKind::Order { .. } => "{\"order\": [1, 0]}",
            };
            Err(NotAnAnswer(format!(
                "this question is answered with {expected}"
            )))
        }
    }
}

fn judge_choices(
    quiz: &Quiz,
    choices: &[Choice],
    picked: &[usize],
) -> Result<QuizVerdict, NotAnAnswer> {
    let mut indexes = picked.to_vec();
    indexes.sort_unstable();
    indexes.dedup();
    let mut verdicts = Vec::new();
    for index in indexes {
        let choice = choices.get(index).ok_or_else(|| {
            NotAnAnswer(format!(
                "there is no choice {index}: they go from 0 to {}",
                choices.len().saturating_sub(1)
            ))
        })?;
        verdicts.push(PickedChoice {
            index,
            correct: choice.correct,
            why: choice.why.clone(),
        });
    }
    let right = choices.iter().filter(|choice| choice.correct).count();
    let correct = verdicts.len() == right && verdicts.iter().all(|verdict| verdict.correct);
    Ok(QuizVerdict {
        correct,
        explanation: quiz.explanation.clone().filter(|_| correct),
        picked: verdicts,
    })
}

fn plain(quiz: &Quiz, correct: bool, why_not: &str) -> QuizVerdict {
    let explanation = if correct {
        quiz.explanation.clone()
    } else {
        Some(why_not.to_owned())
    };
    QuizVerdict {
        correct,
        explanation,
        picked: Vec::new(),
    }
}

/// A typed answer as it is compared: trimmed, inner white space as one space.
fn normal(text: &str, case: bool) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if case { text } else { text.to_lowercase() }
}

/// For a question of the kind "put in order": which item is shown at each place. It is the same at
/// every load, and never the right order. Empty for other questions.
pub fn display_order(quiz: &Quiz) -> Vec<usize> {
    let QuizKind::Order { items, .. } = &quiz.kind else {
        return Vec::new();
    };
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_cached_key(|index| {
        let mut hash = Sha256::new();
        hash.update(quiz.id.as_bytes());
        hash.update(items[*index].as_bytes());
        hash.finalize().to_vec()
    });
    if order.iter().copied().eq(0..items.len()) {
        order.rotate_left(1);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(text: &str, correct: bool) -> Choice {
        Choice {
            text: text.into(),
            correct,
            why: Some(format!("why {text}")),
        }
    }

    fn quiz(kind: QuizKind) -> Quiz {
        Quiz {
            id: "q1".into(),
            question: "?".into(),
            kind,
            explanation: Some("because".into()),
        }
    }

    fn order() -> Quiz {
        let items = ["a", "b", "c", "d"].map(String::from).to_vec();
        quiz(QuizKind::Order {
            items,
            why_not: "think".into(),
        })
    }

    #[test]
    fn a_wrong_pick_explains_itself_and_does_not_tell_the_right_one() {
        let quiz = quiz(QuizKind::Single {
            choices: vec![choice("a", true), choice("b", false)],
        });
        let verdict = judge(&quiz, &QuizAnswer::Choices(vec![1])).unwrap();
        assert!(!verdict.correct);
        assert_eq!(verdict.explanation, None);
        assert_eq!(
            verdict.picked,
            [PickedChoice {
                index: 1,
                correct: false,
                why: Some("why b".into())
            }]
        );
    }

    #[test]
    fn of_several_right_choices_all_must_be_picked() {
        let choices = vec![choice("a", true), choice("b", false), choice("c", true)];
        let quiz = quiz(QuizKind::Multiple { choices });
        let correct = |picked: &[usize]| {
            judge(&quiz, &QuizAnswer::Choices(picked.to_vec()))
                .unwrap()
                .correct
        };
        assert!(correct(&[2, 0]));
        assert!(correct(&[0, 2, 2]));
        assert!(!correct(&[0]));
        assert!(!correct(&[0, 1, 2]));
        assert!(!correct(&[]));
    }

    #[test]
    fn a_typed_answer_forgives_case_and_white_space_unless_case_matters() {
        let text = |case| {
            quiz(QuizKind::Text {
                accept: vec!["docker ps  -a".into()],
                case,
                why_not: "no".into(),
            })
        };
        let answer = QuizAnswer::Text("  Docker PS -a\n".into());
        assert!(judge(&text(false), &answer).unwrap().correct);
        let verdict = judge(&text(true), &answer).unwrap();
        assert_eq!(
            (verdict.correct, verdict.explanation.as_deref()),
            (false, Some("no"))
        );
    }

    #[test]
    fn items_are_shown_in_a_lasting_order_that_is_not_the_right_one() {
        let quiz = order();
        let shown = display_order(&quiz);
        assert_eq!(shown, display_order(&quiz));
        assert_ne!(shown, [0, 1, 2, 3]);
        // The learner brings the shown items into the right order: the place of each item.
        let right: Vec<usize> = (0..4)
            .map(|item| shown.iter().position(|index| *index == item).unwrap())
            .collect();
        assert!(judge(&quiz, &QuizAnswer::Order(right)).unwrap().correct);
        let verdict = judge(&quiz, &QuizAnswer::Order(vec![0, 1, 2, 3])).unwrap();
        assert_eq!(
            (verdict.correct, verdict.explanation.as_deref()),
            (false, Some("think"))
        );
    }

    #[test]
    fn what_is_no_answer_to_the_question_is_refused_with_what_is() {
        let single = quiz(QuizKind::Single {
            choices: vec![choice("a", true), choice("b", false)],
        });
        for answer in [
            QuizAnswer::Choices(vec![]),
            QuizAnswer::Choices(vec![0, 1]),
            QuizAnswer::Choices(vec![7]),
            QuizAnswer::Text("a".into()),
        ] {
            assert!(judge(&single, &answer).is_err(), "{answer:?}");
        }
        for answer in [vec![0, 1], vec![0, 0, 1, 2], vec![0, 1, 2, 9]] {
            assert!(
                judge(&order(), &QuizAnswer::Order(answer.clone())).is_err(),
                "{answer:?}"
            );
        }
    }

    #[test]
    fn answers_and_verdicts_are_the_json_of_the_api() {
        let answer: QuizAnswer = serde_json::from_str(r#"{"choices":[0]}"#).unwrap();
        assert_eq!(answer, QuizAnswer::Choices(vec![0]));
        let answer: QuizAnswer = serde_json::from_str(r#"{"order":[2,0,1]}"#).unwrap();
        assert_eq!(answer, QuizAnswer::Order(vec![2, 0, 1]));
        let quiz = quiz(QuizKind::Single {
            choices: vec![choice("a", true), choice("b", false)],
        });
        let verdict = judge(&quiz, &QuizAnswer::Choices(vec![0])).unwrap();
        assert_eq!(
            serde_json::to_string(&verdict).unwrap(),
            r#"{"correct":true,"explanation":"because","choices":[{"index":0,"correct":true,"why":"why a"}]}"#
        );
    }
}
