//! `drydock images`.

use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use drydock_sandbox::Host;
use drydock_sandbox::images::{self, ImageInfo, Options, Sources};

use crate::config::Config;
use crate::labs::sandbox_config;

/// The images that sandboxes run and labs build on.
#[derive(Debug, Subcommand)]
pub enum Images {
    /// Make what is missing; what is up to date is left alone.
    Build(Build),
    /// Say which images labs can use, and where each came from.
    List,
}

/// Makes images.
#[derive(Debug, Args)]
pub struct Build {
    /// Where base images may come from.
    #[arg(long, value_enum, default_value = "any")]
    from: From,
    /// Make everything again, with the newest packages.
    #[arg(long)]
    refresh: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum From {
    /// A registry if one answers, else Debian's packages.
    Any,
    /// A registry only.
    Registry,
    /// Debian's packages only.
    Debian,
}

impl Images {
    pub async fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let host = Host::connect(sandbox_config(&config.sandbox, "images".into())).await?;
        match self {
            Self::Build(build) => {
                let sources = match build.from {
                    From::Any => Sources::Any,
                    From::Registry => Sources::Registry,
                    From::Debian => Sources::Debian,
                };
                let options = Options {
                    sources,
                    refresh: build.refresh,
                };
                let report =
                    images::build(host.docker(), options, &mut |line| println!("{line}")).await?;
                if report.built {
                    println!(
                        "made {} in {:.0} s",
                        report.sandbox,
                        report.took.as_secs_f64()
                    );
                } else {
                    println!("{} is up to date", report.sandbox);
                }
                print(&report.images);
            }
            Self::List => print(&images::list(host.docker()).await?),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(images: &[ImageInfo]) {
    println!("{:<24} {:<8} {:>9}  in", "image", "source", "size");
    for image in images {
        // As Docker prints sizes: powers of 1000.
        let size = format!("{:.1} MB", image.size as f64 / 1e6);
        println!(
            "{:<24} {:<8} {size:>9}  {}",
            image.reference,
            image.source.to_string(),
            image.built_for
        );
    }
}
