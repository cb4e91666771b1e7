//! The machine feels like one of one's own.

use drydock_sandbox::{Error, Spec};

use crate::support::{in_yard, sh};
use crate::{LIMITS, with_images};

#[tokio::test]
async fn the_whole_machine_can_be_written() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &[]).await;
        let told = sh(
            &sandbox,
            "set -e
             touch /here /usr/local/bin/tool /var/lib/thing /opt/thing /tmp/thing /run/thing
             useradd --create-home ada && id -un ada
             echo 10.1.2.3 elsewhere >> /etc/hosts && getent hosts elsewhere | cut -d' ' -f1
             rm -r /usr/share/bash-completion && mkdir /usr/share/bash-completion
             ls /usr/share/bash-completion | wc -l
             hostname",
        )
        .await;
        assert_eq!(
            told.lines().collect::<Vec<_>>(),
            ["ada", "10.1.2.3", "0", "lab"]
        );
    })
    .await;
}

#[tokio::test]
async fn all_that_is_written_counts_against_one_limit() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &[]).await;
        let sizes = sh(
            &sandbox,
            "df --output=size -m / /root /tmp /run /var/lib/docker /dev/shm | tail -n +2 | sort -u",
        )
        .await;
        assert_eq!(sizes.trim(), LIMITS.disk_mib.to_string());
        let writable = sh(
            &sandbox,
            "for path in /dev /sys /sys/fs/cgroup /proc/sys/kernel; do
                 touch $path/drydock-test 2>/dev/null && echo $path
             done; true",
        )
        .await;
        assert_eq!(writable, "");
    })
    .await;
}

#[tokio::test]
async fn the_prompt_says_who_and_where() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &[]).await;
        let prompt = sh(
            &sandbox,
            r#"bash -lic 'cd /tmp; printf "%s" "${PS1@P}"' 2>/dev/null | sed 's/\x1b\[[0-9;]*m//g; s/[\x01\x02]//g'"#,
        )
        .await;
        assert_eq!(prompt, "root@lab:/tmp#");
        assert_eq!(sh(&sandbox, "printf 'ä' | wc -m; pwd; echo $HOME $USER").await, "1\n/root\n/root root");
    })
    .await;
}

#[tokio::test]
async fn names_outside_fail_at_once() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &[]).await;
        let told = sh(
            &sandbox,
            "timeout 5 docker pull nowhere 2>&1; timeout 5 getent hosts example.com; echo end $?",
        )
        .await;
        assert!(told.contains("connection refused"), "{told}");
        assert!(told.ends_with("end 2"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn an_engine_that_was_killed_comes_back() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["busybox:latest"]).await;
        for program in ["dockerd", "containerd"] {
            let told = sh(
                &sandbox,
                &format!(
                    "pkill -KILL -x {program}
                     for i in $(seq 100); do
                         docker run --rm busybox echo back 2>/dev/null && exit
                         sleep 0.1
                     done"
                ),
            )
            .await;
            assert_eq!(told, "back", "after {program} was killed");
        }
    })
    .await;
}

#[tokio::test]
async fn exactly_the_images_asked_for_are_there_and_nothing_was_done_with_them() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["python:3.13-slim", "busybox:latest"]).await;
        let images = sh(&sandbox, "docker images --all --format '{{.Repository}}:{{.Tag}}' | sort").await;
        assert_eq!(images, "busybox:latest\npython:3.13-slim");
        let others = sh(
            &sandbox,
            "docker ps -aq; docker volume ls -q; docker system df --format '{{.Type}} {{.TotalCount}}'",
        )
        .await;
        assert_eq!(others, "Images 2\nContainers 0\nLocal Volumes 0\nBuild Cache 0");
    })
    .await;
}

#[tokio::test]
async fn an_image_that_is_not_in_the_seed_is_named_with_those_that_are() {
    in_yard(async |yard| {
        let mut spec = Spec::new(LIMITS);
        spec.images = vec!["busybox:latest".to_owned(), "unheard-of:1".to_owned()];
        let sandbox = yard.host.create(spec).await.expect("create");
        let Err(Error::NotReady { cause, .. }) = sandbox.ready(|_| {}).await else {
            panic!("a sandbox without its image must not be ready");
        };
        assert!(cause.contains("unheard-of:1"), "{cause}");
        assert!(cause.contains("python:3.13-slim"), "{cause}");
    })
    .await;
}
