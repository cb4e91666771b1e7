//! The inner engine.

use drydock_sandbox::Error;
use drydock_sandbox::bollard::query_parameters::{ListContainersOptions, ListImagesOptions};
use futures::StreamExt;

use crate::support::{attempt, eventually, in_yard, processes, sh, soon, tiny_image};

#[tokio::test]
async fn the_inner_engine_answers_over_a_connection_that_is_kept() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let engine = sandbox.engine().await.unwrap();
        for _ in 0..20 {
            assert_eq!(
                engine
                    .list_containers(None::<ListContainersOptions>)
                    .await
                    .unwrap(),
                []
            );
        }
        assert_eq!(processes(&yard, &sandbox, "UNIX-CONNECT").await, 1);
        // Requests at the same time do not wait for each other.
        let (one, two) = tokio::join!(engine.info(), engine.list_images(None::<ListImagesOptions>));
        assert_eq!(one.unwrap().name.as_deref(), Some("lab"));
        two.unwrap();
    })
    .await;
}

#[tokio::test]
async fn events_tell_of_a_container_that_starts_and_ends() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        tiny_image(&sandbox).await;
        let mut events = sandbox.engine_events().await.unwrap();
        sh(&sandbox, "docker run --name ship --rm tiny true").await;
        let mut actions = Vec::new();
        while actions.last().map(String::as_str) != Some("destroy") {
            let event = soon("an event", &mut events).await.unwrap();
            if event.kind == "container" {
                assert_eq!(event.name(), "ship");
                actions.push(event.action);
            }
        }
        for action in ["create", "start", "die"] {
            assert!(
                actions.iter().any(|a| a == action),
                "{action} is not in {actions:?}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn connections_nobody_holds_any_more_end() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let events = sandbox.engine_events().await.unwrap();
        assert_eq!(processes(&yard, &sandbox, "UNIX-CONNECT").await, 1);
        drop(events);
        eventually("the connection is gone", || async {
            (processes(&yard, &sandbox, "UNIX-CONNECT").await == 0).then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_engine_that_the_learner_ends_is_started_again_and_answers_again() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let engine = sandbox.engine().await.unwrap();
        let mut events = sandbox.engine_events().await.unwrap();
        sh(&sandbox, "pkill -KILL dockerd").await;
        // The stream ends, with an error or without.
        while let Some(Ok(_)) = events.next().await {}
        eventually("it answers again", || async { engine.ping().await.ok() }).await;
        eventually("events can be had again", || async {
            sandbox.engine_events().await.ok().map(drop)
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_false_engine_that_answers_without_end_is_cut_off() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        sandbox.engine().await.unwrap();
        // The learner puts something else where the socket was.
        sh(
            &sandbox,
            r#"
            rm -f /run/docker.sock
            cat > /tmp/false.sh <<'END'
            printf 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n['
            exec yes '{"Id":"x"},'
END
            (setsid socat UNIX-LISTEN:/run/docker.sock,fork EXEC:'sh /tmp/false.sh' > /dev/null 2>&1 &)
            while [ ! -S /run/docker.sock ]; do sleep 0.01; done
            "#,
        )
        .await;
        // A connection from before still leads to the real one; a new one does not.
        let engine = sandbox.engine_for_large_answers(1_000_000).await;
        assert!(engine.is_err(), "an endless answer was taken");
        let events = sandbox.engine_events().await;
        let mut events = events.expect("it looks like a stream of events");
        let end = loop {
            match soon("the end", &mut events).await {
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        assert!(matches!(end, Error::Inside { .. }), "{end}");
    })
    .await;
}

#[tokio::test]
async fn a_hung_engine_does_not_hang_the_caller() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        sh(&sandbox, "pkill -STOP dockerd").await;
        let started = tokio::time::Instant::now();
        let result = sandbox.engine().await;
        assert!(matches!(result, Err(Error::TimedOut { .. })));
        assert!(started.elapsed() < std::time::Duration::from_secs(15));
        // What needs no engine goes on.
        assert!(attempt(&sandbox, "true").await.success());
    })
    .await;
}
