//! Launches that are let in.

use http::StatusCode;
use serde_json::json;
use url::Url;

use crate::access::Role;
use crate::lti::testing::{ADA, Answer, Browser, Person, Simulator, TESS, set};
use crate::testing::Site;

const LAB: &str = "/courses/docker/labs/first-image";

fn arrived(answer: &Answer, at: &str) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert_eq!(answer.location.as_deref(), Some(at));
}

async fn count(site: &Site, query: &'static str) -> i64 {
    sqlx::query_scalar(query)
        .fetch_one(site.app.store.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn an_instructor_and_a_student_come_into_one_class_with_one_assignment() {
    let site = Site::new().await;
    let platform = Simulator::registered(&site).await;
    let mut tess = Browser::new(&site);
    arrived(&platform.launch(&mut tess, TESS).await, LAB);
    let mut ada = Browser::new(&site);
    arrived(&platform.launch(&mut ada, ADA).await, LAB);
    // Again: nothing is made twice, and no key is fetched twice.
    arrived(&platform.launch(&mut ada, ADA).await, LAB);
    assert_eq!(platform.key_fetches(), 1);

    let members: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT p.name, m.role, p.role FROM members m JOIN people p ON p.account = m.account ORDER BY p.name",
    )
    .fetch_all(site.app.store.pool())
    .await
    .unwrap();
    let row = |name: &str, role: &str| (name.to_owned(), role.to_owned(), "student".to_owned());
    // Who teaches there teaches that class here, and is nothing more.
    assert_eq!(
        members,
        [
            row("Ada Learner", "student"),
            row("Tess Teacher", "instructor")
        ]
    );
    assert_eq!(
        count(
            &site,
            "SELECT COUNT(*) FROM classes WHERE title = 'Containers 101'"
        )
        .await,
        1
    );
    assert_eq!(
        count(
            &site,
            "SELECT COUNT(*) FROM assignments WHERE kind = 'lab' AND slug = 'first-image'"
        )
        .await,
        1
    );
    assert_eq!(
        count(
            &site,
            "SELECT COUNT(*) FROM lti_links WHERE lineitem LIKE '%lineitem?type_id=1'"
        )
        .await,
        1
    );
    let page = ada.get(LAB).await;
    assert!(page.text.contains("Ada Learner"), "she is signed in");
}

#[tokio::test]
async fn a_student_who_is_first_at_a_link_that_nobody_chose_here_makes_no_class() {
    let site = Site::new().await;
    let platform = Simulator::registered(&site).await;
    let mut ada = Browser::new(&site);
    arrived(&platform.launch(&mut ada, ADA).await, LAB);
    assert_eq!(count(&site, "SELECT COUNT(*) FROM classes").await, 0);
}

#[tokio::test]
async fn a_role_that_changed_there_changes_here() {
    let site = Site::new().await;
    let platform = Simulator::registered(&site).await;
    let mut browser = Browser::new(&site);
    platform.launch(&mut browser, TESS).await;
    platform.launch(&mut browser, ADA).await;
    let assistant = Person {
        teaches: true,
        ..ADA
    };
    platform.launch(&mut browser, assistant).await;
    let teachers = "SELECT COUNT(*) FROM members WHERE role = 'instructor'";
    assert_eq!(count(&site, teachers).await, 2);
    platform.launch(&mut browser, ADA).await;
    assert_eq!(count(&site, teachers).await, 1);
}

#[tokio::test]
async fn the_session_is_begun_anew() {
    let site = Site::new().await;
    let platform = Simulator::registered(&site).await;
    let (_, mut planted) = site.guest().await;
    planted.get("/").await;
    let mut browser = Browser::new(&site);
    platform.launch(&mut browser, ADA).await;
    let first = browser.cookies["drydock"].clone();
    platform.launch(&mut browser, ADA).await;
    assert_ne!(first, browser.cookies["drydock"]);
}

#[tokio::test]
async fn a_guest_brings_along_what_they_did() {
    let site = Site::new().await;
    let platform = Simulator::registered(&site).await;
    let (guest, visitor) = site.guest().await;
    let done = "INSERT INTO lesson_progress (account, course, lesson, done_at) VALUES (?, 'docker', 'layer-model', 1)";
    sqlx::query(done)
        .bind(guest.to_string())
        .execute(site.app.store.pool())
        .await
        .unwrap();
    let mut browser = Browser::new(&site);
    let cookie = visitor.cookie().unwrap();
    let (name, value) = cookie.split_once('=').unwrap();
    browser.cookies.insert(name.into(), value.into());
    arrived(&platform.launch(&mut browser, ADA).await, LAB);
    let issuer = &platform.registration.issuer;
    let ada = site.app.store.identity(issuer, ADA.subject).await.unwrap();
    let progress = site
        .app
        .store
        .progress(ada.unwrap(), "docker")
        .await
        .unwrap();
    assert!(
        format!("{progress:?}").contains("layer-model"),
        "{progress:?}"
    );
    assert_eq!(
        count(&site, "SELECT COUNT(*) FROM accounts").await,
        1,
        "the guest is gone"
    );
}

#[tokio::test]
async fn an_address_that_somebody_has_here_opens_another_account() {
    let site = Site::new().await;
    let platform = Simulator::registered(&site).await;
    let (victim, _) = site.person("victim", Role::Instructor).await;
    let mallory = Person {
        email: "victim@example.edu",
        ..ADA
    };
    let mut browser = Browser::new(&site);
    arrived(&platform.launch(&mut browser, mallory).await, LAB);
    let issuer = &platform.registration.issuer;
    let account = site.app.store.identity(issuer, ADA.subject).await.unwrap();
    assert!(account.is_some_and(|account| account != victim));
    assert_eq!(
        count(
            &site,
            "SELECT COUNT(*) FROM people WHERE email = 'victim@example.edu'"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn who_is_signed_in_is_asked_and_may_link_their_account() {
    let site = Site::new().await;
    let platform = Simulator::registered(&site).await;
    let (mine, _) = site.person("mine", Role::Student).await;
    for (choice, linked) in [("me", true), ("new", false)] {
        let person = Person {
            subject: choice,
            ..ADA
        };
        let mut browser = Browser::new(&site);
        browser.sign_in(mine).await;
        let page = platform.launch(&mut browser, person).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.text.contains("Is this you?") && page.text.contains("mine@example.edu"));
        let ticket = page.hidden("ticket").to_owned();
        let fields = [("ticket", ticket.as_str()), ("as", choice)];
        arrived(&browser.post("/lti/open", &fields).await, LAB);
        let issuer = &platform.registration.issuer;
        let account = site.app.store.identity(issuer, choice).await.unwrap();
        assert_eq!(account == Some(mine), linked);
        // A link is taken out of an account's list before the next student comes.
        sqlx::query("DELETE FROM identities")
            .execute(site.app.store.pool())
            .await
            .unwrap();
        let again = browser.post("/lti/open", &fields).await;
        assert_eq!(again.status, StatusCode::FORBIDDEN, "a ticket is used once");
    }
}

#[tokio::test]
async fn linking_an_account_with_a_password_asks_for_it_and_can_be_taken_back() {
    let site = Site::new().await;
    let platform = Simulator::registered(&site).await;
    let (mine, _) = site.person("mine", Role::Student).await;
    let store = &site.app.store;
    let typed = crate::people::fields::password("correct horse battery");
    let hash = site.app.people.passwords.hash(typed).await.unwrap();
    store.set_password(mine, &hash).await.unwrap();
    let mut browser = Browser::new(&site);
    browser.sign_in(mine).await;
    let page = platform.launch(&mut browser, ADA).await;
    let ticket = page.hidden("ticket").to_owned();
    for (password, status) in [
        ("", StatusCode::UNPROCESSABLE_ENTITY),
        ("wrong", StatusCode::UNPROCESSABLE_ENTITY),
        ("correct horse battery", StatusCode::SEE_OTHER),
    ] {
        let fields = [
            ("ticket", ticket.as_str()),
            ("as", "me"),
            ("password", password),
        ];
        let answer = browser.post("/lti/open", &fields).await;
        assert_eq!(answer.status, status, "{password}: {}", answer.text);
    }
    let issuer = &platform.registration.issuer;
    assert!(store.has_identity(mine, issuer).await.unwrap());
    let account = browser.get("/account").await;
    assert!(
        account
            .text
            .contains("Links in a course at Test platform open your account.")
    );
    let unlink = format!("/account/platforms/{}", platform.id);
    assert_eq!(
        browser.post(&unlink, &[]).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(!store.has_identity(mine, issuer).await.unwrap());
}

#[tokio::test]
async fn the_next_student_at_a_shared_computer_is_not_asked() {
    let site = Site::new().await;
    let platform = Simulator::registered(&site).await;
    let mut browser = Browser::new(&site);
    platform.launch(&mut browser, ADA).await;
    let next = Person {
        subject: "user-3",
        ..ADA
    };
    arrived(&platform.launch(&mut browser, next).await, LAB);
    assert_eq!(count(&site, "SELECT COUNT(*) FROM identities").await, 2);
}

#[tokio::test]
async fn inside_a_frame_there_is_a_button_that_works_from_there_only() {
    let site = Site::new().await;
    let platform = Simulator::registered(&site).await;
    let mut browser = Browser::new(&site);
    let (state, nonce) = browser.begin(&platform).await;
    let token = platform.sign(&platform.open(&nonce, ADA));
    browser.headers = vec![("sec-fetch-dest", "iframe".into())];
    let page = browser.bring(&state, &token).await;
    assert_eq!(page.status, StatusCode::OK);
    let origin = Url::parse(&platform.registration.issuer).unwrap().origin();
    let ancestors = format!("frame-ancestors {}", origin.ascii_serialization());
    assert!(page.policy().ends_with(&ancestors), "{}", page.policy());
    let href = page.text.split("href=\"/lti/open").nth(1).unwrap();
    let href = format!("/lti/open{}", href.split('"').next().unwrap());

    let mut other = Browser::new(&site);
    other.headers = vec![("sec-fetch-site", "none".into())];
    assert_eq!(other.get(&href).await.status, StatusCode::FORBIDDEN);
    other.headers = vec![("sec-fetch-site", "same-origin".into())];
    arrived(&other.get(&href).await, LAB);
}

#[tokio::test]
async fn over_https_a_launch_is_tied_to_its_browser_by_a_cookie_of_its_own() {
    let site = Site::with(|config| {
        config.http.public_url = Some(Url::parse("https://drydock.example").unwrap());
    })
    .await;
    let platform = Simulator::registered(&site).await;
    let message = |nonce: &str| {
        let mut claims = platform.open(nonce, ADA);
        let target = "https://drydock.example/courses/docker/labs/first-image";
        set(&mut claims, "target_link_uri", json!(target));
        platform.sign(&claims)
    };
    let mut ada = Browser::new(&site);
    let (state, nonce) = ada.begin(&platform).await;
    assert!(ada.cookies.contains_key("__Host-drydock-lti"));
    let mut thief = Browser::new(&site);
    let stolen = thief.bring(&state, &message(&nonce)).await;
    assert_eq!(stolen.status, StatusCode::FORBIDDEN);
    assert!(stolen.text.contains("another browser"), "{}", stolen.text);

    // Two at once in one browser share the cookie.
    let (first, first_nonce) = ada.begin(&platform).await;
    let (second, second_nonce) = ada.begin(&platform).await;
    for (state, nonce) in [(first, first_nonce), (second, second_nonce)] {
        let posted = ada.bring(&state, &message(&nonce)).await;
        assert_eq!(posted.status, StatusCode::SEE_OTHER, "{}", posted.text);
        let open = posted.location.unwrap();
        let mut thief = Browser::new(&site);
        assert_eq!(thief.get(&open).await.status, StatusCode::FORBIDDEN);
        arrived(&ada.get(&open).await, LAB);
    }
}
