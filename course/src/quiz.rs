//! Questions: a fenced `quiz` block into a [`Quiz`], and an answer into a verdict.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::markdown::{self, Base, Gathered, Kind, escape};
use crate::model::{Choice, Quiz, QuizKind};
use crate::problem::Problem;
use crate::source::{Fragment, Source};
use crate::yaml::{self, Node};

/// Keys of a `quiz` block.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuizFront {
    question: String,
    id: Option<String>,
    choices: Option<Vec<ChoiceFront>>,
    multiple: Option<bool>,
    accept: Option<Vec<String>>,
    case: Option<bool>,
    order: Option<Vec<String>>,
    why_not: Option<String>,
    explain: Option<String>,
}

/// Keys of a choice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChoiceFront {
    text: String,
    #[serde(default)]
    correct: bool,
    why: Option<String>,
}

/// The keys of a `quiz` block and of its choices.
pub fn keys() -> Vec<&'static str> {
    [yaml::keys_of::<QuizFront>(), yaml::keys_of::<ChoiceFront>()].concat()
}

/// Reads a block, the `number`th quiz of its page. Problems go to `gathered`.
pub(crate) fn read(
    source: &Source,
    body: &Fragment<'_>,
    base: &Base,
    number: usize,
    gathered: &mut Gathered,
) -> Option<Quiz> {
    let parsed = yaml::parse_mapping(source, body, "the quiz")
        .and_then(|node| yaml::decode::<QuizFront>(source, &node).map(|front| (node, front)));
    let (node, front) = match parsed {
        Ok(parsed) => parsed,
        Err(problem) => {
            gathered.problems.push(problem);
            return None;
        }
    };
    let before = gathered.problems.len();
    let mut reader = Reader {
        source,
        base,
        node: &node,
        gathered,
    };
    let quiz = reader.quiz(front, number);
    let broken = reader.gathered.problems[before..]
        .iter()
        .any(Problem::is_error);
    quiz.filter(|_| !broken)
}

struct Reader<'a> {
    source: &'a Source,
    base: &'a Base,
    node: &'a Node,
    gathered: &'a mut Gathered,
}

impl Reader<'_> {
    fn quiz(&mut self, front: QuizFront, number: usize) -> Option<Quiz> {
        let id = self.id(front.id.as_deref(), number)?;
        let question = self.line(&front.question, self.node.place_of("question"));
        let explanation = front
            .explain
            .as_deref()
            .map(|text| self.note(text, self.node.place_of("explain")));
        let kinds = ["choices", "accept", "order"].map(|key| self.node.get(key).is_some());
        if kinds.iter().filter(|given| **given).count() != 1 {
            self.error(
                self.node.at,
                "a quiz has exactly one of `choices`, `accept` and `order`",
                "`choices` to pick from, `accept` for a typed answer, `order` to put in order",
            );
            return None;
        }
        let [has_choices, has_accept, _] = kinds;
        if front.multiple.is_some() && !has_choices {
            self.error(
                self.node.place_of("multiple"),
                "`multiple` goes with `choices`",
                "remove it",
            );
        }
        if front.case.is_some() && !has_accept {
            self.error(
                self.node.place_of("case"),
                "`case` goes with `accept`",
                "remove it",
            );
        }
        let kind = if let Some(choices) = front.choices {
            if front.why_not.is_some() {
                self.error(
                    self.node.place_of("why_not"),
                    "`why_not` goes with `accept` and `order`",
                    "give each wrong choice a `why` of its own",
                );
            }
            self.choices(choices, front.multiple.unwrap_or(false))
        } else {
            let why_not = self.why_not(front.why_not.as_deref());
            match (front.accept, front.order) {
                (Some(accept), _) => self.typed(accept, front.case.unwrap_or(false), why_not),
                (None, items) => self.order(items.unwrap_or_default(), why_not),
            }
        };
        Some(Quiz {
            id,
            question,
            kind,
            explanation,
        })
    }

    fn id(&mut self, given: Option<&str>, number: usize) -> Option<String> {
        match given {
            None => Some(format!("q{number}")),
            Some(id) if !id.is_empty() && id == escape::slug(id) => Some(id.to_owned()),
            Some(id) => {
                let message = format!("`{id}` cannot be the id of a quiz");
                self.error(
                    self.node.place_of("id"),
                    message,
                    "use lower-case letters, digits and `-`",
                );
                None
            }
        }
    }

    fn choices(&mut self, fronts: Vec<ChoiceFront>, multiple: bool) -> QuizKind {
        let list = self.node.place_of("choices");
        if !(2..=8).contains(&fronts.len()) {
            self.error(
                list,
                format!("a quiz has 2 to 8 choices, found {}", fronts.len()),
                "add or remove some",
            );
        }
        let right = fronts.iter().filter(|choice| choice.correct).count();
        match (right, multiple) {
            (0, _) => self.error(
                list,
                "no choice is right",
                "add `correct: true` to the right one",
            ),
            (1, _) | (_, true) => {}
            (right, false) => self.error(
                list,
                format!("{right} choices are right, expected one"),
                "add `multiple: true` if all of them must be picked",
            ),
        }
        let mut texts: Vec<String> = Vec::new();
        let mut choices = Vec::new();
        for (index, front) in fronts.into_iter().enumerate() {
            let item = self
                .node
                .get("choices")
                .and_then(|list| list.items().get(index))
                .unwrap_or(self.node)
                .clone();
            let text = self.line(&front.text, item.place_of("text"));
            if texts.contains(&text) {
                self.error(
                    item.place_of("text"),
                    "this choice is given twice",
                    "change or remove one of them",
                );
            }
            texts.push(text.clone());
            if front.why.is_none() && !front.correct {
                self.error(
                    item.at,
                    "this wrong choice does not explain itself",
                    "add `why:` and say what a learner who picks it has misunderstood",
                );
            }
            let why = front
                .why
                .as_deref()
                .map(|why| self.note(why, item.place_of("why")));
            choices.push(Choice {
                text,
                correct: front.correct,
                why,
            });
        }
        if multiple {
            QuizKind::Multiple { choices }
        } else {
            QuizKind::Single { choices }
        }
    }

    fn typed(&mut self, accept: Vec<String>, case: bool, why_not: String) -> QuizKind {
        if accept.is_empty() {
            self.error(
                self.node.place_of("accept"),
                "no answer is accepted",
                "list the right answers",
            );
        }
        let mut seen: Vec<String> = Vec::new();
        for (index, answer) in accept.iter().enumerate() {
            let plain = normal(answer, case);
            let at = self.node.place_in("accept", index);
            if plain.is_empty() {
                self.error(
                    at,
                    "an empty answer would be accepted",
                    "write the answer, or remove the item",
                );
            } else if seen.contains(&plain) {
                self.gathered.problems.push(
                    self.source
                        .warning(at, format!("the answer `{answer}` is accepted already"))
                        .help("remove it"),
                );
            }
            seen.push(plain);
        }
        QuizKind::Text {
            accept,
            case,
            why_not,
        }
    }

    fn order(&mut self, items: Vec<String>, why_not: String) -> QuizKind {
        if !(2..=10).contains(&items.len()) {
            let message = format!(
                "a quiz has 2 to 10 items to put in order, found {}",
                items.len()
            );
            self.error(self.node.place_of("order"), message, "add or remove some");
        }
        let mut rendered = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let at = self.node.place_in("order", index);
            let html = self.line(item, at);
            if rendered.contains(&html) {
                self.error(
                    at,
                    "this item is given twice: their order could not be told",
                    "change one of them",
                );
            }
            rendered.push(html);
        }
        QuizKind::Order {
            items: rendered,
            why_not,
        }
    }

    fn why_not(&mut self, text: Option<&str>) -> String {
        match text {
            Some(text) => self.note(text, self.node.place_of("why_not")),
            None => {
                self.error(
                    self.node.at,
                    "a wrong answer to this quiz would not be explained",
                    "add `why_not:` and say what to think of",
                );
                String::new()
            }
        }
    }

    fn line(&mut self, text: &str, at: usize) -> String {
        if text.trim().is_empty() {
            self.error(at, "this text is empty", "write one");
        }
        markdown::render(
            self.source,
            &Fragment::pinned(text.trim(), at),
            self.base,
            Kind::Inline,
            self.gathered,
        )
    }

    fn note(&mut self, text: &str, at: usize) -> String {
        if text.trim().is_empty() {
            self.error(at, "this text is empty", "write one");
        }
        markdown::render(
            self.source,
            &Fragment::pinned(text, at),
            self.base,
            Kind::Note,
            self.gathered,
        )
    }

    fn error(&mut self, at: usize, message: impl Into<String>, help: impl Into<String>) {
        self.gathered
            .problems
            .push(self.source.error(at, message).help(help));
    }
}

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
