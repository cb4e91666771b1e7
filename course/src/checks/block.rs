//! A fenced `check` block into a [`Check`].

use serde::Deserialize;

use crate::check::{Check, Rule};
use crate::markdown::escape;
use crate::problem::{Problem, listed, suggest};
use crate::source::{Fragment, Source};
use crate::yaml::{self, Key, Node, Value};

/// Keys that every check may carry.
pub const COMMON_KEYS: &[&str] = &["id", "title", "hint", "points", "hidden", "after"];

/// Keys of which a check carries exactly one: its kind.
pub const RULE_KINDS: &[&str] = &[
    "image",
    "container",
    "volume",
    "network",
    "file",
    "run",
    "exec",
    "rebuild",
    "answer",
    "all",
    "any",
    "not",
];

/// Keys of a check besides its kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Common {
    id: Option<String>,
    title: String,
    hint: Option<String>,
    #[serde(default = "one")]
    points: u32,
    #[serde(default)]
    hidden: bool,
    after: Option<String>,
}

fn one() -> u32 {
    1
}

/// A check with its places.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub check: Check,
    /// The rule as written, a mapping of its kind to its demands.
    pub rule: Node,
    /// Where its id (or title) stands.
    pub id_at: usize,
    /// Where `after` stands.
    pub after_at: usize,
}

/// Reads a block that stands in a step.
pub(crate) fn read(source: &Source, body: &Fragment<'_>, step: &str) -> Result<Placed, Problem> {
    let node = yaml::parse_mapping(source, body, "the check")?;
    let mut common: Vec<(Key, Node)> = Vec::new();
    let mut rules: Vec<(Key, Node)> = Vec::new();
    for (key, value) in node.entries().iter().cloned() {
        if COMMON_KEYS.contains(&key.name.as_str()) {
            common.push((key, value));
        } else if RULE_KINDS.contains(&key.name.as_str()) {
            rules.push((key, value));
        } else {
            let known = [COMMON_KEYS, RULE_KINDS].concat();
            return Err(source
                .error(key.at, format!("unknown key `{}` in a check", key.name))
                .help(suggest(&key.name, &known)));
        }
    }
    if let Some((second, _)) = rules.get(1) {
        return Err(source
            .error(
                second.at,
                format!(
                    "this check has both `{}` and `{}`",
                    rules[0].0.name, second.name
                ),
            )
            .help("a check has one kind; put several rules under `all:`, or write two checks"));
    }
    if rules.is_empty() {
        return Err(source
            .error(node.at, "this check says nothing that could be looked at")
            .help(format!("add one of {}", listed(RULE_KINDS))));
    }
    let common = Node {
        at: node.at,
        value: Value::Map(common),
    };
    let rule_node = Node {
        at: rules[0].0.at,
        value: Value::Map(rules),
    };
    let read: Common = yaml::decode(source, &common)?;
    let rule: Rule = yaml::decode(source, &rule_node)?;

    let id_at = if read.id.is_some() {
        common.place_of("id")
    } else {
        common.place_of("title")
    };
    let title = read.title.trim().to_owned();
    if title.is_empty() {
        return Err(source.error(common.place_of("title"), "the title of this check is empty"));
    }
    let id = match read.id {
        Some(id) if id.is_empty() || id != escape::slug(&id) => {
            return Err(source
                .error(id_at, format!("`{id}` cannot be the id of a check"))
                .help("use lower-case letters, digits and `-`, or leave the id out"));
        }
        Some(id) => id,
        None => escape::slug(&title),
    };
    if id.is_empty() {
        return Err(source
            .error(id_at, "no id can be made of this title")
            .help("add `id:` with lower-case letters, digits and `-`"));
    }
    if read.points > 100 {
        return Err(source.error(common.place_of("points"), "`points` goes from 0 to 100"));
    }
    let check = Check {
        id,
        step: step.to_owned(),
        title,
        hint: read.hint.map(|hint| hint.trim().to_owned()),
        points: read.points,
        hidden: read.hidden,
        after: read.after,
        rule,
    };
    Ok(Placed {
        check,
        rule: rule_node,
        id_at,
        after_at: common.place_of("after"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str) -> Result<Check, String> {
        let source = Source::new("lab.md", text.as_bytes()).unwrap();
        read(&source, &source.whole(), "step")
            .map(|placed| placed.check)
            .map_err(|problem| problem.to_string())
    }

    #[test]
    fn a_mistyped_key_in_a_rule_is_reported_at_its_place_with_the_right_one() {
        let error = block("title: x\nimage: {rf: hello}\n").unwrap_err();
        assert_eq!(
            error,
            "lab.md:2:9: error: unknown key `rf`\n  help: did you mean `ref`?"
        );
    }

    #[test]
    fn a_mistyped_way_to_compare_is_reported_at_its_place() {
        let error = block("title: x\nall:\n  - image:\n      ref: a\n      user: {nto: root}\n")
            .unwrap_err();
        assert_eq!(
            error,
            "lab.md:5:14: error: unknown key `nto`\n  help: did you mean `not`?"
        );
    }

    #[test]
    fn two_ways_to_compare_one_text_are_refused() {
        let error =
            block("title: x\nfile: {path: a, text: {contains: b, regex: c}}\n").unwrap_err();
        assert!(
            error.starts_with("lab.md:2:") && error.contains("two ways"),
            "{error}"
        );
    }

    #[test]
    fn numbers_are_taken_as_the_text_that_they_are_written_as() {
        let check = block("title: x\nrun: {image: a, stdout: 3.10}\n").unwrap();
        let Rule::Run(run) = check.rule else {
            panic!("{check:?}")
        };
        assert_eq!(run.stdout, Some(crate::check::Text::Is("3.10".into())));
    }

    #[test]
    fn a_check_has_one_kind() {
        assert!(block("title: x\n").unwrap_err().contains("says nothing"));
        assert!(
            block("title: x\nimage: {ref: a}\nfile: {path: b}\n")
                .unwrap_err()
                .contains("`all:`")
        );
        let error = block("title: x\nall:\n  - {image: {ref: a}, file: {path: b}}\n").unwrap_err();
        assert!(
            error.starts_with("lab.md:3:23: error: `file` is one key too many"),
            "{error}"
        );
    }

    #[test]
    fn an_empty_demand_is_refused_and_not_ignored() {
        let error = block("title: x\nimage:\n  ref: a\n  user:\n").unwrap_err();
        assert!(
            error.starts_with("lab.md:4:3: error: the key `user` has no value"),
            "{error}"
        );
    }

    #[test]
    fn the_id_comes_from_the_title_unless_it_is_given() {
        assert_eq!(
            block("title: The image `hello:v1` exists\nimage: {ref: a}\n")
                .unwrap()
                .id,
            "the-image-hello-v1-exists"
        );
        assert_eq!(
            block("title: x\nid: it\nimage: {ref: a}\n").unwrap().id,
            "it"
        );
        assert!(
            block("title: x\nid: It is\nimage: {ref: a}\n")
                .unwrap_err()
                .contains("cannot be the id")
        );
    }

    #[test]
    fn every_kind_is_one_that_rules_are_read_from() {
        assert_eq!(yaml::keys_of::<Rule>(), RULE_KINDS);
        assert_eq!(yaml::keys_of::<Common>().len(), COMMON_KEYS.len());
    }
}
