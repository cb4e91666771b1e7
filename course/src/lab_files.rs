//! What stands beside a lab's text: `start/`, `solution/`, `wrong/` and `grading/`.

use std::collections::BTreeMap;

use regex::RegexBuilder;

use crate::assemble::read_yaml;
use crate::check::{AnswerRule, Rule, Text, TextHow};
use crate::checks::rules::ImageUse;
use crate::files::{MAX_LAB_FILES, Tree, size};
use crate::load::{Hashes, read_noted};
use crate::model::{Lab, Rebuild, StartFile};
use crate::problem::{Problem, Severity, nearest, suggest};
use crate::{solution, wrong_turns};

/// Adds the files of a lab to it and checks them.
pub(crate) fn attach(
    lab: &mut Lab,
    folder: &str,
    named: &[ImageUse],
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
    check_answers(lab, folder, tree, hashes, found);
    solution::divide(lab, &format!("{folder}/solution/solve.sh"), found);
    check_images(lab, folder, named, found);
    wrong_turns::attach(lab, folder, tree, hashes, found);
    lab.rebuild = read_rebuild(&format!("{folder}/grading"), tree, hashes, found).map(Box::new);
}

/// Bytes of a `rebuild.sh`: it is run as an argument, so that it lies nowhere in the sandbox.
const MAX_REBUILD: usize = 64 * 1024;

/// The script that builds what was handed in anew, if the lab has one.
fn read_rebuild(
    folder: &str,
    tree: &Tree,
    hashes: &mut Hashes,
    found: &mut Vec<Problem>,
) -> Option<Rebuild> {
    let mut files = read_folder(folder, tree, hashes, found);
    let script = format!("{folder}/rebuild.sh");
    let Some(index) = files.iter().position(|file| file.path == "rebuild.sh") else {
        if !files.is_empty() && !tree.contains_key(&script) {
            let message = "this lab has a folder `grading` without a `rebuild.sh`";
            found.push(Problem::of_file(Severity::Error, script, message).help(
                "write a script that builds and starts what the checks look at from the learner's files",
            ));
        }
        return None;
    };
    let bytes = files.remove(index).bytes;
    let fault = match String::from_utf8(bytes) {
        Ok(text) if text.len() > MAX_REBUILD => {
            format!("the script is larger than {}", size(MAX_REBUILD as u64))
        }
        Ok(text) if text.trim().is_empty() => "the script is empty".to_owned(),
        Ok(text) if text.contains('\0') => "the script holds a NUL character".to_owned(),
        Ok(script) => return Some(Rebuild { script, files }),
        Err(_) => "the file is not UTF-8 text".to_owned(),
    };
    found.push(Problem::of_file(Severity::Error, script, fault));
    None
}

/// Every question of the lab has an accepted answer in `answers.yaml`, and nothing else stands there.
fn check_answers(
    lab: &mut Lab,
    folder: &str,
    tree: &Tree,
    hashes: &mut Hashes,
    found: &mut Vec<Problem>,
) {
    let file = format!("{folder}/solution/answers.yaml");
    let questions: BTreeMap<&str, &AnswerRule> = lab
        .checks()
        .filter_map(|check| match &check.rule {
            Rule::Answer(rule) => Some((check.id.as_str(), rule)),
            _ => None,
        })
        .collect();
    let read = read_yaml::<BTreeMap<String, String>>(&file, tree, hashes, found);
    let Some((answers, source, node)) = read else {
        if let (Some(id), false) = (questions.keys().next(), tree.contains_key(&file)) {
            found.push(
                Problem::of_file(
                    Severity::Error,
                    file,
                    "this lab asks questions and has no `solution/answers.yaml`",
                )
                .help(format!("write a line for each: `{id}: the answer`")),
            );
        }
        return;
    };
    for (key, value) in node.entries() {
        let Some(rule) = questions.get(key.name.as_str()) else {
            let known: Vec<&str> = questions.keys().copied().collect();
            let message = format!("there is no `answer` check `{}` in this lab", key.name);
            found.push(
                source
                    .error(key.at, message)
                    .help(suggest(&key.name, &known)),
            );
            continue;
        };
        if answers
            .get(&key.name)
            .is_some_and(|answer| !accepts(rule, answer))
        {
            found.push(
                source
                    .error(
                        value.at,
                        format!("the check `{}` does not accept this answer", key.name),
                    )
                    .help("write an answer that it accepts, or add this one to its `accept`"),
            );
        }
    }
    for id in questions.keys().filter(|id| !answers.contains_key(**id)) {
        found.push(
            source
                .error(
                    node.at,
                    format!("the answer to the check `{id}` is missing"),
                )
                .help(format!("add `{id}: …`")),
        );
    }
    lab.solution.answers = answers;
}

/// Whether an answer is among those of a check. It is lenient where the grader is: `drydock verify`
/// has the last word.
fn accepts(rule: &AnswerRule, answer: &str) -> bool {
    let plain = |text: &str| {
        text.split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase()
    };
    rule.accept.iter().any(|accept| match accept {
        Text::Is(text) => plain(text) == plain(answer),
        Text::How(TextHow::Contains(part)) => answer.contains(part.as_str()),
        Text::How(TextHow::Regex(pattern)) => RegexBuilder::new(pattern)
            .multi_line(true)
            .build()
            .is_ok_and(|regex| regex.is_match(answer.trim()) || regex.is_match(&plain(answer))),
        Text::How(TextHow::Matches(_) | TextHow::Not(_)) => true,
    })
}

/// Images that are needed stand in the learner's engine: there is no network to pull them from.
fn check_images(lab: &Lab, folder: &str, named: &[ImageUse], found: &mut Vec<Problem>) {
    let ready: Vec<String> = lab.images.iter().map(|image| full_name(image)).collect();
    let known: Vec<&str> = lab.images.iter().map(String::as_str).collect();
    let mut warn = |file: &str, (line, column): (u32, u32), image: &str, why: &str| {
        let message = format!("the image `{image}` {why} is not among the lab's `images`");
        let problem = Problem {
            line,
            column,
            ..Problem::of_file(Severity::Warning, file, message)
        };
        found.push(problem.help(match nearest(image, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`? Otherwise add it there"),
            None => "add it there: a sandbox has no network to pull it from".to_owned(),
        }));
    };
    for ImageUse { place, image } in named {
        // What the solution makes is there once a learner has made it.
        if !ready.contains(&full_name(image))
            && !lab
                .solution
                .script
                .contains(image.trim_end_matches(":latest"))
        {
            warn(&lab.source, *place, image, "of this check");
        }
    }
    let folders = [("start", &lab.start), ("solution", &lab.solution.files)];
    for (name, file) in folders
        .iter()
        .flat_map(|(name, files)| files.iter().map(move |file| (name, file)))
    {
        let last = file.path.rsplit('/').next().unwrap_or(&file.path);
        if !(last.starts_with("Dockerfile") || last.ends_with(".Dockerfile")) {
            continue;
        }
        let text = String::from_utf8_lossy(&file.bytes);
        for (line, image) in bases(&text) {
            if !ready.contains(&full_name(image)) {
                warn(
                    &format!("{folder}/{name}/{}", file.path),
                    (line, 1),
                    image,
                    "of this `FROM`",
                );
            }
        }
    }
}

/// Lines and images of the `FROM` instructions that name an image, not a stage.
fn bases(dockerfile: &str) -> Vec<(u32, &str)> {
    let mut stages: Vec<String> = vec!["scratch".into()];
    let mut images = Vec::new();
    for (line, text) in (1..).zip(dockerfile.lines()) {
        let mut words = text
            .split_whitespace()
            .filter(|word| !word.starts_with("--"));
        if !words
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case("from"))
        {
            continue;
        }
        let Some(image) = words.next() else { continue };
        if !image.contains('$') && !stages.contains(&image.to_lowercase()) {
            images.push((line, image));
        }
        if let (Some(_as), Some(stage)) = (words.next(), words.next()) {
            stages.push(stage.to_lowercase());
        }
    }
    images
}

/// A reference with what Docker leaves out.
fn full_name(image: &str) -> String {
    let image = image
        .trim_start_matches("docker.io/")
        .trim_start_matches("library/");
    let last = image.rsplit('/').next().unwrap_or(image);
    if last.contains([':', '@']) {
        image.to_owned()
    } else {
        format!("{image}:latest")
    }
}

pub(crate) fn read_folder(
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
