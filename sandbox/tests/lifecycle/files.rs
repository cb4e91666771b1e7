//! The learner's files.

use bytes::Bytes;
use drydock_sandbox::{BadPath, Error, Expected, FileKind};

use crate::support::{eventually, in_yard, sh};

fn why<T: std::fmt::Debug>(result: Result<T, Error>) -> BadPath {
    match result {
        Err(Error::BadPath { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_file_is_written_read_listed_and_deleted() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let bytes: Bytes = (0..=255).collect::<Vec<u8>>().into();
        sandbox
            .write_file("app/src/data ä.bin", bytes.clone(), None)
            .await
            .unwrap();
        assert_eq!(
            sandbox.read_file("app/src/data ä.bin", 256).await.unwrap(),
            bytes
        );
        sandbox
            .write_file("empty", Bytes::new(), None)
            .await
            .unwrap();
        assert_eq!(sandbox.read_file("empty", 0).await.unwrap(), "");

        let listing = sandbox.list_files(100).await.unwrap();
        let entry = listing
            .files
            .iter()
            .find(|file| file.path == "app/src/data ä.bin")
            .unwrap();
        assert_eq!(
            (entry.size, entry.kind, entry.addressable),
            (256, FileKind::File, true)
        );
        assert!(entry.modified > 1_500_000_000);
        assert!(
            listing
                .files
                .iter()
                .any(|file| file.path == "app" && file.kind == FileKind::Dir)
        );
        assert!(!listing.truncated);

        sandbox.delete_file("app/src/data ä.bin").await.unwrap();
        let again = sandbox.delete_file("app/src/data ä.bin").await;
        assert!(matches!(again, Err(Error::NotFound { .. })));
        sandbox.delete_file("app").await.unwrap();
        assert_eq!(sh(&sandbox, "ls").await, "empty");
    })
    .await;
}

#[tokio::test]
async fn writing_keeps_the_mode_and_writes_through_links_that_stay_in_the_home() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        sh(
            &sandbox,
            "echo old > run.sh; chmod 750 run.sh; ln -s run.sh link; mkdir d; ln -s d e",
        )
        .await;
        sandbox
            .write_file("link", "new".into(), None)
            .await
            .unwrap();
        assert_eq!(
            sh(&sandbox, "cat run.sh; stat -c %a run.sh; readlink link").await,
            "new750\nrun.sh"
        );
        sandbox
            .write_file("e/f", "1".into(), Some(true))
            .await
            .unwrap();
        assert_eq!(sh(&sandbox, "stat -c %a d/f").await, "755");
        sandbox
            .write_file("e/f", "2".into(), Some(false))
            .await
            .unwrap();
        assert_eq!(sh(&sandbox, "stat -c %a d/f; ls -A d").await, "644\nf");
    })
    .await;
}

#[tokio::test]
async fn a_path_that_leaves_the_home_is_refused() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        sh(
            &sandbox,
            "ln -s /etc/shadow shadow; ln -s /etc etc; ln -s loop loop; ln -s ../../tmp/x/y far",
        )
        .await;
        for path in [
            "../etc/shadow",
            "a/../../etc/shadow",
            "/etc/shadow",
            "",
            "a//b",
            "a\0b",
        ] {
            why(sandbox.read_file(path, 1000).await);
            why(sandbox.write_file(path, "x".into(), None).await);
            why(sandbox.delete_file(path).await);
        }
        for path in ["shadow", "etc/shadow"] {
            assert_eq!(why(sandbox.read_file(path, 1000).await), BadPath::Outside);
            assert_eq!(
                why(sandbox.write_file(path, "x".into(), None).await),
                BadPath::Outside
            );
        }
        assert_eq!(
            why(sandbox.write_file("etc/new", "x".into(), None).await),
            BadPath::Outside
        );
        assert_eq!(
            why(sandbox.write_file("far", "x".into(), None).await),
            BadPath::Outside
        );
        assert_eq!(
            why(sandbox.delete_file("etc/shadow").await),
            BadPath::Outside
        );
        assert!(matches!(
            sandbox.read_file("loop", 10).await,
            Err(Error::NotFound { .. })
        ));
        // Deleting a link deletes the link.
        sandbox.delete_file("etc").await.unwrap();
        assert_eq!(
            sh(
                &sandbox,
                "test -e /etc/shadow && test ! -e /tmp/x && echo there"
            )
            .await,
            "there"
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_too_large_is_refused_with_the_limit() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        sh(
            &sandbox,
            "truncate --size 100M huge; truncate --size 1T hole",
        )
        .await;
        for path in ["huge", "hole"] {
            let error = sandbox.read_file(path, 1_000_000).await.unwrap_err();
            assert!(
                matches!(
                    error,
                    Error::TooLarge {
                        limit: 1_000_000,
                        ..
                    }
                ),
                "{error}"
            );
        }
        let hundred_mb = Bytes::from(vec![0; 100_000_000]);
        let error = sandbox
            .write_file("big", hundred_mb, None)
            .await
            .unwrap_err();
        assert!(matches!(error, Error::TooLarge { .. }), "{error}");
        // Ten megabytes are fine.
        let bytes = Bytes::from(vec![7; 10_000_000]);
        sandbox
            .write_file("big", bytes.clone(), None)
            .await
            .unwrap();
        assert_eq!(sandbox.read_file("big", 10_000_000).await.unwrap(), bytes);
        let error = sandbox.archive(1_000_000).await.unwrap_err();
        assert!(matches!(error, Error::TooLarge { .. }), "{error}");
    })
    .await;
}

#[tokio::test]
async fn folders_pipes_and_devices_are_not_read_as_files() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        sh(
            &sandbox,
            "mkdir folder; mkfifo pipe; echo x > file; ln -s /dev/zero zero",
        )
        .await;
        assert!(matches!(
            sandbox.read_file("folder", 10).await,
            Err(Error::IsDir { .. })
        ));
        assert!(matches!(
            sandbox.write_file("folder", "x".into(), None).await,
            Err(Error::IsDir { .. })
        ));
        assert_eq!(why(sandbox.read_file("pipe", 10).await), BadPath::Special);
        assert_eq!(
            why(sandbox.write_file("pipe", "x".into(), None).await),
            BadPath::Special
        );
        assert_eq!(why(sandbox.read_file("zero", 10).await), BadPath::Outside);
        assert_eq!(
            why(sandbox.write_file("file/below", "x".into(), None).await),
            BadPath::NotADir
        );
        assert!(matches!(
            sandbox.read_file("file/below", 10).await,
            Err(Error::NotFound { .. })
        ));
        assert!(matches!(
            sandbox.read_file("missing", 10).await,
            Err(Error::NotFound { .. })
        ));
    })
    .await;
}

#[tokio::test]
async fn strange_names_are_listed_escaped_and_heavy_folders_not_entered() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        sh(
            &sandbox,
            r"touch $'bad\xff' $'line\nbreak' -- '-rf' '$(reboot)'; mkdir -p node_modules/a .git/objects; touch .git/HEAD",
        )
        .await;
        let files = sandbox.list_files(100).await.unwrap().files;
        let entry = |path: &str| files.iter().find(|file| file.path == path);
        assert!(entry(r"bad\xff").is_some_and(|file| !file.addressable));
        assert!(entry(r"line\x0abreak").is_some_and(|file| !file.addressable));
        assert!(entry("-rf").is_some_and(|file| file.addressable));
        assert!(entry("node_modules").is_some() && entry("node_modules/a").is_none());
        assert!(entry(".git").is_some() && entry(".git/HEAD").is_none());
        sandbox.write_file("-rf", "x".into(), None).await.unwrap();
        assert_eq!(sandbox.read_file("-rf", 10).await.unwrap(), "x");
        sandbox.delete_file("-rf").await.unwrap();
        sandbox.delete_file("$(reboot)").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_home_of_very_many_files_is_listed_as_far_as_asked() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        sh(&sandbox, "mkdir many; cd many; seq 1 3000 | xargs touch").await;
        let listing = sandbox.list_files(500).await.unwrap();
        assert_eq!((listing.files.len(), listing.truncated), (500, true));
        assert!(!sandbox.list_files(4000).await.unwrap().truncated);
    })
    .await;
}

#[tokio::test]
async fn an_archive_brings_the_home_back_in_another_sandbox() {
    in_yard(|yard| async move {
        let (one, two) = tokio::join!(yard.sandbox(), yard.sandbox());
        sh(&one, "mkdir -p app/.git; echo hi > app/f; chmod 700 app/f; ln -s f app/l; mkdir node_modules").await;
        let archive = one.archive(1_000_000).await.unwrap();
        sh(&two, "mkdir app; echo other > app/f").await;
        two.restore(archive).await.unwrap();
        assert_eq!(sh(&two, "cat app/l; stat -c '%a %U' app/f; ls -A app").await, "hi\n700 root\n.git\nf\nl");
        assert_eq!(sh(&two, "ls -d node_modules 2>/dev/null || echo none").await, "none");
        let error = two.restore("this is no archive".into()).await.unwrap_err();
        assert!(matches!(error, Error::Inside { .. }), "{error}");
    })
    .await;
}

#[tokio::test]
async fn a_write_that_expects_something_else_changes_nothing() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let write = |text: &'static str, expected| {
            let sandbox = sandbox.clone();
            async move {
                sandbox
                    .write_file_if("a/f", text.into(), None, expected)
                    .await
            }
        };
        // The sum of "one\n".
        let one = "2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806";
        let refused = write("one\n", Expected::Sha256(one)).await;
        assert!(matches!(refused, Err(Error::Changed { .. })), "not there");
        write("one\n", Expected::Nothing).await.unwrap();
        let refused = write("two\n", Expected::Nothing).await;
        assert!(matches!(refused, Err(Error::Changed { .. })), "there");
        write("two\n", Expected::Sha256(one)).await.unwrap();
        let refused = write("three\n", Expected::Sha256(one)).await;
        assert!(matches!(refused, Err(Error::Changed { .. })), "changed");
        assert_eq!(sh(&sandbox, "cat a/f; ls -A a").await, "two\nf");
    })
    .await;
}

#[tokio::test]
async fn files_folders_and_links_are_moved_and_nothing_is_replaced() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        sh(
            &sandbox,
            "mkdir -p app/src; echo 1 > app/src/f; echo 2 > g; ln -s /etc/shadow link; ln -s app here",
        )
        .await;
        sandbox.move_file("app/src/f", "new/deep/f").await.unwrap();
        sandbox.move_file("link", "app/link").await.unwrap();
        sandbox.move_file("app", "web").await.unwrap();
        sandbox.move_file("g", "-rf").await.unwrap();
        assert_eq!(
            sh(&sandbox, "cat new/deep/f ./-rf; readlink web/link; ls").await,
            "1\n2\n/etc/shadow\n-rf\nhere\nnew\nweb"
        );
        for (from, to) in [("new", "web"), ("new", "new/deep/new"), ("new", "here")] {
            let error = sandbox.move_file(from, to).await.unwrap_err();
            assert!(matches!(error, Error::Exists { .. }), "{from} {to}: {error}");
        }
        let error = sandbox.move_file("none", "some").await.unwrap_err();
        assert!(matches!(error, Error::NotFound { path } if path == "none"));
        sh(&sandbox, "ln -s /tmp out").await;
        assert_eq!(why(sandbox.move_file("new", "out/x").await), BadPath::Outside);
        assert_eq!(why(sandbox.move_file("out/x", "x").await), BadPath::Outside);
        assert_eq!(why(sandbox.move_file("new", "../x").await), BadPath::Dots);
        assert_eq!(why(sandbox.move_file("new", "-rf/x").await), BadPath::NotADir);
    })
    .await;
}

#[tokio::test]
async fn a_folder_is_made_once() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        sandbox.make_folder("a/b c").await.unwrap();
        let error = sandbox.make_folder("a/b c").await.unwrap_err();
        assert!(matches!(error, Error::Exists { .. }), "{error}");
        sh(&sandbox, "touch file; ln -s /tmp out").await;
        assert_eq!(why(sandbox.make_folder("file/x").await), BadPath::NotADir);
        assert_eq!(why(sandbox.make_folder("out/x").await), BadPath::Outside);
        assert_eq!(why(sandbox.make_folder("../x").await), BadPath::Dots);
        assert_eq!(sh(&sandbox, "find a -type d").await, "a\na/b c");
    })
    .await;
}

#[tokio::test]
async fn a_full_disk_is_said_and_leaves_the_old_file_whole() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        sandbox
            .write_file("file", "old".into(), None)
            .await
            .unwrap();
        sh(
            &sandbox,
            "dd if=/dev/zero of=fill bs=1M 2>/dev/null || true",
        )
        .await;
        let bytes = Bytes::from(vec![1; 1_000_000]);
        let error = sandbox.write_file("file", bytes, None).await.unwrap_err();
        assert!(matches!(error, Error::NoSpace), "{error}");
        assert_eq!(sandbox.read_file("file", 10).await.unwrap(), "old");
        assert_eq!(
            sh(&sandbox, "ls -A | grep drydock || echo clean").await,
            "clean"
        );
        sandbox.delete_file("fill").await.unwrap();
        eventually("there is room again", || async {
            sandbox.write_file("file", "new".into(), None).await.ok()
        })
        .await;
    })
    .await;
}
