//! Notes to colleagues at the top of the content folder, such as `COVERAGE.md`: their links to pages must lead
//! somewhere, so that a table of what is taught where stays true.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::files::{self, Entry, MAX_MARKDOWN};
use crate::problem::{Problem, suggest};
use crate::source::Source;

/// Checks the links of every markdown file that stands in the content folder itself. `pages` are the anchors of every
/// page by its file; other files of the folder are looked for on the disk.
pub(crate) fn check(
    root: &Path,
    pages: &BTreeMap<&str, &HashSet<String>>,
    found: &mut Vec<Problem>,
) {
    let Ok(entries) = std::fs::read_dir(root) else {
        return; // said already
    };
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.ends_with(".md"))
        .collect();
    names.sort();
    for name in names {
        let entry = Entry {
            disk: root.join(&name),
            executable: false,
        };
        let read =
            files::read(&name, &entry, MAX_MARKDOWN).and_then(|bytes| Source::new(&name, &bytes));
        match read {
            Ok(source) => links(&source, root, pages, found),
            Err(problem) => found.push(problem),
        }
    }
}

fn links(
    source: &Source,
    root: &Path,
    pages: &BTreeMap<&str, &HashSet<String>>,
    found: &mut Vec<Problem>,
) {
    for (event, range) in Parser::new_ext(&source.text, Options::ENABLE_TABLES).into_offset_iter() {
        let Event::Start(Tag::Link { dest_url, .. }) = event else {
            continue;
        };
        let (file, anchor) = dest_url.split_once('#').unwrap_or((&dest_url, ""));
        if file.is_empty() || file.contains(':') {
            continue;
        }
        let wrong = match pages.get(file) {
            Some(anchors)
                if anchor.is_empty() || anchors.is_empty() || anchors.contains(anchor) =>
            {
                None
            }
            Some(anchors) => {
                let mut known: Vec<&str> = anchors.iter().map(String::as_str).collect();
                known.sort_unstable();
                Some((
                    format!("there is no anchor `{anchor}` in {file}"),
                    suggest(anchor, &known),
                ))
            }
            None if is_inside(file) && root.join(file).exists() => None,
            None => {
                let known: Vec<&str> = pages.keys().copied().collect();
                Some((format!("there is no file {file}"), suggest(file, &known)))
            }
        };
        if let Some((message, help)) = wrong {
            found.push(source.error(range.start, message).help(help));
        }
    }
}

fn is_inside(path: &str) -> bool {
    !path.starts_with('/') && path.split('/').all(|part| part != "..")
}
