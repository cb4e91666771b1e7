//! One build, put together from what the engine tells.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::Micros;
use crate::dockerfile::{Dockerfile, Instruction};
use crate::log;
use crate::manifest::Manifest;
use crate::step::{Step, StepState, Vertex};
use crate::text::{cut, lines, one_line};

/// Steps that are kept of one build.
const STEPS: usize = 300;
/// Bytes of logs that a build keeps in full; after that each step keeps only its end.
const LOGS: usize = 1024 * 1024;
/// That end, in bytes.
const LOG_END: usize = 2 * 1024;
/// Bytes of a build's error.
const ERROR: usize = 4000;
/// Image names of one build.
const IMAGES: usize = 8;
/// Build arguments of one build.
const ARGUMENTS: usize = 64;

/// What the engine's history says of a build as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// Names it.
    pub reference: String,
    /// When it began.
    pub started: Micros,
    /// When it ended; `None` while it runs.
    pub completed: Option<Micros>,
    /// Why it failed.
    pub error: Option<String>,
    /// What the builder was asked for: `filename`, `no-cache`, `label:…`, `build-arg:…`.
    pub attributes: BTreeMap<String, String>,
}

/// News of a build's steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Update {
    /// Steps that changed.
    pub vertexes: Vec<Vertex>,
    /// What steps say of themselves, as `naming to docker.io/library/hello:v1`: digest and text.
    pub notes: Vec<(String, String)>,
    /// What steps printed: digest and bytes.
    pub logs: Vec<(String, Vec<u8>)>,
}

/// Where a build stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Under way.
    Running,
    /// Done.
    Done,
    /// Failed.
    Failed,
    /// Given up by who began it.
    Canceled,
}

/// A step at its place.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// Names the step for good.
    pub index: usize,
    /// The stage that it stands in; empty in a Dockerfile of one stage.
    pub stage: &'a str,
    /// The step.
    pub step: &'a Step,
}

impl Row<'_> {
    /// Which it is in its stage, counted from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        if self.step.keyword() == "FROM" {
            1
        } else {
            self.step.number()
        }
    }
}

/// One build.
#[derive(Debug, Clone)]
pub struct Build {
    /// As the engine's history has it.
    pub record: Record,
    /// The Dockerfile as it was, if it could be read.
    pub dockerfile: Option<Dockerfile>,
    /// The files of its context as they were, if they could be read.
    pub context: Option<Arc<Manifest>>,
    /// Names that its image got.
    pub images: Vec<String>,
    /// Its image's id.
    pub image_id: Option<String>,
    /// Ids of the images that its stages began from, as they were, by how `FROM` names them.
    pub bases: BTreeMap<String, String>,
    /// In the order in which the engine told of them: a step's index names it for good.
    steps: Vec<Step>,
    by_digest: HashMap<String, usize>,
    log_bytes: usize,
    cut: bool,
}

impl Build {
    /// One that has begun.
    #[must_use]
    pub fn new(record: Record) -> Self {
        let mut build = Self {
            record: Record::default(),
            dockerfile: None,
            context: None,
            images: Vec::new(),
            image_id: None,
            bases: BTreeMap::new(),
            steps: Vec::new(),
            by_digest: HashMap::new(),
            log_bytes: 0,
            cut: false,
        };
        build.set_record(record);
        build
    }

    /// Takes a newer record.
    pub fn set_record(&mut self, mut record: Record) {
        record.error = record.error.map(|error| lines(cut(error.trim(), ERROR)));
        let mut arguments = ARGUMENTS;
        record.attributes.retain(|name, _| {
            let kept = matches!(&**name, "filename" | "no-cache" | "target")
                || name.starts_with("build-arg:") && arguments > 0;
            arguments -= usize::from(kept && arguments > 0);
            kept
        });
        self.record = record;
    }

    /// Takes news of steps.
    pub fn apply(&mut self, update: Update) {
        for vertex in update.vertexes {
            match self.by_digest.get(&vertex.digest) {
                Some(&at) => self.steps[at].take(vertex),
                None if self.steps.len() < STEPS => {
                    self.by_digest
                        .insert(vertex.digest.clone(), self.steps.len());
                    self.steps.push(Step::new(vertex));
                }
                None => self.cut = true,
            }
        }
        for (digest, note) in update.notes {
            let exporting = self
                .by_digest
                .get(&digest)
                .and_then(|&at| self.steps.get(at));
            if exporting
                .is_some_and(|step| step.place.is_none() && step.text.starts_with("exporting to "))
            {
                self.note(&note);
            }
        }
        for (digest, bytes) in update.logs {
            let Some(&at) = self.by_digest.get(&digest) else {
                continue;
            };
            let log = &mut self.steps[at].log;
            let before = log.len();
            let most = if self.log_bytes < LOGS {
                log::MOST
            } else {
                LOG_END.max(before)
            };
            log.push(&bytes, most);
            self.log_bytes = (self.log_bytes + log.len()).saturating_sub(before);
        }
    }

    /// What the export says is the only place where the history tells the image and its names.
    fn note(&mut self, note: &str) {
        if let Some(id) = note
            .strip_prefix("writing image ")
            .filter(|id| id.len() < 100)
        {
            self.image_id = Some(id.to_owned());
        }
        if let Some(name) = note.strip_prefix("naming to ") {
            let name = one_line(short_name(cut(name, 300)));
            if self.images.len() < IMAGES && !self.images.contains(&name) {
                self.images.push(name);
            }
        }
    }

    /// Whether it had more steps than are kept.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// How long each step that ran to its end took: its stage, its instruction, and the time.
    pub fn times(&self) -> impl Iterator<Item = (&str, &str, Micros)> {
        self.steps.iter().filter_map(|step| {
            let place = step.place.as_ref()?;
            let ran = step.state() == StepState::Done;
            Some((&*place.stage, &*step.text, step.duration().filter(|_| ran)?))
        })
    }

    /// Bytes of logs that it keeps.
    #[must_use]
    pub fn log_bytes(&self) -> usize {
        self.steps.iter().map(|step| step.log.len()).sum()
    }

    /// Forgets what its steps printed.
    pub fn forget_logs(&mut self) {
        self.steps.iter_mut().for_each(|step| step.log.clear());
        self.log_bytes = 0;
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> State {
        match (&self.record.error, self.record.completed) {
            (Some(error), _) if is_cancellation(error) => State::Canceled,
            (Some(_), _) => State::Failed,
            (None, Some(_)) => State::Done,
            (None, None) => State::Running,
        }
    }

    /// How long it took; `None` while it runs.
    #[must_use]
    pub fn duration(&self) -> Option<Micros> {
        Some((self.record.completed? - self.record.started).max(0))
    }

    /// A step by its index.
    #[must_use]
    pub fn step(&self, index: usize) -> Option<&Step> {
        self.steps.get(index)
    }

    /// The index of the step with this digest.
    #[must_use]
    pub fn index_of(&self, digest: &str) -> Option<usize> {
        self.by_digest.get(digest).copied()
    }

    /// The steps of the Dockerfile, in its order, stage by stage.
    ///
    /// Stages that begin from the same image share one step `FROM`, which bears the name of any of them or of another
    /// build's: it is shown in each stage whose first step is made from it.
    #[must_use]
    pub fn rows(&self) -> Vec<Row<'_>> {
        // Only without a Dockerfile have stages to be put in order by what they are made from.
        let depths = match self.dockerfile {
            Some(_) => HashMap::new(),
            None => self.stage_depths(),
        };
        let named = self.steps.iter().enumerate().filter_map(|(index, step)| {
            let stage = step.place.as_ref()?.stage.as_str();
            Some(Row { index, stage, step })
        });
        let (bases, mut rows): (Vec<Row<'_>>, Vec<Row<'_>>) =
            named.partition(|row| row.step.keyword() == "FROM");
        let mut first: HashMap<&str, &Step> = HashMap::new();
        for row in &rows {
            let known = first.entry(row.stage).or_insert(row.step);
            if row.step.number() < known.number() {
                *known = row.step;
            }
        }
        let mut placed = vec![false; self.steps.len()];
        for (stage, step) in first {
            let inputs = step.inputs.iter().filter_map(|input| self.index_of(input));
            let base = inputs
                .into_iter()
                .find_map(|input| bases.iter().find(|base| base.index == input));
            if let Some(base) = base {
                placed[base.index] = true;
                rows.push(Row { stage, ..*base });
            }
        }
        rows.extend(bases.into_iter().filter(|base| !placed[base.index]));
        rows.sort_by_key(|row| {
            let order = self
                .dockerfile
                .as_ref()
                .and_then(|file| file.stage(row.stage));
            let order = order
                .or_else(|| depths.get(row.stage).copied())
                .unwrap_or(usize::MAX);
            (order, row.stage, row.number(), row.index)
        });
        rows
    }

    /// What the builder did by itself, in the order of its beginning.
    #[must_use]
    pub fn preparation(&self) -> Vec<(usize, &Step)> {
        let mut steps: Vec<_> = self
            .steps
            .iter()
            .enumerate()
            .filter(|(_, step)| step.place.is_none())
            .collect();
        steps.sort_by_key(|(index, step)| (step.started.unwrap_or(Micros::MAX), *index));
        steps
    }

    /// How many steps of the Dockerfile there are, and how many of them came from the cache. A base
    /// image that is at hand is used, not run, so `FROM` counts in neither.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let steps = self
            .steps
            .iter()
            .filter(|step| step.place.is_some() && step.keyword() != "FROM");
        steps.fold((0, 0), |(all, cached), step| {
            (
                all + 1,
                cached + usize::from(step.state() == StepState::Cached),
            )
        })
    }

    /// The images that its stages begin from, as the engine names them.
    #[must_use]
    pub fn bases(&self) -> Vec<String> {
        let images = self
            .steps
            .iter()
            .filter(|step| step.place.is_some())
            .filter_map(crate::compare::image_of);
        images.collect()
    }

    /// The instruction that a step comes from, if the Dockerfile is known.
    #[must_use]
    pub fn instruction(&self, row: &Row<'_>) -> Option<&Instruction> {
        let (file, place) = (self.dockerfile.as_ref()?, row.step.place.as_ref()?);
        let stage = file.stage(row.stage)?;
        if row.number() == 1 {
            return file.stages.get(stage)?.instructions.first();
        }
        file.instruction(stage, place.number, place.of, &row.step.text)
    }

    /// The line that a failed build failed at.
    #[must_use]
    pub fn failed_line(&self) -> Option<u32> {
        let rows = self.rows();
        let mut failed = rows
            .iter()
            .filter(|row| row.step.state() == StepState::Error);
        failed
            .next()
            .and_then(|row| self.instruction(row))
            .map(|instruction| instruction.line)
            .or_else(|| {
                // "dockerfile parse error on line 3: …"
                let (_, rest) = self.record.error.as_deref()?.split_once(" on line ")?;
                let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
                digits.parse().ok()
            })
    }

    /// Whether `--no-cache` held for a stage.
    #[must_use]
    pub fn no_cache(&self, stage: &str) -> bool {
        let stages = self.record.attributes.get("no-cache").map(String::as_str);
        stages.is_some_and(|stages| stages.is_empty() || stages.split(',').any(|one| one == stage))
    }

    /// Without a Dockerfile: how many steps lie below the deepest of each stage.
    fn stage_depths(&self) -> HashMap<&str, usize> {
        let mut depths = vec![0_usize; self.steps.len()];
        let index = |input: &String| self.index_of(input);
        let below: Vec<Vec<usize>> = self
            .steps
            .iter()
            .map(|step| step.inputs.iter().filter_map(index).collect())
            .collect();
        // Inputs that make a circle are cut off after a few rounds.
        for _ in 0..self.steps.len().min(100) {
            let mut changed = false;
            for (at, below) in below.iter().enumerate() {
                let depth = below
                    .iter()
                    .map(|&input| depths[input] + 1)
                    .max()
                    .unwrap_or(0)
                    .min(STEPS);
                if depth > depths[at] {
                    depths[at] = depth;
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        let mut stages: HashMap<&str, usize> = HashMap::new();
        for (step, depth) in self.steps.iter().zip(depths) {
            if let Some(place) = &step.place {
                let deepest = stages.entry(&place.stage).or_default();
                *deepest = (*deepest).max(depth);
            }
        }
        stages
    }
}

/// `docker.io/library/hello:v2` as people write it.
fn short_name(name: &str) -> &str {
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    name.strip_prefix("library/").unwrap_or(name)
}

fn is_cancellation(error: &str) -> bool {
    ["context canceled", "Canceled"]
        .iter()
        .any(|words| error.contains(words))
}
