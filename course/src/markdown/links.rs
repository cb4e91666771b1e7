//! Where links lead. Their form is judged here; whether the target is there, once all pages are
//! known ([`crate::links`]).

use super::escape::address;
use crate::page::PageKind;

/// A link or image to something that must exist.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reference {
    /// Line and column of the link.
    pub place: (u32, u32),
    /// What it leads to.
    pub target: Target,
}

/// What a link leads to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Target {
    /// A page of the course, and an anchor on it.
    Page {
        kind: PageKind,
        slug: String,
        anchor: Option<String>,
    },
    /// An anchor of the same page.
    Anchor(String),
    /// A file of the course, relative to the course's folder.
    File(String),
}

/// Where a page stands: links are resolved against it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Base {
    /// Slug of the course.
    pub course: String,
    /// The page's folder, relative to the course's folder.
    pub folder: String,
}

/// A resolved link.
#[derive(Debug, PartialEq)]
pub(crate) struct Resolved {
    /// The address, escaped for an attribute.
    pub href: String,
    /// What must exist; nothing for the outside world.
    pub target: Option<Target>,
}

/// What is wrong with a link, and what to do.
pub(crate) type Wrong = (String, String);

impl Base {
    /// Resolves a link's destination.
    pub fn link(&self, destination: &str) -> Result<Resolved, Wrong> {
        let (page, anchor) = match destination.split_once('#') {
            Some((page, anchor)) => (page, Some(anchor.to_owned())),
            None => (destination, None),
        };
        let hash = anchor
            .as_ref()
            .map(|anchor| format!("#{anchor}"))
            .unwrap_or_default();
        let to_page = page.split_once(':').and_then(|(scheme, slug)| {
            let kind = PageKind::ALL
                .into_iter()
                .find(|kind| kind.scheme() == scheme)?;
            Some((kind, slug))
        });
        if let Some((kind, slug)) = to_page {
            return Ok(Resolved {
                href: address(&format!("{}{hash}", kind.href(&self.course, slug))),
                target: Some(Target::Page {
                    kind,
                    slug: slug.to_owned(),
                    anchor,
                }),
            });
        }
        if let ("", Some(anchor)) = (page, &anchor) {
            return Ok(Resolved {
                href: address(&hash),
                target: Some(Target::Anchor(anchor.clone())),
            });
        }
        if let Some(rest) = page.strip_prefix("https://") {
            if rest.is_empty() || rest.starts_with('/') || destination.contains(char::is_whitespace)
            {
                return Err((
                    format!("`{destination}` is not an address"),
                    "write `https://host/path`".into(),
                ));
            }
            return Ok(Resolved {
                href: address(destination),
                target: None,
            });
        }
        if page.ends_with(".md") {
            return Err((
                format!("`{destination}` links to a file, expected a page"),
                "write `lesson:slug`, `lab:slug` or `reference:slug`, with `#anchor` for a place on it".into(),
            ));
        }
        if let Some((scheme, _)) = page.split_once(':') {
            return Err((
                format!("links with `{scheme}:` are not allowed"),
                "use `https://…`, `lesson:slug`, `lab:slug`, `reference:slug`, `#anchor` or a file beside the page; an address \
                 to type, such as http://localhost:8080, goes in backquotes"
                    .into(),
            ));
        }
        self.file(destination)
    }

    /// Resolves a file beside the page.
    pub fn file(&self, destination: &str) -> Result<Resolved, Wrong> {
        let outside = || {
            (
                format!("`{destination}` is not a file of this course"),
                "put the file beside the page and write its name; other sites cannot be shown, as classrooms \
                 may have no internet"
                    .into(),
            )
        };
        if destination.is_empty()
            || destination.contains([':', '\\', '?', '#'])
            || destination.starts_with('/')
        {
            return Err(outside());
        }
        let mut parts: Vec<&str> = self
            .folder
            .split('/')
            .filter(|part| !part.is_empty())
            .collect();
        for part in destination.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop().ok_or_else(outside)?;
                }
                _ => parts.push(part),
            }
        }
        let path = parts.join("/");
        Ok(Resolved {
            href: address(&format!("/courses/{}/files/{path}", self.course)),
            target: Some(Target::File(path)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Base {
        Base {
            course: "docker".into(),
            folder: "03-layers".into(),
        }
    }

    #[test]
    fn links_to_pages_lead_into_the_course() {
        let link = base().link("lesson:build-cache#hit").unwrap();
        assert_eq!(link.href, "/courses/docker/lessons/build-cache#hit");
        assert_eq!(
            link.target,
            Some(Target::Page {
                kind: PageKind::Lesson,
                slug: "build-cache".into(),
                anchor: Some("hit".into())
            })
        );
        assert_eq!(base().link("lab:x").unwrap().href, "/courses/docker/labs/x");
        let term = base().link("reference:glossary#image").unwrap();
        assert_eq!(term.href, "/courses/docker/reference/glossary#image");
    }

    #[test]
    fn files_stay_in_the_course() {
        let file = base().file("../pictures/layers.svg").unwrap();
        assert_eq!(file.href, "/courses/docker/files/pictures/layers.svg");
        assert!(base().file("../../x.svg").is_err());
        assert!(base().file("/etc/passwd").is_err());
        assert!(base().file("https://x.y/z.png").is_err());
    }

    #[test]
    fn other_schemes_are_refused_with_what_to_write() {
        for link in [
            "javascript:alert(1)",
            "http://x.y",
            "data:text/html,x",
            "file:///etc/passwd",
        ] {
            let (message, help) = base().link(link).unwrap_err();
            assert!(
                message.contains("not allowed") && help.contains("https"),
                "{message}"
            );
        }
    }

    #[test]
    fn a_link_to_a_markdown_file_says_how_pages_are_linked() {
        let (_, help) = base().link("02-build-cache.md").unwrap_err();
        assert!(help.contains("lesson:slug"));
    }
}
