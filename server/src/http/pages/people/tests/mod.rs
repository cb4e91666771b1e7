//! Accounts as a browser without scripts meets them.

mod oidc;
mod operators;
mod passwords;
mod signing;

use http::StatusCode;

use crate::ids::AccountId;
use crate::testing::{Reply, Site, Visitor};

const PASSWORD: &str = "a few plain words";
const ADA: [(&str, &str); 3] = [
    ("name", "Ada Lovelace"),
    ("email", "ada@example.edu"),
    ("password", PASSWORD),
];

async fn signed_up(site: &Site) -> Visitor<'_> {
    let mut browser = site.visitor();
    let reply = browser.post("/sign-up", &ADA).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text);
    browser
}

async fn sign_in(browser: &mut Visitor<'_>, email: &str, password: &str) -> Reply {
    let fields = [("email", email), ("password", password)];
    browser.post("/sign-in", &fields).await
}

async fn is_signed_in(browser: &mut Visitor<'_>) -> bool {
    browser.get("/account").await.status == StatusCode::OK
}

async fn account(site: &Site, email: &str) -> AccountId {
    let found = site.app.store.person_by_email(email).await.unwrap();
    found.unwrap().account
}
