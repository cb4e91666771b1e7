//! A lesson's file into a [`Lesson`].

use crate::front_matter::{self, Front, LessonFront};
use crate::markdown::{self, Base, Gathered, Kind, Part};
use crate::model::{Block, Lesson};
use crate::page::Page;
use crate::problem::Problem;
use crate::quiz;
use crate::simulator;
use crate::source::Source;

/// Compiles a lesson.
pub(crate) fn compile(source: &Source, slug: &str, base: &Base) -> Page<Lesson> {
    Page::read(|gathered| read(source, slug, base, gathered))
}

fn read(source: &Source, slug: &str, base: &Base, gathered: &mut Gathered) -> Option<Lesson> {
    let (split, front) = front_matter::read::<LessonFront>(source, gathered)?;
    let mut blocks = Vec::new();
    let mut quizzes = 0;
    let mut ids: Vec<String> = Vec::new();
    for part in markdown::read(source, &split.body, base, Kind::Lesson, gathered) {
        match part {
            Part::Html(html) => blocks.push(Block::Html { html }),
            Part::Fenced { name, body, .. } if simulator::FENCES.contains(&name) => {
                let found = simulator::read(source, name, &body.fragment(), gathered);
                blocks.extend(found.map(Block::Simulator));
            }
            Part::Fenced { at, body, .. } => {
                quizzes += 1;
                let Some(quiz) =
                    quiz::read::read(source, &body.fragment(), base, quizzes, gathered)
                else {
                    continue;
                };
                if ids.contains(&quiz.id) {
                    gathered.problems.push(
                        source
                            .error(
                                at,
                                format!(
                                    "the id `{}` is given to two quizzes of this page",
                                    quiz.id
                                ),
                            )
                            .help("choose another, or leave the id out"),
                    );
                }
                ids.push(quiz.id.clone());
                blocks.push(Block::Quiz(quiz));
            }
            Part::Step { .. } => {}
        }
    }
    if blocks.is_empty() {
        gathered
            .problems
            .push(source.error(source.text.len(), "the lesson has no text"));
    }
    lint(source, split.body.to_file(0), quizzes, gathered);
    let front = front?;
    lint_minutes(
        source,
        split.node.place_of("minutes"),
        &front,
        quizzes,
        gathered,
    );
    Some(Lesson {
        slug: slug.to_owned(),
        title: front.title,
        summary: front.summary,
        minutes: front.minutes,
        objectives: front.objectives,
        outcomes: front.outcomes,
        blocks,
        headings: gathered.headings.clone(),
        source: source.file.clone(),
    })
}

/// What a reader of such courses expects of a lesson.
fn lint(source: &Source, at: usize, quizzes: usize, gathered: &mut Gathered) {
    let warn = |problems: &mut Vec<Problem>, message: String, help: &str| {
        problems.push(source.warning(at, message).help(help));
    };
    if !gathered
        .headings
        .iter()
        .any(|heading| heading.text.eq_ignore_ascii_case("key takeaways"))
    {
        warn(
            &mut gathered.problems,
            "the lesson has no section `## Key takeaways`".into(),
            "end with one: three to five sentences to remember",
        );
    }
    if !(3..=5).contains(&quizzes) {
        warn(
            &mut gathered.problems,
            format!("a lesson has 3 to 5 quizzes, found {quizzes}"),
            "questions with explained answers are what makes a text stay",
        );
    }
}

/// Minutes that cannot be true for the number of words: people read 150 to 300 in a minute.
fn lint_minutes(
    source: &Source,
    at: usize,
    front: &LessonFront,
    quizzes: usize,
    gathered: &mut Gathered,
) {
    if front.minutes > LessonFront::MOST_MINUTES {
        return;
    }
    let words = u32::try_from(gathered.words).unwrap_or(u32::MAX);
    let least = words / 300;
    let most = words / 60 + 3 * u32::try_from(quizzes).unwrap_or(0) + 3;
    if front.minutes < least || front.minutes > most {
        gathered.problems.push(
            source
                .warning(
                    at,
                    format!("`minutes: {}` does not fit {words} words", front.minutes),
                )
                .help(format!("from {least} to {most} could be true")),
        );
    }
}
