//! What can go wrong while images are made, told for the person who runs the command.

/// Why images could not be built or found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The sandbox image of this version is not on the engine.
    #[error("the sandbox image {image} is not on the Docker engine. Run `drydock images build`.")]
    NoImage {
        /// Its reference.
        image: String,
    },
    /// Neither source gave a base image.
    #[error(
        "there is no way to get {reference}.\n  From a registry: {registry}\n  From Debian's packages: {debian}\nMend one of the two, or bring the image on a disk and `docker load` it, then run `drydock images build` again."
    )]
    NoSource {
        /// The image.
        reference: String,
        /// Why not from a registry.
        registry: String,
        /// Why not from Debian.
        debian: String,
    },
    /// A program of this host is missing.
    #[error("{program} is not installed on this machine. Install it: `{remedy}`.")]
    NoProgram {
        /// Which.
        program: &'static str,
        /// The command that installs it.
        remedy: &'static str,
    },
    /// A program of this host failed.
    #[error("{program} failed ({status}). {remedy} Its last lines:\n{log}")]
    Program {
        /// Which.
        program: String,
        /// Its exit status.
        status: String,
        /// What to do.
        remedy: &'static str,
        /// Its last lines.
        log: String,
    },
    /// A build on the engine failed.
    #[error("building {image} failed: {reason}. Its last lines:\n{log}")]
    Build {
        /// Of which image.
        image: String,
        /// What the engine said.
        reason: String,
        /// The last lines of the build.
        log: String,
    },
    /// The engine that prepares the base images did not start or refused one.
    #[error("preparing the base images failed at {doing}: {log}")]
    Seed {
        /// What was done.
        doing: String,
        /// What it said.
        log: String,
    },
    /// The engine refused a request or could not be spoken to.
    #[error("the Docker engine refused to {doing}: {source}")]
    Engine {
        /// What was asked of it.
        doing: String,
        /// What it said.
        #[source]
        source: bollard::errors::Error,
    },
    /// A file of this host could not be read or written.
    #[error(
        "a temporary file could not be used: {0}. Is there space in the folder for temporary files?"
    )]
    Io(#[from] std::io::Error),
}

impl Error {
    /// For `map_err`: the engine refused to do something.
    pub(super) fn engine(doing: impl Into<String>) -> impl FnOnce(bollard::errors::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Engine { doing, source }
    }
}
