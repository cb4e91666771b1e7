//! The files of a build's context, and which of them a `COPY` takes.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// A hash that is the same in every run: keys are compared within one program only, and tests read better.
pub(super) fn hash(parts: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    hasher.finish()
}

/// Files that reach the engine: without what `.dockerignore` names.
pub(super) fn sent(files: &BTreeMap<String, String>) -> BTreeMap<String, u64> {
    let rules = files
        .get(".dockerignore")
        .map(String::as_str)
        .unwrap_or_default();
    files
        .iter()
        .filter(|(path, _)| !ignored(path, rules))
        .map(|(path, content)| (path.clone(), hash(content)))
        .collect()
}

/// Whether the last rule that speaks of a path, or of a folder that it is in, leaves it out.
/// <https://docs.docker.com/build/concepts/context/#dockerignore-files>
fn ignored(path: &str, rules: &str) -> bool {
    let mut out = false;
    for rule in rules.lines().map(str::trim) {
        let (rule, leaves_out) = rule
            .strip_prefix('!')
            .map_or((rule, true), |rule| (rule.trim(), false));
        let rule = clean(rule);
        if rule.is_empty() || rule.starts_with('#') {
            continue;
        }
        let ends = path
            .match_indices('/')
            .map(|(at, _)| at)
            .chain([path.len()]);
        if ends.into_iter().any(|end| matches(&rule, &path[..end])) {
            out = leaves_out;
        }
    }
    out
}

/// Files that a source of `COPY` names: a file, all of a folder, or what a pattern matches.
pub(super) fn taken(files: &BTreeMap<String, u64>, source: &str) -> BTreeMap<String, u64> {
    let source = clean(source);
    files
        .iter()
        .filter(|(path, _)| {
            let mut ends = path
                .match_indices('/')
                .map(|(at, _)| at)
                .chain([path.len()]);
            source.is_empty() || ends.any(|end| matches(&source, &path[..end]))
        })
        .map(|(path, content)| (path.clone(), *content))
        .collect()
}

/// A path without `./`, doubled and final slashes; the context itself is nothing.
pub(super) fn clean(path: &str) -> String {
    let parts = path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".");
    parts.collect::<Vec<_>>().join("/")
}

/// Go's `filepath.Match` with `**` for any number of folders.
fn matches(pattern: &str, path: &str) -> bool {
    if let Some((first, rest)) = pattern.split_once("**") {
        let rest = rest.trim_start_matches('/');
        let Some(path) = path.strip_prefix(first) else {
            return false;
        };
        let starts = path.match_indices('/').map(|(at, _)| at + 1);
        return rest.is_empty()
            || std::iter::once(0)
                .chain(starts)
                .any(|at| matches(rest, &path[at..]));
    }
    let (pattern, path): (Vec<&str>, Vec<&str>) =
        (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len()
        && pattern
            .iter()
            .zip(path)
            .all(|(pattern, part)| part_matches(pattern.as_bytes(), part.as_bytes()))
}

fn part_matches(pattern: &[u8], part: &[u8]) -> bool {
    match pattern.split_first() {
        None => part.is_empty(),
        Some((b'*', rest)) => (0..=part.len()).any(|skipped| part_matches(rest, &part[skipped..])),
        Some((b'?', rest)) => !part.is_empty() && part_matches(rest, &part[1..]),
        Some((byte, rest)) => part.first() == Some(byte) && part_matches(rest, &part[1..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_rule_that_speaks_of_a_path_counts() {
        let rules = "# notes\n*.md\n!README.md\nnode_modules\n**/*.log\n/build/\n";
        for out in [
            "notes.md",
            "node_modules/x/y.js",
            "a/b/c.log",
            "x.log",
            "build/out",
        ] {
            assert!(ignored(out, rules), "{out}");
        }
        for sent in [
            "README.md",
            "docs/notes.md",
            "src/main.py",
            "a/node_modules/x",
        ] {
            assert!(!ignored(sent, rules), "{sent}");
        }
    }

    #[test]
    fn a_source_is_a_file_a_folder_or_a_pattern() {
        let files: BTreeMap<String, u64> = ["a.py", "b.txt", "src/c.py", "src/deep/d.py"]
            .iter()
            .map(|path| ((*path).to_owned(), 1))
            .collect();
        let names = |source| taken(&files, source).into_keys().collect::<Vec<_>>();
        assert_eq!(names("."), ["a.py", "b.txt", "src/c.py", "src/deep/d.py"]);
        assert_eq!(names("./src/"), ["src/c.py", "src/deep/d.py"]);
        assert_eq!(names("*.py"), ["a.py"]);
        assert_eq!(names("nothing"), Vec::<String>::new());
    }
}
