//! The steps of a build: each base image from one source or the other, then the machine.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use bollard::Docker;
use bollard::models::ImageInspect;

use super::catalogue::{BASES, Base, Made, PYTHON};
use super::context::{self, Context};
use super::error::Error;
use super::outer::{self, Build};
use super::packages::{self, Wheels};
use super::{
    ImageInfo, LABEL_INPUTS, LABEL_LACKS, LABEL_SOURCE, Options, Source, Sources, hello, host,
};

/// A build that is under way.
pub(super) struct Work<'a> {
    docker: &'a Docker,
    options: Options,
    architecture: String,
    /// Why no registry answers, once that is known: it is not asked again for each image.
    registry: Option<String>,
    progress: &'a mut (dyn FnMut(&str) + Send),
    step: usize,
}

/// A step for each base image, and one each for the Python packages, the machine and the seed.
const STEPS: usize = BASES.len() + 3;

impl<'a> Work<'a> {
    /// Nothing is done yet.
    pub(super) async fn new(
        docker: &'a Docker,
        options: Options,
        progress: &'a mut (dyn FnMut(&str) + Send),
    ) -> Result<Self, Error> {
        let version = docker
            .version()
            .await
            .map_err(Error::engine("tell its version"))?;
        Ok(Self {
            docker,
            options,
            architecture: version.arch.unwrap_or_else(|| "amd64".to_owned()),
            registry: None,
            progress,
            step: 0,
        })
    }

    /// Goes on to the next step.
    pub(super) fn begin(&mut self) {
        self.step += 1;
    }

    /// Tells progress of the step that has begun.
    pub(super) fn teller(&mut self, what: &str) -> impl FnMut(&str) + Send {
        let prefix = format!("[{}/{}] {what}", self.step, STEPS);
        let progress = &mut *self.progress;
        move |line| progress(&format!("{prefix}: {line}"))
    }

    /// Gets one base image to the outer engine.
    pub(super) async fn base(&mut self, base: &Base) -> Result<ImageInfo, Error> {
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
        if found.lacks.is_some() {
            return Ok(None);
        }
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
        let Err(refusal) = outer::pull(docker, base.reference, &mut tell).await else {
            return Ok(());
        };
        tell(&format!("no registry gives it: {}", refusal.reason));
        drop(tell);
        if !refusal.lacks_it {
            self.registry = Some(refusal.reason.clone());
        }
        Err(refusal.reason)
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
        let mut lacks = None;
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
                Made::Npm => match self.npm(base, folder.path()).await {
                    Ok(archive) => context.add_file("npm.tgz", archive),
                    Err(error) => {
                        self.teller(base.reference)(&format!("going on without npm: {error}"));
                        lacks = Some("npm");
                    }
                },
            }
        }
        let kept = base.kept_as();
        let inputs = self.inputs(base, source).await?;
        let source = source.to_string();
        let mut labels = HashMap::from([
            (LABEL_SOURCE, source.as_str()),
            (LABEL_INPUTS, inputs.as_str()),
        ]);
        labels.extend(lacks.map(|lacks| (LABEL_LACKS, lacks)));
        let build = Build {
            image: &kept,
            dockerfile,
            context,
            base: below,
            labels,
            refresh: self.options.refresh,
        };
        let docker = self.docker;
        let mut tell = self.teller(base.reference);
        outer::build(docker, build, &mut tell).await
    }

    /// Fetches npm as the recipe of `base` names it: package, space, SHA-256.
    async fn npm(&mut self, base: &Base, folder: &Path) -> Result<PathBuf, Error> {
        self.teller(base.reference)("fetching npm");
        let named = context::embedded(&format!("bases/{}/npm.txt", base.recipe));
        let named = String::from_utf8_lossy(named.unwrap_or_default());
        let (package, digest) = named.trim().split_once(' ').unwrap_or_default();
        packages::npm(folder, package, digest).await
    }

    /// Fetches the Python packages that labs install. `None` if they cannot be had: a class without an
    /// index has all labs but those that need them.
    pub(super) async fn wheels(&mut self) -> Result<Option<Wheels>, Error> {
        self.begin();
        let list = context::embedded("wheels/requirements.txt").unwrap_or_default();
        let list = String::from_utf8_lossy(list);
        let folder = tempfile::tempdir()?;
        let architecture = self.architecture.clone();
        let mut tell = self.teller("Python packages");
        tell("fetching those that labs install");
        let python = python_version(PYTHON);
        match packages::wheels(folder, &list, python, &architecture).await {
            Ok(wheels) => Ok(Some(wheels)),
            Err(error) => {
                tell(&format!("going on without them: {error}"));
                Ok(None)
            }
        }
    }

    /// The machine without base images.
    pub(super) async fn machine(&mut self) -> Result<String, Error> {
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
        lacks: outer::label(image, LABEL_LACKS).map(str::to_owned),
        built_for: String::new(),
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
}
