//! Compiled pages into a course: order, files, and everything that can only be checked once all
//! pages are known.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::files::{MAX_YAML, Tree};
use crate::glossary::{self, Glossary};
use crate::lab_files;
use crate::links;
use crate::load::{Compiled, Hashes, read_noted};
use crate::model::{Course, Item, Module, Outcome, Reference};
use crate::outline::{ModuleOutline, Outline, PageOutline};
use crate::problem::{Problem, Severity, suggest};
use crate::source::Source;
use crate::yaml::{self, Node};

/// Keys of `course.yaml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CourseFront {
    title: String,
    summary: String,
    #[serde(default)]
    outcomes: IndexMap<String, String>,
}

/// Keys of `module.yaml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModuleFront {
    title: String,
    summary: String,
    #[serde(default)]
    outcomes: Vec<String>,
    order: Option<Vec<String>>,
}

/// Puts a course together; nothing if its `course.yaml` is broken.
pub(crate) fn course(
    outline: &Outline,
    tree: &Tree,
    pages: &HashMap<&str, &Compiled>,
    hashes: &mut Hashes,
    problems: &mut Vec<Problem>,
) -> Option<Course> {
    let mut found = Vec::new();
    let config = format!("{}/course.yaml", outline.slug);
    let front = read_yaml::<CourseFront>(&config, tree, hashes, &mut found);
    let codes: Vec<&str> = front
        .iter()
        .flat_map(|(front, ..)| front.outcomes.keys().map(String::as_str))
        .collect();
    for (page, _) in outline.pages() {
        let Some(compiled) = pages.get(page.file.as_str()) else {
            continue;
        };
        let about = compiled.about();
        found.extend(about.problems.iter().cloned());
        for (code, place) in about.outcomes.iter().filter(|_| front.is_some()) {
            check_outcome(&page.file, code, *place, &codes, &mut found);
        }
    }
    duplicates(outline, &mut found);
    let assets = links::check(outline, tree, pages, hashes, &mut found);
    let mut labs = HashMap::new();
    for page in outline.modules.iter().flat_map(|module| &module.labs) {
        let Some(Compiled::Lab(compiled)) = pages.get(page.file.as_str()) else {
            continue;
        };
        let Some(mut lab) = compiled.page.clone() else {
            continue;
        };
        lab_files::attach(
            &mut lab,
            &page.folder,
            &compiled.about.images,
            tree,
            hashes,
            &mut found,
        );
        labs.insert(page.file.as_str(), lab);
    }

    let references = references(outline, pages, &found);
    let glossary = references
        .iter()
        .find(|page| page.slug == glossary::SLUG)
        .and_then(|page| Glossary::read(&outline.slug, page));
    let mut modules = Vec::new();
    for outline in &outline.modules {
        let broken: BTreeSet<String> = found
            .iter()
            .chain(problems.iter())
            .filter(|problem| problem.is_error())
            .map(|problem| problem.file.clone())
            .collect();
        let mut items: BTreeMap<String, Item> = BTreeMap::new();
        for page in &outline.lessons {
            let compiled = pages.get(page.file.as_str());
            if let Some(Compiled::Lesson(compiled)) = compiled
                && let Some(mut lesson) = compiled
                    .page
                    .clone()
                    .filter(|_| !broken.contains(&page.file))
            {
                if let Some(glossary) = &glossary {
                    glossary.link(&mut lesson.blocks);
                }
                items.insert(page.file.clone(), Item::Lesson(lesson));
            }
        }
        for page in &outline.labs {
            let inside = format!("{}/", page.folder);
            if let Some(lab) = labs.remove(page.file.as_str())
                && !broken.iter().any(|file| file.starts_with(&inside))
            {
                items.insert(page.file.clone(), Item::Lab(lab));
            }
        }
        if modules
            .iter()
            .any(|module: &Module| module.slug == outline.slug)
        {
            continue;
        }
        modules.extend(module(
            outline,
            tree,
            &codes,
            front.is_some(),
            items,
            hashes,
            &mut found,
        ));
    }
    problems.extend(found);
    let (front, ..) = front?;
    Some(Course {
        slug: outline.slug.clone(),
        title: front.title,
        summary: front.summary,
        outcomes: front
            .outcomes
            .into_iter()
            .map(|(code, text)| Outcome { code, text })
            .collect(),
        modules,
        references,
        assets,
    })
}

/// Reference pages without errors.
fn references(
    outline: &Outline,
    pages: &HashMap<&str, &Compiled>,
    found: &[Problem],
) -> Vec<Reference> {
    let is_whole = |file: &str| {
        !found
            .iter()
            .any(|problem| problem.is_error() && problem.file == file)
    };
    let of = |page: &PageOutline| match pages.get(page.file.as_str()) {
        Some(Compiled::Reference(compiled)) if is_whole(&page.file) => compiled.page.clone(),
        _ => None,
    };
    outline.references.iter().filter_map(of).collect()
}

fn module(
    outline: &ModuleOutline,
    tree: &Tree,
    codes: &[&str],
    codes_known: bool,
    mut items: BTreeMap<String, Item>,
    hashes: &mut Hashes,
    found: &mut Vec<Problem>,
) -> Option<Module> {
    let config = format!("{}/module.yaml", outline.folder);
    let (front, source, node) = read_yaml::<ModuleFront>(&config, tree, hashes, found)?;
    for (index, code) in front.outcomes.iter().enumerate().filter(|_| codes_known) {
        check_outcome(
            &config,
            code,
            source.place(node.place_in("outcomes", index)),
            codes,
            found,
        );
    }
    let order = match &front.order {
        Some(order) => ordered(outline, order, &source, &node, found),
        None => outline
            .lessons
            .iter()
            .chain(&outline.labs)
            .map(|page| page.file.clone())
            .collect(),
    };
    if outline.lessons.is_empty() && outline.labs.is_empty() {
        found.push(source.warning(node.at, "this module has neither lessons nor labs"));
    }
    Some(Module {
        slug: outline.slug.clone(),
        title: front.title,
        summary: front.summary,
        outcomes: front.outcomes,
        items: order.iter().filter_map(|file| items.remove(file)).collect(),
    })
}

/// The files of a module's pages in the order that `order` asks for.
fn ordered(
    outline: &ModuleOutline,
    order: &[String],
    source: &Source,
    node: &Node,
    found: &mut Vec<Problem>,
) -> Vec<String> {
    let lessons = outline.lessons.iter().map(|page| ("lesson:", page));
    let labs = outline.labs.iter().map(|page| ("lab:", page));
    let pages: Vec<_> = lessons.chain(labs).collect();
    let mut files: Vec<String> = Vec::new();
    for (index, name) in order.iter().enumerate() {
        let at = node.place_in("order", index);
        let named: Vec<_> = pages
            .iter()
            .filter(|(prefix, page)| {
                page.slug == *name || name.strip_prefix(prefix) == Some(page.slug.as_str())
            })
            .collect();
        match named.as_slice() {
            [] => {
                let known: Vec<&str> = pages.iter().map(|(_, page)| page.slug.as_str()).collect();
                let message = format!("there is no lesson or lab `{name}` in this module");
                found.push(source.error(at, message).help(suggest(name, &known)));
            }
            [(_, page)] if files.contains(&page.file) => {
                found.push(
                    source
                        .error(at, format!("`{name}` is named twice"))
                        .help("remove one of them"),
                );
            }
            [(_, page)] => files.push(page.file.clone()),
            _ => found.push(
                source
                    .error(at, format!("`{name}` is both a lesson and a lab"))
                    .help(format!("write `lesson:{name}` or `lab:{name}`")),
            ),
        }
    }
    let mistyped = files.len() < order.len();
    for (prefix, page) in &pages {
        if !files.contains(&page.file) && mistyped {
            // Most likely it is the one that was mistyped.
            files.push(page.file.clone());
        } else if !files.contains(&page.file) {
            let what = prefix.trim_end_matches(':');
            found.push(
                source
                    .error(
                        node.place_of("order"),
                        format!("`order` does not name the {what} `{}`", page.slug),
                    )
                    .help("name every lesson and lab of the module once, or remove `order`"),
            );
            files.push(page.file.clone());
        }
    }
    files
}

/// Modules, and pages of each kind, need names of their own within a course.
fn duplicates(outline: &Outline, found: &mut Vec<Problem>) {
    let modules = outline.modules.iter().map(|module| {
        let file = format!("{}/module.yaml", module.folder);
        ("module", module.slug.as_str(), file)
    });
    let pages = outline
        .pages()
        .map(|(page, kind)| (kind.word(), page.slug.as_str(), page.file.clone()));
    let mut seen: BTreeMap<(&str, &str), String> = BTreeMap::new();
    for (what, slug, file) in modules.chain(pages) {
        let Some(first) = seen.get(&(what, slug)) else {
            seen.insert((what, slug), file);
            continue;
        };
        found.push(
            Problem::of_file(
                Severity::Error,
                file,
                format!("the {what} `{slug}` is there twice"),
            )
            .help(format!("{first} has this name already: rename one of them")),
        );
    }
}

fn check_outcome(
    file: &str,
    code: &str,
    (line, column): (u32, u32),
    codes: &[&str],
    found: &mut Vec<Problem>,
) {
    if !codes.contains(&code) {
        found.push(
            Problem {
                line,
                column,
                ..Problem::of_file(
                    Severity::Error,
                    file,
                    format!("the outcome `{code}` is not in `course.yaml`"),
                )
            }
            .help(suggest(code, codes)),
        );
    }
}

/// Reads a YAML file of the course.
pub(crate) fn read_yaml<T: DeserializeOwned>(
    file: &str,
    tree: &Tree,
    hashes: &mut Hashes,
    found: &mut Vec<Problem>,
) -> Option<(T, Source, Node)> {
    let entry = tree.get(file)?;
    let read = read_noted(file, entry, MAX_YAML, hashes)
        .and_then(|bytes| Source::new(file, &bytes))
        .and_then(|source| {
            let node = yaml::parse_mapping(&source, &source.whole(), "the file")?;
            let value = yaml::decode(&source, &node)?;
            Ok((value, source, node))
        });
    read.map_err(|problem| found.push(problem)).ok()
}
