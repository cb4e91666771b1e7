//! The learner's files, reached through commands inside the sandbox and never by a path of the host.

mod path;

use std::time::Duration;

use bytes::Bytes;

use crate::config::StartFile;
use crate::error::{BadPath, Error};
use crate::exec::{Exec, Output};
use crate::sandbox::Sandbox;

use path::HomePath;
pub(crate) use path::shown;

/// What does the work inside; the exit codes below are its.
const HOME: &str = include_str!("home.sh");
const MISSING: i32 = 40;
const IS_DIR: i32 = 41;
const OUTSIDE: i32 = 42;
const SPECIAL: i32 = 43;
const TOO_LARGE: i32 = 44;
const NO_SPACE: i32 = 45;
const NOT_A_DIR: i32 = 46;
const EXISTS: i32 = 47;
const CHANGED: i32 = 48;

/// How long any work on files may take.
const LIMIT: Duration = Duration::from_secs(30);
/// No larger file is written: it would be held in memory here.
pub const WRITE_LIMIT: usize = 32 * 1024 * 1024;
/// No larger archive is unpacked, for the same reason.
pub const ARCHIVE_LIMIT: usize = 256 * 1024 * 1024;
/// The most bytes of a listing.
const LISTING_LIMIT: usize = 8 * 1024 * 1024;

/// What lies in the learner's home.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// Sorted by path.
    pub files: Vec<FileEntry>,
    /// Whether there are more.
    pub truncated: bool,
}

/// One file, folder or link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// Path below the home. Bytes that are not UTF-8 or are control characters show as `\xNN`.
    pub path: String,
    /// Whether `path` is the real name, so that the file can be read and written by it.
    pub addressable: bool,
    /// Size in bytes.
    pub size: u64,
    /// What it is.
    pub kind: FileKind,
    /// Seconds since 1970 of the last change.
    pub modified: i64,
    /// The rest of it in nanoseconds.
    pub modified_nanos: u32,
    /// Whether its owner may run it.
    pub executable: bool,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// An ordinary file.
    File,
    /// A folder.
    Dir,
    /// A symbolic link.
    Symlink,
    /// A socket, pipe or device.
    Special,
}

/// What must be at a path for a write to go ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Expected<'a> {
    /// Whatever is.
    #[default]
    Anything,
    /// No file.
    Nothing,
    /// A file whose content has this SHA-256, in lower-case hexadecimal.
    Sha256(&'a str),
}

impl FileEntry {
    /// Understands one record of the listing: kind, octal mode, size, seconds with a fraction, name.
    fn parse(record: &[u8]) -> Option<Self> {
        let mut fields = record.splitn(5, |byte| *byte == b' ');
        let mut text = || std::str::from_utf8(fields.next()?).ok();
        let kind = match text()? {
            "f" => FileKind::File,
            "d" => FileKind::Dir,
            "l" => FileKind::Symlink,
            _ => FileKind::Special,
        };
        let mode = u32::from_str_radix(text()?, 8).ok()?;
        let size = text()?.parse().ok()?;
        let (modified, modified_nanos) = stamp(text()?)?;
        let (path, addressable) = shown(fields.next()?);
        Some(Self {
            path,
            addressable,
            size,
            kind,
            modified,
            modified_nanos,
            executable: kind == FileKind::File && mode & 0o100 != 0,
        })
    }
}

/// `1763697600.1234567890` as seconds and nanoseconds.
fn stamp(text: &str) -> Option<(i64, u32)> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    let nanos = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    Some((seconds.parse().ok()?, nanos))
}

impl Sandbox {
    /// Lists the home, without the content of heavy folders (`.git`, `node_modules`, caches).
    ///
    /// # Errors
    /// [`Error::Gone`] if the sandbox does not run.
    pub async fn list_files(&self, max: usize) -> Result<Listing, Error> {
        let one_more = max.saturating_add(1).to_string();
        let output = self
            .home("listing files", &["list", &one_more], None, LISTING_LIMIT)
            .await?;
        let mut records: Vec<&[u8]> = output.stdout.split(|byte| *byte == 0).collect();
        // What follows the last NUL is nothing, or a record that was cut.
        records.pop();
        let truncated = output.truncated || records.len() > max;
        records.truncate(max);
        let mut files: Vec<_> = records.into_iter().filter_map(FileEntry::parse).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Listing { files, truncated })
    }

    /// Reads a file of at most `max` bytes.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::IsDir`], [`Error::TooLarge`], [`Error::BadPath`].
    pub async fn read_file(&self, path: &str, max: usize) -> Result<Bytes, Error> {
        let path = HomePath::new(path)?.as_str();
        let output = self
            .home(
                "reading a file",
                &["read", path, &max.to_string()],
                None,
                max,
            )
            .await?;
        done("reading a file", path, max, &output)?;
        Ok(output.stdout)
    }

    /// Writes a file of at most 32 MiB, whole or not at all, and makes the folders above it.
    /// `executable: None` keeps what the file had. A symbolic link is written through, if it stays
    /// in the home.
    ///
    /// # Errors
    /// [`Error::IsDir`], [`Error::TooLarge`], [`Error::BadPath`], [`Error::NoSpace`].
    pub async fn write_file(
        &self,
        path: &str,
        bytes: Bytes,
        executable: Option<bool>,
    ) -> Result<(), Error> {
        self.write_file_if(path, bytes, executable, Expected::Anything)
            .await
    }

    /// The same, if what is there is what the writer expects. It is looked at right before the new
    /// file takes the old one's place.
    ///
    /// # Errors
    /// [`Error::Changed`] if it is not, and those of [`Sandbox::write_file`].
    pub async fn write_file_if(
        &self,
        path: &str,
        bytes: Bytes,
        executable: Option<bool>,
        expected: Expected<'_>,
    ) -> Result<(), Error> {
        let path = HomePath::new(path)?.as_str();
        if bytes.len() > WRITE_LIMIT {
            return Err(too_large(path, WRITE_LIMIT));
        }
        let size = bytes.len().to_string();
        let mode = match executable {
            None => "keep",
            Some(true) => "+x",
            Some(false) => "-x",
        };
        let expected = match expected {
            Expected::Anything => "-",
            Expected::Nothing => "none",
            Expected::Sha256(sum) => sum,
        };
        let arguments = ["write", path, &size, mode, expected];
        let output = self
            .home("writing a file", &arguments, Some(bytes), 1024)
            .await?;
        done("writing a file", path, WRITE_LIMIT, &output)
    }

    /// Deletes a file, a link, or a folder with all in it.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::BadPath`].
    pub async fn delete_file(&self, path: &str) -> Result<(), Error> {
        let path = HomePath::new(path)?;
        let (folder, name) = path.split();
        let output = self
            .home("deleting a file", &["delete", folder, name], None, 1024)
            .await?;
        done("deleting a file", path.as_str(), 0, &output)
    }

    /// Makes a folder, and those above it.
    ///
    /// # Errors
    /// [`Error::Exists`], [`Error::BadPath`], [`Error::NoSpace`].
    pub async fn make_folder(&self, path: &str) -> Result<(), Error> {
        let path = HomePath::new(path)?.as_str();
        let output = self
            .home("making a folder", &["make_folder", path], None, 1024)
            .await?;
        done("making a folder", path, 0, &output)
    }

    /// Gives a file, a folder or a link another name, and makes the folders above that. Nothing is
    /// ever replaced.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Exists`] if the new name is taken or lies below the old one,
    /// [`Error::BadPath`], [`Error::NoSpace`].
    pub async fn move_file(&self, path: &str, to: &str) -> Result<(), Error> {
        let path = HomePath::new(path)?;
        let to = HomePath::new(to)?;
        let ((folder, name), (new_folder, new_name)) = (path.split(), to.split());
        let arguments = ["move", folder, name, new_folder, new_name];
        let output = self.home("moving a file", &arguments, None, 1024).await?;
        let told = match output.code {
            Some(MISSING) => path.as_str(),
            _ => to.as_str(),
        };
        done("moving a file", told, 0, &output)
    }

    /// Puts these files into the home, in one go.
    ///
    /// # Errors
    /// [`Error::BadPath`], [`Error::TooLarge`], [`Error::NoSpace`].
    pub async fn put_files(&self, files: &[StartFile]) -> Result<(), Error> {
        let mut archive = tar::Builder::new(Vec::new());
        for file in files {
            let path = HomePath::new(&file.path)?.as_str();
            let mut header = tar::Header::new_gnu();
            header.set_size(file.bytes.len() as u64);
            header.set_mode(if file.executable { 0o755 } else { 0o644 });
            archive.append_data(&mut header, path, &*file.bytes)?;
        }
        // `touch`: they are as old as the sandbox.
        self.unpack(archive.into_inner()?.into(), &["--touch"])
            .await
    }

    /// The home as a tar archive of at most `max` bytes, without what can be made again
    /// (`node_modules`, caches).
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub async fn archive(&self, max: usize) -> Result<Bytes, Error> {
        self.tar(max, &[]).await
    }

    /// The same with every name of a file standing for its bytes: hard links are written out.
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub async fn archive_whole(&self, max: usize) -> Result<Bytes, Error> {
        self.tar(max, &["--hard-dereference"]).await
    }

    async fn tar(&self, max: usize, options: &[&str]) -> Result<Bytes, Error> {
        let one_more = max.saturating_add(1).to_string();
        let arguments = [&["archive", one_more.as_str()], options].concat();
        let output = self.home("archiving files", &arguments, None, max).await?;
        if output.truncated {
            return Err(too_large("the home folder", max));
        }
        done("archiving files", "", max, &output)?;
        Ok(output.stdout)
    }

    /// Unpacks an archive of [`Sandbox::archive`] into the home.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::NoSpace`].
    pub async fn restore(&self, tar: Bytes) -> Result<(), Error> {
        self.unpack(tar, &[]).await
    }

    async fn unpack(&self, tar: Bytes, options: &[&str]) -> Result<(), Error> {
        if tar.len() > ARCHIVE_LIMIT {
            return Err(too_large("the archive", ARCHIVE_LIMIT));
        }
        let arguments = [&["unpack"], options].concat();
        let output = self
            .home("unpacking files", &arguments, Some(tar), 4096)
            .await?;
        done("unpacking files", "", ARCHIVE_LIMIT, &output)
    }

    /// Runs the script above with these arguments.
    async fn home(
        &self,
        what: &'static str,
        arguments: &[&str],
        stdin: Option<Bytes>,
        max_output: usize,
    ) -> Result<Output, Error> {
        let mut exec = Exec::new(["sh", "-c", HOME, "home.sh"]);
        exec.argv
            .extend(arguments.iter().map(|&arg| arg.to_owned()));
        exec.stdin = stdin;
        exec.timeout = LIMIT;
        exec.max_output = max_output;
        let output = self.exec(exec).await?;
        if output.timed_out {
            return Err(Error::TimedOut { what, limit: LIMIT });
        }
        Ok(output)
    }
}

/// What the script's exit code means.
fn done(what: &'static str, path: &str, limit: usize, output: &Output) -> Result<(), Error> {
    let bad = |why| {
        Err(Error::BadPath {
            path: path.to_owned(),
            why,
        })
    };
    match output.code {
        Some(0) => Ok(()),
        Some(MISSING) => Err(Error::NotFound {
            path: path.to_owned(),
        }),
        Some(IS_DIR) => Err(Error::IsDir {
            path: path.to_owned(),
        }),
        Some(OUTSIDE) => bad(BadPath::Outside),
        Some(SPECIAL) => bad(BadPath::Special),
        Some(NOT_A_DIR) => bad(BadPath::NotADir),
        Some(TOO_LARGE) => Err(too_large(path, limit)),
        Some(NO_SPACE) => Err(Error::NoSpace),
        Some(EXISTS) => Err(Error::Exists {
            path: path.to_owned(),
        }),
        Some(CHANGED) => Err(Error::Changed {
            path: path.to_owned(),
        }),
        code => Err(Error::Inside {
            what,
            detail: format!(
                "exit code {code:?}, {}",
                shown(output.stderr.trim_ascii()).0
            ),
        }),
    }
}

fn too_large(what: &str, limit: usize) -> Error {
    Error::TooLarge {
        what: what.to_owned(),
        limit: limit as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_of_the_listing_is_understood() {
        let entry = FileEntry::parse(b"f 755 12 1763697600.5000000000 bin/run me.sh").unwrap();
        assert_eq!(
            entry,
            FileEntry {
                path: "bin/run me.sh".to_owned(),
                addressable: true,
                size: 12,
                kind: FileKind::File,
                modified: 1_763_697_600,
                modified_nanos: 500_000_000,
                executable: true,
            }
        );
    }

    #[test]
    fn a_folder_is_not_executable_and_a_pipe_is_special() {
        let kind = |record: &[u8]| FileEntry::parse(record).map(|e| (e.kind, e.executable));
        assert_eq!(kind(b"d 755 0 1.0 src"), Some((FileKind::Dir, false)));
        assert_eq!(kind(b"p 644 0 1.0 fifo"), Some((FileKind::Special, false)));
    }

    #[test]
    fn nonsense_in_a_listing_is_passed_over() {
        for record in [
            &b""[..],
            b"f",
            b"f 999 1 1.0 a",
            b"f 644 x 1.0 a",
            b"f 644 1 never a",
        ] {
            assert_eq!(FileEntry::parse(record), None, "{record:?}");
        }
    }

    #[test]
    fn stamps_keep_their_fraction() {
        assert_eq!(stamp("12.3456"), Some((12, 345_600_000)));
        assert_eq!(stamp("12"), Some((12, 0)));
        assert_eq!(stamp("12.0000000009"), Some((12, 0)));
        assert_eq!(stamp("99999999999999999999"), None);
    }
}
