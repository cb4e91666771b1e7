//! What stands beside a lab's text: `start/` and `solution/`.

use std::collections::BTreeMap;

use crate::assemble::read_yaml;
use crate::files::{MAX_LAB_FILES, Tree, size};
use crate::load::{Hashes, read_noted};
use crate::model::{Lab, StartFile};
use crate::problem::{Problem, Severity};

/// Adds the files of a lab to it and checks them.
pub(crate) fn attach(
    lab: &mut Lab,
    folder: &str,
    tree: &Tree,
    hashes: &mut Hashes,
    found: &mut Vec<Problem>,
) {
    lab.start = read_folder(&format!("{folder}/start"), tree, hashes, found);
    let mut files = read_folder(&format!("{folder}/solution"), tree, hashes, found);
    files.retain(|file| file.path != "answers.yaml");
    let script = format!("{folder}/solution/solve.sh");
    match files.iter().position(|file| file.path == "solve.sh") {
        None => found.push(
            Problem::of_file(
                Severity::Error,
                script,
                "this lab has no `solution/solve.sh`",
            )
            .help("write what a learner would type; `drydock verify` proves the lab with it"),
        ),
        Some(index) => match String::from_utf8(files.remove(index).bytes) {
            Ok(text) => lab.solution.script = text,
            Err(_) => found.push(Problem::of_file(
                Severity::Error,
                script,
                "the file is not UTF-8 text",
            )),
        },
    }
    lab.solution.files = files;
    let answers = format!("{folder}/solution/answers.yaml");
    if let Some((read, ..)) = read_yaml::<BTreeMap<String, String>>(&answers, tree, hashes, found) {
        lab.solution.answers = read;
    }
}

fn read_folder(
    folder: &str,
    tree: &Tree,
    hashes: &mut Hashes,
    found: &mut Vec<Problem>,
) -> Vec<StartFile> {
    let prefix = format!("{folder}/");
    let mut left = MAX_LAB_FILES;
    let mut read = Vec::new();
    for (path, entry) in tree
        .range(prefix.clone()..)
        .take_while(|(path, _)| path.starts_with(&prefix))
    {
        match read_noted(path, entry, left, hashes) {
            Err(_) if left < MAX_LAB_FILES => {
                found.push(
                    Problem::of_file(
                        Severity::Error,
                        path,
                        format!(
                            "the files of this folder are together larger than {}",
                            size(MAX_LAB_FILES)
                        ),
                    )
                    .help("a lab's files are sent into every sandbox: keep them small"),
                );
                break;
            }
            Err(problem) => found.push(problem),
            Ok(bytes) => {
                left -= bytes.len() as u64;
                let path = path[prefix.len()..].to_owned();
                read.push(StartFile {
                    path,
                    executable: entry.executable,
                    bytes,
                });
            }
        }
    }
    read
}
