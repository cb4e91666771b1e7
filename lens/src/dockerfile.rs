//! As much of a Dockerfile as it takes to say on which line a step stands.

/// Instructions that are read; a Dockerfile with more is cut.
const MOST: usize = 1000;

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// In capitals.
    pub keyword: String,
    /// The whole instruction on one line.
    pub text: String,
    /// Line of its beginning, counted from 1.
    pub line: u32,
}

/// One stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// `AS name` in lower case, else `stage-N`.
    pub name: String,
    /// What it is built from.
    pub base: String,
    /// `FROM` and all after it.
    pub instructions: Vec<Instruction>,
}

/// A Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dockerfile {
    /// In their order.
    pub stages: Vec<Stage>,
}

impl Dockerfile {
    /// Reads it. What makes no sense is left out: the engine reports it better.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut stages: Vec<Stage> = Vec::new();
        for instruction in instructions(text) {
            if instruction.keyword == "FROM" {
                let mut words = instruction
                    .text
                    .split(' ')
                    .skip(1)
                    .filter(|word| !word.starts_with("--"));
                let base = words.next().unwrap_or_default().to_owned();
                let named = words
                    .next()
                    .is_some_and(|word| word.eq_ignore_ascii_case("as"));
                let name = words.next().filter(|_| named);
                stages.push(Stage {
                    name: name.map_or_else(|| format!("stage-{}", stages.len()), str::to_lowercase),
                    base,
                    instructions: vec![instruction],
                });
            } else if let Some(stage) = stages.last_mut() {
                stage.instructions.push(instruction);
            }
        }
        Self { stages }
    }

    /// Index of a stage; the name is empty in a Dockerfile of one stage.
    #[must_use]
    pub fn stage(&self, name: &str) -> Option<usize> {
        if name.is_empty() {
            return (self.stages.len() == 1).then_some(0);
        }
        self.stages
            .iter()
            .position(|stage| stage.name.eq_ignore_ascii_case(name))
    }

    /// The instruction of a step: by its number if the stage has as many steps, else by its text.
    #[must_use]
    pub fn instruction(
        &self,
        stage: usize,
        number: u32,
        of: u32,
        text: &str,
    ) -> Option<&Instruction> {
        let steps = || {
            let all = self
                .stages
                .get(stage)
                .into_iter()
                .flat_map(|stage| &stage.instructions);
            all.filter(|one| matches!(&*one.keyword, "FROM" | "RUN" | "COPY" | "ADD" | "WORKDIR"))
        };
        let keyword = text.split(' ').next().unwrap_or_default();
        if steps().count() == of as usize {
            let found = steps().nth(number.checked_sub(1)? as usize)?;
            return found.keyword.eq_ignore_ascii_case(keyword).then_some(found);
        }
        let mut same = steps().filter(|one| one.text == text);
        same.next().filter(|_| same.next().is_none())
    }
}

fn instructions(text: &str) -> Vec<Instruction> {
    let escape = escape(text);
    let mut found: Vec<Instruction> = Vec::new();
    let mut lines = text.lines().zip(1_u32..);
    while let Some((first, line)) = lines.next() {
        if found.len() >= MOST {
            break;
        }
        let first = first.trim();
        if first.is_empty() || first.starts_with('#') {
            continue;
        }
        let mut whole = String::new();
        let mut next = first;
        loop {
            let Some(begun) = next.strip_suffix(escape) else {
                whole.push_str(next);
                break;
            };
            whole.push_str(begun.trim_end());
            whole.push(' ');
            // Comments and empty lines between the lines of one instruction do not end it.
            let following = lines.by_ref().map(|(line, _)| line.trim());
            match following
                .into_iter()
                .find(|line| !line.is_empty() && !line.starts_with('#'))
            {
                Some(line) => next = line,
                None => break,
            }
        }
        let whole = crate::text::one_line(&whole);
        let keyword = whole
            .split(' ')
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        if matches!(&*keyword, "RUN" | "COPY" | "ADD") {
            for end in heredocs(&whole) {
                // The document's lines are no instructions.
                let _ = lines
                    .by_ref()
                    .find(|(line, _)| line.trim_start_matches('\t') == end);
            }
        }
        found.push(Instruction {
            keyword,
            text: whole,
            line,
        });
    }
    found
}

/// The character that lets a line go on: a backslash unless `# escape=` says otherwise.
fn escape(text: &str) -> char {
    let comments = text.lines().map_while(|line| line.trim().strip_prefix('#'));
    let said = comments.filter_map(|line| line.trim().strip_prefix("escape=").map(str::trim));
    match said.into_iter().next() {
        Some("`") => '`',
        _ => '\\',
    }
}

/// The words that end the here-documents of an instruction.
fn heredocs(instruction: &str) -> Vec<String> {
    let begun = instruction
        .split(' ')
        .filter_map(|word| word.trim_start_matches(char::is_numeric).strip_prefix("<<"));
    let words = begun.map(|word| word.trim_start_matches('-').trim_matches(['"', '\'']));
    words
        .filter(|word| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        })
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "# syntax=x\nFROM debian AS Build\n\nRUN one && \\\n  # why\n  two\nENV A=1\nCOPY <<EOF /etc/x\nRUN not me\nEOF\nFROM --platform=linux/amd64 build\nCOPY --from=build /o /o\n";

    #[test]
    fn instructions_are_found_over_several_lines_comments_and_here_documents() {
        let file = Dockerfile::parse(TWO);
        let names: Vec<_> = file
            .stages
            .iter()
            .map(|stage| (&*stage.name, &*stage.base))
            .collect();
        assert_eq!(names, [("build", "debian"), ("stage-1", "build")]);
        let run = file.instruction(0, 2, 3, "RUN one && two").unwrap();
        assert_eq!((run.line, &*run.text), (4, "RUN one && two"));
        assert_eq!(
            file.instruction(0, 3, 3, "COPY <<EOF /etc/x").unwrap().line,
            8
        );
        assert_eq!(
            file.instruction(1, 2, 2, "COPY --from=build /o /o")
                .unwrap()
                .line,
            12
        );
    }

    #[test]
    fn where_the_count_differs_the_text_decides_or_nothing_does() {
        let file = Dockerfile::parse("FROM a\nRUN x\nRUN y\nRUN x\n");
        assert_eq!(file.instruction(0, 2, 9, "RUN y").unwrap().line, 3);
        assert_eq!(file.instruction(0, 2, 9, "RUN x"), None);
    }

    #[test]
    fn nonsense_is_survived() {
        for text in [
            "",
            "\\",
            "FROM",
            "RUN x",
            "FROM a\nRUN <<EOF\nnever ended",
            "\u{0}\\\n\\\n#",
        ] {
            let _ = Dockerfile::parse(text);
        }
        assert_eq!(
            Dockerfile::parse(&"FROM a\n".repeat(100_000)).stages.len(),
            MOST
        );
    }
}
