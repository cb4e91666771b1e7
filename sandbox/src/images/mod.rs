//! Makes the images that sandboxes need, on the outer engine.
//!
//! ```text
//! for each base image:  a registry answers ── pull ──┐
//!                       none does ── Debian packages ┴─▶ drydock/library/<name>:<tag>
//! Debian + Docker Engine ─────────────────────────────▶ drydock/machine:<hash>
//! machine + base images as the seed of its engine ────▶ drydock/sandbox:<hash>, drydock/sandbox:latest
//! ```
//!
//! `<hash>` is of all files the images are made from, so a program finds the image of its own version
//! and nothing is made twice.

mod catalogue;
mod context;
mod error;
mod hello;
mod host;
mod log;
mod outer;
mod seed;

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use bollard::Docker;
use bollard::models::ImageInspect;
use bollard::query_parameters::{
    ListImagesOptionsBuilder, PruneImagesOptionsBuilder, RemoveImageOptions,
};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use self::catalogue::{BASES, Base, Made};
use self::context::Context;
pub use self::error::Error;
use self::outer::Build;

const REPOSITORY: &str = "drydock/sandbox";
pub(crate) const LATEST: &str = "drydock/sandbox:latest";
/// On the sandbox image: what its seed holds, as JSON.
const LABEL_IMAGES: &str = "org.drydock.images";
/// On stand-ins and adapted images: [`Source`] in words.
const LABEL_SOURCE: &str = "org.drydock.source";
/// On the same: a hash of what they were made from.
const LABEL_INPUTS: &str = "org.drydock.inputs";
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
    /// The sandbox image that holds it.
    #[serde(default)]
    pub built_for: String,
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
    if !options.refresh
        && let Some(images) = held(docker, &sandbox).await?
        && images
            .iter()
            .all(|image| options.sources.take(image.source))
    {
        outer::tag(docker, &sandbox, LATEST).await?;
        return Ok(Report {
            sandbox,
            images,
            built: false,
            took: started.elapsed(),
        });
    }
    let mut work = Work {
        docker,
        options,
        architecture: architecture(docker).await?,
        registry: None,
        progress,
        step: 0,
    };
    let mut images = Vec::new();
    for base in BASES {
        images.push(work.base(base).await?);
    }
    let machine = work.machine().await?;
    let labels = HashMap::from([(
        LABEL_IMAGES.to_owned(),
        serde_json::to_string(&images).unwrap_or_default(),
    )]);
    work.begin();
    let mut tell = work.teller("base images");
    seed::plant(docker, &machine, &sandbox, BASES, labels, &mut tell).await?;
    outer::tag(docker, &sandbox, LATEST).await?;
    clear(docker, &sandbox, &machine).await;
    for image in &mut images {
        image.built_for.clone_from(&sandbox);
    }
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
        context::digest(&["machine", "bases"], "")
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

async fn architecture(docker: &Docker) -> Result<String, Error> {
    let version = docker
        .version()
        .await
        .map_err(Error::engine("tell its version"))?;
    Ok(version.arch.unwrap_or_else(|| "amd64".to_owned()))
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

/// A build that is under way.
struct Work<'a> {
    docker: &'a Docker,
    options: Options,
    architecture: String,
    /// Why no registry answers, once that is known: it is not asked again for each image.
    registry: Option<String>,
    progress: &'a mut (dyn FnMut(&str) + Send),
    step: usize,
}

impl Work<'_> {
    fn begin(&mut self) {
        self.step += 1;
    }

    /// Tells progress of the step that has begun.
    fn teller(&mut self, what: &str) -> impl FnMut(&str) + Send {
        let prefix = format!("[{}/{}] {what}", self.step, BASES.len() + 2);
        let progress = &mut *self.progress;
        move |line| progress(&format!("{prefix}: {line}"))
    }

    /// Gets one base image to the outer engine.
    async fn base(&mut self, base: &Base) -> Result<ImageInfo, Error> {
        self.begin();
        let kept = base.kept_as();
        if let Some(found) = self.usable(base).await? {
            self.teller(base.reference)("up to date");
            return Ok(found);
        }
        let pulled = match self.options.sources {
            Sources::Debian => Err("not asked for".to_owned()),
            Sources::Any | Sources::Registry => self.pull(base).await,
        };
        match pulled {
            Ok(()) => self.adapt(base).await?,
            Err(registry) => {
                let no_source = |debian: String| Error::NoSource {
                    reference: base.reference.to_owned(),
                    registry: registry.clone(),
                    debian,
                };
                if self.options.sources == Sources::Registry {
                    return Err(no_source("not asked for".to_owned()));
                }
                self.teller(base.reference)("making it from Debian's packages");
                match self.stand_in(base).await {
                    Err(error @ (Error::NoProgram { .. } | Error::Program { .. })) => {
                        return Err(no_source(error.to_string()));
                    }
                    done => done?,
                }
            }
        }
        match outer::inspect(self.docker, &kept).await? {
            Some(image) => Ok(info(base, &image)),
            None => Err(Error::NoImage { image: kept }),
        }
    }

    /// What is on the engine already, if it was made from the same inputs.
    async fn usable(&self, base: &Base) -> Result<Option<ImageInfo>, Error> {
        if self.options.refresh {
            return Ok(None);
        }
        let Some(image) = outer::inspect(self.docker, &base.kept_as()).await? else {
            return Ok(None);
        };
        let found = info(base, &image);
        let same = match outer::label(&image, LABEL_INPUTS) {
            Some(inputs) => inputs == self.inputs(base, found.source).await?,
            // As pulled, with nothing of ours in it.
            None => found.source == Source::Pulled && adaptation(base).is_none(),
        };
        Ok((same && self.options.sources.take(found.source)).then_some(found))
    }

    /// A hash of what an image is made from.
    async fn inputs(&self, base: &Base, source: Source) -> Result<String, Error> {
        let below = if source == Source::Debian && base.made != Made::Debian {
            let debian = outer::inspect(self.docker, &BASES[0].kept_as()).await?;
            debian.and_then(|image| image.id).unwrap_or_default()
        } else {
            String::new()
        };
        let recipe = format!("bases/{}", base.recipe);
        Ok(context::digest(&[&recipe], &format!("{source} {below}")))
    }

    /// Makes the real image be on the engine; the error is why it cannot be had.
    async fn pull(&mut self, base: &Base) -> Result<(), String> {
        if !self.options.refresh
            && matches!(
                outer::inspect(self.docker, base.reference).await,
                Ok(Some(_))
            )
        {
            self.teller(base.reference)("taking the one on this engine");
            return Ok(());
        }
        if let Some(reason) = &self.registry {
            return Err(reason.clone());
        }
        let docker = self.docker;
        let mut tell = self.teller(base.reference);
        let pulled = outer::pull(docker, base.reference, &mut tell).await;
        if let Err(reason) = &pulled {
            tell(&format!("no registry gives it: {reason}"));
        }
        drop(tell);
        self.registry = pulled.as_ref().err().cloned();
        pulled
    }

    /// Adds to a pulled image what labs need beyond it.
    async fn adapt(&mut self, base: &Base) -> Result<(), Error> {
        let kept = base.kept_as();
        let Some(dockerfile) = adaptation(base) else {
            return outer::tag(self.docker, base.reference, &kept).await;
        };
        self.make(base, dockerfile, Some(base.reference), Source::Pulled)
            .await
    }

    /// Makes the stand-in of an image.
    async fn stand_in(&mut self, base: &Base) -> Result<(), Error> {
        let debian = BASES[0].kept_as();
        let below = (base.made != Made::Debian).then_some(debian.as_str());
        self.make(base, "Dockerfile", below, Source::Debian).await
    }

    async fn make(
        &mut self,
        base: &Base,
        dockerfile: &str,
        below: Option<&str>,
        source: Source,
    ) -> Result<(), Error> {
        let folder = tempfile::tempdir()?;
        let recipe = format!("bases/{}", base.recipe);
        let mut context = Context::of(&recipe);
        if source == Source::Debian {
            match base.made {
                Made::Nothing => {}
                Made::Debian => {
                    self.teller(base.reference)("putting a minimal Debian together");
                    let archive = host::debian(folder.path(), &self.architecture).await?;
                    context.add_file("rootfs.tar", archive);
                }
                Made::Hello => {
                    let program = hello::program(&self.architecture).ok_or(Error::NoSource {
                        reference: base.reference.to_owned(),
                        registry: self.registry.clone().unwrap_or_default(),
                        debian: format!("there is no program for {}", self.architecture),
                    })?;
                    context.add("hello", program);
                }
            }
        }
        if let Some(list) = context::embedded(&format!("{recipe}/wheels.txt")) {
            self.teller(base.reference)("fetching Python packages");
            let list = String::from_utf8_lossy(list);
            let python = python_version(base.reference);
            for wheel in host::wheels(folder.path(), &list, python, &self.architecture).await? {
                if let Some(name) = wheel.file_name().and_then(|name| name.to_str()) {
                    context.add_file(&format!("wheels/{name}"), wheel.clone());
                }
            }
        }
        let kept = base.kept_as();
        let inputs = self.inputs(base, source).await?;
        let source = source.to_string();
        let build = Build {
            image: &kept,
            dockerfile,
            context,
            base: below,
            labels: HashMap::from([
                (LABEL_SOURCE, source.as_str()),
                (LABEL_INPUTS, inputs.as_str()),
            ]),
            refresh: self.options.refresh,
        };
        let docker = self.docker;
        let mut tell = self.teller(base.reference);
        outer::build(docker, build, &mut tell).await
    }

    /// The machine without base images.
    async fn machine(&mut self) -> Result<String, Error> {
        self.begin();
        let debian = BASES[0].kept_as();
        let below = outer::inspect(self.docker, &debian).await?;
        let below = below.and_then(|image| image.id).unwrap_or_default();
        let machine = format!("drydock/machine:{}", context::digest(&["machine"], &below));
        if !self.options.refresh && outer::inspect(self.docker, &machine).await?.is_some() {
            self.teller("machine")("up to date");
            return Ok(machine);
        }
        let build = Build {
            image: &machine,
            dockerfile: "Dockerfile",
            context: Context::of("machine"),
            base: Some(&debian),
            labels: HashMap::new(),
            refresh: self.options.refresh,
        };
        let docker = self.docker;
        let mut tell = self.teller("machine");
        outer::build(docker, build, &mut tell).await?;
        drop(tell);
        Ok(machine)
    }
}

/// Whether a tag is one of those made here, and not a name that someone gave.
fn is_hashed(reference: &str) -> bool {
    let (_, tag) = outer::split(reference);
    tag.len() == 12 && tag.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn adaptation(base: &Base) -> Option<&'static str> {
    context::embedded(&format!("bases/{}/adapt.Dockerfile", base.recipe))
        .map(|_| "adapt.Dockerfile")
}

/// `3.13` of `python:3.13-slim`.
fn python_version(reference: &str) -> &str {
    let (_, tag) = outer::split(reference);
    tag.split('-').next().unwrap_or(tag)
}

fn info(base: &Base, image: &ImageInspect) -> ImageInfo {
    ImageInfo {
        reference: base.reference.to_owned(),
        source: match outer::label(image, LABEL_SOURCE) {
            Some("debian") => Source::Debian,
            _ => Source::Pulled,
        },
        size: image
            .size
            .and_then(|size| u64::try_from(size).ok())
            .unwrap_or_default(),
        built_for: String::new(),
    }
}

/// Removes what this and earlier builds left: stages, and images of other versions that nothing runs.
/// What cannot be removed costs disk only.
async fn clear(docker: &Docker, sandbox: &str, machine: &str) {
    let stages = PruneImagesOptionsBuilder::default()
        .filters(&HashMap::from([
            ("dangling", vec!["true"]),
            ("label", vec![LABEL_STAGE]),
        ]))
        .build();
    if let Err(error) = docker.prune_images(Some(stages)).await {
        tracing::debug!(%error, "stages of the build are still there");
    }
    let ours = ListImagesOptionsBuilder::default()
        .filters(&HashMap::from([(
            "reference",
            vec![REPOSITORY, "drydock/machine"],
        )]))
        .build();
    let Ok(found) = docker.list_images(Some(ours)).await else {
        return;
    };
    let tags = found.into_iter().flat_map(|image| image.repo_tags);
    for tag in tags.filter(|tag| is_hashed(tag) && tag != sandbox && tag != machine) {
        let removed = docker
            .remove_image(&tag, None::<RemoveImageOptions>, None)
            .await;
        if let Err(error) = removed {
            tracing::debug!(%tag, %error, "an older image is still there");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_python_version_is_read_off_the_tag() {
        assert_eq!(python_version("python:3.13-slim"), "3.13");
        assert_eq!(python_version("python:3.13"), "3.13");
    }

    #[test]
    fn a_source_that_was_not_asked_for_is_not_taken() {
        assert!(Sources::Any.take(Source::Debian) && Sources::Any.take(Source::Pulled));
        assert!(!Sources::Registry.take(Source::Debian));
        assert!(!Sources::Debian.take(Source::Pulled));
    }

    #[test]
    fn only_images_of_other_versions_are_cleared_away() {
        assert!(is_hashed(&sandbox_name()));
        assert!(!is_hashed(LATEST));
        assert!(!is_hashed("drydock/sandbox:my-own"));
    }

    #[test]
    fn missing_images_name_the_command() {
        let error = Error::NoImage {
            image: sandbox_name(),
        };
        assert!(error.to_string().contains("drydock images build"));
    }
}
