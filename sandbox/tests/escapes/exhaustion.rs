//! Using all there is: processes, disk, memory, logs. The sandbox may break, the host may not.

use std::time::Duration;

use drydock_sandbox::bollard::query_parameters::{LogsOptionsBuilder, StatsOptionsBuilder};
use drydock_sandbox::{Error, Exec, Sandbox};
use futures::StreamExt;
use tokio::time::Instant;

use crate::support::{
    LIMITS, SIZE, Yard, attempt, eventually, in_yard, outside, sh, tiny_image, told,
};

/// How many processes the outer engine counts.
async fn processes(yard: &Yard, sandbox: &Sandbox) -> u64 {
    let options = StatsOptionsBuilder::default()
        .stream(false)
        .one_shot(true)
        .build();
    let name = sandbox.id().container_name();
    let stats = yard.host.docker().stats(&name, Some(options)).next().await;
    stats.unwrap().unwrap().pids_stats.unwrap().current.unwrap()
}

#[tokio::test]
async fn a_fork_bomb_fills_its_own_sandbox_only() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let mut terminal = sandbox.terminal(1, SIZE).await.unwrap();
        terminal.input.write(b"b() { b | b & }; b\r").await.unwrap();
        eventually("it is full", || async {
            (processes(&yard, &sandbox).await + 20 > u64::from(LIMITS.pids)).then_some(())
        })
        .await;
        assert!(processes(&yard, &sandbox).await <= u64::from(LIMITS.pids));
        // The host and other sandboxes go on.
        assert!(
            std::process::Command::new("true")
                .status()
                .unwrap()
                .success()
        );
        yard.assert_unharmed().await;
        // Asking it for something ends in time, one way or another.
        let asked = Instant::now();
        let mut exec = Exec::new(["true"]);
        exec.timeout = Duration::from_secs(3);
        sandbox.exec(exec).await.ok();
        assert!(
            asked.elapsed() < Duration::from_secs(40),
            "{:?}",
            asked.elapsed()
        );
        let removed = Instant::now();
        yard.host.remove(sandbox.id()).await.unwrap();
        assert!(
            removed.elapsed() < Duration::from_secs(20),
            "{:?}",
            removed.elapsed()
        );
    })
    .await;
}

#[tokio::test]
async fn a_full_disk_is_the_sandbox_s_own_and_its_engine_lives_on() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        tiny_image(&sandbox).await;
        let fill = "docker run --name full tiny dd if=/dev/zero of=/fill bs=1M 2>&1; true";
        let said = sh(&sandbox, fill).await;
        assert!(said.contains("No space left on device"), "{said}");
        assert_eq!(
            sh(&sandbox, "docker ps --all --format '{{.Names}}'").await,
            "full"
        );
        let more = attempt(&sandbox, "head -c 2M /dev/zero > /root/x; rm /root/x").await;
        assert!(told(&more).contains("No space left"), "{}", told(&more));
        yard.assert_unharmed().await;
        sh(&sandbox, "docker rm full && echo x > /root/x").await;
        assert_eq!(
            sh(&sandbox, "docker run --rm tiny echo again").await,
            "again"
        );
    })
    .await;
}

#[tokio::test]
async fn memory_that_runs_out_ends_processes_of_the_sandbox_only() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        tiny_image(&sandbox).await;
        let hog = "perl -e 'my @hog; push @hog, \"x\" x 10_000_000 while 1'";
        let inside = attempt(&sandbox, hog).await;
        assert!(!inside.success() && !inside.timed_out, "{}", told(&inside));
        // It may have been the engine that was ended; it is started again.
        eventually("the engine answers", || async {
            attempt(&sandbox, "docker version")
                .await
                .success()
                .then_some(())
        })
        .await;
        let contained = attempt(&sandbox, &format!("docker run --rm tiny {hog}")).await;
        assert!(
            !contained.success() && !contained.timed_out,
            "{}",
            told(&contained)
        );
        yard.assert_unharmed().await;
        eventually("the sandbox can be used again", || async {
            attempt(&sandbox, "docker run --rm tiny true")
                .await
                .success()
                .then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_container_s_log_cannot_fill_the_host_s_disk() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        // The container's own log, which the outer engine keeps on the host: is there a way to it?
        // (It finds the way to this very command's output too, which has a bound of its own.)
        let flood =
            "for fd in /proc/[0-9]*/fd/[12]; do timeout 0.2 sh -c \"yes flood > $fd\"; done";
        attempt(&sandbox, flood).await;
        outside(
            &yard,
            &sandbox,
            "timeout 2 yes flood-flood-flood > /proc/1/fd/1",
        )
        .await;
        let name = sandbox.id().container_name();
        let options = LogsOptionsBuilder::default()
            .stdout(true)
            .stderr(true)
            .build();
        let mut log = yard.host.docker().logs(&name, Some(options));
        let mut size = 0;
        while let Some(Ok(piece)) = log.next().await {
            size += piece.into_bytes().len();
        }
        assert!(size <= 2 * 1024 * 1024, "the log has {size} bytes");
    })
    .await;
}

#[tokio::test]
async fn the_logs_of_inner_containers_are_kept_short() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        tiny_image(&sandbox).await;
        let flood = "docker run --rm --detach --name flood tiny bash -c 'while :; do echo flood-flood-flood-flood; done'; \
                     sleep 3; du -s --block-size=1K /var/lib/docker/containers | cut -f 1; docker rm -f flood";
        let said = sh(&sandbox, flood).await;
        let kilobytes: u64 = said.lines().nth(1).unwrap().parse().unwrap();
        assert!(kilobytes < 8 * 1024, "{said}");
    })
    .await;
}

#[tokio::test]
async fn a_sandbox_that_is_stuck_everywhere_can_still_be_removed() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        sh(
            &sandbox,
            "pkill -STOP dockerd; pkill -STOP containerd; kill -STOP 1 || true",
        )
        .await;
        let removed = Instant::now();
        yard.host.remove(sandbox.id()).await.unwrap();
        assert!(
            removed.elapsed() < Duration::from_secs(20),
            "{:?}",
            removed.elapsed()
        );
        assert!(matches!(
            sandbox.exec(Exec::new(["true"])).await,
            Err(Error::Gone { .. })
        ));
    })
    .await;
}
