//! The line as a whole, without an engine: what is in the evidence is graded, what would need an
//! engine is a fault of the platform.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;

use super::evidence::{Bundle, Objects, pack, pack_json};
use super::*;
use crate::classes::rules::Terms;
use crate::ids::SessionId;
use crate::store::SubmissionState;
use crate::testing::Site;

const LAB: &str = "---\ntitle: Lab\nsummary: One sentence.\nminutes: 5\nobjectives: [name an image]\nimages: [\"busybox:latest\"]\n---\n\n\
    ## Name it {#name}\n\n```check\nid: named\ntitle: There is an image a:1\npoints: 2\nimage: { ref: \"a:1\" }\n```\n\n\
    ```check\nid: written\ntitle: The note says so\nfile: { path: note.txt, text: { contains: aye } }\n```\n\n\
    ```check\nid: unseen\ntitle: It runs as somebody\nhidden: true\npoints: 3\nimage: { ref: \"a:1\", user: { not: root } }\n```\n";

/// A site whose course has one lab, with the rules as `change` makes them.
async fn site(change: impl Fn(&str) -> String) -> (Site, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join("docker").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("course.yaml", "title: x\nsummary: y\n");
    write("01-quay/module.yaml", "title: x\nsummary: y\n");
    write("01-quay/labs/names/lab.md", &change(LAB));
    write(
        "01-quay/labs/names/solution/solve.sh",
        "docker tag busybox a:1\n",
    );
    write(
        "01-quay/labs/names/grading/rebuild.sh",
        "docker tag busybox a:1\n",
    );
    let content = folder.path().to_owned();
    let site = Site::with(|config| config.content = content).await;
    (site, folder)
}

fn home(note: &str) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(note.len() as u64);
    header.set_mode(0o644);
    tar.append_data(&mut header, "./note.txt", note.as_bytes())
        .unwrap();
    tar.into_inner().unwrap()
}

async fn hand_in(
    site: &Site,
    account: AccountId,
    assignment: Option<AssignmentId>,
    (grading, user): (Grading, &str),
) -> Result<SubmissionRow, SubmitError> {
    let bundle = Bundle {
        objects: Objects {
            images: vec![
                json!({ "Id": "sha256:1", "RepoTags": ["a:1"], "Config": { "User": user } }),
            ],
            ..Objects::default()
        },
        ..Bundle::default()
    };
    let new = NewSubmission {
        account,
        course: "docker",
        lab: "names",
        assignment,
        grading,
        evidence: NewEvidence {
            session: SessionId::fresh(),
            content_version: "then",
            files: &pack(&home("aye aye")).unwrap(),
            objects: &pack_json(&bundle.objects).unwrap(),
            seen: &serde_json::to_string(&bundle.board).unwrap(),
            answers: &serde_json::to_string(&BTreeMap::<String, String>::new()).unwrap(),
        },
    };
    site.app.submissions.store_evidence(&new).await
}

#[tokio::test]
async fn what_the_evidence_tells_is_graded_without_the_lab_and_again_by_a_corrected_rule() {
    let (site, folder) = site(str::to_owned).await;
    let me = site.app.store.create_guest().await.unwrap();
    let row = hand_in(&site, me, None, (Grading::Live, "app"))
        .await
        .unwrap();
    let (submissions, store) = (&site.app.submissions, &site.app.store);
    assert!(submissions.grade_next().await.unwrap());
    assert!(!submissions.grade_next().await.unwrap());
    let graded = store.submission(row.id).await.unwrap().unwrap();
    assert_eq!(
        (graded.state, graded.score, graded.max_score),
        (SubmissionState::Graded, Some(6.0), Some(6.0))
    );
    // The rule was wrong: another name was meant.
    let lab = folder.path().join("docker/01-quay/labs/names/lab.md");
    std::fs::write(
        lab,
        LAB.replace(
            "points: 2\nimage: { ref: \"a:1\" }",
            "points: 2\nimage: { ref: \"b:1\" }",
        ),
    )
    .unwrap();
    site.app.content.reload();
    let (run, preview) = submissions.regrade(row.id, Some(me), true).await.unwrap();
    assert_eq!((run, preview.score), (2, 4.0));
    assert_eq!(
        store.submission(row.id).await.unwrap().unwrap().score,
        Some(6.0)
    );
    assert!(store.apply_preview(&row, run).await.unwrap());
    assert_eq!(
        store.submission(row.id).await.unwrap().unwrap().score,
        Some(4.0)
    );
    assert_ne!(
        preview.content_version,
        store.gradings(row.id).await.unwrap()[1]
            .grading
            .content_version
    );
}

#[tokio::test]
async fn without_an_engine_it_is_our_fault_costs_no_attempt_and_is_graded_later() {
    let (site, _folder) = site(str::to_owned).await;
    let (submissions, store) = (&site.app.submissions, &site.app.store);
    let me = store.create_guest().await.unwrap();
    let terms = Terms {
        max_attempts: Some(1),
        ..Terms::default()
    };
    let task = crate::store::testing::assignment(store, "names", &terms).await;
    sqlx::query("INSERT INTO members (class, account, role, joined_at) SELECT class, ?, 'student', 0 FROM assignments")
        .bind(me.to_string())
        .execute(store.pool())
        .await
        .unwrap();
    let row = hand_in(&site, me, Some(task), (Grading::Clean, "app"))
        .await
        .unwrap();
    for tries in 1..=3 {
        assert!(submissions.grade_next().await.unwrap(), "try {tries}");
        assert!(
            !submissions.grade_next().await.unwrap(),
            "it waits a while first"
        );
        site.clock.advance(60);
    }
    let failed = store.submission(row.id).await.unwrap().unwrap();
    assert_eq!(
        (failed.state, failed.tries, failed.score),
        (SubmissionState::Error, 3, None)
    );
    let fault = failed.fault.unwrap();
    assert!(fault.contains("No Docker engine answers"), "{fault}");
    assert_eq!(
        store.tasks(me, "docker", "names").await.unwrap()[0].attempts,
        0
    );
    assert!(submissions.enqueue(row.id, None).await.unwrap());
    assert_eq!(
        store.submission(row.id).await.unwrap().unwrap().state,
        SubmissionState::Queued
    );
}

#[tokio::test]
async fn a_submission_that_kills_the_server_each_time_ends_as_a_fault() {
    let (site, _folder) = site(str::to_owned).await;
    let (submissions, store) = (&site.app.submissions, &site.app.store);
    let me = store.create_guest().await.unwrap();
    let row = hand_in(&site, me, None, (Grading::Live, "app"))
        .await
        .unwrap();
    for _ in 0..3 {
        // Claimed, and the server is gone; the next one starts.
        store.claim_submission().await.unwrap().unwrap();
        store.free_leases().await.unwrap();
    }
    assert!(submissions.grade_next().await.unwrap());
    let failed = store.submission(row.id).await.unwrap().unwrap();
    assert_eq!(failed.state, SubmissionState::Error);
    assert!(failed.fault.unwrap().contains("server stopped"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_200_is_all_stored_and_all_graded_by_the_workers() {
    const STORM: i64 = 200;
    let (site, _folder) = site(str::to_owned).await;
    let store = site.app.store.clone();
    site.app.submissions.start().await;
    let began = Instant::now();
    let mut accounts = Vec::new();
    for _ in 0..STORM {
        accounts.push(store.create_guest().await.unwrap());
    }
    let stored = accounts
        .iter()
        .map(|account| hand_in(&site, *account, None, (Grading::Live, "root")));
    for row in futures::future::join_all(stored).await {
        row.unwrap();
    }
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let graded: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM submissions WHERE state = 'graded' AND score = 3",
        )
        .fetch_one(store.pool())
        .await
        .unwrap();
        if graded == STORM {
            break;
        }
        assert!(Instant::now() < deadline, "only {graded} are graded");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("200 stored and graded in {:?}", began.elapsed());
    let gradings: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM gradings")
        .fetch_one(store.pool())
        .await
        .unwrap();
    assert_eq!(gradings, STORM);
    site.app.submissions.close().await;
}

#[tokio::test]
async fn a_student_reads_the_result_and_of_hidden_checks_only_the_outcome() {
    let (site, _folder) = site(str::to_owned).await;
    let (me, mut browser) = site.guest().await;
    let (_, mut other) = site.guest().await;
    let row = hand_in(&site, me, None, (Grading::Live, "root"))
        .await
        .unwrap();
    let address = format!("/submissions/{}", row.id);
    let page = browser.get(&address).await;
    assert!(
        page.text.contains("It is graded next") && page.text.contains("data-live=\"2\""),
        "{}",
        page.text
    );
    assert!(site.app.submissions.grade_next().await.unwrap());
    let page = browser.get(&address).await;
    assert!(
        page.text.contains("3 of 6 points") && page.text.contains("data-live=\"0\""),
        "{}",
        page.text
    );
    sqlx::query(
        "INSERT INTO comments (id, submission, at, text) VALUES ('1', ?, 5, 'Well <b>done</b>')",
    )
    .bind(row.id.to_string())
    .execute(site.app.store.pool())
    .await
    .unwrap();
    let commented = browser.get(&address).await;
    assert!(
        commented.text.contains("Well &lt;b&gt;done"),
        "{}",
        commented.text
    );
    let api = browser.get(&format!("/api/v1{address}")).await;
    let told: serde_json::Value = serde_json::from_str(&api.text).unwrap();
    assert_eq!(
        (told["state"].as_str(), told["score"].as_f64()),
        (Some("graded"), Some(3.0))
    );
    assert_eq!(told["checks"][2]["title"], "A hidden check");
    assert_eq!(told["checks"][2]["state"], "fail");
    for text in [&page.text, &api.text] {
        assert!(
            !text.contains("root"),
            "what a hidden check looks at is told: {text}"
        );
        for word in ["unseen", "It runs as somebody"] {
            assert!(!text.contains(word), "{text}");
        }
    }
    for address in [address.clone(), format!("/api/v1{address}")] {
        assert_eq!(
            other.get(&address).await.status,
            http::StatusCode::NOT_FOUND
        );
    }
}
