//! The files that a build took from its context, by what is in them.

use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};

use crate::text::cut;

/// What lies in a build context: for each path a hash of its type, mode and content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    /// Sorted by path; relative to the context, without a leading `./`.
    entries: Vec<(Arc<str>, u64)>,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileChangeKind {
    /// Other content, mode or type.
    Changed,
    /// Was not there.
    Added,
    /// Is not there any more.
    Removed,
}

/// One file that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Relative to the context.
    pub path: Arc<str>,
    /// What became of it.
    pub kind: FileChangeKind,
}

impl Manifest {
    /// Of these paths and hashes.
    #[must_use]
    pub fn new(entries: impl IntoIterator<Item = (String, u64)>) -> Self {
        let entries = entries
            .into_iter()
            .map(|(path, hash)| (Arc::from(cut(&path, 4096)), hash));
        let mut entries: Vec<_> = entries.collect();
        entries.sort();
        Self { entries }
    }

    /// Paths that it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What is not as it was in `before`.
    pub(crate) fn changes(&self, before: &Self) -> Vec<FileChange> {
        let news = self.entries.iter().filter_map(|(path, hash)| {
            let kind = match before.hash(path) {
                None => FileChangeKind::Added,
                Some(old) if old != *hash => FileChangeKind::Changed,
                Some(_) => return None,
            };
            Some((path, kind))
        });
        let there = before.entries.iter().map(|(path, _)| path);
        let gone = there
            .filter(|path| self.hash(path).is_none())
            .map(|path| (path, FileChangeKind::Removed));
        news.chain(gone)
            .map(|(path, kind)| FileChange {
                path: path.clone(),
                kind,
            })
            .collect()
    }

    fn hash(&self, path: &str) -> Option<u64> {
        let at = self
            .entries
            .binary_search_by(|(one, _)| (**one).cmp(path))
            .ok()?;
        Some(self.entries[at].1)
    }
}

/// What a `COPY` or `ADD` takes from the build context.
pub(crate) struct Sources {
    patterns: Vec<Pattern>,
}

enum Pattern {
    Everything,
    /// The path or a folder above it.
    Glob(GlobMatcher),
}

impl Sources {
    /// Reads an instruction; `None` if it takes nothing from the context.
    pub(crate) fn of(instruction: &str) -> Option<Self> {
        let mut words = instruction.split(' ');
        let keyword = words.next()?;
        if !keyword.eq_ignore_ascii_case("COPY") && !keyword.eq_ignore_ascii_case("ADD") {
            return None;
        }
        let (flags, rest): (Vec<&str>, Vec<&str>) = words.partition(|word| word.starts_with("--"));
        if flags.iter().any(|flag| flag.starts_with("--from=")) {
            return None;
        }
        let rest = rest.join(" ");
        let mut paths: Vec<String> = match rest
            .strip_prefix('[')
            .and_then(|list| list.strip_suffix(']'))
        {
            Some(list) => list
                .split(',')
                .map(|one| one.trim().trim_matches('"').to_owned())
                .collect(),
            None => rest.split(' ').map(str::to_owned).collect(),
        };
        paths.pop();
        let local = paths.iter().filter(|path| {
            !path.contains("://") && !path.starts_with("<<") && !path.starts_with("git@")
        });
        let patterns: Vec<Pattern> = local.filter_map(|path| Pattern::of(path)).collect();
        (!patterns.is_empty()).then_some(Self { patterns })
    }

    pub(crate) fn take(&self, path: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.takes(path))
    }
}

impl Pattern {
    fn of(source: &str) -> Option<Self> {
        let parts = source
            .split('/')
            .filter(|part| !part.is_empty() && *part != ".");
        let path = parts.collect::<Vec<_>>().join("/");
        if path.is_empty() {
            return Some(Self::Everything);
        }
        // Braces have no meaning in a Dockerfile.
        let plain = path.replace('{', "[{]").replace('}', "[}]");
        let glob = GlobBuilder::new(&plain)
            .literal_separator(true)
            .backslash_escape(true)
            .build();
        glob.ok().map(|glob| Self::Glob(glob.compile_matcher()))
    }

    fn takes(&self, path: &str) -> bool {
        let Self::Glob(glob) = self else { return true };
        let above = path.match_indices('/').map(|(at, _)| &path[..at]);
        glob.is_match(path) || above.into_iter().any(|folder| glob.is_match(folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(files: &[(&str, u64)]) -> Manifest {
        Manifest::new(files.iter().map(|(path, hash)| ((*path).to_owned(), *hash)))
    }

    fn changed(instruction: &str, before: &[(&str, u64)], after: &[(&str, u64)]) -> Vec<String> {
        let sources = Sources::of(instruction).expect("it takes something");
        let (before, after) = (manifest(before), manifest(after));
        let changes = after.changes(&before).into_iter();
        changes
            .filter(|change| sources.take(&change.path))
            .map(|change| format!("{:?} {}", change.kind, change.path))
            .collect()
    }

    #[test]
    fn only_what_the_instruction_takes_counts() {
        let before = [
            ("a.py", 1),
            ("lib/x.py", 1),
            ("lib/y/z.py", 1),
            ("README", 1),
        ];
        let after = [
            ("a.py", 2),
            ("lib/x.py", 2),
            ("lib/y/z.py", 2),
            ("README", 2),
        ];
        assert_eq!(
            changed("COPY a.py /app/", &before, &after),
            ["Changed a.py"]
        );
        assert_eq!(changed("COPY ./lib /app/", &before, &after).len(), 2);
        assert_eq!(changed("COPY *.py lib/*.py ./", &before, &after).len(), 2);
        assert_eq!(changed("COPY . .", &before, &after).len(), 4);
        assert_eq!(
            changed(r#"COPY --chown=1:1 ["README", "/x y"]"#, &before, &after),
            ["Changed README"]
        );
    }

    #[test]
    fn what_came_and_what_went_is_told() {
        assert_eq!(
            changed(
                "COPY . .",
                &[("old", 1), ("same", 1)],
                &[("new", 1), ("same", 1)]
            ),
            ["Added new", "Removed old"]
        );
    }

    #[test]
    fn what_takes_nothing_from_the_context_has_no_sources() {
        for text in [
            "RUN cp a b",
            "COPY --from=build /a /b",
            "ADD https://example.org/x /",
            "COPY <<EOF /x",
            "COPY",
            "COPY x",
        ] {
            assert!(Sources::of(text).is_none(), "{text}");
        }
    }
}
