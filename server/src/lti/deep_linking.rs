//! Deep linking: the answer to a platform that asked a teacher to pick content.

use serde_json::{Value, json};
use url::Url;

use super::launch::{CUSTOM, Item};
use super::platform::Registration;
use crate::people::secret;

/// How long the platform may take to read the answer, in seconds.
const LIFE: i64 = 10 * 60;

/// Something that was picked.
#[derive(Debug, Clone, PartialEq)]
pub struct Picked {
    /// What.
    pub item: Item,
    /// Its title.
    pub title: String,
    /// One or two sentences about it.
    pub summary: String,
    /// Most points that it gives.
    pub points: f64,
}

/// What the answer is made of.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// Who asked.
    pub platform: &'a Registration,
    /// To be sent back as it was sent.
    pub data: Option<&'a Value>,
    /// Whether the platform takes columns for scores.
    pub lineitem: bool,
    /// Our own origin.
    pub site: &'a Url,
    /// Unix seconds.
    pub now: i64,
}

impl Answer<'_> {
    /// The claims of the answer.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn claims(&self, picked: &[Picked]) -> anyhow::Result<Value> {
        let items: Vec<_> = picked.iter().map(|it| self.item(it)).collect();
        let mut claims = json!({
            "iss": self.platform.client_id,
            "aud": self.platform.issuer,
            "iat": self.now,
            "exp": self.now + LIFE,
            "nonce": secret::fresh()?,
            "https://purl.imsglobal.org/spec/lti/claim/deployment_id": self.platform.deployment,
            "https://purl.imsglobal.org/spec/lti/claim/message_type": "LtiDeepLinkingResponse",
            "https://purl.imsglobal.org/spec/lti/claim/version": "1.3.0",
            "https://purl.imsglobal.org/spec/lti-dl/claim/content_items": items,
        });
        if let Some(data) = self.data {
            claims["https://purl.imsglobal.org/spec/lti-dl/claim/data"] = data.clone();
        }
        Ok(claims)
    }

    fn item(&self, picked: &Picked) -> Value {
        let mut url = self.site.clone();
        url.set_path(&picked.item.path());
        let name = picked.item.to_string();
        let mut item = json!({
            "type": "ltiResourceLink",
            "title": picked.title,
            "text": picked.summary,
            "url": url,
            "custom": { CUSTOM: name },
            // Our pages refuse to be framed.
            "window": { "targetName": "_blank" },
        });
        if self.lineitem {
            item["lineItem"] = json!({
                "label": picked.title,
                "scoreMaximum": picked.points,
                "resourceId": name,
            });
        }
        item
    }
}
