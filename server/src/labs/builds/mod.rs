//! The builds of one session: the build lens.
//!
//! ```text
//! BuildKit's history ─→ follow ─→ board (Builds) ─→ views ─→ GET …/builds, SSE `build`
//!                         └─ on each build: its Dockerfile and context as they were, its bases, its image
//! ```

mod follow;
mod view;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use drydock_lens::{Build, Layer, Micros, State, alike, compare};

pub use self::follow::follow;
pub use self::view::{BuildDetail, BuildSummary, StepLog};

/// Builds that are kept of one session; the oldest go first.
const MOST: usize = 50;
/// Bytes of logs that are kept of all builds of a session; the oldest builds lose theirs first.
const LOGS: usize = 4 * 1024 * 1024;
/// Files of contexts that are kept of all builds of a session.
const FILES: usize = 200_000;

/// The board.
#[derive(Debug, Default)]
pub struct Builds(Mutex<Board>);

#[derive(Debug, Default)]
struct Board {
    /// In the order of their beginning.
    entries: Vec<Entry>,
    /// How many there have been.
    count: u32,
}

/// One build with what was looked up about it.
#[derive(Debug)]
struct Entry {
    build: Build,
    /// Counted from 1 in the session.
    number: u32,
    /// What came out.
    image: Option<Image>,
}

/// The image of a build.
#[derive(Debug, Clone)]
struct Image {
    /// Bytes.
    size: u64,
    layers: Vec<Layer>,
}

impl Builds {
    fn board(&self) -> MutexGuard<'_, Board> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets everything: the machine is another one.
    pub fn clear(&self) {
        *self.board() = Board::default();
    }

    /// Puts a build on the board; false if it is there.
    fn add(&self, build: Build) -> bool {
        let mut board = self.board();
        if board.find(&build.record.reference).is_some() {
            return false;
        }
        board.count += 1;
        let number = board.count;
        board.entries.push(Entry {
            build,
            number,
            image: None,
        });
        if board.entries.len() > MOST {
            board.entries.remove(0);
        }
        true
    }

    /// Changes a build, if it is still there.
    fn change<T>(&self, reference: &str, change: impl FnOnce(&mut Entry) -> T) -> Option<T> {
        let mut board = self.board();
        let at = board.find(reference)?;
        board.entries.get_mut(at).map(change)
    }

    /// Whether something about a build holds; false if it is not there.
    fn is(&self, reference: &str, holds: impl FnOnce(&Build) -> bool) -> bool {
        let board = self.board();
        board
            .find(reference)
            .is_some_and(|at| holds(&board.entries[at].build))
    }

    /// Whether no build began after this one.
    fn is_last(&self, reference: &str) -> bool {
        let board = self.board();
        let last = board
            .entries
            .iter()
            .max_by_key(|entry| entry.build.record.started);
        last.is_some_and(|entry| entry.build.record.reference == reference)
    }

    /// Drops builds that are under way.
    fn forget_running(&self) {
        self.board()
            .entries
            .retain(|entry| entry.build.state() != State::Running);
    }

    /// Frees what the oldest builds hold beyond what a session may.
    fn tidy(&self) {
        let mut board = self.board();
        let (mut logs, mut files) = (0, 0);
        for entry in board.entries.iter_mut().rev() {
            logs += entry.build.log_bytes();
            if logs > LOGS {
                entry.build.forget_logs();
            }
            files += entry
                .build
                .context
                .as_ref()
                .map_or(0, |context| context.len());
            if files > FILES {
                entry.build.context = None;
            }
        }
    }

    /// All builds, the newest first.
    pub fn list(&self) -> Vec<BuildSummary> {
        let board = self.board();
        board.entries.iter().rev().map(BuildSummary::of).collect()
    }

    /// One build compared with another, or with the one before it of the same thing. `None` if it is not there;
    /// an unknown `with` is an error with that reference.
    pub fn show(&self, reference: &str, with: Option<&str>) -> Option<Result<BuildDetail, String>> {
        let board = self.board();
        let at = board.find(reference)?;
        let now = &board.entries[at];
        let before = match with {
            Some(with) => match board.find(with).filter(|other| *other != at) {
                Some(other) => Some(&board.entries[other]),
                None => return Some(Err(with.to_owned())),
            },
            None => board.before(at),
        };
        let comparison = before.map(|before| compare(&before.build, &now.build));
        let ran = board.last_times(at);
        Some(Ok(BuildDetail::of(
            now,
            before.zip(comparison.as_ref()),
            &ran,
        )))
    }

    /// The newest build.
    pub fn newest(&self) -> Option<BuildDetail> {
        let reference = self
            .board()
            .entries
            .last()
            .map(|entry| entry.build.record.reference.clone())?;
        self.show(&reference, None)?.ok()
    }

    /// What a step printed. `None` if there is no such step.
    pub fn log(&self, reference: &str, step: usize) -> Option<StepLog> {
        let board = self.board();
        let step = board.entries[board.find(reference)?].build.step(step)?;
        Some(StepLog {
            text: step.log.text(),
            truncated: step.log.is_cut(),
        })
    }
}

impl Board {
    fn find(&self, reference: &str) -> Option<usize> {
        self.entries
            .iter()
            .position(|entry| entry.build.record.reference == reference)
    }

    /// The build before of the same thing that got as far as to have steps.
    fn before(&self, at: usize) -> Option<&Entry> {
        let now = &self.entries[at].build;
        let earlier = self.entries[..at]
            .iter()
            .rev()
            .filter(|entry| entry.build.counts().0 > 0);
        let started = now.record.started;
        earlier.into_iter().find(|entry| {
            // A build beside this one is none before it.
            entry.build.state() != State::Running
                && entry
                    .build
                    .record
                    .completed
                    .is_some_and(|ended| ended <= started)
                && alike(&entry.build, now)
        })
    }

    /// How long each step took when it last ran before a build, by stage and instruction.
    fn last_times(&self, at: usize) -> HashMap<(&str, &str), Micros> {
        let mut times = HashMap::new();
        for (stage, text, time) in self.entries[..at]
            .iter()
            .flat_map(|entry| entry.build.times())
        {
            times.insert((stage, text), time);
        }
        times
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use drydock_lens::{Record, Update, Vertex};

    use super::*;

    fn record(number: u32) -> Record {
        Record {
            reference: number.to_string(),
            started: i64::from(number) * 1000,
            completed: Some(i64::from(number) * 1000 + 500),
            ..Record::default()
        }
    }

    /// A build of more steps than are kept, each made from all before it, with long names; every other one ran.
    fn build() -> Build {
        let vertexes = (0..400).map(|n: u32| Vertex {
            digest: n.to_string(),
            inputs: (0..n).map(|input| input.to_string()).collect(),
            name: format!("[s{n} 2/2] RUN {n} {}", "<x> ".repeat(1000)),
            cached: n.is_multiple_of(2),
            started: Some(1),
            completed: Some(2),
            ..Vertex::default()
        });
        let mut build = Build::new(record(0));
        build.apply(Update {
            vertexes: vertexes.collect(),
            ..Update::default()
        });
        build
    }

    #[test]
    fn the_largest_build_of_many_is_told_soon_and_is_bounded() {
        let builds = Builds::default();
        let largest = build();
        for number in 0..60 {
            let mut build = largest.clone();
            build.set_record(record(number));
            assert!(builds.add(build));
        }
        assert_eq!(builds.list().len(), MOST);
        let begun = Instant::now();
        let told = builds
            .show("59", None)
            .expect("it is there")
            .expect("no other is asked for");
        assert!(
            begun.elapsed() < Duration::from_secs(2),
            "{:?}",
            begun.elapsed()
        );
        assert!(told.steps_cut && told.compared_with.is_some());
        let size = serde_json::to_vec(&told).expect("JSON").len();
        assert!(size < 2 * 1024 * 1024, "{size} bytes");
    }
}
