//! Bringing people into a class, and taking them out.

use super::{follow, made};
use crate::access::Role;
use crate::store::MemberRole;
use crate::testing::Site;

#[tokio::test]
async fn a_table_of_people_is_looked_at_and_then_imported() {
    let site = Site::new().await;
    let (_, mut teacher) = site.person("teacher", Role::Instructor).await;
    let (ada, _) = site.person("ada", Role::Student).await;
    let class = made(&site, &mut teacher).await;
    let address = format!("/classes/{}/roster", class.id);
    let table = "name,email\nAda,ADA@example.edu\n=Eve,eve@example.edu\nBob,bob\nTeacher,teacher@example.edu\n";
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"r.csv\"\r\nContent-Type: text/csv\r\n\r\n{table}\r\n--x\r\n\
         Content-Disposition: form-data; name=\"table\"\r\n\r\n\r\n--x--\r\n"
    );
    let kind = "multipart/form-data; boundary=x";
    let page = teacher
        .send("POST", &format!("{address}/import"), Some(kind), &body)
        .await;
    assert_eq!(page.status, 200, "{}", page.text);
    for says in [
        "They get an account (1)",
        "join at once (1)",
        "1 person is in the class already",
        "“bob” is no email address",
        "Import 2 people",
    ] {
        assert!(page.text.contains(says), "{says}: {}", page.text);
    }
    assert_eq!(site.app.store.student_count(class.id).await.unwrap(), 0);

    let rows = "name,email\r\nAda,ADA@example.edu\r\n'=Eve,eve@example.edu\r\n";
    let page = teacher
        .post(&format!("{address}/import/confirm"), &[("table", rows)])
        .await;
    assert_eq!(page.status, 200);
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(page.text.contains("2 people came into the class."));
    assert_eq!(
        page.text
            .matches("http://drydock.example/password/")
            .count(),
        1
    );
    let roster = site.app.store.roster(class.id).await.unwrap();
    assert!(
        roster
            .iter()
            .any(|row| row.account == ada && row.role == MemberRole::Student)
    );
    let eve = roster.iter().find(|row| row.name == "=Eve").unwrap();
    assert!(!eve.can_sign_in);

    let csv = teacher.get(&format!("{address}.csv")).await;
    assert!(csv.text.starts_with(
        "name,email,role,joined\r\nteacher,teacher@example.edu,instructor,2025-01-06T00:00:00Z\r\n"
    ));
    assert!(csv.text.contains("\r\n'=Eve,eve@example.edu,student,"));
    let disposition = csv.headers["content-disposition"].to_str().unwrap();
    assert_eq!(
        disposition,
        "attachment; filename=\"roster-containers--autumn.csv\""
    );

    // A student's link can be made again; an instructor's cannot.
    let eve = eve.account.to_string();
    let page = teacher
        .post(&address, &[("deed", "links"), ("account", &eve)])
        .await;
    assert!(page.text.contains("/password/"));
    let own = roster
        .iter()
        .find(|row| row.role == MemberRole::Instructor)
        .unwrap();
    let own = own.account.to_string();
    let page = teacher
        .post(&address, &[("deed", "links"), ("account", &own)])
        .await;
    assert_eq!(page.status, 422);
    let page = teacher
        .post(&address, &[("deed", "remove"), ("account", &own)])
        .await;
    assert!(page.text.contains("A class needs an instructor"));
    let reply = teacher
        .post(&address, &[("deed", "remove"), ("account", &eve)])
        .await;
    assert_eq!(reply.status, 303);
    assert_eq!(site.app.store.student_count(class.id).await.unwrap(), 1);
}

#[tokio::test]
async fn what_is_no_table_is_said_at_the_form() {
    let site = Site::new().await;
    let (_, mut teacher) = site.person("teacher", Role::Instructor).await;
    let class = made(&site, &mut teacher).await;
    let address = format!("/classes/{}/roster/import", class.id);
    let with = |table: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"table\"\r\n\r\n{table}\r\n--x--\r\n")
    };
    let large = "a".repeat(1024 * 1024 + 1);
    for (table, says) in [
        ("", "Choose a file"),
        ("name,group\nAda,3", "email"),
        (&large, "1 MB"),
    ] {
        let kind = "multipart/form-data; boundary=x";
        let page = teacher
            .send("POST", &address, Some(kind), &with(table))
            .await;
        assert_eq!(page.status, 422);
        assert!(page.text.contains(says), "{says}");
    }
    let page = teacher
        .send("POST", &address, Some("text/plain"), "x")
        .await;
    assert_eq!(page.status, 422);
    let huge = with(&"a".repeat(5 * 1024 * 1024));
    let page = teacher
        .send(
            "POST",
            &address,
            Some("multipart/form-data; boundary=x"),
            &huge,
        )
        .await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("1 MB"));
}

#[tokio::test]
async fn a_second_instructor_is_added_by_address() {
    let site = Site::new().await;
    let (_, mut teacher) = site.person("teacher", Role::Instructor).await;
    let (_, mut second) = site.person("second", Role::Student).await;
    let class = made(&site, &mut teacher).await;
    let address = format!("/classes/{}/roster/instructors", class.id);
    let page = teacher
        .post(&address, &[("email", "nobody@example.edu")])
        .await;
    assert_eq!(page.status, 422);
    let reply = teacher
        .post(&address, &[("email", "Second@example.edu")])
        .await;
    assert!(
        follow(&mut teacher, reply)
            .await
            .contains("second teaches this class now.")
    );
    assert_eq!(
        second
            .get(&format!("/classes/{}/roster", class.id))
            .await
            .status,
        200
    );
    let reply = teacher
        .post(&format!("/classes/{}/leave", class.id), &[])
        .await;
    assert!(follow(&mut teacher, reply).await.contains("You left"));
    let reply = second
        .post(&format!("/classes/{}/leave", class.id), &[])
        .await;
    assert!(
        follow(&mut second, reply)
            .await
            .contains("A class needs an instructor")
    );
}
