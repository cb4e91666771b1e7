//! Signing up, in and out, and leaving.

use http::{StatusCode, header};

use super::{ADA, PASSWORD, account, is_signed_in, sign_in, signed_up};
use crate::access::Role;
use crate::testing::{Reply, Site};

#[tokio::test]
async fn a_guest_who_signs_up_keeps_what_was_done() {
    let site = Site::new().await;
    let (guest, mut browser) = site.guest().await;
    let store = &site.app.store;
    store
        .set_lesson_done(guest, "docker", "layers", true)
        .await
        .unwrap();
    let page = browser.get("/sign-up?next=%2Fcourses%2Fdocker").await;
    assert!(
        page.text.contains("comes along") && page.text.contains("autocomplete=\"new-password\"")
    );
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    let mut fields = ADA.to_vec();
    fields.push(("next", "/courses/docker"));
    let old = browser.cookie();
    let reply = browser.post("/sign-up", &fields).await;
    assert_eq!(reply.location.as_deref(), Some("/courses/docker"));
    assert_ne!(browser.cookie(), old, "the session is not rotated");
    assert_eq!(account(&site, "ada@example.edu").await, guest);
    assert!(
        !store
            .progress(guest, "docker")
            .await
            .unwrap()
            .lessons
            .is_empty()
    );
    let page = browser.get("/courses/docker").await;
    assert!(page.text.contains("Welcome, Ada Lovelace."));
    assert!(
        !browser
            .get("/courses/docker")
            .await
            .text
            .contains("Welcome, Ada"),
        "said twice"
    );
}

#[tokio::test]
async fn a_guest_who_signs_in_brings_along_what_was_done() {
    let site = Site::new().await;
    signed_up(&site).await;
    let (guest, mut browser) = site.guest().await;
    let store = &site.app.store;
    store
        .set_lesson_done(guest, "docker", "layers", true)
        .await
        .unwrap();
    let old = browser.cookie();
    let reply = sign_in(&mut browser, " ADA@example.edu ", PASSWORD).await;
    assert_eq!(reply.location.as_deref(), Some("/"));
    let ada = account(&site, "ada@example.edu").await;
    assert!(
        store
            .progress(ada, "docker")
            .await
            .unwrap()
            .lessons
            .contains("layers")
    );
    assert!(!store.account_exists(guest).await.unwrap());
    // Whoever planted or read the old cookie has nothing.
    assert_ne!(browser.cookie(), old);
    let mut thief = site.visitor();
    thief.set_cookie(old);
    assert!(!is_signed_in(&mut thief).await);
}

#[tokio::test]
async fn what_is_wrong_stands_at_its_field_and_what_was_typed_is_kept_but_the_password() {
    let site = Site::new().await;
    let mut browser = site.visitor();
    let fields = [
        ("name", "A<b>"),
        ("email", "nonsense"),
        ("password", "tiny-secret"),
    ];
    let reply = browser.post("/sign-up", &fields).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        reply.text.contains("Enter an e-mail address"),
        "{}",
        reply.text
    );
    assert!(reply.text.contains("A&lt;b&gt;") && reply.text.contains("value=\"nonsense\""));
    assert!(reply.text.contains("aria-invalid=\"true\""));
    assert!(!reply.text.contains("tiny-secret"));
    let reply = browser.post("/sign-up", &[]).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let guests: u32 = sqlx::query_scalar("SELECT count(*) FROM accounts")
        .fetch_one(site.app.store.pool())
        .await
        .unwrap();
    assert_eq!(guests, 0, "a form that failed made an account");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    let site = Site::new().await;
    signed_up(&site).await;
    let mut browser = site.visitor();
    let wrong = sign_in(&mut browser, "ada@example.edu", "something else").await;
    let unknown = sign_in(&mut browser, "eve@example.edu", "something else").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.status, unknown.status);
    let same = |reply: Reply| reply.text.replace("ada@", "").replace("eve@", "");
    assert_eq!(same(wrong), same(unknown));
    assert!(!is_signed_in(&mut browser).await);
}

#[tokio::test]
async fn nobody_without_a_password_signs_in_with_an_empty_one() {
    let site = Site::new().await;
    site.person("bob", Role::Student).await;
    let reply = sign_in(&mut site.visitor(), "bob@example.edu", "").await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn no_link_to_us_leads_away_after_signing_in() {
    let site = Site::new().await;
    signed_up(&site).await;
    for next in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
    ] {
        let mut browser = site.visitor();
        let fields = [
            ("email", "ada@example.edu"),
            ("password", PASSWORD),
            ("next", next),
        ];
        let reply = browser.post("/sign-in", &fields).await;
        assert_eq!(reply.location.as_deref(), Some("/"), "{next}");
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("next", next)
            .finish();
        // Signed in already: the page itself goes on.
        let reply = browser.get(&format!("/sign-in?{query}")).await;
        assert_eq!(reply.location.as_deref(), Some("/account"), "{next}");
        let page = site.visitor().get(&format!("/sign-in?{query}")).await;
        assert!(!page.text.contains("evil"), "{next}");
    }
}

#[tokio::test]
async fn who_tries_too_often_waits_and_is_told_how_long() {
    let site = Site::new().await;
    signed_up(&site).await;
    let mut browser = site.visitor();
    for _ in 0..10 {
        let reply = sign_in(&mut browser, "ada@example.edu", "something else").await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    // The right one too: who guesses must not learn that it was.
    let reply = sign_in(&mut browser, "ada@example.edu", PASSWORD).await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(reply.headers[header::RETRY_AFTER], "60");
    assert!(reply.text.contains("Wait 60 seconds"), "{}", reply.text);
    site.clock.advance(60);
    let reply = sign_in(&mut browser, "ada@example.edu", PASSWORD).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_session_ends_when_it_is_too_old_or_was_left_alone() {
    let site = Site::with(|config| {
        config.accounts.session_days = 3;
        config.accounts.idle_hours = 24;
    })
    .await;
    let mut browser = signed_up(&site).await;
    for hours in [20, 20, 20, 11] {
        site.clock.advance(hours * 3600);
        assert!(
            is_signed_in(&mut browser).await,
            "used every day, it ended early"
        );
    }
    site.clock.advance(3600);
    assert!(!is_signed_in(&mut browser).await, "older than three days");

    sign_in(&mut browser, "ada@example.edu", PASSWORD).await;
    site.clock.advance(24 * 3600 - 1);
    assert!(is_signed_in(&mut browser).await);
    site.clock.advance(24 * 3600);
    assert!(!is_signed_in(&mut browser).await, "left alone for a day");
    let reply = browser.get("/account").await;
    assert_eq!(reply.location.as_deref(), Some("/sign-in?next=%2Faccount"));
}

#[tokio::test]
async fn signing_out_ends_this_session_and_everywhere_all_others() {
    let site = Site::new().await;
    let mut one = signed_up(&site).await;
    let mut other = site.visitor();
    sign_in(&mut other, "ada@example.edu", PASSWORD).await;
    let stolen = one.cookie();
    let reply = one.post("/sign-out", &[]).await;
    assert_eq!(reply.location.as_deref(), Some("/"));
    assert!(one.get("/").await.text.contains("You are signed out."));
    assert!(!is_signed_in(&mut one).await);
    let mut thief = site.visitor();
    thief.set_cookie(stolen);
    assert!(
        !is_signed_in(&mut thief).await,
        "the old cookie still opens the account"
    );
    assert!(is_signed_in(&mut other).await);

    sign_in(&mut one, "ada@example.edu", PASSWORD).await;
    one.post("/account/sign-out-everywhere", &[]).await;
    assert!(is_signed_in(&mut one).await);
    assert!(!is_signed_in(&mut other).await);
}

#[tokio::test]
async fn a_name_is_changed_and_shown_as_it_is() {
    let site = Site::new().await;
    let mut browser = signed_up(&site).await;
    let reply = browser.post("/account", &[("name", "<i>Ada</i>")]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    let page = browser.get("/account").await;
    assert!(page.text.contains("&lt;i&gt;Ada&lt;/i&gt;") && !page.text.contains("<i>Ada"));
    let reply = browser.post("/account", &[("name", " ")]).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn who_deletes_the_account_gives_the_password_and_leaves_nothing_behind() {
    let site = Site::new().await;
    let mut browser = signed_up(&site).await;
    let ada = account(&site, "ada@example.edu").await;
    site.app
        .store
        .set_lesson_done(ada, "docker", "layers", true)
        .await
        .unwrap();
    assert!(
        browser
            .get("/account/delete")
            .await
            .text
            .contains("Your password")
    );
    let reply = browser.post("/account/delete", &[("word", "delete")]).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reply = browser
        .post("/account/delete", &[("password", PASSWORD)])
        .await;
    assert_eq!(reply.location.as_deref(), Some("/"));
    assert!(!site.app.store.account_exists(ada).await.unwrap());
    assert!(!is_signed_in(&mut browser).await);
    let left: u32 = sqlx::query_scalar("SELECT count(*) FROM lesson_progress")
        .fetch_one(site.app.store.pool())
        .await
        .unwrap();
    assert_eq!(left, 0);

    // Who has no password types a word.
    let (_, mut browser) = site.person("bob", Role::Student).await;
    let reply = browser.post("/account/delete", &[("word", "delete")]).await;
    assert_eq!(reply.location.as_deref(), Some("/"));
}

#[tokio::test]
async fn where_sign_up_is_closed_nobody_signs_up() {
    let site = Site::with(|config| config.accounts.sign_up = false).await;
    let mut browser = site.visitor();
    assert!(
        browser
            .get("/sign-up")
            .await
            .text
            .contains("made by instructors")
    );
    assert!(!browser.get("/sign-in").await.text.contains("/sign-up"));
    assert_eq!(
        browser.post("/sign-up", &ADA).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn everything_about_oneself_can_be_taken_along_and_nothing_of_others() {
    let site = Site::new().await;
    let mut browser = signed_up(&site).await;
    let ada = account(&site, "ada@example.edu").await;
    let (teacher, _) = site.person("teacher", Role::Instructor).await;
    let (other, _) = site.person("other", Role::Student).await;
    site.class(teacher, &[ada, other]).await;
    let store = &site.app.store;
    for account in [ada, other] {
        store
            .set_lesson_done(account, "docker", "layers", true)
            .await
            .unwrap();
        for (id, hidden) in [("open", 0), ("secret", 1)] {
            let submission = format!("{account}-{id}");
            for statement in [
                "INSERT INTO submissions (id, account, course, lab, attempt, grading, submitted_at, state)
                 VALUES (?1, ?2, 'docker', 'layers', 1 + ?3, 'live', 0, 'graded')",
                "INSERT INTO evidence (submission, session, content_version, files, objects, seen, answers) VALUES (?1, 's', 'v', CAST('tar ' || ?2 AS BLOB), x'00', '{}', '{}')",
                "INSERT INTO gradings (submission, run, graded_at, content_version, asked_by, preview, score, max_score) VALUES (?1, 1, 0, 'v', NULL, 0, 1, 1)",
                "INSERT INTO graded_checks (submission, run, check_id, step, title, hidden, state, expected, found, points, earned) VALUES (?1, 1, 'c', 's', 'title-' || ?3, ?3, 'pass', 'expected-' || ?3, 'f', 1, 1)",
                "INSERT INTO comments (id, submission, author, at, text) VALUES (?1, ?1, NULL, 0, 'Well done ' || ?2)",
            ] {
                sqlx::query(statement)
                    .bind(&submission)
                    .bind(account.to_string())
                    .bind(hidden)
                    .execute(store.pool())
                    .await
                    .unwrap();
            }
        }
    }
    let bytes = browser.download("/account/export").await;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut all = String::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).unwrap();
        all.push_str(&file.name().unwrap());
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
        all.push_str(&String::from_utf8_lossy(&bytes));
    }
    for part in [
        "ada@example.edu",
        "layers",
        "A class",
        "Well done",
        "files.tar.gz",
        "tar ",
        "title-0",
        "expected-0",
    ] {
        assert!(all.contains(part), "{part} in {all}");
    }
    assert!(!all.contains("expected-1"), "what a hidden check expects");
    assert!(!all.contains("title-1"), "what a hidden check is called");
    assert!(!all.contains(&other.to_string()), "somebody else's data");
    assert!(!all.contains("argon2id"), "the hash of the password");
    assert_eq!(
        site.visitor().get("/account/export").await.status,
        StatusCode::SEE_OTHER
    );
}
