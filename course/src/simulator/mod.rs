//! Simulators: pictures of what Docker does that a learner can play with. A fenced block `layers`, `lifecycle`,
//! `run-steps` or `vm-vs-container` into a [`Simulator`]. Every key has a default: an empty block is the standard scene.

mod layers;
mod lifecycle;
mod machines;
mod run_steps;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use layers::Layers;
pub(crate) use layers::LayersFront;
pub use lifecycle::Lifecycle;
pub(crate) use lifecycle::LifecycleFront;
pub use machines::{Figures, Machines};
pub(crate) use machines::{FiguresFront, MachinesFront};
pub use run_steps::RunSteps;
pub(crate) use run_steps::RunStepsFront;

use crate::markdown::Gathered;
use crate::problem::Problem;
use crate::source::{Fragment, Source};
use crate::yaml::{self, Node, Value};

/// Names of the fences.
pub(crate) const FENCES: &[&str] = &["layers", "lifecycle", "run-steps", "vm-vs-container"];

/// What is simulated, with its settings.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "simulator", rename_all = "kebab-case")]
pub enum Simulator {
    /// The build cache.
    Layers(Layers),
    /// Containers from one image.
    Lifecycle(Lifecycle),
    /// What `docker run` does.
    RunSteps(RunSteps),
    /// Virtual machines beside containers.
    #[serde(rename = "vm-vs-container")]
    Machines(Machines),
}

/// Reads the block of a fence in [`FENCES`]. Problems go to `gathered`.
pub(crate) fn read(
    source: &Source,
    name: &str,
    body: &Fragment<'_>,
    gathered: &mut Gathered,
) -> Option<Simulator> {
    let before = gathered.problems.len();
    let node = match yaml::parse(source, body) {
        Ok(node) => node,
        Err(problem) => {
            gathered.problems.push(problem);
            return None;
        }
    };
    let mut reader = Reader {
        source,
        node: &node,
        gathered,
    };
    let simulator = match name {
        "layers" => reader
            .front()
            .map(|front| Simulator::Layers(layers::read(front, &mut reader))),
        "lifecycle" => reader
            .front()
            .map(|front| Simulator::Lifecycle(lifecycle::read(front, &mut reader))),
        "run-steps" => reader
            .front()
            .map(|front| Simulator::RunSteps(run_steps::read(front, &mut reader))),
        _ => reader
            .front()
            .map(|front| Simulator::Machines(machines::read(front, &mut reader))),
    };
    let broken = gathered.problems[before..].iter().any(Problem::is_error);
    simulator.filter(|_| !broken)
}

/// A block and where its problems go.
struct Reader<'a> {
    source: &'a Source,
    node: &'a Node,
    gathered: &'a mut Gathered,
}

impl Reader<'_> {
    /// The keys of the block; those of the standard scene if it is empty.
    fn front<T: DeserializeOwned + Default>(&mut self) -> Option<T> {
        if self.node.value == Value::Null {
            return Some(T::default());
        }
        let front = yaml::mapping(self.source, self.node, "the block")
            .and_then(|()| yaml::decode(self.source, self.node));
        front
            .map_err(|problem| self.gathered.problems.push(problem))
            .ok()
    }

    /// A text on one line with at most so many characters.
    fn line(&mut self, key: &str, given: Option<String>, default: &str, most: usize) -> String {
        let Some(text) = given else {
            return default.to_owned();
        };
        self.check_line(self.node.place_of(key), &text, most);
        text.trim().to_owned()
    }

    /// Texts on one line each.
    fn lines(
        &mut self,
        key: &str,
        given: Option<Vec<String>>,
        default: &[&str],
        how_many: std::ops::RangeInclusive<usize>,
        most: usize,
    ) -> Vec<String> {
        let Some(texts) = given else {
            return default.iter().map(|text| (*text).to_owned()).collect();
        };
        if !how_many.contains(&texts.len()) {
            let message = format!(
                "`{key}` has {} to {} items, found {}",
                how_many.start(),
                how_many.end(),
                texts.len()
            );
            self.error(self.node.place_of(key), message, "add or remove some");
        }
        for (index, text) in texts.iter().enumerate() {
            let at = self.node.place_in(key, index);
            self.check_line(at, text, most);
            if texts
                .get(..index)
                .is_some_and(|before| before.contains(text))
            {
                self.error(
                    at,
                    "this item is given twice",
                    "change or remove one of them",
                );
            }
        }
        texts.iter().map(|text| text.trim().to_owned()).collect()
    }

    /// A name of an image, container or the like: it stands in commands that learners read.
    fn word(&mut self, key: &str, given: Option<String>, default: &str, most: usize) -> String {
        let word = self.line(key, given, default, most);
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-/:@".contains(c);
        if !word.chars().all(plain) {
            self.error(
                self.node.place_of(key),
                format!("`{word}` cannot stand in a command as it is"),
                "use letters, digits and `._-/:@`",
            );
        }
        word
    }

    fn check_line(&mut self, at: usize, text: &str, most: usize) {
        let length = text.trim().chars().count();
        if length == 0 {
            self.error(at, "this text is empty", "write one, or remove the key");
        } else if text.trim().contains('\n') {
            self.error(at, "this text has several lines, expected one", "join them");
        } else if length > most {
            self.error(
                at,
                format!("this text has {length} characters: there is room for {most}"),
                "shorten it",
            );
        }
    }

    fn error(&mut self, at: usize, message: impl Into<String>, help: impl Into<String>) {
        self.gathered
            .problems
            .push(self.source.error(at, message).help(help));
    }
}
