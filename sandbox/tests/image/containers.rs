//! Running containers inside.

use crate::support::{in_yard, sh};
use crate::with_images;

#[tokio::test]
async fn data_is_shared_through_volumes_and_bind_mounts() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["busybox:latest"]).await;
        let told = sh(
            &sandbox,
            "mkdir -p /root/shared
             docker run --rm -v data:/data -v /root/shared:/shared busybox sh -c 'echo one > /data/file; echo two > /shared/file'
             docker run --rm -v data:/data:ro busybox cat /data/file
             cat /root/shared/file",
        )
        .await;
        assert_eq!(told, "one\ntwo");
    })
    .await;
}

#[tokio::test]
async fn containers_of_one_network_find_each_other_by_name() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["busybox:latest", "nginx:latest"]).await;
        let told = sh(
            &sandbox,
            "docker network create shop > /dev/null
             docker run -d --name web --network shop nginx > /dev/null
             docker run --rm --network shop busybox sh -c 'for i in $(seq 50); do wget -qO- http://web 2>/dev/null && break; sleep 0.1; done'",
        )
        .await;
        assert!(told.contains("Welcome to nginx!"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn compose_brings_services_up_and_down() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["nginx:latest"]).await;
        let told = sh(
            &sandbox,
            r#"mkdir -p shop && cd shop
               printf '%s\n' 'services:' '  web:' '    image: nginx' '    ports: ["8081:80"]' > compose.yaml
               docker compose up -d 2>/dev/null
               curl -sS --retry 50 --retry-delay 0 --retry-all-errors --max-time 10 localhost:8081 2>/dev/null | grep -c '<h1>'
               docker compose down 2>/dev/null
               docker ps -aq | wc -l"#,
        )
        .await;
        assert_eq!(told, "1\n0");
    })
    .await;
}

#[tokio::test]
async fn images_are_saved_loaded_and_removed_base_images_too() {
    in_yard(async |yard| {
        let sandbox = with_images(
            &yard,
            &["busybox:latest", "python:3.13-slim", "hello-world:latest"],
        )
        .await;
        let told = sh(
            &sandbox,
            "docker save -o python.tar python:3.13-slim
             docker rmi python:3.13-slim > /dev/null
             docker images -q python | wc -l
             docker load -q -i python.tar && rm python.tar
             docker run --rm python:3.13-slim python -c 'print(1 + 1)'
             docker run --rm hello-world | grep -c 'Hello from Docker!'
             docker system prune -af > /dev/null
             docker images -aq | wc -l",
        )
        .await;
        assert_eq!(told, "0\nLoaded image: python:3.13-slim\n2\n1\n0");
    })
    .await;
}

#[tokio::test]
async fn containers_take_no_keyring_from_the_quota_that_sandboxes_share() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["busybox:latest"]).await;
        // Docker masks the list of keys, but not from privileged containers. A keyring would bear the
        // container's id, which begins with its host name.
        let told = sh(
            &sandbox,
            "docker run --rm --privileged busybox sh -c 'test -r /proc/keys && grep -c $(hostname) /proc/keys'; true",
        )
        .await;
        assert_eq!(told, "0");
    })
    .await;
}

#[tokio::test]
async fn a_full_disk_ends_the_writer_and_not_the_engine() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["busybox:latest"]).await;
        let told = sh(
            &sandbox,
            "docker run --name big busybox dd if=/dev/zero of=/big bs=1M 2>&1 | grep -o 'No space left on device'
             docker rm big
             docker run --rm busybox echo alive",
        )
        .await;
        assert_eq!(told, "No space left on device\nbig\nalive");
    })
    .await;
}
