//! `labspace.yaml` of a Docker Labspace, its texts, and the project that a learner works in.
//!
//! Source: docs/creating-labspace.md and docs/configuration.md of dockersamples/labspace-infra (`title`, `description`,
//! `sections` with `title` and `contentPath`, `services`, `metadata`; `compose.override.yaml` changes the workspace).

use std::collections::BTreeSet;

use crate::files::{MAX_MARKDOWN, MAX_YAML};
use crate::problem::Problem;
use crate::source::Source;
use crate::yaml::{self, Node, Value};

use super::directives::short;
use super::draft::Draft;
use super::folder::{Folder, error, plain_path};

/// Where a repository keeps the labspace.
const HOMES: [&str; 3] = ["", "labspace/", ".labspace/"];

/// Reads a Labspace.
pub(super) fn read(folder: &Folder, draft: &mut Draft) -> Result<(), Problem> {
    let Some(home) = HOMES
        .iter()
        .find(|home| folder.has(&format!("{home}labspace.yaml")))
    else {
        return Err(error("labspace.yaml", "there is no `labspace.yaml`")
            .help("give the folder of the repository, or the one that has this file"));
    };
    let source = folder.text(&format!("{home}labspace.yaml"), MAX_YAML)?;
    let node = yaml::parse_mapping(&source, &source.whole(), "the Labspace")?;
    let needed = |node: &Node, key: &str| -> Result<String, Problem> {
        text_of(node, key).ok_or_else(|| {
            source
                .error(
                    node.place_of(key),
                    format!("the key `{key}` is missing, or is no text"),
                )
                .help(format!("write `{key}: …`"))
        })
    };
    draft.title = needed(&node, "title")?;
    draft.summary = text_of(&node, "description").unwrap_or_default();
    for (key, value) in node.entries() {
        let why = match key.name.as_str() {
            "title" | "description" | "sections" => continue,
            "variables" => {
                let values = value.entries().iter();
                draft.variables.extend(values.filter_map(|(name, value)| {
                    Some((name.name.clone(), scalar(value)?.to_owned()))
                }));
                "their values stand in the texts, and a learner cannot change them"
            }
            "services" => "a lab has terminal, editor and preview",
            "metadata" => "where it comes from: keep the credit in the text",
            _ => "it has no counterpart",
        };
        let line = source.place(key.at).0;
        draft.lose(
            &source.file,
            line,
            format!(
                "`{}` ({}): {why}",
                short(&key.name),
                yaml::describe(&value.value).replace('`', "'")
            ),
        );
    }
    let sections = node.get("sections").map(Node::items).unwrap_or_default();
    if sections.is_empty() {
        return Err(source
            .error(node.place_of("sections"), "the Labspace has no sections")
            .help("list them: `- title: …` and `contentPath: …`"));
    }
    let mut used = BTreeSet::from([source.file.clone()]);
    for section in sections {
        let title = text_of(section, "title").unwrap_or_default();
        let written = needed(section, "contentPath")?;
        let path = plain_path(&written);
        let path = [format!("{home}{path}"), path.clone()]
            .into_iter()
            .find(|path| folder.has(path))
            .ok_or_else(|| {
                source
                    .error(
                        section.place_of("contentPath"),
                        format!("there is no file `{}` in the folder", short(&written)),
                    )
                    .help("add it, or take the section out")
            })?;
        draft.section(Some(title), &folder.text(&path, MAX_MARKDOWN)?)?;
        for (key, _) in section.entries() {
            if !matches!(key.name.as_str(), "title" | "contentPath" | "id") {
                draft.lose(
                    &source.file,
                    source.place(key.at).0,
                    format!("`{}` of this section", short(&key.name)),
                );
            }
        }
        used.insert(path);
    }
    for path in folder.paths().filter(|path| !used.contains(*path)) {
        let mut inside = HOMES.iter().filter_map(|home| path.strip_prefix(home));
        let own = path.starts_with(".labspace/") || !home.is_empty() && path.starts_with(home);
        if inside.any(|name| name.starts_with("compose.override.y")) {
            compose(draft, &folder.text(path, MAX_YAML)?);
        } else if own || path == "README.md" {
            draft.unused.push(path.to_owned());
        } else {
            draft.start_file(folder, path, path, false);
        }
    }
    Ok(())
}

fn text_of(node: &Node, key: &str) -> Option<String> {
    let text = scalar(node.get(key)?)?;
    (!text.trim().is_empty()).then(|| text.to_owned())
}

fn scalar(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Scalar { text, .. } => Some(text),
        _ => None,
    }
}

/// What the environment of the Labspace has beside ours, service by service.
fn compose(draft: &mut Draft, source: &Source) {
    // `!override` and `!reset` say how files are merged; there is nothing to merge here. The places stay.
    let text = source
        .text
        .replace("!override", "         ")
        .replace("!reset", "      ");
    let read = Source::new(source.file.clone(), text.as_bytes()).and_then(|source| {
        yaml::parse_mapping(&source, &source.whole(), "the file").map(|node| (source, node))
    });
    let (source, node) = match read {
        Ok(read) => read,
        Err(problem) => {
            return draft.lose(
                &source.file,
                problem.line,
                format!("the environment, which cannot be read: {}", problem.message),
            );
        }
    };
    for (part, value) in node.entries() {
        for (name, service) in value.entries() {
            if service.entries().is_empty() {
                draft.lose(
                    &source.file,
                    source.place(name.at).0,
                    format!("`{}` of `{}`", short(&name.name), short(&part.name)),
                );
            }
            for (key, value) in service.entries() {
                let said: Vec<&str> = match &value.value {
                    Value::Scalar { text, .. } => vec![text],
                    Value::List(items) => items.iter().filter_map(scalar).collect(),
                    _ => {
                        let entries = value.entries().iter();
                        entries.map(|(key, _)| key.name.as_str()).collect()
                    }
                };
                let what = format!(
                    "{}.{}.{}: {}",
                    part.name,
                    name.name,
                    key.name,
                    said.join(", ")
                );
                draft.lose(
                    &source.file,
                    source.place(key.at).0,
                    format!("`{}`: the sandbox is the same for all labs", short(&what)),
                );
            }
        }
    }
}
