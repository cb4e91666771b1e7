//! Two builds beside each other: what became cached, what ran again, and the first cause that is known.

use crate::build::{Build, Row};
use crate::dockerfile::{Dockerfile, Instruction};
use crate::manifest::{FileChange, Sources};
use crate::pairs::{partners, plain, stages};
use crate::step::{Step, StepState};

/// Files that a cause names; the rest are counted.
const FILES: usize = 20;

/// What became of a step, compared with an earlier build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// From the cache, as before.
    Same,
    /// From the cache; it ran in the earlier build.
    NowCached,
    /// It ran, though the earlier build had it too.
    Reran(Cause),
    /// The earlier build had no such step.
    New,
    /// The build did not get there, or not yet.
    NotReached,
}

/// Why a step ran again. Only what is known is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The builder was told not to use the cache.
    NoCache,
    /// The instruction reads otherwise.
    Instruction {
        /// As it was.
        before: String,
        /// As it is.
        now: String,
    },
    /// An instruction above that makes no layer but counts for what follows: `ENV`, `ARG`, `USER`, `SHELL`.
    Setting {
        /// As it was.
        before: Option<String>,
        /// As it is.
        now: Option<String>,
    },
    /// Files of the build context that it takes.
    Files {
        /// Some of them.
        changes: Vec<FileChange>,
        /// How many more there are.
        more: usize,
    },
    /// The image that its stage begins from.
    Base {
        /// As `FROM` names it.
        image: String,
    },
    /// A build argument has another value.
    Argument {
        /// Its name.
        name: String,
    },
    /// A step that it is made from ran again.
    Earlier {
        /// That step's index.
        step: usize,
        /// Its instruction.
        text: String,
        /// Its stage, if it is another one.
        stage: String,
        /// Whether the earlier build had it.
        known: bool,
    },
    /// A step that it was made from is gone.
    Removed {
        /// That step's instruction.
        text: String,
    },
    /// It stands after another step than before.
    Moved {
        /// The step that it stood after.
        before: String,
        /// The step that it stands after.
        now: String,
    },
    /// It had not been finished in the earlier build.
    Unfinished,
    /// None of these.
    NotKnown,
}

/// A step with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepChange {
    /// Index in the later build.
    pub step: usize,
    /// Index in the earlier one.
    pub before: Option<usize>,
    /// What became of it.
    pub change: Change,
}

/// A step of the earlier build that the later one has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// Its stage.
    pub stage: String,
    /// Its instruction.
    pub text: String,
}

/// What became of each step.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// In the later build's order.
    pub steps: Vec<StepChange>,
    /// What is there no more.
    pub gone: Vec<Gone>,
}

impl Comparison {
    /// The first step that ran again by itself, not because of one before it.
    #[must_use]
    pub fn first_rerun(&self) -> Option<(usize, &Cause)> {
        self.steps.iter().find_map(|step| match &step.change {
            Change::Reran(Cause::Earlier { .. }) => None,
            Change::Reran(cause) => Some((step.step, cause)),
            _ => None,
        })
    }
}

/// Whether two builds are of the same thing: an image of the same name, or much the same Dockerfile.
#[must_use]
pub fn alike(one: &Build, other: &Build) -> bool {
    let names = |build: &Build| -> Vec<String> {
        build
            .images
            .iter()
            .map(|name| repository(name).to_owned())
            .collect()
    };
    let (here, there) = (names(one), names(other));
    if !here.is_empty() && !there.is_empty() {
        return here.iter().any(|name| there.contains(name));
    }
    let texts = |build: &Build| -> Vec<String> {
        build
            .rows()
            .iter()
            .map(|row| row.step.text.clone())
            .collect()
    };
    let (here, there) = (texts(one), texts(other));
    let shared = here.iter().filter(|text| there.contains(text)).count();
    shared * 2 >= here.len().max(there.len()).max(1)
}

/// The name without its tag.
fn repository(name: &str) -> &str {
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => name,
    }
}

/// Says what became of each step of `now`, compared with `before`.
#[must_use]
pub fn compare(before: &Build, now: &Build) -> Comparison {
    let (old, new) = (stages(before), stages(now));
    let mut pairs: Vec<(usize, Option<usize>)> = Vec::new();
    let mut gone = Vec::new();
    let mut matched = vec![false; old.len()];
    for (at, (name, steps)) in new.iter().enumerate() {
        let same = old.iter().position(|(other, _)| other == name);
        // A stage that got a name is still the stage at that place.
        let same = same.or_else(|| {
            (at < old.len() && !new.iter().any(|(name, _)| *name == old[at].0)).then_some(at)
        });
        let empty = Vec::new();
        let other = same.map_or(&empty, |same| {
            matched[same] = true;
            &old[same].1
        });
        let partners = partners(before, other, now, steps);
        pairs.extend(steps.iter().copied().zip(partners.iter().copied()));
        gone.extend(
            other
                .iter()
                .filter(|step| !partners.contains(&Some(**step)))
                .copied(),
        );
    }
    let lost = old.iter().zip(&matched).filter(|(_, matched)| !**matched);
    gone.extend(lost.flat_map(|((_, steps), _)| steps.iter().copied()));

    let mut judge = Judge {
        before,
        now,
        files: None,
        gone: &gone,
        found: Vec::new(),
    };
    for (index, partner) in pairs {
        let change = judge.change(index, partner);
        judge.found.push(StepChange {
            step: index,
            before: partner,
            change,
        });
    }
    let found = judge.found;
    let gone = gone
        .into_iter()
        .filter_map(|index| before.step(index))
        .map(|step| Gone {
            stage: stage(step).to_owned(),
            text: step.text.clone(),
        });
    Comparison {
        gone: gone.collect(),
        steps: found,
    }
}

fn stage(step: &Step) -> &str {
    step.place.as_ref().map_or("", |place| &place.stage)
}

/// Goes through the steps of the later build in their order.
struct Judge<'a> {
    before: &'a Build,
    now: &'a Build,
    /// What changed in the context, once somebody asked.
    files: Option<Vec<FileChange>>,
    /// Indexes of the steps that the later build has not.
    gone: &'a [usize],
    /// What became of the steps so far.
    found: Vec<StepChange>,
}

impl Judge<'_> {
    fn change(&mut self, index: usize, partner: Option<usize>) -> Change {
        let (before, now) = (self.before, self.now);
        let Some(step) = now.step(index) else {
            return Change::NotReached;
        };
        let old = partner.and_then(|partner| before.step(partner));
        if step.keyword() == "FROM" {
            return judge_base(before, now, step, old);
        }
        match (step.state(), old) {
            (StepState::Waiting, _) => Change::NotReached,
            (_, None) => Change::New,
            (StepState::Cached, Some(old)) if old.state() == StepState::Cached => Change::Same,
            (StepState::Cached, Some(_)) => Change::NowCached,
            (_, Some(old)) => Change::Reran(self.cause(step, old)),
        }
    }

    fn cause(&mut self, step: &Step, old: &Step) -> Cause {
        let (before, now) = (self.before, self.now);
        if now.no_cache(stage(step)) {
            return Cause::NoCache;
        }
        if let Some(earlier) = earlier(now, step, &self.found) {
            return earlier;
        }
        if old.text != step.text {
            return Cause::Instruction {
                before: old.text.clone(),
                now: step.text.clone(),
            };
        }
        if !matches!(old.state(), StepState::Done | StepState::Cached) {
            return Cause::Unfinished;
        }
        let inputs = old.inputs.iter().filter_map(|input| before.index_of(input));
        if let Some(removed) = inputs
            .into_iter()
            .find(|input| self.gone.contains(input))
            .and_then(|input| before.step(input))
        {
            return Cause::Removed {
                text: removed.text.clone(),
            };
        }
        if let (Some(before), Some(now)) = (below(before, old), below(now, step))
            && plain(&before.text) != plain(&now.text)
        {
            return Cause::Moved {
                before: before.text.clone(),
                now: now.text.clone(),
            };
        }
        if let Some(cause) = self.files(step) {
            return cause;
        }
        let known = (before.dockerfile.as_ref(), now.dockerfile.as_ref());
        if step.keyword() == "RUN"
            && let (Some(before_file), Some(now_file)) = known
        {
            let settings = (
                settings(before_file, before, old),
                settings(now_file, now, step),
            );
            if let Some(cause) = other_setting(&settings.0, &settings.1) {
                return cause;
            }
            if let Some(name) = other_argument(before, now, &settings.1) {
                return Cause::Argument { name };
            }
        }
        Cause::NotKnown
    }

    /// The files that changed, if the step takes any of them.
    fn files(&mut self, step: &Step) -> Option<Cause> {
        let sources = Sources::of(&step.text)?;
        let (old, new) = (self.before.context.as_ref()?, self.now.context.as_ref()?);
        let all = self.files.get_or_insert_with(|| new.changes(old));
        let mut taken = all.iter().filter(|change| sources.take(&change.path));
        let changes: Vec<FileChange> = taken.by_ref().take(FILES).cloned().collect();
        let more = taken.count();
        (!changes.is_empty()).then_some(Cause::Files { changes, more })
    }
}

/// A base image is used, not run: what counts is whether it is the same one.
fn judge_base(before: &Build, now: &Build, step: &Step, old: Option<&Step>) -> Change {
    let Some(old) = old else { return Change::New };
    if plain(&old.text) != plain(&step.text) {
        return Change::Reran(Cause::Instruction {
            before: old.text.clone(),
            now: step.text.clone(),
        });
    }
    match image_of(step) {
        Some(image) if other_image(before, now, &image) => Change::Reran(Cause::Base { image }),
        _ => Change::Same,
    }
}

pub(crate) fn image_of(step: &Step) -> Option<String> {
    plain(&step.text).strip_prefix("FROM ").map(str::to_owned)
}

fn other_image(before: &Build, now: &Build, image: &str) -> bool {
    matches!((before.bases.get(image), now.bases.get(image)), (Some(old), Some(new)) if old != new)
}

/// The step that this one stands on.
fn below<'a>(build: &'a Build, step: &Step) -> Option<&'a Step> {
    let inputs = step.inputs.iter().filter_map(|input| build.index_of(input));
    let mut inputs = inputs.filter_map(|input| build.step(input));
    inputs.find(|input| stage(input) == stage(step) || input.keyword() == "FROM")
}

/// The nearest step that this one is made from and that ran again or is new.
fn earlier(now: &Build, step: &Step, found: &[StepChange]) -> Option<Cause> {
    let ran = |index: usize| {
        found
            .iter()
            .find(|one| one.step == index && matches!(one.change, Change::Reran(_) | Change::New))
    };
    let change = step
        .inputs
        .iter()
        .filter_map(|input| now.index_of(input))
        .find_map(ran)?;
    let (index, known) = (change.step, change.before.is_some());
    let source = now.step(index)?;
    let other_stage = if stage(source) == stage(step) {
        ""
    } else {
        stage(source)
    };
    Some(Cause::Earlier {
        step: index,
        text: source.text.clone(),
        stage: other_stage.to_owned(),
        known,
    })
}

/// The instructions above a step that make no layer but count for the commands below.
fn settings<'a>(file: &'a Dockerfile, build: &Build, step: &Step) -> Vec<&'a Instruction> {
    let row = Row {
        index: 0,
        stage: stage(step),
        step,
    };
    let line = build.instruction(&row).map(|instruction| instruction.line);
    let (Some(line), Some(at)) = (line, file.stage(row.stage)) else {
        return Vec::new();
    };
    let above = file.stages[at]
        .instructions
        .iter()
        .take_while(|one| one.line < line);
    above
        .filter(|one| matches!(&*one.keyword, "ENV" | "ARG" | "USER" | "SHELL"))
        .collect()
}

fn other_setting(before: &[&Instruction], now: &[&Instruction]) -> Option<Cause> {
    let mut at = 0;
    loop {
        let text = |list: &[&Instruction]| list.get(at).map(|one| one.text.clone());
        let (old, new) = (text(before), text(now));
        if old != new {
            let longer = before.len().cmp(&now.len());
            let (before, now) = match longer {
                std::cmp::Ordering::Less => (None, new),
                std::cmp::Ordering::Greater => (old, None),
                std::cmp::Ordering::Equal => (old, new),
            };
            return Some(Cause::Setting { before, now });
        }
        old.as_ref()?;
        at += 1;
    }
}

fn other_argument(before: &Build, now: &Build, settings: &[&Instruction]) -> Option<String> {
    let declared = settings
        .iter()
        .filter(|one| one.keyword == "ARG")
        .filter_map(|one| {
            let name = one.text.split(' ').nth(1)?;
            name.split('=').next()
        });
    let value = |build: &Build, name: &str| {
        build
            .record
            .attributes
            .get(&format!("build-arg:{name}"))
            .cloned()
    };
    declared
        .into_iter()
        .find(|name| value(before, name) != value(now, name))
        .map(str::to_owned)
}
