//! What is stored of a lab at the moment it is handed in, before anything is graded: enough to grade
//! it again when its session is long gone.
//!
//! Everything here was written by the learner's machine: it is bounded, and nothing of it is ever
//! unpacked on this one.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::time::Duration;

use bytes::Bytes;
use drydock_course::check::{Check, Rule};
use drydock_course::model::Lab;
use drydock_grader::evidence::{FileKind, FileSeen};
use drydock_grader::{Evidence as Observed, Probe, Seen, probes};
use drydock_sandbox::{Error, Sandbox};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::labs::observe::observe;
use crate::labs::{CheckState, HOME_LIMIT, Live};
use crate::store::EvidenceRow;

/// How long taking it may last.
const TAKEN_WITHIN: Duration = Duration::from_secs(45);
/// Most bytes of JSON about the engine's objects, and of what the grader saw.
const JSON: usize = 8 * 1024 * 1024;
/// Bytes of a file that a check sees, as when it is looked at in the sandbox.
const FILE_BYTES: u64 = 256 * 1024;
/// Names beside a missing file.
const BESIDE: usize = 50;
/// What an archive of the home leaves out.
const LEFT_OUT: [&str; 5] = [".git", "node_modules", "__pycache__", ".cache", ".venv"];

/// The evidence of one submission.
#[derive(Debug, Clone, Default)]
pub struct Bundle {
    /// Tar of the learner's home.
    pub files: Bytes,
    /// The inner engine's objects.
    pub objects: Objects,
    /// The checks as the learner saw them.
    pub board: Board,
    /// What the learner answered, by check.
    pub answers: BTreeMap<String, String>,
}

/// What the inner engine says of each of its objects (`docker inspect`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Objects {
    /// Images, those of the lab's beginning too.
    pub images: Vec<Value>,
    /// Containers, stopped ones too.
    pub containers: Vec<Value>,
    /// Volumes.
    pub volumes: Vec<Value>,
    /// Networks.
    pub networks: Vec<Value>,
    /// The last 64 KiB that each container printed, by its id.
    pub logs: BTreeMap<String, String>,
    /// Kinds that were too large to be stored.
    #[serde(default)]
    pub omitted: BTreeSet<String>,
}

/// The checks of a lab as its learner saw them when handing in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// In the lab's order; hidden ones are not among them.
    pub checks: Vec<BoardCheck>,
    /// When the learner first saw the solution of which step, in Unix seconds.
    pub solutions: BTreeMap<String, i64>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardCheck {
    /// Its id.
    pub id: String,
    /// The step that it stands in.
    pub step: String,
    /// What is reached when it passes.
    pub title: String,
    /// `pending`, `running`, `pass`, `fail` or `error`.
    pub state: String,
    /// What was wanted.
    pub expected: String,
    /// What was there.
    pub found: String,
    /// Weight.
    pub points: u32,
    /// When the learner first passed it, in Unix seconds.
    pub passed_at: Option<i64>,
    /// SHA-256 of its rule: a pass holds only as long as the rule stays the same.
    pub rule: String,
}

/// Why it could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum NotCollected {
    /// The home is larger than can be kept.
    #[error(
        "Your files are larger than {} MiB together, which is the most that can be handed in. Delete what is not needed, then hand in again.",
        HOME_LIMIT / 1024 / 1024
    )]
    TooLarge,
    /// Something of the platform failed.
    #[error(
        "{0} Nothing was handed in and no attempt was used: try again in a minute. If it stays so, reset the lab."
    )]
    Platform(String),
}

impl Bundle {
    /// Takes everything from a session's sandbox.
    ///
    /// # Errors
    /// [`NotCollected`]; nothing is stored then.
    pub async fn collect(
        live: &Live,
        sandbox: &Sandbox,
        lab: &Lab,
        passed_at: &BTreeMap<String, i64>,
        solutions: BTreeMap<String, i64>,
    ) -> Result<Self, NotCollected> {
        let taken = async {
            // The board first: what the learner saw when pressing the button.
            let board = Board::of(live, lab, passed_at, solutions);
            let answers = live.checks.answers();
            let files = sandbox
                .archive(HOME_LIMIT)
                .await
                .map_err(|error| match error {
                    Error::TooLarge { .. } => NotCollected::TooLarge,
                    error => NotCollected::Platform(crate::labs::sentence(&error.to_string())),
                })?;
            let objects = Objects::collect(sandbox)
                .await
                .map_err(NotCollected::Platform)?;
            Ok(Self {
                files,
                objects,
                board,
                answers,
            })
        };
        tokio::time::timeout(TAKEN_WITHIN, taken)
            .await
            .unwrap_or_else(|_| {
                Err(NotCollected::Platform(format!(
                    "Your lab's machine did not give its state within {} seconds.",
                    TAKEN_WITHIN.as_secs()
                )))
            })
    }

    /// Reads what is stored.
    ///
    /// # Errors
    /// When it is not what was written.
    pub fn read(row: &EvidenceRow) -> anyhow::Result<Self> {
        Ok(Self {
            files: unpack(&row.files, HOME_LIMIT)?.into(),
            objects: from_json(&row.objects)?,
            board: serde_json::from_str(&row.seen)?,
            answers: serde_json::from_str(&row.answers)?,
        })
    }

    /// What is known to the grader without any look at the sandbox.
    pub fn observed(&self) -> Observed {
        let mut observed = Observed::new();
        for (check, answer) in &self.answers {
            observed.answer(check.clone(), answer.clone());
        }
        let objects = &self.objects;
        let mut record = |kind: &str, probe, seen| {
            if !objects.omitted.contains(kind) {
                observed.record(probe, Ok(seen));
            }
        };
        record(
            "images",
            Probe::Images,
            Seen::Images(objects.images.clone()),
        );
        record(
            "containers",
            Probe::Containers,
            Seen::Containers(objects.containers.clone()),
        );
        record(
            "volumes",
            Probe::Volumes,
            Seen::Volumes(objects.volumes.clone()),
        );
        record(
            "networks",
            Probe::Networks,
            Seen::Networks(objects.networks.clone()),
        );
        record("logs", Probe::Logs, Seen::Logs(objects.logs.clone()));
        observed
    }

    /// Answers from the files that were handed in what these checks ask about files.
    pub fn add_files<'a>(
        &self,
        checks: impl IntoIterator<Item = &'a Check>,
        observed: &mut Observed,
    ) {
        for probe in checks.into_iter().flat_map(probes) {
            if let Probe::File { path } = &probe
                && observed.look(&probe).is_none()
                && let Some(seen) = file_of(&self.files, path)
            {
                observed.record(probe, Ok(Seen::File(seen)));
            }
        }
    }
}

impl Board {
    fn of(
        live: &Live,
        lab: &Lab,
        passed_at: &BTreeMap<String, i64>,
        solutions: BTreeMap<String, i64>,
    ) -> Self {
        let rules: BTreeMap<&str, &Rule> = lab
            .checks()
            .map(|check| (check.id.as_str(), &check.rule))
            .collect();
        let checks = live.checks.view(lab).into_iter().map(|view| BoardCheck {
            rule: rules
                .get(view.id.as_str())
                .map(|rule| fingerprint(rule))
                .unwrap_or_default(),
            passed_at: passed_at.get(&view.id).copied(),
            state: match view.state {
                CheckState::Pending => "pending",
                CheckState::Running => "running",
                CheckState::Pass => "pass",
                CheckState::Fail => "fail",
                CheckState::Error => "error",
            }
            .to_owned(),
            id: view.id,
            step: view.step,
            title: view.title,
            expected: view.expected,
            found: view.found,
            points: view.points,
        });
        Self {
            checks: checks.collect(),
            solutions,
        }
    }
}

/// Tells one rule from another.
pub fn fingerprint(rule: &Rule) -> String {
    let text = serde_json::to_vec(rule).unwrap_or_default();
    format!("{:x}", Sha256::digest(text))
}

impl Objects {
    async fn collect(sandbox: &Sandbox) -> Result<Self, String> {
        let mut objects = Self::default();
        for probe in [
            Probe::Images,
            Probe::Containers,
            Probe::Volumes,
            Probe::Networks,
            Probe::Logs,
        ] {
            match observe(sandbox, &probe).await? {
                Seen::Images(all) => objects.images = all,
                Seen::Containers(all) => objects.containers = all,
                Seen::Volumes(all) => objects.volumes = all,
                Seen::Networks(all) => objects.networks = all,
                Seen::Logs(all) => objects.logs = all,
                _ => {}
            }
        }
        objects.fit(JSON);
        Ok(objects)
    }

    /// Leaves kinds out, the largest first, until the rest is no larger than `most` bytes of JSON.
    fn fit(&mut self, most: usize) {
        loop {
            let sizes = [
                ("images", json_size(&self.images)),
                ("containers", json_size(&self.containers)),
                ("volumes", json_size(&self.volumes)),
                ("networks", json_size(&self.networks)),
                ("logs", json_size(&self.logs)),
            ];
            let total: usize = sizes.iter().map(|(_, size)| size).sum();
            if total <= most {
                return;
            }
            let Some((largest, _)) = sizes.iter().max_by_key(|(_, size)| *size) else {
                return;
            };
            match *largest {
                "images" => self.images.clear(),
                "containers" => self.containers.clear(),
                "volumes" => self.volumes.clear(),
                "networks" => self.networks.clear(),
                _ => self.logs.clear(),
            }
            self.omitted.insert((*largest).to_owned());
        }
    }
}

/// What the grader saw, as it is stored: without what was largest if all of it is too large.
pub fn pack_observed(observed: &Observed) -> anyhow::Result<Vec<u8>> {
    let mut kept = observed.clone();
    while json_size(&kept) > JSON {
        let largest = kept
            .probes()
            .max_by_key(|probe| kept.look(probe).map_or(0, json_size))
            .cloned();
        match largest {
            Some(largest) => drop(kept.forget_if(|probe| *probe == largest)),
            None => break,
        }
    }
    pack_json(&kept)
}

fn json_size(value: &impl Serialize) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    let _ = serde_json::to_writer(&mut count, value);
    count.0
}

/// JSON, gzip.
pub fn pack_json(value: &impl Serialize) -> anyhow::Result<Vec<u8>> {
    pack(&serde_json::to_vec(value)?)
}

/// The value of [`pack_json`].
pub fn from_json<T: DeserializeOwned>(packed: &[u8]) -> anyhow::Result<T> {
    // A list of rebuilds escapes what it quotes.
    Ok(serde_json::from_slice(&unpack(packed, 2 * JSON)?)?)
}

/// Gzip.
pub fn pack(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// The bytes of [`pack`], at most so many.
pub fn unpack(packed: &[u8], most: usize) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut limited = GzDecoder::new(packed).take(most as u64 + 1);
    limited.read_to_end(&mut bytes)?;
    anyhow::ensure!(
        bytes.len() <= most,
        "stored evidence is larger than {most} bytes"
    );
    Ok(bytes)
}

/// A file as a look in the sandbox would have seen it. `None` where the archive cannot tell: links,
/// and what it leaves out.
fn file_of(archive: &[u8], path: &str) -> Option<FileSeen> {
    let wanted = clean_path(path)?;
    if wanted.split('/').any(|part| LEFT_OUT.contains(&part)) {
        return None;
    }
    let folder = wanted.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut beside = BTreeSet::new();
    let mut archive = tar::Archive::new(archive);
    for entry in archive.entries().ok()? {
        let entry = entry.ok()?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let Some(name) = clean_path(&name) else {
            continue;
        };
        let kind = entry.header().entry_type();
        if name == wanted {
            if kind.is_dir() {
                return Some(FileSeen {
                    kind: FileKind::Dir,
                    ..FileSeen::default()
                });
            }
            if !kind.is_file() {
                return None;
            }
            let size = entry.size();
            let executable = entry.header().mode().ok()? & 0o100 != 0;
            let mut bytes = Vec::new();
            entry.take(FILE_BYTES).read_to_end(&mut bytes).ok()?;
            return Some(FileSeen {
                kind: FileKind::File,
                executable,
                text: String::from_utf8_lossy(&bytes).into_owned(),
                truncated: size > FILE_BYTES,
                size,
                beside: Vec::new(),
            });
        }
        // Something on the way that is no folder: a link may lead anywhere.
        if !kind.is_dir() && wanted.starts_with(&format!("{name}/")) {
            return None;
        }
        let within = match folder {
            "" => Some(name.as_str()),
            folder => name
                .strip_prefix(folder)
                .and_then(|rest| rest.strip_prefix('/')),
        };
        if let Some(within) = within
            && let Some(first) = within.split('/').next()
        {
            beside.insert(first.to_owned());
        }
    }
    Some(FileSeen {
        beside: beside.into_iter().take(BESIDE).collect(),
        ..FileSeen::default()
    })
}

/// `./a//b/` as `a/b`; nothing for the home itself.
fn clean_path(path: &str) -> Option<String> {
    let parts: Vec<&str> = path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    (!parts.is_empty() && !parts.contains(&"..")).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(files: &[(&str, &str, u32)]) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for (path, text, mode) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(*mode);
            tar.append_data(&mut header, path, text.as_bytes()).unwrap();
        }
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        tar.append_link(&mut header, "app/link", "/etc/passwd")
            .unwrap();
        tar.into_inner().unwrap()
    }

    #[test]
    fn a_file_is_read_from_the_archive_as_it_was_handed_in() {
        let tar = archive(&[
            ("./app/Dockerfile", "FROM a", 0o644),
            ("./app/run.sh", "true", 0o755),
            ("notes.txt", "n", 0o644),
        ]);
        let seen = file_of(&tar, "app/Dockerfile").unwrap();
        assert_eq!(
            (seen.kind, seen.text.as_str(), seen.executable),
            (FileKind::File, "FROM a", false)
        );
        assert!(file_of(&tar, "./app/run.sh").unwrap().executable);
        let missing = file_of(&tar, "app/dockerfile").unwrap();
        assert_eq!(missing.kind, FileKind::Missing);
        assert_eq!(missing.beside, ["Dockerfile", "link", "run.sh"]);
    }

    #[test]
    fn what_the_archive_cannot_tell_is_left_to_a_look() {
        let tar = archive(&[("app/a", "a", 0o644)]);
        assert_eq!(file_of(&tar, "app/link"), None);
        assert_eq!(file_of(&tar, "app/link/passwd"), None);
        assert_eq!(file_of(&tar, "app/node_modules/x"), None);
        assert_eq!(file_of(&tar, "../etc/passwd"), None);
        assert_eq!(file_of(b"no tar", "app"), None);
    }

    #[test]
    fn objects_that_are_too_large_are_left_out_and_said_so() {
        let mut objects = Objects {
            images: vec![Value::from("small")],
            logs: [("a".to_owned(), "x".repeat(5000))].into(),
            ..Objects::default()
        };
        objects.fit(1000);
        assert_eq!(objects.omitted, BTreeSet::from(["logs".to_owned()]));
        assert_eq!(objects.images.len(), 1);
        let bundle = Bundle {
            objects,
            ..Bundle::default()
        };
        assert!(bundle.observed().look(&Probe::Logs).is_none());
        assert!(bundle.observed().look(&Probe::Images).is_some());
    }

    #[test]
    fn packed_evidence_is_read_back_and_a_bomb_is_refused() {
        let packed = pack(&vec![0; 1000]).unwrap();
        assert_eq!(unpack(&packed, 1000).unwrap().len(), 1000);
        assert!(unpack(&packed, 999).is_err());
        assert!(from_json::<Objects>(&packed).is_err());
    }
}
