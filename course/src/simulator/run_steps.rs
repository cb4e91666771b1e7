//! `run-steps`: what `docker run` does, one step after the other.

use serde::{Deserialize, Serialize};

use super::Reader;

/// Keys of a `run-steps` block.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunStepsFront {
    title: Option<String>,
    image: Option<String>,
    command: Option<String>,
    output: Option<String>,
}

/// What `docker run IMAGE COMMAND` does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunSteps {
    /// Shown above it, as plain text.
    pub title: String,
    /// The image's name.
    pub image: String,
    /// The command that runs in the container. It ends by itself, with exit code 0.
    pub command: String,
    /// The line that it prints.
    pub output: String,
}

pub(super) fn read(front: RunStepsFront, reader: &mut Reader<'_>) -> RunSteps {
    if front.command.is_some() != front.output.is_some() {
        reader.error(
            reader.node.at,
            "`command` and `output` go together",
            "say which line the command prints",
        );
    }
    RunSteps {
        title: reader.line("title", front.title, "What docker run does", 80),
        image: reader.word("image", front.image, "busybox", 20),
        command: reader.line("command", front.command, "echo hello", 16),
        output: reader.line("output", front.output, "hello", 16),
    }
}
