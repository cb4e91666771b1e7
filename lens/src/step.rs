//! One step of a build.

use crate::Micros;
use crate::log::Log;
use crate::text::{cut, lines, one_line};

/// Bytes of a step's name that are kept.
const NAME: usize = 2000;
/// Bytes of an error that are kept.
const ERROR: usize = 4000;
/// Inputs that are kept.
const INPUTS: usize = 128;
/// A digest is shorter than this.
const DIGEST: usize = 128;

/// A node of the build as the engine tells of it; told again whenever it changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vertex {
    /// Names it.
    pub digest: String,
    /// Digests of what it is made from.
    pub inputs: Vec<String>,
    /// `[stage-1 3/5] COPY . .`
    pub name: String,
    /// Whether its result came from the cache.
    pub cached: bool,
    /// When it began.
    pub started: Option<Micros>,
    /// When it ended.
    pub completed: Option<Micros>,
    /// Why it failed; empty if it did not.
    pub error: String,
}

/// Where a step stands in its Dockerfile: the part in brackets of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The stage's name; empty if the Dockerfile has one stage only.
    pub stage: String,
    /// Counted from 1.
    pub number: u32,
    /// Steps of the stage.
    pub of: u32,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Not begun.
    Waiting,
    /// Under way.
    Running,
    /// Done by running.
    Done,
    /// Taken from the cache.
    Cached,
    /// Failed.
    Error,
}

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its digest.
    pub digest: String,
    /// Where it stands; `None` for what the builder does by itself (`[internal] …`, exporting).
    pub place: Option<Place>,
    /// The instruction, or what the builder calls what it does.
    pub text: String,
    /// Digests of what it is made from.
    pub inputs: Vec<String>,
    /// Whether its result came from the cache.
    pub cached: bool,
    /// When it began.
    pub started: Option<Micros>,
    /// When it ended.
    pub completed: Option<Micros>,
    /// Why it failed.
    pub error: Option<String>,
    /// What it printed.
    pub log: Log,
}

impl Step {
    pub(crate) fn new(vertex: Vertex) -> Self {
        let (place, text) = Place::of(&vertex.name);
        let mut step = Self {
            digest: cut(&vertex.digest, DIGEST).to_owned(),
            text: one_line(cut(text, NAME)),
            place,
            inputs: Vec::new(),
            cached: false,
            started: None,
            completed: None,
            error: None,
            log: Log::default(),
        };
        step.take(vertex);
        step
    }

    /// Takes over what is news.
    pub(crate) fn take(&mut self, vertex: Vertex) {
        if self.inputs.is_empty() {
            let inputs = vertex.inputs.iter().take(INPUTS);
            self.inputs = inputs.map(|input| cut(input, DIGEST).to_owned()).collect();
        }
        self.cached |= vertex.cached;
        if vertex.started.is_some() {
            self.started = vertex.started;
            self.completed = vertex.completed;
        }
        if !vertex.error.is_empty() {
            self.error = Some(lines(cut(vertex.error.trim(), ERROR)));
        }
    }

    /// How far it is.
    #[must_use]
    pub fn state(&self) -> StepState {
        match (self.started, self.completed) {
            _ if self.error.is_some() => StepState::Error,
            _ if self.cached => StepState::Cached,
            (None, _) => StepState::Waiting,
            (Some(_), None) => StepState::Running,
            (Some(_), Some(_)) => StepState::Done,
        }
    }

    /// How long it took; `None` until it has ended.
    #[must_use]
    pub fn duration(&self) -> Option<Micros> {
        Some((self.completed? - self.started?).max(0))
    }

    pub(crate) fn number(&self) -> u32 {
        self.place.as_ref().map_or(0, |place| place.number)
    }

    /// `COPY`, `RUN`…, in capitals.
    #[must_use]
    pub fn keyword(&self) -> String {
        let word = self.text.split_whitespace().next().unwrap_or_default();
        word.to_ascii_uppercase()
    }
}

impl Place {
    /// Takes `[stage-1 3/5] COPY . .` apart.
    fn of(name: &str) -> (Option<Self>, &str) {
        let apart = || {
            let (place, text) = name.strip_prefix('[')?.split_once("] ")?;
            let (stage, count) = place.rsplit_once(' ').unwrap_or(("", place));
            let (number, of) = count.split_once('/')?;
            let place = Self {
                // For several platforms the name begins with one: `linux/amd64 build`.
                stage: one_line(cut(stage.trim().rsplit(' ').next()?, 200)),
                number: number.parse().ok()?,
                of: of.parse().ok()?,
            };
            Some((Some(place), text))
        };
        apart().unwrap_or((None, name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &str) -> Step {
        Step::new(Vertex {
            name: name.to_owned(),
            ..Vertex::default()
        })
    }

    #[test]
    fn a_name_tells_stage_number_and_instruction() {
        let step = step("[stage-1 3/5] COPY --from=one  /o /o");
        let place = step.place.clone().unwrap();
        assert_eq!((&*place.stage, place.number, place.of), ("stage-1", 3, 5));
        assert_eq!(
            (&*step.text, &*step.keyword()),
            ("COPY --from=one /o /o", "COPY")
        );
    }

    #[test]
    fn a_single_stage_has_no_name_and_a_platform_is_left_out() {
        assert_eq!(step("[2/4] WORKDIR /app").place.unwrap().stage, "");
        assert_eq!(
            step("[linux/amd64 build 1/2] FROM x").place.unwrap().stage,
            "build"
        );
    }

    #[test]
    fn what_the_builder_does_by_itself_has_no_place() {
        for name in [
            "[internal] load .dockerignore",
            "exporting to image",
            "[a/b] x",
            "[",
            "",
        ] {
            assert_eq!(step(name).place, None, "{name}");
        }
    }

    #[test]
    fn endless_names_inputs_and_errors_are_cut() {
        let step = Step::new(Vertex {
            name: "é".repeat(100_000),
            inputs: vec!["x".repeat(10_000); 10_000],
            error: "e".repeat(100_000),
            ..Vertex::default()
        });
        assert!(step.text.len() <= NAME && step.inputs.len() <= INPUTS);
        assert!(step.inputs[0].len() <= DIGEST && step.error.unwrap().len() <= ERROR);
    }
}
