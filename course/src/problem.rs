//! What an author got wrong, said so that it can be mended: where, what, and what was expected.

use std::fmt;
use std::path::Path;

use serde::Serialize;

/// Whether a page can be shown in spite of the problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The page is left out until it is mended.
    Error,
    /// The page is shown, but a reader would be better off.
    Warning,
}

/// One problem at one place of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Whether the page can be shown in spite of it.
    pub severity: Severity,
    /// The file, relative to the content folder, with `/` between parts.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong, and what was expected.
    pub message: String,
    /// What to do next.
    pub help: Option<String>,
}

impl Problem {
    /// A problem with a file as a whole.
    pub fn of_file(
        severity: Severity,
        file: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            severity,
            file: file.into(),
            line: 1,
            column: 1,
            message: message.into(),
            help: None,
        }
    }

    /// The same problem with a word on what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same problem with its file below a folder: a terminal opens what it can find from where it is.
    #[must_use]
    pub fn below(mut self, folder: &Path) -> Self {
        let path = folder.join(&self.file);
        self.file = path
            .strip_prefix(".")
            .unwrap_or(&path)
            .display()
            .to_string();
        self
    }

    /// Whether it keeps its page from being shown.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// `file:line:column: error: message`, and the help on a line of its own.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let Self {
            file,
            line,
            column,
            message,
            ..
        } = self;
        write!(f, "{file}:{line}:{column}: {severity}: {message}")?;
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

/// The candidate that somebody who wrote `word` most likely meant.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // Distance is quadratic: nobody mistypes a word this long, but a fuzzer writes one.
    if word.len() > 200 {
        return None;
    }
    let lower = word.to_lowercase();
    candidates
        .into_iter()
        .filter_map(|candidate| {
            // Half a key is as near as a slip: `memory` means `memory_mib`.
            if lower.len() >= 3 && candidate.starts_with(&lower) {
                return Some((1, candidate));
            }
            let distance = strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
            let slips = match candidate.chars().count() {
                0..=2 => 0,
                3..=5 => 1,
                6..=8 => 2,
                _ => 3,
            };
            (distance <= slips).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// "did you mean `x`?", or else what there is to choose from.
pub(crate) fn suggest(word: &str, candidates: &[&str]) -> String {
    match nearest(word, candidates.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if candidates.is_empty() => "there is nothing to choose from".to_owned(),
        None => format!("known here: {}", listed(candidates)),
    }
}

/// `a`, `b` and `c`, with backquotes; long lists are cut.
pub(crate) fn listed(words: &[&str]) -> String {
    const MOST: usize = 24;
    let mut text = words
        .iter()
        .take(MOST)
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ");
    if words.len() > MOST {
        text.push_str(", …");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_reads_like_a_compilers_message() {
        let problem = Problem {
            severity: Severity::Error,
            file: "docker/course.yaml".into(),
            line: 3,
            column: 7,
            message: "unknown key `titel`".into(),
            help: Some("did you mean `title`?".into()),
        };
        assert_eq!(
            problem.to_string(),
            "docker/course.yaml:3:7: error: unknown key `titel`\n  help: did you mean `title`?"
        );
    }

    #[test]
    fn a_problem_can_be_shown_from_where_its_reader_is() {
        let problem = Problem::of_file(Severity::Warning, "docker/course.yaml", "x");
        assert_eq!(
            problem.clone().below(Path::new("content")).file,
            "content/docker/course.yaml"
        );
        assert_eq!(problem.below(Path::new(".")).file, "docker/course.yaml");
    }

    #[test]
    fn the_nearest_word_forgives_a_swap_but_not_another_word() {
        let keys = ["title", "summary", "ref", "max_size"];
        assert_eq!(nearest("rf", keys), Some("ref"));
        assert_eq!(nearest("titel", keys), Some("title"));
        assert_eq!(nearest("maxsize", keys), Some("max_size"));
        assert_eq!(nearest("colour", keys), None);
    }
}
