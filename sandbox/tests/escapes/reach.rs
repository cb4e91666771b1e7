//! Reaching for what lies outside: files, processes, networks, the outer engine.

use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};

use uuid::Uuid;

use crate::support::{PRIVILEGED, attempt, contained, in_yard, outside, sh, tiny_image, told};

#[tokio::test]
async fn no_file_of_the_host_is_found() {
    in_yard(|yard| async move {
        let marker = format!("drydock-marker-{}", Uuid::now_v7().simple());
        let folder = std::env::temp_dir().join(&marker);
        std::fs::create_dir(&folder).unwrap();
        let home_marker = std::path::Path::new("/").join(&marker);
        // Where the test may write there.
        let at_root = std::fs::write(&home_marker, "host").is_ok();

        let sandbox = yard.sandbox().await;
        tiny_image(&sandbox).await;
        let places = "/ /proc/[0-9]*/root/ /proc/[0-9]*/cwd/";
        let look = format!("find {places} -name '{marker}' 2>/dev/null | head -n 3");
        let mut found = vec![
            sh(&sandbox, &look).await,
            outside(&yard, &sandbox, &look).await,
        ];
        for flags in [
            "-v /:/host",
            &format!("{PRIVILEGED} -v /:/host"),
            &format!("{PRIVILEGED} -v /:/host --pid host --network host --ipc host --userns host"),
            &format!("{PRIVILEGED} -v /proc/1/root:/host"),
        ] {
            found.push(contained(&sandbox, flags, &look).await);
        }
        std::fs::remove_dir(&folder).unwrap();
        if at_root {
            std::fs::remove_file(&home_marker).unwrap();
        }
        assert!(found.iter().all(String::is_empty), "{found:?}");

        // `-v /:/host` shows the learner's own machine instead.
        sh(&sandbox, "echo mine > /root/own-marker").await;
        let seen = sh(
            &sandbox,
            "docker run --rm -v /:/host tiny cat /host/root/own-marker",
        )
        .await;
        assert_eq!(seen, "mine");
    })
    .await;
}

#[tokio::test]
async fn the_outer_engine_cannot_be_spoken_to() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        tiny_image(&sandbox).await;
        let outer = yard.host.docker().info().await.unwrap().id.unwrap();
        // `-links` makes find look at what is mounted over a name, and not only at the name.
        let ask = "for socket in $(find / -path /proc -prune -o -links +0 -type s -print 2>/dev/null) /var/run/docker.sock; do \
                   curl -s --max-time 1 --unix-socket $socket http://x/info; done; true";
        let sockets = outside(&yard, &sandbox, "find / -path /proc -prune -o -links +0 -type s -print 2>/dev/null").await;
        assert!(sockets.lines().all(|socket| socket.starts_with("/data/")), "{sockets}");
        let mut answers = sh(&sandbox, ask).await;
        let inner = sandbox.engine().await.unwrap().info().await.unwrap().id.unwrap();
        assert!(answers.contains(&inner), "the inner engine is not found, so the search is no good");
        answers += &outside(&yard, &sandbox, ask).await;
        let all = format!("{PRIVILEGED} -v /:/host");
        let ask = "for socket in $(find /host -path /host/proc -prune -o -links +0 -type s -print 2>/dev/null); do \
                   printf 'GET /info HTTP/1.0\\r\\n\\r\\n' | socat -t 2 -T 2 - UNIX-CONNECT:$socket,shut-none 2>/dev/null; done; echo";
        let answer = contained(&sandbox, &all, ask).await;
        assert!(answer.contains(&inner), "the inner engine is not found, so the search is no good");
        answers += &answer;
        assert!(!answers.contains(&outer));
        // The learner's engine does not know of the container it runs in.
        assert_eq!(sh(&sandbox, "docker ps --all --quiet").await, "");
        yard.assert_unharmed().await;
    })
    .await;
}

#[tokio::test]
async fn there_is_no_network_but_the_machine_s_own() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        tiny_image(&sandbox).await;
        assert_eq!(outside(&yard, &sandbox, "ls /sys/class/net").await.trim(), "lo");
        assert_eq!(sh(&sandbox, "ip route | grep default || echo none").await, "none");

        // The test listens on every address of the host.
        let listener = TcpListener::bind("0.0.0.0:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let name = format!("drydock-test-{}", Uuid::now_v7().simple());
        let hidden = SocketAddr::from_abstract_name(&name).unwrap();
        let hidden = UnixListener::bind_addr(&hidden).unwrap();
        listener.set_nonblocking(true).unwrap();
        hidden.set_nonblocking(true).unwrap();
        let mut addresses = vec!["127.0.0.1".to_owned(), "172.17.0.1".to_owned(), "169.254.169.254".to_owned()];
        if let Ok(own) = std::process::Command::new("hostname").arg("-I").output() {
            addresses.extend(String::from_utf8_lossy(&own.stdout).split_whitespace().map(str::to_owned));
        }
        let mut tries = String::new();
        for address in &addresses {
            if !address.contains(':') {
                tries += &format!("(exec 3<>/dev/tcp/{address}/{port}) 2>/dev/null && echo reached {address}; ");
            }
        }
        tries += &format!("socat -u OPEN:/dev/null ABSTRACT-CONNECT:{name} 2>/dev/null && echo reached the socket; true");
        let mut reached = attempt(&sandbox, &tries).await.stdout.to_vec();
        reached.extend(outside(&yard, &sandbox, &format!("bash -c '{tries}'")).await.into_bytes());
        for flags in ["", "--network host", &format!("{PRIVILEGED} --network host --pid host")] {
            reached.extend(contained(&sandbox, flags, &tries).await.into_bytes());
        }
        assert_eq!(String::from_utf8_lossy(&reached), "");
        assert!(listener.accept().is_err() && hidden.accept().is_err(), "something came through");

        let away = attempt(&sandbox, "exec 3<>/dev/tcp/1.1.1.1/80").await;
        assert!(!away.success() && told(&away).contains("unreachable"), "{}", told(&away));
    })
    .await;
}

#[tokio::test]
async fn another_sandbox_can_be_neither_seen_nor_reached() {
    in_yard(|yard| async move {
        let (one, two) = tokio::join!(yard.sandbox(), yard.sandbox());
        let marker = format!("marker-{}", Uuid::now_v7().simple());
        sh(
            &two,
            &format!(
                "touch /root/{marker} /dev/shm/{marker}; \
                 (setsid socat TCP-LISTEN:7777,fork EXEC:'echo {marker}' > /dev/null 2>&1 &); \
                 (setsid socat ABSTRACT-LISTEN:{marker},fork EXEC:'echo {marker}' > /dev/null 2>&1 &); \
                 (setsid sleep 7777001 > /dev/null 2>&1 &)"
            ),
        )
        .await;
        sh(&two, "until (exec 3<>/dev/tcp/127.0.0.1/7777) 2>/dev/null; do sleep 0.05; done").await;
        let look = format!(
            "for a in 127.0.0.1 172.17.0.1 172.17.0.2; do timeout 1 bash -c \"cat < /dev/tcp/$a/7777\"; done; \
             timeout 1 socat -u ABSTRACT-CONNECT:{marker} -; \
             find / -name {marker}; ps -e -o args | grep '[7]777001'; true"
        );
        let seen = sh(&one, &format!("({look}) 2>/dev/null")).await;
        assert_eq!(seen, "");
        let seen = outside(&yard, &one, &format!("({look}) 2>/dev/null")).await;
        assert_eq!(seen, "");
        // The search finds what it searches for, where it is.
        assert!(sh(&two, &format!("({look}) 2>/dev/null")).await.contains(&marker));
    })
    .await;
}

#[tokio::test]
async fn processes_of_the_host_are_not_seen() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        tiny_image(&sandbox).await;
        // The host's /proc would show it in the name of this process.
        let mark = format!("drydock-process-{}", Uuid::now_v7().simple());
        let mut sleeper = tokio::process::Command::new("sleep")
            .arg("60")
            .arg0(&mark)
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        // Written so that the search does not find itself.
        let look = format!("grep -lsa '[d]{}' /proc/[0-9]*/cmdline; true", &mark[1..]);
        let mut seen = vec![
            sh(&sandbox, &look).await,
            outside(&yard, &sandbox, &look).await,
        ];
        let all = format!("{PRIVILEGED} --pid host");
        seen.push(contained(&sandbox, &all, &look).await);
        sleeper.kill().await.unwrap();
        for seen in seen {
            assert_eq!(seen, "");
        }
    })
    .await;
}
