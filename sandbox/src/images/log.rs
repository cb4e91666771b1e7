//! The last lines of something that may write a lot.

use std::collections::VecDeque;
use std::fmt;

/// How many lines are kept.
const LINES: usize = 25;
/// How long a kept line may be.
const LENGTH: usize = 400;

/// The last lines of an output.
#[derive(Debug, Default)]
pub(super) struct Tail(VecDeque<String>);

impl Tail {
    /// Takes text in, which may hold several lines or none.
    pub(super) fn push(&mut self, text: &str) {
        for line in text
            .lines()
            .map(str::trim_end)
            .filter(|line| !line.is_empty())
        {
            if self.0.len() == LINES {
                self.0.pop_front();
            }
            self.0.push_back(line.chars().take(LENGTH).collect());
        }
    }
}

impl fmt::Display for Tail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}
