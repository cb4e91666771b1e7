//! The pages of classes as browsers without scripts use them.

mod roster;

use crate::access::Role;
use crate::ids::{AccountId, ClassId};
use crate::store::{AssignmentKind, ClassRow, MemberRole};
use crate::testing::{NOW, Reply, Site, Visitor};

const DAY: i64 = 86_400;

pub async fn made(site: &Site, teacher: &mut Visitor<'_>) -> ClassRow {
    let fields = [
        ("title", " Containers,  autumn "),
        ("course", "docker"),
        ("zone", "Europe/London"),
    ];
    let reply = teacher.post("/classes", &fields).await;
    let address = reply.location.unwrap();
    let id: ClassId = address.rsplit('/').next().unwrap().parse().unwrap();
    site.app.store.class(id).await.unwrap().unwrap()
}

pub async fn follow(visitor: &mut Visitor<'_>, reply: Reply) -> String {
    assert_eq!(reply.status, 303, "{}", reply.text);
    let page = visitor.get(&reply.location.unwrap()).await;
    assert_eq!(page.status, 200);
    page.text
}

async fn joined(site: &Site, class: &ClassRow, account: AccountId) {
    let added = site
        .app
        .store
        .add_member(class.id, account, MemberRole::Student)
        .await;
    assert!(added.unwrap());
}

#[tokio::test]
async fn a_class_is_made_and_a_student_joins_by_its_link() {
    let site = Site::new().await;
    let (_, mut teacher) = site.person("teacher", Role::Instructor).await;
    let (_, mut ada) = site.person("ada", Role::Student).await;
    let class = made(&site, &mut teacher).await;
    assert_eq!(
        (class.title.as_str(), class.time_zone.as_str()),
        ("Containers, autumn", "Europe/London")
    );
    let overview = teacher.get(&format!("/classes/{}", class.id)).await.text;
    let link = format!("http://drydock.example/join/{}", class.join_code.as_str());
    assert!(overview.contains(&link) && overview.contains(&class.join_code.to_string()));
    assert!(overview.contains("Three steps"));

    let empty = ada.get("/classes").await.text;
    assert!(empty.contains("You are in no class yet") && !empty.contains("/classes/new"));
    let typed = class.join_code.to_string().to_lowercase();
    let reply = ada.post("/join", &[("code", &typed)]).await;
    let address = reply.location.clone().unwrap();
    let page = follow(&mut ada, reply).await;
    assert!(page.contains("Join Containers, autumn") && page.contains("You join as ada"));
    let reply = ada.post(&address, &[]).await;
    let page = follow(&mut ada, reply).await;
    assert!(
        page.contains("Welcome to Containers, autumn.") && page.contains("Nothing is assigned yet")
    );
    assert!(!page.contains(class.join_code.as_str()));

    let reply = ada.post(&format!("/classes/{}/leave", class.id), &[]).await;
    assert!(follow(&mut ada, reply).await.contains("You left"));
    assert_eq!(ada.get(&format!("/classes/{}", class.id)).await.status, 404);
}

#[tokio::test]
async fn who_has_no_account_is_asked_to_sign_up_and_comes_back() {
    let site = Site::new().await;
    let (_, mut teacher) = site.person("teacher", Role::Instructor).await;
    let class = made(&site, &mut teacher).await;
    let address = format!("/join/{}", class.join_code.as_str());
    for mut visitor in [site.visitor(), site.guest().await.1] {
        let page = visitor.get(&address).await;
        assert_eq!(page.status, 200);
        let next = format!("/sign-up?next=%2Fjoin%2F{}", class.join_code.as_str());
        assert!(page.text.contains(&next), "{}", page.text);
    }
}

#[tokio::test]
async fn wrong_codes_closed_classes_and_old_codes_say_what_to_do() {
    let site = Site::new().await;
    let (_, mut teacher) = site.person("teacher", Role::Instructor).await;
    let (ada, mut student) = site.person("ada", Role::Student).await;
    let class = made(&site, &mut teacher).await;
    for (code, says) in [
        ("hello", "eight letters and digits"),
        ("22222222", "No class has this code"),
    ] {
        let page = student.post("/join", &[("code", code)]).await;
        assert_eq!(page.status, 422);
        assert!(page.text.contains(says) && page.text.contains(code));
    }
    let settings = format!("/classes/{}/settings", class.id);
    let fields = [("title", "Renamed"), ("zone", "UTC")];
    let reply = teacher.post(&settings, &fields).await;
    assert!(follow(&mut teacher, reply).await.contains("Saved."));
    let address = format!("/join/{}", class.join_code.as_str());
    assert!(
        student
            .get(&address)
            .await
            .text
            .contains("Nobody can join this class now")
    );
    student.post(&address, &[]).await;
    assert!(site.app.store.classes_of(ada).await.unwrap().is_empty());
    teacher
        .post(
            &settings,
            &[("title", "Renamed"), ("zone", "UTC"), ("open", "on")],
        )
        .await;
    teacher.post(&format!("{settings}/code"), &[]).await;
    assert_eq!(student.get(&address).await.status, 404);
}

#[tokio::test]
async fn a_form_with_something_wrong_is_drawn_again_as_it_was_typed() {
    let site = Site::new().await;
    let (_, mut teacher) = site.person("teacher", Role::Instructor).await;
    let fields = [("title", "  "), ("course", "docker"), ("zone", "Mars/Base")];
    let page = teacher.post("/classes", &fields).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("Give the class a title") && page.text.contains("Choose a zone"));
    let class = made(&site, &mut teacher).await;
    let address = format!("/classes/{}/assignments", class.id);
    let fields = [
        ("item", "quiz/what-is-docker"),
        ("due", "2025-01-10T17:00"),
        ("opens", "2025-01-11T17:00"),
        ("late", "101"),
    ];
    let page = teacher.post(&address, &fields).await;
    assert_eq!(page.status, 422);
    for says in [
        "It must be due after it opens.",
        "from 0 to 100",
        "2025-01-10T17:00",
    ] {
        assert!(page.text.contains(says), "{says}");
    }
    let page = teacher.post(&address, &[("late", "0")]).await;
    assert!(page.text.contains("Tick at least one"));
}

/// The first lesson of the course that has questions.
fn lesson(site: &Site) -> (String, Vec<String>) {
    let content = site.app.content.now();
    let course = content.course("docker").unwrap();
    let found = course
        .modules
        .iter()
        .flat_map(|module| &module.items)
        .find_map(|item| match item {
            drydock_course::model::Item::Lesson(lesson) => {
                let asked = crate::classes::reading::questions(lesson);
                (asked.len() > 1).then(|| {
                    (
                        lesson.slug.clone(),
                        asked.into_iter().map(str::to_owned).collect(),
                    )
                })
            }
            _ => None,
        });
    found.unwrap()
}

#[tokio::test]
async fn what_a_student_does_counts_when_it_is_assigned_and_whenever_it_changes() {
    let site = Site::new().await;
    let (_, mut teacher) = site.person("teacher", Role::Instructor).await;
    let (ada, mut student) = site.person("ada", Role::Student).await;
    let class = made(&site, &mut teacher).await;
    joined(&site, &class, ada).await;
    let (slug, questions) = lesson(&site);
    let store = &site.app.store;
    store
        .record_quiz(ada, "docker", &slug, &questions[0], true)
        .await
        .unwrap();

    let items = [format!("lesson/{slug}"), format!("quiz/{slug}")];
    let fields = [
        ("item", items[0].as_str()),
        ("item", items[1].as_str()),
        // One day and an hour after the clock's Monday midnight.
        ("due", "2025-01-07T01:00"),
        ("late", "50"),
    ];
    let reply = teacher
        .post(&format!("/classes/{}/assignments", class.id), &fields)
        .await;
    let page = follow(&mut teacher, reply).await;
    assert!(
        page.contains("2 assignments were added.") && page.contains("1 of 1"),
        "{page}"
    );

    let rows = store.student_assignments(class.id, ada).await.unwrap();
    let of = f64::from(u32::try_from(questions.len()).unwrap());
    assert_eq!(rows[0].assignment.kind, AssignmentKind::Lesson);
    assert_eq!((rows[0].grade, rows[1].grade), (None, Some((1.0, of))));
    let page = student.get(&format!("/classes/{}", class.id)).await.text;
    assert!(
        page.contains("Tue 7 Jan, 01:00 GMT") && page.contains("Due in 25 hours"),
        "{page}"
    );
    assert!(student.get("/").await.text.contains("Due next"));
    let page = student
        .get(&format!("/courses/docker/lessons/{slug}"))
        .await
        .text;
    assert!(page.contains("Questions due Tue 7 Jan, 01:00 GMT in"));

    // The lesson, one day late: half of it counts.
    site.clock.advance(DAY + 2 * 3_600);
    let done = format!("/api/v1/progress/docker/lessons/{slug}");
    let reply = student
        .send("PUT", &done, Some("application/json"), "{\"done\":true}")
        .await;
    assert_eq!(reply.status, 204);
    let rows = store.student_assignments(class.id, ada).await.unwrap();
    assert_eq!((rows[0].grade, rows[0].late_days), (Some((0.5, 1.0)), 1));

    // The due time is moved: grades follow.
    let address = format!(
        "/classes/{}/assignments/{}",
        class.id, rows[0].assignment.id
    );
    assert!(
        teacher
            .get(&address)
            .await
            .text
            .contains("2025-01-07T01:00")
    );
    let reply = teacher
        .post(&address, &[("due", "2025-01-09T01:00"), ("late", "50")])
        .await;
    assert!(follow(&mut teacher, reply).await.contains("Saved."));
    let rows = store.student_assignments(class.id, ada).await.unwrap();
    assert_eq!((rows[0].grade, rows[0].late_days), (Some((1.0, 1.0)), 0));

    // What would be lost is said before.
    let page = teacher.get(&format!("{address}/delete")).await.text;
    assert!(page.contains("1 grade and 0 submissions"), "{page}");
    teacher.post(&format!("{address}/delete"), &[]).await;
    assert_eq!(store.assignments(class.id).await.unwrap().len(), 1);
    assert!(site.app.clock.seconds() > NOW);
}

#[tokio::test]
async fn what_was_done_before_joining_counts() {
    let site = Site::new().await;
    let (_, mut teacher) = site.person("teacher", Role::Instructor).await;
    let (ada, mut student) = site.person("ada", Role::Student).await;
    let class = made(&site, &mut teacher).await;
    let (slug, _) = lesson(&site);
    site.app
        .store
        .set_lesson_done(ada, "docker", &slug, true)
        .await
        .unwrap();
    let item = format!("lesson/{slug}");
    teacher
        .post(
            &format!("/classes/{}/assignments", class.id),
            &[("item", &item)],
        )
        .await;
    let reply = student
        .post(&format!("/join/{}", class.join_code.as_str()), &[])
        .await;
    let page = follow(&mut student, reply).await;
    assert!(page.contains("1 / 1"), "{page}");
}

#[tokio::test]
async fn modules_are_hidden_and_ordered_for_students_of_the_class() {
    let site = Site::new().await;
    let (_, mut teacher) = site.person("teacher", Role::Instructor).await;
    let (ada, mut student) = site.person("ada", Role::Student).await;
    let class = made(&site, &mut teacher).await;
    joined(&site, &class, ada).await;
    let content = site.app.content.now();
    let course = content.course("docker").unwrap();
    let (first, second) = (&course.modules[0], &course.modules[1]);
    let address = format!("/classes/{}/modules", class.id);
    let fields = [("module", first.slug.as_str()), ("change", "hide")];
    let reply = teacher.post(&address, &fields).await;
    assert_eq!(reply.location, Some(format!("{address}#{}", first.slug)));
    let id = format!("id=\"{}\"", first.slug);
    assert!(!student.get("/courses/docker").await.text.contains(&id));
    assert!(teacher.get("/courses/docker").await.text.contains(&id));
    let fields = [("module", second.slug.as_str()), ("change", "down")];
    teacher.post(&address, &fields).await;
    let page = student.get("/courses/docker").await.text;
    let at = |slug: &str| page.find(&format!("id=\"{slug}\"")).unwrap();
    assert!(at(&course.modules[2].slug) < at(&second.slug));
    assert_eq!(
        teacher
            .post(&address, &[("change", "explode")])
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn an_archived_class_is_read_only() {
    let site = Site::new().await;
    let (_, mut teacher) = site.person("teacher", Role::Instructor).await;
    let (ada, mut student) = site.person("ada", Role::Student).await;
    let class = made(&site, &mut teacher).await;
    joined(&site, &class, ada).await;
    let (slug, _) = lesson(&site);
    let item = format!("lesson/{slug}");
    let base = format!("/classes/{}", class.id);
    teacher
        .post(&format!("{base}/assignments"), &[("item", &item)])
        .await;
    let reply = teacher.post(&format!("{base}/settings/archive"), &[]).await;
    assert!(follow(&mut teacher, reply).await.contains("is archived"));
    assert!(!student.get("/").await.text.contains("Due next"));
    assert!(student.get(&base).await.text.contains("archived"));
    let row = site
        .app
        .store
        .assignments(class.id)
        .await
        .unwrap()
        .remove(0);
    for path in [
        "/settings".to_owned(),
        "/settings/code".into(),
        "/modules".into(),
        "/roster".into(),
        "/roster/import".into(),
        "/roster/import/confirm".into(),
        "/roster/instructors".into(),
        "/assignments".into(),
        format!("/assignments/{}", row.id),
        format!("/assignments/{}/move", row.id),
        format!("/assignments/{}/delete", row.id),
        "/leave".into(),
    ] {
        let reply = teacher.post(&format!("{base}{path}"), &[]).await;
        assert_eq!(reply.status, 409, "{path}");
    }
    for page in ["", "/settings", "/roster", "/modules", "/assignments"] {
        assert_eq!(
            teacher.get(&format!("{base}{page}")).await.status,
            200,
            "{page}"
        );
    }
    teacher.post(&format!("{base}/settings/archive"), &[]).await;
    assert!(student.get("/").await.text.contains("Due next"));
}

#[tokio::test]
async fn an_operator_is_shown_the_classes_of_others_and_may_look_after_them() {
    let site = Site::new().await;
    let (_, mut teacher) = site.person("teacher", Role::Instructor).await;
    let (_, mut operator) = site.person("operator", Role::Operator).await;
    let class = made(&site, &mut teacher).await;
    let page = operator.get("/classes").await.text;
    assert!(page.contains("Classes of others") && page.contains(&format!("/classes/{}", class.id)));
    assert!(
        !teacher
            .get("/classes")
            .await
            .text
            .contains("Classes of others")
    );
    let page = operator.get(&format!("/classes/{}", class.id)).await.text;
    assert!(page.contains("How students come in"));
}
