//! Changes in the learner's home.

use std::collections::BTreeSet;

use crate::support::{eventually, in_yard, processes, sh, soon};

#[tokio::test]
async fn writing_making_moving_and_deleting_are_told() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let mut events = sandbox.watch_files().await.unwrap();
        sh(&sandbox, "mkdir -p .git/objects app; touch .git/objects/x").await;
        sh(&sandbox, "echo hi > app/f; mv app/f app/g; rm app/g").await;
        sandbox.write_file("end", "x".into(), None).await.unwrap();
        let mut told = BTreeSet::new();
        while !told.contains("end") {
            told.insert(soon("a change", &mut events).await.unwrap().path);
        }
        for path in ["app", "app/f", "app/g"] {
            assert!(told.contains(path), "{path} is not in {told:?}");
        }
        assert!(
            !told.iter().any(|path| path.starts_with(".git/")),
            "{told:?}"
        );
        assert!(
            !told.iter().any(|path| path.contains(".drydock-write")),
            "{told:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_watch_nobody_listens_to_ends() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let events = sandbox.watch_files().await.unwrap();
        assert!(processes(&yard, &sandbox, "inotifywait").await > 0);
        // The learner sees nothing of it.
        assert_eq!(sh(&sandbox, "pgrep -c inotifywait || true").await, "0");
        drop(events);
        eventually("the watching program is gone", || async {
            (processes(&yard, &sandbox, "inotifywait").await == 0).then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn where_the_home_cannot_be_watched_it_is_listed_instead() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        // Root of the machine may still read it.
        sh(&sandbox, "chmod 000 /root").await;
        let mut events = sandbox.watch_files().await.unwrap();
        sh(&sandbox, "echo hi > noticed").await;
        assert_eq!(soon("a change", &mut events).await.unwrap().path, "noticed");
    })
    .await;
}
