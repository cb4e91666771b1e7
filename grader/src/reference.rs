//! Names of images: `hello`, `docker.io/library/hello:latest` and an id may mean the same.

/// A name of an image, with everything that Docker leaves out filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    registry: String,
    repository: String,
    tag: Option<String>,
    digest: Option<String>,
}

impl Reference {
    /// Reads a name as Docker does. Never fails: a wrong name is one that no image has.
    pub(crate) fn parse(text: &str) -> Self {
        let text = text.trim();
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest.to_owned())),
            None => (text, None),
        };
        let (name, tag) = match rest.rsplit_once(':') {
            // A colon before a slash belongs to a registry's port.
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag.to_owned())),
            _ => (rest, None),
        };
        let tag = match (&tag, &digest) {
            (None, None) => Some("latest".to_owned()),
            _ => tag,
        };
        let (registry, repository) = match name.split_once('/') {
            Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => {
                (first, rest)
            }
            _ => ("docker.io", name),
        };
        let registry = match registry {
            "index.docker.io" => "docker.io",
            other => other,
        };
        let repository = if registry == "docker.io" && !repository.contains('/') {
            format!("library/{repository}")
        } else {
            repository.to_owned()
        };
        Self {
            registry: registry.to_owned(),
            repository,
            tag,
            digest,
        }
    }

    /// The name without tag and digest, as Docker prints it.
    pub(crate) fn repository(&self) -> String {
        if self.registry != "docker.io" {
            return format!("{}/{}", self.registry, self.repository);
        }
        self.repository
            .strip_prefix("library/")
            .unwrap_or(&self.repository)
            .to_owned()
    }

    /// The last part of the name: `app` of `me/app:v1`.
    pub(crate) fn last_part(&self) -> &str {
        self.repository
            .rsplit('/')
            .next()
            .unwrap_or(&self.repository)
    }

    /// The tag, if there is one.
    pub(crate) fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// As Docker prints it.
    pub(crate) fn familiar(&self) -> String {
        let mut text = self.repository();
        if let Some(tag) = &self.tag {
            text.push(':');
            text.push_str(tag);
        }
        if let Some(digest) = &self.digest {
            text.push('@');
            text.push_str(digest);
        }
        text
    }

    /// Whether an image that carries the other name is meant by this one. With a digest, Docker
    /// does not look at the tag.
    pub(crate) fn means(&self, other: &Self) -> bool {
        self.registry == other.registry
            && self.repository == other.repository
            && match &self.digest {
                Some(digest) => other.digest.as_ref() == Some(digest),
                None => other.digest.is_none() && self.tag == other.tag,
            }
    }
}

/// Whether a name may be (the beginning of) an image's id, and is of this one.
pub(crate) fn is_id(text: &str, id: &str) -> bool {
    let bare = |text: &str| {
        text.trim()
            .strip_prefix("sha256:")
            .unwrap_or(text.trim())
            .to_owned()
    };
    let (text, id) = (bare(text), bare(id));
    text.len() >= 6 && text.chars().all(|c| c.is_ascii_hexdigit()) && id.starts_with(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_mean_the_same_image_are_the_same() {
        let table = [
            ("hello", "hello:latest", true),
            ("hello", "docker.io/library/hello", true),
            ("index.docker.io/library/hello:v1", "hello:v1", true),
            ("me/hello:v1", "docker.io/me/hello:v1", true),
            ("localhost:5000/hello", "localhost:5000/hello:latest", true),
            ("hello:v1", "hello", false),
            ("hello:v1", "me/hello:v1", false),
            ("localhost/hello", "hello", false),
            ("hello:v1@sha256:aa", "hello@sha256:aa", true),
            ("hello@sha256:aa", "hello:latest", false),
        ];
        for (left, right, same) in table {
            let (left, right) = (Reference::parse(left), Reference::parse(right));
            assert_eq!(left.means(&right), same, "{left:?} {right:?}");
        }
    }

    #[test]
    fn names_are_printed_as_docker_does() {
        for (typed, printed) in [
            ("docker.io/library/hello", "hello:latest"),
            ("docker.io/me/hello:v1", "me/hello:v1"),
            ("localhost:5000/a/b", "localhost:5000/a/b:latest"),
        ] {
            assert_eq!(Reference::parse(typed).familiar(), printed);
        }
    }

    #[test]
    fn a_short_id_is_recognised() {
        let id = "sha256:2cd2df98083a08f149d76923dfc84cce75bd328ae11b13d4e876a1ddffbf172f";
        assert!(is_id("2cd2df98083a", id));
        assert!(is_id(id, id));
        assert!(!is_id("2cd2", id));
        assert!(!is_id("deadbeef0000", id));
    }
}
