//! Builds the images on the Docker engine of this machine and lists them.

use bollard::Docker;
use drydock_sandbox::images::{self, Options, Sources};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let asked = |name: &str| arguments.iter().any(|argument| argument == name);
    let options = Options {
        sources: match (asked("--registry"), asked("--debian")) {
            (true, _) => Sources::Registry,
            (_, true) => Sources::Debian,
            _ => Sources::Any,
        },
        refresh: asked("--refresh"),
    };
    let docker = Docker::connect_with_local_defaults()?
        .negotiate_version()
        .await?;
    let report = images::build(&docker, options, &mut |line| println!("{line}")).await?;
    println!(
        "{} (built: {}) in {:.1?}",
        report.sandbox, report.built, report.took
    );
    for image in images::list(&docker).await? {
        let size = image.size.div_ceil(1_000_000);
        println!("{:24} {:8} {size:5} MB", image.reference, image.source);
    }
    Ok(())
}
