//! `drydock verify`.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use drydock_sandbox::Host;
use futures::{StreamExt as _, stream};

use crate::config::Config;
use crate::content::Content;
use crate::labs::prove::prove;
use crate::labs::{LabKey, sandbox_config};

/// Proves labs on a real engine.
#[derive(Debug, Args)]
pub struct Verify {
    /// Labs by slug or `course/slug`; without any, all.
    labs: Vec<String>,
    /// How many sandboxes at once; without it, one for each processor, four at most.
    #[arg(long, short, value_parser = clap::value_parser!(u8).range(1..=32))]
    jobs: Option<u8>,
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

        let chosen = |key: &LabKey| {
            self.labs.is_empty()
                || self
                    .labs
                    .iter()
                    .any(|name| *name == key.lab || *name == key.to_string())
        };
        let proofs = content
            .labs()
            .filter(|(key, _)| chosen(key))
            .flat_map(|(key, lab)| {
                let turns = lab.wrong.iter().map(Some);
                std::iter::once(None)
                    .chain(turns)
                    .map(move |turn| (key.clone(), lab, turn))
            });
        let jobs = self.jobs.map_or_else(processors, usize::from);
        // Several sandboxes at once, told in the course's order.
        let mut proofs = std::pin::pin!(
            stream::iter(proofs)
                .map(|(key, lab, turn)| {
                    let host = &host;
                    async move { (key, lab, turn, prove(host, lab, turn, defaults).await) }
                })
                .buffered(jobs)
        );

        let begun = Instant::now();
        println!(
            "{:<44} {:>6} {:>8} {:>8} {:>8} {:>8} {:>8}  result",
            "lab, and wrong turns in it", "checks", "ready", "start", "script", "end", "clean"
        );
        let (mut passed, mut failed) = (0, 0);
        loop {
            let (key, lab, turn, proof) = tokio::select! {
                next = proofs.next() => match next {
                    Some(next) => next,
                    None => break,
                },
                _ = tokio::signal::ctrl_c() => {
                    sweep(&host).await;
                    anyhow::bail!("interrupted");
                }
            };
            let proof = match proof {
                Ok(proof) => proof,
                Err(error) => {
                    sweep(&host).await;
                    return Err(error);
                }
            };
            let (name, good, bad) = match turn {
                None => (key.to_string(), "proved", "NOT PROVED"),
                Some(turn) => (format!("  wrong/{}", turn.name), "told so", "NOT TOLD"),
            };
            let proved = proof.faults.is_empty();
            println!(
                "{name:<44} {:>6} {:>8} {:>8} {:>8} {:>8} {:>8}  {}",
                proof.checks,
                seconds(proof.ready),
                proof.before.map(seconds).unwrap_or_default(),
                seconds(proof.script),
                seconds(proof.after),
                proof.clean.map(seconds).unwrap_or_default(),
                if proved { good } else { bad },
            );
            for fault in &proof.faults {
                println!("    {}: {fault}", lab.source);
            }
            if proved { passed += 1 } else { failed += 1 }
        }
        println!("in {}, {jobs} at once", seconds(begun.elapsed()));
        println!("{passed} passed, {failed} failed");
        Ok(if failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, |count| count.get().min(4))
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
