//! What scenarios write beyond markdown, line by line: buttons behind code, directives, variables.
//!
//! Sources: Killercoda's scenario-examples and the Katacoda format that it keeps (`{{exec}}`, `{{copy}}`,
//! `{{TRAFFIC_HOST1_80}}`, `>>quiz<<`); docs/markdown-options.md of dockersamples/labspace-infra and the components of its
//! interface (`save-as=`, `no-run-button`, `::tabLink[…]{…}`, `:::conditionalDisplay{…}`, `$$name$$`).
//!
//! The patterns look at most some hundred bytes ahead, so that the time grows with the text and no faster.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::problem::Problem;
use crate::source::Source;

use super::Kind;
use super::fence::{self, Fence};
use super::folder::loss;

/// Text without directives.
#[derive(Default)]
pub(super) struct Plain {
    pub text: String,
    /// What a learner does with it, in its order.
    pub deeds: Vec<Deed>,
    /// The line of the file that each line comes from.
    origin: Vec<u32>,
    /// Offset of the first byte of each line.
    starts: Vec<usize>,
}

/// What a button does for a learner.
#[derive(Debug, PartialEq)]
pub(super) enum Deed {
    /// Lines are typed.
    Type(String),
    /// A text is saved as a file of the home.
    Save { path: String, text: String },
}

impl Plain {
    /// The line of the file that an offset of the text comes from.
    pub fn line(&self, offset: usize) -> u32 {
        let line = self.starts.partition_point(|start| *start <= offset);
        let origin = self.origin.get(line.saturating_sub(1));
        origin.copied().unwrap_or(1)
    }

    /// Adds a line that comes from a line of the file.
    pub(super) fn push(&mut self, origin: u32, line: &str) {
        self.starts.push(self.text.len());
        self.origin.push(origin);
        self.text.push_str(line);
        self.text.push('\n');
    }
}

/// How texts are read.
#[derive(Clone, Copy)]
pub(super) struct Dialect<'a> {
    pub kind: Kind,
    /// Values that the scenario gives its variables.
    pub variables: &'a BTreeMap<String, String>,
}

/// Takes the directives out of a text.
pub(super) fn take(dialect: Dialect<'_>, source: &Source, losses: &mut Vec<Problem>) -> Plain {
    let mut plain = Plain::default();
    let mut open: Option<Fence> = None;
    let mut last = 1;
    for (line, number) in source.text.lines().zip(1_u32..) {
        last = number;
        let mut lose = |message: String| losses.push(loss(&source.file, number, message));
        // These hold in code as well.
        let line = match dialect.kind {
            Kind::Killercoda => addresses(line, &mut lose),
            Kind::Labspace => variables(dialect, line, &mut lose),
        };
        if let Some(mut fence) = open.take() {
            if fence.closes(&line, &mut lose) {
                fence.write(&mut plain, number);
            } else {
                fence.lines.push(line);
                open = Some(fence);
            }
        } else if let Some(fence) = fence::open(dialect.kind, &line, number, &mut lose) {
            open = Some(fence);
        } else if let Some(found) = SOLE
            .captures(&line)
            .filter(|_| dialect.kind == Kind::Killercoda)
        {
            // A button on a line of its own is a block.
            let (indent, command) = (&found[1], &found[2]);
            terminal(&found[3], &mut lose);
            for line in ["```sh run", command, "```"] {
                plain.push(number, &format!("{indent}{line}"));
            }
            plain.deeds.push(Deed::Type(command.to_owned()));
        } else {
            let line = match dialect.kind {
                Kind::Killercoda => killercoda(&line, &mut plain.deeds, &mut lose),
                Kind::Labspace => labspace(&line, &mut lose),
            };
            // What went may leave a gap.
            if !(line.trim().is_empty() && plain.text.ends_with("\n\n")) {
                plain.push(number, &line);
            }
        }
    }
    if let Some(fence) = open {
        fence.write(&mut plain, last);
    }
    plain
}

fn pattern(text: &str) -> Regex {
    #[expect(clippy::expect_used, reason = "the patterns are ours, and tested")]
    Regex::new(text).expect("a pattern")
}

/// `` `command`{{exec}} `` and nothing else.
static SOLE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(\s*)`([^`]+)`\{\{\s*(exec[^{}]{0,30})\}\}\s*$"));
/// A button behind code in a line. Other braces are somebody's template: `docker ps --format '{{.Names}}'`.
static BUTTON: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:`([^`]{1,400})`)?\{\{\s*((?:exec|copy|open)[^{}]{0,60}|)\}\}"));
/// The address of a port.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:https?://)?(?:\{\{TRAFFIC_[A-Z0-9]{1,20}?_([0-9]{1,5})\}\}|\[\[HOST_SUBDOMAIN\]\]-([0-9]{1,5})-\[\[KATACODA_HOST\]\][a-z.]{0,40})",
    )
});
/// Code, which is left alone, or `::name[text]{attributes}`.
static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"`[^`]{0,400}`|:{1,3}([A-Za-z][A-Za-z0-9]{0,40})(?:\[([^\]]{0,300})\])?\{([^}]{0,600})\}",
    )
});
/// `path="compose.yaml"` of a directive.
static PLACE: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(?:href|path)="([^"`]*)""#));
/// `$$name$$`.
static VARIABLE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\$\$([^$]{1,64})\$\$"));

/// A line of Killercoda's.
fn killercoda(line: &str, deeds: &mut Vec<Deed>, lose: &mut dyn FnMut(String)) -> String {
    let quiz = line
        .trim()
        .strip_prefix(">>")
        .and_then(|rest| rest.strip_suffix("<<"));
    if let Some(question) = quiz {
        lose("a quiz: write it anew as a `check` of the kind `answer`".into());
        return format!("**{}**", question.trim());
    }
    let line = BUTTON.replace_all(line, |found: &Captures<'_>| {
        let code = found.get(1).map(|code| code.as_str());
        if !found[2].starts_with("copy") && !found[2].is_empty() {
            lose(format!(
                "the button `{{{{{}}}}}` inside a line",
                short(&found[2])
            ));
        }
        if let Some(code) = code.filter(|_| found[2].starts_with("exec")) {
            deeds.push(Deed::Type(code.to_owned()));
        }
        code.map(|code| format!("`{code}`")).unwrap_or_default()
    });
    line.into_owned()
}

/// Addresses that the platform makes, as the preview knows them.
fn addresses(line: &str, lose: &mut dyn FnMut(String)) -> String {
    let line = ADDRESS.replace_all(line, |found: &Captures<'_>| {
        let port = found
            .get(1)
            .or(found.get(2))
            .map_or("", |port| port.as_str());
        lose(format!(
            "the address of port {port}: say what to open in the preview"
        ));
        format!("http://localhost:{port}")
    });
    line.into_owned()
}

/// What a button says beside `exec`.
pub(super) fn terminal(words: &str, lose: &mut dyn FnMut(String)) {
    for word in words.split_whitespace().skip(1) {
        lose(match word {
            "interrupt" => "the button first stops what is running: say so in the text".into(),
            _ => format!("the button's `{}`: there is one terminal", short(word)),
        });
    }
}

/// A line of a Labspace's.
fn labspace(line: &str, lose: &mut dyn FnMut(String)) -> String {
    if let Some(rest) = line.trim().strip_prefix(":::") {
        if !rest.is_empty() {
            lose(format!(
                "the directive `{}`: what stands in it is always shown",
                short(line)
            ));
        }
        return String::new();
    }
    let line = DIRECTIVE.replace_all(line, |found: &Captures<'_>| {
        let Some(name) = found.get(1) else {
            return found[0].to_owned();
        };
        let text = found.get(2).map_or("", |text| text.as_str());
        let place = PLACE.captures(&found[3]);
        let place = place
            .as_ref()
            .map_or("", |place| place.get(1).map_or("", |place| place.as_str()));
        lose(match name.as_str() {
            "fileLink" => format!("the link that opens `{}` in the editor", short(place)),
            "tabLink" if place.is_empty() => {
                format!("the link that opens the tab `{}`", short(text))
            }
            "tabLink" => format!(
                "the tab of `{}`: say what to open in the preview",
                short(place)
            ),
            "variableDefinition" => format!("the question for the variable `{}`", short(text)),
            name => format!("the directive `{name}[{}]`", short(text)),
        });
        match (name.as_str(), place) {
            ("variableDefinition" | "variableSetButton", _) => String::new(),
            (_, "") => text.to_owned(),
            (_, place) if text.trim_matches('`') == place => format!("`{place}`"),
            (_, place) => format!("{text} (`{place}`)"),
        }
    });
    line.into_owned()
}

/// `$$name$$`: its value, or what a learner is to write in.
fn variables(dialect: Dialect<'_>, line: &str, lose: &mut dyn FnMut(String)) -> String {
    let line = VARIABLE.replace_all(line, |found: &Captures<'_>| {
        let name = found[1].trim();
        if let Some(value) = dialect.variables.get(name) {
            return value.clone();
        }
        if !name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        {
            return found[0].to_owned();
        }
        let yours = format!("YOUR_{}", name.to_uppercase().replace('-', "_"));
        lose(format!(
            "the variable `{name}`: the text says `{yours}` now"
        ));
        yours
    });
    line.replace("\\$\\$", "$$")
}

/// The beginning of a text, on one line and without backquotes, for a message.
pub(super) fn short(text: &str) -> String {
    let most = 60;
    // Four bytes are the longest character.
    let words = text
        .get(..text.floor_char_boundary(8 * most))
        .unwrap_or_default();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out: String = words
        .chars()
        .filter(|letter| !letter.is_control())
        .map(|letter| if letter == '`' { '\'' } else { letter })
        .take(most)
        .collect();
    if out.len() < words.len() {
        out.push('…');
    }
    out
}
