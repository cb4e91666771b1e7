//! `lifecycle`: several containers from one image, what is written into one, and what is gone when it is removed.

use serde::{Deserialize, Serialize};

use super::Reader;

/// Keys of a `lifecycle` block.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LifecycleFront {
    title: Option<String>,
    image: Option<String>,
    size: Option<String>,
    layers: Option<Vec<String>>,
    name: Option<String>,
    file: Option<String>,
}

/// Containers from one image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lifecycle {
    /// Shown above it, as plain text.
    pub title: String,
    /// The image's name.
    pub image: String,
    /// Its size, as Docker prints sizes.
    pub size: String,
    /// What each of its layers holds, from the bottom.
    pub layers: Vec<String>,
    /// Names of the containers begin with it.
    pub name: String,
    /// The file that is written into a container, an absolute path.
    pub file: String,
}

pub(super) fn read(front: LifecycleFront, reader: &mut Reader<'_>) -> Lifecycle {
    if let Some(size) = &front.size
        && let Some((message, help)) = crate::checks::values::size(size)
    {
        reader.error(reader.node.place_of("size"), message, help);
    }
    let file = reader.word("file", front.file, "/notes.txt", 24);
    if !file.starts_with('/') || !crate::markdown::is_clean_path(file.trim_start_matches('/')) {
        reader.error(
            reader.node.place_of("file"),
            format!("`{file}` is not the path of a file in a container"),
            "write it from the root, such as `/notes.txt`",
        );
    }
    Lifecycle {
        title: reader.line("title", front.title, "Containers from one image", 80),
        image: reader.word("image", front.image, "nginx", 40),
        size: reader.line("size", front.size, "190MB", 12),
        layers: reader.lines(
            "layers",
            front.layers,
            &[
                "Debian's base files",
                "nginx and its modules",
                "start-up scripts",
            ],
            1..=5,
            40,
        ),
        name: reader.word("name", front.name, "web", 10),
        file,
    }
}
