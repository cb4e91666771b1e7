//! The learner's files, reached through commands inside the sandbox and never by a path of the host.

use bytes::Bytes;

use crate::config::StartFile;
use crate::error::Error;
use crate::sandbox::Sandbox;

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

impl Sandbox {
    /// Lists the home, without heavy folders' contents (`.git`, `node_modules`, caches).
    ///
    /// # Errors
    /// [`Error::Gone`] if the sandbox does not run.
    pub async fn list_files(&self, max: usize) -> Result<Listing, Error> {
        todo!("{max}")
    }

    /// Reads a file of at most `max` bytes.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::IsDir`], [`Error::TooLarge`], [`Error::BadPath`].
    pub async fn read_file(&self, path: &str, max: usize) -> Result<Bytes, Error> {
        todo!("{path} {max}")
    }

    /// Writes a file whole or not at all, making the folders above it. `executable: None` keeps what the file had.
    ///
    /// # Errors
    /// [`Error::IsDir`], [`Error::TooLarge`], [`Error::BadPath`], [`Error::NoSpace`].
    pub async fn write_file(
        &self,
        path: &str,
        bytes: Bytes,
        executable: Option<bool>,
    ) -> Result<(), Error> {
        todo!("{path} {bytes:?} {executable:?}")
    }

    /// Deletes a file, a link, or a folder with all in it.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::BadPath`].
    pub async fn delete_file(&self, path: &str) -> Result<(), Error> {
        todo!("{path}")
    }

    /// Puts these files into the home, in one go.
    ///
    /// # Errors
    /// [`Error::BadPath`], [`Error::NoSpace`].
    pub async fn put_files(&self, files: &[StartFile]) -> Result<(), Error> {
        todo!("{files:?}")
    }

    /// The home as a tar archive of at most `max` bytes.
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub async fn archive(&self, max: usize) -> Result<Bytes, Error> {
        todo!("{max}")
    }

    /// Unpacks an archive of [`Sandbox::archive`] into the home.
    ///
    /// # Errors
    /// [`Error::NoSpace`].
    pub async fn restore(&self, tar: Bytes) -> Result<(), Error> {
        todo!("{tar:?}")
    }
}
