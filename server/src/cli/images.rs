//! `drydock images`.

use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use drydock_sandbox::Host;
use drydock_sandbox::images::{self, ImageInfo, Options, Sources};

use crate::config::Config;
use crate::content::Content;
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
                print(&report.images, config);
            }
            Self::List => print(&images::list(host.docker()).await?, config),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(images: &[ImageInfo], config: &Config) {
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
    let loaded = drydock_course::load(&config.content);
    let content = Content::from(loaded);
    for line in shortages(images, &content) {
        println!("{line}");
    }
}

/// What could not be fetched and what is not there at all, each with the labs that name it.
fn shortages(images: &[ImageInfo], content: &Content) -> Vec<String> {
    let mut lines = Vec::new();
    for image in images {
        let Some(shortage) = image.shortage() else {
            continue;
        };
        let labs = content
            .labs()
            .filter(|(_, lab)| {
                lab.images
                    .iter()
                    .any(|name| with_tag(name) == image.reference)
            })
            .map(|(key, _)| key.to_string());
        let labs: Vec<_> = labs.collect();
        let labs = match labs.is_empty() {
            true => "none".to_owned(),
            false => labs.join(", "),
        };
        lines.push(format!(
            "{shortage}, which could not be fetched. Labs with that image: {labs}. The next build tries again."
        ));
    }
    for (key, lab) in content.labs() {
        let named = lab.images.iter().map(|name| with_tag(name));
        for name in named.filter(|name| images.iter().all(|image| image.reference != *name)) {
            lines.push(format!(
                "{name}, which {key} names, is not among them: that lab cannot start."
            ));
        }
    }
    lines
}

/// `nginx` as `nginx:latest`.
fn with_tag(image: &str) -> String {
    match image.rsplit('/').next() {
        Some(last) if last.contains(':') => image.to_owned(),
        _ => format!("{image}:latest"),
    }
}

#[cfg(test)]
mod tests {
    use drydock_sandbox::images::Source;

    use super::*;

    fn image(reference: &str, lacks: Option<&str>) -> ImageInfo {
        ImageInfo {
            reference: reference.to_owned(),
            source: Source::Debian,
            size: 1,
            lacks: lacks.map(str::to_owned),
            built_for: String::new(),
        }
    }

    #[test]
    fn labs_are_told_that_lack_an_image_or_a_part_of_one() {
        let loaded = drydock_course::load(std::path::Path::new(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../content"
        )));
        let content = Content::from(loaded);
        let mut all: Vec<_> = content
            .labs()
            .flat_map(|(_, lab)| lab.images.iter().map(|name| image(&with_tag(name), None)))
            .collect();
        assert_eq!(shortages(&all, &content), [""; 0]);
        all.retain(|image| image.reference != "python:3.13-slim");
        let told = shortages(&all, &content).join("\n");
        assert!(
            told.contains("python:3.13-slim, which docker/layer-caching names"),
            "{told}"
        );
        all.push(image("python:3.13-slim", Some("Python packages")));
        let told = shortages(&all, &content).join("\n");
        assert!(
            told.starts_with("python:3.13-slim is without Python packages"),
            "{told}"
        );
        assert!(told.contains("docker/layer-caching"), "{told}");
    }

    #[test]
    fn an_image_without_a_tag_is_the_latest() {
        assert_eq!(with_tag("nginx"), "nginx:latest");
        assert_eq!(with_tag("node:20-slim"), "node:20-slim");
        assert_eq!(with_tag("localhost:5000/app"), "localhost:5000/app:latest");
    }
}
