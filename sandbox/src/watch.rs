//! What changes in the learner's home, told as it happens.

use std::collections::HashMap;
use std::time::Duration;

use bytes::BytesMut;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt};

use crate::error::Error;
use crate::files::{FileEntry, shown};
use crate::hijack::{Channel, Hijacked};
use crate::pace::Pace;
use crate::sandbox::Sandbox;

/// The learner's `/root`, as the container outside the machine has it. There the learner neither
/// sees nor ends what watches.
const HOME: &[u8] = b"/data/home/";
/// Watches the home until its stdin ends: that is how it learns that nobody listens any more.
const WATCH: &str = r#"
exec 3<&0
inotifywait --monitor --recursive \
    --event close_write --event create --event delete --event move --event attrib \
    --exclude '/(\.git|node_modules|__pycache__|\.cache|\.venv)/|/\.drydock-write-' \
    --format '%w%f%0' --no-newline /data/home 3<&- &
watcher=$!
{ cat <&3; kill $watcher; } >/dev/null 2>&1 &
wait $watcher
"#;
/// What inotifywait says on stderr when from now on nothing is missed.
const ESTABLISHED: &[u8] = b"Watches established";
/// How long it may take to get there.
const ESTABLISH_LIMIT: Duration = Duration::from_secs(5);
/// The kernel has no longer paths.
const PATH_LIMIT: usize = 8192;
/// How often the home is listed where it cannot be watched.
const LISTING_INTERVAL: Duration = Duration::from_secs(3);
/// How many files are looked at then.
const LISTING_FILES: usize = 5000;

/// A file or folder of the home was written, made, moved or deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEvent {
    /// Path below the home, written as in [`crate::FileEntry::path`].
    pub path: String,
}

impl FileEvent {
    fn of_absolute(path: &[u8]) -> Option<Self> {
        let path = path.strip_prefix(HOME)?;
        let path = path.strip_suffix(b"/").unwrap_or(path);
        (!path.is_empty()).then(|| Self {
            path: shown(path).0,
        })
    }
}

impl Sandbox {
    /// Changes of the home from now on, heavy folders (`.git`, `node_modules`, caches) left out.
    /// Where the home cannot be watched, it is listed every few seconds instead.
    ///
    /// # Errors
    /// [`Error::Gone`] if the sandbox does not run.
    pub async fn watch_files(&self) -> Result<BoxStream<'static, Result<FileEvent, Error>>, Error> {
        let argv = ["sh", "-c", WATCH].map(str::to_owned).to_vec();
        let mut running = self.outside(argv, true).await?;
        let established = tokio::time::timeout(ESTABLISH_LIMIT, established(&mut running)).await;
        if matches!(established, Ok(Ok(true))) {
            return Ok(Box::pin(watched(running)));
        }
        drop(running);
        tracing::warn!(
            id = %self.id(),
            "files cannot be watched (fs.inotify.max_user_instances or max_user_watches is used up, or the learner locked the home): listing them instead"
        );
        self.listed().await
    }

    /// The same by listing again and again.
    async fn listed(&self) -> Result<BoxStream<'static, Result<FileEvent, Error>>, Error> {
        let sandbox = self.clone();
        let mut before = by_path(sandbox.list_files(LISTING_FILES).await?.files);
        Ok(Box::pin(async_stream::try_stream! {
            loop {
                tokio::time::sleep(LISTING_INTERVAL).await;
                let after = by_path(sandbox.list_files(LISTING_FILES).await?.files);
                for path in differences(&before, &after) {
                    yield FileEvent { path };
                }
                before = after;
            }
        }))
    }
}

/// Reads stderr until the watches are there; false if the program ends before.
async fn established(running: &mut Hijacked) -> std::io::Result<bool> {
    let mut said = BytesMut::new();
    while let Some(piece) = running.output.next().await {
        if let (Channel::Err, bytes) = piece? {
            said.extend_from_slice(&bytes);
            if said.windows(ESTABLISHED.len()).any(|w| w == ESTABLISHED) {
                return Ok(true);
            }
            if said.len() > PATH_LIMIT {
                return Ok(false);
            }
        }
    }
    Ok(false)
}

/// The paths that the watching program writes, each ended by NUL.
fn watched(mut running: Hijacked) -> impl Stream<Item = Result<FileEvent, Error>> + Send {
    async_stream::try_stream! {
        let mut buffer = BytesMut::new();
        let mut pace = Pace::new();
        while let Some(piece) = running.output.next().await {
            let (Channel::Out, bytes) = piece? else { continue };
            buffer.extend_from_slice(&bytes);
            while let Some(end) = buffer.iter().position(|byte| *byte == 0) {
                let path = buffer.split_to(end + 1);
                pace.keep().await;
                if let Some(event) = FileEvent::of_absolute(&path[..end]) {
                    yield event;
                }
            }
            if buffer.len() > PATH_LIMIT {
                Err(Error::TooLarge {
                    what: "a path in the sandbox".to_owned(),
                    limit: PATH_LIMIT as u64,
                })?;
            }
        }
    }
}

fn by_path(files: Vec<FileEntry>) -> HashMap<String, FileEntry> {
    files
        .into_iter()
        .map(|file| (file.path.clone(), file))
        .collect()
}

/// Paths that are in only one of the two, or not the same in both; sorted.
fn differences(
    before: &HashMap<String, FileEntry>,
    after: &HashMap<String, FileEntry>,
) -> Vec<String> {
    let changed = after
        .iter()
        .filter(|(path, file)| before.get(*path) != Some(file));
    let deleted = before.iter().filter(|(path, _)| !after.contains_key(*path));
    let mut paths: Vec<_> = changed
        .chain(deleted)
        .map(|(path, _)| path.clone())
        .collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::FileKind;

    fn file(path: &str, size: u64, modified_nanos: u32) -> FileEntry {
        FileEntry {
            path: path.to_owned(),
            addressable: true,
            size,
            kind: FileKind::File,
            modified: 1,
            modified_nanos,
            executable: false,
        }
    }

    #[test]
    fn listing_twice_tells_what_was_written_made_and_deleted() {
        let before = by_path(vec![file("a", 1, 1), file("b", 1, 1), file("c", 1, 1)]);
        let after = by_path(vec![file("a", 1, 1), file("b", 1, 2), file("d", 1, 1)]);
        assert_eq!(differences(&before, &after), ["b", "c", "d"]);
        assert!(differences(&after, &after).is_empty());
    }

    #[test]
    fn paths_are_told_from_the_home_on() {
        let path = |path: &[u8]| FileEvent::of_absolute(path).map(|event| event.path);
        assert_eq!(
            path(b"/data/home/app/main.py").as_deref(),
            Some("app/main.py")
        );
        assert_eq!(path(b"/data/home/app/").as_deref(), Some("app"));
        assert_eq!(path(b"/data/home/\xff").as_deref(), Some("\\xff"));
        assert_eq!(path(b"/data/home/"), None);
        assert_eq!(path(b"/etc/passwd"), None);
    }
}
