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
