//! What changes in the learner's home, told as it happens.

use futures::stream::BoxStream;

use crate::error::Error;
use crate::sandbox::Sandbox;

/// A file or folder of the home was written, made, moved or deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEvent {
    /// Path below the home, written as in [`crate::FileEntry::path`].
    pub path: String,
}

impl Sandbox {
    /// Changes of the home from now on, heavy folders (`.git`, `node_modules`, caches) left out.
    /// Where the kernel refuses to watch, the home is listed every few seconds instead.
    ///
    /// # Errors
    /// [`Error::Gone`] if the sandbox does not run.
    pub async fn watch_files(&self) -> Result<BoxStream<'static, Result<FileEvent, Error>>, Error> {
        todo!()
    }
}
