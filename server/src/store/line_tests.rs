//! What the line of submissions keeps, whatever happens to whoever grades.

use super::super::testing::{assignment, store};
use super::super::{
    GradedCheck, NewEvidence, NewGrading, NewSubmission, NotTaken, Store, SubmissionState,
};
use super::*;
use crate::classes::rules::{Grading, Refusal, Terms};
use crate::clock::Clock;
use crate::ids::AssignmentId;

async fn hand_in(
    store: &Store,
    account: AccountId,
    lab: &str,
    assignment: Option<AssignmentId>,
    grading: Grading,
) -> Result<SubmissionRow, NotTaken> {
    let new = NewSubmission {
        account,
        course: "docker",
        lab,
        assignment,
        grading,
        evidence: NewEvidence {
            session: SessionId::fresh(),
            content_version: "v1",
            files: b"files",
            objects: b"objects",
            seen: "{}",
            answers: "{}",
        },
    };
    store.enqueue(&new, 1000).await.unwrap()
}

async fn practice(store: &Store, account: AccountId, lab: &str) -> SubmissionRow {
    hand_in(store, account, lab, None, Grading::Live)
        .await
        .unwrap()
}

fn grading(score: f64) -> NewGrading {
    NewGrading {
        content_version: "v1".into(),
        score,
        max_score: 10.0,
        note: String::new(),
        checks: ["b", "a"]
            .map(|id| GradedCheck {
                id: id.into(),
                step: "step".into(),
                title: "It is".into(),
                hidden: id == "a",
                state: "pass",
                expected: "e".into(),
                found: "f".into(),
                points: 5.0,
                earned: score / 2.0,
            })
            .into(),
    }
}

async fn state(store: &Store, id: SubmissionId) -> (SubmissionState, Option<f64>) {
    let row = store.submission(id).await.unwrap().unwrap();
    (row.state, row.score)
}

/// Lets a student into the class of an assignment.
async fn join(store: &Store, task: AssignmentId, account: AccountId) {
    sqlx::query("INSERT INTO members (class, account, role, joined_at) SELECT class, ?, 'student', 0 FROM assignments WHERE id = ?")
        .bind(account.to_string())
        .bind(task.to_string())
        .execute(store.pool())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_submission_is_graded_once_and_its_checks_keep_their_order() {
    let (store, _folder) = store(Clock::fixed(5)).await;
    let me = store.create_guest().await.unwrap();
    let row = practice(&store, me, "layers").await;
    assert_eq!((row.state, row.attempt), (SubmissionState::Queued, 1));
    assert_eq!(store.position(row.id).await.unwrap(), Some(1));
    let job = store.claim_submission().await.unwrap().unwrap();
    assert_eq!(job.row.id, row.id);
    assert_eq!(store.position(row.id).await.unwrap(), None);
    assert!(store.claim_submission().await.unwrap().is_none());
    assert!(store.finish_grading(&job, &grading(8.0)).await.unwrap());
    assert!(
        !store.finish_grading(&job, &grading(1.0)).await.unwrap(),
        "the lease is gone"
    );
    assert_eq!(
        state(&store, row.id).await,
        (SubmissionState::Graded, Some(8.0))
    );
    let gradings = store.gradings(row.id).await.unwrap();
    assert_eq!((gradings.len(), gradings[0].run), (1, 1));
    assert_eq!(gradings[0].grading, grading(8.0));
}

#[tokio::test]
async fn who_lost_the_lease_writes_nothing_any_more() {
    let clock = Clock::fixed(5);
    let (store, _folder) = store(clock.clone()).await;
    let me = store.create_guest().await.unwrap();
    let row = practice(&store, me, "layers").await;
    let slow = store.claim_submission().await.unwrap().unwrap();
    clock.advance(LEASE - 1);
    assert!(
        store.claim_submission().await.unwrap().is_none(),
        "it is still held"
    );
    assert!(store.renew_lease(&slow).await.unwrap());
    clock.advance(LEASE - 1);
    assert!(
        store.claim_submission().await.unwrap().is_none(),
        "it was renewed"
    );
    clock.advance(1);
    let quick = store.claim_submission().await.unwrap().unwrap();
    assert_eq!((quick.row.id, quick.row.tries), (row.id, 2));
    assert!(!store.renew_lease(&slow).await.unwrap());
    assert!(!store.record_observed(&slow, b"x", None, "").await.unwrap());
    assert!(!store.finish_grading(&slow, &grading(1.0)).await.unwrap());
    assert!(!store.put_off(&slow, 0).await.unwrap());
    assert!(!store.give_up(&slow, "late").await.unwrap());
    assert!(store.record_observed(&quick, b"x", None, "").await.unwrap());
    assert!(store.finish_grading(&quick, &grading(9.0)).await.unwrap());
    assert_eq!(
        state(&store, row.id).await,
        (SubmissionState::Graded, Some(9.0))
    );
    assert_eq!(store.gradings(row.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_server_that_starts_anew_takes_over_at_once_what_the_last_one_was_at() {
    let (store, _folder) = store(Clock::fixed(5)).await;
    let me = store.create_guest().await.unwrap();
    let row = practice(&store, me, "layers").await;
    let before = store.claim_submission().await.unwrap().unwrap();
    // Killed here: between the claim and any look, or after it.
    assert!(
        store
            .record_observed(&before, b"seen", None, "")
            .await
            .unwrap()
    );
    assert_eq!(store.free_leases().await.unwrap(), 1);
    let after = store.claim_submission().await.unwrap().unwrap();
    assert_eq!((after.row.id, after.row.tries), (row.id, 2));
    let evidence = store.evidence(row.id).await.unwrap().unwrap();
    assert_eq!(evidence.observed.as_deref(), Some(&b"seen"[..]));
    // Were the old one alive after all:
    assert!(!store.finish_grading(&before, &grading(1.0)).await.unwrap());
    assert!(store.finish_grading(&after, &grading(2.0)).await.unwrap());
    assert_eq!(store.free_leases().await.unwrap(), 0);
    assert_eq!(
        state(&store, row.id).await,
        (SubmissionState::Graded, Some(2.0))
    );
}

#[tokio::test]
async fn live_submissions_go_first_and_everybody_sees_their_place() {
    let (store, _folder) = store(Clock::fixed(5)).await;
    let mut rows = Vec::new();
    for grading in [Grading::Clean, Grading::Clean, Grading::Live, Grading::Live] {
        let account = store.create_guest().await.unwrap();
        rows.push(
            hand_in(&store, account, "layers", None, grading)
                .await
                .unwrap()
                .id,
        );
    }
    for (index, place) in [(2, 1), (3, 2), (0, 3), (1, 4)] {
        assert_eq!(store.position(rows[index]).await.unwrap(), Some(place));
    }
    for index in [2, 3, 0, 1] {
        let job = store.claim_submission().await.unwrap().unwrap();
        assert_eq!(job.row.id, rows[index]);
    }
}

#[tokio::test]
async fn what_is_put_off_waits_and_what_is_given_up_costs_no_attempt() {
    let clock = Clock::fixed(1000);
    let (store, _folder) = store(clock.clone()).await;
    let me = store.create_guest().await.unwrap();
    let terms = Terms {
        max_attempts: Some(1),
        ..Terms::default()
    };
    let task = assignment(&store, "layers", &terms).await;
    join(&store, task, me).await;
    let first = hand_in(&store, me, "layers", Some(task), Grading::Live)
        .await
        .unwrap();
    let twice = hand_in(&store, me, "layers", None, Grading::Live).await;
    assert_eq!(twice.unwrap_err(), NotTaken::Unfinished(first.id));
    let job = store.claim_submission().await.unwrap().unwrap();
    assert!(store.put_off(&job, 30).await.unwrap());
    assert!(store.claim_submission().await.unwrap().is_none());
    assert_eq!(store.next_claim().await.unwrap(), Some(30));
    clock.advance(30);
    let job = store.claim_submission().await.unwrap().unwrap();
    assert!(store.give_up(&job, "The engine is gone.").await.unwrap());
    let row = store.submission(first.id).await.unwrap().unwrap();
    assert_eq!(
        (row.state, row.fault.as_deref()),
        (SubmissionState::Error, Some("The engine is gone."))
    );
    assert_eq!(store.next_claim().await.unwrap(), None);
    // The attempt is still there.
    let second = hand_in(&store, me, "layers", Some(task), Grading::Live)
        .await
        .unwrap();
    assert_eq!(second.attempt, 2);
    let job = store.claim_submission().await.unwrap().unwrap();
    assert!(store.finish_grading(&job, &grading(4.0)).await.unwrap());
    let third = hand_in(&store, me, "layers", Some(task), Grading::Live).await;
    assert_eq!(
        third.unwrap_err(),
        NotTaken::Terms(Refusal::NoAttemptsLeft(1))
    );
    // And the first is graded again, with the best counting.
    assert!(store.requeue(first.id, None).await.unwrap());
    assert!(!store.requeue(first.id, None).await.unwrap());
    let job = store.claim_submission().await.unwrap().unwrap();
    assert_eq!((job.row.id, job.row.tries), (first.id, 1));
    assert!(store.finish_grading(&job, &grading(6.0)).await.unwrap());
    let grade: (f64, String) = sqlx::query_as("SELECT score, submission FROM grades")
        .fetch_one(store.pool())
        .await
        .unwrap();
    assert_eq!(grade, (6.0, first.id.to_string()));
}

#[tokio::test]
async fn what_cannot_be_graded_again_keeps_what_it_had() {
    let (store, _folder) = store(Clock::fixed(5)).await;
    let me = store.create_guest().await.unwrap();
    let row = practice(&store, me, "layers").await;
    let job = store.claim_submission().await.unwrap().unwrap();
    store.finish_grading(&job, &grading(4.0)).await.unwrap();
    store.requeue(row.id, Some(me)).await.unwrap();
    let job = store.claim_submission().await.unwrap().unwrap();
    assert_eq!(job.row.asked_by, Some(me));
    store.give_up(&job, "The lab is gone.").await.unwrap();
    assert_eq!(
        state(&store, row.id).await,
        (SubmissionState::Graded, Some(4.0))
    );
}

#[tokio::test]
async fn a_preview_counts_only_once_it_is_applied() {
    let (store, _folder) = store(Clock::fixed(5)).await;
    let me = store.create_guest().await.unwrap();
    let row = practice(&store, me, "layers").await;
    let job = store.claim_submission().await.unwrap().unwrap();
    store.finish_grading(&job, &grading(4.0)).await.unwrap();
    let run = store
        .record_regrade(&row, &grading(7.0), Some(me), true)
        .await
        .unwrap();
    assert_eq!(run, 2);
    assert_eq!(state(&store, row.id).await.1, Some(4.0));
    assert_eq!(store.grading(row.id).await.unwrap().unwrap().run, 1);
    assert!(store.apply_preview(&row, run).await.unwrap());
    assert!(!store.apply_preview(&row, run).await.unwrap());
    assert_eq!(state(&store, row.id).await.1, Some(7.0));
    assert_eq!(store.grading(row.id).await.unwrap().unwrap().run, 2);
    store
        .record_regrade(&row, &grading(1.0), Some(me), true)
        .await
        .unwrap();
    store.drop_previews(row.id).await.unwrap();
    assert_eq!(store.gradings(row.id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_assignment_is_taken_only_of_its_own_students_and_lab() {
    let (store, _folder) = store(Clock::fixed(50)).await;
    let me = store.create_guest().await.unwrap();
    let terms = Terms {
        opens_at: Some(60),
        ..Terms::default()
    };
    let task = assignment(&store, "layers", &terms).await;
    let of = |lab| hand_in(&store, me, lab, Some(task), Grading::Live);
    assert_eq!(of("layers").await.unwrap_err(), NotTaken::NoSuchAssignment);
    join(&store, task, me).await;
    assert_eq!(of("other").await.unwrap_err(), NotTaken::NoSuchAssignment);
    assert_eq!(
        of("layers").await.unwrap_err(),
        NotTaken::Terms(Refusal::NotOpen(60))
    );
    sqlx::query("UPDATE classes SET archived_at = 1")
        .execute(store.pool())
        .await
        .unwrap();
    assert_eq!(of("layers").await.unwrap_err(), NotTaken::Archived);
}

#[tokio::test]
async fn practice_is_kept_for_the_latest_ones_and_bounded_within_a_day() {
    let clock = Clock::fixed(50);
    let (store, _folder) = store(clock.clone()).await;
    let me = store.create_guest().await.unwrap();
    for _ in 0..12 {
        practice(&store, me, "layers").await;
        let job = store.claim_submission().await.unwrap().unwrap();
        store.finish_grading(&job, &grading(1.0)).await.unwrap();
    }
    let kept = store
        .submissions_of(me, "docker", "layers", 100)
        .await
        .unwrap();
    let attempts: Vec<u32> = kept.iter().map(|row| row.attempt).collect();
    assert_eq!(attempts.len(), 10);
    assert!(attempts.contains(&12) && !attempts.contains(&2));
    let key = ("docker", "layers");
    assert_eq!(
        store.refusal(me, key, None, 10).await.unwrap(),
        Some(NotTaken::TooMany(10))
    );
    clock.advance(86_401);
    assert_eq!(store.refusal(me, key, None, 10).await.unwrap(), None);
}

#[tokio::test]
async fn a_storm_of_submissions_is_all_stored_and_all_graded_and_none_twice() {
    const STORM: usize = 200;
    let (store, _folder) = store(Clock::fixed(5)).await;
    let task = assignment(&store, "layers", &Terms::default()).await;
    let mut students = Vec::new();
    for _ in 0..STORM {
        let account = store.create_guest().await.unwrap();
        join(&store, task, account).await;
        students.push(account);
    }
    let graders = (0..4).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut graded = 0;
            loop {
                match store.claim_submission().await.unwrap() {
                    Some(job) => {
                        tokio::task::yield_now().await;
                        assert!(store.finish_grading(&job, &grading(5.0)).await.unwrap());
                        graded += 1;
                    }
                    None => {
                        let count: i64 = sqlx::query_scalar(
                            "SELECT COUNT(*) FROM submissions WHERE state = 'graded'",
                        )
                        .fetch_one(store.pool())
                        .await
                        .unwrap();
                        if count == STORM as i64 {
                            return graded;
                        }
                        tokio::task::yield_now().await;
                    }
                }
            }
        })
    });
    let graders: Vec<_> = graders.collect();
    let handed_in = students.into_iter().map(|student| {
        let store = store.clone();
        tokio::spawn(async move {
            hand_in(&store, student, "layers", Some(task), Grading::Live)
                .await
                .unwrap()
        })
    });
    for one in handed_in.collect::<Vec<_>>() {
        one.await.unwrap();
    }
    let mut graded = 0;
    for grader in graders {
        graded += tokio::time::timeout(std::time::Duration::from_secs(60), grader)
            .await
            .unwrap()
            .unwrap();
    }
    assert_eq!(graded, STORM);
    let counts: (i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT COUNT(*) FROM evidence), (SELECT COUNT(*) FROM gradings), (SELECT COUNT(*) FROM grades WHERE score = 5)",
    )
    .fetch_one(store.pool())
    .await
    .unwrap();
    assert_eq!(counts, (200, 200, 200));
}
