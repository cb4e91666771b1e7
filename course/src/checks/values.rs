//! Values that check rules are made of: what is wrong with one, if anything.

use regex::RegexBuilder;

/// What is wrong with a value and how it is written right; nothing if it is right.
pub(crate) type Wrong = Option<(String, String)>;

fn wrong(message: String, help: &str) -> Wrong {
    Some((message, help.to_owned()))
}

/// A size as Docker prints it.
pub(crate) fn size(text: &str) -> Wrong {
    let trimmed = text.trim();
    let digits = trimmed
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(trimmed.len());
    let number = trimmed[..digits]
        .parse::<f64>()
        .is_ok_and(|number| number > 0.0);
    let unit = trimmed[digits..].trim().to_lowercase();
    let known = ["b", "k", "kb", "m", "mb", "g", "gb", "t", "tb"].contains(&unit.as_str());
    if number && known {
        return None;
    }
    wrong(
        format!("`{text}` is not a size"),
        "write a number with `kB`, `MB` or `GB`, as `docker images` prints it: `200MB`",
    )
}

/// A regular expression as the grader compiles it.
pub(crate) fn regex(pattern: &str) -> Wrong {
    match RegexBuilder::new(pattern)
        .multi_line(true)
        .size_limit(1 << 20)
        .build()
    {
        Ok(_) => None,
        Err(cause) => {
            // Its last line says what is wrong, those before show the place.
            let cause = cause.to_string();
            let reason = cause
                .lines()
                .next_back()
                .unwrap_or_default()
                .trim_start_matches("error: ");
            wrong(
                format!("`{pattern}` is not a regular expression: {reason}"),
                "the syntax is that of Rust's `regex` crate; a dot that means a dot is written `\\.`",
            )
        }
    }
}

/// A glob: its brackets are closed.
pub(crate) fn glob(pattern: &str) -> Wrong {
    if pattern.is_empty() {
        return wrong(
            "this glob is empty".into(),
            "write a text with `*`, `?` or `[a-z]`",
        );
    }
    let mut open = false;
    let mut escaped = false;
    for character in pattern.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' if !open => open = true,
            ']' => open = false,
            _ => {}
        }
    }
    if !open {
        return None;
    }
    wrong(
        format!("`{pattern}` is not a glob: a `[` is not closed"),
        "close it with `]`; a bracket that means a bracket is written `\\[`",
    )
}

/// A reference to an image.
pub(crate) fn image(text: &str) -> Wrong {
    let name = text.split('@').next().unwrap_or_default();
    let fits = !text.is_empty()
        && text.len() <= 255
        && !text.contains("//")
        && !name.starts_with(['/', ':', '.', '-'])
        && !name.ends_with(['/', ':'])
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-/:@".contains(&byte));
    let repository =
        name.rsplit_once(':').map_or(
            name,
            |(before, tag)| if tag.contains('/') { name } else { before },
        );
    if !fits {
        return wrong(
            format!("`{text}` is not the name of an image"),
            "write `name:tag`, such as `hello:v1`",
        );
    }
    let path = repository.rsplit('/').next().unwrap_or_default();
    path.bytes().any(|byte| byte.is_ascii_uppercase()).then(|| {
        (
            format!("`{text}` has an upper-case letter"),
            "names of images are lower-case; tags may be mixed".to_owned(),
        )
    })
}

/// A published port.
pub(crate) fn published_port(text: &str) -> Wrong {
    let (ports, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    let mut parts: Vec<&str> = ports.rsplitn(3, ':').collect();
    parts.truncate(2);
    if is_protocol(protocol) && parts.iter().all(|port| is_port(port)) {
        return None;
    }
    wrong(
        format!("`{text}` is not a published port"),
        "write `host:container`, such as `8080:80`",
    )
}

/// A port that an image exposes.
pub(crate) fn exposed_port(text: &str) -> Wrong {
    let (port, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    if is_protocol(protocol) && is_port(port) {
        return None;
    }
    wrong(
        format!("`{text}` is not a port"),
        "write `8000` or `8000/udp`",
    )
}

fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok_and(|port| port > 0)
}

fn is_protocol(text: &str) -> bool {
    matches!(text, "tcp" | "udp" | "sctp")
}

/// A path on the learner's machine, relative to the home.
pub(crate) fn home_path(text: &str) -> Wrong {
    if crate::markdown::is_clean_path(text) {
        return None;
    }
    wrong(
        format!("`{text}` is not a path in the learner's home"),
        "write it relative to the home, without `.` and `..`: `app/Dockerfile`",
    )
}

/// A path in a container.
pub(crate) fn container_path(text: &str) -> Wrong {
    let clean = text.starts_with('/')
        && !text.contains('\0')
        && text.split('/').all(|part| !matches!(part, "." | ".."));
    if clean {
        return None;
    }
    wrong(
        format!("`{text}` is not a path in a container"),
        "write it from the root: `/app/main.py`",
    )
}

/// One word of a fixed set.
pub(crate) fn one_of(text: &str, words: &[&str]) -> Wrong {
    (!words.contains(&text)).then(|| {
        (
            format!("`{text}` is none of {}", crate::problem::listed(words)),
            crate::problem::suggest(text, words),
        )
    })
}

/// The name of a container, volume or network.
pub(crate) fn object_name(what: &str, text: &str) -> Wrong {
    let mut bytes = text.bytes();
    let first = bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphanumeric());
    if first && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte)) {
        return None;
    }
    wrong(
        format!("`{text}` cannot be the name of a {what}"),
        "names have letters, digits, `_`, `.` and `-`, and begin with a letter or digit",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(judge: fn(&str) -> Wrong, right: &[&str], wrong: &[&str]) {
        for text in right {
            assert_eq!(judge(text), None, "{text}");
        }
        for text in wrong {
            assert!(judge(text).is_some(), "{text}");
        }
    }

    #[test]
    fn sizes_have_a_unit() {
        all(
            size,
            &["200MB", "1.5 GB", "12kB"],
            &["200", "big", "MB", "-1MB", "1.2.3MB", "20 parsecs"],
        );
    }

    #[test]
    fn patterns_compile() {
        all(
            regex,
            &["^Hello", r"\d+\.\d+"],
            &["(", "[a", "a{999999999}"],
        );
        all(glob, &["RUN pip*", "a[bc]", r"a\["], &["a[b", ""]);
    }

    #[test]
    fn names_of_images_are_lower_case() {
        all(
            image,
            &[
                "hello:v1",
                "python:3.13-slim",
                "localhost:5000/a/b",
                "busybox",
                "a:V1",
                "x@sha256:0af",
            ],
            &["", "Hello:v1", "hello world", "hello:", "/x", "a//b"],
        );
    }

    #[test]
    fn ports_are_numbers_of_16_bits() {
        all(
            published_port,
            &["8080:80", "127.0.0.1:8080:80", "53:53/udp", "80"],
            &["80:http", "0:80", "99999:1", "1:2/x"],
        );
        all(
            exposed_port,
            &["8000", "8000/tcp"],
            &["8000:80", "tcp", "70000"],
        );
    }

    #[test]
    fn paths_stay_where_they_belong() {
        all(
            home_path,
            &["a", "app/Dockerfile", ".dockerignore"],
            &["", "/a", "../a", "a/../b", "~/a/.."],
        );
        all(container_path, &["/", "/app/x"], &["app", "/app/../x"]);
    }

    #[test]
    fn names_of_objects_are_those_that_docker_takes() {
        all(
            |text| object_name("volume", text),
            &["data", "my_data.1-x"],
            &["", "-x", "a b", "a/b"],
        );
    }
}
