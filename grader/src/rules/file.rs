//! Checks of kind `file`.

use drydock_course::check::{FileRule, Text, TextHow};

use super::common::with;
use crate::evidence::{FileKind, FileSeen};
use crate::finding::{Demands, Finding};
use crate::look::{Look, Stop};
use crate::probe::Probe;
use crate::size;
use crate::text::{body, holds, near_miss, phrase};
use crate::words::{code, count, name, nearest, tail};

pub(super) fn subject(rule: &FileRule) -> String {
    match rule.exists {
        Some(false) => format!("No file {}", code(&rule.path)),
        _ => format!("A file {}", code(&rule.path)),
    }
}

pub(super) fn judge(rule: &FileRule, look: &Look<'_>) -> Result<Finding, Stop> {
    let file = look.file(&Probe::File {
        path: rule.path.clone(),
    })?;
    let there = file.kind != FileKind::Missing;
    if rule.exists == Some(false) {
        let found = if there {
            format!("{} is still there.", code(&rule.path))
        } else {
            format!("{} is not there.", code(&rule.path))
        };
        return Ok(Finding::new(!there, subject(rule), found)
            .look_at("`ls -la` lists every file of a folder, hidden ones too."));
    }
    if file.kind != FileKind::File {
        return Ok(
            Finding::new(false, subject(rule), not_a_file(&rule.path, file))
                .look_at(list(&rule.path))
                .out_of(2),
        );
    }
    let mut demands = Demands::default();
    if let Some(demand) = &rule.text {
        demands.add(
            format!("text {}", phrase(demand)),
            holds(demand, &[file.text.as_str(), body(&file.text)])?,
            || text_found(demand, file),
        );
        demands.advise(if near_miss(demand, &file.text).is_some() {
            format!("`cat -A {}` shows also what is invisible in it.", rule.path)
        } else {
            format!("`cat {}` shows what is in it.", rule.path)
        });
    }
    if let Some(wanted) = rule.executable {
        let phrase = if wanted {
            "execute permission"
        } else {
            "no execute permission"
        };
        demands.add(phrase, file.executable == wanted, || {
            if wanted {
                "It is not executable.".to_owned()
            } else {
                "It is executable.".to_owned()
            }
        });
        demands.advise(format!(
            "`ls -l {}` shows an `x` where execution is allowed; `chmod` changes it.",
            rule.path
        ));
    }
    let found = format!("{} is there: {}.", code(&rule.path), size::print(file.size));
    Ok(demands.finish(&subject(rule), found, &list(&rule.path)))
}

fn list(path: &str) -> String {
    match path.rsplit_once('/') {
        Some((folder, _)) => format!("`ls -la {folder}` lists what is there."),
        None => "`ls -la` lists what is there.".to_owned(),
    }
}

fn not_a_file(path: &str, file: &FileSeen) -> String {
    let path_shown = code(path);
    match file.kind {
        FileKind::Dir => format!("{path_shown} is a folder, not a file."),
        FileKind::Symlink => format!("{path_shown} is a symbolic link that leads nowhere."),
        FileKind::Other => format!("{path_shown} is not a regular file."),
        FileKind::File | FileKind::Missing => {
            let last = path.rsplit('/').next().unwrap_or(path);
            match beside(last, &file.beside) {
                Some(near) => format!(
                    "{path_shown} was not found. There is {} beside where it should be: is the name misspelt?",
                    name(near)
                ),
                None => format!("{path_shown} was not found."),
            }
        }
    }
}

/// A name that was probably meant: a slip, or an ending that an editor added or left out.
fn beside<'a>(wanted: &str, there: &'a [String]) -> Option<&'a str> {
    let lower = wanted.to_lowercase();
    let ending = there.iter().find(|other| {
        let other = other.to_lowercase();
        !wanted.is_empty()
            && (other.starts_with(&format!("{lower}."))
                || lower.starts_with(&format!("{other}."))
                || other.trim_start_matches('.') == lower.trim_start_matches('.'))
    });
    ending
        .map(String::as_str)
        .or_else(|| nearest(wanted, there))
}

fn text_found(demand: &Text, file: &FileSeen) -> String {
    if file.text.trim().is_empty() {
        return "It is empty.".to_owned();
    }
    let near = near_miss(demand, &file.text);
    let found = match unwanted(demand, &file.text) {
        Some(line) => format!("It has that in line {line}."),
        None => match demand {
            // The whole text would say less than that it is not in there.
            Text::How(_) if file.text.lines().count() > 3 => format!(
                "That is not in its {}.",
                count(file.text.lines().count(), "line")
            ),
            _ => format!("It holds {}.", tail(&file.text)),
        },
    };
    let cut = file
        .truncated
        .then_some("Only its first 256 KiB were looked at.");
    with(with(found, near), cut)
}

/// The line of what must not be there.
fn unwanted(demand: &Text, text: &str) -> Option<usize> {
    let Text::How(TextHow::Not(inner)) = demand else {
        return None;
    };
    text.lines()
        .position(|line| holds(inner, &[line]).unwrap_or(false))
        .map(|place| place + 1)
}
