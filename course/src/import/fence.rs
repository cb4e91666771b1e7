//! Fenced code of a scenario: whether it is run or saved stands behind its opening or its closing fence.

use std::sync::LazyLock;

use regex::Regex;

use crate::markdown::{is_clean_path, knows_language};
use crate::simulator;

use super::Kind;
use super::directives::{Deed, Plain, short, terminal};

/// A fence that is open.
pub(super) struct Fence {
    /// What stands before it: indentation, the signs of a quote or of an item.
    prefix: String,
    sign: char,
    length: usize,
    number: u32,
    language: String,
    run: bool,
    output: bool,
    file: Option<String>,
    /// What is in it.
    pub lines: Vec<String>,
}

static PREFIX: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the pattern is ours, and tested")]
    Regex::new(r"^(?:[\s>]|[-*+]\s|[0-9]{1,9}[.)]\s)*").expect("a pattern")
});

/// The sign of a fence, its length, and what stands behind it.
fn signs(line: &str) -> Option<(char, usize, &str)> {
    let sign = line.chars().next().filter(|sign| "`~".contains(*sign))?;
    let after = line.trim_start_matches(sign);
    let length = line.len() - after.len();
    (length >= 3).then_some((sign, length, after))
}

/// Reads a line that opens a fence.
pub(super) fn open(
    kind: Kind,
    line: &str,
    number: u32,
    lose: &mut dyn FnMut(String),
) -> Option<Fence> {
    let prefix = PREFIX.find(line)?.as_str();
    let (sign, length, info) = signs(&line[prefix.len()..])?;
    if sign == '`' && info.contains('`') {
        return None;
    }
    let mut fence = Fence {
        prefix: prefix.to_owned(),
        sign,
        length,
        number,
        language: String::new(),
        run: false,
        output: false,
        file: None,
        lines: Vec::new(),
    };
    let (info, button) = info.split_once("{{").unwrap_or((info, ""));
    fence.button(button, lose);
    let mut words = info.split_whitespace().peekable();
    if let Some(language) = words.next_if(|word| !word.contains(['=', '{'])) {
        fence.language = language.to_lowercase();
    }
    if fence.language == "mermaid" {
        lose("the drawing: draw it anew as an inline `<svg>` or a picture".into());
    }
    let words: Vec<&str> = words.collect();
    // In a Labspace blocks of a shell have a button unless they say otherwise.
    fence.run |= kind == Kind::Labspace
        && matches!(fence.language.as_str(), "bash" | "sh" | "shell" | "console")
        && !words.contains(&"no-run-button");
    for word in words {
        fence.word(kind, word, lose);
    }
    Some(fence)
}

impl Fence {
    /// Reads `exec interrupt}}`.
    fn button(&mut self, words: &str, lose: &mut dyn FnMut(String)) {
        let words = words.trim().trim_end_matches('}').trim();
        if words.starts_with("exec") {
            self.run = true;
            terminal(words, lose);
        } else if !words.is_empty() && !words.starts_with("copy") {
            lose(format!("the button `{}`", short(words)));
        }
    }

    /// Reads a word behind the language.
    fn word(&mut self, kind: Kind, word: &str, lose: &mut dyn FnMut(String)) {
        match word.split_once('=') {
            None if kind == Kind::Labspace && word == "no-run-button" => {}
            None if kind == Kind::Labspace && word == "no-copy-button" => self.output = true,
            Some(("save-as", path)) if kind == Kind::Labspace => {
                let path = path.trim_matches('"');
                let path = path.strip_prefix("~/").unwrap_or(path);
                let path = path.strip_prefix("./").unwrap_or(path);
                if is_clean_path(path) && !path.contains(['"', '\'', '`']) {
                    self.file = Some(path.to_owned());
                } else {
                    lose(format!(
                        "`{}`: not a path in the learner's home",
                        short(word)
                    ));
                }
            }
            _ => lose(format!(
                "`{}` behind the language of a code block",
                short(word)
            )),
        }
    }

    /// Whether a line closes it; what stands behind the closing fence is read.
    pub fn closes(&mut self, line: &str, lose: &mut dyn FnMut(String)) -> bool {
        let line = line.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '>');
        let Some((sign, length, after)) = signs(line) else {
            return false;
        };
        let after = after.trim();
        let button = after.strip_prefix("{{").filter(|rest| rest.ends_with("}}"));
        let closes =
            sign == self.sign && length >= self.length && (after.is_empty() || button.is_some());
        if closes {
            self.button(button.unwrap_or_default(), lose);
        }
        closes
    }

    /// Writes the block, now that it is known whether it is to be run.
    pub fn write(mut self, plain: &mut Plain, last: u32) {
        let bare = matches!(self.language.as_str(), "" | "plain" | "plaintext");
        let language = match self.language.as_str() {
            _ if bare && self.run => "sh",
            "" => "text",
            // Our own blocks mean something.
            "quiz" | "check" | "hint" => "text",
            name if simulator::FENCES.contains(&name) || !knows_language(name) => "text",
            name => name,
        };
        let inside: Vec<&str> = self.lines.iter().map(|line| self.inside(line)).collect();
        if let Some(path) = &self.file {
            let text = inside.join("\n") + "\n";
            let path = path.clone();
            plain.deeds.push(Deed::Save { path, text });
            self.run = false;
        } else if self.run {
            let typed = typed(&inside);
            plain.deeds.push(Deed::Type(typed));
        }
        let fence = String::from(self.sign).repeat(self.length);
        let mut words = String::new();
        if self.run {
            words.push_str(" run");
        } else if self.output {
            words.push_str(" output");
        }
        if let Some(path) = &self.file {
            words.push_str(&format!(" file=\"{path}\""));
        }
        plain.push(
            self.number,
            &format!("{}{fence}{language}{words}", self.prefix),
        );
        for (number, line) in (self.number.saturating_add(1)..).zip(&self.lines) {
            plain.push(number, line);
        }
        // A quote goes on with its sign, an item with spaces.
        let prefix = self.prefix.chars().map(|letter| match letter {
            '>' | '\t' => letter,
            _ => ' ',
        });
        plain.push(last, &format!("{}{fence}", prefix.collect::<String>()));
    }

    /// A line without what stands before the fence as well.
    fn inside<'l>(&self, line: &'l str) -> &'l str {
        let cut = line
            .char_indices()
            .take(self.prefix.chars().count())
            .take_while(|(_, letter)| letter.is_whitespace() || *letter == '>')
            .last()
            .map_or(0, |(at, letter)| at + letter.len_utf8());
        &line[cut..]
    }
}

/// What is typed of a block: of a console's the lines behind `$ ` with their continuations.
fn typed(lines: &[&str]) -> String {
    if !lines.iter().any(|line| line.starts_with("$ ")) {
        return lines.join("\n");
    }
    let mut typed = Vec::new();
    let mut goes_on = false;
    for line in lines {
        let command = line.strip_prefix("$ ");
        if command.is_some() || goes_on {
            goes_on = line.ends_with('\\');
            typed.push(command.unwrap_or(line));
        }
    }
    typed.join("\n")
}
