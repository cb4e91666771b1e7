//! A laboratory for tests: sandboxes of an owner of their own, gone at the end also after a panic.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::fmt::Debug;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use drydock_sandbox::bollard::exec::StartExecResults;
use drydock_sandbox::bollard::models::ExecConfig;
use drydock_sandbox::{
    Config, Exec, Host, Limits, Output, Sandbox, Size, Spec, Terminal, TerminalEvent,
};
use futures::{FutureExt, StreamExt};
use uuid::Uuid;

/// Small enough for many at once on a machine for tests.
pub const LIMITS: Limits = Limits {
    memory_mib: 512,
    disk_mib: 256,
    pids: 256,
    cpus: 2.0,
};
/// All privileges for an inner container.
pub const PRIVILEGED: &str = "--privileged";
pub const SIZE: Size = Size { cols: 80, rows: 24 };

/// The outer engine, under an owner that only this test has.
#[derive(Clone)]
pub struct Yard {
    pub host: Host,
}

/// Runs `test` and removes every sandbox it made, whatever happens.
pub async fn in_yard<F: Future<Output = ()>>(test: impl FnOnce(Yard) -> F) {
    let config = config().await;
    let host = Host::connect(config)
        .await
        .expect("the engine answered a moment ago");
    let yard = Yard { host: host.clone() };
    let result = AssertUnwindSafe(test(yard)).catch_unwind().await;
    let made = host.list().await.expect("list");
    for found in &made {
        host.remove(found.id).await.expect("remove");
    }
    assert_eq!(host.list().await.expect("list"), [], "sandboxes are left");
    // The engine is as well as before.
    assert_eq!(host.docker().ping().await.expect("ping"), "OK");
    if let Err(panic) = result {
        std::panic::resume_unwind(panic);
    }
}

/// With an image that is there; says what to do where there is none.
async fn config() -> Config {
    let mut config = Config::new(format!("drydock-test-{}", Uuid::now_v7().simple()));
    let host = match Host::connect(config.clone()).await {
        Ok(host) => host,
        Err(error) => panic!(
            "these tests need a Docker engine: {error}\nOn Debian as root: \
             apt-get install -y --no-install-recommends docker.io iptables && dockerd &"
        ),
    };
    if let Ok(image) = std::env::var("DRYDOCK_TEST_IMAGE") {
        config.image = Some(image);
    } else if let Err(error) = host.image().await {
        panic!("these tests need the sandbox image: {error}");
    }
    config
}

impl Yard {
    /// A sandbox that is ready.
    pub async fn sandbox(&self) -> Sandbox {
        self.with(Spec::new(LIMITS)).await
    }

    /// A sandbox as asked for that is ready.
    pub async fn with(&self, spec: Spec) -> Sandbox {
        let sandbox = self.host.create(spec).await.expect("create");
        sandbox.ready(|_| {}).await.expect("ready");
        sandbox
    }

    /// The outer engine goes on and can start another sandbox that works.
    pub async fn assert_unharmed(&self) {
        let other = self.sandbox().await;
        assert_eq!(
            sh(&other, "docker info --format '{{.ServerVersion}}' | wc -l").await,
            "1"
        );
        self.host.remove(other.id()).await.expect("remove");
    }
}

/// What a script in bash writes to stdout; it must succeed.
pub async fn sh(sandbox: &Sandbox, script: &str) -> String {
    let output = attempt(sandbox, script).await;
    assert!(output.success(), "{script}\n{}", told(&output));
    String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned()
}

/// What a script in bash does, be it success or not.
pub async fn attempt(sandbox: &Sandbox, script: &str) -> Output {
    sandbox.exec(Exec::bash(script)).await.expect("exec")
}

/// Both outputs, to be read in a failed assertion.
pub fn told(output: &Output) -> String {
    format!(
        "code {:?} timed out {} truncated {}\n{}\n{}",
        output.code,
        output.timed_out,
        output.truncated,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A small image `tiny` on the inner engine, made of the machine's own programs.
pub async fn tiny_image(sandbox: &Sandbox) {
    sh(
        sandbox,
        r#"
        programs=$(cd /usr/bin && ls -d bash sh echo cat ls find dd mount umount mknod id ps sleep true head env grep touch nsenter unshare perl socat)
        libraries=$(cd /usr/bin && ldd $programs | grep -o '/[^ ]*\.so[^ ]*' | sort -u)
        tar -C / --dereference --create $(printf '/usr/bin/%s ' $programs) $libraries \
            --transform 's,^/*,,' --transform 's,^usr/bin,bin,' --absolute-names 2>/dev/null |
            docker import --change 'ENV PATH=/bin' - tiny
        "#,
    )
    .await;
}

/// What a script in sh does in the container, but outside the learner's machine.
pub async fn outside(yard: &Yard, sandbox: &Sandbox, script: &str) -> String {
    let exec = ExecConfig {
        cmd: Some(["sh", "-c", script].map(str::to_owned).to_vec()),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        ..Default::default()
    };
    let docker = yard.host.docker();
    let container = sandbox.id().container_name();
    let id = docker.create_exec(&container, exec).await.expect("exec").id;
    let started = docker.start_exec(&id, None).await.expect("exec");
    let StartExecResults::Attached { mut output, .. } = started else {
        panic!("not attached");
    };
    let mut said = String::new();
    while let Some(piece) = output.next().await {
        said.push_str(&piece.expect("output").to_string());
    }
    said
}

/// How many processes in the container have this in their command line, as the outer engine sees them.
pub async fn processes(yard: &Yard, sandbox: &Sandbox, words: &str) -> usize {
    let name = sandbox.id().container_name();
    let top = yard
        .host
        .docker()
        .top_processes(&name, None)
        .await
        .expect("top");
    let rows = top.processes.unwrap_or_default();
    rows.iter()
        .filter(|row| row.last().is_some_and(|args| args.contains(words)))
        .count()
}

/// What a script in bash writes to stdout in a container `tiny` with these flags, which must run it to its end.
pub async fn contained(sandbox: &Sandbox, flags: &str, script: &str) -> String {
    let mut exec = Exec::bash(&format!("docker run --rm --interactive {flags} tiny bash"));
    exec.stdin = Some(format!("{script}\necho ran-to-its-end\n").into());
    let output = sandbox.exec(exec).await.expect("exec");
    let said = String::from_utf8_lossy(&output.stdout);
    match said.trim_end().strip_suffix("ran-to-its-end") {
        Some(said) => said.trim_end().to_owned(),
        None => panic!("docker run {flags}: {script}\n{}", told(&output)),
    }
}

/// Tries again until it gives something, for at most ten seconds.
pub async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut look: impl FnMut() -> F,
) -> T {
    let found = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), found)
        .await
        .unwrap_or_else(|_| panic!("{what}: not within ten seconds"))
}

/// The next thing of a stream, within ten seconds.
pub async fn soon<T: Debug>(what: &str, stream: &mut (impl StreamExt<Item = T> + Unpin)) -> T {
    tokio::time::timeout(Duration::from_secs(10), stream.next())
        .await
        .unwrap_or_else(|_| panic!("{what}: nothing within ten seconds"))
        .unwrap_or_else(|| panic!("{what}: the stream ended"))
}

/// Reads a terminal's screen until it shows `wanted`, and gives all it showed.
pub async fn until_shown(terminal: &mut Terminal, wanted: &str) -> String {
    let mut shown = String::new();
    let reading = async {
        loop {
            match terminal.output.next().await {
                Some(Ok(TerminalEvent::Replay(bytes) | TerminalEvent::Output(bytes))) => {
                    shown.push_str(&String::from_utf8_lossy(&bytes));
                    if shown.contains(wanted) {
                        return;
                    }
                }
                other => panic!("waited for {wanted:?}, came {other:?} after {shown:?}"),
            }
        }
    };
    if tokio::time::timeout(Duration::from_secs(10), reading)
        .await
        .is_err()
    {
        panic!("{wanted:?} was not shown, but {shown:?}");
    }
    shown
}
