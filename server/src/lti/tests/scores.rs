//! Scores are told to the platform.

use crate::ids::{AccountId, AssignmentId, ClassId};
use crate::lti::testing::{ADA, Browser, Simulator, TESS};
use crate::store::NewGrade;
use crate::testing::Site;

struct Course {
    site: Site,
    platform: Simulator,
    class: ClassId,
    assignment: AssignmentId,
    ada: AccountId,
}

impl Course {
    async fn new() -> Self {
        let site = Site::new().await;
        let platform = Simulator::registered(&site).await;
        platform.read_tool_keys(&site).await;
        for person in [TESS, ADA] {
            platform.launch(&mut Browser::new(&site), person).await;
        }
        let store = &site.app.store;
        let link = store
            .lti_link(platform.id, "link-7")
            .await
            .unwrap()
            .unwrap();
        let class = store
            .lti_class(platform.id, "course-1", "docker")
            .await
            .unwrap();
        let ada = store
            .identity(&platform.registration.issuer, ADA.subject)
            .await
            .unwrap();
        Self {
            class: class.unwrap(),
            assignment: link.assignment,
            ada: ada.unwrap(),
            platform,
            site,
        }
    }

    async fn grade(&self, score: f64) {
        let grade = NewGrade {
            score,
            max_score: 8.0,
            submission: None,
            late_days: 0,
        };
        let store = &self.site.app.store;
        store
            .record_grade(self.assignment, self.ada, grade)
            .await
            .unwrap();
    }

    async fn round(&self) -> usize {
        let app = &self.site.app;
        app.lti.round(&app.store, &app.clock).await.unwrap()
    }

    async fn faults(&self) -> Vec<(String, bool)> {
        let faults = self.site.app.store.lti_faults(self.class).await.unwrap();
        faults.into_iter().map(|it| (it.fault, it.trying)).collect()
    }
}

#[tokio::test]
async fn partial_points_are_told_with_the_students_id_there_and_only_when_they_change() {
    let course = Course::new().await;
    assert_eq!(course.round().await, 0);
    course.grade(5.5).await;
    assert_eq!(course.round().await, 1);
    let scores = course.platform.scores();
    assert_eq!(scores.len(), 1);
    let (item, score) = &scores[0];
    assert_eq!(item, "7");
    assert_eq!(score["userId"], ADA.subject);
    assert_eq!(score["scoreGiven"], 5.5);
    assert_eq!(score["scoreMaximum"], 8.0);
    assert_eq!(score["activityProgress"], "Completed");
    assert_eq!(score["gradingProgress"], "FullyGraded");
    assert_eq!(score["timestamp"], "2025-01-06T00:00:00.000Z");

    course.grade(5.5).await;
    assert_eq!(course.round().await, 0, "nothing changed");
    course.site.clock.advance(60);
    // Two changes before they are told are told once, and what an instructor put counts.
    course.grade(6.0).await;
    sqlx::query("UPDATE grades SET override_score = 7.25, override_reason = 'shown in class'")
        .execute(course.site.app.store.pool())
        .await
        .unwrap();
    assert_eq!(course.round().await, 1);
    let scores = course.platform.scores();
    assert_eq!(scores.len(), 2);
    assert_eq!(scores[1].1["scoreGiven"], 7.25);
    assert_eq!(
        course.platform.tokens(),
        1,
        "a token is used until it expires"
    );
}

#[tokio::test]
async fn a_platform_that_is_away_is_told_later_and_the_instructor_sees_why() {
    let course = Course::new().await;
    course.platform.fail_scores(2);
    course.grade(4.0).await;
    assert_eq!(course.round().await, 1);
    assert!(course.platform.scores().is_empty());
    let faults = course.faults().await;
    assert!(faults[0].0.contains("503") && faults[0].1, "{faults:?}");
    let issuer = &course.platform.registration.issuer;
    let tess = course
        .site
        .app
        .store
        .identity(issuer, TESS.subject)
        .await
        .unwrap();
    let mut tess = course.site.signed_in(tess.unwrap()).await;
    let book = tess.get(&format!("/classes/{}/grades", course.class)).await;
    assert!(
        book.text
            .contains("A score was not taken by the learning platform.")
    );
    let page = tess
        .get(&format!("/classes/{}/platform", course.class))
        .await;
    assert!(
        page.text.contains("Ada Learner") && page.text.contains("it answers 503"),
        "{}",
        page.text
    );
    assert!(page.text.contains("Build your first image"));
    assert_eq!(course.round().await, 0, "not at once");
    course.site.clock.advance(20);
    assert_eq!(course.round().await, 1);
    assert_eq!(course.round().await, 0);
    course.site.clock.advance(60);
    assert_eq!(course.round().await, 1);
    assert_eq!(course.platform.scores().len(), 1);
    assert!(course.faults().await.is_empty());
}

#[tokio::test]
async fn after_days_it_is_given_up_until_somebody_asks_again_or_the_grade_changes() {
    let course = Course::new().await;
    course.platform.fail_scores(u32::MAX);
    course.grade(4.0).await;
    let mut tries = 0;
    for _ in 0..24 * 5 {
        tries += course.round().await;
        course.site.clock.advance(4600);
    }
    assert!(
        (50..65).contains(&tries),
        "about once an hour and a quarter for three days: {tries}"
    );
    assert!(!course.faults().await[0].1);
    course.platform.fail_scores(0);
    assert_eq!(course.round().await, 0);
    let again = course
        .site
        .app
        .store
        .retry_lti_passbacks(course.class)
        .await
        .unwrap();
    assert_eq!((again, course.round().await), (1, 1));
    assert!(course.faults().await.is_empty());
}

#[tokio::test]
async fn a_change_while_a_score_is_on_its_way_is_not_lost() {
    let course = Course::new().await;
    course.grade(4.0).await;
    let store = &course.site.app.store;
    let taken = store.take_lti_passbacks(10, 60).await.unwrap();
    assert!(
        store.take_lti_passbacks(10, 60).await.unwrap().is_empty(),
        "it is taken"
    );
    course.grade(5.0).await;
    store
        .finish_lti_passback(&taken[0], &crate::store::LtiSent::Sent)
        .await
        .unwrap();
    assert_eq!(course.round().await, 1);
    assert_eq!(course.platform.scores()[0].1["scoreGiven"], 5.0);
}

#[tokio::test]
async fn a_server_that_died_while_telling_tells_again() {
    let course = Course::new().await;
    course.grade(4.0).await;
    course
        .site
        .app
        .store
        .take_lti_passbacks(10, 60)
        .await
        .unwrap();
    course.site.clock.advance(61);
    assert_eq!(course.round().await, 1);
    assert_eq!(course.platform.scores().len(), 1);
}

#[tokio::test]
async fn a_grade_from_before_the_platform_wanted_scores_is_told_once_it_does() {
    let course = Course::new().await;
    let pool = course.site.app.store.pool();
    sqlx::query("UPDATE lti_links SET lineitem = NULL")
        .execute(pool)
        .await
        .unwrap();
    course.grade(3.0).await;
    assert_eq!(course.round().await, 0);
    course
        .platform
        .launch(&mut Browser::new(&course.site), ADA)
        .await;
    assert_eq!(course.round().await, 1);
    assert_eq!(course.platform.scores()[0].1["scoreGiven"], 3.0);
}

#[tokio::test]
async fn who_never_came_from_the_platform_is_not_told_to_it() {
    let course = Course::new().await;
    let store = &course.site.app.store;
    let (other, _) = course
        .site
        .person("other", crate::access::Role::Student)
        .await;
    store
        .add_member(course.class, other, crate::store::MemberRole::Student)
        .await
        .unwrap();
    let grade = NewGrade {
        score: 1.0,
        max_score: 8.0,
        submission: None,
        late_days: 0,
    };
    store
        .record_grade(course.assignment, other, grade)
        .await
        .unwrap();
    assert_eq!(course.round().await, 0);
    assert!(course.faults().await.is_empty());
}
