//! Code blocks: the words of the info string, and the figure that a block becomes.

use crate::problem::{Problem, suggest};
use crate::source::Source;

use super::escape;
use super::highlight;

/// What the words after the opening fence say.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Info {
    /// The language; `text` if none is given.
    pub language: String,
    /// A button types it into the terminal.
    pub run: bool,
    /// It is output: nothing to copy.
    pub output: bool,
    /// The file that it is the content of.
    pub file: Option<String>,
    /// Shown above it.
    pub title: Option<String>,
}

const WORDS: &[&str] = &["run", "output", "file=", "title="];

/// Reads an info string that begins at an offset of the file.
pub(crate) fn read_info(
    source: &Source,
    at: usize,
    info: &str,
    problems: &mut Vec<Problem>,
) -> Info {
    let mut words = words(info).into_iter();
    let mut read = Info {
        language: words.next().unwrap_or_else(|| "text".to_owned()),
        ..Info::default()
    };
    if !highlight::knows(&read.language) {
        problems.push(
            source
                .warning(
                    at,
                    format!(
                        "no highlighting is known for the language `{}`",
                        read.language
                    ),
                )
                .help(suggest(&read.language, highlight::COMMON)),
        );
    }
    for word in words {
        match word.split_once('=') {
            None if word == "run" => read.run = true,
            None if word == "output" => read.output = true,
            Some(("file", path)) if is_clean_path(path) => read.file = Some(path.to_owned()),
            Some(("file", path)) => problems.push(
                source
                    .error(
                        at,
                        format!("`file={path}` is not a path in the learner's home"),
                    )
                    .help("write it relative to the home, such as `file=app/Dockerfile`"),
            ),
            Some(("title", title)) => read.title = Some(title.to_owned()),
            _ => problems.push(
                source
                    .error(
                        at,
                        format!("unknown word `{word}` after the language of a code block"),
                    )
                    .help(suggest(&word, WORDS)),
            ),
        }
    }
    if read.run && read.output {
        problems.push(source.error(at, "a block is either `run` or `output`, not both"));
    }
    read
}

/// Whether a path is relative, with `/` between parts, and stays in its folder.
pub(crate) fn is_clean_path(path: &str) -> bool {
    !path.is_empty()
        && path.len() <= 255
        && !path.contains(['\\', '\0', '\n'])
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// Words with `key="a value"` kept together and its quotes taken off.
fn words(info: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for character in info.trim().chars() {
        match character {
            '"' => quoted = !quoted,
            _ if character.is_whitespace() && !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            _ => word.push(character),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Appends a code block. The page's script adds its buttons from the `data-` attributes.
pub(crate) fn push_block(out: &mut String, info: &Info, code: &str) {
    out.push_str("<figure class=\"code\" data-lang=\"");
    escape::push_text(out, &info.language);
    out.push('"');
    if info.run {
        out.push_str(" data-run");
    }
    if let Some(file) = &info.file {
        out.push_str(" data-file=\"");
        escape::push_text(out, file);
        out.push('"');
    }
    if info.output {
        out.push_str(" data-output");
    }
    out.push('>');
    if let Some(caption) = info.title.as_ref().or(info.file.as_ref()) {
        out.push_str("<figcaption>");
        escape::push_text(out, caption);
        out.push_str("</figcaption>");
    }
    // Long lines scroll, and what scrolls must be reachable from the keyboard.
    out.push_str("<pre tabindex=\"0\"><code>");
    highlight::push_code(out, if info.output { "text" } else { &info.language }, code);
    out.push_str("</code></pre></figure>\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(text: &str) -> (Info, Vec<String>) {
        let source = Source::new("a.md", b"").unwrap();
        let mut problems = Vec::new();
        let info = read_info(&source, 0, text, &mut problems);
        (info, problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_words_after_the_language_are_read() {
        let (read, problems) = info("dockerfile file=app/Dockerfile title=\"the first try\"");
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(read.file.as_deref(), Some("app/Dockerfile"));
        assert_eq!(read.title.as_deref(), Some("the first try"));
    }

    #[test]
    fn a_mistyped_word_names_the_nearest() {
        let (_, problems) = info("sh rnu");
        assert!(
            problems[0].contains("`rnu`") && problems[0].contains("did you mean `run`"),
            "{problems:?}"
        );
    }

    #[test]
    fn a_mistyped_language_is_a_warning_that_names_the_nearest() {
        let (_, problems) = info("dokcerfile");
        assert!(
            problems[0].contains("warning") && problems[0].contains("did you mean `dockerfile`")
        );
    }

    #[test]
    fn a_file_outside_the_home_is_refused() {
        for path in ["/etc/passwd", "../x", "a//b", "a/../b", ""] {
            assert_eq!(info(&format!("sh file={path}")).1.len(), 1, "{path}");
        }
    }

    #[test]
    fn a_title_is_text_and_not_markup() {
        let mut out = String::new();
        let info = Info {
            language: "text".into(),
            title: Some("<b>\"".into()),
            ..Info::default()
        };
        push_block(&mut out, &info, "<i>");
        assert!(
            out.contains("<figcaption>&lt;b&gt;&quot;</figcaption>") && out.contains("&lt;i&gt;"),
            "{out}"
        );
    }
}
