//! The glossary's terms, and a link to each where a lesson first uses it.

use std::collections::{HashMap, HashSet};

use regex::Regex;

use crate::markdown::escape;
use crate::model::{Block, Reference};
use crate::prose::{self, Piece};

/// Slug of the reference page whose `## ` headings are terms.
pub(crate) const SLUG: &str = "glossary";
/// Characters of a definition that a link shows.
const SHOWN: usize = 200;
/// What stands before other words for a term.
const ALSO: &str = "Also called:";

/// The terms of a course.
#[derive(Debug)]
pub(crate) struct Glossary {
    /// Finds any form of any term.
    forms: Regex,
    /// By form, in lower case.
    terms: HashMap<String, Term>,
}

#[derive(Debug, Clone)]
struct Term {
    /// `/courses/{course}/reference/glossary#{id}`.
    href: String,
    /// Its first sentence.
    definition: String,
}

impl Glossary {
    /// Reads the terms of a reference page: each heading of level 2 is one. Other words for it stand in its text, such
    /// as `Also called: container image, Docker image.`
    pub fn read(course: &str, page: &Reference) -> Option<Self> {
        let texts = texts(&page.blocks);
        let mut terms = HashMap::new();
        for heading in page.headings.iter().filter(|heading| heading.level == 2) {
            let text = texts
                .get(&heading.id)
                .map(String::as_str)
                .unwrap_or_default();
            let sentence = text.split_inclusive(". ").next().unwrap_or_default();
            let term = Term {
                href: format!("/courses/{course}/reference/{SLUG}#{}", heading.id),
                definition: sentence.trim().chars().take(SHOWN).collect(),
            };
            let others = text.split_once(ALSO).map_or("", |(_, rest)| rest);
            let others = others.split('.').next().unwrap_or_default();
            for form in [heading.text.as_str()].into_iter().chain(others.split(',')) {
                let form = form.trim().to_lowercase();
                if !form.is_empty() {
                    terms.entry(form).or_insert_with(|| term.clone());
                }
            }
        }
        let mut forms: Vec<String> = terms.keys().map(|form| regex::escape(form)).collect();
        // The longest form wins where several begin: `build cache` before `build`.
        forms.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        let forms = Regex::new(&format!(r"(?i)\b({})(?:s|es)?\b", forms.join("|"))).ok()?;
        (!terms.is_empty()).then_some(Self { forms, terms })
    }

    /// Links the first use of each term in running text; headings, code, links and drawings are left alone.
    pub fn link(&self, blocks: &mut [Block]) {
        let mut used: HashSet<&str> = HashSet::new();
        for block in blocks {
            if let Block::Html { html } = block {
                *html = self.linked(html, &mut used);
            }
        }
    }

    fn linked<'a>(&'a self, html: &str, used: &mut HashSet<&'a str>) -> String {
        let mut out = String::with_capacity(html.len() + 512);
        let mut closed: Vec<&str> = Vec::new();
        for piece in prose::pieces(html) {
            match piece {
                Piece::Text(text) if closed.is_empty() => self.link_text(text, used, &mut out),
                Piece::Text(text) => out.push_str(text),
                Piece::Tag(tag) => {
                    out.push_str(tag);
                    if closed
                        .last()
                        .is_some_and(|open| piece.closes() == Some(open))
                    {
                        closed.pop();
                    } else if let Some(name) = piece.opens()
                        && (is_closed(name) || closed.last() == Some(&name))
                    {
                        closed.push(name);
                    }
                }
            }
        }
        out
    }

    fn link_text<'a>(&'a self, text: &str, used: &mut HashSet<&'a str>, out: &mut String) {
        let mut done = 0;
        for found in self.forms.captures_iter(text) {
            let (Some(whole), Some(form)) = (found.get(0), found.get(1)) else {
                continue;
            };
            let Some(term) = self.terms.get(&form.as_str().to_lowercase()) else {
                continue;
            };
            // `docker-compose.yaml`, `/etc/image`, `&amp;`: a part of something else.
            let before = text[..whole.start()].chars().next_back();
            let after = text[whole.end()..].chars().next();
            let part = |letter: Option<char>| {
                matches!(letter, Some('-' | '/' | '_' | '&' | '.' | '\\' | ':'))
            };
            let ends = matches!(after, Some('.' | ':'))
                && text[whole.end() + 1..]
                    .chars()
                    .next()
                    .is_none_or(char::is_whitespace);
            if part(before) || (part(after) && !ends) || !used.insert(&term.href) {
                continue;
            }
            out.push_str(&text[done..whole.start()]);
            out.push_str("<a class=\"term\" href=\"");
            out.push_str(&escape::address(&term.href));
            out.push_str("\" title=\"");
            escape::push_text(out, &term.definition);
            out.push_str("\">");
            out.push_str(whole.as_str());
            out.push_str("</a>");
            done = whole.end();
        }
        out.push_str(&text[done..]);
    }
}

/// Elements in which nothing is linked.
fn is_closed(name: &str) -> bool {
    matches!(
        name,
        "a" | "code"
            | "pre"
            | "kbd"
            | "svg"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "summary"
            | "button"
            | "figcaption"
            | "th"
    )
}

/// The text behind each heading, by its id.
fn texts(blocks: &[Block]) -> HashMap<String, String> {
    let mut found = HashMap::new();
    for block in blocks {
        let Block::Html { html } = block else {
            continue;
        };
        for part in html.split("<h2 id=\"").skip(1) {
            if let (Some((id, _)), Some((_, text))) =
                (part.split_once('"'), part.split_once("</h2>"))
            {
                found.insert(id.to_owned(), prose::plain(text));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Heading;

    fn glossary() -> Glossary {
        let html = "<h2 id=\"image\">Image</h2><p>A read-only \"template\". Also called: container image, picture. More.</p>\
                    <h2 id=\"build-cache\">Build cache</h2><p>Kept results of steps.</p>";
        let heading = |id: &str, text: &str| Heading {
            level: 2,
            id: id.to_owned(),
            text: text.to_owned(),
        };
        let page = Reference {
            slug: SLUG.to_owned(),
            title: String::new(),
            summary: String::new(),
            blocks: vec![Block::Html {
                html: html.to_owned(),
            }],
            headings: vec![
                heading("image", "Image"),
                heading("build-cache", "Build cache"),
            ],
            source: String::new(),
        };
        Glossary::read("docker", &page).expect("there are terms")
    }

    fn linked(html: &str) -> String {
        let mut blocks = vec![Block::Html {
            html: html.to_owned(),
        }];
        glossary().link(&mut blocks);
        let Block::Html { html } = &blocks[0] else {
            unreachable!()
        };
        html.replace("/courses/docker/reference/glossary", "")
    }

    #[test]
    fn the_first_use_of_a_term_is_linked_whatever_its_form() {
        assert_eq!(
            linked("<p>Pictures: two images and an image. The Build cache: kept.</p>"),
            "<p><a class=\"term\" href=\"#image\" title=\"A read-only &quot;template&quot;.\">Pictures</a>: two images and an image. \
             The <a class=\"term\" href=\"#build-cache\" title=\"Kept results of steps.\">Build cache</a>: kept.</p>"
        );
    }

    #[test]
    fn code_headings_links_drawings_and_parts_of_names_are_left_alone() {
        for html in [
            "<h2 id=\"x\">Image</h2>",
            "<pre><code>image <span>image</span></code></pre>",
            "<p><a href=\"#\"><em>image</em></a></p>",
            "<svg><g><text>image</text></g></svg>",
            "<p>my-image /image image.png image-name imagery</p>",
        ] {
            assert_eq!(linked(html), html);
        }
    }
}
