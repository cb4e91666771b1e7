//! The command line. One command, one file.

mod check;
mod doctor;
mod images;
mod import;
mod new;
mod platform;
mod seed;
mod serve;
mod user;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use serde::Serialize;
use tracing_subscriber::EnvFilter;

use crate::config::Config;

/// Learn Docker by doing: a real engine for everyone, in a browser.
#[derive(Debug, Parser)]
#[command(name = "drydock", version, max_term_width = 100)]
pub struct Cli {
    /// Configuration file; it need not be there.
    #[arg(
        long,
        global = true,
        default_value = "drydock.toml",
        value_name = "FILE"
    )]
    config: PathBuf,
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

/// Settings that have a flag; they win over file and environment.
#[derive(Debug, Args, Serialize)]
pub struct Flags {
    /// Where the database is kept.
    #[arg(long, global = true, value_name = "FOLDER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<PathBuf>,
    /// The content folder.
    #[arg(long, global = true, value_name = "FOLDER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the site.
    Serve(serve::Serve),
    /// Look for mistakes in content: form, links, anchors, pictures, quizzes, checks.
    Check(check::Check),
    /// Prove labs on a real engine: the start state fails every check, the solution passes them.
    Verify(verify::Verify),
    /// Begin a lesson or a lab with a file that is right already.
    New(new::New),
    /// Make a lab of a scenario of Killercoda or of a Docker Labspace.
    Import(import::Import),
    /// The images that sandboxes run and labs build on.
    #[command(subcommand)]
    Images(images::Images),
    /// Fill the database with a made-up class.
    #[command(hide = true)]
    Seed(seed::Seed),
    /// Accounts: make, list, change, reset, delete.
    #[command(subcommand)]
    User(user::User),
    /// Learning platforms that send people here by LTI 1.3.
    #[command(subcommand)]
    Platform(platform::Platform),
    /// Say what is wrong with this installation, and the command that mends it.
    Doctor,
    /// Print the effective configuration; secrets are not shown.
    Config,
}

/// Runs the command.
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let config = Config::load(&cli.config, &cli.flags)?;
    if let Command::Config = cli.command {
        print!("{}", config.to_toml());
        return Ok(ExitCode::SUCCESS);
    }
    // Tools talk to a person: only what goes wrong is logged. The server logs what it is told to.
    let filter = if matches!(cli.command, Command::Serve(_)) {
        config.log.as_str()
    } else {
        "warn"
    };
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_new(filter)
                .map_err(|error| anyhow::anyhow!("the log filter `{filter}` is wrong: {error}"))?,
        )
        .with_writer(std::io::stderr)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match cli.command {
            Command::Serve(serve) => serve.run(config).await,
            Command::Check(check) => check.run(&config),
            Command::Verify(verify) => verify.run(&config).await,
            Command::New(new) => new.run(&config),
            Command::Import(import) => import.run(&config),
            Command::Images(images) => images.run(&config).await,
            Command::Seed(seed) => seed.run(&config).await,
            Command::User(user) => user.run(&config).await,
            Command::Platform(platform) => platform.run(&config).await,
            Command::Doctor => doctor::run(&config).await,
            Command::Config => Ok(ExitCode::SUCCESS),
        }
    })
}
