//! How the image came to be.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use drydock_sandbox::bollard::Docker;
use drydock_sandbox::bollard::container::LogOutput;
use drydock_sandbox::bollard::exec::{CreateExecOptions, StartExecOptions, StartExecResults};
use drydock_sandbox::bollard::models::{
    ContainerConfig, ContainerCreateBody, HostConfig, Mount, MountType,
};
use drydock_sandbox::bollard::query_parameters::{
    CommitContainerOptionsBuilder, CreateContainerOptionsBuilder, LogsOptionsBuilder,
    RemoveContainerOptionsBuilder, RemoveImageOptionsBuilder, StartContainerOptions,
};
use drydock_sandbox::images::{self, Options};
use drydock_sandbox::{Host, Spec};
use futures::{FutureExt, StreamExt};
use uuid::Uuid;

use crate::support::{Yard, in_yard, sh};
use crate::{LIMITS, with_images};

#[tokio::test]
async fn a_second_build_finds_all_done() {
    in_yard(async |yard| {
        let docker = yard.host.docker();
        let image = images::sandbox_image(docker).await.unwrap();
        let started = Instant::now();
        let report = images::build(docker, Options::default(), &mut |_| {})
            .await
            .unwrap();
        assert!(
            !report.built && started.elapsed() < Duration::from_secs(2),
            "{report:?}"
        );
        assert_eq!(report.sandbox, image);
        let listed = images::list(docker).await.unwrap();
        assert_eq!(listed, report.images);
        assert!(
            listed
                .iter()
                .any(|image| image.reference == "python:3.13-slim")
        );
        assert!(
            listed
                .iter()
                .all(|image| image.size > 0 && image.built_for == report.sandbox)
        );
    })
    .await;
}

#[tokio::test]
async fn stand_ins_say_that_they_are_made_from_debian() {
    in_yard(async |yard| {
        let listed = images::list(yard.host.docker()).await.unwrap();
        let references: Vec<&str> = listed
            .iter()
            .map(|image| image.reference.as_str())
            .collect();
        let sandbox = with_images(&yard, &references).await;
        for image in &listed {
            let label = sh(
                &sandbox,
                &format!(
                    r#"docker inspect -f '{{{{index .Config.Labels "org.drydock.source"}}}}' {}"#,
                    image.reference
                ),
            )
            .await;
            let debian = image.source == images::Source::Debian;
            assert_eq!(label == "debian", debian, "{}", image.reference);
        }
    })
    .await;
}

/// Files that a layer hides are lost to sight only while the marks for it exist, and those do not
/// survive in an image's layer.
#[tokio::test]
async fn an_image_whose_layers_hide_files_is_put_into_one_layer() {
    in_yard(async |yard| {
        let docker = yard.host.docker().clone();
        let name = format!("drydock-test-{}", Uuid::now_v7().simple());
        let image = format!("{name}:latest");
        let tried = std::panic::AssertUnwindSafe(hidden_stays_hidden(&yard, &name, &image))
            .catch_unwind()
            .await;
        let force = RemoveContainerOptionsBuilder::default()
            .force(true)
            .v(true)
            .build();
        docker.remove_container(&name, Some(force)).await.ok();
        for found in yard.host.list().await.unwrap() {
            yard.host.remove(found.id).await.unwrap();
        }
        let force = RemoveImageOptionsBuilder::default().force(true).build();
        docker.remove_image(&image, Some(force), None).await.ok();
        if let Err(panic) = tried {
            std::panic::resume_unwind(panic);
        }
    })
    .await;
}

async fn hidden_stays_hidden(yard: &Yard, name: &str, image: &str) {
    let docker = yard.host.docker();
    preparing_container(
        docker,
        &yard.host.image().await.expect("the engine answers"),
        name,
    )
    .await;
    inside(
        docker,
        name,
        "printf '%s\\n' 'FROM busybox' 'RUN rm /bin/vi' 'ENV ONE=\"a b\"' \
             'RUN rm -r /var/www && mkdir /var/www && touch /var/www/new' 'CMD [\"ls\", \"/bin/vi\"]' \
             | docker build -q -t hiding:1 -",
    )
    .await;
    outside(
        docker,
        name,
        "exec nsenter -t $(cat /data/machine.pid) -U --preserve-credentials /usr/local/lib/drydock/collect hiding:1",
    )
    .await;
    let options = CommitContainerOptionsBuilder::default()
        .container(name)
        .repo(name)
        .tag("latest")
        .pause(false)
        .build();
    docker
        .commit_container(options, ContainerConfig::default())
        .await
        .expect("the engine answers");

    let mut config = yard.host.config().clone();
    config.image = Some(image.to_owned());
    let host = Host::connect(config).await.expect("the engine answers");
    let mut spec = Spec::new(LIMITS);
    spec.images = vec!["hiding:1".to_owned(), "busybox:latest".to_owned()];
    let sandbox = host.create(spec).await.expect("the engine answers");
    sandbox.ready(|_| {}).await.expect("the engine answers");
    let told = sh(
        &sandbox,
        "docker run --rm hiding:1 2>&1 | grep -c 'No such file'
         docker run --rm hiding:1 sh -c 'echo $ONE; ls /var/www; ls /bin/sed'
         docker inspect -f '{{len .RootFS.Layers}}' hiding:1
         docker history -q hiding:1 | wc -l
         docker run --rm busybox ls /bin/vi
         docker save hiding:1 | tar t | grep -c layer.tar
         docker rmi hiding:1 > /dev/null && docker images -q hiding | wc -l",
    )
    .await;
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[..5], ["1", "a b", "new", "/bin/sed", "1"], "{told}");
    assert!(
        lines[5].parse::<u32>().expect("the engine answers") >= 6,
        "the history is kept: {told}"
    );
    assert_eq!(lines[6], "/bin/vi", "{told}");
    assert_eq!(lines[8], "0", "{told}");
}

/// A container as the build of the image uses one: its file system can be written.
async fn preparing_container(docker: &Docker, image: &str, name: &str) {
    let body = ContainerCreateBody {
        image: Some(image.to_owned()),
        env: Some(vec!["DRYDOCK_IMAGES=busybox:latest".to_owned()]),
        host_config: Some(HostConfig {
            cap_drop: Some(vec!["ALL".to_owned()]),
            cap_add: Some(vec!["SETUID".to_owned(), "SETGID".to_owned()]),
            network_mode: Some("none".to_owned()),
            masked_paths: Some(Vec::new()),
            readonly_paths: Some(Vec::new()),
            security_opt: Some(vec![
                format!("seccomp={}", include_str!("../../image/seccomp.json")),
                "apparmor=unconfined".to_owned(),
            ]),
            mounts: Some(vec![Mount {
                target: Some("/data".to_owned()),
                typ: Some(MountType::VOLUME),
                ..Default::default()
            }]),
            ..Default::default()
        }),
        labels: Some(HashMap::from([(
            "drydock.test".to_owned(),
            name.to_owned(),
        )])),
        ..Default::default()
    };
    let options = CreateContainerOptionsBuilder::default().name(name).build();
    docker
        .create_container(Some(options), body)
        .await
        .expect("the engine answers");
    docker
        .start_container(name, None::<StartContainerOptions>)
        .await
        .expect("the engine answers");
    let options = LogsOptionsBuilder::default()
        .follow(true)
        .stdout(true)
        .build();
    let mut log = docker.logs(name, Some(options));
    let ready = async {
        while let Some(piece) = log.next().await {
            if String::from_utf8_lossy(piece.expect("the engine answers").as_ref())
                .contains("drydock: ready")
            {
                return true;
            }
        }
        false
    };
    assert!(
        tokio::time::timeout(Duration::from_secs(30), ready)
            .await
            .expect("the engine answers")
    );
}

async fn inside(docker: &Docker, name: &str, script: &str) {
    run(
        docker,
        name,
        &["/usr/local/lib/drydock/enter", "sh", "-ec", script],
    )
    .await;
}

async fn outside(docker: &Docker, name: &str, script: &str) {
    run(docker, name, &["sh", "-ec", script]).await;
}

async fn run(docker: &Docker, name: &str, argv: &[&str]) {
    let options = CreateExecOptions {
        cmd: Some(argv.to_vec()),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        ..Default::default()
    };
    let exec = docker
        .create_exec(name, options)
        .await
        .expect("the engine answers");
    let StartExecResults::Attached { mut output, input } = docker
        .start_exec(&exec.id, None::<StartExecOptions>)
        .await
        .expect("the engine answers")
    else {
        panic!("not attached");
    };
    let mut told = String::new();
    while let Some(piece) = output.next().await {
        let piece: LogOutput = piece.expect("the engine answers");
        told.push_str(&String::from_utf8_lossy(piece.as_ref()));
    }
    drop(input);
    let state = docker
        .inspect_exec(&exec.id)
        .await
        .expect("the engine answers");
    assert_eq!(state.exit_code, Some(0), "{argv:?}\n{told}");
}
