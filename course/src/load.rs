//! A content folder into a [`Library`].
//!
//! ```text
//! folder ─→ files ─→ outline ─→ pages (in parallel; unchanged ones are reused) ─→ courses
//! ```

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::assemble;
use crate::files::{self, Entry, MAX_MARKDOWN, Tree};
use crate::markdown::Base;
use crate::model::{Lab, Lesson, Library, Reference};
use crate::outline::{self, Outline};
use crate::page::{About, Page, PageKind};
use crate::problem::{Problem, Severity};
use crate::source::Source;
use crate::{lab, lesson, notes, reference};

/// What a load gives: what can be shown, and what is wrong.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The content folder: problems name files relative to it.
    pub root: PathBuf,
    /// Everything that has no errors.
    pub library: Library,
    /// Everything that is wrong, by file and line.
    pub problems: Vec<Problem>,
    /// How many pages were compiled; the others were as they had been.
    pub compiled: usize,
}

impl Loaded {
    /// How many problems keep a page from being shown.
    pub fn errors(&self) -> usize {
        self.problems
            .iter()
            .filter(|problem| problem.is_error())
            .count()
    }
}

/// Loads a content folder, or the folder of one course.
pub fn load(path: impl AsRef<Path>) -> Loaded {
    Loader::new(path).load()
}

/// Loads a content folder again and again, and compiles only the pages whose files changed.
#[derive(Debug)]
pub struct Loader {
    root: PathBuf,
    only: Option<String>,
    pages: HashMap<String, Cached>,
}

#[derive(Debug, Clone)]
struct Cached {
    hash: [u8; 32],
    page: Compiled,
}

/// A compiled page.
#[derive(Debug, Clone)]
pub(crate) enum Compiled {
    Lesson(Arc<Page<Lesson>>),
    Lab(Arc<Page<Lab>>),
    Reference(Arc<Page<Reference>>),
}

impl Compiled {
    /// What was found out about the page.
    pub fn about(&self) -> &About {
        match self {
            Self::Lesson(page) => &page.about,
            Self::Lab(page) => &page.about,
            Self::Reference(page) => &page.about,
        }
    }
}

/// A page that has to be compiled.
pub(crate) struct Job {
    /// File, relative to the content folder.
    pub file: String,
    pub slug: String,
    pub kind: PageKind,
    pub base: Base,
}

impl Loader {
    /// A loader of a content folder, or of the folder of one course.
    pub fn new(path: impl AsRef<Path>) -> Self {
        let path = path.as_ref();
        let full = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let pages = HashMap::new();
        if full.join("course.yaml").is_file()
            && let (Some(folder), Some(name)) = (
                full.parent(),
                full.file_name().and_then(|name| name.to_str()),
            )
        {
            // Kept as the caller wrote it where that is possible: problems are shown with it.
            let root = match path.parent() {
                Some(parent) if path.file_name().is_some() && !parent.as_os_str().is_empty() => {
                    parent.to_owned()
                }
                Some(_) if path.file_name().is_some() => PathBuf::from("."),
                _ => folder.to_owned(),
            };
            return Self {
                root,
                only: Some(name.to_owned()),
                pages,
            };
        }
        Self {
            root: path.to_owned(),
            only: None,
            pages,
        }
    }

    /// Loads what is on the disk now.
    pub fn load(&mut self) -> Loaded {
        let mut problems = Vec::new();
        let mut courses = Vec::new();
        for name in self.course_folders(&mut problems) {
            let tree = files::scan(&self.root, &name, &mut problems);
            let outline = outline::read(&name, &tree, &mut problems);
            courses.push((tree, outline));
        }
        let mut hashes = Hashes::default();
        let compiled = self.compile(&courses, &mut hashes);
        let mut library = Library::default();
        for (tree, outline) in &courses {
            let pages: HashMap<&str, &Compiled> = self
                .pages
                .iter()
                .map(|(file, cached)| (file.as_str(), &cached.page))
                .collect();
            library.courses.extend(assemble::course(
                outline,
                tree,
                &pages,
                &mut hashes,
                &mut problems,
            ));
        }
        if self.only.is_none() {
            let anchors = self
                .pages
                .iter()
                .map(|(file, cached)| (file.as_str(), &cached.page.about().anchors));
            notes::check(&self.root, &anchors.collect(), &mut problems);
        }
        library.version = hashes.version();
        problems.sort_by(|a, b| {
            (&a.file, a.line, a.column, a.severity, &a.message)
                .cmp(&(&b.file, b.line, b.column, b.severity, &b.message))
        });
        problems.dedup();
        Loaded {
            root: self.root.clone(),
            library,
            problems,
            compiled,
        }
    }

    fn course_folders(&self, problems: &mut Vec<Problem>) -> Vec<String> {
        if let Some(only) = &self.only {
            return vec![only.clone()];
        }
        let mut names = Vec::new();
        let place = self.root.display().to_string();
        match std::fs::read_dir(&self.root) {
            Err(cause) => problems.push(
                Problem::of_file(
                    Severity::Error,
                    place,
                    format!("the content folder cannot be read: {cause}"),
                )
                .help("give the path of a folder that holds courses"),
            ),
            Ok(entries) => {
                for entry in entries.filter_map(Result::ok) {
                    let is_course = entry.path().join("course.yaml").is_file()
                        && entry.file_type().is_ok_and(|kind| kind.is_dir());
                    if let (true, Some(name)) = (is_course, entry.file_name().to_str()) {
                        names.push(name.to_owned());
                    }
                }
                if names.is_empty() {
                    problems.push(
                        Problem::of_file(Severity::Error, place, "no course is in this folder")
                            .help("a course is a folder in it with a `course.yaml`"),
                    );
                }
            }
        }
        names.sort();
        names
    }

    /// Brings the pages up to date and says how many were compiled; what is gone is forgotten.
    fn compile(&mut self, courses: &[(Tree, Outline)], hashes: &mut Hashes) -> usize {
        let mut before = std::mem::take(&mut self.pages);
        let mut changed: Vec<(Job, [u8; 32], Vec<u8>)> = Vec::new();
        for (tree, outline) in courses {
            for job in outline.jobs() {
                let Some(entry) = tree.get(&job.file) else {
                    continue;
                };
                match files::read(&job.file, entry, MAX_MARKDOWN) {
                    Err(problem) => {
                        let page = job.broken(problem);
                        self.pages.insert(
                            job.file,
                            Cached {
                                hash: [0; 32],
                                page,
                            },
                        );
                    }
                    Ok(bytes) => {
                        let hash = hashes.note(&job.file, &bytes);
                        match before
                            .remove(&job.file)
                            .filter(|cached| cached.hash == hash)
                        {
                            Some(cached) => {
                                self.pages.insert(job.file, cached);
                            }
                            None => changed.push((job, hash, bytes)),
                        }
                    }
                }
            }
        }
        self.pages.extend(compile_all(&changed));
        changed.len()
    }
}

/// Compiles pages on all processors.
fn compile_all(changed: &[(Job, [u8; 32], Vec<u8>)]) -> Vec<(String, Cached)> {
    let workers = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(changed.len());
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let work = || {
        while let Some((job, hash, bytes)) = changed.get(next.fetch_add(1, Ordering::Relaxed)) {
            let cached = Cached {
                hash: *hash,
                page: job.compile(bytes),
            };
            done.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((job.file.clone(), cached));
        }
    };
    if workers <= 1 {
        work();
    } else {
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(work);
            }
        });
    }
    done.into_inner().unwrap_or_else(PoisonError::into_inner)
}

impl Job {
    fn compile(&self, bytes: &[u8]) -> Compiled {
        match Source::new(&self.file, bytes) {
            Err(problem) => self.broken(problem),
            Ok(source) => {
                let (slug, base) = (&self.slug, &self.base);
                match self.kind {
                    PageKind::Lesson => {
                        Compiled::Lesson(Arc::new(lesson::compile(&source, slug, base)))
                    }
                    PageKind::Lab => Compiled::Lab(Arc::new(lab::compile(&source, slug, base))),
                    PageKind::Reference => {
                        Compiled::Reference(Arc::new(reference::compile(&source, slug, base)))
                    }
                }
            }
        }
    }

    fn broken(&self, problem: Problem) -> Compiled {
        match self.kind {
            PageKind::Lesson => Compiled::Lesson(Arc::new(Page::broken(problem))),
            PageKind::Lab => Compiled::Lab(Arc::new(Page::broken(problem))),
            PageKind::Reference => Compiled::Reference(Arc::new(Page::broken(problem))),
        }
    }
}

/// Hashes of everything that was read.
#[derive(Debug, Default)]
pub(crate) struct Hashes(std::collections::BTreeMap<String, [u8; 32]>);

impl Hashes {
    /// Notes a file's content and gives its hash.
    pub fn note(&mut self, file: &str, bytes: &[u8]) -> [u8; 32] {
        let hash: [u8; 32] = Sha256::digest(bytes).into();
        self.0.insert(file.to_owned(), hash);
        hash
    }

    fn version(&self) -> String {
        let mut all = Sha256::new();
        for (file, hash) in &self.0 {
            all.update(file.as_bytes());
            all.update([0]);
            all.update(hash);
        }
        all.finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// Reads a file of the tree and notes its hash.
pub(crate) fn read_noted(
    path: &str,
    entry: &Entry,
    most: u64,
    hashes: &mut Hashes,
) -> Result<Vec<u8>, Problem> {
    let bytes = files::read(path, entry, most)?;
    hashes.note(path, &bytes);
    Ok(bytes)
}
