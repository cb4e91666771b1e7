//! YAML with places: text → events → a tree whose every node knows its offset → typed values.
//!
//! A derived `Deserialize` straight from a YAML crate reports enums and flattened keys at the wrong
//! place or not at all. The tree keeps the place of every key and value, so that a rule's meaning
//! (sizes, globs, references) can be checked later and still be reported where it was written.
//! It is also a smaller language: no anchors, aliases, tags or second documents, hence no bombs.

mod de;

use granit_parser::{Event, Marker, Parser, ScalarStyle, ScanError};

use crate::problem::Problem;
use crate::source::{Fragment, Source};

pub(crate) use de::{decode, keys_of};

/// Deepest nesting of lists and mappings.
const MAX_DEPTH: usize = 24;
/// Most values in one block or file.
const MAX_NODES: usize = 20_000;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    /// Offset in the file.
    pub at: usize,
    /// The value.
    pub value: Value,
}

/// The kinds of value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// Nothing: an empty value, `~` or `null`.
    Null,
    /// Text, number or boolean as it is written; `quoted` is text for certain.
    Scalar { text: String, quoted: bool },
    /// A list.
    List(Vec<Node>),
    /// A mapping, in written order.
    Map(Vec<(Key, Node)>),
}

/// A mapping's key and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Key {
    /// Offset in the file.
    pub at: usize,
    /// The key.
    pub name: String,
}

impl Node {
    /// The entries of a mapping; none for other values.
    pub fn entries(&self) -> &[(Key, Node)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none for other values.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries()
            .iter()
            .find(|(name, _)| name.name == key)
            .map(|(_, value)| value)
    }

    /// Where the value of a key stands, or the mapping itself if the key is not there.
    pub fn place_of(&self, key: &str) -> usize {
        self.get(key).map_or(self.at, |node| node.at)
    }

    /// Where an item of a key's list stands, or the nearest thing there is.
    pub fn place_in(&self, key: &str, index: usize) -> usize {
        self.get(key).map_or(self.at, |list| {
            list.items().get(index).map_or(list.at, |item| item.at)
        })
    }

    fn is_empty(&self) -> bool {
        self.value == Value::Null
    }
}

/// Reads a fragment that must be one mapping.
pub(crate) fn parse_mapping(
    source: &Source,
    fragment: &Fragment<'_>,
    what: &str,
) -> Result<Node, Problem> {
    let node = parse(source, fragment)?;
    mapping(source, &node, what)?;
    Ok(node)
}

/// Refuses a value that is not a mapping.
pub(crate) fn mapping(source: &Source, node: &Node, what: &str) -> Result<(), Problem> {
    match &node.value {
        Value::Map(_) => Ok(()),
        Value::Null => Err(source
            .error(node.at, format!("{what} is empty"))
            .help("write `key: value` lines")),
        other => Err(source
            .error(
                node.at,
                format!("{what} must be a mapping, found {}", describe(other)),
            )
            .help("write `key: value` lines")),
    }
}

/// What a value is, in an author's words.
pub(crate) fn describe(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Scalar { text, .. } => {
            let mut short: String = text.chars().take(40).collect();
            if short.len() < text.len() {
                short.push('…');
            }
            format!("`{}`", short.replace('\n', "⏎"))
        }
        Value::List(_) => "a list".to_owned(),
        Value::Map(_) => "a mapping".to_owned(),
    }
}

/// A list or mapping whose end has not come yet.
enum Open {
    List {
        at: usize,
        items: Vec<Node>,
    },
    Map {
        at: usize,
        entries: Vec<(Key, Node)>,
        key: Option<Key>,
    },
}

/// Reads a fragment into its tree. Stops at the first problem: what follows it would be guessed.
pub(crate) fn parse(source: &Source, fragment: &Fragment<'_>) -> Result<Node, Problem> {
    let place =
        |mark: &Marker| fragment.to_file(mark.byte_offset().unwrap_or(0).min(fragment.text.len()));
    let options = granit_parser::options! {
        disallow_directives: true,
        emit_comments: false,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    let mut open: Vec<Open> = Vec::new();
    let mut root: Option<Node> = None;
    let mut nodes = 0;
    let mut documents = 0;
    for next in Parser::new_from_str_with_options(fragment.text, options) {
        let (event, span) = next.map_err(|error| syntax(source, place(error.marker()), &error))?;
        let at = place(&span.start);
        if event.tag().is_some() {
            return Err(source
                .error(at, "YAML tags (`!…`) are not used here")
                .help("write the plain value"));
        }
        let finished = match event {
            Event::DocumentStart(..) => {
                documents += 1;
                if documents > 1 {
                    return Err(source
                        .error(at, "a second YAML document begins here, expected one")
                        .help("remove the `---` line"));
                }
                None
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => return Err(anchors(source, at)),
            Event::Scalar(_, _, anchor, _)
            | Event::SequenceStart(_, anchor, _)
            | Event::MappingStart(_, anchor, _)
                if anchor != 0 =>
            {
                return Err(anchors(source, at));
            }
            Event::Scalar(text, style, ..) => {
                let quoted = style != ScalarStyle::Plain;
                let value = if !quoted && matches!(&*text, "" | "~" | "null") {
                    Value::Null
                } else {
                    Value::Scalar {
                        text: text.into_owned(),
                        quoted,
                    }
                };
                Some(Node { at, value })
            }
            Event::SequenceStart(..) => {
                open.push(Open::List {
                    at,
                    items: Vec::new(),
                });
                None
            }
            Event::MappingStart(..) => {
                open.push(Open::Map {
                    at,
                    entries: Vec::new(),
                    key: None,
                });
                None
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(|done| match done {
                Open::List { at, items } => Node {
                    at,
                    value: Value::List(items),
                },
                Open::Map { at, entries, .. } => Node {
                    at,
                    value: Value::Map(entries),
                },
            }),
            _ => None,
        };
        if open.len() > MAX_DEPTH {
            return Err(source.error(at, format!("nested more than {MAX_DEPTH} deep")));
        }
        if let Some(node) = finished {
            nodes += 1;
            if nodes > MAX_NODES {
                return Err(source.error(
                    node.at,
                    format!("more than {MAX_NODES} values in one block"),
                ));
            }
            match open.last_mut() {
                None => root = Some(node),
                Some(Open::List { items, .. }) => items.push(node),
                Some(Open::Map { entries, key, .. }) => match key.take() {
                    Some(name) => entries.push((name, node)),
                    None => *key = Some(as_key(source, entries, node)?),
                },
            }
        }
    }
    Ok(root.unwrap_or(Node {
        at: fragment.to_file(0),
        value: Value::Null,
    }))
}

fn as_key(source: &Source, entries: &[(Key, Node)], node: Node) -> Result<Key, Problem> {
    let Value::Scalar { text: name, .. } = node.value else {
        return Err(source.error(
            node.at,
            format!("a key must be a word, found {}", describe(&node.value)),
        ));
    };
    if let Some((first, _)) = entries.iter().find(|(key, _)| key.name == name) {
        let (line, _) = source.place(first.at);
        return Err(source
            .error(node.at, format!("the key `{name}` is given twice"))
            .help(format!(
                "it stands on line {line} already: keep one of them"
            )));
    }
    Ok(Key { at: node.at, name })
}

fn anchors(source: &Source, at: usize) -> Problem {
    source.error(at, "YAML anchors (`&…`, `*…`) are not used here").help(
        "write the value out where it is needed; a text that begins with `*` or `&` goes in quotes",
    )
}

fn syntax(source: &Source, at: usize, error: &ScanError) -> Problem {
    if error.info().contains("recursion limit") {
        return source
            .error(at, "this is nested too deeply to be read")
            .help("nothing in a page needs lists in lists in lists: take brackets away");
    }
    source
        .error(at, format!("this is not valid YAML: {}", error.info()))
        .help("a text with `: `, ` #`, or that begins with one of [ ] { } * & ! | > ' \" % @ ` goes in quotes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Result<Node, String> {
        let source = Source::new("x.yaml", text.as_bytes()).unwrap();
        parse(&source, &source.whole()).map_err(|problem| problem.to_string())
    }

    #[test]
    fn every_key_and_value_knows_its_place() {
        let node = tree("image: {ref: a, user: b}\nlist:\n  - one\n").unwrap();
        let image = node.get("image").unwrap();
        assert_eq!(image.place_of("user"), "image: {ref: a, user: ".len());
        assert_eq!(
            node.place_in("list", 0),
            "image: {ref: a, user: b}\nlist:\n  - ".len()
        );
    }

    #[test]
    fn a_key_given_twice_names_the_first_line() {
        let error = tree("title: a\ntitle: b\n").unwrap_err();
        assert!(
            error.starts_with("x.yaml:2:1: error: the key `title` is given twice"),
            "{error}"
        );
        assert!(error.contains("line 1"), "{error}");
    }

    #[test]
    fn a_bomb_of_aliases_is_refused_at_its_first_anchor() {
        let error = tree("a: &a [x, x]\nb: [*a, *a]\n").unwrap_err();
        assert!(
            error.contains("x.yaml:1:") && error.contains("anchors"),
            "{error}"
        );
    }

    #[test]
    fn deep_nesting_is_refused() {
        assert!(tree(&"[".repeat(5_000)).is_err());
        assert!(tree(&format!("{}x", "- ".repeat(500))).is_err());
    }

    #[test]
    fn tags_and_second_documents_are_refused() {
        assert!(tree("a: !!str x").unwrap_err().contains("tags"));
        assert!(
            tree("a: x\n---\nb: y\n")
                .unwrap_err()
                .contains("second YAML document")
        );
    }

    #[test]
    fn broken_syntax_says_where() {
        let error = tree("title: a: b\n").unwrap_err();
        assert!(error.starts_with("x.yaml:1:"), "{error}");
        assert!(error.contains("not valid YAML"), "{error}");
    }
}
