//! Reading evidence for a rule: either it is there, or judging stops and says what is missing.

use std::collections::{BTreeMap, BTreeSet};

use drydock_course::check::Check;

use crate::engine::{Container, Image, Network, Volume};
use crate::evidence::{Evidence, FileSeen, ProcessSeen, RebuildSeen, Seen};
use crate::probe::Probe;
use crate::text::BadPattern;

/// Why a rule cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Nothing wrong, but these have not been looked at.
    Unseen(BTreeSet<Probe>),
    /// The learner has not answered.
    Unanswered,
    /// It cannot be found out; a sentence.
    Failed(String),
    /// What the check's author wrote cannot be judged; a clause.
    Broken(String),
}

impl From<BadPattern> for Stop {
    fn from(bad: BadPattern) -> Self {
        Self::Broken(format!("its pattern cannot be read, {}", bad.0))
    }
}

/// The evidence, as one check sees it.
pub(crate) struct Look<'a> {
    pub(crate) evidence: &'a Evidence,
    pub(crate) check: &'a Check,
}

impl<'a> Look<'a> {
    fn seen(&self, probe: &Probe) -> Result<&'a Seen, Stop> {
        match self.evidence.look(probe) {
            None => Err(Stop::Unseen([probe.clone()].into())),
            Some(Err(why)) => Err(Stop::Failed(why.clone())),
            Some(Ok(seen)) => Ok(seen),
        }
    }

    pub(crate) fn images(&self) -> Result<Vec<Image>, Stop> {
        match self.seen(&Probe::Images)? {
            Seen::Images(all) => Ok(all.iter().map(Image::read).collect()),
            _ => Err(misfit()),
        }
    }

    pub(crate) fn containers(&self) -> Result<Vec<Container>, Stop> {
        match self.seen(&Probe::Containers)? {
            Seen::Containers(all) => Ok(all
                .iter()
                .map(Container::read)
                .filter(|container| !container.is_probe())
                .collect()),
            _ => Err(misfit()),
        }
    }

    /// Containers if they happen to be known: for a better sentence, not for the verdict.
    pub(crate) fn known_containers(&self) -> Vec<Container> {
        self.containers().unwrap_or_default()
    }

    pub(crate) fn logs(&self) -> Result<&'a BTreeMap<String, String>, Stop> {
        match self.seen(&Probe::Logs)? {
            Seen::Logs(all) => Ok(all),
            _ => Err(misfit()),
        }
    }

    pub(crate) fn volumes(&self) -> Result<Vec<Volume>, Stop> {
        match self.seen(&Probe::Volumes)? {
            Seen::Volumes(all) => Ok(all.iter().map(Volume::read).collect()),
            _ => Err(misfit()),
        }
    }

    pub(crate) fn networks(&self) -> Result<Vec<Network>, Stop> {
        match self.seen(&Probe::Networks)? {
            Seen::Networks(all) => Ok(all.iter().map(Network::read).collect()),
            _ => Err(misfit()),
        }
    }

    pub(crate) fn image_paths(&self, probe: &Probe) -> Result<&'a BTreeMap<String, bool>, Stop> {
        match self.seen(probe)? {
            Seen::ImagePaths(paths) => Ok(paths),
            _ => Err(misfit()),
        }
    }

    pub(crate) fn volume_files(
        &self,
        probe: &Probe,
    ) -> Result<&'a BTreeMap<String, Option<String>>, Stop> {
        match self.seen(probe)? {
            Seen::VolumeFiles(files) => Ok(files),
            _ => Err(misfit()),
        }
    }

    pub(crate) fn file(&self, probe: &Probe) -> Result<&'a FileSeen, Stop> {
        match self.seen(probe)? {
            Seen::File(file) => Ok(file),
            _ => Err(misfit()),
        }
    }

    pub(crate) fn process(&self, probe: &Probe) -> Result<&'a ProcessSeen, Stop> {
        match self.seen(probe)? {
            Seen::Process(process) => Ok(process),
            _ => Err(misfit()),
        }
    }

    pub(crate) fn rebuild(&self, probe: &Probe) -> Result<&'a RebuildSeen, Stop> {
        match self.seen(probe)? {
            Seen::Rebuild(rebuild) => Ok(rebuild),
            _ => Err(misfit()),
        }
    }
}

fn misfit() -> Stop {
    Stop::Failed("What was recorded does not fit what this check looks at.".to_owned())
}
