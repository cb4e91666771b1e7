//! Ports of the learner's machine.

use std::time::Instant;

use drydock_sandbox::DialError;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{eventually, in_yard, processes, sh};

#[tokio::test(flavor = "multi_thread")]
async fn a_port_of_the_machine_is_reached_and_what_is_sent_comes_back() {
    in_yard(async |yard| {
        let sandbox = yard.sandbox().await;
        assert!(matches!(
            sandbox.dial(7007).await,
            Err(DialError::Refused(7007))
        ));
        sh(
            &sandbox,
            "socat TCP-LISTEN:7007,fork,reuseaddr EXEC:cat >/dev/null 2>&1 </dev/null & \
             for _ in $(seq 100); do ss -ltn | grep -q :7007 && break; sleep 0.1; done",
        )
        .await;
        let begin = Instant::now();
        let stream = sandbox.dial(7007).await.unwrap();
        println!("connected in {:?}", begin.elapsed());
        // Both ways at once, more than all buffers between hold.
        let (mut read, mut write) = tokio::io::split(stream);
        let sent: Vec<u8> = (0..4_000_000_u32).map(|n| (n % 251) as u8).collect();
        let expected = sent.clone();
        let writing = tokio::spawn(async move {
            write.write_all(&sent).await.unwrap();
            write
        });
        let mut got = vec![0; expected.len()];
        read.read_exact(&mut got).await.unwrap();
        assert!(got == expected, "the bytes came back changed");
        drop((read, writing.await.unwrap()));
        // Nothing is left of the connection, and the learner never saw it.
        eventually("the connection's program ends", async || {
            (processes(&yard, &sandbox, "machine.pid").await == 0
                && processes(&yard, &sandbox, "alarm $seconds").await == 0)
                .then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_learner_neither_sees_the_connection_nor_lends_it_a_program() {
    in_yard(async |yard| {
        let sandbox = yard.sandbox().await;
        sh(
            &sandbox,
            "socat TCP-LISTEN:7007,fork,reuseaddr EXEC:cat >/dev/null 2>&1 </dev/null & \
             for _ in $(seq 100); do ss -ltn | grep -q :7007 && break; sleep 0.1; done; \
             printf '#!/bin/sh\\ntouch /root/lent\\n' >/usr/bin/perl; cp /usr/bin/perl /usr/local/bin/sh",
        )
        .await;
        let mut stream = sandbox.dial(7007).await.unwrap();
        stream.write_all(b"hi").await.unwrap();
        let mut got = [0; 2];
        stream.read_exact(&mut got).await.unwrap();
        assert_eq!(&got, b"hi");
        assert_eq!(sh(&sandbox, "pgrep -c perl || true").await, "0");
        assert_eq!(sh(&sandbox, "ls /root | grep -c lent || true").await, "0");
    })
    .await;
}
