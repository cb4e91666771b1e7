//! One lesson: the module's contents, the text with its questions, and what is on the page.

use leptos::prelude::*;

use super::classes::due_note;
use super::layout::{Head, Parts, document};
use super::parts::{contents, html, minutes, neighbours, objectives, on_this_page, outcomes};
use super::simulators;
use crate::islands::{DoneToggle, Form, QuizCard};
use crate::view::{Block, Kind, LessonPage, Quiz, QuizKind, Shell, Simulator};

/// Renders a lesson.
#[must_use]
pub fn lesson(shell: &Shell, page: LessonPage) -> String {
    let simulators = || {
        page.blocks.iter().filter_map(|block| match block {
            Block::Simulator(simulator) => Some(simulator),
            _ => None,
        })
    };
    let head = Head {
        title: page.title.clone(),
        summary: page.summary.clone(),
        layout: "lesson",
        course: Some((page.course.slug.clone(), page.course.title.clone())),
        parts: Parts::Lesson {
            simulators: simulators().next().is_some(),
            dockerfiles: simulators().any(|it| matches!(it, Simulator::Layers(_))),
        },
    };
    document(shell, head, || {
        let LessonPage {
            course,
            module,
            slug,
            title,
            summary,
            minutes: time,
            objectives: aims,
            outcomes: codes,
            blocks,
            headings,
            done,
            due,
            previous,
            next,
            ..
        } = page;
        let side = contents(&course.slug, module, (Kind::Lesson, &slug));
        let text = text(&course.slug, &slug, blocks);
        view! {
            <div class="lesson-page">
                {side}
                <article class="lesson-text">
                    <header class="page-head">
                        <h1>{title}</h1>
                        <p class="lead">{summary}</p>
                        <div class="page-facts">
                            <span>{minutes(time)}</span>
                            {outcomes(codes)}
                        </div>
                        {due_note(due)}
                    </header>
                    {objectives(aims)}
                    <div class="prose">{text}</div>
                    <footer class="lesson-foot">
                        <DoneToggle course=course.slug lesson=slug done />
                        {neighbours(previous, next)}
                    </footer>
                </article>
                {on_this_page(headings)}
            </div>
        }
    })
}

fn text(course: &str, lesson: &str, blocks: Vec<Block>) -> impl IntoView + use<> {
    let (mut number, mut simulators) = (0, 0);
    blocks
        .into_iter()
        .map(|block| match block {
            Block::Html { html: markup } => html(markup).into_any(),
            Block::Quiz(quiz) => {
                number += 1;
                question(course, lesson, number, quiz).into_any()
            }
            Block::Simulator(simulator) => {
                simulators += 1;
                simulators::draw(simulators, simulator).into_any()
            }
            Block::Check { .. } => ().into_any(),
        })
        .collect_view()
}

fn question(course: &str, lesson: &str, number: usize, quiz: Quiz) -> impl IntoView + use<> {
    let (form, choices) = match quiz.kind {
        QuizKind::Single { choices } => (Form::Single, choices),
        QuizKind::Multiple { choices } => (Form::Multiple, choices),
        QuizKind::Text => (Form::Text, Vec::new()),
        QuizKind::Order { items } => (Form::Order, items),
    };
    view! {
        <QuizCard
            course=course.to_owned()
            lesson=lesson.to_owned()
            number
            id=quiz.id
            question=quiz.question
            form
            choices
            solved=quiz.solved
        />
    }
}
