//! Build contexts: archives of the files embedded in this program and of files made on the host.

use std::collections::BTreeMap;
use std::io::{self, Seek};
use std::path::PathBuf;

use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};
use tokio_util::io::ReaderStream;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/image");

/// A file embedded from `image/`.
pub(super) fn embedded(path: &str) -> Option<&'static [u8]> {
    FILES.get_file(path).map(include_dir::File::contents)
}

/// All files below a folder of `image/`, by their path in it.
fn below(folder: &str) -> BTreeMap<String, &'static [u8]> {
    fn walk(dir: &'static Dir<'_>, prefix: &str, files: &mut BTreeMap<String, &'static [u8]>) {
        for file in dir.files() {
            if let Some(path) = file
                .path()
                .to_str()
                .and_then(|path| path.strip_prefix(prefix))
            {
                files.insert(path.trim_start_matches('/').to_owned(), file.contents());
            }
        }
        for dir in dir.dirs() {
            walk(dir, prefix, files);
        }
    }
    let mut files = BTreeMap::new();
    if let Some(dir) = FILES.get_dir(folder) {
        walk(dir, folder, &mut files);
    }
    files
}

/// A short name for the content of folders of `image/` and of `more`.
pub(super) fn digest(folders: &[&str], more: &str) -> String {
    let mut hasher = Sha256::new();
    for folder in folders {
        for (path, bytes) in below(folder) {
            for piece in [folder.as_bytes(), path.as_bytes(), bytes] {
                hasher.update((piece.len() as u64).to_le_bytes());
                hasher.update(piece);
            }
        }
    }
    hasher.update(more);
    let digest = hasher.finalize();
    digest[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What is sent to the engine for a build.
pub(super) struct Context {
    small: BTreeMap<String, Vec<u8>>,
    large: BTreeMap<String, PathBuf>,
}

impl Context {
    /// Nothing.
    pub(super) fn new() -> Self {
        Self {
            small: BTreeMap::new(),
            large: BTreeMap::new(),
        }
    }

    /// The files below a folder of `image/`.
    pub(super) fn of(folder: &str) -> Self {
        Self {
            small: below(folder)
                .into_iter()
                .map(|(path, bytes)| (path, bytes.to_vec()))
                .collect(),
            large: BTreeMap::new(),
        }
    }

    pub(super) fn add(&mut self, path: &str, bytes: Vec<u8>) {
        self.small.insert(path.to_owned(), bytes);
    }

    pub(super) fn add_file(&mut self, path: &str, file: PathBuf) {
        self.large.insert(path.to_owned(), file);
    }

    /// Writes the archive to a temporary file, for a minimal Debian is 80 MB, and streams it from there.
    pub(super) async fn stream(self) -> io::Result<ReaderStream<tokio::fs::File>> {
        let file = tokio::task::spawn_blocking(move || self.archive())
            .await
            .map_err(io::Error::other)??;
        let file = tokio::fs::File::from_std(file);
        Ok(ReaderStream::with_capacity(file, 256 * 1024))
    }

    fn archive(self) -> io::Result<std::fs::File> {
        let mut archive = tar::Builder::new(tempfile::tempfile()?);
        for (path, bytes) in &self.small {
            let mut header = header(mode(bytes));
            header.set_size(bytes.len() as u64);
            archive.append_data(&mut header, path, bytes.as_slice())?;
        }
        for (path, file) in &self.large {
            let file = std::fs::File::open(file)?;
            let mut header = header(0o644);
            header.set_size(file.metadata()?.len());
            archive.append_data(&mut header, path, file)?;
        }
        let mut file = archive.into_inner()?;
        file.rewind()?;
        Ok(file)
    }
}

/// The same for every run, so that the engine finds its build cache again.
fn header(mode: u32) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_mode(mode);
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    header
}

/// Embedding loses the modes of files: what starts like a program is one.
fn mode(bytes: &[u8]) -> u32 {
    if bytes.starts_with(b"#!") || bytes.starts_with(b"\x7fELF") {
        0o755
    } else {
        0o644
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_executable_and_other_files_are_not() {
        let mut context = Context::of("machine");
        context.add("made/file", b"text".to_vec());
        let mut archive = tar::Archive::new(context.archive().unwrap());
        let modes: BTreeMap<String, u32> = archive
            .entries()
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let path = entry.path().unwrap().display().to_string();
                (path, entry.header().mode().unwrap())
            })
            .collect();
        assert_eq!(modes["Dockerfile"], 0o644);
        assert_eq!(modes["made/file"], 0o644);
        assert_eq!(modes["outer/usr/local/lib/drydock/enter"], 0o755);
        assert_eq!(modes["rootfs/usr/local/sbin/runc"], 0o755);
    }

    #[test]
    fn the_digest_changes_with_each_of_its_inputs() {
        let one = digest(&["bases/busybox"], "");
        assert_eq!(one, digest(&["bases/busybox"], ""));
        assert_ne!(one, digest(&["bases/busybox"], "base"));
        assert_ne!(one, digest(&["bases/nginx"], ""));
        assert_eq!(one.len(), 12);
    }
}
