//! Passwords: changed, set by a link, forgotten.

use std::time::Duration;

use http::{StatusCode, header};

use super::{PASSWORD, account, is_signed_in, sign_in, signed_up};
use crate::people::mail_testing;
use crate::store::LINK;
use crate::testing::{Reply, Site, Visitor};

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_ends_the_other_sessions() {
    let site = Site::new().await;
    let mut one = signed_up(&site).await;
    let mut other = site.visitor();
    sign_in(&mut other, "ada@example.edu", PASSWORD).await;
    let change = async |browser: &mut Visitor<'_>, current: &str, new: &str| {
        let fields = [("current", current), ("password", new)];
        browser.post("/account/password", &fields).await
    };
    let reply = change(&mut one, "not mine", "another few words").await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.text.contains("This is not your password."));
    let reply = change(&mut one, PASSWORD, "short").await;
    assert!(
        reply.text.contains("at least 10 characters"),
        "{}",
        reply.text
    );
    let reply = change(&mut one, PASSWORD, "another few words").await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    assert!(is_signed_in(&mut one).await);
    assert!(!is_signed_in(&mut other).await);
    let reply = sign_in(&mut other, "ada@example.edu", PASSWORD).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reply = sign_in(&mut other, "ada@example.edu", "another few words").await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_link_sets_a_password_once_and_signs_in() {
    let site = Site::new().await;
    let mut old = signed_up(&site).await;
    let ada = account(&site, "ada@example.edu").await;
    let token = site
        .app
        .store
        .make_password_link(ada, None, LINK)
        .await
        .unwrap();
    let path = format!("/password/{token}");
    let mut browser = site.visitor();
    let page = browser.get(&path).await;
    assert!(page.text.contains("Ada Lovelace"));
    assert_eq!(page.headers[header::REFERRER_POLICY], "same-origin");
    let reply = browser.post(&path, &[("password", "short")]).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reply = browser
        .post(&path, &[("password", "another few words")])
        .await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    assert!(is_signed_in(&mut browser).await);
    assert!(
        !is_signed_in(&mut old).await,
        "a session from before is still good"
    );
    let reply = browser
        .post(&path, &[("password", "a third few words")])
        .await;
    assert!(reply.text.contains("does not work any more"));
    assert!(
        site.visitor()
            .get(&path)
            .await
            .text
            .contains("does not work any more")
    );
}

#[tokio::test]
async fn links_cannot_be_guessed_for_long() {
    let site = Site::new().await;
    let mut browser = site.visitor();
    for _ in 0..20 {
        browser.get("/password/guess").await;
    }
    let reply = browser.get("/password/guess").await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(reply.headers.contains_key(header::RETRY_AFTER));
}

#[tokio::test]
async fn a_forgotten_password_is_reset_by_mail_and_nobody_learns_who_has_an_account() {
    let (server, mut letters) = mail_testing::server().await;
    let site = Site::with(|config| {
        config.http.public_url = Some("https://learn.example.edu".parse().unwrap());
        let from = "drydock@example.edu".to_owned();
        config.mail = Some(crate::config::Mail { server, from });
    })
    .await;
    signed_up(&site).await;
    let mut browser = site.visitor();
    let unknown = browser
        .post("/forgot", &[("email", "eve@example.edu")])
        .await;
    let known = browser
        .post("/forgot", &[("email", "ADA@example.edu")])
        .await;
    assert_eq!(known.status, StatusCode::OK);
    let same = |reply: Reply| reply.text.replace("ADA@", "").replace("eve@", "");
    assert_eq!(same(known), same(unknown));
    let letter = tokio::time::timeout(Duration::from_secs(30), letters.recv()).await;
    let letter = letter.unwrap().unwrap().replace("=\n", "");
    assert!(letter.contains("To: ada@example.edu"), "{letter}");
    // The configured address, not the one that the request named.
    let (_, rest) = letter.split_once("https://learn.example.edu").unwrap();
    let path = rest.split_whitespace().next().unwrap();
    let reply = browser
        .post(path, &[("password", "another few words")])
        .await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    assert!(
        letters.try_recv().is_err(),
        "a letter to somebody without an account"
    );
    for _ in 0..2 {
        browser
            .post("/forgot", &[("email", "ada@example.edu")])
            .await;
    }
    let reply = browser
        .post("/forgot", &[("email", "ada@example.edu")])
        .await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn without_mail_the_page_says_whom_to_ask() {
    let site = Site::new().await;
    let page = site.visitor().get("/forgot").await;
    assert!(
        page.text.contains("Ask your instructor") && !page.text.contains("<form class=\"form\"")
    );
    let reply = site
        .visitor()
        .post("/forgot", &[("email", "a@example.edu")])
        .await;
    assert!(reply.text.contains("Ask your instructor"));
}
