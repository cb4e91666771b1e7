//! The solution, cut into what is shown for each step to a learner who asks for it.
//!
//! `solve.sh` is one script, so that `drydock verify` proves the whole. A line `# step: ID` says that what follows
//! belongs to that step. What stands before the first such line makes the script fit to run again and is not shown.

use std::collections::BTreeMap;

use crate::check::Rule;
use crate::model::{Lab, Solution, SolutionPart, StartFile};
use crate::problem::{Problem, Severity, suggest};

const MARK: &str = "# step: ";
/// Where `drydock verify` puts the files of the solution folder.
const FOLDER: &str = ".solution/";

/// Fills [`Solution::steps`] from the script, the files and the answers. `file` is the script, for problems.
pub(crate) fn divide(lab: &mut Lab, file: &str, found: &mut Vec<Problem>) {
    let known: Vec<&str> = lab.steps.iter().map(|step| step.id.as_str()).collect();
    let mut steps: BTreeMap<String, Vec<SolutionPart>> = BTreeMap::new();
    let mut current: Option<(String, Vec<SolutionPart>)> = None;
    for (line, number) in lab.solution.script.lines().zip(1_u32..) {
        let Some(id) = line.strip_prefix(MARK).map(str::trim) else {
            if let Some((_, parts)) = &mut current {
                add(parts, line, &lab.solution.files);
            }
            continue;
        };
        let problem = |message: String| Problem {
            line: number,
            ..Problem::of_file(Severity::Error, file, message)
        };
        if !known.contains(&id) {
            found.push(problem(format!("the lab has no step `{id}`")).help(suggest(id, &known)));
        } else if steps.contains_key(id) || current.as_ref().is_some_and(|(now, _)| now == id) {
            found.push(
                problem(format!("the step `{id}` begins a second time"))
                    .help("keep what belongs to a step together"),
            );
        }
        steps.extend(current.take());
        current = Some((id.to_owned(), Vec::new()));
    }
    let divided = current.is_some();
    steps.extend(current);
    for step in &lab.steps {
        let answers = step.checks.iter().filter_map(|check| match &check.rule {
            Rule::Answer(rule) => Some(SolutionPart::Answer {
                question: rule.question.clone(),
                text: lab.solution.answers.get(&check.id)?.clone(),
            }),
            _ => None,
        });
        let parts = steps.entry(step.id.clone()).or_default();
        parts.extend(answers);
        parts.retain_mut(tidy);
        if divided && parts.is_empty() && !step.checks.is_empty() {
            found.push(
                Problem::of_file(
                    Severity::Warning,
                    file,
                    format!("the solution shows nothing for the step `{}`", step.id),
                )
                .help(format!(
                    "put a line `{MARK}{}` before what solves it",
                    step.id
                )),
            );
        }
    }
    steps.retain(|_, parts| divided && !parts.is_empty());
    lab.solution.steps = steps;
}

/// Adds a line of the script: to the commands, or as the file that it puts into place.
fn add(parts: &mut Vec<SolutionPart>, line: &str, files: &[StartFile]) {
    if let Some(file) = copied(line, files) {
        parts.push(file);
    } else if let Some(SolutionPart::Commands { text }) = parts.last_mut() {
        text.push_str(line);
        text.push('\n');
    } else {
        parts.push(SolutionPart::Commands {
            text: format!("{line}\n"),
        });
    }
}

/// `cp .solution/FILE PATH` stands for an edit: it is shown as the file.
fn copied(line: &str, files: &[StartFile]) -> Option<SolutionPart> {
    let mut words = line.split_whitespace();
    let (Some("cp"), Some(from), Some(to), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return None;
    };
    let from = from.strip_prefix(FOLDER)?;
    let file = files.iter().find(|file| file.path == from)?;
    let text = String::from_utf8(file.bytes.clone()).ok()?;
    let mut path = to.trim_matches('"').to_owned();
    if path.ends_with('/') {
        path.push_str(from.rsplit('/').next().unwrap_or(from));
    }
    Some(SolutionPart::File { path, text })
}

/// Takes blank lines off both ends; says whether anything is left.
fn tidy(part: &mut SolutionPart) -> bool {
    if let SolutionPart::Commands { text } = part {
        *text = text.trim_matches('\n').to_owned();
        return !text.trim().is_empty();
    }
    true
}

impl Solution {
    /// What is shown for a step, if anything.
    #[must_use]
    pub fn of_step(&self, step: &str) -> Option<&[SolutionPart]> {
        self.steps.get(step).map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Limits, Step};

    fn lab(script: &str, steps: &[&str]) -> Lab {
        Lab {
            slug: "l".into(),
            title: "L".into(),
            summary: String::new(),
            minutes: 5,
            objectives: vec![],
            outcomes: vec![],
            images: vec![],
            limits: Limits::default(),
            solution_cost: 50,
            intro: vec![],
            steps: steps
                .iter()
                .map(|id| Step {
                    id: (*id).to_owned(),
                    title: (*id).to_owned(),
                    blocks: vec![],
                    checks: vec![],
                    hints: vec![],
                })
                .collect(),
            start: vec![],
            solution: Solution {
                script: script.to_owned(),
                files: vec![StartFile {
                    path: "Dockerfile".into(),
                    executable: false,
                    bytes: b"FROM busybox\n".to_vec(),
                }],
                ..Solution::default()
            },
            wrong: vec![],
            rebuild: None,
            source: "l/lab.md".into(),
        }
    }

    fn commands(text: &str) -> SolutionPart {
        SolutionPart::Commands { text: text.into() }
    }

    #[test]
    fn each_step_gets_its_part_and_what_stands_before_is_not_shown() {
        let script = "docker rm -f x\n\n# step: write\ncp .solution/Dockerfile app/\n\n# step: build\n\n# Now.\ndocker build app\n";
        let mut lab = lab(script, &["write", "build"]);
        let mut found = Vec::new();
        divide(&mut lab, "solve.sh", &mut found);
        assert_eq!(found, []);
        let file = SolutionPart::File {
            path: "app/Dockerfile".into(),
            text: "FROM busybox\n".into(),
        };
        assert_eq!(lab.solution.of_step("write"), Some(&[file][..]));
        assert_eq!(
            lab.solution.of_step("build"),
            Some(&[commands("# Now.\ndocker build app")][..])
        );
    }

    #[test]
    fn a_script_that_is_not_divided_shows_nothing() {
        let mut lab = lab("docker build app\n", &["build"]);
        let mut found = Vec::new();
        divide(&mut lab, "solve.sh", &mut found);
        assert_eq!((lab.solution.of_step("build"), found), (None, vec![]));
    }

    #[test]
    fn an_unknown_step_and_one_that_begins_twice_are_told_with_their_line() {
        let mut lab = lab(
            "# step: bild\ntrue\n# step: build\ntrue\n# step: write\ntrue\n# step: build\n",
            &["write", "build"],
        );
        let mut found = Vec::new();
        divide(&mut lab, "solve.sh", &mut found);
        let told: Vec<(u32, &str)> = found
            .iter()
            .map(|problem| (problem.line, problem.message.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (1, "the lab has no step `bild`"),
                (7, "the step `build` begins a second time")
            ]
        );
        assert!(
            found[0]
                .help
                .as_deref()
                .is_some_and(|help| help.contains("build"))
        );
    }
}
