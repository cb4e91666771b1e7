//! A fenced `quiz` block into a [`Quiz`].

use serde::Deserialize;

use super::normal;

use crate::markdown::{self, Base, Gathered, Kind, escape};
use crate::model::{Choice, Quiz, QuizKind};
use crate::problem::Problem;
use crate::source::{Fragment, Source};
use crate::yaml::{self, Node};

/// Keys of a `quiz` block.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuizFront {
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
pub(crate) struct ChoiceFront {
    text: String,
    #[serde(default)]
    correct: bool,
    why: Option<String>,
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
