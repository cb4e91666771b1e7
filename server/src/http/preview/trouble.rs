//! What is told when an app does not answer: what is the matter, and what to look at.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::error::AppError;
use crate::labs::Behind;

/// Where [`page`]s get their looks from.
pub const STYLE: &str = "/preview/page.css";
/// Nothing runs on these pages, and nothing but their style is loaded.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'";

/// Something that stands between a browser and an app. Texts mark code with backquotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Of the answer.
    pub status: StatusCode,
    /// What is the matter, in a line.
    pub title: String,
    /// Why.
    pub why: String,
    /// What to do or look at.
    pub hints: Vec<String>,
    /// Seconds after which the page tries again by itself, if that makes sense.
    pub retry: Option<u32>,
}

impl Trouble {
    fn new(status: StatusCode, title: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            status,
            title: title.into(),
            why: why.into(),
            hints: Vec::new(),
            retry: None,
        }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The address is nobody's.
    pub fn no_such_preview() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "This preview is over",
            "The lab session that it belonged to has ended, or its address is not whole. Open the lab, and from its \
             Preview pane your app.",
        )
    }

    /// The session has no machine now.
    pub fn no_machine() -> Self {
        let mut trouble = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "The lab's machine is not ready",
            "It is being started or cleared away. This page tries again by itself.",
        );
        trouble.retry = Some(2);
        trouble
    }

    /// Too many connections.
    pub fn busy() -> Self {
        let why = "Your apps have as many connections open as one lab may have. Close other tabs of the preview, or \
                   stop what holds connections open.";
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "Too many connections at once",
            why,
        )
    }

    /// More was sent than may be.
    pub fn too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "That is too much to send",
            format!(
                "A request to a preview has at most {} MiB.",
                limit / 1024 / 1024
            ),
        )
    }

    /// The sandbox failed.
    pub fn sandbox(detail: &str) -> Self {
        Self::new(
            StatusCode::BAD_GATEWAY,
            "The lab's machine does not answer",
            detail,
        )
    }

    /// The connection was taken, and no answer came.
    pub fn silent(port: u16, seconds: u64) -> Self {
        Self::new(
            StatusCode::GATEWAY_TIMEOUT,
            format!("Port {port} takes requests and does not answer them"),
            format!("No answer came within {seconds} seconds."),
        )
        .hint("The program may be busy or wait for something: its log says, `docker logs NAME`.")
    }

    /// The connection was taken, and what came was not HTTP.
    pub fn not_http(port: u16, behind: &Behind) -> Self {
        let name = match behind {
            Behind::Listening { container, .. } => container,
            _ => "NAME",
        };
        Self::new(
            StatusCode::BAD_GATEWAY,
            format!("Port {port} does not speak HTTP"),
            "Something took the connection and closed it, or sent what is no HTTP answer. A database, for instance, \
             has a protocol of its own.",
        )
        .hint(format!(
            "Look at what the program says: `docker logs {}`",
            shown(name)
        ))
        .hint(format!(
            "Ask it from the terminal: `curl -v localhost:{port}`"
        ))
    }

    /// Nothing takes connections on this port.
    pub fn refused(port: u16, behind: &Behind) -> Self {
        let bad = |title: String, why: String| Self::new(StatusCode::BAD_GATEWAY, title, why);
        match behind {
            Behind::NotPublished { published, inside } => {
                let title = format!("Nothing is published on port {port}");
                let trouble = match inside {
                    Some((name, image)) => bad(
                        title,
                        format!(
                            "The container `{}` has a port {port}, but only inside: it was started without `-p`. A port \
                             can be published only when a container is made.",
                            shown(name)
                        ),
                    )
                    .hint(format!(
                        "Make it again with the port: `docker run -d -p {port}:{port} {}`",
                        shown(image)
                    )),
                    None if published.is_empty() => bad(
                        title,
                        "No container publishes a port, and nothing on the machine itself listens there.".into(),
                    )
                    .hint(format!("Publish one: `docker run -d -p {port}:80 IMAGE`")),
                    None => {
                        let ports: Vec<_> =
                            published.iter().take(20).map(u16::to_string).collect();
                        bad(
                            title,
                            format!("Ports that are published now: {}.", ports.join(", ")),
                        )
                    }
                };
                trouble.hint("See what runs and which ports it has: `docker ps`")
            }
            Behind::Stopped { container, code } => {
                let name = shown(container);
                let (title, why) = match code {
                    Some(code) => (
                        format!("The container `{name}` has ended"),
                        format!(
                            "It would publish port {port}, but its program ended with exit code {code}.{}",
                            match code {
                                0 => " That is an orderly end: a server should go on instead.",
                                137 => " That is a program that was killed.",
                                _ => " That is a program that failed.",
                            }
                        ),
                    ),
                    None => (
                        format!("The container `{name}` was never started"),
                        format!("It would publish port {port}."),
                    ),
                };
                let trouble = bad(title, why);
                let trouble = match code {
                    Some(_) => trouble.hint(format!("See what it said: `docker logs {name}`")),
                    None => trouble,
                };
                trouble.hint(format!("Start it: `docker start {name}`"))
            }
            Behind::LoopbackOnly { container, port: inside } => bad(
                format!("`{}` listens to itself only", shown(container)),
                format!(
                    "Port {port} leads to port {inside} of the container. There the program listens on 127.0.0.1, and \
                     every container has a 127.0.0.1 of its own: what comes from outside is refused."
                ),
            )
            .hint("Make the program listen on all addresses, 0.0.0.0. With Flask: `flask run --host=0.0.0.0`")
            .hint("Then build the image again, and make the container again."),
            Behind::NotListening { container, port: inside, instead, young } => {
                let name = shown(container);
                let mut trouble = bad(
                    format!("Nothing listens on port {inside} of `{name}`"),
                    format!(
                        "Port {port} leads to port {inside} of the container, which runs.{}",
                        if *young { " It started just now: this page tries again by itself." } else { "" }
                    ),
                );
                if let Some(other) = instead.first() {
                    trouble = trouble.hint(format!(
                        "It does listen on port {other}: was `-p {port}:{other}` meant?"
                    ));
                }
                trouble.retry = young.then_some(1);
                trouble.hint(format!("See what the program says: `docker logs {name}`"))
            }
            Behind::Listening { container, .. } => {
                let mut trouble = bad(
                    format!("Port {port} does not answer yet"),
                    format!(
                        "The container `{}` has just begun to listen. This page tries again by itself.",
                        shown(container)
                    ),
                );
                trouble.retry = Some(1);
                trouble
            }
            Behind::Unknown => bad(
                format!("Nothing answers on port {port}"),
                "The engine did not say why.".into(),
            )
            .hint("See what runs and which ports it has: `docker ps -a`"),
        }
    }

    /// As a page where somebody looks, else as a problem document.
    pub fn answer(self, asked: &HeaderMap) -> Response {
        if !is_document(asked) {
            let detail = format!("{}. {}", self.title, self.why);
            let error = if self.status.is_client_error() {
                AppError::client(self.status, detail)
            } else {
                AppError::unavailable(detail, self.retry.unwrap_or(5))
            };
            let mut response = error.into_response();
            *response.status_mut() = self.status;
            return response;
        }
        let mut response = Response::new(Body::from(page(&self)));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        let mut set = |name, value: &'static str| {
            headers.insert(name, HeaderValue::from_static(value));
        };
        set(header::CONTENT_TYPE, "text/html; charset=utf-8");
        set(header::CACHE_CONTROL, "no-store");
        set(header::CONTENT_SECURITY_POLICY, POLICY);
        set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        if let Some(seconds) = self.retry {
            headers.insert(header::REFRESH, seconds.into());
        }
        response
    }
}

/// Names of containers and images are the learner's: they are kept short here.
fn shown(name: &str) -> String {
    name.chars().filter(|c| *c != '`').take(80).collect()
}

/// Whether the answer is for a person's eyes.
fn is_document(asked: &HeaderMap) -> bool {
    let text = |name: &str| asked.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-dest") {
        Some(kind) => matches!(kind, "document" | "iframe" | "frame"),
        None => text("accept").is_some_and(|accept| accept.contains("text/html")),
    }
}

fn page(trouble: &Trouble) -> String {
    let hints: String = trouble
        .hints
        .iter()
        .map(|hint| format!("<li>{}</li>", marked(hint)))
        .collect();
    let hints = if hints.is_empty() {
        hints
    } else {
        format!("<ul>{hints}</ul>")
    };
    let (title, why) = (marked(&trouble.title), marked(&trouble.why));
    let plain = escaped(&trouble.title.replace('`', ""));
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{plain} · Preview</title><link rel=\"stylesheet\" href=\"{STYLE}\"></head>\
         <body><main><h1>{title}</h1><p>{why}</p>{hints}\
         <p class=\"note\">This page is Drydock's, in place of your app's.</p></main></body></html>"
    )
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// Escaped, with what stands between backquotes as code.
fn marked(text: &str) -> String {
    text.split('`')
        .enumerate()
        .map(|(at, part)| match (at % 2, escaped(part)) {
            (1, part) => format!("<code>{part}</code>"),
            (_, part) => part,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(trouble: &Trouble) -> String {
        format!(
            "{} {} {}",
            trouble.title,
            trouble.why,
            trouble.hints.join(" ")
        )
    }

    #[test]
    fn each_cause_names_what_to_look_at() {
        let none = Behind::NotPublished {
            published: [].into(),
            inside: None,
        };
        assert!(all(&Trouble::refused(8080, &none)).contains("docker run -d -p 8080:80 IMAGE"));
        let other = Behind::NotPublished {
            published: [8081, 9000].into(),
            inside: None,
        };
        assert!(all(&Trouble::refused(8080, &other)).contains("8081, 9000"));
        let inside = Behind::NotPublished {
            published: [].into(),
            inside: Some(("web".into(), "shop:v1".into())),
        };
        assert!(all(&Trouble::refused(5000, &inside)).contains("-p 5000:5000 shop:v1"));
        let stopped = Behind::Stopped {
            container: "web".into(),
            code: Some(1),
        };
        let said = all(&Trouble::refused(8080, &stopped));
        assert!(
            said.contains("exit code 1") && said.contains("docker logs web"),
            "{said}"
        );
        let loopback = Behind::LoopbackOnly {
            container: "web".into(),
            port: 5000,
        };
        let said = all(&Trouble::refused(8080, &loopback));
        assert!(
            said.contains("127.0.0.1") && said.contains("0.0.0.0"),
            "{said}"
        );
        let wrong = Behind::NotListening {
            container: "web".into(),
            port: 80,
            instead: [5000].into(),
            young: false,
        };
        assert!(all(&Trouble::refused(8080, &wrong)).contains("-p 8080:5000"));
    }

    #[test]
    fn only_what_may_still_start_is_tried_again() {
        let retry = |young| {
            let behind = Behind::NotListening {
                container: "web".into(),
                port: 80,
                instead: [].into(),
                young,
            };
            Trouble::refused(8080, &behind).retry
        };
        assert_eq!((retry(true), retry(false)), (Some(1), None));
    }

    #[test]
    fn a_hostile_name_stays_text() {
        let behind = Behind::Stopped {
            container: "<script>`\"&".into(),
            code: None,
        };
        let html = page(&Trouble::refused(1, &behind));
        assert!(
            html.contains("<code>&lt;script&gt;&quot;&amp;</code>"),
            "{html}"
        );
        assert!(!html.contains("<script"), "{html}");
    }

    #[test]
    fn programs_get_a_problem_document_and_people_a_page() {
        let answer = |headers: &[(&'static str, &'static str)]| {
            let headers: HeaderMap = headers
                .iter()
                .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
                .collect();
            Trouble::no_such_preview().answer(&headers)
        };
        let kind = |response: &Response| response.headers()["content-type"].clone();
        let page = answer(&[("sec-fetch-dest", "iframe")]);
        assert_eq!(
            (page.status(), kind(&page)),
            (
                StatusCode::NOT_FOUND,
                HeaderValue::from_static("text/html; charset=utf-8")
            )
        );
        let problem = answer(&[("sec-fetch-dest", "empty"), ("accept", "text/html")]);
        assert_eq!(kind(&problem), "application/problem+json");
        assert_eq!(kind(&answer(&[])), "application/problem+json");
    }
}
