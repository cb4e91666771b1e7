//! Makes the images that sandboxes need, on the outer engine.
//!
//! ```text
//! for each base image:  a registry answers ── pull ──┐
//!                       none does ── Debian packages ┴─▶ drydock/library/<name>:<tag>
//! Debian + Docker Engine ─────────────────────────────▶ drydock/machine:<hash>
//! machine + base images as the seed of its engine
//!         + Python packages for pip ──────────────────▶ drydock/sandbox:<hash>, drydock/sandbox:latest
//! ```
//!
//! `<hash>` is of all files the images are made from, so a program finds the image of its own version
//! and nothing is made twice.

mod catalogue;
mod clear;
mod context;
mod error;
mod hello;
mod host;
mod log;
mod outer;
mod packages;
mod seed;
mod work;

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use bollard::Docker;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use self::catalogue::{BASES, PYTHON};
pub use self::error::Error;
use self::seed::Seed;
use self::work::Work;

const REPOSITORY: &str = "drydock/sandbox";
pub(crate) const LATEST: &str = "drydock/sandbox:latest";
/// On the sandbox image: what its seed holds, as JSON.
const LABEL_IMAGES: &str = "org.drydock.images";
/// On stand-ins and adapted images: [`Source`] in words.
const LABEL_SOURCE: &str = "org.drydock.source";
/// On the same: a hash of what they were made from.
const LABEL_INPUTS: &str = "org.drydock.inputs";
/// On stand-ins: what should be in them and could not be fetched.
const LABEL_LACKS: &str = "org.drydock.lacks";
/// On what builds leave behind, so that exactly that is cleared away.
const LABEL_STAGE: &str = "org.drydock.stage";

/// Where base images may come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sources {
    /// From a registry if one answers, else from Debian's packages.
    #[default]
    Any,
    /// From a registry only.
    Registry,
    /// From Debian's packages only.
    Debian,
}

/// How images are built.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Where base images may come from.
    pub sources: Sources,
    /// Make everything again, with the newest packages, even if nothing changed.
    pub refresh: bool,
}

/// Where a base image came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The real one, pulled from a registry (or loaded from a disk).
    Pulled,
    /// A stand-in made from Debian's packages.
    Debian,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pulled => "pulled",
            Self::Debian => "debian",
        })
    }
}

/// A base image that sandboxes can have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageInfo {
    /// What learners call it, such as `python:3.13-slim`.
    pub reference: String,
    /// Where it came from.
    pub source: Source,
    /// Bytes, layers that it shares with others included.
    pub size: u64,
    /// What labs expect of it and could not be fetched, such as `npm`. The next build tries again.
    #[serde(default)]
    pub lacks: Option<String>,
    /// The sandbox image that holds it.
    #[serde(default)]
    pub built_for: String,
}

impl ImageInfo {
    /// In words what the image lacks, if anything.
    #[must_use]
    pub fn shortage(&self) -> Option<String> {
        let lacks = self.lacks.as_ref()?;
        Some(format!("{} is without {lacks}", self.reference))
    }
}

/// What a build did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The sandbox image.
    pub sandbox: String,
    /// The base images in it.
    pub images: Vec<ImageInfo>,
    /// Whether anything had to be made.
    pub built: bool,
    /// How long it took.
    pub took: Duration,
}

/// Makes what is missing. `progress` gets lines such as `[2/7] python:3.13-slim: pulling`.
///
/// Not to be run twice at the same time on one engine.
///
/// # Errors
/// Each says what to do next; [`Error::NoSource`] if neither source gave an image.
pub async fn build(
    docker: &Docker,
    options: Options,
    progress: &mut (dyn FnMut(&str) + Send),
) -> Result<Report, Error> {
    let started = Instant::now();
    let sandbox = sandbox_name();
    let held = match options.refresh {
        true => None,
        false => held(docker, &sandbox).await?,
    };
    let up_to_date = async |images| {
        outer::tag(docker, &sandbox, LATEST).await?;
        Ok(Report {
            sandbox: sandbox.clone(),
            images,
            built: false,
            took: started.elapsed(),
        })
    };
    if let Some(images) = &held
        && images
            .iter()
            .all(|image| options.sources.take(image.source) && image.lacks.is_none())
    {
        return up_to_date(images.clone()).await;
    }
    let mut work = Work::new(docker, options, progress).await?;
    let mut images = Vec::new();
    for base in BASES {
        images.push(ImageInfo {
            built_for: sandbox.clone(),
            ..work.base(base).await?
        });
    }
    let wheels = work.wheels().await?;
    if wheels.is_none()
        && let Some(python) = images.iter_mut().find(|image| image.reference == PYTHON)
    {
        python.lacks = Some("Python packages".to_owned());
    }
    if held.as_ref() == Some(&images) {
        // What could not be fetched cannot be fetched still.
        return up_to_date(images).await;
    }
    let machine = work.machine().await?;
    let labels = HashMap::from([(
        LABEL_IMAGES.to_owned(),
        serde_json::to_string(&images).unwrap_or_default(),
    )]);
    work.begin();
    let mut tell = work.teller("base images");
    let seed = Seed {
        bases: BASES,
        wheels: wheels.as_ref(),
    };
    seed::plant(docker, &machine, &sandbox, seed, labels, &mut tell).await?;
    outer::tag(docker, &sandbox, LATEST).await?;
    clear::clear(docker, &sandbox, &machine).await;
    Ok(Report {
        sandbox,
        images,
        built: true,
        took: started.elapsed(),
    })
}

/// The base images in the sandbox image of this version.
///
/// # Errors
/// [`Error::NoImage`] if it was not built, [`Error::Engine`] if no engine answers.
pub async fn list(docker: &Docker) -> Result<Vec<ImageInfo>, Error> {
    let image = sandbox_name();
    held(docker, &image).await?.ok_or(Error::NoImage { image })
}

/// The sandbox image of this version.
///
/// # Errors
/// [`Error::NoImage`] if it was not built, [`Error::Engine`] if no engine answers.
pub async fn sandbox_image(docker: &Docker) -> Result<String, Error> {
    let image = sandbox_name();
    match outer::inspect(docker, &image).await? {
        Some(_) => Ok(image),
        None => Err(Error::NoImage { image }),
    }
}

/// The name of this version's sandbox image, be it there or not.
pub(crate) fn sandbox_name() -> String {
    format!(
        "{REPOSITORY}:{}",
        context::digest(&["machine", "bases", "wheels"], "")
    )
}

/// What the sandbox image holds; `None` if it is not there.
async fn held(docker: &Docker, sandbox: &str) -> Result<Option<Vec<ImageInfo>>, Error> {
    let Some(found) = outer::inspect(docker, sandbox).await? else {
        return Ok(None);
    };
    let images = outer::label(&found, LABEL_IMAGES)
        .and_then(|label| serde_json::from_str::<Vec<ImageInfo>>(label).ok());
    Ok(images.map(|mut images| {
        for image in &mut images {
            sandbox.clone_into(&mut image.built_for);
        }
        images
    }))
}

impl Sources {
    fn take(self, source: Source) -> bool {
        match self {
            Self::Any => true,
            Self::Registry => source == Source::Pulled,
            Self::Debian => source == Source::Debian,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_that_was_not_asked_for_is_not_taken() {
        assert!(Sources::Any.take(Source::Debian) && Sources::Any.take(Source::Pulled));
        assert!(!Sources::Registry.take(Source::Debian));
        assert!(!Sources::Debian.take(Source::Pulled));
    }

    #[test]
    fn missing_images_name_the_command() {
        let error = Error::NoImage {
            image: sandbox_name(),
        };
        assert!(error.to_string().contains("drydock images build"));
    }
}
