//! Labs from elsewhere: a scenario's folder in, the files of a lab and everything that was lost out.
//!
//! ```text
//! folder ─→ killercoda, labspace ─→ directives ─→ draft ─→ rewrite ─→ lab.md ─→ our own compiler
//! (found)      (its own files)     (line by line) (steps)  (markdown)     └─ refused? plainer, once more
//! ```
//!
//! The input comes from strangers. Nothing but what `files::scan_foreign` found is read, so no path leads out of
//! the folder, and what comes out has passed the compiler that judges every page.

mod build;
mod directives;
mod draft;
mod fence;
mod folder;
mod html;
mod killercoda;
mod labspace;
mod pictures;
mod rewrite;
mod solution;

use std::path::Path;

use crate::outline;
use crate::problem::Problem;
use crate::scaffold::{self, Scaffold};

use draft::Draft;
use folder::Folder;

/// Whose format a folder is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A scenario of Killercoda, or of Katacoda before it: `index.json`.
    Killercoda,
    /// A Docker Labspace: `labspace.yaml`.
    Labspace,
}

/// Where a lab is to be made.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The content folder.
    pub content: &'a Path,
    /// The module, such as `docker/03-layers`; made if it is not there.
    pub module: &'a str,
    /// The lab's name in addresses; made of its title if not given.
    pub name: Option<&'a str>,
}

/// A lab that was translated.
#[derive(Debug)]
pub struct Import {
    /// Its files, and what is left to the author.
    pub made: Scaffold,
    /// What could not be taken over, with its place in the folder it came from.
    pub losses: Vec<Problem>,
}

/// Translates the scenario in a folder. Nothing is written.
///
/// # Errors
/// What keeps the scenario from being read, with its place, and what to do about it.
pub fn import(kind: Kind, from: &Path, place: Place<'_>) -> Result<Import, Vec<Problem>> {
    let folder = Folder::open(from)?;
    let mut draft = Draft::new(kind);
    match kind {
        Kind::Killercoda => killercoda::read(&folder, &mut draft),
        Kind::Labspace => labspace::read(&folder, &mut draft),
    }
    .map_err(|problem| vec![problem])?;
    let name = match place.name {
        Some(name) => name.to_owned(),
        None => crate::markdown::escape::slug(&draft.title),
    };
    let whole = |message: String| vec![folder::error("", message)];
    if !outline::is_slug(&name) {
        return Err(whole(format!(
            "`{name}` cannot be the name of a lab: give one with `--name`, with lower-case letters, digits and `-`"
        )));
    }
    let mut made = scaffold::lab_place(place.content, place.module, &name).map_err(whole)?;
    let files = build::files(
        &mut draft,
        &folder,
        &format!("{}/labs/{name}", place.module),
        &name,
    )?;
    made.files.extend(files);
    Ok(Import {
        made,
        losses: draft.losses,
    })
}
