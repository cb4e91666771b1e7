//! `drydock new`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use drydock_course::scaffold::{self, NewFile};

use crate::config::Config;

/// Begins a lesson or a lab.
#[derive(Debug, Args)]
pub struct New {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A lesson, such as `drydock new lesson docker/03-layers 03-squashing`.
    Lesson(Place),
    /// A lab, such as `drydock new lab docker/03-layers shrink-an-image`.
    Lab(Place),
}

#[derive(Debug, Args)]
struct Place {
    /// The module's folder, below the content folder.
    module: PathBuf,
    /// The new name: lower-case letters, digits and `-`.
    name: String,
}

impl New {
    pub fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let (place, files) = match self.what {
            What::Lesson(place) => {
                let files = scaffold::lesson(&place.name)?;
                (place, files)
            }
            What::Lab(place) => {
                let files = scaffold::lab(&place.name)?;
                (place, files)
            }
        };
        let module = config.content.join(&place.module);
        anyhow::ensure!(
            module.join("module.yaml").is_file(),
            "`{}` is no module: it has no module.yaml. Name a module's folder, such as docker/03-layers",
            module.display()
        );
        let exists = files.iter().map(|file| module.join(&file.path)).find(|path| path.exists());
        if let Some(path) = exists {
            anyhow::bail!("`{}` is there already; nothing was written", path.display());
        }
        for NewFile { path, text, executable } in files {
            let path = module.join(path);
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
            }
            std::fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
            if executable {
                use std::os::unix::fs::PermissionsExt as _;
                std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))?;
            }
            println!("{}", path.display());
        }
        println!("Now: edit it, `drydock check`, and for a lab `drydock verify {}`.", place.name);
        Ok(ExitCode::SUCCESS)
    }
}
