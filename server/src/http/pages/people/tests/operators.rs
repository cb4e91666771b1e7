//! The claim, and what operators and instructors do with accounts.

use http::StatusCode;

use super::ADA;
use crate::access::Role;
use crate::testing::Site;

#[tokio::test]
async fn the_first_operator_claims_the_installation_with_the_token_alone() {
    let site = Site::new().await;
    let closed = site.visitor().get("/claim").await;
    assert!(closed.text.contains("is claimed"));
    let token = site.app.people.claim.open().unwrap();
    let mut browser = site.visitor();
    let with = |token: &'static str| {
        let mut fields = ADA.to_vec();
        fields.push(("token", token));
        fields
    };
    let reply = browser.post("/claim", &with("wrong")).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.text.contains("This is not the token."));
    let token: &'static str = token.leak();
    let reply = browser.post("/claim", &with(token)).await;
    assert_eq!(reply.location.as_deref(), Some("/people"), "{}", reply.text);
    assert_eq!(browser.get("/people").await.status, StatusCode::OK);
    let reply = site.visitor().post("/claim", &with(token)).await;
    assert!(reply.text.contains("is claimed"));
}

#[tokio::test]
async fn who_is_signed_in_claims_with_the_token_and_an_operator_made_elsewhere_ends_the_claim() {
    let site = Site::new().await;
    let token = site.app.people.claim.open().unwrap();
    let (bob, mut browser) = site.person("bob", Role::Student).await;
    let reply = browser.post("/claim", &[("token", &token)]).await;
    assert_eq!(reply.location.as_deref(), Some("/people"));
    assert_eq!(
        site.app.store.person(bob).await.unwrap().unwrap().role,
        Role::Operator
    );

    let site = Site::new().await;
    let token = site.app.people.claim.open().unwrap();
    site.person("first", Role::Operator).await;
    let (eve, mut browser) = site.person("eve", Role::Student).await;
    let reply = browser.post("/claim", &[("token", &token)]).await;
    assert!(reply.text.contains("is claimed"));
    assert_eq!(
        site.app.store.person(eve).await.unwrap().unwrap().role,
        Role::Student
    );
}

#[tokio::test]
async fn operators_find_people_change_roles_and_delete_but_not_the_last_of_them() {
    let site = Site::new().await;
    let (me, mut operator) = site.person("olga", Role::Operator).await;
    let (bob, _) = site.person("bob", Role::Student).await;
    for at in 0..60 {
        site.app
            .store
            .create_person(&format!("student {at:02}"), None, Role::Student)
            .await
            .unwrap();
    }
    let page = operator.get("/people").await;
    assert!(page.text.contains("62 accounts.") && page.text.contains("page=1"));
    let page = operator.get("/people?q=BOB%40").await;
    assert!(page.text.contains("1 found.") && page.text.contains(&bob.to_string()));
    assert!(
        operator
            .get("/people?q=zzz")
            .await
            .text
            .contains("Nobody was found")
    );

    let role = format!("/people/{bob}/role");
    let reply = operator.post(&role, &[("role", "king")]).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    operator.post(&role, &[("role", "instructor")]).await;
    assert_eq!(
        site.app.store.person(bob).await.unwrap().unwrap().role,
        Role::Instructor
    );
    let reply = operator
        .post(&format!("/people/{me}/role"), &[("role", "student")])
        .await;
    assert!(reply.text.contains("only operator"), "{}", reply.text);

    let delete = format!("/people/{bob}/delete");
    let reply = operator.post(&delete, &[("word", "yes")]).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reply = operator.post(&delete, &[("word", "Delete")]).await;
    assert_eq!(reply.location.as_deref(), Some("/people"));
    assert!(!site.app.store.account_exists(bob).await.unwrap());
    let reply = operator
        .post(&format!("/people/{me}/delete"), &[("word", "delete")])
        .await;
    assert!(reply.text.contains("only operator"));
    assert_eq!(
        operator.get("/people/nonsense").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn instructors_make_links_for_their_students_and_nobody_else() {
    let site = Site::new().await;
    let (teacher, mut browser) = site.person("teacher", Role::Instructor).await;
    let (student, _) = site.person("student", Role::Student).await;
    let (other, _) = site.person("other", Role::Student).await;
    let (operator, _) = site.person("operator", Role::Operator).await;
    let (colleague, _) = site.person("colleague", Role::Instructor).await;
    site.class(teacher, &[student, operator, colleague]).await;
    let reply = browser.post(&format!("/people/{student}/link"), &[]).await;
    assert_eq!(reply.status, StatusCode::OK);
    let (_, rest) = reply
        .text
        .split_once("http://drydock.example/password/")
        .unwrap();
    let token = rest.split('<').next().map(str::trim).unwrap();
    assert_eq!(
        site.app.store.password_link(token).await.unwrap(),
        Some(student)
    );
    for not_theirs in [other, operator, colleague, teacher] {
        let reply = browser
            .post(&format!("/people/{not_theirs}/link"), &[])
            .await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn the_only_operator_cannot_leave() {
    let site = Site::new().await;
    let (me, mut browser) = site.person("olga", Role::Operator).await;
    let reply = browser.post("/account/delete", &[("word", "delete")]).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(site.app.store.account_exists(me).await.unwrap());
}
