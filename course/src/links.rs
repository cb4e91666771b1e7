//! Whether links lead somewhere, once every page is known.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::files::{MAX_ASSET, Tree, media_type};
use crate::load::{Compiled, Hashes, read_noted};
use crate::markdown::{Reference, Target};
use crate::model::Asset;
use crate::outline::Outline;
use crate::page::PageKind;
use crate::problem::{Problem, Severity, nearest, suggest};

/// Anchors of every page, by kind and slug.
type Anchors<'a> = BTreeMap<PageKind, BTreeMap<&'a str, &'a HashSet<String>>>;

/// Checks the links of a course's pages and reads the files that they need.
pub(crate) fn check(
    outline: &Outline,
    tree: &Tree,
    pages: &HashMap<&str, &Compiled>,
    hashes: &mut Hashes,
    found: &mut Vec<Problem>,
) -> Vec<Asset> {
    let mut known = Anchors::new();
    let mut all = Vec::new();
    for (page, kind) in outline.pages() {
        if let Some(compiled) = pages.get(page.file.as_str()) {
            let about = compiled.about();
            known
                .entry(kind)
                .or_default()
                .insert(&page.slug, &about.anchors);
            all.push((page, about));
        }
    }
    let mut assets: BTreeMap<String, Asset> = BTreeMap::new();
    let mut refused = BTreeSet::new();
    for (page, about) in all {
        for Reference { place, target } in &about.references {
            let wrong = match target {
                Target::Page { kind, slug, anchor } => {
                    missing(*kind, &known, slug, anchor.as_deref())
                }
                Target::Anchor(anchor) => missing_anchor("this page", &about.anchors, anchor),
                Target::File(path) if assets.contains_key(path) || refused.contains(path) => None,
                Target::File(path) => match asset(outline, tree, path, hashes, found) {
                    Ok(Some(asset)) => {
                        assets.insert(path.clone(), asset);
                        None
                    }
                    Ok(None) => {
                        refused.insert(path.clone());
                        None
                    }
                    Err(wrong) => Some(wrong),
                },
            };
            if let Some((message, help)) = wrong {
                let (line, column) = *place;
                found.push(
                    Problem {
                        line,
                        column,
                        ..Problem::of_file(Severity::Error, &page.file, message)
                    }
                    .help(help),
                );
            }
        }
    }
    unused(
        outline,
        tree,
        |path| assets.contains_key(path) || refused.contains(path),
        found,
    );
    assets.into_values().collect()
}

fn missing(
    kind: PageKind,
    pages: &Anchors<'_>,
    slug: &str,
    anchor: Option<&str>,
) -> Option<(String, String)> {
    let what = kind.word();
    let of = |kind| pages.get(&kind).and_then(|pages| pages.get(slug));
    let Some(anchors) = of(kind) else {
        let known: Vec<&str> = pages
            .get(&kind)
            .into_iter()
            .flat_map(|pages| pages.keys().copied())
            .collect();
        let other = PageKind::ALL.into_iter().find(|other| of(*other).is_some());
        let help = match other {
            Some(other) => format!(
                "there is a {} of this name: write `{}:{slug}`",
                other.word(),
                other.scheme()
            ),
            None => suggest(slug, &known),
        };
        return Some((format!("there is no {what} `{slug}` in this course"), help));
    };
    // A page that could not be read has no anchors, and a problem of its own.
    match anchor {
        Some(anchor) if !anchors.is_empty() => {
            missing_anchor(&format!("the {what} `{slug}`"), anchors, anchor)
        }
        _ => None,
    }
}

fn missing_anchor(page: &str, anchors: &HashSet<String>, anchor: &str) -> Option<(String, String)> {
    if anchors.contains(anchor) {
        return None;
    }
    let mut known: Vec<&str> = anchors.iter().map(String::as_str).collect();
    known.sort_unstable();
    Some((
        format!("there is no anchor `{anchor}` on {page}"),
        suggest(anchor, &known),
    ))
}

/// Reads a file that a page refers to. Its own problems are reported at the file, once.
fn asset(
    outline: &Outline,
    tree: &Tree,
    path: &str,
    hashes: &mut Hashes,
    found: &mut Vec<Problem>,
) -> Result<Option<Asset>, (String, String)> {
    let file = format!("{}/{path}", outline.slug);
    let Some(entry) = tree.get(&file).filter(|_| !is_private(path)) else {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let beside: Vec<&str> = tree
            .keys()
            .filter_map(|known| {
                let (around, name) = outline
                    .inside(known)
                    .rsplit_once('/')
                    .unwrap_or(("", known));
                (around == folder && media_type(name).is_some()).then_some(name)
            })
            .collect();
        let help = match nearest(name, beside) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "put it beside the page; names are exact, upper and lower case too".to_owned(),
        };
        return Err((format!("the file `{path}` is not in this course"), help));
    };
    let Some(media_type) = media_type(path) else {
        return Err((
            format!("files of the kind of `{path}` are not served"),
            "pictures are svg, png, jpg, webp, avif or gif; downloads csv, txt, json, yaml, toml, py, sh, pdf or zip"
                .into(),
        ));
    };
    match read_noted(&file, entry, MAX_ASSET, hashes) {
        Ok(bytes) if media_type == "image/svg+xml" && !is_plain_drawing(&bytes) => {
            found.push(
                Problem::of_file(Severity::Error, &file, "this drawing holds a script, or refers to something outside")
                    .help("export it as plain SVG, without scripts, event attributes, foreign objects and links"),
            );
            Ok(None)
        }
        Ok(bytes) => Ok(Some(Asset {
            path: path.to_owned(),
            media_type: media_type.to_owned(),
            bytes,
        })),
        Err(problem) => {
            found.push(problem);
            Ok(None)
        }
    }
}

/// Whether a drawing is nothing but a drawing: opened by itself it would run in the site's name.
fn is_plain_drawing(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let text = text.to_lowercase();
    let foreign = [
        "<script",
        "<foreignobject",
        "<iframe",
        "<embed",
        "<object",
        "<!entity",
        "javascript:",
        "@import",
    ]
    .iter()
    .any(|trace| text.contains(trace));
    let handler = text.match_indices("on").any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let rest = text[at + 2..].trim_start_matches(|c: char| c.is_ascii_lowercase());
        let letters = text.len() - at - 2 - rest.len();
        before.is_some_and(|c| c.is_whitespace() || matches!(c, '/' | '"' | '\''))
            && letters >= 2
            && rest.trim_start().starts_with('=')
    });
    let outside = ["href", "src", "url("].iter().any(|name| {
        text.split(name).skip(1).any(|rest| {
            let value = rest
                .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\''));
            !value.starts_with('#') && !value.starts_with("data:image/")
        })
    });
    !foreign && !handler && !outside
}

/// Whether a path is inside of a lab's files: a link must not hand out a solution.
fn is_private(path: &str) -> bool {
    ["/solution/", "/start/", "/wrong/"]
        .iter()
        .any(|part| path.contains(part))
}

/// Pictures that no page shows.
fn unused(
    outline: &Outline,
    tree: &Tree,
    is_used: impl Fn(&str) -> bool,
    found: &mut Vec<Problem>,
) {
    for file in tree.keys() {
        let path = outline.inside(file);
        let is_picture = media_type(path).is_some_and(|kind| kind.starts_with("image/"));
        if is_picture && !is_private(path) && !is_used(path) {
            found.push(
                Problem::of_file(Severity::Warning, file, "no page shows this picture")
                    .help("show it with `![what it shows](name.svg)`, or remove the file"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_that_could_act_is_told_from_a_plain_one() {
        for plain in [
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><text font=\"x\">on = off, one=two</text><use href=\"#a\"/></svg>",
            "<svg><style>rect{fill:url(#g)}</style><image href=\"data:image/png;base64,AA\"/></svg>",
        ] {
            assert!(is_plain_drawing(plain.as_bytes()), "{plain}");
        }
        for acting in [
            "<svg onload=\"x()\"/>",
            "<svg><g\nonclick = 'x'/></svg>",
            "<svg><SCRIPT>x</SCRIPT></svg>",
            "<svg><a xlink:href=\"javascript:x\"/></svg>",
            "<svg><image href='https://example.org/x.png'/></svg>",
            "<svg><foreignObject/></svg>",
            "\u{0}<!ENTITY x>",
        ] {
            assert!(!is_plain_drawing(acting.as_bytes()), "{acting}");
        }
        assert!(!is_plain_drawing(b"\xff\xfe<\0s\0"));
    }
}
