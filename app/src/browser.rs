//! The islands' way to the outside: a handful of functions that `web/src/bridge.ts` puts under
//! `globalThis.drydock` before any island wakes up.
//!
//! `fetch`, event streams and the terminal stay on the script's side: there they cost a few
//! hundred bytes, while bindings to the same browser interfaces would cost kilobytes of wasm.

use leptos::prelude::*;
use serde::{Deserialize, de::DeserializeOwned};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What came back from a request.
    type Reply;
    #[wasm_bindgen(method, getter)]
    fn status(this: &Reply) -> u16;
    #[wasm_bindgen(method, getter)]
    fn text(this: &Reply) -> String;

    /// Never throws: a server that cannot be reached is status 0.
    #[wasm_bindgen(js_namespace = drydock, js_name = request)]
    async fn request_json(method: &str, url: &str, body: Option<&str>) -> Reply;

    /// Shows an item as done in the contents of the module.
    #[cfg(feature = "lesson")]
    #[wasm_bindgen(js_namespace = drydock, js_name = markDone)]
    pub(crate) fn mark_done(kind: &str, slug: &str, done: bool);

    /// Moves the keyboard focus to the element with this id.
    #[wasm_bindgen(js_namespace = drydock)]
    pub(crate) fn focus(id: &str);
}

/// Why a request did not give what was asked for, in words for the learner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// HTTP status; 0 when no answer came.
    pub status: u16,
    /// What happened.
    pub title: String,
    /// Why, and what to do.
    pub detail: String,
}

/// The part of a problem document (RFC 9457) that a learner reads.
#[derive(Deserialize)]
struct ProblemDocument {
    #[serde(default)]
    title: String,
    #[serde(default)]
    detail: String,
}

impl Problem {
    fn from_reply(status: u16, text: &str) -> Self {
        if status == 0 {
            return Self {
                status,
                title: "The server does not answer".to_owned(),
                detail: "Nothing is lost. Check the connection, then try again.".to_owned(),
            };
        }
        match serde_json::from_str::<ProblemDocument>(text) {
            Ok(document) if !document.title.is_empty() || !document.detail.is_empty() => Self {
                status,
                title: document.title,
                detail: document.detail,
            },
            _ => Self {
                status,
                title: "Something went wrong".to_owned(),
                detail: format!("The server answered with status {status}. Try again."),
            },
        }
    }

    /// Both parts as one text.
    pub(crate) fn sentence(&self) -> String {
        match (self.title.trim_end_matches('.'), self.detail.as_str()) {
            (title, "") => format!("{title}."),
            ("", detail) => detail.to_owned(),
            (title, detail) => format!("{title}. {detail}"),
        }
    }
}

/// Sends a request and gives what came back.
pub(crate) async fn request(
    method: &str,
    url: &str,
    body: Option<String>,
) -> Result<String, Problem> {
    let reply = request_json(method, url, body.as_deref()).await;
    let (status, text) = (reply.status(), reply.text());
    if (200..300).contains(&status) {
        Ok(text)
    } else {
        Err(Problem::from_reply(status, &text))
    }
}

/// Reads the JSON that came back.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|_| Problem {
        status: 200,
        title: "The server's answer could not be read".to_owned(),
        detail: "Reload the page: it may be older than the server.".to_owned(),
    })
}

/// The value of `data-hydrated` on an island's root: "true" once it is alive. Tests wait for it.
pub(crate) fn hydrated() -> impl Fn() -> Option<&'static str> + Send + Clone + 'static {
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    move || alive.get().then_some("true")
}

#[cfg(test)]
mod tests {
    use super::Problem;

    #[test]
    fn a_problem_document_is_told_in_its_own_words() {
        let text = r#"{"type":"about:blank","title":"No room","status":503,"detail":"12 of 12 labs are running. Try again in a minute."}"#;
        assert_eq!(
            Problem::from_reply(503, text).sentence(),
            "No room. 12 of 12 labs are running. Try again in a minute."
        );
    }

    #[test]
    fn an_answer_that_is_no_problem_document_is_named_by_its_status() {
        let problem = Problem::from_reply(502, "<html>Bad gateway</html>");
        assert_eq!(
            problem.sentence(),
            "Something went wrong. The server answered with status 502. Try again."
        );
    }

    #[test]
    fn a_server_that_does_not_answer_is_said_to_be_that() {
        assert_eq!(
            Problem::from_reply(0, "").title,
            "The server does not answer"
        );
    }
}
