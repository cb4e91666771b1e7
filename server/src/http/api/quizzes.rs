//! Answers to the questions of lessons. Right answers never leave the server unasked.

use axum::Json;
use axum::extract::{Path, State};
use drydock_course::model::Block;
use drydock_course::quiz::{QuizAnswer, QuizVerdict, judge};
use serde::Deserialize;

use super::extract::Body;
use crate::access::Learner;
use crate::app::App;
use crate::classes::reading;
use crate::error::{AppError, Problem};
use crate::store::Kind;

#[derive(Deserialize)]
pub(crate) struct QuizPath {
    course: String,
    lesson: String,
    quiz: String,
}

/// Judges an answer: `{"choices":[0]}`, `{"text":"…"}` or `{"order":[2,0,1]}`. A right one counts
/// as progress.
#[utoipa::path(post, path = "/quizzes/{course}/{lesson}/{quiz}", tag = "courses",
    params(("course" = String, Path, description = "Course slug"), ("lesson" = String, Path, description = "Lesson slug"),
        ("quiz" = String, Path, description = "Quiz id")),
    request_body(content = Object, description = "One of `choices`, `text`, `order`"),
    responses((status = 200, body = Object, description = "`correct`, and why"), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn answer(
    State(app): State<App>,
    Path(path): Path<QuizPath>,
    Learner(account): Learner,
    Body(answer): Body<QuizAnswer>,
) -> Result<Json<QuizVerdict>, AppError> {
    let content = app.content.now();
    let (_, _, lesson) = content
        .lesson(&path.course, &path.lesson)
        .ok_or_else(|| AppError::not_found("There is no such lesson."))?;
    let quiz = lesson.blocks.iter().find_map(|block| match block {
        Block::Quiz(quiz) if quiz.id == path.quiz => Some(quiz),
        _ => None,
    });
    let quiz =
        quiz.ok_or_else(|| AppError::not_found("There is no such question in this lesson."))?;
    let verdict = judge(quiz, &answer).map_err(|error| {
        AppError::client(
            http::StatusCode::UNPROCESSABLE_ENTITY,
            crate::labs::sentence(&error.to_string()),
        )
    })?;
    app.store
        .record_quiz(
            account,
            &path.course,
            &path.lesson,
            &path.quiz,
            verdict.correct,
        )
        .await?;
    reading::progressed(&app, account, &path.course, &path.lesson).await?;
    // The page was drawn before this made a guest of its reader: note the place now.
    app.store
        .visit(account, &path.course, Kind::Lesson, &path.lesson)
        .await?;
    Ok(Json(verdict))
}
