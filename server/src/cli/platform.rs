//! `drydock platform`.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};

use crate::clock::Clock;
use crate::config::Config;
use crate::lti::{Registration, Typed, keys};
use crate::store::Store;

/// Learning platforms that send people here by LTI 1.3.
#[derive(Debug, Subcommand)]
pub enum Platform {
    /// Register a platform with what it says about itself.
    Add(Box<Add>),
    /// List the registered platforms.
    List,
    /// Remove a platform. Accounts, classes and grades stay.
    Remove {
        /// As `drydock platform list` shows it.
        id: String,
    },
    /// Make a new key of ours. The old one stays published for a week.
    RotateKey,
}

/// A platform.
#[derive(Debug, Args)]
pub struct Add {
    /// As people call it.
    #[arg(long)]
    name: String,
    /// `iss` of its messages. Canvas: https://canvas.instructure.com.
    #[arg(long)]
    issuer: String,
    /// Who we are to it.
    #[arg(long)]
    client_id: String,
    /// Which of its installations of us.
    #[arg(long)]
    deployment: String,
    /// Where a browser asks for a message.
    #[arg(long, value_name = "ADDRESS")]
    auth_url: String,
    /// Where a token for scores is asked for.
    #[arg(long, value_name = "ADDRESS")]
    token_url: String,
    /// Its public keys.
    #[arg(long, value_name = "ADDRESS")]
    jwks_url: String,
}

impl Platform {
    pub async fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let store = Store::open(&config.data, Clock::default()).await?;
        match self {
            Self::Add(add) => {
                let typed = Typed::from([
                    ("name", add.name),
                    ("issuer", add.issuer),
                    ("client_id", add.client_id),
                    ("deployment", add.deployment),
                    ("auth_url", add.auth_url),
                    ("token_url", add.token_url),
                    ("jwks_url", add.jwks_url),
                ]);
                let platform = Registration::read(&typed).map_err(|errors| {
                    let lines = errors
                        .iter()
                        .map(|(field, error)| format!("--{}: {error}", field.replace('_', "-")));
                    anyhow::anyhow!(lines.collect::<Vec<_>>().join("\n"))
                })?;
                let id = store.add_platform(&platform).await?;
                let id = id.context(
                    "this issuer is registered with this client id and deployment id already",
                )?;
                println!("{id}");
            }
            Self::List => {
                for platform in store.platforms().await? {
                    let it = platform.registration;
                    println!(
                        "{}  {}  {}  client {}  deployment {}",
                        platform.id, it.name, it.issuer, it.client_id, it.deployment
                    );
                }
            }
            Self::Remove { id } => {
                let id = id
                    .parse()
                    .context("this is no id: see `drydock platform list`")?;
                anyhow::ensure!(
                    store.remove_platform(id).await?,
                    "there is no such platform"
                );
            }
            Self::RotateKey => println!("{}", keys::rotate(&store).await?.kid),
        }
        Ok(ExitCode::SUCCESS)
    }
}
