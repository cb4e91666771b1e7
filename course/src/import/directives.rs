//! What scenarios write beyond markdown, line by line: buttons behind code, directives, variables.
//!
//! Sources: Killercoda's creators' pages and the Katacoda format that it keeps (`{{exec}}`, `{{copy}}`,
//! `{{TRAFFIC_HOST1_80}}`, `>>quiz<<`); docs/markdown-options.md of dockersamples/labspace-infra
//! (`save-as=`, `no-run-button`, `::tabLink[…]{…}`, `$$name$$`).

use crate::markdown::{is_clean_path, knows_language};
use crate::problem::Problem;
use crate::simulator;
use crate::source::Source;

use super::Kind;
use super::folder::loss;

/// Text without directives.
pub(super) struct Plain {
    pub text: String,
    /// The line of the file that each line comes from.
    pub origin: Vec<u32>,
    /// What the text lets a learner run, block by block.
    pub commands: Vec<String>,
}

/// A fence that is open.
struct Fence {
    sign: char,
    length: usize,
    /// Index of its line in what is written.
    line: usize,
    indent: String,
    language: String,
    words: String,
    run: bool,
}

/// Takes the directives out of a text.
pub(super) fn take(kind: Kind, source: &Source, losses: &mut Vec<Problem>) -> Plain {
    let mut lines: Vec<String> = Vec::new();
    let mut origin = Vec::new();
    let mut commands = Vec::new();
    let mut open: Option<Fence> = None;
    for (line, number) in source.text.lines().zip(1_u32..) {
        let mut lose = |message: String| losses.push(loss(&source.file, number, message));
        let start = line.trim_start();
        let sign = start.chars().next().unwrap_or(' ');
        let length = start.chars().take_while(|letter| *letter == sign).count();
        let after = start.get(length * sign.len_utf8()..).unwrap_or_default();
        if let Some(fence) = &mut open {
            let after = after.trim();
            let button = after.starts_with("{{") && after.ends_with("}}");
            if sign == fence.sign && length >= fence.length && (after.is_empty() || button) {
                fence.run |= after.starts_with("{{exec");
                if after.contains("interrupt") {
                    lose("the button that first stops what is running".into());
                }
                close(fence, &mut lines, &mut commands);
                open = None;
            } else {
                lines.push(inline(kind, line, true, &mut lose));
            }
        } else if matches!(sign, '`' | '~') && length >= 3 && !(sign == '`' && after.contains('`'))
        {
            let mut fence = Fence {
                sign,
                length,
                line: lines.len(),
                indent: line[..line.len() - start.len()].to_owned(),
                language: String::new(),
                words: String::new(),
                run: false,
            };
            read_info(kind, after, &mut fence, &mut lose);
            lines.push(String::new());
            open = Some(fence);
        } else if let Some(command) = sole_command(line) {
            // A button on a line of its own is a block.
            for text in ["```sh run", command, "```"] {
                lines.push(text.to_owned());
                origin.push(number);
            }
            commands.push(command.to_owned());
            continue;
        } else if start.starts_with(":::") {
            lose(format!("the directive `{}`", short(start)));
            lines.push(String::new());
        } else if let Some(question) = start
            .strip_prefix(">>")
            .and_then(|rest| rest.trim_end().strip_suffix("<<"))
        {
            lose("a quiz: write it anew as a `check` of the kind `answer`".into());
            lines.push(format!("**{}**", question.trim()));
        } else {
            lines.push(inline(kind, line, false, &mut lose));
        }
        origin.push(number);
    }
    if let Some(mut fence) = open {
        close(&mut fence, &mut lines, &mut commands);
        origin.push(origin.last().copied().unwrap_or(1));
    }
    Plain {
        text: lines.join("\n"),
        origin,
        commands,
    }
}

/// Writes the opening and closing line of a fence, now that it is known whether it is to be run.
fn close(fence: &mut Fence, lines: &mut Vec<String>, commands: &mut Vec<String>) {
    let signs = String::from(fence.sign).repeat(fence.length);
    let bare = matches!(fence.language.as_str(), "" | "plain" | "plaintext");
    let language = match fence.language.as_str() {
        _ if bare && fence.run => "sh",
        "" => "text",
        // Our own blocks mean something.
        "quiz" | "check" | "hint" => "text",
        name if simulator::FENCES.contains(&name) || !knows_language(name) => "text",
        name => name,
    };
    let run = if fence.run { " run" } else { "" };
    let body = lines.get(fence.line + 1..).unwrap_or_default();
    if fence.run {
        let typed = body.iter().map(|line| {
            let line = line.strip_prefix(fence.indent.as_str()).unwrap_or(line);
            line.strip_prefix("$ ").unwrap_or(line)
        });
        commands.push(typed.collect::<Vec<_>>().join("\n"));
    }
    if let Some(line) = lines.get_mut(fence.line) {
        *line = format!("{}{signs}{language}{run}{}", fence.indent, fence.words);
    }
    lines.push(format!("{}{signs}", fence.indent));
}

/// Reads what stands after an opening fence.
fn read_info(kind: Kind, info: &str, fence: &mut Fence, lose: &mut impl FnMut(String)) {
    let mut words = info.split_whitespace();
    let mut first = words.next().unwrap_or_default();
    let mut rest: Vec<&str> = words.collect();
    if first.contains(['=', '{']) {
        rest.insert(0, first);
        first = "";
    }
    fence.language = first.to_lowercase();
    if kind == Kind::Killercoda {
        if !rest.is_empty() {
            lose(format!(
                "`{}` after the language of a code block",
                short(&rest.join(" "))
            ));
        }
        return;
    }
    // Blocks of a shell have a button unless they say otherwise.
    fence.run = matches!(fence.language.as_str(), "bash" | "sh" | "shell" | "console")
        && !rest.contains(&"no-run-button");
    for word in rest {
        match word.split_once('=') {
            None if matches!(word, "no-run-button" | "no-copy-button") => {
                if word == "no-copy-button" && !fence.run {
                    fence.words.push_str(" output");
                }
            }
            Some(("save-as", path)) => {
                let path = path.trim_matches('"');
                let path = path.strip_prefix("~/").unwrap_or(path);
                if is_clean_path(path) && !path.contains('"') {
                    fence.words.push_str(&format!(" file={path}"));
                } else {
                    lose(format!(
                        "`{}`: not a path in the learner's home",
                        short(word)
                    ));
                }
            }
            _ => lose(format!(
                "`{}` after the language of a code block",
                short(word)
            )),
        }
    }
}

/// The command of a line that is nothing but `` `command`{{exec}} ``.
fn sole_command(line: &str) -> Option<&str> {
    let (command, button) = line.strip_prefix('`')?.split_once("`{{")?;
    let alone = button.starts_with("exec") && button.trim_end().strip_suffix("}}")?.len() < 24;
    (alone && !command.contains('`')).then_some(command)
}

/// Takes directives out of one line.
fn inline(kind: Kind, line: &str, code: bool, lose: &mut impl FnMut(String)) -> String {
    // Nobody writes such a line by hand, and looking for pairs in it would take long.
    if line.len() > 8192 {
        return line.to_owned();
    }
    match kind {
        Kind::Killercoda => buttons(line, lose),
        Kind::Labspace if code => variables(line, lose),
        Kind::Labspace => variables(&directives(line, lose), lose),
    }
}

/// `{{exec}}` and its like. Other braces are somebody's template: `docker ps --format '{{.Names}}'`.
fn buttons(line: &str, lose: &mut impl FnMut(String)) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((inner, behind)) = after.split_once("}}") else {
            out.push_str("{{");
            rest = after;
            continue;
        };
        let word = inner.trim();
        rest = behind;
        if let Some(port) = word.strip_prefix("TRAFFIC_") {
            let port = port.rsplit('_').next().unwrap_or_default();
            lose(format!(
                "the address of port {}: say what to open in the preview",
                short(port)
            ));
            out.push_str(&format!(
                "http://localhost:{}",
                port.trim_matches(|c: char| !c.is_ascii_digit())
            ));
        } else if word.starts_with("exec") || word.starts_with("open") {
            lose(format!(
                "the button `{{{{{}}}}}` inside a line",
                short(word)
            ));
        } else if !word.starts_with("copy") {
            out.push_str("{{");
            rest = after;
        }
    }
    out.push_str(rest);
    if out.contains("[[HOST") || out.contains("[[KATACODA") {
        lose("an address of the host: say what to open in the preview".into());
    }
    out
}

/// `::name[text]{attributes}`.
fn directives(line: &str, lose: &mut impl FnMut(String)) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(':') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let colons = tail.len() - tail.trim_start_matches(':').len();
        let parsed = tail[colons..].split_once('[').and_then(|(name, after)| {
            let (text, after) = after.split_once(']')?;
            let (attributes, after) = after.strip_prefix('{')?.split_once('}')?;
            let fits = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
            fits.then_some((name, text, attributes, after))
        });
        let Some((name, text, attributes, after)) = parsed else {
            out.push_str(&tail[..colons]);
            rest = &tail[colons..];
            continue;
        };
        let value = ["href=\"", "path=\""].iter().find_map(|key| {
            let (_, value) = attributes.split_once(key)?;
            Some(value.split_once('"')?.0)
        });
        lose(format!(
            "the directive `{}`",
            short(&format!("{name}[{text}]"))
        ));
        if let Some(value) = value {
            out.push_str(&format!("{text} (`{}`)", value.replace('`', "")));
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// `$$name$$`: a learner is asked for nothing, and writes it in.
fn variables(line: &str, lose: &mut impl FnMut(String)) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("$$") {
        out.push_str(before);
        match after.split_once("$$") {
            Some((name, behind))
                if !name.is_empty()
                    && name
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)) =>
            {
                let name = name.to_uppercase().replace('-', "_");
                lose(format!("a variable: the text says `YOUR_{name}` now"));
                out.push_str(&format!("YOUR_{name}"));
                rest = behind;
            }
            _ => {
                out.push_str("$$");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The beginning of a text, on one line and without backquotes, for a message.
pub(super) fn short(text: &str) -> String {
    let clean = text.replace('`', "'");
    let words = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out: String = words.chars().filter(|c| !c.is_control()).take(60).collect();
    if out.chars().count() < words.chars().count() {
        out.push('…');
    }
    out
}
