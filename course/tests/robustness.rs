//! Whatever an author's file holds, loading it ends, without a panic and without markup that runs.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};

use drydock_course::model::{Block, Item};
use drydock_course::{Loaded, Loader};

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/content/a-course-with-everything")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// A row of numbers that is the same in every run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most.max(1) as u64).unwrap()
    }
}

/// What breaks parsers when it stands where nobody expects it.
const PIECES: &[&[u8]] = &[
    b"---\n",
    b"```",
    b"```check\n",
    b"```quiz\n",
    b"\n\n",
    b"<svg>",
    b"</svg>",
    b"<script>",
    b"<details>",
    b"<!--",
    b"&",
    b"*a",
    b"{",
    b"}",
    b"[",
    b"]",
    b": ",
    b"- ",
    b"\t",
    b"> ",
    b"# ",
    b"## ",
    b"|",
    b"\xff",
    b"\0",
    b"\r\n",
    "ä→\u{feff}".as_bytes(),
    b"[^a]: ",
    b"[x](javascript:y)",
    b"![](x)",
    b"~~~",
    b"\\",
    b"\"",
    b"'",
    b"!!str ",
    b"%YAML",
];

fn mutate(text: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len() + 1);
        match numbers.below(5) {
            0 => bytes.truncate(at),
            1 => {
                let end = (at + numbers.below(40)).min(bytes.len());
                bytes.drain(at..end);
            }
            2 => {
                let end = (at + numbers.below(200)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                let to = numbers.below(bytes.len() + 1);
                bytes.splice(to..to, part);
            }
            _ => {
                let piece = PIECES[numbers.below(PIECES.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
        }
    }
    bytes
}

#[test]
fn mangled_files_are_reported_and_never_make_unsafe_markup() {
    let content = tempfile::tempdir().unwrap();
    copy(&fixture(), content.path());
    let quay = content.path().join("harbour/01-quay");
    let files = [
        quay.join("01-ropes.md"),
        quay.join("labs/tie-up/lab.md"),
        quay.join("module.yaml"),
        quay.join("labs/tie-up/solution/answers.yaml"),
        content.path().join("harbour/course.yaml"),
    ];
    let mut loader = Loader::new(content.path());
    let mut numbers = Numbers(0x5eed_cafe);
    let mut broken = 0;
    for round in 0..400 {
        let file = &files[if round % 2 == 0 {
            0
        } else {
            numbers.below(files.len())
        }];
        let whole = fs::read(file).unwrap();
        fs::write(file, mutate(&whole, &mut numbers)).unwrap();
        let loaded = loader.load();
        broken += usize::from(loaded.errors() > 0);
        assert_safe(&loaded, round);
        fs::write(file, whole).unwrap();
    }
    assert!(
        broken > 200,
        "most mangled files have errors, found {broken} of 400"
    );
    assert_eq!(loader.load().problems, [], "the files are whole again");
}

fn assert_safe(loaded: &Loaded, round: usize) {
    for problem in &loaded.problems {
        assert!(
            problem.line >= 1 && problem.column >= 1,
            "round {round}: {problem}"
        );
    }
    for item in loaded
        .library
        .courses
        .iter()
        .flat_map(|course| &course.modules)
        .flat_map(|module| &module.items)
    {
        let blocks: Vec<&Block> = match item {
            Item::Lesson(lesson) => lesson.blocks.iter().collect(),
            Item::Lab(lab) => lab
                .intro
                .iter()
                .chain(lab.steps.iter().flat_map(|step| &step.blocks))
                .collect(),
        };
        for block in blocks {
            if let Block::Html { html } = block {
                for trace in [
                    "<script",
                    "javascript:",
                    " onload=",
                    "<iframe",
                    "<foreignobject",
                ] {
                    // As text it is escaped; as a link it was refused with an error.
                    assert!(
                        !html
                            .to_lowercase()
                            .contains(&format!("<{}", trace.trim_start_matches('<')))
                            && !html.contains("href=\"javascript:"),
                        "round {round}: {trace} in {html}"
                    );
                }
                assert_eq!(
                    html.matches("<figure").count(),
                    html.matches("</figure>").count(),
                    "round {round}: {html}"
                );
            }
        }
    }
}

#[test]
fn every_beginning_of_a_page_loads() {
    let content = tempfile::tempdir().unwrap();
    copy(&fixture(), content.path());
    let file = content.path().join("harbour/01-quay/labs/tie-up/lab.md");
    let whole = fs::read(&file).unwrap();
    let mut loader = Loader::new(content.path());
    for end in (0..whole.len()).step_by(7) {
        fs::write(&file, &whole[..end]).unwrap();
        loader.load();
    }
}

#[test]
fn texts_made_to_take_long_end_soon() {
    let content = tempfile::tempdir().unwrap();
    copy(&fixture(), content.path());
    let file = content.path().join("harbour/01-quay/01-ropes.md");
    let front = "---\ntitle: x\nsummary: y\nminutes: 2\nobjectives: [z]\n---\n";
    let bombs = [
        "[".repeat(50_000),
        "> ".repeat(20_000),
        "- ".repeat(20_000),
        "*a ".repeat(30_000),
        "<div>\n\n".repeat(5_000),
        "<svg ".repeat(20_000),
        "![".repeat(20_000),
        "|a".repeat(20_000) + "\n" + &"|-".repeat(20_000),
        "```python\n".to_owned() + &"(".repeat(200_000),
        "```quiz\nquestion: ".to_owned() + &"[".repeat(100_000),
        "```quiz\n".to_owned() + &"- ".repeat(100_000),
        "## x\n".repeat(5_000),
        "[^a] ".repeat(10_000) + "\n\n[^a]: x",
    ];
    for bomb in bombs {
        let start = std::time::Instant::now();
        let name: String = bomb.chars().take(12).collect();
        fs::write(&file, format!("{front}{bomb}")).unwrap();
        drydock_course::load(content.path());
        assert!(
            start.elapsed().as_secs() < 20,
            "{name:?} took {:?}",
            start.elapsed()
        );
    }
}
