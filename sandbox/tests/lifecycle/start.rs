//! Creation, readiness, being found again, removal.

use std::time::Duration;

use drydock_sandbox::{Config, Error, Host, SandboxId, Spec, StartFile};
use futures::future::join_all;

use crate::support::{LIMITS, eventually, in_yard, sh};

#[tokio::test]
async fn a_sandbox_tells_its_stages_and_then_its_engine_answers() {
    in_yard(|yard| async move {
        let sandbox = yard.host.create(Spec::new(LIMITS)).await.unwrap();
        let mut stages = Vec::new();
        sandbox.ready(|stage| stages.push(stage)).await.unwrap();
        let names: Vec<_> = stages.iter().map(|stage| stage.name).collect();
        assert_eq!(names, ["namespaces", "filesystem", "engine", "ready"]);
        assert!(stages.iter().all(|stage| stage.done <= stage.of));
        assert_eq!(sh(&sandbox, "docker ps --quiet").await, "");
    })
    .await;
}

#[tokio::test]
async fn start_files_lie_in_the_home_when_it_is_ready() {
    in_yard(|yard| async move {
        let mut spec = Spec::new(LIMITS);
        for (path, executable, text) in [
            ("app/main.py", false, "print(1)\n"),
            ("run me.sh", true, "#!/bin/sh\necho ran\n"),
        ] {
            spec.files.push(StartFile {
                path: path.to_owned(),
                executable,
                bytes: text.into(),
            });
        }
        let sandbox = yard.with(spec).await;
        assert_eq!(
            sh(&sandbox, "cat app/main.py; './run me.sh'").await,
            "print(1)\nran"
        );
        assert_eq!(
            sh(&sandbox, "stat -c '%a %U' app/main.py").await,
            "644 root"
        );
    })
    .await;
}

#[tokio::test]
async fn a_sandbox_is_found_again_by_a_server_that_started_anew() {
    in_yard(|yard| async move {
        let mut spec = Spec::new(LIMITS);
        spec.labels
            .insert("drydock.session".to_owned(), "s-1".to_owned());
        let id = spec.id;
        sh(&yard.with(spec).await, "echo here > mark").await;

        let restarted = Host::connect(yard.host.config().clone()).await.unwrap();
        let found = restarted.list().await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].id, found[0].running), (id, true));
        assert_eq!(found[0].labels["drydock.session"], "s-1");
        let again = restarted.attach(id).await.unwrap().expect("it runs");
        again.ready(|_| {}).await.unwrap();
        assert_eq!(sh(&again, "cat mark").await, "here");
    })
    .await;
}

#[tokio::test]
async fn another_installation_s_sandboxes_are_neither_seen_nor_attached() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let mut config = yard.host.config().clone();
        config.owner.push_str("-other");
        let other = Host::connect(config).await.unwrap();
        assert_eq!(other.list().await.unwrap(), []);
        assert!(other.attach(sandbox.id()).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_removed_sandbox_is_gone_and_removing_it_again_is_fine() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let id = sandbox.id();
        let (one, two) = tokio::join!(yard.host.remove(id), yard.host.remove(id));
        one.unwrap();
        two.unwrap();
        yard.host.remove(id).await.unwrap();
        assert_eq!(yard.host.list().await.unwrap(), []);
        assert!(yard.host.attach(id).await.unwrap().is_none());
        assert!(!sandbox.is_running().await.unwrap());
        assert!(
            matches!(sandbox.list_files(10).await, Err(Error::Gone { id: gone }) if gone == id)
        );
        assert!(matches!(
            sandbox.engine().await,
            Err(Error::Gone { .. } | Error::Engine { .. })
        ));
        yard.host.remove(SandboxId::new()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn many_start_at_once() {
    in_yard(|yard| async move {
        let sandboxes = join_all((0..6).map(|_| yard.sandbox())).await;
        let answers = join_all(sandboxes.iter().map(|sandbox| sh(sandbox, "hostname"))).await;
        assert_eq!(answers, ["lab"; 6]);
        assert_eq!(yard.host.list().await.unwrap().len(), 6);
    })
    .await;
}

#[tokio::test]
async fn a_missing_sandbox_image_is_named_with_the_command_that_makes_it() {
    in_yard(|yard| async move {
        let mut config = yard.host.config().clone();
        config.image = Some("drydock/no-such-image:none".to_owned());
        let host = Host::connect(config).await.unwrap();
        let error = host
            .create(Spec::new(LIMITS))
            .await
            .err()
            .expect("no image");
        assert!(matches!(error, Error::NoImage { .. }));
        assert!(error.to_string().contains("drydock images build"));
    })
    .await;
}

#[tokio::test]
async fn a_sandbox_that_cannot_start_leaves_nothing_behind() {
    in_yard(|yard| async move {
        let mut config = yard.host.config().clone();
        config.runtime = Some("no-such-runtime".to_owned());
        let host = Host::connect(config).await.unwrap();
        assert!(matches!(
            host.create(Spec::new(LIMITS)).await,
            Err(Error::Engine { .. })
        ));
        assert_eq!(host.list().await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_creation_that_is_cancelled_leaves_nothing_behind() {
    in_yard(|yard| async move {
        for milliseconds in [1, 20, 60, 120] {
            let creation = yard.host.create(Spec::new(LIMITS));
            let limit = Duration::from_millis(milliseconds);
            if let Ok(Ok(sandbox)) = tokio::time::timeout(limit, creation).await {
                yard.host.remove(sandbox.id()).await.unwrap();
            }
        }
        eventually("the cancelled ones are gone", || async {
            yard.host.list().await.unwrap().is_empty().then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_id_that_is_taken_does_not_harm_the_sandbox_that_has_it() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let mut spec = Spec::new(LIMITS);
        spec.id = sandbox.id();
        assert!(matches!(
            yard.host.create(spec).await,
            Err(Error::IdTaken { .. })
        ));
        assert_eq!(sh(&sandbox, "echo alive").await, "alive");
    })
    .await;
}

#[tokio::test]
async fn a_sandbox_that_does_not_become_ready_says_why() {
    in_yard(|yard| async move {
        let mut limits = LIMITS;
        // Too few processes for an engine.
        limits.pids = 12;
        let sandbox = yard.host.create(Spec::new(limits)).await.unwrap();
        let started = tokio::time::Instant::now();
        let Err(Error::NotReady { cause, log }) = sandbox.ready(|_| {}).await else {
            panic!("it is ready");
        };
        assert!(!cause.is_empty());
        assert!(
            log.iter().any(|line| line.starts_with("drydock: stage")),
            "{log:?}"
        );
        assert!(started.elapsed() < Duration::from_secs(35));
    })
    .await;
}

#[tokio::test]
async fn a_base_image_that_the_sandbox_image_does_not_have_is_named() {
    in_yard(|yard| async move {
        let mut spec = Spec::new(LIMITS);
        spec.images.push("no-such-base:1".to_owned());
        let sandbox = yard.host.create(spec).await.unwrap();
        let error = sandbox.ready(|_| {}).await.unwrap_err();
        assert!(matches!(error, Error::NotReady { .. }));
        assert!(error.to_string().contains("no-such-base:1"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn where_no_engine_answers_the_error_says_how_to_start_one() {
    let mut config = Config::new("test");
    config.docker_host = Some("unix:///nowhere/docker.sock".to_owned());
    let Err(error) = Host::connect(config.clone()).await else {
        panic!("connected to nothing");
    };
    assert!(matches!(error, Error::NoEngine { .. }));
    assert!(error.to_string().contains("dockerd"), "{error}");

    let findings = drydock_sandbox::doctor::examine(config).await;
    assert_eq!(findings[0].verdict, drydock_sandbox::doctor::Verdict::Fail);
}

#[tokio::test]
async fn the_doctor_finds_that_sandboxes_can_run_here() {
    in_yard(|yard| async move {
        let findings = yard.host.doctor().await;
        for name in [
            "Docker engine",
            "limits",
            "sandbox image",
            "user namespaces",
            "overlayfs",
        ] {
            let finding = findings.iter().find(|finding| finding.name == name);
            let finding = finding.unwrap_or_else(|| panic!("{name} is not in {findings:?}"));
            assert_eq!(
                finding.verdict,
                drydock_sandbox::doctor::Verdict::Ok,
                "{finding:?}"
            );
        }
    })
    .await;
}
