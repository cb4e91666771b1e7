//! Our own HTML taken apart again, for what is done with finished pages: the glossary's links, the search.

/// A piece of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// `<…>` as it stands.
    Tag(&'a str),
    /// What is between tags, still escaped.
    Text(&'a str),
}

impl<'a> Piece<'a> {
    /// The name of a tag that opens an element which has an end.
    pub fn opens(self) -> Option<&'a str> {
        let Self::Tag(tag) = self else { return None };
        let inner = tag.strip_prefix('<')?.strip_suffix('>')?;
        let name = name(inner);
        let void = matches!(name, "br" | "hr" | "img" | "wbr" | "input" | "col");
        (!name.is_empty() && !void && !inner.ends_with('/')).then_some(name)
    }

    /// The name of a tag that closes an element.
    pub fn closes(self) -> Option<&'a str> {
        let Self::Tag(tag) = self else { return None };
        Some(name(tag.strip_prefix("</")?))
    }
}

fn name(inner: &str) -> &str {
    let end = inner
        .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
        .unwrap_or(inner.len());
    &inner[..end]
}

/// Takes HTML apart that this crate has written: every `<` begins a tag and attribute values escape `>`.
pub(crate) fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let (piece, after) = if first == '<' {
            let end = rest.find('>').map_or(rest.len(), |at| at + 1);
            (Piece::Tag(&rest[..end]), &rest[end..])
        } else {
            let end = rest.find('<').unwrap_or(rest.len());
            (Piece::Text(&rest[..end]), &rest[end..])
        };
        rest = after;
        Some(piece)
    })
}

/// The words of a page, unescaped, with single spaces. Drawings are left out: their texts are labels.
pub(crate) fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut drawings = 0_usize;
    for piece in pieces(html) {
        match piece {
            Piece::Text(piece) if drawings == 0 => text.push_str(piece),
            Piece::Text(_) => {}
            Piece::Tag(_) => {
                if piece.opens() == Some("svg") {
                    drawings += 1;
                } else if piece.closes() == Some("svg") {
                    drawings = drawings.saturating_sub(1);
                }
                // Words of two cells or paragraphs are two words; those of `<code>` in a text are not torn.
                let inline = |name| {
                    matches!(
                        name,
                        "a" | "code" | "em" | "strong" | "span" | "kbd" | "abbr" | "sub" | "sup"
                    )
                };
                if !piece.opens().or(piece.closes()).is_some_and(inline) {
                    text.push(' ');
                }
            }
        }
    }
    let text = ["&lt;<", "&gt;>", "&quot;\"", "&#39;'", "&amp;&"]
        .iter()
        .fold(text, |text, pair| {
            let (entity, letter) = pair.split_at(pair.len() - 1);
            text.replace(entity, letter)
        });
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_becomes_its_words() {
        let html = "<h2 id=\"a\">Why</h2><p>An <code>ENV</code>&lt;x&gt; &amp;amp;\n<br>is</p><svg><text>no</text></svg><table><td>a</td><td>b</td></table>";
        assert_eq!(plain(html), "Why An ENV<x> &amp; is a b");
    }

    #[test]
    fn tags_are_told_by_name() {
        let all: Vec<_> = pieces("<p class=\"x\">a<br/></p>").collect();
        assert_eq!(all[0].opens(), Some("p"));
        assert_eq!(all[1], Piece::Text("a"));
        assert_eq!(all[2].opens(), None);
        assert_eq!(all[3].closes(), Some("p"));
    }
}
