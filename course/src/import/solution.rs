//! `solution/` of a lab from elsewhere: what its buttons type and save, in their order.

use std::collections::{BTreeMap, BTreeSet};

use super::directives::{Deed, short};
use super::draft::Draft;

/// What `solve.sh` begins with.
const HEAD: &str = "\
#!/usr/bin/env bash
# What a learner would type. `drydock verify` runs it in a fresh sandbox, in the learner's home; every
# check must fail before and pass after.
set -eo pipefail
# Nobody is at the keyboard.
exec </dev/null
";

/// The script, and the files that it copies from.
pub(super) struct Solution {
    pub script: String,
    pub files: BTreeMap<String, String>,
}

/// Writes the solution. `ids` are those of the steps.
pub(super) fn write(draft: &mut Draft, ids: &[String]) -> Solution {
    let mut script = HEAD.to_owned();
    let mut files = BTreeMap::new();
    let mut lost = Vec::new();
    let steps = draft
        .sections
        .iter()
        .filter(|section| section.title.is_some());
    // What the introduction lets a learner do is done before the first step.
    let intro = draft
        .sections
        .iter()
        .filter(|section| section.title.is_none())
        .flat_map(|section| section.plain.deeds.iter().map(move |deed| (deed, section)));
    let mut before: Vec<_> = intro.collect();
    for (section, id) in steps.zip(ids) {
        let deeds: Vec<_> = before
            .drain(..)
            .chain(section.plain.deeds.iter().map(|deed| (deed, section)))
            .collect();
        if deeds.is_empty() && section.checks.is_empty() {
            continue;
        }
        script.push_str(&format!("\n# step: {id}\n"));
        if deeds.is_empty() {
            script.push_str("# To do: what solves this step.\n");
        }
        for (deed, section) in deeds {
            match deed {
                Deed::Save { path, text } => {
                    let name = file_name(path, text, &files);
                    if let Some((folder, _)) = path.rsplit_once('/') {
                        script.push_str(&format!("mkdir -p '{folder}'\n"));
                    }
                    script.push_str(&format!("cp '.solution/{name}' '{path}'\n"));
                    files.insert(name, text.clone());
                }
                Deed::Type(text) => {
                    let by_hand = text.lines().find(|line| needs_hands(line));
                    if let Some(line) = by_hand {
                        lost.push((section.file.clone(), short(line)));
                        script.push_str(
                            "# To do: this does not end without somebody at the keyboard.\n",
                        );
                    }
                    for line in text.lines() {
                        // Only our own lines divide the script.
                        let sign = match by_hand {
                            Some(_) => "#   ",
                            None if line.starts_with("# step: ") => " ",
                            None => "",
                        };
                        script.push_str(&format!("{sign}{line}\n"));
                    }
                }
            }
        }
    }
    for (file, line) in lost {
        draft.lose(&file, 1, format!("`{line}` in solve.sh, which does not end without somebody at the keyboard: write there what does the same"));
    }
    Solution { script, files }
}

/// A name for a saved file in the solution: its own, or one with a number.
fn file_name(path: &str, text: &str, files: &BTreeMap<String, String>) -> String {
    let last = path.rsplit('/').next().unwrap_or(path);
    let taken: BTreeSet<&str> = ["solve.sh", "answers.yaml"].into();
    (1..)
        .map(|number| match number {
            1 => last.to_owned(),
            _ => format!("{number}-{last}"),
        })
        .find(|name| {
            !taken.contains(name.as_str()) && files.get(name).is_none_or(|other| other == text)
        })
        .unwrap_or_default()
}

/// Whether a command waits for a keyboard, or never ends by itself.
fn needs_hands(line: &str) -> bool {
    const SCREENS: &[&str] = &[
        "vi", "vim", "nano", "emacs", "less", "more", "top", "htop", "watch", "man", "ssh",
    ];
    let words: Vec<&str> = line
        .split_whitespace()
        .skip_while(|word| *word == "sudo")
        .take(64)
        .collect();
    let has = |name: &str| words.contains(&name);
    // `-it` and `-ti`, but not `-dit`: what runs in the background waits for nobody.
    let letters = |all: &str| {
        words.iter().any(|word| {
            word.strip_prefix('-').is_some_and(|letters| {
                !letters.starts_with('-') && all.chars().all(|letter| letters.contains(letter))
            })
        })
    };
    let detached = letters("d") || has("--detach");
    let follows = letters("f") || has("--follow");
    match words.as_slice() {
        [first, ..] if SCREENS.contains(first) => true,
        ["tail" | "journalctl", ..] => follows,
        ["docker" | "podman", rest @ ..] => {
            let any = |names: &[&str]| rest.iter().take(3).any(|word| names.contains(word));
            (any(&["run", "exec", "start"])
                && !detached
                && (letters("it") || has("--interactive") || has("--tty")))
                || (any(&["attach", "watch"]))
                || (any(&["stats", "events"]) && !has("--no-stream"))
                || (any(&["logs"]) && follows)
                || (any(&["compose"]) && any(&["up"]) && !detached)
        }
        ["docker-compose", "up", ..] => !detached,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_that_wait_for_somebody_are_told_from_others() {
        for line in [
            "docker run -it busybox sh",
            "sudo docker exec -ti web bash",
            "docker run --rm --interactive --tty alpine",
            "docker compose up",
            "docker compose logs -f web",
            "docker attach web",
            "tail -f log.txt",
            "nano Dockerfile",
        ] {
            assert!(needs_hands(line), "{line}");
        }
        for line in [
            "docker run -d -p 8080:80 nginx",
            "docker run -dit busybox",
            "docker build -t app -f app.Dockerfile .",
            "docker compose -f compose.yaml up -d",
            "docker logs web",
            "echo docker run -it",
            "tail -n 3 log.txt",
            "docker rm -f web",
        ] {
            assert!(!needs_hands(line), "{line}");
        }
    }
}
