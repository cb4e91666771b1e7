//! The builder's copies of what a build was given: its Dockerfile and the files of its context.
//!
//! The builder keeps them as layers named by the ids of its records ("local source for context"), with
//! `.dockerignore` applied and without what no instruction takes. So this is what the build saw, wherever it was
//! started and however the learner has edited since. They are read outside the learner's machine.

use std::collections::HashMap;
use std::time::Duration;

use bollard_buildkit_proto::moby::buildkit::v1::UsageRecord;
use drydock_lens::{Manifest, Micros};

use super::translate::micros;
use crate::error::Error;
use crate::exec::{Kept, converse};
use crate::files::shown;
use crate::sandbox::Sandbox;

const READ: &str = include_str!("sources.sh");
/// Files that are hashed; a context with more is not compared.
const FILES: usize = 20_000;
/// Bytes of the whole answer.
const ANSWER: usize = 8 * 1024 * 1024;
/// How long it may take.
const LIMIT: Duration = Duration::from_secs(10);
/// Records that are looked at.
const SOURCES: usize = 8;

/// What a build was given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BuildSources {
    /// Its Dockerfile's text, cut at 256 KiB.
    pub dockerfile: Option<String>,
    /// The files of its context; none if they are too many or it is not known which they are.
    pub context: Option<Manifest>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Context,
    Dockerfile,
}

/// A record of the builder's cache that holds local files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) id: String,
    kind: Kind,
    used: Micros,
    /// A build holds it: its files lie under another id until that lets go.
    pub(super) held: bool,
}

impl Source {
    /// Understands a record; `None` if it is another kind, or no build has used it since `started`.
    pub(super) fn of(record: UsageRecord, started: Micros) -> Option<Self> {
        let kind = match &*record.description {
            "local source for context" => Kind::Context,
            "local source for dockerfile" => Kind::Dockerfile,
            _ => return None,
        };
        let used = record.last_used_at.or(record.created_at).map_or(0, micros);
        let named =
            record.id.len() < 64 && record.id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let held = record.in_use || !record.mutable;
        (named && (held || used >= started)).then_some(Self {
            id: record.id,
            kind,
            used,
            held,
        })
    }
}

#[derive(Default)]
struct Found {
    dockerfile: Option<String>,
    /// Path → type, mode, size; then the hash of the content.
    files: HashMap<Vec<u8>, (String, String)>,
    whole: bool,
}

pub(super) async fn read(
    sandbox: &Sandbox,
    dockerfile: &str,
    sources: &[Source],
) -> Result<BuildSources, Error> {
    let most = (FILES + 1).to_string();
    let mut argv: Vec<String> = ["sh", "-c", READ, "sources", &most, dockerfile]
        .map(str::to_owned)
        .to_vec();
    argv.extend(sources.iter().take(SOURCES).map(|source| source.id.clone()));
    let mut kept = Kept::new(ANSWER);
    let reading = async {
        let running = sandbox.outside(argv, false).await?;
        converse(running, None, &mut kept)
            .await
            .map_err(Error::from)
    };
    let read = tokio::time::timeout(LIMIT, reading).await;
    read.unwrap_or(Err(Error::TimedOut {
        what: "reading a build's files",
        limit: LIMIT,
    }))?;
    Ok(understand(&kept.out, sources))
}

fn understand(told: &[u8], sources: &[Source]) -> BuildSources {
    let mut found: HashMap<String, Found> = HashMap::new();
    let mut current = Found::default();
    let mut id = String::new();
    for line in told.split(|byte| *byte == 0) {
        let space = line
            .iter()
            .position(|byte| *byte == b' ')
            .unwrap_or(line.len());
        let (word, rest) = (&line[..space], line.get(space + 1..).unwrap_or_default());
        match word {
            b"source" => {
                id = String::from_utf8_lossy(rest).into_owned();
                current = Found::default();
            }
            b"dockerfile" => current.dockerfile = Some(String::from_utf8_lossy(rest).into_owned()),
            b"file" => {
                let mut parts = rest.splitn(4, |byte| *byte == b' ');
                let facts: Vec<_> = parts
                    .by_ref()
                    .take(3)
                    .map(String::from_utf8_lossy)
                    .collect();
                if let Some(path) = parts.next() {
                    current
                        .files
                        .insert(path.to_vec(), (facts.join(" "), String::new()));
                }
            }
            b"hash" => {
                let mut parts = rest.splitn(2, |byte| *byte == b' ');
                if let (Some(hash), Some(path)) = (parts.next(), parts.next())
                    && let Some(path) = path.strip_prefix(b"*./")
                    && let Some(file) = current.files.get_mut(path)
                {
                    file.1 = String::from_utf8_lossy(hash).into_owned();
                }
            }
            b"whole" => {
                current.whole = true;
                found.insert(std::mem::take(&mut id), std::mem::take(&mut current));
            }
            _ => {}
        }
    }
    let mut of_kind = |kind: Kind| -> Vec<Found> {
        let ids = sources.iter().filter(|source| source.kind == kind);
        ids.filter_map(|source| found.remove(&source.id)).collect()
    };
    let mut dockerfiles: Vec<String> = of_kind(Kind::Dockerfile)
        .into_iter()
        .filter_map(|one| one.dockerfile)
        .collect();
    dockerfiles.dedup();
    let mut contexts = of_kind(Kind::Context);
    // The builder asks for `.dockerignore` alone first, which leaves a record of its own.
    contexts.retain(|context| context.files.keys().any(|path| path != b".dockerignore"));
    let context = match (contexts.pop(), contexts.is_empty()) {
        (Some(context), true) if context.files.len() <= FILES => Some(context),
        _ => None,
    };
    BuildSources {
        dockerfile: dockerfiles.pop().filter(|_| dockerfiles.is_empty()),
        context: context.map(manifest),
    }
}

fn manifest(context: Found) -> Manifest {
    let files = context.files.into_iter().map(|(path, (facts, hash))| {
        use std::hash::{Hash as _, Hasher as _};
        let mut hasher = std::hash::DefaultHasher::new();
        (facts, hash).hash(&mut hasher);
        (shown(&path).0, hasher.finish())
    });
    Manifest::new(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(id: &str, kind: Kind) -> Source {
        Source {
            id: id.to_owned(),
            kind,
            used: 0,
            held: false,
        }
    }

    const TOLD: &[u8] = b"source ctx\0file f 644 3 a b.py\0file l 777 4 link\0hash aaaa *./a b.py\0whole\0\
        source ign\0file f 644 3 .dockerignore\0whole\0source df\0dockerfile FROM x\nRUN y\n\0file f 644 3 Dockerfile\0whole\0";

    #[test]
    fn dockerfile_and_context_are_told_apart_from_the_dockerignore() {
        let all = [
            source("ign", Kind::Context),
            source("ctx", Kind::Context),
            source("df", Kind::Dockerfile),
        ];
        let found = understand(TOLD, &all);
        assert_eq!(found.dockerfile.as_deref(), Some("FROM x\nRUN y\n"));
        assert_eq!(found.context.map(|context| context.len()), Some(2));
    }

    #[test]
    fn of_two_contexts_it_is_not_known_which() {
        let told = [TOLD, b"source two\0file f 644 3 x\0whole\0"].concat();
        let all = [source("ctx", Kind::Context), source("two", Kind::Context)];
        assert_eq!(understand(&told, &all).context, None);
    }

    #[test]
    fn what_broke_off_is_not_believed() {
        let all = [source("ctx", Kind::Context)];
        assert_eq!(understand(&TOLD[..40], &all), BuildSources::default());
    }
}
