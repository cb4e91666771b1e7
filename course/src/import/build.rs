//! The files of a lab from what was read of a scenario. The lab is compiled as it will be later; a part that the
//! compiler refuses is written more plainly until nothing is refused.

use crate::lab;
use crate::markdown::Target;
use crate::problem::Problem;
use crate::scaffold::NewFile;
use crate::source::Source;

use super::directives::Deed;
use super::draft::{Draft, Section, base, fence, holds};
use super::folder::{Folder, error, loss};
use super::pictures::Pictures;
use super::rewrite::{self, Style};
use super::solution;

/// How often a part may be refused before all are written as plainly as can be.
const ROUNDS: usize = 3;

/// Asked at the end of a lab that came without any check.
const ASKED: &str = "\
id: done
title: You say that you went through all steps
answer:
  question: Have you done what the steps ask for?
  choices: [\"Yes\", \"Not yet\"]
  accept: [\"Yes\"]
  wrong:
    \"Not yet\": Go on with the first step that is open.
";

/// How plainly a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Markdown,
    NoHtml,
    Verbatim,
}

/// The files of the lab in its folder.
pub(super) fn files(
    draft: &mut Draft,
    from: &Folder,
    folder: &str,
    name: &str,
) -> Result<Vec<NewFile>, Vec<Problem>> {
    add_checks(draft);
    let mut pictures = Pictures::new(from);
    let (text, ids) = lab_text(draft, name, &mut pictures)?;
    let solution = solution::write(draft, &ids);
    draft.lose("", 1, "images: name those that the lab needs in `images`; a sandbox has no network to pull others from");
    draft.lose("", 1, "objectives: say what a learner can do afterwards");
    if draft.minutes.is_none() {
        draft.lose("", 1, "minutes: 30 is a guess");
    }
    for path in std::mem::take(&mut draft.unused) {
        if !pictures.shows(&path) {
            draft.lose(
                &path,
                1,
                "the file: it belongs to the scenario, not to what a learner works on",
            );
        }
    }
    let file = |path: &str, bytes: Vec<u8>, executable| NewFile {
        path: format!("{folder}/{path}"),
        bytes,
        executable,
    };
    let mut made = vec![
        file("lab.md", text.into_bytes(), false),
        file("solution/solve.sh", solution.script.into_bytes(), true),
    ];
    if draft
        .sections
        .iter()
        .any(|section| section.checks.iter().any(|check| check == ASKED))
    {
        made.push(file(
            "solution/answers.yaml",
            b"done: \"Yes\"\n".to_vec(),
            false,
        ));
    }
    for (name, text) in solution.files {
        made.push(file(&format!("solution/{name}"), text.into_bytes(), false));
    }
    for (name, bytes) in pictures.into_files() {
        made.push(file(&name, bytes, false));
    }
    for start in draft.start.drain(..) {
        let path = format!("start/{}", start.path);
        made.push(file(&path, start.bytes, start.executable));
    }
    draft
        .losses
        .sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    draft.losses.dedup();
    Ok(made)
}

/// Adds checks for files that a learner saves, and a question if there is no check at all.
fn add_checks(draft: &mut Draft) {
    let mut asked: Vec<String> = Vec::new();
    let mut sections = std::mem::take(&mut draft.sections);
    for section in sections
        .iter_mut()
        .filter(|section| section.title.is_some())
    {
        for deed in &section.plain.deeds {
            let Deed::Save { path, .. } = deed else {
                continue;
            };
            // What is there from the beginning, or was asked for, proves nothing.
            if draft.starts_with(path) || asked.contains(path) {
                continue;
            }
            let check = format!(
                "id: file-{}\ntitle: {}\nfile:\n  path: {}\nhint: Save the text that is shown above under this name.\n",
                asked.len() + 1,
                quoted(&format!("There is a file `{path}`")),
                quoted(path)
            );
            if holds(&check) {
                asked.push(path.clone());
                section.checks.push(check);
                draft.losses.push(loss(
                    &section.file,
                    1,
                    format!("the check of `{path}` only asks whether the file is there: say in it what matters"),
                ));
            }
        }
    }
    if sections.iter().all(|section| section.checks.is_empty())
        && let Some(last) = sections.iter_mut().rfind(|section| section.title.is_some())
    {
        last.checks.push(ASKED.to_owned());
        draft.losses.push(loss("", 1, "checks: there is none, so the last step asks whether all is done; write a check for each step"));
    }
    draft.sections = sections;
}

/// The lab's text, and the ids of its steps.
fn lab_text(
    draft: &mut Draft,
    name: &str,
    pictures: &mut Pictures<'_>,
) -> Result<(String, Vec<String>), Vec<Problem>> {
    let steps = draft
        .sections
        .iter()
        .filter(|section| section.title.is_some());
    let steps = steps.count();
    let mut forms = vec![Form::Markdown; draft.sections.len()];
    for round in 0.. {
        let mut text = front(draft);
        let mut losses = Vec::new();
        // The line at which each section ends.
        let mut ends = Vec::new();
        let mut lines = text.matches('\n').count();
        pictures.begin();
        for (index, (section, form)) in draft.sections.iter().zip(&forms).enumerate() {
            let part = section.write(index, &draft.title, *form, pictures, &mut losses);
            lines += part.matches('\n').count();
            ends.push(lines);
            text.push_str(&part);
        }
        let source = Source::new("lab.md", text.as_bytes()).map_err(|problem| vec![problem])?;
        let page = lab::compile(&source, name, &base());
        let mut refused = page.about.problems;
        refused.retain(Problem::is_error);
        // What leads to another page, or to a picture that did not come along.
        let nowhere = page
            .about
            .references
            .iter()
            .filter(|link| match &link.target {
                Target::File(path) => !pictures.is_shown_as(path),
                Target::Page { .. } | Target::Anchor(_) => true,
            });
        refused.extend(nowhere.map(|link| Problem {
            line: link.place.0,
            ..error("lab.md", "a link leads nowhere")
        }));
        let ids: Vec<String> = page
            .page
            .map(|lab| lab.steps.into_iter().map(|step| step.id).collect())
            .unwrap_or_default();
        // A text that opens something and leaves it open would swallow the next step.
        if refused.is_empty() && ids.len() == steps {
            draft.losses.extend(losses);
            return Ok((text, ids));
        }
        if round > ROUNDS {
            return Err(refused
                .into_iter()
                .map(|problem| {
                    error(
                        "",
                        format!("no lab can be made of this: {}", problem.message),
                    )
                })
                .chain([error("", "no lab can be made of this folder")])
                .take(5)
                .collect());
        }
        if round == ROUNDS || refused.is_empty() {
            forms.fill(Form::Verbatim);
        }
        let mut at: Vec<usize> = refused
            .iter()
            .map(|problem| ends.partition_point(|end| *end < problem.line as usize))
            .collect();
        at.sort_unstable();
        at.dedup();
        for index in at {
            if let Some(form) = forms.get_mut(index) {
                *form = match form {
                    Form::Markdown => Form::NoHtml,
                    _ => Form::Verbatim,
                };
            }
        }
    }
    Err(Vec::new())
}

impl Section {
    /// Writes the section, which ends with an empty line.
    fn write(
        &self,
        index: usize,
        lab: &str,
        form: Form,
        pictures: &mut Pictures<'_>,
        losses: &mut Vec<Problem>,
    ) -> String {
        let style = Style {
            title: self.title.as_deref().unwrap_or(lab),
            prefix: &format!("s{}-", index + 1),
            bold_headings: self.title.is_none(),
            no_html: form > Form::Markdown,
        };
        let mut show = |address: &str| pictures.show(&self.file, address);
        let read = rewrite::rewrite(&self.plain.text, &style, &mut show);
        let body = if form == Form::Verbatim {
            losses.push(loss(
                &self.file,
                1,
                "the form of this text, which the compiler refuses: it stands in the lab as it is",
            ));
            let fence = fence(&self.plain.text);
            format!("{fence}text\n{}\n{fence}", self.plain.text.trim_end())
        } else {
            for (at, message) in read.losses {
                losses.push(loss(&self.file, self.plain.line(at), message));
            }
            read.text
        };
        let mut text = String::new();
        if let Some(title) = &self.title {
            let own = read.title.unwrap_or_default();
            let title = one_line(if title.trim().is_empty() { &own } else { title }, 120);
            let title = if title.is_empty() {
                format!("Step {}", index + 1)
            } else {
                title
            };
            text.push_str(&format!("## {}\n\n", rewrite::literal(&title)));
        }
        text.push_str(body.trim_start_matches('\n').trim_end());
        text.push_str("\n\n");
        for check in &self.checks {
            let fence = fence(check);
            text.push_str(&format!("{fence}check\n{check}{fence}\n\n"));
        }
        text
    }
}

fn front(draft: &Draft) -> String {
    let or = |text: &str, other: &str, most| {
        let text = one_line(text, most);
        quoted(if text.is_empty() { other } else { &text })
    };
    format!(
        "---\ntitle: {}\nsummary: {}\nminutes: {}\nobjectives:\n  - say here what a learner can do afterwards\nimages: []\n---\n\n",
        or(&draft.title, "A lab from elsewhere", 120),
        or(
            &draft.summary,
            "Say in one or two sentences what a learner does here.",
            400
        ),
        draft.minutes.unwrap_or(30).clamp(1, 180)
    )
}

/// A text on one line, of at most `most` characters, without control characters.
fn one_line(text: &str, most: usize) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words
        .chars()
        .filter(|letter| !letter.is_control())
        .take(most)
        .collect()
}

/// A text as JSON, which YAML reads as well.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}
