//! What a course is made of, told by the names of its files alone.

use std::collections::BTreeSet;

use crate::files::Tree;
use crate::load::Job;
use crate::markdown::{Base, escape};
use crate::page::PageKind;
use crate::problem::{Problem, Severity};

/// A course's modules and pages by name.
#[derive(Debug)]
pub(crate) struct Outline {
    /// The course's folder and slug.
    pub slug: String,
    /// The modules, in teaching order.
    pub modules: Vec<ModuleOutline>,
    /// Reference pages by number.
    pub references: Vec<PageOutline>,
}

/// A module's pages by name.
#[derive(Debug)]
pub(crate) struct ModuleOutline {
    /// Folder, relative to the content folder.
    pub folder: String,
    pub slug: String,
    /// Lessons by number.
    pub lessons: Vec<PageOutline>,
    /// Labs by name.
    pub labs: Vec<PageOutline>,
}

/// A page by name.
#[derive(Debug)]
pub(crate) struct PageOutline {
    /// The markdown file, relative to the content folder.
    pub file: String,
    pub slug: String,
    /// A lab's folder, or the folder of a lesson's module; relative to the content folder.
    pub folder: String,
}

impl Outline {
    /// Every page with what it is.
    pub fn pages(&self) -> impl Iterator<Item = (&PageOutline, PageKind)> {
        let modules = self.modules.iter().flat_map(|module| {
            let lessons = module.lessons.iter().map(|page| (page, PageKind::Lesson));
            let labs = module.labs.iter().map(|page| (page, PageKind::Lab));
            lessons.chain(labs)
        });
        let references = self
            .references
            .iter()
            .map(|page| (page, PageKind::Reference));
        modules.chain(references)
    }

    /// Every page, to be compiled.
    pub fn jobs(&self) -> impl Iterator<Item = Job> {
        self.pages().map(|(page, kind)| Job {
            file: page.file.clone(),
            slug: page.slug.clone(),
            kind,
            base: Base {
                course: self.slug.clone(),
                folder: self.inside(&page.folder).to_owned(),
            },
        })
    }

    /// A path relative to the course's folder.
    pub fn inside<'a>(&self, path: &'a str) -> &'a str {
        path.strip_prefix(&self.slug)
            .map_or(path, |rest| rest.trim_start_matches('/'))
    }
}

/// Sorts the files of a course into modules, lessons and labs.
pub(crate) fn read(course: &str, tree: &Tree, problems: &mut Vec<Problem>) -> Outline {
    if !is_slug(course) {
        problems.push(
            Problem::of_file(
                Severity::Error,
                format!("{course}/course.yaml"),
                format!("the folder name `{course}` cannot be part of an address"),
            )
            .help(format!(
                "rename it with lower-case letters, digits and `-`: {}",
                escape::slug(course)
            )),
        );
    }
    let mut folders: BTreeSet<&str> = BTreeSet::new();
    for path in tree.keys() {
        if let Some((folder, _)) = path[course.len() + 1..].split_once('/') {
            folders.insert(folder);
        } else if is_page(path) {
            problems.push(stray(
                path,
                "lessons stand in the folder of a module, such as `01-images/01-what.md`",
            ));
        }
    }
    let mut modules: Vec<(u32, ModuleOutline)> = Vec::new();
    let mut references = Vec::new();
    for name in folders {
        let folder = format!("{course}/{name}");
        if name == "reference" {
            references = reference(&folder, tree, problems);
            continue;
        }
        let config = format!("{folder}/module.yaml");
        match (numbered(name), tree.contains_key(&config)) {
            (Some((number, slug)), true) => {
                modules.push((number, module(folder, slug.to_owned(), tree, problems)));
            }
            (Some(_), false) => problems.push(
                Problem::of_file(Severity::Error, config, "this module has no `module.yaml`")
                    .help("write one with `title: …` and `summary: …`"),
            ),
            (None, true) => problems.push(
                Problem::of_file(
                    Severity::Error,
                    config,
                    format!("the folder `{name}` has no number"),
                )
                .help(format!(
                    "name it such as `01-{}`: modules are taught in the order of their numbers",
                    escape::slug(name)
                )),
            ),
            (None, false) => {
                let prefix = format!("{folder}/");
                problems.extend(tree.keys().filter(|path| path.starts_with(&prefix) && is_page(path)).map(|path| {
                    stray(path, "its folder is no module: a module is named `NN-name` and has a `module.yaml`")
                }));
            }
        }
    }
    modules.sort_by(|(a, x), (b, y)| (a, &x.slug).cmp(&(b, &y.slug)));
    Outline {
        slug: course.to_owned(),
        modules: modules.into_iter().map(|(_, module)| module).collect(),
        references,
    }
}

/// The pages of the folder `reference`, by number.
fn reference(folder: &str, tree: &Tree, problems: &mut Vec<Problem>) -> Vec<PageOutline> {
    let prefix = format!("{folder}/");
    let mut pages = Vec::new();
    for path in tree
        .keys()
        .filter(|path| path.starts_with(&prefix) && is_page(path))
    {
        match path[prefix.len()..].strip_suffix(".md").and_then(numbered) {
            Some((number, slug)) => pages.push((
                number,
                PageOutline {
                    file: path.clone(),
                    slug: slug.to_owned(),
                    folder: folder.to_owned(),
                },
            )),
            None => problems.push(stray(
                path,
                "a reference page is named `reference/NN-name.md` with lower-case letters, digits and `-`",
            )),
        }
    }
    pages.sort_by(|(a, x), (b, y)| (a, &x.slug).cmp(&(b, &y.slug)));
    pages.into_iter().map(|(_, page)| page).collect()
}

fn module(folder: String, slug: String, tree: &Tree, problems: &mut Vec<Problem>) -> ModuleOutline {
    let mut lessons = Vec::new();
    let mut labs = Vec::new();
    let mut lab_names: BTreeSet<&str> = BTreeSet::new();
    let prefix = format!("{folder}/");
    for path in tree
        .range(prefix.clone()..)
        .map(|(path, _)| path)
        .take_while(|path| path.starts_with(&prefix))
    {
        let inner = &path[prefix.len()..];
        if let Some(lab) = inner.strip_prefix("labs/") {
            match lab.split_once('/') {
                Some((name, _)) => {
                    lab_names.insert(name);
                }
                None if is_page(path) => {
                    problems.push(stray(path, "a lab is a folder in `labs/` with a `lab.md`"));
                }
                None => {}
            }
        } else if let Some(name) = inner.strip_suffix(".md").filter(|name| !name.contains('/')) {
            match numbered(name) {
                Some((number, slug)) => lessons.push((
                    number,
                    PageOutline {
                        file: path.clone(),
                        slug: slug.to_owned(),
                        folder: folder.clone(),
                    },
                )),
                None if is_page(path) => problems.push(stray(
                    path,
                    "a lesson is named `NN-name.md` with lower-case letters, digits and `-`",
                )),
                None => {}
            }
        } else if is_page(path) {
            problems.push(stray(
                path,
                "lessons stand in the module's folder itself, labs in `labs/name/lab.md`",
            ));
        }
    }
    for name in lab_names {
        let folder = format!("{folder}/labs/{name}");
        let file = format!("{folder}/lab.md");
        if !is_slug(name) {
            problems.push(
                Problem::of_file(
                    Severity::Error,
                    file,
                    format!("the lab's folder `{name}` cannot be part of an address"),
                )
                .help(format!(
                    "rename it with lower-case letters, digits and `-`: {}",
                    escape::slug(name)
                )),
            );
        } else if tree.contains_key(&file) {
            labs.push(PageOutline {
                file,
                slug: name.to_owned(),
                folder,
            });
        } else {
            problems.push(
                Problem::of_file(Severity::Error, file, "this lab has no `lab.md`")
                    .help("write one: `drydock new lab` makes a first version"),
            );
        }
    }
    lessons.sort_by(|(a, x), (b, y)| (a, &x.slug).cmp(&(b, &y.slug)));
    ModuleOutline {
        folder,
        slug,
        lessons: lessons.into_iter().map(|(_, page)| page).collect(),
        labs,
    }
}

fn stray(path: &str, help: &str) -> Problem {
    Problem::of_file(Severity::Warning, path, "no learner can reach this page").help(help)
}

/// Whether a file looks like a page; notes to colleagues do not.
fn is_page(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let in_lab_files = ["/start/", "/solution/", "/wrong/", "/grading/"]
        .iter()
        .any(|part| path.contains(part));
    name.ends_with(".md")
        && !name.eq_ignore_ascii_case("readme.md")
        && name != "lab.md"
        && !in_lab_files
}

/// `03-layers` as 3 and `layers`.
pub(crate) fn numbered(name: &str) -> Option<(u32, &str)> {
    let (number, slug) = name.split_once('-')?;
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (digits && is_slug(slug)).then(|| Some((number.parse().ok()?, slug)))?
}

/// Whether a name can be part of an address.
pub(crate) fn is_slug(name: &str) -> bool {
    (1..=80).contains(&name.len()) && name == escape::slug(name)
}
