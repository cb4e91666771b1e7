//! Walks every route as every kind of person and holds what came of it against the table below,
//! which is kept as a snapshot: a new route, or a changed right, is seen in review.

use std::fmt::Write as _;

use super::{Denied, Role};
use crate::ids::{AccountId, AssignmentId, ClassId, SessionId, SubmissionId};
use crate::store::NewSession;
use crate::testing::{Site, Visitor};

/// Things of one student in one class.
pub(super) struct Things {
    class: ClassId,
    assignment: AssignmentId,
    pub submission: SubmissionId,
    session: SessionId,
    student: AccountId,
}

impl Things {
    /// What a student has in a class that has no assignment yet.
    pub async fn of(site: &Site, class: ClassId, student: AccountId) -> Self {
        let assignment = AssignmentId::fresh();
        sqlx::query(
            "INSERT INTO assignments (id, class, kind, slug, position, created_at) VALUES (?, ?, 'lab', 'first-image', 1, 0)",
        )
        .bind(assignment.to_string())
        .bind(class.to_string())
        .execute(site.app.store.pool())
        .await
        .unwrap();
        Self::handed_in(site, class, assignment, student).await
    }

    /// What another student has in the same class.
    pub async fn of_another(&self, site: &Site, student: AccountId) -> Self {
        Self::handed_in(site, self.class, self.assignment, student).await
    }

    async fn handed_in(
        site: &Site,
        class: ClassId,
        assignment: AssignmentId,
        student: AccountId,
    ) -> Self {
        let store = &site.app.store;
        let submission = SubmissionId::fresh();
        sqlx::query(
            "INSERT INTO submissions (id, account, course, lab, assignment, attempt, grading, submitted_at, state)
             VALUES (?, ?, 'docker', 'first-image', ?, 1, 'live', 0, 'graded')",
        )
        .bind(submission.to_string())
        .bind(student.to_string())
        .bind(assignment.to_string())
        .execute(store.pool())
        .await
        .unwrap();
        let new = NewSession {
            account: student,
            course: "docker",
            lab: "first-image",
            expires_at: i64::MAX,
        };
        let (session, _) = store.create_session(new).await.unwrap();
        Self {
            class,
            assignment,
            submission,
            session: session.id,
            student,
        }
    }

    /// An address of these things for a route's path.
    pub fn address(&self, path: &str) -> String {
        let parts = path.split('/').map(|part| {
            let Some(name) = part
                .strip_prefix('{')
                .and_then(|part| part.strip_suffix('}'))
            else {
                return part.to_owned();
            };
            match name {
                "course" => "docker".into(),
                "class" => self.class.to_string(),
                "assignment" => self.assignment.to_string(),
                "submission" => self.submission.to_string(),
                "id" => self.session.to_string(),
                "person" => self.student.to_string(),
                "n" => "1".into(),
                _ => "any".into(),
            }
        });
        parts.collect::<Vec<_>>().join("/")
    }
}

#[tokio::test]
async fn every_route_lets_in_whom_the_table_says_and_nobody_else() {
    let site = Site::new().await;
    let (mine, owner) = site.person("owner", Role::Student).await;
    let (other, classmate) = site.person("classmate", Role::Student).await;
    let (elsewhere, outsider) = site.person("outsider", Role::Student).await;
    let (teaching, teacher) = site.person("teacher", Role::Instructor).await;
    let (_, stranger) = site.person("stranger", Role::Instructor).await;
    let (_, operator) = site.person("operator", Role::Operator).await;
    let class = site.class(teaching, &[mine, other]).await;
    let things = Things::of(&site, class, mine).await;
    // Somebody else's class, session and submission, to be sure that `elsewhere` is a student somewhere.
    let far = site.class(teaching, &[elsewhere]).await;
    Things::of(&site, far, elsewhere).await;
    let (_, guest) = site.guest().await;

    let mut people: Vec<(&str, Visitor<'_>)> = vec![
        ("nobody", site.visitor()),
        ("guest", guest),
        ("owner", owner),
        ("classmate", classmate),
        ("student elsewhere", outsider),
        ("instructor elsewhere", stranger),
        ("instructor", teacher),
        ("operator", operator),
    ];
    let names = people.iter().map(|(name, _)| *name);
    let mut seen = format!("columns: {}\n\n", names.collect::<Vec<_>>().join(", "));
    for row in crate::router::routes(&site.app).table() {
        let address = things.address(&row.path);
        let mut words = Vec::new();
        for (_, visitor) in &mut people {
            let word = match visitor.knock(row.method, &address).await {
                None => "✓",
                Some(Denied::SignIn) => "sign in",
                Some(Denied::Hidden) => "404",
                Some(Denied::Forbidden) => "403",
            };
            words.push(format!("{word:^7}"));
        }
        let needs = format!("{:?}", row.needs);
        writeln!(
            seen,
            "{:<7} {:<62} {needs:<17} {}",
            row.method,
            row.path,
            words.join(" ").trim_end()
        )
        .unwrap();
    }
    insta::assert_snapshot!(seen);
}
