//! How far a learner is with one lesson or lab: what content asks for against what is stored.

use drydock_course::model::{Block, Item};

use crate::store::CourseProgress;

/// Progress with one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// A lesson marked as done; a lab with every check once passed.
    pub done: bool,
    /// Questions answered rightly, or checks once passed, of those that are there now.
    pub passed: usize,
    /// Questions, or checks.
    pub of: usize,
}

/// Progress with `item`.
pub fn of(item: &Item, done: &CourseProgress) -> Progress {
    match item {
        Item::Lesson(lesson) => {
            let right = done.quizzes.get(&lesson.slug);
            let quizzes = lesson.blocks.iter().filter_map(|block| match block {
                Block::Quiz(quiz) => Some(quiz.id.as_str()),
                _ => None,
            });
            let (mut passed, mut of) = (0, 0);
            for quiz in quizzes {
                of += 1;
                passed += usize::from(right.is_some_and(|right| right.contains(quiz)));
            }
            Progress {
                done: done.lessons.contains(&lesson.slug),
                passed,
                of,
            }
        }
        Item::Lab(lab) => {
            let reached = done.checks.get(&lab.slug);
            let (mut passed, mut of) = (0, 0);
            for check in lab.checks().filter(|check| !check.hidden) {
                of += 1;
                passed += usize::from(reached.is_some_and(|reached| reached.contains(&check.id)));
            }
            Progress {
                done: of > 0 && passed == of,
                passed,
                of,
            }
        }
    }
}
