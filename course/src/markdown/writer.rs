//! One pass over the events of a page. What an event becomes when it is more than a tag stands in
//! [`super::pieces`].

use std::collections::HashMap;
use std::ops::Range;

use indexmap::{IndexMap, IndexSet};
use pulldown_cmark::{Alignment, CowStr, Event, Options, Parser, Tag, TagEnd};

use super::escape::push_text;
use super::raw_html::{RawHtml, Sink, Stands};
use super::{Base, Gathered, Gathering, Kind, Part};
use crate::source::{Fragment, Source};

/// The state of one pass.
pub(super) struct Writer<'a> {
    pub(super) source: &'a Source,
    pub(super) body: &'a Fragment<'a>,
    pub(super) base: &'a Base,
    pub(super) kind: Kind,
    pub(super) gathered: &'a mut Gathered,
    pub(super) parts: Vec<Part>,
    pub(super) out: String,
    /// Output set aside while a heading, an image's text, a cell or a footnote is gathered.
    pub(super) aside: Vec<String>,
    pub(super) html: RawHtml,
    /// How many markdown elements are open.
    pub(super) depth: usize,
    /// Raw HTML or code whose end has not come yet.
    pub(super) block: Option<Block>,
    /// Plain texts of the headings and images that are being read.
    pub(super) plain: Vec<String>,
    /// Attributes of the images that are being read.
    pub(super) images: Vec<String>,
    pub(super) table: Vec<Alignment>,
    pub(super) cell: usize,
    pub(super) in_table_head: bool,
    /// Explicit id and place of the heading that is being read.
    pub(super) heading: Option<(Option<String>, usize)>,
    /// Label and place of the footnote that is being read.
    pub(super) note: Option<(String, usize)>,
    /// Labels of footnotes in the order of their first mention.
    pub(super) footnotes: IndexSet<String>,
    /// Footnotes by label: markup and place.
    pub(super) notes: IndexMap<String, (String, usize)>,
    /// How often a heading's text was met: its id gets that number.
    pub(super) repeated: HashMap<String, usize>,
    pub(super) last_level: u8,
    pub(super) paragraphs: usize,
}

/// A code block or a block of raw HTML.
pub(super) struct Block {
    pub at: usize,
    /// The info string and its place; nothing for raw HTML and indented code.
    pub info: Option<(String, usize)>,
    pub body: Gathering,
}

impl<'a> Writer<'a> {
    pub fn new(
        source: &'a Source,
        body: &'a Fragment<'a>,
        base: &'a Base,
        kind: Kind,
        gathered: &'a mut Gathered,
    ) -> Self {
        Self {
            source,
            body,
            base,
            kind,
            gathered,
            parts: Vec::new(),
            out: String::new(),
            aside: Vec::new(),
            html: RawHtml::default(),
            depth: 0,
            block: None,
            plain: Vec::new(),
            images: Vec::new(),
            table: Vec::new(),
            cell: 0,
            in_table_head: false,
            heading: None,
            note: None,
            footnotes: IndexSet::new(),
            notes: IndexMap::new(),
            repeated: HashMap::new(),
            last_level: 1,
            paragraphs: 0,
        }
    }

    pub fn run(mut self) -> Vec<Part> {
        let mut options = Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_DEFINITION_LIST
            | Options::ENABLE_HEADING_ATTRIBUTES
            | Options::ENABLE_GFM;
        if matches!(self.kind, Kind::Lesson | Kind::Lab) {
            options |= Options::ENABLE_FOOTNOTES;
        }
        for (event, range) in Parser::new_ext(self.body.text, options).into_offset_iter() {
            self.event(event, range);
        }
        self.leave(0);
        self.push_footnotes();
        self.flush();
        self.parts
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        let at = self.body.to_file(range.start);
        if self.html.in_svg() && is_markdown(&event) {
            self.error(
                at,
                "markdown inside `<svg>`",
                "remove the blank line or the markdown before `</svg>`",
            );
            self.html.lose();
        }
        match event {
            Event::Start(tag) => {
                self.start(tag, range, at);
                self.depth += 1;
            }
            Event::End(tag) => {
                self.depth = self.depth.saturating_sub(1);
                if tag != TagEnd::HtmlBlock {
                    self.leave(self.depth + 1);
                }
                self.end(tag, range);
            }
            Event::Text(text) => self.text(&text, &range),
            Event::Code(code) => {
                self.note_plain(&code);
                self.out.push_str("<code>");
                push_text(&mut self.out, &code);
                self.out.push_str("</code>");
            }
            Event::Html(html) => self.gather(&html, range.start),
            Event::InlineHtml(html) => {
                let fragment = Fragment {
                    text: &html,
                    starts: vec![(0, at)],
                    pinned: self.body.pinned,
                };
                self.feed(&fragment, Stands::Inline);
            }
            Event::FootnoteReference(label) => self.footnote_reference(&label, at),
            Event::SoftBreak => {
                self.note_plain(" ");
                self.out.push('\n');
            }
            Event::HardBreak => self.out.push_str("<br>\n"),
            Event::Rule => self.out.push_str("<hr>\n"),
            Event::TaskListMarker(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>, at: usize) {
        if self.kind == Kind::Inline && !is_inline(&tag) {
            self.error(
                at,
                "a list, heading or block stands in a text that must be one paragraph",
                "write one paragraph; what needs more room stands in the page itself",
            );
        }
        match tag {
            Tag::Paragraph => self.paragraph_start(&range, at),
            Tag::Heading {
                id, classes, attrs, ..
            } => {
                if !classes.is_empty() || !attrs.is_empty() {
                    self.error(
                        at,
                        "a heading takes no classes or attributes",
                        "write `{#id}` only, or nothing",
                    );
                }
                self.heading = Some((id.map(String::from), at));
                self.plain.push(String::new());
                self.set_aside();
            }
            Tag::TableCell => self.set_aside(),
            Tag::FootnoteDefinition(label) => {
                self.note = Some((label.to_string(), at));
                self.set_aside();
            }
            Tag::BlockQuote(None) => self.out.push_str("<blockquote>\n"),
            Tag::BlockQuote(Some(kind)) => self.callout_start(kind),
            Tag::CodeBlock(kind) => self.code_start(kind, range, at),
            Tag::HtmlBlock => {
                self.block = Some(Block {
                    at,
                    info: None,
                    body: Gathering::default(),
                });
            }
            Tag::List(Some(1)) => self.out.push_str("<ol>\n"),
            Tag::List(Some(first)) => self.out.push_str(&format!("<ol start=\"{first}\">\n")),
            Tag::List(None) => self.out.push_str("<ul>\n"),
            Tag::Item => self.out.push_str("<li>"),
            Tag::DefinitionList => self.out.push_str("<dl>\n"),
            Tag::DefinitionListTitle => self.out.push_str("<dt>"),
            Tag::DefinitionListDefinition => self.out.push_str("<dd>"),
            Tag::Table(columns) => {
                self.table = columns;
                self.table_start();
            }
            Tag::TableHead => {
                self.in_table_head = true;
                self.cell = 0;
                self.out.push_str("<thead><tr>");
            }
            Tag::TableRow => {
                self.cell = 0;
                self.out.push_str("<tr>");
            }
            Tag::Emphasis => self.out.push_str("<em>"),
            Tag::Strong => self.out.push_str("<strong>"),
            Tag::Strikethrough => self.out.push_str("<del>"),
            Tag::Superscript => self.out.push_str("<sup>"),
            Tag::Subscript => self.out.push_str("<sub>"),
            Tag::Link {
                dest_url, title, ..
            } => self.link_start(&dest_url, &title, at),
            Tag::Image {
                dest_url, title, ..
            } => self.image_start(&dest_url, &title, at),
            Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Paragraph if self.kind == Kind::Inline => {}
            TagEnd::Paragraph => self.out.push_str("</p>\n"),
            TagEnd::Heading(level) => self.heading_end(level as u8),
            TagEnd::BlockQuote(None) => self.out.push_str("</blockquote>\n"),
            TagEnd::BlockQuote(Some(_)) => self.out.push_str("</aside>\n"),
            TagEnd::CodeBlock => self.code_end(),
            TagEnd::HtmlBlock => {
                if let Some(block) = self.block.take() {
                    self.feed(&block.body.fragment(), Stands::Block);
                }
            }
            TagEnd::List(true) => self.out.push_str("</ol>\n"),
            TagEnd::List(false) => self.out.push_str("</ul>\n"),
            TagEnd::Item => self.out.push_str("</li>\n"),
            TagEnd::FootnoteDefinition => self.footnote_end(),
            TagEnd::DefinitionList => self.out.push_str("</dl>\n"),
            TagEnd::DefinitionListTitle => self.out.push_str("</dt>\n"),
            TagEnd::DefinitionListDefinition => self.out.push_str("</dd>\n"),
            TagEnd::Table => self.out.push_str("</tbody></table></div>\n"),
            TagEnd::TableHead => {
                self.in_table_head = false;
                self.out.push_str("</tr></thead><tbody>\n");
            }
            TagEnd::TableRow => self.out.push_str("</tr>\n"),
            TagEnd::TableCell => self.cell_end(),
            TagEnd::Emphasis => self.out.push_str("</em>"),
            TagEnd::Strong => self.out.push_str("</strong>"),
            TagEnd::Strikethrough => self.out.push_str("</del>"),
            TagEnd::Superscript => self.out.push_str("</sup>"),
            TagEnd::Subscript => self.out.push_str("</sub>"),
            TagEnd::Link => self.out.push_str("</a>"),
            TagEnd::Image => self.image_end(range),
            TagEnd::MetadataBlock(_) => {}
        }
    }

    fn text(&mut self, text: &CowStr<'_>, range: &Range<usize>) {
        if self.block.is_some() {
            return self.gather(text, range.start);
        }
        self.note_plain(text);
        push_text(&mut self.out, text);
    }

    /// Adds to the code block or raw HTML that is being read.
    fn gather(&mut self, text: &str, start: usize) {
        if let Some(block) = &mut self.block {
            block
                .body
                .starts
                .push((block.body.text.len(), self.body.to_file(start)));
            block.body.text.push_str(text);
        }
    }

    /// Counts words, and adds to the plain text of an open heading or image.
    fn note_plain(&mut self, text: &str) {
        self.gathered.words += text.split_whitespace().count();
        for plain in &mut self.plain {
            plain.push_str(text);
        }
    }

    pub(super) fn set_aside(&mut self) {
        self.aside.push(std::mem::take(&mut self.out));
    }

    /// What was written since the last [`set_aside`](Self::set_aside).
    pub(super) fn take_back(&mut self) -> String {
        let before = self.aside.pop().unwrap_or_default();
        std::mem::replace(&mut self.out, before)
    }

    /// Ends a stretch of HTML.
    pub(super) fn flush(&mut self) {
        let html = std::mem::take(&mut self.out);
        if !html.trim().is_empty() {
            self.parts.push(Part::Html(html));
        }
    }

    pub(super) fn error(&mut self, at: usize, message: impl Into<String>, help: impl Into<String>) {
        self.gathered
            .problems
            .push(self.source.error(at, message).help(help));
    }

    pub(super) fn warning(
        &mut self,
        at: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.gathered
            .problems
            .push(self.source.warning(at, message).help(help));
    }

    fn feed(&mut self, html: &Fragment<'_>, stands: Stands) {
        let depth = self.depth;
        self.with_html(|raw, sink| raw.feed(html, stands, depth, sink));
    }

    fn leave(&mut self, depth: usize) {
        self.with_html(|raw, sink| raw.leave(depth, sink));
    }

    fn with_html(&mut self, act: impl FnOnce(&mut RawHtml, &mut Sink<'_>)) {
        let Gathered { ids, problems, .. } = &mut *self.gathered;
        let mut sink = Sink {
            source: self.source,
            out: &mut self.out,
            ids,
            problems,
        };
        act(&mut self.html, &mut sink);
    }
}

/// Whether an event is more than what may stand in a drawing.
fn is_markdown(event: &Event<'_>) -> bool {
    !matches!(
        event,
        Event::Html(_)
            | Event::InlineHtml(_)
            | Event::Text(_)
            | Event::SoftBreak
            | Event::End(_)
            | Event::Start(Tag::HtmlBlock)
    )
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Paragraph
            | Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Link { .. }
            | Tag::Image { .. }
    )
}
