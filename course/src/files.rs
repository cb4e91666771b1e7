//! The files of a course: found, limited and read. Symbolic links are refused, so that a content
//! folder from elsewhere cannot show or send to a learner what is not in it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::problem::{Problem, Severity};

/// Largest markdown file, in bytes.
pub const MAX_MARKDOWN: u64 = 1024 * 1024;
/// Largest YAML file, in bytes.
pub const MAX_YAML: u64 = 256 * 1024;
/// Largest picture or download, in bytes.
pub const MAX_ASSET: u64 = 2 * 1024 * 1024;
/// Largest sum of the files of a `start/`, a `solution/`, a `grading/` or a wrong turn, in bytes.
pub const MAX_LAB_FILES: u64 = 5 * 1024 * 1024;
/// Most files in one course.
pub const MAX_FILES: usize = 5_000;
/// Deepest folder, counted from the course's.
pub const MAX_DEPTH: usize = 12;

/// A file that was found.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Where it is on the disk.
    pub disk: PathBuf,
    /// Whether its owner may execute it.
    pub executable: bool,
}

/// Files by their path relative to the content folder.
pub(crate) type Tree = BTreeMap<String, Entry>;

/// Finds the files of a course.
pub(crate) fn scan(root: &Path, course: &str, problems: &mut Vec<Problem>) -> Tree {
    let mut tree = Tree::new();
    // What begins with a dot belongs to editors and version control, but in a lab's files it may
    // be a `.dockerignore`.
    let keep = |path: &str, name: &str| !name.starts_with('.') || is_lab_file(path);
    walk(&root.join(course), course, 0, keep, &mut tree, problems);
    tree
}

/// Finds the files of any folder, also those whose names begin with a dot, but for what editors and version
/// control keep. Paths begin with `/`.
pub(crate) fn scan_foreign(root: &Path, problems: &mut Vec<Problem>) -> Tree {
    const NOT: &[&str] = &[".git", ".github", ".idea", ".vscode", ".DS_Store"];
    let mut tree = Tree::new();
    let keep = |_: &str, name: &str| !NOT.contains(&name);
    walk(root, "", 0, keep, &mut tree, problems);
    tree
}

fn walk(
    folder: &Path,
    path: &str,
    depth: usize,
    keep: fn(&str, &str) -> bool,
    tree: &mut Tree,
    problems: &mut Vec<Problem>,
) {
    let error = |message: String| Problem::of_file(Severity::Error, path, message);
    if depth > MAX_DEPTH {
        problems.push(error(format!(
            "folders are nested more than {MAX_DEPTH} deep"
        )));
        return;
    }
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(cause) => {
            problems.push(error(format!("the folder cannot be read: {cause}")));
            return;
        }
    };
    let mut entries: Vec<_> = entries.filter_map(Result::ok).collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let Some(name) = name
            .to_str()
            .filter(|name| !name.chars().any(char::is_control))
        else {
            problems.push(
                error(format!(
                    "the name of the file {} is not readable text",
                    name.display()
                ))
                .help("rename it"),
            );
            continue;
        };
        let below = format!("{path}/{name}");
        if !keep(&below, name) {
            continue;
        }
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() {
            walk(&entry.path(), &below, depth + 1, keep, tree, problems);
        } else if !kind.is_file() {
            let what = if kind.is_symlink() {
                "a symbolic link"
            } else {
                "no ordinary file"
            };
            problems.push(
                Problem::of_file(
                    Severity::Error,
                    below,
                    format!("this is {what}, expected a file or folder"),
                )
                .help("put a copy of the file here"),
            );
        } else if tree.len() >= MAX_FILES {
            problems.push(error(format!("the course has more than {MAX_FILES} files")));
            return;
        } else {
            let executable = entry
                .metadata()
                .is_ok_and(|metadata| is_executable(&metadata));
            tree.insert(
                below,
                Entry {
                    disk: entry.path(),
                    executable,
                },
            );
        }
    }
}

/// Whether a path is inside of a lab's `start/`, `solution/`, `wrong/` or `grading/`.
fn is_lab_file(path: &str) -> bool {
    let mut parts = path.split('/').skip_while(|part| *part != "labs").skip(2);
    matches!(
        parts.next(),
        Some("start" | "solution" | "wrong" | "grading")
    )
}

#[cfg(unix)]
fn is_executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    false
}

/// Reads a file of at most `most` bytes.
pub(crate) fn read(path: &str, entry: &Entry, most: u64) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let read =
        fs::File::open(&entry.disk).and_then(|file| file.take(most + 1).read_to_end(&mut bytes));
    match read {
        Err(cause) => Err(Problem::of_file(
            Severity::Error,
            path,
            format!("the file cannot be read: {cause}"),
        )),
        Ok(_) if bytes.len() as u64 > most => Err(Problem::of_file(
            Severity::Error,
            path,
            format!("the file is larger than {}", size(most)),
        )
        .help("make it smaller, or split it")),
        Ok(_) => Ok(bytes),
    }
}

/// A limit as it is spoken of.
pub(crate) fn size(bytes: u64) -> String {
    if bytes >= 1024 * 1024 {
        format!("{} MiB", bytes / 1024 / 1024)
    } else {
        format!("{} KiB", bytes / 1024)
    }
}

/// The media type of a picture or download, by the end of its name.
pub(crate) fn media_type(path: &str) -> Option<&'static str> {
    let (_, end) = path.rsplit_once('.')?;
    Some(match end.to_ascii_lowercase().as_str() {
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "gif" => "image/gif",
        "csv" => "text/csv; charset=utf-8",
        "txt" | "py" | "sh" | "yaml" | "yml" | "toml" => "text/plain; charset=utf-8",
        "json" => "application/json",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        _ => return None,
    })
}
