//! The pictures of a scenario, which come to stand beside the lab's text.

use std::collections::BTreeMap;

use crate::files::{self, MAX_ASSET};

use super::directives::short;
use super::draft::base;
use super::folder::{Folder, path_beside, plain_path};

/// Largest sum of a lab's pictures, in bytes.
const MAX_PICTURES: u64 = 10 * 1024 * 1024;

/// Pictures that texts show, as far as they are in the folder.
pub(super) struct Pictures<'a> {
    folder: &'a Folder,
    /// By their path in the folder.
    taken: BTreeMap<String, Picture>,
    bytes: u64,
}

struct Picture {
    name: String,
    bytes: Vec<u8>,
    shown: bool,
}

impl<'a> Pictures<'a> {
    pub fn new(folder: &'a Folder) -> Self {
        Self {
            folder,
            taken: BTreeMap::new(),
            bytes: 0,
        }
    }

    /// Notes that a text of the folder shows a picture, and gives its name beside the lab's text.
    ///
    /// # Errors
    /// Why it cannot be shown.
    pub fn show(&mut self, file: &str, address: &str) -> Result<String, String> {
        if address.contains(':') {
            return Err("it lies elsewhere, and classrooms may have no internet".into());
        }
        let address = &address.replace("%20", " ");
        // Some write paths from the text on, others from the folder on.
        let beside = path_beside(file, address).filter(|_| !address.starts_with('/'));
        let path = [beside, Some(plain_path(address))]
            .into_iter()
            .flatten()
            .find(|path| self.folder.has(path))
            .ok_or("there is no such file in the folder")?;
        if !files::media_type(&path).is_some_and(|kind| kind.starts_with("image/")) {
            return Err("pictures are svg, png, jpg, webp, avif or gif".into());
        }
        if let Some(picture) = self.taken.get_mut(&path) {
            picture.shown = true;
            return Ok(picture.name.clone());
        }
        let most = MAX_ASSET.min(MAX_PICTURES - self.bytes);
        let bytes = self.folder.bytes(&path, most).map_err(|_| {
            format!(
                "a picture has at most {}, all together {}",
                files::size(MAX_ASSET),
                files::size(MAX_PICTURES)
            )
        })?;
        self.bytes += bytes.len() as u64;
        let name = self.free_name(&path);
        let picture = Picture {
            name: name.clone(),
            bytes,
            shown: true,
        };
        self.taken.insert(path, picture);
        Ok(name)
    }

    /// The file's name in lower-case letters, digits, `-` and `.`, with a number if another has it.
    fn free_name(&self, path: &str) -> String {
        let last = path.rsplit('/').next().unwrap_or(path);
        let (stem, end) = last.rsplit_once('.').unwrap_or((last, "png"));
        let stem = crate::markdown::escape::slug(stem);
        let stem = if stem.is_empty() { "picture" } else { &stem };
        let end = end.to_ascii_lowercase();
        (1..)
            .map(|number| match number {
                1 => format!("{stem}.{end}"),
                _ => format!("{stem}-{number}.{end}"),
            })
            .find(|name| !self.taken.values().any(|other| other.name == *name))
            .unwrap_or_default()
    }

    /// Forgets what was shown: the texts are written anew.
    pub fn begin(&mut self) {
        for picture in self.taken.values_mut() {
            picture.shown = false;
        }
    }

    /// Whether a file of the folder is shown.
    pub fn shows(&self, path: &str) -> bool {
        self.taken.get(path).is_some_and(|picture| picture.shown)
    }

    /// Whether a path of the course is that of a picture beside the lab's text.
    pub fn is_shown_as(&self, path: &str) -> bool {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        folder == base().folder
            && self
                .taken
                .values()
                .any(|picture| picture.shown && picture.name == name)
    }

    /// Names and bytes of what is shown.
    pub fn into_files(self) -> impl Iterator<Item = (String, Vec<u8>)> {
        self.taken
            .into_values()
            .filter(|picture| picture.shown)
            .map(|picture| (picture.name, picture.bytes))
    }
}

/// What to say of a picture that cannot be shown.
pub(super) fn lost(address: &str, why: &str) -> String {
    format!(
        "the picture `{}`: {why}; put one beside lab.md and show it with `![what it shows](file)`",
        short(address)
    )
}
