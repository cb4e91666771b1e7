//! The page of a submission over HTTP, in the process.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::StatusCode;
use serde_json::json;

use crate::access::Role;
use crate::gradebook::testing::Room;
use crate::ids::{AccountId, AssignmentId, SubmissionId};
use crate::testing::{NOW, Site, Visitor};

const HOSTILE: &str = "</pre><script>alert(1)</script>";

struct Desk<'a> {
    room: Room,
    robin: Visitor<'a>,
    ann: AccountId,
    lab: AssignmentId,
    submission: SubmissionId,
    href: String,
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// A class with one submission whose every text is hostile.
async fn desk(site: &Site) -> Desk<'_> {
    let (robin, browser) = site.person("Robin", Role::Instructor).await;
    let class = site.class(robin, &[]).await;
    let room = Room::of(&site.app.store, class);
    let ann = room.student("Ann").await;
    let lab = room
        .assignment("lab", "first-image", Some(NOW - 90_000))
        .await;
    let submission = room.submission(lab, ann, 1, "graded").await;
    room.grading(
        submission,
        1,
        false,
        &[("seen", false, true), ("hidden", true, false)],
    )
    .await;
    room.grade(lab, ann, Some(1.0), 2.0).await;
    room.execute(&format!("UPDATE grades SET submission = '{submission}'"))
        .await;
    room.execute("UPDATE submissions SET score = 1, max_score = 2")
        .await;
    room.execute(&format!("UPDATE graded_checks SET found = '{HOSTILE}'"))
        .await;
    let mut tar = tar::Builder::new(Vec::new());
    for (name, text) in [("Dockerfile", HOSTILE), ("<b>.txt", "text")] {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        tar.append_data(&mut header, name, text.as_bytes()).unwrap();
    }
    let objects = json!({ "images": [{ "RepoTags": [HOSTILE] }], "containers": [], "volumes": [], "networks": [], "logs": {} });
    let board = json!({ "checks": [{ "id": "seen", "step": "one", "title": HOSTILE, "state": "fail", "expected": "", "found": HOSTILE,
        "points": 1, "passed_at": null, "rule": "" }], "solutions": {} });
    sqlx::query("INSERT INTO evidence (submission, session, content_version, files, objects, seen, answers) VALUES (?, ?, 'v', ?, ?, ?, ?)")
        .bind(submission.to_string())
        .bind(submission.to_string())
        .bind(packed(&tar.into_inner().unwrap()))
        .bind(packed(objects.to_string().as_bytes()))
        .bind(board.to_string())
        .bind(json!({ "seen": HOSTILE }).to_string())
        .execute(site.app.store.pool())
        .await
        .unwrap();
    Desk {
        href: format!("/classes/{class}/submissions/{submission}"),
        room,
        robin: browser,
        ann,
        lab,
        submission,
    }
}

#[tokio::test]
async fn a_submission_is_shown_with_all_its_evidence_as_text() {
    let site = Site::new().await;
    let mut desk = desk(&site).await;
    let page = desk
        .robin
        .get(&format!("{}?file=Dockerfile", desk.href))
        .await;
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text;
    assert!(!text.contains("<script>alert") && !text.contains("<b>.txt"));
    // File, answer, object, inspect, and the check on both sides.
    assert!(
        text.matches("&lt;script&gt;alert(1)").count() >= 6,
        "{text}"
    );
    assert!(text.contains(">hidden<") && text.contains("1 of 2"));
    assert!(text.contains("1 of 1 students") && text.contains("in time"));
    let other = desk
        .robin
        .get(&format!("{}?file=../../etc/passwd", desk.href))
        .await;
    assert_eq!(other.status, StatusCode::OK);
    assert!(!other.text.contains("Contents of"));
    let zip = desk.robin.get(&format!("{}/files.zip", desk.href)).await;
    assert_eq!(zip.headers["content-type"], "application/zip");
    assert!(zip.text.starts_with("PK"));
}

#[tokio::test]
async fn evidence_that_cannot_be_read_leaves_the_rest_of_the_page() {
    let site = Site::new().await;
    let mut desk = desk(&site).await;
    let bomb = packed(&vec![0; 64 * 1024 * 1024]);
    sqlx::query("UPDATE evidence SET files = ?")
        .bind(bomb)
        .execute(site.app.store.pool())
        .await
        .unwrap();
    let page = desk.robin.get(&desk.href).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("cannot be read"));
}

#[tokio::test]
async fn a_comment_and_a_change_of_the_grade_are_kept_with_who_and_why() {
    let site = Site::new().await;
    let mut desk = desk(&site).await;
    let (href, robin) = (desk.href.clone(), &mut desk.robin);
    let empty = robin
        .post(&format!("{href}/comments"), &[("text", " ")])
        .await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let sent = robin
        .post(&format!("{href}/comments"), &[("text", "Well <done>")])
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    for (points, reason) in [("3", "too many"), ("-1", "less"), ("NaN", "no"), ("2", "")] {
        let refused = robin
            .post(
                &format!("{href}/override"),
                &[("points", points), ("reason", reason)],
            )
            .await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{points} {reason}"
        );
        assert!(
            refused.text.contains(&format!("value=\"{points}\"")),
            "what was typed is kept"
        );
    }
    let sent = robin
        .post(
            &format!("{href}/override"),
            &[("points", "1,5"), ("reason", "Told me how")],
        )
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let page = robin.get(&href).await.text;
    assert!(
        page.contains("Well &lt;done&gt;")
            && page.contains("Changed to 1.5 of 2")
            && page.contains("Told me how")
    );
    assert!(page.contains("Robin, "));
    let said = desk.room.store.feedback(desk.submission).await.unwrap();
    assert_eq!(
        (said.comments.len(), said.overridden.unwrap().score),
        (1, 1.5)
    );
    let undone = robin.post(&format!("{href}/override/undo"), &[]).await;
    assert_eq!(undone.status, StatusCode::SEE_OTHER);
    let row = desk
        .room
        .store
        .review(desk.lab, desk.ann)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((row.overridden, row.score), (None, Some(1.0)));
}

#[tokio::test]
async fn what_could_not_be_graded_is_put_in_line_again() {
    let site = Site::new().await;
    let mut desk = desk(&site).await;
    desk.room
        .execute("UPDATE submissions SET state = 'error', fault = 'The engine was gone.'")
        .await;
    let page = desk.robin.get(&desk.href).await.text;
    assert!(page.contains("The engine was gone.") && page.contains("Grade it again"));
    let again = format!("{}/again", desk.href);
    assert_eq!(
        desk.robin.post(&again, &[]).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(
        desk.robin
            .get(&desk.href)
            .await
            .text
            .contains("waits to be graded")
    );
}

#[tokio::test]
async fn an_assignment_is_graded_again_and_counts_only_when_that_is_said() {
    let site = Site::new().await;
    let mut desk = desk(&site).await;
    let regrade = format!(
        "/classes/{}/assignments/{}/regrade",
        desk.room.class, desk.lab
    );
    assert!(
        desk.robin
            .get(&regrade)
            .await
            .text
            .contains("Grade again and show what would change")
    );
    // As after a regrade that found more: begun, one graded, done.
    let store = &desk.room.store;
    let (by, _) = site.person("Kim", Role::Instructor).await;
    let (id, submissions) = store.begin_regrade(desk.lab, None, by).await.unwrap();
    assert_eq!(submissions, [desk.submission]);
    assert!(
        desk.robin
            .get(&regrade)
            .await
            .text
            .contains("0 of 1 submissions")
    );
    desk.room
        .grading(
            desk.submission,
            2,
            true,
            &[("seen", false, true), ("hidden", true, true)],
        )
        .await;
    store.regrade_step(desk.lab, id, None).await.unwrap();
    let page = desk.robin.get(&regrade).await.text;
    assert!(
        page.contains("hidden: fails → passes")
            && page.contains("2 of 2")
            && page.contains("▲ more")
    );
    let wrong = desk
        .robin
        .post(&format!("{regrade}/apply"), &[("regrade", "x")])
        .await;
    assert_eq!(wrong.location.as_deref(), Some(regrade.as_str()));
    let applied = desk
        .robin
        .post(&format!("{regrade}/apply"), &[("regrade", &id.to_string())])
        .await;
    assert_eq!(
        applied.location,
        Some(format!("/classes/{}/grades", desk.room.class))
    );
    let row = store.review(desk.lab, desk.ann).await.unwrap().unwrap();
    assert_eq!(row.score, Some(2.0));
}

#[tokio::test]
async fn a_regrade_that_cannot_be_done_says_why_and_changes_nothing() {
    let site = Site::new().await;
    let mut desk = desk(&site).await;
    let regrade = format!(
        "/classes/{}/assignments/{}/regrade",
        desk.room.class, desk.lab
    );
    let only = desk.submission.to_string();
    // No engine is there, and the evidence has nothing of what the lab's checks want.
    let begun = desk
        .robin
        .post(&format!("{regrade}/begin"), &[("submission", &only)])
        .await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    let page = loop {
        let page = desk.robin.get(&regrade).await.text;
        if !page.contains("submissions are graded again") {
            break page;
        }
        assert!(std::time::Instant::now() < deadline, "{page}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    assert!(page.contains("would change"), "{page}");
    let row = desk
        .room
        .store
        .review(desk.lab, desk.ann)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.score, Some(1.0));
    let gone = desk.robin.post(&format!("{regrade}/discard"), &[]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    assert!(
        desk.robin
            .get(&regrade)
            .await
            .text
            .contains("Grade again and show")
    );
}
