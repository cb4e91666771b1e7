//! `drydock verify`.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use drydock_sandbox::Host;

use crate::config::Config;
use crate::content::Content;
use crate::labs::prove::prove;
use crate::labs::sandbox_config;

/// Proves labs on a real engine.
#[derive(Debug, Args)]
pub struct Verify {
    /// Labs by slug or `course/slug`; without any, all.
    labs: Vec<String>,
}

impl Verify {
    pub async fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let loaded = drydock_course::load(&config.content);
        let content = Content::from(loaded);
        let named = |name: &String| {
            content
                .labs()
                .any(|(key, _)| key.lab == *name || key.to_string() == *name)
        };
        if let Some(name) = self.labs.iter().find(|name| !named(name)) {
            let known: Vec<_> = content.labs().map(|(key, _)| key.to_string()).collect();
            anyhow::bail!(
                "there is no lab `{name}` that loads; there are: {}. `drydock check` says what is wrong with others",
                known.join(", ")
            );
        }
        // Its own owner: a server on the same engine takes no notice of these sandboxes.
        let owner = format!("verify-{}", uuid::Uuid::now_v7());
        let host = Host::connect(sandbox_config(&config.sandbox, owner)).await?;
        let defaults = sandbox_config(&config.sandbox, String::new()).defaults;

        println!(
            "{:<36} {:>6} {:>8} {:>8} {:>8} {:>8}  result",
            "lab", "checks", "ready", "start", "solve", "end"
        );
        let (mut passed, mut failed) = (0, 0);
        for (key, lab) in content.labs() {
            if !self.labs.is_empty()
                && !self
                    .labs
                    .iter()
                    .any(|name| *name == key.lab || *name == key.to_string())
            {
                continue;
            }
            let proof = tokio::select! {
                proof = prove(&host, lab, defaults) => proof?,
                _ = tokio::signal::ctrl_c() => {
                    sweep(&host).await;
                    anyhow::bail!("interrupted");
                }
            };
            let good = proof.faults.is_empty();
            println!(
                "{:<36} {:>6} {:>8} {:>8} {:>8} {:>8}  {}",
                key.to_string(),
                proof.checks,
                seconds(proof.ready),
                seconds(proof.before),
                seconds(proof.solution),
                seconds(proof.after),
                if good { "proved" } else { "NOT PROVED" },
            );
            for fault in &proof.faults {
                println!("    {}: {fault}", lab.source);
            }
            if good { passed += 1 } else { failed += 1 }
        }
        println!("{passed} passed, {failed} failed");
        Ok(if failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

/// Removes what an interrupted run leaves.
async fn sweep(host: &Host) {
    for found in host.list().await.unwrap_or_default() {
        let _ = host.remove(found.id).await;
    }
}
