//! The page of one lesson.

use axum::extract::{Path, State};
use axum::response::Response;
use drydock_app::view::{Kind, LessonPage};

use super::{PageError, Visit, classes, map};
use crate::app::App;
use crate::store;

/// `GET /courses/{course}/lessons/{lesson}`.
pub async fn show(
    State(app): State<App>,
    Path((course_slug, slug)): Path<(String, String)>,
    visit: Visit,
) -> Result<Response, PageError> {
    if let Some(page) = visit.cached(&app) {
        return Ok(page);
    }
    let learner = visit.learner();
    let content = app.content.now();
    let (course, module, lesson) = content
        .lesson(&course_slug, &slug)
        .ok_or_else(|| PageError::missing("There is no such lesson"))?;
    let done = match learner {
        Some(learner) => {
            app.store
                .visit(learner.0, &course_slug, store::Kind::Lesson, &slug)
                .await?;
            app.store.progress(learner.0, &course_slug).await?
        }
        None => Default::default(),
    };
    let solved = done.quizzes.get(&slug);
    let due = classes::due_of_item(&app, &visit.viewer, &course_slug, false, &slug).await?;
    let order = classes::module_order(&app, &visit.viewer, &course_slug).await?;
    let (previous, next) = map::neighbours(course, &order, Kind::Lesson, &slug);
    let view = LessonPage {
        course: map::course_ref(course),
        module: map::module_of(course, &order, &module.slug, &done),
        slug: slug.clone(),
        title: lesson.title.clone(),
        summary: lesson.summary.clone(),
        minutes: lesson.minutes,
        objectives: lesson.objectives.clone(),
        outcomes: map::outcomes(course, &lesson.outcomes),
        blocks: map::blocks(&lesson.blocks, |quiz| {
            solved.is_some_and(|solved| solved.contains(quiz))
        }),
        headings: map::headings(&lesson.headings),
        done: done.lessons.contains(&slug),
        due,
        previous,
        next,
    };
    let page = drydock_app::pages::lesson(&visit.shell(&app), view);
    Ok(visit.reply(&app, page))
}
