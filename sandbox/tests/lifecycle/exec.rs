//! Commands inside the learner's machine.

use std::time::Duration;

use bytes::Bytes;
use drydock_sandbox::{Exec, Sandbox};
use tokio::time::Instant;

use crate::support::{attempt, eventually, in_yard, sh, told};

/// How many processes of this name run.
async fn running(sandbox: &Sandbox, argument: &str) -> usize {
    let count = format!("ps -e -o args | grep -c '[s]leep {argument}' || true");
    sh(sandbox, &count).await.parse().unwrap()
}

#[tokio::test]
async fn a_command_s_code_and_both_outputs_come_back() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let output = attempt(&sandbox, "echo out; echo err >&2; exit 3").await;
        assert_eq!(output.code, Some(3), "{}", told(&output));
        assert_eq!(
            (&*output.stdout, &*output.stderr),
            (&b"out\n"[..], &b"err\n"[..])
        );
        assert!(!output.truncated && !output.timed_out && !output.success());

        assert_eq!(
            sh(&sandbox, "whoami; pwd; hostname").await,
            "root\n/root\nlab"
        );
        let missing = sandbox.exec(Exec::new(["no-such-program"])).await.unwrap();
        assert_eq!(missing.code, Some(127));
        let killed = attempt(&sandbox, "kill -TERM $$").await;
        assert_eq!(killed.code, Some(143));
    })
    .await;
}

#[tokio::test]
async fn a_command_gets_its_folder_environment_and_input() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let mut exec = Exec::bash("pwd; echo \"$NAME\"; wc -c");
        exec.cwd = Some("/tmp".to_owned());
        exec.env.insert("NAME".to_owned(), "a 'b' $c".to_owned());
        exec.stdin = Some(Bytes::from(vec![0; 5_000_000]));
        let output = sandbox.exec(exec).await.unwrap();
        assert_eq!(
            &*output.stdout,
            b"/tmp\na 'b' $c\n5000000\n",
            "{}",
            told(&output)
        );
    })
    .await;
}

#[tokio::test]
async fn bytes_of_any_value_come_through_unharmed() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let bytes: Vec<u8> = (0..=255).cycle().take(200_000).collect();
        let mut exec = Exec::new(["cat"]);
        exec.stdin = Some(bytes.clone().into());
        assert_eq!(sandbox.exec(exec).await.unwrap().stdout, bytes);
    })
    .await;
}

#[tokio::test]
async fn a_command_that_takes_too_long_is_ended_with_all_it_started() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let mut exec = Exec::bash("setsid sleep 7001 & (sleep 7001 &) ; echo started; sleep 7001");
        exec.timeout = Duration::from_millis(800);
        let started = Instant::now();
        let output = sandbox.exec(exec).await.unwrap();
        assert!(
            output.timed_out && output.code.is_none(),
            "{}",
            told(&output)
        );
        assert_eq!(&*output.stdout, b"started\n");
        assert!(started.elapsed() < Duration::from_secs(5));
        assert_eq!(running(&sandbox, "7001").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_command_nobody_waits_for_any_more_is_ended() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let waiting = sandbox.exec(Exec::new(["sleep", "7002"]));
        let seen = eventually("the command runs", || async {
            (running(&sandbox, "7002").await > 0).then_some(())
        });
        tokio::select! {
            _ = waiting => panic!("it sleeps for two hours"),
            () = seen => {}
        }
        eventually("the command is ended", || async {
            (running(&sandbox, "7002").await == 0).then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_command_given_up_before_it_appears_is_ended_when_it_does() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        // Wherever in the start it is given up: before, while or after the engine starts it.
        for wait in [2, 5, 10, 20, 30, 40, 60, 100] {
            let waiting = sandbox.exec(Exec::new(["sleep", "7006"]));
            let given_up = tokio::time::timeout(Duration::from_millis(wait), waiting).await;
            assert!(given_up.is_err());
        }
        // The engine starts a container's commands one after another: when a later one was through, all were.
        sh(&sandbox, "true").await;
        eventually("the commands are ended", || async {
            (running(&sandbox, "7006").await == 0).then_some(())
        })
        .await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(running(&sandbox, "7006").await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_a_command_leaves_in_the_background_lives_on() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let started = Instant::now();
        sh(&sandbox, "sleep 7003 > /dev/null 2>&1 &").await;
        assert_eq!(running(&sandbox, "7003").await, 1);
        // Also if it keeps the output open.
        assert_eq!(sh(&sandbox, "sleep 7004 & echo done").await, "done");
        assert_eq!(running(&sandbox, "7004").await, 1);
        assert!(
            started.elapsed() < Duration::from_millis(1500),
            "{:?}",
            started.elapsed()
        );
    })
    .await;
}

#[tokio::test]
async fn more_output_than_is_kept_is_cut() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let mut exec = Exec::bash("seq 1 1000; echo end >&2");
        exec.max_output = 10;
        let output = sandbox.exec(exec).await.unwrap();
        assert_eq!(&*output.stdout, b"1\n2\n3\n4\n5\n");
        assert_eq!(&*output.stderr, b"end\n");
        assert!(output.truncated && output.success());
    })
    .await;
}

#[tokio::test]
async fn endless_output_is_ended_long_before_the_time_out() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let mut exec = Exec::bash("while :; do echo sleep 7005; done");
        exec.max_output = 1000;
        let started = Instant::now();
        let output = sandbox.exec(exec).await.unwrap();
        assert!(output.truncated && output.code.is_none() && !output.timed_out);
        assert_eq!(output.stdout.len(), 1000);
        assert!(started.elapsed() < Duration::from_secs(20));
        assert_eq!(
            sh(&sandbox, "pgrep -c -f '[s]leep 7005' || true").await,
            "0"
        );
    })
    .await;
}
