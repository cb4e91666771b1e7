//! Finding places of a course by their words: titles, headings and text of everything that a learner may read.
//! Questions, checks, hints and solutions are not searched.

use std::collections::BTreeSet;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization as _;

use crate::model::{Block, Course, Heading, Item, Lab};
use crate::page::PageKind;
use crate::prose;

/// Words of a query that count; more are left out.
const MOST_WORDS: usize = 8;
/// Letters of a query that count.
const MOST_LETTERS: usize = 100;
/// Letters of text round a hit.
const EXCERPT: usize = 160;
/// Places of one word in one section that count for its excerpt.
const PLACES: usize = 20;

/// What a word weighs by where it is found.
const IN_TITLE: u32 = 40;
const IN_HEADING: u32 = 12;
const IN_TEXT: u32 = 1;

/// The words of a course, ready to be searched.
#[derive(Debug, Clone, Default)]
pub struct Index {
    pages: Vec<Page>,
}

#[derive(Debug, Clone)]
struct Page {
    kind: PageKind,
    title: String,
    folded_title: String,
    module: String,
    href: String,
    sections: Vec<Section>,
}

/// A stretch between two headings.
#[derive(Debug, Clone)]
struct Section {
    /// Anchor and text of its heading; nothing before the first.
    heading: Option<(String, String)>,
    folded_heading: String,
    text: String,
    folded: String,
}

/// A page in which every word was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// `lesson`, `lab` or `reference`.
    pub kind: &'static str,
    /// Title of the page.
    pub title: String,
    /// Title of its module; empty for a reference page.
    pub module: String,
    /// Where the best place is.
    pub href: String,
    /// The heading there, if it has one.
    pub heading: Option<String>,
    /// The text there; every second piece is what was looked for. Empty if only titles were found.
    pub excerpt: Vec<String>,
}

impl Index {
    /// Takes in a course.
    #[must_use]
    pub fn of(course: &Course) -> Self {
        let mut pages = Vec::new();
        for module in &course.modules {
            for item in &module.items {
                let (kind, slug, title, sections) = match item {
                    Item::Lesson(it) => {
                        let sections = cut(&it.summary, &it.blocks, &it.headings);
                        (PageKind::Lesson, &it.slug, &it.title, sections)
                    }
                    Item::Lab(it) => (PageKind::Lab, &it.slug, &it.title, of_lab(it)),
                };
                pages.push(Page::new(
                    kind,
                    &course.slug,
                    slug,
                    title,
                    &module.title,
                    sections,
                ));
            }
        }
        for it in &course.references {
            let sections = cut(&it.summary, &it.blocks, &it.headings);
            pages.push(Page::new(
                PageKind::Reference,
                &course.slug,
                &it.slug,
                &it.title,
                "",
                sections,
            ));
        }
        Self { pages }
    }

    /// The best `most` pages in which every word of `query` begins a word. Without words: every page, in order.
    #[must_use]
    pub fn find(&self, query: &str, most: usize) -> Vec<Hit> {
        let query: String = query.chars().take(MOST_LETTERS).collect();
        let words: Vec<String> = folded(&query)
            .split(|letter: char| !is_word(letter))
            .filter(|word| !word.is_empty())
            .take(MOST_WORDS)
            .map(str::to_owned)
            .collect();
        let mut hits: Vec<(u32, Hit)> = self
            .pages
            .iter()
            .filter_map(|page| page.hit(&words))
            .collect();
        // Stable: what is equally good stays in teaching order.
        hits.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        hits.into_iter().take(most).map(|(_, hit)| hit).collect()
    }
}

impl Page {
    fn new(
        kind: PageKind,
        course: &str,
        slug: &str,
        title: &str,
        module: &str,
        sections: Vec<Section>,
    ) -> Self {
        Self {
            kind,
            title: title.to_owned(),
            folded_title: folded(title),
            module: module.to_owned(),
            href: kind.href(course, slug),
            sections,
        }
    }

    fn hit(&self, words: &[String]) -> Option<(u32, Hit)> {
        let in_title: Vec<bool> = words
            .iter()
            .map(|word| position(&self.folded_title, word).is_some())
            .collect();
        let everywhere = words.iter().zip(&in_title).all(|(word, in_title)| {
            *in_title
                || self.sections.iter().any(|section| {
                    position(&section.folded_heading, word)
                        .or(position(&section.folded, word))
                        .is_some()
                })
        });
        if !everywhere {
            return None;
        }
        let title_weight: u32 = in_title
            .iter()
            .map(|found| u32::from(*found) * IN_TITLE)
            .sum();
        let (weight, best) = self
            .sections
            .iter()
            .map(|section| (section.weight(words), section))
            // The first of the best ones.
            .fold((0, None), |best, (weight, section)| {
                if weight > best.0 {
                    (weight, Some(section))
                } else {
                    best
                }
            });
        let anchor = best.and_then(|section| section.heading.as_ref());
        let hit = Hit {
            kind: self.kind.scheme(),
            title: self.title.clone(),
            module: self.module.clone(),
            href: anchor.map_or_else(
                || self.href.clone(),
                |(id, _)| format!("{}#{id}", self.href),
            ),
            heading: anchor.map(|(_, text)| text.clone()),
            excerpt: best
                .map(|section| section.excerpt(words))
                .unwrap_or_default(),
        };
        Some((title_weight + weight, hit))
    }
}

impl Section {
    fn new(heading: Option<Heading>, text: String) -> Self {
        Self {
            folded_heading: heading
                .as_ref()
                .map(|heading| folded(&heading.text))
                .unwrap_or_default(),
            heading: heading.map(|heading| (heading.id, heading.text)),
            folded: folded(&text),
            text,
        }
    }

    fn weight(&self, words: &[String]) -> u32 {
        let of = |word: &String| {
            let heading = position(&self.folded_heading, word).map_or(0, |_| IN_HEADING);
            heading + position(&self.folded, word).map_or(0, |_| IN_TEXT)
        };
        words.iter().map(of).sum()
    }

    /// The text where most words stand together, cut at words; every second piece is a hit.
    fn excerpt(&self, words: &[String]) -> Vec<String> {
        let mut places: Vec<(usize, usize)> = words
            .iter()
            .enumerate()
            .flat_map(|(which, word)| {
                positions(&self.folded, word)
                    .take(PLACES)
                    .map(move |at| (at, which))
            })
            .collect();
        places.sort_unstable();
        let together = |from: usize| {
            let near = places
                .iter()
                .filter(|(at, _)| (from..from + EXCERPT / 2).contains(at));
            near.map(|(_, which)| which).collect::<BTreeSet<_>>().len()
        };
        let first = places
            .iter()
            .map(|(at, _)| *at)
            .rev()
            .max_by_key(|from| together(*from));
        let Some(first) = first else {
            return Vec::new();
        };
        // `folded` has one letter for each of `text`: places are counted in letters.
        let letters: Vec<char> = self.text.chars().collect();
        let folded: Vec<char> = self.folded.chars().collect();
        let mut from = first.saturating_sub(EXCERPT / 4);
        while from > 0 && !letters[from - 1].is_whitespace() {
            from -= 1;
        }
        let mut to = (from + EXCERPT).min(letters.len());
        while to < letters.len() && !letters[to].is_whitespace() {
            to += 1;
        }
        let mut pieces = vec![if from > 0 {
            "… ".to_owned()
        } else {
            String::new()
        }];
        let mut at = from;
        while at < to {
            let begins = at == 0 || !is_word(folded[at - 1]);
            let hit = words
                .iter()
                .map(|word| word.chars().count())
                .filter(|length| {
                    begins
                        && at + length <= to
                        && words
                            .iter()
                            .any(|word| word.chars().eq(folded[at..at + length].iter().copied()))
                });
            match hit.max() {
                Some(length) => {
                    pieces.push(letters[at..at + length].iter().collect());
                    pieces.push(String::new());
                    at += length;
                }
                None => {
                    if let Some(last) = pieces.last_mut() {
                        last.push(letters[at]);
                    }
                    at += 1;
                }
            }
        }
        if to < letters.len()
            && let Some(last) = pieces.last_mut()
        {
            last.push_str(" …");
        }
        pieces
    }
}

/// A lab by its steps: their headings are not in its text.
fn of_lab(lab: &Lab) -> Vec<Section> {
    let steps = lab.steps.iter().map(|step| {
        let heading = Heading {
            level: 2,
            id: step.id.clone(),
            text: step.title.clone(),
        };
        Section::new(Some(heading), prose::plain(&markup(&step.blocks)))
    });
    let intro = [lab.summary.clone(), prose::plain(&markup(&lab.intro))];
    intro
        .into_iter()
        .map(|text| Section::new(None, text))
        .chain(steps)
        .collect()
}

/// A text cut at its headings, behind its summary.
fn cut(summary: &str, blocks: &[Block], headings: &[Heading]) -> Vec<Section> {
    let html = markup(blocks);
    let mut sections = vec![Section::new(None, summary.to_owned())];
    let mut open: Option<Heading> = None;
    let mut rest = html.as_str();
    for heading in headings {
        let mark = format!("<h{} id=\"{}\"", heading.level, heading.id);
        let Some(at) = rest.find(&mark) else { continue };
        sections.push(Section::new(open.take(), prose::plain(&rest[..at])));
        let after = &rest[at..];
        let end = format!("</h{}>", heading.level);
        rest = after
            .find(&end)
            .map_or(after, |at| &after[at + end.len()..]);
        open = Some(heading.clone());
    }
    sections.push(Section::new(open, prose::plain(rest)));
    sections
}

fn markup(blocks: &[Block]) -> String {
    let stretches = blocks.iter().filter_map(|block| match block {
        Block::Html { html } => Some(html.as_str()),
        _ => None,
    });
    stretches.collect()
}

/// Lower case without accents, letter by letter: places stay what they were.
fn folded(text: &str) -> String {
    let base = |letter: char| letter.to_lowercase().nfd().next().unwrap_or(letter);
    text.chars().map(base).collect()
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric()
}

/// Where, in letters, words of the text begin with `word`.
fn positions<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let begins = |at: usize| {
        text[..at]
            .chars()
            .next_back()
            .is_none_or(|before| !is_word(before))
    };
    text.match_indices(word)
        .map(|(at, _)| at)
        .filter(move |at| begins(*at))
        .map(|at| text[..at].chars().count())
}

/// The first of [`positions`].
fn position(text: &str, word: &str) -> Option<usize> {
    positions(text, word).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(heading: Option<&str>, text: &str) -> Section {
        let heading = heading.map(|text| Heading {
            level: 2,
            id: text.to_lowercase().replace(' ', "-"),
            text: text.to_owned(),
        });
        Section::new(heading, text.to_owned())
    }

    fn index() -> Index {
        let page = |slug: &str, title: &str, sections| {
            Page::new(PageKind::Lesson, "docker", slug, title, "Layers", sections)
        };
        Index {
            pages: vec![
                page(
                    "layers",
                    "The layer model",
                    vec![
                        section(None, "What a layer is."),
                        section(
                            Some("Sharing layers"),
                            "Two images share what the cache has.",
                        ),
                    ],
                ),
                page(
                    "cache",
                    "The build cache",
                    vec![
                        section(None, "Steps that Übung did not change come from it."),
                        section(Some("Misses"), "A miss in the cache."),
                    ],
                ),
            ],
        }
    }

    fn titles(query: &str) -> Vec<String> {
        index()
            .find(query, 20)
            .into_iter()
            .map(|hit| hit.title)
            .collect()
    }

    #[test]
    fn titles_count_more_than_headings_and_these_more_than_texts() {
        assert_eq!(titles("cache"), ["The build cache", "The layer model"]);
        assert_eq!(titles("shar"), ["The layer model"]);
        assert_eq!(titles("the build"), ["The build cache"]);
        assert_eq!(
            titles("cache layer"),
            ["The layer model"],
            "every word has to be there"
        );
        assert_eq!(
            titles("ache"),
            Vec::<String>::new(),
            "words are found by their beginning"
        );
    }

    #[test]
    fn a_hit_leads_to_the_place_and_shows_the_words_there() {
        let hits = index().find("misses", 20);
        assert_eq!(hits[0].href, "/courses/docker/lessons/cache#misses");
        assert_eq!(hits[0].heading.as_deref(), Some("Misses"));
        let hits = index().find("ubung CHANGE", 1);
        assert_eq!(
            hits[0].excerpt,
            [
                "Steps that ",
                "Übung",
                " did not ",
                "change",
                " come from it."
            ]
        );
    }

    #[test]
    fn an_excerpt_is_where_the_words_stand_together() {
        let text = format!("One cache. {} Then a cache miss.", "word ".repeat(100));
        let excerpt = section(None, &text).excerpt(&["cache".to_owned(), "mis".to_owned()]);
        assert_eq!(excerpt[1..], ["cache", " ", "mis", "s."]);
    }

    #[test]
    fn a_long_text_is_cut_at_words() {
        let long = format!("{} needle {}", "word ".repeat(200), "after ".repeat(200));
        let excerpt = section(None, &long)
            .excerpt(&["needle".to_owned()])
            .concat();
        assert!(
            excerpt.starts_with("… word") && excerpt.ends_with("after …"),
            "{excerpt}"
        );
        assert!(excerpt.chars().count() < EXCERPT + 30, "{excerpt}");
    }

    #[test]
    fn strange_queries_do_no_harm() {
        assert_eq!(titles("").len(), 2);
        assert_eq!(titles(" <>&\"' ").len(), 2);
        for query in ["\u{0}", "ß", "a̐", &"x ".repeat(10_000), &"y".repeat(10_000)] {
            let _ = titles(query);
        }
    }
}
