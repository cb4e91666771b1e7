//! A platform's message: an OpenID Connect id_token with the claims of LTI 1.3. What arrives here is
//! from a stranger until its signature and every claim that says "for you, now, once" are verified.

use std::collections::BTreeMap;

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

use super::rejection::Rejection;

/// How far the platform's clock and ours may differ, in seconds.
pub const SKEW: i64 = 60;
/// Longest life of a message from `iat` that makes sense, in seconds: an older one is taken for a
/// mistake whatever its `exp` says.
const LIFE: i64 = 60 * 60;
/// Longest message, in bytes.
pub const MESSAGE: usize = 64 * 1024;

const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::RS384, Algorithm::RS512];

/// One text or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// The claims of a message, as far as they are used here.
#[derive(Debug, Clone, Deserialize)]
pub struct Claims {
    iss: String,
    aud: Audience,
    azp: Option<String>,
    exp: f64,
    iat: f64,
    nonce: String,
    /// Who launches.
    pub sub: Option<String>,
    /// Full name.
    pub name: Option<String>,
    /// First name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Kind of message.
    #[serde(rename = "https://purl.imsglobal.org/spec/lti/claim/message_type")]
    pub message_type: Option<String>,
    #[serde(rename = "https://purl.imsglobal.org/spec/lti/claim/version")]
    version: Option<String>,
    #[serde(rename = "https://purl.imsglobal.org/spec/lti/claim/deployment_id")]
    deployment: Option<String>,
    /// Where the link leads.
    #[serde(rename = "https://purl.imsglobal.org/spec/lti/claim/target_link_uri")]
    pub target: Option<String>,
    /// What the person is.
    #[serde(
        rename = "https://purl.imsglobal.org/spec/lti/claim/roles",
        default,
        deserialize_with = "or_default"
    )]
    pub roles: Vec<String>,
    /// The course.
    #[serde(rename = "https://purl.imsglobal.org/spec/lti/claim/context")]
    pub context: Option<Named>,
    /// The link.
    #[serde(rename = "https://purl.imsglobal.org/spec/lti/claim/resource_link")]
    pub resource: Option<Named>,
    /// What we gave the link, at deep linking.
    #[serde(
        rename = "https://purl.imsglobal.org/spec/lti/claim/custom",
        default,
        deserialize_with = "or_default"
    )]
    pub custom: BTreeMap<String, serde_json::Value>,
    /// How it is shown.
    #[serde(rename = "https://purl.imsglobal.org/spec/lti/claim/launch_presentation")]
    pub presentation: Option<Presentation>,
    /// Assignment and Grade Services.
    #[serde(rename = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint")]
    pub grades: Option<Grades>,
    /// Deep linking.
    #[serde(rename = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings")]
    pub deep_linking: Option<DeepLinking>,
}

/// A course or a link.
#[derive(Debug, Clone, Deserialize)]
pub struct Named {
    /// Its id there.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// Its short name.
    pub label: Option<String>,
}

/// How a launch is shown.
#[derive(Debug, Clone, Deserialize)]
pub struct Presentation {
    /// Where the person came from.
    pub return_url: Option<String>,
}

/// Where scores go.
#[derive(Debug, Clone, Deserialize)]
pub struct Grades {
    /// What may be asked for.
    #[serde(default, deserialize_with = "or_default")]
    pub scope: Vec<String>,
    /// The column of this link.
    pub lineitem: Option<String>,
}

/// What the platform wants to have picked.
#[derive(Debug, Clone, Deserialize)]
pub struct DeepLinking {
    /// Where the answer goes.
    pub deep_link_return_url: String,
    /// Kinds of content.
    #[serde(default, deserialize_with = "or_default")]
    pub accept_types: Vec<String>,
    /// Whether it takes several.
    pub accept_multiple: Option<bool>,
    /// Whether it takes a column with a link.
    pub accept_lineitem: Option<bool>,
    /// To be sent back as it is.
    pub data: Option<serde_json::Value>,
}

/// Some platforms send `null` for an empty list.
fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// What a message must answer to.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Issuer of the platform that was asked.
    pub issuer: &'a str,
    /// Who we are to it.
    pub client_id: &'a str,
    /// The nonce that was sent.
    pub nonce: &'a str,
    /// Its registered deployments.
    pub deployments: &'a [String],
    /// Now, in Unix seconds.
    pub now: i64,
}

/// The id of the key that a message says it is signed with; refuses every algorithm that we do not
/// take before any key is looked for.
///
/// # Errors
/// When it is no token, or its algorithm is not taken.
pub fn key_id(token: &str) -> Result<Option<String>, Rejection> {
    // `alg: none` is not even an algorithm to the parser.
    let header = decode_header(token).map_err(|error| match error.kind() {
        jsonwebtoken::errors::ErrorKind::Json(_) => Rejection::Algorithm,
        _ => Rejection::Malformed(error.to_string()),
    })?;
    if header.crit.is_some() || !ALGORITHMS.contains(&header.alg) {
        return Err(Rejection::Algorithm);
    }
    Ok(header.kid)
}

/// Verifies signature and claims.
///
/// # Errors
/// The first thing that is wrong.
pub fn verify(token: &str, key: &DecodingKey, expected: Expected<'_>) -> Result<Claims, Rejection> {
    use jsonwebtoken::errors::ErrorKind;
    let mut signature = Validation::new(Algorithm::RS256);
    signature.algorithms = ALGORITHMS.to_vec();
    // Claims are looked at below, against our clock and with a reason for each.
    signature.required_spec_claims.clear();
    signature.validate_exp = false;
    signature.validate_aud = false;
    let claims = decode::<Claims>(token, key, &signature)
        .map_err(|error| match error.kind() {
            ErrorKind::InvalidAlgorithm => Rejection::Algorithm,
            ErrorKind::Json(error) => Rejection::Malformed(error.to_string()),
            _ => Rejection::Signature,
        })?
        .claims;
    claims.check(expected)?;
    Ok(claims)
}

impl Claims {
    fn check(&self, expected: Expected<'_>) -> Result<(), Rejection> {
        if self.iss != expected.issuer {
            return Err(Rejection::Issuer);
        }
        let ours = match &self.aud {
            Audience::One(one) => one == expected.client_id,
            Audience::Many(many) => many.iter().any(|one| one == expected.client_id),
        };
        let several = matches!(&self.aud, Audience::Many(many) if many.len() > 1);
        let authorised = match &self.azp {
            Some(azp) => azp == expected.client_id,
            None => !several,
        };
        if !ours || !authorised {
            return Err(Rejection::Audience);
        }
        if self.nonce != expected.nonce {
            return Err(Rejection::Nonce);
        }
        self.check_times(expected.now)?;
        match &self.deployment {
            Some(deployment) if expected.deployments.contains(deployment) => {}
            Some(other) => return Err(Rejection::Deployment(other.clone())),
            None => return Err(Rejection::Deployment("(none)".into())),
        }
        match self.version.as_deref() {
            Some("1.3.0") => Ok(()),
            _ => Err(Rejection::Version),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "seconds since 1970 are far from 2^52"
    )]
    fn check_times(&self, now: i64) -> Result<(), Rejection> {
        let (now, skew) = (now as f64, SKEW as f64);
        if !(self.exp.is_finite() && self.iat.is_finite()) {
            return Err(Rejection::Malformed("its times are no numbers".into()));
        }
        if self.exp + skew < now || self.iat + LIFE as f64 + skew < now {
            return Err(Rejection::Expired);
        }
        if self.iat - skew > now {
            return Err(Rejection::Future);
        }
        Ok(())
    }

    /// The deployment that sent it.
    pub fn deployment(&self) -> &str {
        self.deployment.as_deref().unwrap_or_default()
    }
}
