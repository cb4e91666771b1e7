//! Code into coloured markup. A grammar's hundreds of scopes are brought down to the classes of
//! [`CLASSES`]: a page stays light and a style sheet can name them all.

use std::sync::LazyLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::escape::push_text;

/// Every class that highlighting gives.
pub const CLASSES: &[&str] = &[
    "hl-comment",
    "hl-string",
    "hl-number",
    "hl-constant",
    "hl-operator",
    "hl-keyword",
    "hl-function",
    "hl-tag",
    "hl-attribute",
    "hl-type",
    "hl-variable",
];

/// Scopes and the class that they are shown with: the first that fits, from the innermost scope.
const SCOPES: &[(&str, &str)] = &[
    ("comment", "hl-comment"),
    ("string", "hl-string"),
    ("constant.numeric", "hl-number"),
    ("constant", "hl-constant"),
    ("keyword.operator", "hl-operator"),
    ("keyword", "hl-keyword"),
    ("storage", "hl-keyword"),
    ("entity.name.function", "hl-function"),
    ("support.function", "hl-function"),
    ("variable.function", "hl-function"),
    ("entity.name.tag", "hl-tag"),
    ("entity.other.attribute-name", "hl-attribute"),
    ("entity.name", "hl-type"),
    ("support.type", "hl-type"),
    ("support.class", "hl-type"),
    ("variable", "hl-variable"),
];

/// Names that authors write and the grammar they mean.
const ALIASES: &[(&str, &str)] = &[
    ("docker", "dockerfile"),
    ("dockerignore", "gitignore"),
    ("shell", "bash"),
    ("console", "bash"),
    ("env", "dotenv"),
    ("compose", "yaml"),
    ("conf", "ini"),
];

/// Names of blocks that are text as it is.
const PLAIN: &[&str] = &["text", "txt", "output", "plain"];

/// What would take long to colour is shown plain.
const MAX_BYTES: usize = 64 * 1024;
const MAX_LINE: usize = 2_000;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);
static TABLE: LazyLock<Vec<(Scope, &str)>> = LazyLock::new(|| {
    SCOPES
        .iter()
        .filter_map(|(name, class)| Some((Scope::new(name).ok()?, *class)))
        .collect()
});

/// Whether a block of this language can be coloured or is plain text by name.
pub(crate) fn knows(language: &str) -> bool {
    PLAIN.contains(&language) || syntax(language).is_some()
}

/// Languages to suggest for a mistyped one.
pub(crate) const COMMON: &[&str] = &[
    "dockerfile",
    "dockerignore",
    "sh",
    "bash",
    "console",
    "python",
    "yaml",
    "json",
    "toml",
    "ini",
    "makefile",
    "go",
    "javascript",
    "typescript",
    "html",
    "css",
    "sql",
    "diff",
    "nginx",
    "text",
];

fn syntax(language: &str) -> Option<&'static SyntaxReference> {
    let name = ALIASES
        .iter()
        .find(|(alias, _)| *alias == language)
        .map_or(language, |(_, name)| name);
    SYNTAXES.find_syntax_by_token(name)
}

/// Appends code as markup, without a wrapping element.
pub(crate) fn push_code(out: &mut String, language: &str, code: &str) {
    if language == "console" {
        return push_console(out, code);
    }
    if PLAIN.contains(&language) || !push_coloured(out, language, code) {
        push_text(out, code);
    }
}

/// Lines that begin with `$ ` were typed (the prompt is marked, so that copying leaves it out), and
/// so were the lines that continue them; the others are output.
fn push_console(out: &mut String, code: &str) {
    let mut continued = false;
    for line in code.lines() {
        let (prompt, rest) = match line.strip_prefix("$ ") {
            Some(rest) => ("$ ", rest),
            None if line == "$" => ("$", ""),
            None if continued && line.starts_with("> ") => ("> ", &line[2..]),
            None => ("", line),
        };
        if prompt.is_empty() && !continued {
            out.push_str("<span class=\"output\">");
            push_text(out, line);
            out.push_str("</span>\n");
            continue;
        }
        if !prompt.is_empty() {
            out.push_str("<span class=\"prompt\">");
            push_text(out, prompt);
            out.push_str("</span>");
        }
        out.push_str("<span class=\"typed\">");
        if !push_coloured(out, "bash", rest) {
            push_text(out, rest);
        }
        out.push_str("</span>\n");
        continued = rest.ends_with('\\');
    }
}

/// Whether it could be coloured; nothing is appended otherwise.
fn push_coloured(out: &mut String, language: &str, code: &str) -> bool {
    if code.len() > MAX_BYTES || code.lines().any(|line| line.len() > MAX_LINE) {
        return false;
    }
    let Some(syntax) = syntax(language) else {
        return false;
    };
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut markup = String::with_capacity(code.len() * 2);
    let mut span: Option<&'static str> = None;
    for line in code.split_inclusive('\n') {
        // Grammars expect every line to end; a last line without an end gets one that is cut again.
        let ended = if line.ends_with('\n') {
            line.to_owned()
        } else {
            format!("{line}\n")
        };
        let Ok(operations) = state.parse_line(&ended, &SYNTAXES) else {
            return false;
        };
        let mut from = 0;
        for (to, operation) in &operations {
            push_token(&mut markup, &mut span, line, from..*to, class_of(&stack));
            from = *to;
            if stack.apply(operation).is_err() {
                return false;
            }
        }
        push_token(
            &mut markup,
            &mut span,
            line,
            from..line.len(),
            class_of(&stack),
        );
    }
    if span.is_some() {
        markup.push_str("</span>");
    }
    out.push_str(&markup);
    true
}

fn push_token(
    markup: &mut String,
    span: &mut Option<&'static str>,
    line: &str,
    range: std::ops::Range<usize>,
    class: Option<&'static str>,
) {
    let Some(token) = line.get(range.start.min(line.len())..range.end.min(line.len())) else {
        return;
    };
    if token.is_empty() {
        return;
    }
    // White space has no colour: it goes with whatever it follows.
    if *span != class && !token.trim().is_empty() {
        if span.is_some() {
            markup.push_str("</span>");
        }
        if let Some(class) = class {
            markup.push_str("<span class=\"");
            markup.push_str(class);
            markup.push_str("\">");
        }
        *span = class;
    }
    push_text(markup, token);
}

fn class_of(stack: &ScopeStack) -> Option<&'static str> {
    stack.as_slice().iter().rev().find_map(|scope| {
        TABLE
            .iter()
            .find(|(prefix, _)| prefix.is_prefix_of(*scope))
            .map(|(_, class)| *class)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(language: &str, text: &str) -> String {
        let mut out = String::new();
        push_code(&mut out, language, text);
        out
    }

    #[test]
    fn every_language_of_the_course_is_known() {
        for language in COMMON {
            assert!(knows(language), "{language}");
        }
        assert!(knows("js") && knows("py") && knows("docker"));
        assert!(!knows("dockrefile"));
    }

    #[test]
    fn a_dockerfile_has_its_instructions_as_keywords() {
        let markup = code("dockerfile", "FROM python:3.13-slim\nRUN echo \"a<b\"\n");
        assert!(
            markup.contains("<span class=\"hl-keyword\">FROM"),
            "{markup}"
        );
        assert!(markup.contains("a&lt;b"), "{markup}");
    }

    #[test]
    fn every_class_is_listed() {
        for (_, class) in SCOPES {
            assert!(CLASSES.contains(class), "{class}");
        }
        assert_eq!(TABLE.len(), SCOPES.len());
    }

    #[test]
    fn a_console_tells_typed_lines_from_output() {
        let markup = code("console", "$ docker run \\\n    busybox\nhello\n");
        assert!(
            markup.starts_with("<span class=\"prompt\">$ </span><span class=\"typed\">"),
            "{markup}"
        );
        assert_eq!(markup.matches("class=\"typed\"").count(), 2, "{markup}");
        assert!(
            markup.ends_with("<span class=\"output\">hello</span>\n"),
            "{markup}"
        );
    }

    #[test]
    fn colouring_neither_adds_nor_loses_a_character() {
        let text = "def f(x):\n    return f\"{x!r} & <b>\"  # end\n\nclass A: pass";
        let markup = code("python", text);
        let plain = regex::Regex::new("<[^>]*>")
            .unwrap()
            .replace_all(&markup, "")
            .into_owned();
        let mut expected = String::new();
        push_text(&mut expected, text);
        assert_eq!(plain, expected);
    }
}
