//! Wrong turns: what learners really do wrong in a lab, and what they must be told then.
//!
//! ```text
//! LAB/wrong/NAME/solve.sh       what such a learner types
//!               /expect.yaml    checks that must fail, each with what it must say
//!               /answers.yaml   what such a learner answers, if anything
//! ```

use std::collections::{BTreeMap, BTreeSet};

use crate::assemble::read_yaml;
use crate::check::Rule;
use crate::files::Tree;
use crate::lab_files::read_folder;
use crate::load::Hashes;
use crate::model::{Lab, WrongTurn};
use crate::outline::is_slug;
use crate::problem::{Problem, Severity, suggest};
use crate::source::Source;
use crate::yaml::Node;

/// Reads the wrong turns of a lab into it.
pub(crate) fn attach(
    lab: &mut Lab,
    folder: &str,
    tree: &Tree,
    hashes: &mut Hashes,
    found: &mut Vec<Problem>,
) {
    let prefix = format!("{folder}/wrong/");
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for path in tree
        .range(prefix.clone()..)
        .map(|(path, _)| path)
        .take_while(|path| path.starts_with(&prefix))
    {
        match path[prefix.len()..].split_once('/') {
            Some((name, _)) => {
                names.insert(name);
            }
            None => found.push(
                Problem::of_file(Severity::Error, path, "this file belongs to no wrong turn")
                    .help("each wrong turn is a folder: `wrong/NAME/solve.sh` and `wrong/NAME/expect.yaml`"),
            ),
        }
    }
    let turns = names
        .into_iter()
        .map(|name| read(lab, name, &format!("{prefix}{name}"), tree, hashes, found))
        .collect();
    lab.wrong = turns;
}

fn read(
    lab: &Lab,
    name: &str,
    folder: &str,
    tree: &Tree,
    hashes: &mut Hashes,
    found: &mut Vec<Problem>,
) -> WrongTurn {
    let missing = |file: &str, help: &str| {
        Problem::of_file(
            Severity::Error,
            format!("{folder}/{file}"),
            format!("this wrong turn has no `{file}`"),
        )
        .help(help)
    };
    if !is_slug(name) {
        found.push(
            Problem::of_file(
                Severity::Error,
                folder,
                format!("`{name}` is no name for a wrong turn"),
            )
            .help("rename the folder with lower-case letters, digits and `-`"),
        );
    }
    let mut turn = WrongTurn {
        name: name.to_owned(),
        ..WrongTurn::default()
    };
    turn.files = read_folder(folder, tree, hashes, found);
    turn.files
        .retain(|file| file.path != "answers.yaml" && file.path != "expect.yaml");
    match turn.files.iter().position(|file| file.path == "solve.sh") {
        None => found.push(missing(
            "solve.sh",
            "write what a learner would type who goes wrong here",
        )),
        Some(index) => match String::from_utf8(turn.files.remove(index).bytes) {
            Ok(text) => turn.script = text,
            Err(_) => found.push(Problem::of_file(
                Severity::Error,
                format!("{folder}/solve.sh"),
                "the file is not UTF-8 text",
            )),
        },
    }
    let file = format!("{folder}/expect.yaml");
    if !tree.contains_key(&file) {
        found.push(missing(
            "expect.yaml",
            "name each check that must fail, and a text that its message must have: `ID: \"text\"`",
        ));
    }
    if let Some((expect, source, node)) =
        read_yaml::<BTreeMap<String, String>>(&file, tree, hashes, found)
    {
        let known: Vec<&str> = lab.checks().map(|check| check.id.as_str()).collect();
        check_ids("check", &source, &node, &known, found);
        if expect.is_empty() {
            found.push(
                source
                    .error(node.at, "this wrong turn names no check that must fail")
                    .help("add a line for each: `ID: \"text of its message\"`"),
            );
        }
        for (key, value) in node.entries() {
            if expect
                .get(&key.name)
                .is_some_and(|text| text.trim().is_empty())
            {
                found.push(
                    source
                        .error(
                            value.at,
                            format!("what the check `{}` must say is empty", key.name),
                        )
                        .help("write the part of its message that tells a learner what went wrong"),
                );
            }
        }
        turn.expect = expect;
    }
    let file = format!("{folder}/answers.yaml");
    if let Some((answers, source, node)) =
        read_yaml::<BTreeMap<String, String>>(&file, tree, hashes, found)
    {
        let questions: Vec<&str> = lab
            .checks()
            .filter(|check| matches!(check.rule, Rule::Answer(_)))
            .map(|check| check.id.as_str())
            .collect();
        check_ids("`answer` check", &source, &node, &questions, found);
        turn.answers = answers;
    }
    turn
}

fn check_ids(what: &str, source: &Source, node: &Node, known: &[&str], found: &mut Vec<Problem>) {
    for (key, _) in node.entries() {
        if !known.contains(&key.name.as_str()) {
            found.push(
                source
                    .error(
                        key.at,
                        format!("there is no {what} `{}` in this lab", key.name),
                    )
                    .help(suggest(&key.name, known)),
            );
        }
    }
}
