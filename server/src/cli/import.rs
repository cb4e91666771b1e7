//! `drydock import`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use drydock_course::import::{self, Kind, Place};

use crate::config::Config;

/// Makes a lab of a scenario from elsewhere, and lists everything that was lost.
#[derive(Debug, Args)]
pub struct Import {
    #[command(subcommand)]
    from: From,
}

#[derive(Debug, Subcommand)]
enum From {
    /// A scenario of Killercoda or Katacoda: a folder with `index.json`.
    Killercoda(Scenario),
    /// A Docker Labspace: a folder with `labspace.yaml`, or its repository.
    Labspace(Scenario),
}

#[derive(Debug, Args)]
struct Scenario {
    /// The scenario's folder.
    folder: PathBuf,
    /// The module's folder, below the content folder; made if it is not there.
    #[arg(long, value_name = "MODULE", default_value = "imported/01-labs")]
    into: String,
    /// The lab's name in addresses; made of the title if not given.
    #[arg(long)]
    name: Option<String>,
}

impl Import {
    pub fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let (kind, scenario) = match self.from {
            From::Killercoda(scenario) => (Kind::Killercoda, scenario),
            From::Labspace(scenario) => (Kind::Labspace, scenario),
        };
        let place = Place {
            content: &config.content,
            module: scenario.into.trim_end_matches('/'),
            name: scenario.name.as_deref(),
        };
        let import = match import::import(kind, &scenario.folder, place) {
            Ok(import) => import,
            Err(problems) => {
                for problem in problems {
                    eprintln!("{}", problem.below(&scenario.folder));
                }
                return Ok(ExitCode::FAILURE);
            }
        };
        import
            .made
            .write(&config.content)
            .with_context(|| format!("cannot write into `{}`", config.content.display()))?;
        for file in &import.made.files {
            println!("{}", config.content.join(&file.path).display());
        }
        println!("\nLost, or left to you:");
        for loss in import.losses {
            if loss.file.is_empty() {
                println!("{}", loss.message);
            } else {
                let loss = loss.below(&scenario.folder);
                println!("{}:{}: {}", loss.file, loss.line, loss.message);
            }
        }
        println!();
        for note in &import.made.notes {
            println!("{note}");
        }
        println!(
            "Now: go through the list, complete `solution/solve.sh`, `drydock check`, `drydock verify`."
        );
        Ok(ExitCode::SUCCESS)
    }
}
