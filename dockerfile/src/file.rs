//! A Dockerfile read as far as it can be: what cannot be parsed is noted, the rest is still there.

use std::ops::Range;

use parse_dockerfile::{Command, Instruction, parse_iter};

/// Syntax errors of one file that are told; what follows more than that is no Dockerfile.
const MOST_ERRORS: usize = 20;

/// A syntax error.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Bytes of the line that it is on.
    pub line: Range<usize>,
    pub message: String,
}

/// An instruction and where it stands.
#[derive(Debug)]
pub(crate) struct Placed<'a> {
    pub instruction: Instruction<'a>,
    /// From its keyword to its last byte, continuation lines included.
    pub span: Range<usize>,
    /// Its stage, counted from 0; nothing for what stands before the first `FROM`.
    pub stage: Option<usize>,
}

/// Reads what can be read. `text` outlives the instructions; where it has faults, `masked` holds it with the faulty
/// lines blanked.
pub(crate) fn faults(text: &str) -> (String, Vec<Fault>) {
    let mut masked = text.to_owned();
    let mut faults: Vec<Fault> = Vec::new();
    while faults.len() < MOST_ERRORS {
        let error = match parse_iter(&masked) {
            Err(error) => error,
            Ok(instructions) => match instructions.filter_map(Result::err).next() {
                Some(error) => error,
                None => break,
            },
        };
        let line = line_at(&masked, error.line());
        if masked[line.clone()].trim().is_empty() {
            break;
        }
        let message = told(&error.to_string());
        // Blanked, so that everything else keeps its place. ASCII for ASCII: a comment would hide a heredoc's end.
        let blank: String = masked[line.clone()].bytes().map(|_| ' ').collect();
        masked.replace_range(line.clone(), &blank);
        faults.push(Fault { line, message });
    }
    (masked, faults)
}

/// The instructions of a text without faults.
pub(crate) fn read(text: &str) -> Vec<Placed<'_>> {
    let Ok(instructions) = parse_iter(text) else {
        return Vec::new();
    };
    let found: Vec<Instruction<'_>> = instructions.map_while(Result::ok).collect();
    let starts: Vec<usize> = found.iter().map(|found| keyword(found).start).collect();
    let mut stage = None;
    found
        .into_iter()
        .enumerate()
        .map(|(index, instruction)| {
            if matches!(instruction, Instruction::From(_)) {
                stage = Some(stage.map_or(0, |stage| stage + 1));
            }
            let start = starts[index];
            let rest = starts.get(index + 1).copied().unwrap_or(text.len());
            Placed {
                span: start..end_of(text, start, rest),
                instruction,
                stage,
            }
        })
        .collect()
}

/// Where an instruction ends: comments and blank lines before the next one are not its own.
fn end_of(text: &str, start: usize, rest: usize) -> usize {
    let mut end = start;
    let mut at = start;
    for line in text[start..rest].split_inclusive('\n') {
        let plain = line.trim();
        if !plain.is_empty() && !plain.starts_with('#') {
            end = at + line.trim_end().len();
        }
        at += line.len();
    }
    end
}

/// Bytes of a line, counted from 1, without its end.
fn line_at(text: &str, line: usize) -> Range<usize> {
    let mut at = 0;
    for (number, content) in (1..).zip(text.split_inclusive('\n')) {
        if number == line {
            return at..at + content.trim_end_matches(['\n', '\r']).len();
        }
        at += content.len();
    }
    at.min(text.len())..text.len()
}

/// The parser's words as a sentence, without the place, which is shown by itself.
fn told(error: &str) -> String {
    let words = error.split(" at line ").next().unwrap_or(error).trim();
    let mut chars = words.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    format!(
        "{}{}. The build would stop here.",
        first.unwrap_or_default(),
        chars.as_str().trim_end_matches('.')
    )
}

/// Where the instruction's name stands.
pub(crate) fn keyword(instruction: &Instruction<'_>) -> Range<usize> {
    let keyword = match instruction {
        Instruction::Add(it) => &it.add,
        Instruction::Arg(it) => &it.arg,
        Instruction::Cmd(it) => &it.cmd,
        Instruction::Copy(it) => &it.copy,
        Instruction::Entrypoint(it) => &it.entrypoint,
        Instruction::Env(it) => &it.env,
        Instruction::Expose(it) => &it.expose,
        Instruction::From(it) => &it.from,
        Instruction::Healthcheck(it) => &it.healthcheck,
        Instruction::Label(it) => &it.label,
        Instruction::Maintainer(it) => &it.maintainer,
        Instruction::Onbuild(it) => &it.onbuild,
        Instruction::Run(it) => &it.run,
        Instruction::Shell(it) => &it.shell,
        Instruction::Stopsignal(it) => &it.stopsignal,
        Instruction::User(it) => &it.user,
        Instruction::Volume(it) => &it.volume,
        Instruction::Workdir(it) => &it.workdir,
        _ => return 0..0,
    };
    keyword.span.clone()
}

/// A shell-form command and where it begins; nothing for the exec form.
pub(crate) fn shell_form<'a>(command: &Command<'a>) -> Option<(&'a str, usize)> {
    match command {
        Command::Shell(text) => Some((text.value, text.span.start)),
        _ => None,
    }
}
