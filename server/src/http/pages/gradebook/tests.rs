//! The pages of instructors over HTTP, in the process.

use http::StatusCode;

use crate::access::Role;
use crate::gradebook::testing::Room;
use crate::testing::{NOW, Site, Visitor};

/// A class with an instructor who is signed in.
async fn class(site: &Site) -> (Room, Visitor<'_>) {
    let (robin, browser) = site.person("Robin", Role::Instructor).await;
    let class = site.class(robin, &[]).await;
    (Room::of(&site.app.store, class), browser)
}

/// What stands in the page between two texts.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let rest = text
        .split_once(from)
        .unwrap_or_else(|| panic!("no {from} in {text}"))
        .1;
    rest.split_once(to).unwrap().0
}

#[tokio::test]
async fn an_empty_gradebook_says_how_to_fill_it() {
    let site = Site::new().await;
    let (room, mut robin) = class(&site).await;
    let grades = format!("/classes/{}/grades", room.class);
    let page = robin.get(&grades).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("No assignments yet"));
    assert!(
        page.text
            .contains(&format!("href=\"/classes/{}/assignments\"", room.class))
    );
    room.assignment("lab", "first-image", None).await;
    let page = robin.get(&grades).await;
    assert!(page.text.contains("No students yet"));
}

#[tokio::test]
async fn the_gradebook_tells_every_state_in_words() {
    let site = Site::new().await;
    let (room, mut robin) = class(&site).await;
    let past = room.assignment("lab", "first-image", Some(NOW - 1)).await;
    for (name, state) in [
        ("Ann", "graded"),
        ("Ben", "queued"),
        ("Cem", "error"),
        ("Dan", ""),
    ] {
        let student = room.student(name).await;
        if state.is_empty() {
            continue;
        }
        let submission = room.submission(past, student, 1, state).await;
        if state == "graded" {
            room.grade(past, student, Some(7.5), 9.0).await;
            room.execute(&format!(
                "UPDATE grades SET submission = '{submission}', late_days = 2"
            ))
            .await;
        }
    }
    let page = robin
        .get(&format!("/classes/{}/grades", room.class))
        .await
        .text;
    let row = |name: &str| between(&page, &format!("{name}<small>"), "</tr>").to_owned();
    assert!(
        row("Ann").contains(">7.5</a>") && row("Ann").contains("late 2 d"),
        "{}",
        row("Ann")
    );
    assert!(row("Ann").contains("83.3\u{a0}%"));
    assert!(
        row("Ben").contains(">waiting</a>")
            && row("Ben").contains(&format!("/classes/{}/submissions/", room.class))
    );
    assert!(row("Cem").contains(">failed</a>"));
    assert!(row("Dan").contains("missing") && row("Dan").contains("0.0\u{a0}%"));
}

#[tokio::test]
async fn names_are_text_and_neither_markup_nor_formulas() {
    let site = Site::new().await;
    let (room, mut robin) = class(&site).await;
    room.assignment("lab", "first-image", None).await;
    room.student("=1+1<script>alert(1)</script>").await;
    let page = robin
        .get(&format!("/classes/{}/grades?q=%3Cscript%3E", room.class))
        .await
        .text;
    assert!(page.contains("=1+1&lt;script&gt;") && !page.contains("<script>"));
    let file = robin
        .get(&format!("/classes/{}/grades.csv", room.class))
        .await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(
        file.headers["content-disposition"],
        "attachment; filename=\"grades-a-class.csv\""
    );
    let line = file.text.lines().nth(1).unwrap();
    assert!(line.contains(",'=1+1<script>alert(1)</script>,"), "{line}");
    assert!(line.ends_with(",,,,open,0"), "{line}");
}

#[tokio::test]
async fn every_column_sorts_and_what_is_asked_wrongly_is_shown_as_usual() {
    let site = Site::new().await;
    let (room, mut robin) = class(&site).await;
    let lab = room.assignment("lab", "first-image", None).await;
    let (ann, ben) = (room.student("Ann").await, room.student("Ben").await);
    room.grade(lab, ann, Some(1.0), 4.0).await;
    room.grade(lab, ben, Some(3.0), 4.0).await;
    let grades = format!("/classes/{}/grades", room.class);
    for (query, first) in [
        ("", "Ann"),
        ("?sort=name&dir=desc", "Ben"),
        ("?sort=total&dir=desc", "Ben"),
        (&format!("?sort={lab}&dir=asc"), "Ann"),
        ("?sort=nonsense&dir=up&page=-3&more=1", "Ann"),
    ] {
        let page = robin.get(&format!("{grades}{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        let body = between(&page.text, "<tbody>", "</tbody>").to_owned();
        let place = |name: &str| body.find(&format!("{name}<small>")).unwrap();
        assert_eq!(place("Ann") < place("Ben"), first == "Ann", "{query}");
    }
    let page = robin
        .get(&format!("{grades}?sort=total&dir=desc"))
        .await
        .text;
    assert!(page.contains("aria-sort=\"descending\""));
    assert!(
        page.contains("?sort=total&amp;dir=asc"),
        "a second click turns it round"
    );
}

#[tokio::test]
async fn a_search_finds_a_student_and_says_when_there_is_none() {
    let site = Site::new().await;
    let (room, mut robin) = class(&site).await;
    room.assignment("lab", "first-image", None).await;
    for name in ["Ann", "Ben"] {
        room.student(name).await;
    }
    let grades = format!("/classes/{}/grades", room.class);
    let page = robin.get(&format!("{grades}?q=ben")).await.text;
    assert!(page.contains("Ben<small>") && !page.contains("Ann<small>"));
    assert!(page.contains("1 to 1 of 1 students"));
    let page = robin.get(&format!("{grades}?q=zzz")).await.text;
    assert!(page.contains("Nobody here is called “zzz”."));
}

#[tokio::test]
async fn the_live_page_shows_who_is_stuck_on_what_and_programs_get_the_same() {
    let site = Site::new().await;
    let (room, mut robin) = class(&site).await;
    let live = format!("/classes/{}/live", room.class);
    assert!(
        robin
            .get(&live)
            .await
            .text
            .contains("Nobody is in a lab now")
    );
    let content = site.app.content.now();
    let (_, _, lab) = content.lab("docker", "first-image").unwrap();
    let check = lab.checks().next().unwrap();
    let ann = room.student("Ann <b>").await;
    let session = crate::ids::SessionId::fresh();
    room.execute(&format!(
        "INSERT INTO lab_sessions (id, account, course, lab, state, created_at, expires_at)
         VALUES ('{session}', '{ann}', 'docker', 'first-image', 'ready', {NOW} - 700, {NOW} + 700)"
    ))
    .await;
    room.execute(&format!(
        "INSERT INTO session_checks (session, check_id, state, expected, found, at)
         VALUES ('{session}', '{}', 'fail', '', '<img src=x>', {NOW} - 60)",
        check.id
    ))
    .await;
    let page = robin.get(&live).await.text;
    assert!(page.contains("Ann &lt;b&gt;") && page.contains("&lt;img src=x&gt;"));
    assert!(page.contains("11 min") && page.contains(">long<"));
    let json = robin
        .get(&format!("/api/v1/classes/{}/live", room.class))
        .await
        .text;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["students"][0]["on_step_seconds"], 700);
    assert_eq!(json["students"][0]["failing"]["title"], check.title);
}

#[tokio::test]
async fn statistics_show_a_lab_with_what_is_most_often_found_instead() {
    let site = Site::new().await;
    let (room, mut robin) = class(&site).await;
    let statistics = format!("/classes/{}/statistics", room.class);
    assert!(
        robin
            .get(&statistics)
            .await
            .text
            .contains("Nobody has begun a lab yet")
    );
    let content = site.app.content.now();
    let (_, _, lab) = content.lab("docker", "first-image").unwrap();
    let check = lab.checks().next().unwrap();
    for (name, state) in [("Ann", "pass"), ("Ben", "fail")] {
        let student = room.student(name).await;
        room.execute(&format!(
            "INSERT INTO check_history (session, account, course, lab, step, check_id, seq, state, found, at)
             VALUES ('{student}', '{student}', 'docker', 'first-image', 'x', '{}', 1, '{state}', 'There is <i>nothing</i>.', 5)",
            check.id
        ))
        .await;
    }
    for query in ["", "?lab=first-image", "?lab=nonsense"] {
        let page = robin.get(&format!("{statistics}{query}")).await.text;
        assert!(
            page.contains("1 of 2") && page.contains("50\u{a0}%"),
            "{query}"
        );
        assert!(
            page.contains("There is &lt;i&gt;nothing&lt;/i&gt;."),
            "{query}"
        );
    }
}
