//! Greps every reply that a student, a guest or nobody can get for what must never reach them:
//! solutions, hidden checks, right answers, and other people's work. Each secret is a word of its
//! own, put where it would leak from.

use std::io::Write as _;
use std::path::Path;

use super::Role;
use super::walk::Things;
use crate::testing::Site;

/// A course whose every secret is a word that begins so.
const SECRET: &str = "SECRET";

const FILES: &[(&str, &str)] = &[
    (
        "docker/course.yaml",
        "title: Docker\nsummary: A course.\noutcomes:\n  A1: Do it.\n",
    ),
    (
        "docker/01-one/module.yaml",
        "title: One\nsummary: A module.\noutcomes: [A1]\norder: [text, first-image]\n",
    ),
    (
        "docker/01-one/01-text.md",
        "---\ntitle: Text\nsummary: A text.\nminutes: 2\nobjectives: [read]\noutcomes: [A1]\n---\n\n\
         Some text.\n\n```quiz\nquestion: Which?\nchoices:\n  - text: This\n    correct: true\n    why: SECRET-WHY-RIGHT\n  \
         - text: That\n    why: SECRET-WHY-WRONG\nexplain: SECRET-EXPLANATION\n```\n\n\
         ```quiz\nquestion: What word?\naccept: [SECRET-WORD]\nwhy_not: SECRET-WHY-NOT\n```\n",
    ),
    (
        "docker/01-one/labs/first-image/lab.md",
        "---\ntitle: First image\nsummary: A lab.\nminutes: 5\nobjectives: [do]\noutcomes: [A1]\nimages: [\"busybox:latest\"]\n---\n\n\
         Do it.\n\n## Step one\n\nBuild it.\n\n```check\nid: built\ntitle: The image is there\nimage: { ref: \"shown:v1\" }\n```\n\n\
         ```check\nid: hidden-one\ntitle: SECRET-HIDDEN-TITLE\nhidden: true\nimage: { ref: \"secret-hidden:v1\" }\nhint: SECRET-HIDDEN-HINT\n```\n\n\
         ```check\nid: asked\ntitle: You know it\nanswer:\n  question: What is it?\n  accept: [SECRET-ANSWER]\n```\n",
    ),
    (
        "docker/01-one/labs/first-image/solution/solve.sh",
        "echo SECRET-SOLUTION\n",
    ),
    (
        "docker/01-one/labs/first-image/solution/Dockerfile",
        "FROM busybox\n# SECRET-SOLUTION-FILE\n",
    ),
    (
        "docker/01-one/labs/first-image/solution/answers.yaml",
        "asked: SECRET-ANSWER\n",
    ),
    (
        "docker/01-one/labs/first-image/wrong/turn/solve.sh",
        "echo SECRET-WRONG-TURN\n",
    ),
    (
        "docker/01-one/labs/first-image/wrong/turn/expect.yaml",
        "built: SECRET-WRONG-MESSAGE\n",
    ),
];

fn write_course(folder: &Path) {
    for (path, text) in FILES {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
}

fn archive(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    tar.append_data(&mut header, name, bytes).unwrap();
    tar.into_inner().unwrap()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// Work of somebody's, all of whose texts are secret to others.
async fn fill(site: &Site, things: &Things) {
    let pool = site.app.store.pool();
    let id = things.submission.to_string();
    sqlx::query(
        "INSERT INTO evidence (submission, session, content_version, files, objects, seen, answers)
         VALUES (?1, ?1, 'v', ?2, ?3, '[]', '{\"asked\":\"SECRET-GIVEN\"}')",
    )
    .bind(&id)
    .bind(packed(&archive("notes.txt", b"SECRET-FILE")))
    .bind(packed(b"{\"containers\":[{\"Name\":\"SECRET-OBJECT\"}]}"))
    .execute(pool)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO gradings (submission, run, graded_at, content_version, score, max_score) VALUES (?, 1, 0, 'v', 1, 2)",
    )
    .bind(&id)
    .execute(pool)
    .await
    .unwrap();
    for (check, hidden) in [("built", 0), ("hidden-one", 1)] {
        sqlx::query(
            "INSERT INTO graded_checks (submission, run, check_id, step, title, hidden, state, expected, found, points, earned)
             VALUES (?, 1, ?, 'step-one', 'SECRET-HIDDEN-TITLE', ?, 'fail', 'SECRET-EXPECTED', 'SECRET-FOUND', 1, 0)",
        )
        .bind(&id)
        .bind(check)
        .bind(hidden)
        .execute(pool)
        .await
        .unwrap();
    }
    sqlx::query(
        "INSERT INTO comments (id, submission, at, text) VALUES (?1, ?1, 0, 'SECRET-COMMENT')",
    )
    .bind(&id)
    .execute(pool)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO grades (assignment, account, score, max_score, submission, at, override_score, override_reason)
         SELECT assignment, account, 1, 2, id, 0, 1, 'SECRET-REASON' FROM submissions WHERE id = ?",
    )
    .bind(&id)
    .execute(pool)
    .await
    .unwrap();
}

/// One's own work, graded by a hidden check: its outcome is told, and nothing else of it.
async fn grade_hidden(site: &Site, things: &Things) {
    let pool = site.app.store.pool();
    let id = things.submission.to_string();
    for statement in [
        "UPDATE submissions SET score = 1, max_score = 2, graded_at = 1 WHERE id = ?1",
        "INSERT INTO evidence (submission, session, content_version, files, objects, seen, answers) VALUES (?1, ?1, 'v', x'', x'', '[]', '{}')",
        "INSERT INTO gradings (submission, run, graded_at, content_version, score, max_score) VALUES (?1, 1, 0, 'v', 1, 2)",
        "INSERT INTO graded_checks (submission, run, check_id, step, title, hidden, state, expected, found, points, earned)
         VALUES (?1, 1, 'SECRET-ID', 'step-one', 'SECRET-HIDDEN-TITLE', 1, 'fail', 'SECRET-EXPECTED', 'SECRET-FOUND', 1, 0)",
    ] {
        sqlx::query(statement).bind(&id).execute(pool).await.unwrap();
    }
}

#[tokio::test]
async fn solutions_hidden_checks_and_other_peoples_work_never_reach_a_student() {
    let folder = tempfile::tempdir().unwrap();
    write_course(folder.path());
    let site = Site::with(|config| config.content = folder.path().to_owned()).await;
    let content = site.app.content.now();
    let errors = content.problems.iter().filter(|problem| problem.is_error());
    assert_eq!(errors.count(), 0, "{:?}", content.problems);

    let (me, mine) = site.person("mine", Role::Student).await;
    let (other, _) = site.person("SECRET-CLASSMATE", Role::Student).await;
    let (teaching, mut teacher) = site.person("teacher", Role::Instructor).await;
    sqlx::query("UPDATE people SET password = 'SECRET-HASH'")
        .execute(site.app.store.pool())
        .await
        .unwrap();
    let class = site.class(teaching, &[me, other]).await;
    let theirs = Things::of(&site, class, other).await;
    fill(&site, &theirs).await;
    let own = theirs.of_another(&site, me).await;
    grade_hidden(&site, &own).await;

    let mut mine_again = site.signed_in(me).await;
    let (_, guest) = site.guest().await;
    let mut asked = 0;
    for (who, mut visitor) in [
        ("student", mine),
        ("guest", guest),
        ("nobody", site.visitor()),
    ] {
        for row in crate::router::routes(&site.app).table() {
            for things in [&own, &theirs] {
                // What changes something is called with nothing in it: its errors may not leak either.
                // Leaving and deleting would end the walk.
                if row.method != "GET" && ends_the_walk(&row.path) {
                    continue;
                }
                let address = things.address(&row.path);
                let reply = visitor.send(row.method, &address, None, "").await;
                asked += 1;
                for text in [&reply.text, &format!("{:?}", reply.headers)] {
                    let leak = text
                        .find(SECRET)
                        .map(|at| &text[at..(at + 40).min(text.len())]);
                    assert_eq!(leak, None, "{} {address} as {who}", row.method);
                    assert!(
                        !text.contains("secret-hidden"),
                        "{} {address} as {who}",
                        row.method
                    );
                }
            }
        }
    }
    assert!(asked > 100, "{asked}");
    // The words are where they would leak from: who may see them does.
    let (_, _, lab) = content.lab("docker", "first-image").unwrap();
    assert!(lab.solution.script.contains(SECRET));
    assert!(
        lab.checks()
            .any(|check| check.hidden && check.title.contains(SECRET))
    );
    let page = teacher.get("/courses/docker/labs/first-image").await;
    assert!(page.text.contains("The image is there"), "{}", page.text);
    let work = theirs.address("/classes/{class}/submissions/{submission}");
    let page = teacher.get(&work).await;
    for secret in [
        "SECRET-COMMENT",
        "SECRET-REASON",
        "SECRET-HIDDEN-TITLE",
        "SECRET-FOUND",
    ] {
        assert!(page.text.contains(secret), "{secret}: {}", page.text);
    }
    let page = mine_again
        .get(&own.address("/submissions/{submission}"))
        .await;
    assert!(page.text.contains("A hidden check"), "{}", page.text);
}

/// What signs out, leaves or deletes.
fn ends_the_walk(path: &str) -> bool {
    ["sign-out", "delete", "leave", "/sessions/{id}"]
        .iter()
        .any(|word| path.contains(word))
}
