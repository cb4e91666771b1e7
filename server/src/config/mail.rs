//! `[mail]`: letters that the site sends. Without this section it sends none.

use serde::{Deserialize, Serialize};

use super::Error;

/// How letters are sent.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The server as an address: `smtps://name:password@mail.example.edu` (TLS from the start),
    /// `smtp://mail.example.edu:587?tls=required` (STARTTLS), `smtp://127.0.0.1:25` (a relay on
    /// this machine). A password in it is not shown.
    pub server: String,
    /// The sender, such as `Drydock <drydock@example.edu>`.
    pub from: String,
}

impl Mail {
    pub(super) fn validate(&self, public: bool) -> Result<(), Error> {
        let wrong = |key, found: &str, expected| {
            Err(Error::Value {
                key,
                found: format!("`{found}`"),
                expected,
            })
        };
        let scheme = url::Url::parse(&self.server).map(|url| url.scheme().to_owned());
        if !matches!(scheme.as_deref(), Ok("smtp" | "smtps")) {
            // Not shown: a password may stand in it.
            return wrong(
                "mail.server",
                "…",
                "expected an address such as smtps://name:password@mail.example.edu",
            );
        }
        if self.from.parse::<lettre::message::Mailbox>().is_err() {
            return wrong(
                "mail.from",
                &self.from,
                "expected a sender such as `Drydock <drydock@example.edu>`",
            );
        }
        if !public {
            return wrong(
                "mail.server",
                "set",
                "letters hold links to this site: set `http.public_url` too",
            );
        }
        Ok(())
    }
}
