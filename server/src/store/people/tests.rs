//! Accounts of people in the database.

use super::*;
use crate::clock::Clock;
use crate::store::NewSession;
use crate::store::testing::store;

async fn person(store: &Store, name: &str, role: Role) -> AccountId {
    let email = format!("{name}@example.edu");
    let made = store.create_person(name, Some(&email), role).await;
    made.unwrap().unwrap()
}

#[tokio::test]
async fn an_address_belongs_to_one_person_whatever_its_case() {
    let (store, _folder) = store(Clock::fixed(5)).await;
    let ada = person(&store, "ada", Role::Student).await;
    let again = store.create_person("Other", Some("ADA@example.edu"), Role::Operator);
    assert_eq!(again.await.unwrap(), None);
    let accounts: u32 = sqlx::query_scalar("SELECT count(*) FROM accounts")
        .fetch_one(&store.pool)
        .await
        .unwrap();
    assert_eq!(accounts, 1, "an account without a person was left");
    let found = store.person_by_email("Ada@Example.edu").await.unwrap();
    assert_eq!(found.unwrap().account, ada);
    // Of people without an address there may be many.
    for _ in 0..2 {
        let made = store.create_person("From elsewhere", None, Role::Student);
        assert!(made.await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_guest_who_signs_up_keeps_the_account() {
    let (store, _folder) = store(Clock::fixed(5)).await;
    let guest = store.create_guest().await.unwrap();
    let done = store.set_lesson_done(guest, "docker", "images", true);
    done.await.unwrap();
    assert!(
        store
            .sign_up(guest, "Ada", "ada@example.edu", "$h")
            .await
            .unwrap()
    );
    assert!(
        !store
            .sign_up(guest, "Eve", "eve@example.edu", "$h")
            .await
            .unwrap()
    );
    let other = store.create_guest().await.unwrap();
    assert!(
        !store
            .sign_up(other, "Eve", "ADA@example.edu", "$h")
            .await
            .unwrap()
    );
    let ada = store.person(guest).await.unwrap().unwrap();
    assert_eq!((ada.name.as_str(), ada.role), ("Ada", Role::Student));
    assert!(
        store
            .progress(guest, "docker")
            .await
            .unwrap()
            .lessons
            .contains("images")
    );
    assert_eq!(store.person(other).await.unwrap(), None);
}

#[tokio::test]
async fn the_last_operator_can_neither_go_nor_be_lowered() {
    let (store, _folder) = store(Clock::fixed(5)).await;
    let ada = person(&store, "ada", Role::Operator).await;
    let set = async |role| store.set_role(ada, role).await.unwrap();
    assert_eq!(set(Role::Student).await, Err(Kept::LastOperator));
    assert_eq!(set(Role::Operator).await, Ok(()));
    assert_eq!(
        store.delete_person(ada).await.unwrap(),
        Err(Kept::LastOperator)
    );
    let bob = person(&store, "bob", Role::Operator).await;
    assert_eq!(set(Role::Instructor).await, Ok(()));
    assert_eq!(store.delete_person(ada).await.unwrap(), Ok(()));
    assert_eq!(store.delete_person(ada).await.unwrap(), Err(Kept::Missing));
    assert_eq!(
        store.delete_person(bob).await.unwrap(),
        Err(Kept::LastOperator)
    );
    assert_eq!(store.operators().await.unwrap(), 1);
}

#[tokio::test]
async fn an_installation_is_claimed_once() {
    let (store, _folder) = store(Clock::fixed(5)).await;
    let ada = person(&store, "ada", Role::Student).await;
    let eve = person(&store, "eve", Role::Student).await;
    assert!(store.claim(ada).await.unwrap());
    assert!(!store.claim(eve).await.unwrap());
    assert_eq!(
        store.person(eve).await.unwrap().unwrap().role,
        Role::Student
    );
}

#[tokio::test]
async fn people_are_found_by_name_and_address_in_pages() {
    let (store, _folder) = store(Clock::fixed(5)).await;
    for name in ["cy", "ada", "Bob", "100%_sure"] {
        person(&store, name, Role::Student).await;
    }
    store.create_guest().await.unwrap();
    let names = async |search: &str, skip, take| {
        let (people, count) = store.people(search, skip, take).await.unwrap();
        let names: Vec<_> = people.into_iter().map(|person| person.name).collect();
        (names, count)
    };
    let all = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        names("", 0, 3).await,
        (all(&["100%_sure", "ada", "Bob"]), 4)
    );
    assert_eq!(names("", 3, 3).await, (all(&["cy"]), 4));
    assert_eq!(names("BOB@example", 0, 9).await, (all(&["Bob"]), 1));
    assert_eq!(names("%_", 0, 9).await, (all(&["100%_sure"]), 1));
}

#[tokio::test]
async fn guests_who_stay_away_are_deleted_but_not_with_a_living_lab_and_never_people() {
    let clock = Clock::fixed(1000);
    let (store, _folder) = store(clock.clone()).await;
    let gone = store.create_guest().await.unwrap();
    let working = store.create_guest().await.unwrap();
    let ada = person(&store, "ada", Role::Student).await;
    let new = NewSession {
        account: working,
        course: "docker",
        lab: "layers",
        expires_at: 9000,
    };
    store.create_session(new).await.unwrap();
    clock.advance(1000);
    let fresh = store.create_guest().await.unwrap();
    assert_eq!(store.delete_guests(1500).await.unwrap(), 1);
    for (account, there) in [(gone, false), (working, true), (ada, true), (fresh, true)] {
        assert_eq!(store.account_exists(account).await.unwrap(), there);
    }
}

#[tokio::test]
async fn who_teaches_a_student_is_known_and_colleagues_are_no_students() {
    let (store, _folder) = store(Clock::fixed(5)).await;
    let teacher = person(&store, "teacher", Role::Instructor).await;
    let colleague = person(&store, "colleague", Role::Instructor).await;
    let student = person(&store, "student", Role::Student).await;
    let other = person(&store, "other", Role::Student).await;
    sqlx::query("INSERT INTO classes (id, course, title, join_code, created_at) VALUES ('c', 'docker', 'C', 'code', 1)")
        .execute(&store.pool)
        .await
        .unwrap();
    for (account, role) in [
        (teacher, "instructor"),
        (colleague, "student"),
        (student, "student"),
    ] {
        sqlx::query("INSERT INTO members (class, account, role, joined_at) VALUES ('c', ?, ?, 1)")
            .bind(account.to_string())
            .bind(role)
            .execute(&store.pool)
            .await
            .unwrap();
    }
    let teaches = async |a, b| store.teaches_student(a, b).await.unwrap();
    assert!(teaches(teacher, student).await);
    assert!(!teaches(teacher, other).await);
    assert!(
        !teaches(teacher, colleague).await,
        "an instructor's password is no instructor's business"
    );
    assert!(!teaches(student, teacher).await);
}
