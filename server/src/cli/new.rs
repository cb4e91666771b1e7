//! `drydock new`.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use drydock_course::scaffold;

use crate::config::Config;

/// Begins a lesson or a lab.
#[derive(Debug, Args)]
pub struct New {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A lesson, such as `drydock new lesson docker/03-layers-and-cache "Squashing layers"`.
    Lesson(Place),
    /// A lab, such as `drydock new lab docker/03-layers-and-cache "Shrink an image"`.
    Lab(Place),
}

#[derive(Debug, Args)]
struct Place {
    /// The module's folder, below the content folder; made if it is not there.
    module: String,
    /// The title, from which the name in addresses is made.
    title: String,
}

impl New {
    pub fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let made = match &self.what {
            What::Lesson(place) => scaffold::lesson(&config.content, &place.module, &place.title),
            What::Lab(place) => scaffold::lab(&config.content, &place.module, &place.title),
        };
        let made = made.map_err(anyhow::Error::msg)?;
        made.write(&config.content)
            .with_context(|| format!("cannot write into `{}`", config.content.display()))?;
        for file in &made.files {
            println!("{}", config.content.join(&file.path).display());
        }
        for note in &made.notes {
            println!("{note}");
        }
        println!("Now: edit, `drydock check`, and for a lab `drydock verify`.");
        Ok(ExitCode::SUCCESS)
    }
}
