//! Terminals whose shell outlives the connection.

use drydock_sandbox::{Error, Host, Sandbox, Size, Terminal, TerminalEvent};
use futures::StreamExt;

use crate::support::{SIZE, eventually, in_yard, processes, sh, soon, until_shown};

async fn typed(terminal: &mut Terminal, line: &str) {
    terminal
        .input
        .write(format!("{line}\r").as_bytes())
        .await
        .unwrap();
}

async fn attached(sandbox: &Sandbox) -> Terminal {
    sandbox.terminal(1, SIZE).await.unwrap()
}

#[tokio::test]
async fn the_same_shell_with_its_screen_is_there_after_the_connection_and_the_server_are_not() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let mut terminal = attached(&sandbox).await;
        until_shown(&mut terminal, "root@lab").await;
        typed(&mut terminal, "ship=Vasa; echo launched-$ship").await;
        until_shown(&mut terminal, "launched-Vasa").await;
        drop(terminal);

        let mut terminal = attached(&sandbox).await;
        let Some(Ok(TerminalEvent::Replay(screen))) = terminal.output.next().await else {
            panic!("the screen does not come first");
        };
        assert!(String::from_utf8_lossy(&screen).contains("launched-Vasa"));
        drop(terminal);
        drop(sandbox);

        let restarted = Host::connect(yard.host.config().clone()).await.unwrap();
        let id = restarted.list().await.unwrap()[0].id;
        let sandbox = restarted.attach(id).await.unwrap().expect("it runs");
        let mut terminal = attached(&sandbox).await;
        typed(&mut terminal, "echo still-$ship").await;
        let shown = until_shown(&mut terminal, "still-Vasa").await;
        assert!(shown.contains("launched-Vasa"), "{shown}");
    })
    .await;
}

#[tokio::test]
async fn a_shell_that_ends_tells_its_code_and_the_next_attachment_starts_another() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let mut terminal = attached(&sandbox).await;
        typed(&mut terminal, "ship=Vasa; exit 7").await;
        let last = loop {
            match soon("the end of the shell", &mut terminal.output)
                .await
                .unwrap()
            {
                TerminalEvent::Exit { code } => break code,
                TerminalEvent::Replay(_) | TerminalEvent::Output(_) => {}
            }
        };
        assert_eq!(last, 7);
        assert!(terminal.output.next().await.is_none());

        let mut terminal = attached(&sandbox).await;
        typed(&mut terminal, "echo \"[$ship]\"").await;
        until_shown(&mut terminal, "\r[]").await;
    })
    .await;
}

#[tokio::test]
async fn two_attachments_see_the_same_screen_and_two_terminals_do_not() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let (mut one, mut two) = tokio::join!(attached(&sandbox), attached(&sandbox));
        let mut other = sandbox.terminal(2, SIZE).await.unwrap();
        typed(&mut one, "echo same-$((6 * 7))").await;
        until_shown(&mut one, "same-42").await;
        until_shown(&mut two, "same-42").await;
        typed(&mut other, "echo other").await;
        let shown = until_shown(&mut other, "\rother").await;
        assert!(!shown.contains("same-42"));
    })
    .await;
}

#[tokio::test]
async fn the_shell_knows_the_size_of_the_screen_from_the_start_and_when_it_changes() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let size = Size {
            cols: 101,
            rows: 31,
        };
        let mut terminal = sandbox.terminal(1, size).await.unwrap();
        typed(&mut terminal, "stty size").await;
        until_shown(&mut terminal, "31 101").await;
        terminal
            .input
            .resize(Size { cols: 55, rows: 12 })
            .await
            .unwrap();
        typed(&mut terminal, "stty size").await;
        until_shown(&mut terminal, "12 55").await;
        // What no screen can be is made into something that programs survive.
        terminal
            .input
            .resize(Size { cols: 0, rows: 0 })
            .await
            .unwrap();
        typed(&mut terminal, "stty size").await;
        until_shown(&mut terminal, "1 2").await;
    })
    .await;
}

#[tokio::test]
async fn control_bytes_come_through_unharmed() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let mut terminal = attached(&sandbox).await;
        // They look like the beginning of a frame of the engine's stream.
        typed(
            &mut terminal,
            r"printf '\x01\x00\x00\x00\x00\x00\xff\xff\x02\x00end-%s\n' $((1+1))",
        )
        .await;
        let shown = until_shown(&mut terminal, "end-2").await;
        assert!(shown.contains("\u{1}\0\0\0\0\0"), "{shown:?}");
        typed(&mut terminal, "sh -c 'echo waits; exec sleep 7100'").await;
        until_shown(&mut terminal, "\rwaits").await;
        terminal.input.write(b"\x03").await.unwrap();
        until_shown(&mut terminal, "# ").await;
        typed(&mut terminal, "echo interrupted-$?").await;
        until_shown(&mut terminal, "interrupted-130").await;
    })
    .await;
}

#[tokio::test]
async fn a_dropped_attachment_leaves_no_process_but_the_shell_s() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        for _ in 0..3 {
            let mut terminal = attached(&sandbox).await;
            until_shown(&mut terminal, "root@lab").await;
        }
        eventually("the relays are gone", || async {
            (processes(&yard, &sandbox, "ABSTRACT-CONNECT").await == 0).then_some(())
        })
        .await;
        assert_eq!(
            processes(&yard, &sandbox, "terminal drydock-terminal").await,
            1
        );
        // And the learner sees a shell and nothing of what holds it.
        let seen = sh(&sandbox, "ps -e -o args").await;
        assert!(
            seen.contains("bash -l") && !seen.contains("drydock-terminal"),
            "{seen}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_flood_of_output_can_be_interrupted_and_keeps_the_latest() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let mut terminal = attached(&sandbox).await;
        typed(&mut terminal, "yes all-work-and-no-play").await;
        let mut seen = 0;
        while seen < 3_000_000 {
            if let TerminalEvent::Output(bytes) = soon("flood", &mut terminal.output).await.unwrap()
            {
                seen += bytes.len();
            }
        }
        terminal.input.write(b"\x03").await.unwrap();
        until_shown(&mut terminal, "# ").await;
        typed(&mut terminal, "echo over-$((1+1))").await;
        until_shown(&mut terminal, "over-2").await;
        drop(terminal);

        let mut terminal = attached(&sandbox).await;
        let Some(Ok(TerminalEvent::Replay(screen))) = terminal.output.next().await else {
            panic!("the screen does not come first");
        };
        assert!(screen.len() <= 512 * 1024, "{}", screen.len());
        let screen = String::from_utf8_lossy(&screen);
        assert!(screen.contains("over-2"));
        assert!(
            screen.starts_with("all-work"),
            "it does not begin with a whole line"
        );
    })
    .await;
}

#[tokio::test]
async fn an_attachment_that_does_not_read_is_let_go_and_holds_nobody_up() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let mut stuck = attached(&sandbox).await;
        let mut terminal = attached(&sandbox).await;
        typed(&mut terminal, "seq 1 2000000; echo through-$((1+1))").await;
        let reading = async {
            let mut tail = Vec::new();
            while let Some(Ok(event)) = terminal.output.next().await {
                let (TerminalEvent::Output(bytes) | TerminalEvent::Replay(bytes)) = event else {
                    panic!("the shell ended");
                };
                tail.extend_from_slice(&bytes);
                if tail.windows(9).any(|w| w == b"through-2") {
                    return;
                }
                let cut = tail.len().saturating_sub(20);
                tail.drain(..cut);
            }
            panic!("the terminal was lost");
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), reading)
            .await
            .expect("the other attachment holds it up");
        // What was in the pipes still comes, then it is told that it was let go.
        let end = loop {
            match soon("the stuck one's end", &mut stuck.output).await {
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        assert!(matches!(end, Error::TerminalLost));
    })
    .await;
}

#[tokio::test]
async fn a_sandbox_that_goes_takes_its_terminals_along() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let mut terminal = attached(&sandbox).await;
        until_shown(&mut terminal, "root@lab").await;
        yard.host.remove(sandbox.id()).await.unwrap();
        let end = loop {
            match soon("the end", &mut terminal.output).await {
                Ok(TerminalEvent::Output(_) | TerminalEvent::Replay(_)) => {}
                other => break other,
            }
        };
        assert!(matches!(end, Err(Error::TerminalLost)), "{end:?}");
        assert!(matches!(
            sandbox.terminal(1, SIZE).await,
            Err(Error::Gone { .. })
        ));
    })
    .await;
}
