//! Builds as their learner sees them.

use std::collections::HashMap;

use drydock_lens::{Change, Comparison, Layer, Micros, Row, State, Step, StepState};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::Entry;

/// Characters of an error in the list.
const ERROR: usize = 300;

/// One build of the list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct BuildSummary {
    /// What it is.
    #[serde(flatten)]
    pub facts: BuildFacts,
    /// Steps of its Dockerfile without `FROM`.
    pub steps: usize,
}

/// What is said of a build everywhere.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct BuildFacts {
    /// Names it.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Counted from 1 in the session.
    pub number: u32,
    /// `running`, `done`, `failed` or `canceled`.
    pub state: &'static str,
    /// When it began.
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    /// How long it took, in milliseconds; null while it runs.
    pub duration_ms: Option<f64>,
    /// How many of its steps came from the cache.
    pub cached: usize,
    /// The image's first name; null if it has none.
    pub image: Option<String>,
    /// Every name that the image got.
    pub images: Vec<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// The line of the Dockerfile that it failed at, if known.
    pub line: Option<u32>,
}

/// One build.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct BuildDetail {
    /// As in the list.
    #[serde(flatten)]
    pub facts: BuildFacts,
    /// Steps of its Dockerfile without `FROM`.
    pub step_count: usize,
    /// Whether it had more steps than are kept.
    pub steps_cut: bool,
    /// Bytes of the image that came out.
    pub image_size: Option<u64>,
    /// How many bytes it is larger than the compared build's.
    pub size_change: Option<i64>,
    /// The image's layers from the bottom up.
    pub layers: Vec<LayerView>,
    /// The steps of the Dockerfile, in its order, stage by stage.
    pub steps: Vec<StepView>,
    /// What the builder did by itself.
    pub preparation: Vec<StepView>,
    /// The build that it is compared with.
    pub compared_with: Option<Compared>,
    /// Index (`n`) of the first step that ran again by itself.
    pub first_rerun: Option<usize>,
    /// Steps that the compared build had and this one has not.
    pub gone: Vec<GoneView>,
}

/// The other build of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Compared {
    /// Names it.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Counted from 1 in the session.
    pub number: u32,
}

/// A step that is there no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct GoneView {
    /// Its stage; empty in a Dockerfile of one stage.
    pub stage: String,
    /// Its instruction.
    pub name: String,
}

/// A layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LayerView {
    /// The instruction that made it.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Whether it came with the base image.
    pub base: bool,
    /// Index (`n`) of the step that made it.
    pub step: Option<usize>,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StepView {
    /// Index for its log.
    pub n: usize,
    /// The instruction.
    pub name: String,
    /// Its stage; empty in a Dockerfile of one stage.
    pub stage: String,
    /// `waiting`, `running`, `done`, `cached` or `error`.
    pub state: &'static str,
    /// Whether it came from the cache.
    pub cached: bool,
    /// When it began, in milliseconds from the build's beginning.
    pub start_ms: Option<f64>,
    /// How long it took, in milliseconds; null until it has ended.
    pub duration_ms: Option<f64>,
    /// When it ended, as the engine's clock says.
    #[serde(with = "time::serde::rfc3339::option")]
    pub completed_at: Option<OffsetDateTime>,
    /// Why it failed.
    pub error: Option<String>,
    /// Its line in the Dockerfile, if known.
    pub line: Option<u32>,
    /// Bytes of its log.
    pub log_bytes: usize,
    /// For a cached step: how long it took when it last ran in this session, in milliseconds.
    pub saved_ms: Option<f64>,
    /// Against the compared build: `same`, `now-cached`, `reran`, `new` or `not-reached`.
    pub change: Option<&'static str>,
    /// Why it ran again, in words; names stand between backquotes.
    pub reason: Option<String>,
}

/// What a step printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StepLog {
    /// Plain text.
    pub text: String,
    /// Whether more was printed than is kept.
    pub truncated: bool,
}

impl BuildSummary {
    pub(super) fn of(entry: &Entry) -> Self {
        Self {
            facts: BuildFacts::of(entry),
            steps: entry.build.counts().0,
        }
    }
}

impl BuildFacts {
    fn of(entry: &Entry) -> Self {
        let build = &entry.build;
        let error = build.record.error.as_ref();
        Self {
            reference: build.record.reference.clone(),
            number: entry.number,
            state: match build.state() {
                State::Running => "running",
                State::Done => "done",
                State::Failed => "failed",
                State::Canceled => "canceled",
            },
            started_at: moment(build.record.started),
            duration_ms: build.duration().map(millis),
            cached: build.counts().1,
            image: build.images.first().cloned(),
            images: build.images.clone(),
            error: error.map(|error| error.chars().take(ERROR).collect()),
            line: build.failed_line(),
        }
    }
}

impl BuildDetail {
    pub(super) fn of(
        entry: &Entry,
        compared: Option<(&Entry, &Comparison)>,
        ran: &HashMap<(&str, &str), Micros>,
    ) -> Self {
        let build = &entry.build;
        let view = |row: Row<'_>| {
            let change = compared.and_then(|(_, comparison)| {
                comparison.steps.iter().find(|one| one.step == row.index)
            });
            let mut view = StepView::of(entry, row.index, row.step, change.map(|one| &one.change));
            row.stage.clone_into(&mut view.stage);
            view.line = build.instruction(&row).map(|instruction| instruction.line);
            if view.state == "cached" && !view.name.starts_with("FROM ") {
                let time = ran.get(&(&*view.stage, &*view.name));
                view.saved_ms = time.copied().map(millis);
            }
            view
        };
        let (image, other) = (
            entry.image.as_ref(),
            compared.and_then(|(other, _)| other.image.as_ref()),
        );
        let gone = compared
            .into_iter()
            .flat_map(|(_, comparison)| &comparison.gone)
            .map(|gone| GoneView {
                stage: gone.stage.clone(),
                name: gone.text.clone(),
            });
        Self {
            facts: BuildFacts::of(entry),
            step_count: build.counts().0,
            steps_cut: build.is_cut(),
            image_size: image.map(|image| image.size),
            size_change: image
                .zip(other)
                .and_then(|(image, other)| image.size.checked_signed_diff(other.size)),
            layers: image
                .into_iter()
                .flat_map(|image| &image.layers)
                .map(LayerView::of)
                .collect(),
            steps: build.rows().into_iter().map(view).collect(),
            preparation: build
                .preparation()
                .into_iter()
                .map(|(n, step)| StepView::of(entry, n, step, None))
                .collect(),
            compared_with: compared.map(|(other, _)| Compared {
                reference: other.build.record.reference.clone(),
                number: other.number,
            }),
            first_rerun: compared
                .and_then(|(_, comparison)| comparison.first_rerun())
                .map(|(step, _)| step),
            gone: gone.collect(),
        }
    }
}

impl LayerView {
    fn of(layer: &Layer) -> Self {
        Self {
            name: layer.text.clone(),
            size: layer.size,
            base: layer.base,
            step: layer.step,
        }
    }
}

impl StepView {
    fn of(entry: &Entry, n: usize, step: &Step, change: Option<&Change>) -> Self {
        let build = &entry.build;
        Self {
            n,
            name: step.text.clone(),
            stage: String::new(),
            state: match step.state() {
                StepState::Waiting => "waiting",
                StepState::Running => "running",
                StepState::Done => "done",
                StepState::Cached => "cached",
                StepState::Error => "error",
            },
            cached: step.state() == StepState::Cached,
            start_ms: step
                .started
                .map(|started| millis((started - build.record.started).max(0))),
            duration_ms: step.duration().map(millis),
            completed_at: step.completed.map(moment),
            error: step.error.clone(),
            line: None,
            log_bytes: step.log.len(),
            saved_ms: None,
            change: change.map(|change| match change {
                Change::Same => "same",
                Change::NowCached => "now-cached",
                Change::Reran(_) => "reran",
                Change::New => "new",
                Change::NotReached => "not-reached",
            }),
            reason: match change {
                Some(Change::Reran(cause)) => Some(cause.words()),
                _ => None,
            },
        }
    }
}

/// To a tenth of a millisecond: more digits are noise.
fn millis(micros: Micros) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a build takes less than 2^52 microseconds"
    )]
    let tenths = (micros / 100) as f64;
    tenths / 10.0
}

fn moment(micros: Micros) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
