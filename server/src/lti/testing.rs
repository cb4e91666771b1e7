//! A learning platform for tests: it signs real messages with a key of its own, and serves its keys,
//! tokens and scores over HTTP on this machine. And a browser that goes between it and the site.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Form, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::{HeaderMap, Request, StatusCode, header};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use rsa::{RsaPrivateKey, rand_core};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use url::Url;

use super::{Registration, keys};
use crate::ids::{AccountId, PlatformId};
use crate::store::LtiKey;
use crate::testing::Site;

const CLAIM: &str = "https://purl.imsglobal.org/spec/lti/claim";
const MEMBERSHIP: &str = "http://purl.imsglobal.org/vocab/lis/v2/membership";

/// A registration whose addresses are below `issuer`.
pub fn registration(issuer: &str) -> Registration {
    let url = |path: &str| Url::parse(issuer).unwrap().join(path).unwrap();
    Registration {
        name: "Test platform".into(),
        issuer: issuer.into(),
        client_id: "drydock-client".into(),
        deployment: "1".into(),
        auth_url: url("/auth"),
        token_url: url("/token"),
        jwks_url: url("/jwks"),
    }
}

/// A fresh key.
pub fn key(kid: &str) -> LtiKey {
    let pair = RsaPrivateKey::new(&mut rand_core::OsRng, 2048).unwrap();
    LtiKey {
        kid: kid.into(),
        private: pair.to_pkcs1_der().unwrap().as_bytes().to_vec(),
    }
}

/// The platform's key; making one takes a while.
pub static KEY: LazyLock<LtiKey> = LazyLock::new(|| key("platform-key"));

/// What the platform's server knows.
#[derive(Default)]
struct Known {
    /// What it publishes.
    keys: Mutex<Value>,
    /// How often that was fetched.
    key_fetches: AtomicU32,
    /// What the tool publishes: who asks for a token must have signed with one of these.
    tool_keys: Mutex<Option<JwkSet>>,
    tokens: AtomicU32,
    /// How many scores are refused before one is taken.
    failures: AtomicU32,
    scores: Mutex<Vec<(String, Value)>>,
}

/// The platform.
pub struct Simulator {
    /// Who it is.
    pub registration: Registration,
    /// Its id at the site.
    pub id: PlatformId,
    known: Arc<Known>,
}

impl Simulator {
    /// A running platform that is registered at the site.
    pub async fn registered(site: &Site) -> Self {
        let known = Arc::new(Known::default());
        *known.keys.lock().unwrap() = json!({ "keys": [keys::public(&KEY).unwrap()] });
        let router = Router::new()
            .route("/jwks", get(serve_keys))
            .route("/token", post(serve_token))
            .route("/lineitems/{id}/lineitem/scores", post(take_score))
            .with_state(known.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, router).into_future());
        let registration = registration(&url);
        let id = site.app.store.add_platform(&registration).await.unwrap();
        Self {
            registration,
            id: id.unwrap(),
            known,
        }
    }

    /// Reads the tool's keys, as a platform does before it gives a token.
    pub async fn read_tool_keys(&self, site: &Site) -> JwkSet {
        let reply = Browser::new(site).get("/lti/jwks").await;
        let set: JwkSet = serde_json::from_str(&reply.text).unwrap();
        *self.known.tool_keys.lock().unwrap() = Some(set.clone());
        set
    }

    /// Publishes these keys from now on.
    pub fn publish(&self, keys: &[&LtiKey]) {
        let keys: Vec<_> = keys.iter().map(|key| keys::public(key).unwrap()).collect();
        *self.known.keys.lock().unwrap() = json!({ "keys": keys });
    }

    /// How often its keys were fetched.
    pub fn key_fetches(&self) -> u32 {
        self.known.key_fetches.load(Ordering::SeqCst)
    }

    /// How many tokens it gave.
    pub fn tokens(&self) -> u32 {
        self.known.tokens.load(Ordering::SeqCst)
    }

    /// Answers the next scores with 503.
    pub fn fail_scores(&self, count: u32) {
        self.known.failures.store(count, Ordering::SeqCst);
    }

    /// The scores that it took, the oldest first: line item and body.
    pub fn scores(&self) -> Vec<(String, Value)> {
        self.known.scores.lock().unwrap().clone()
    }

    /// The message that opens a link, as this person.
    pub fn open(&self, nonce: &str, person: Person<'_>) -> Value {
        let now = crate::testing::NOW;
        let role = if person.teaches {
            "Instructor"
        } else {
            "Learner"
        };
        let lineitem = format!(
            "{}/lineitems/7/lineitem?type_id=1",
            self.registration.issuer
        );
        let mut claims = json!({
            "iss": self.registration.issuer,
            "aud": self.registration.client_id,
            "sub": person.subject,
            "name": person.name,
            "email": person.email,
            "nonce": nonce,
            "iat": now,
            "exp": now + 300,
            "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {
                "scope": ["https://purl.imsglobal.org/spec/lti-ags/scope/score"],
                "lineitem": lineitem,
            },
        });
        for (name, value) in [
            ("message_type", json!("LtiResourceLinkRequest")),
            ("version", json!("1.3.0")),
            ("deployment_id", json!(self.registration.deployment)),
            ("target_link_uri", json!(TARGET)),
            ("roles", json!([format!("{MEMBERSHIP}#{role}")])),
            (
                "context",
                json!({ "id": "course-1", "title": "Containers 101" }),
            ),
            (
                "resource_link",
                json!({ "id": "link-7", "title": "First image" }),
            ),
        ] {
            claims[format!("{CLAIM}/{name}")] = value;
        }
        claims
    }

    /// The message that asks a teacher to pick content.
    pub fn pick(&self, nonce: &str, person: Person<'_>) -> Value {
        let mut claims = self.open(nonce, person);
        set(&mut claims, "message_type", json!("LtiDeepLinkingRequest"));
        claims["https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"] = json!({
            "deep_link_return_url": format!("{}/return?id=9", self.registration.issuer),
            "accept_types": ["link", "ltiResourceLink"],
            "accept_presentation_document_targets": ["window", "iframe"],
            "accept_multiple": true,
            "data": "state-of-the-platform",
        });
        claims
    }

    /// Signs a message.
    pub fn sign(&self, claims: &Value) -> String {
        keys::sign(&KEY, claims).unwrap()
    }

    /// Sends this person through a whole launch; gives where the browser ends.
    pub async fn launch(&self, browser: &mut Browser<'_>, person: Person<'_>) -> Answer {
        let (state, nonce) = browser.begin(self).await;
        let token = self.sign(&self.open(&nonce, person));
        let posted = browser.bring(&state, &token).await;
        assert_eq!(posted.status, StatusCode::SEE_OTHER, "{}", posted.text);
        browser.get(&posted.location.unwrap()).await
    }
}

/// Where links lead unless a test says otherwise.
pub const TARGET: &str = "http://drydock.example/courses/docker/labs/first-image";

/// Changes a claim of LTI.
pub fn set(claims: &mut Value, name: &str, value: Value) {
    claims[format!("{CLAIM}/{name}")] = value;
}

/// Somebody at the platform.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    /// Their id there.
    pub subject: &'a str,
    /// Their name.
    pub name: &'a str,
    /// Their address.
    pub email: &'a str,
    /// Whether they teach the course.
    pub teaches: bool,
}

/// A student.
pub const ADA: Person<'static> = Person {
    subject: "user-1",
    name: "Ada Learner",
    email: "ada@school.example",
    teaches: false,
};
/// Her teacher.
pub const TESS: Person<'static> = Person {
    subject: "user-2",
    name: "Tess Teacher",
    email: "tess@school.example",
    teaches: true,
};

/// A browser: it keeps cookies.
pub struct Browser<'a> {
    site: &'a Site,
    /// Its cookies.
    pub cookies: BTreeMap<String, String>,
    /// What it sends with every request.
    pub headers: Vec<(&'static str, String)>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// Where it redirects to.
    pub location: Option<String>,
    /// Every header.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
}

impl<'a> Browser<'a> {
    /// A fresh one.
    pub fn new(site: &'a Site) -> Self {
        Self {
            site,
            cookies: BTreeMap::new(),
            headers: Vec::new(),
        }
    }

    /// Signs an account in here.
    pub async fn sign_in(&mut self, account: AccountId) {
        let visitor = self.site.signed_in(account).await;
        let cookie = visitor.cookie().unwrap();
        let (name, value) = cookie.split_once('=').unwrap();
        self.cookies.insert(name.into(), value.into());
    }

    /// Follows a link.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, String::new(), None).await
    }

    /// Sends a form of a page of ours.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = encode(fields);
        let origin = self.site.app.config.http.public_url.as_ref().map_or_else(
            || "http://drydock.example".to_owned(),
            |url| url.origin().ascii_serialization(),
        );
        self.send("POST", path, body, Some(origin)).await
    }

    /// Sends a form of a page of another site.
    pub async fn post_from(&mut self, origin: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send("POST", path, encode(fields), Some(origin.into()))
            .await
    }

    /// Begins a launch; gives state and nonce as the platform gets them.
    pub async fn begin(&mut self, platform: &Simulator) -> (String, String) {
        let it = &platform.registration;
        let fields = [
            ("iss", it.issuer.as_str()),
            ("client_id", &it.client_id),
            ("login_hint", "hint"),
            ("lti_message_hint", "message hint"),
            ("target_link_uri", &self.target()),
        ];
        let sent = self.post_from(&it.issuer, "/lti/login", &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let url = Url::parse(&sent.location.unwrap()).unwrap();
        assert!(url.as_str().starts_with(it.auth_url.as_str()), "{url}");
        let asked: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
        for (name, value) in [
            ("scope", "openid"),
            ("response_type", "id_token"),
            ("response_mode", "form_post"),
            ("prompt", "none"),
            ("client_id", &it.client_id),
            ("login_hint", "hint"),
            ("lti_message_hint", "message hint"),
        ] {
            assert_eq!(asked[name], value);
        }
        (asked["state"].clone(), asked["nonce"].clone())
    }

    fn target(&self) -> String {
        let public = self.site.app.config.http.public_url.as_ref();
        public.map_or_else(|| TARGET.to_owned(), |url| format!("{url}courses"))
    }

    /// Posts a message, as the platform's page does.
    pub async fn bring(&mut self, state: &str, token: &str) -> Answer {
        let fields = [("state", state), ("id_token", token)];
        self.post_from("http://127.0.0.1:9", "/lti/launch", &fields)
            .await
    }

    async fn send(
        &mut self,
        method: &str,
        path: &str,
        body: String,
        origin: Option<String>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "drydock.example")
            .header(header::ACCEPT, "text/html");
        if method == "POST" {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        for (name, value) in &self.cookies {
            request = request.header(header::COOKIE, format!("{name}={value}"));
        }
        let mut request = request.body(Body::from(body)).unwrap();
        let from = std::net::SocketAddr::from(([127, 0, 0, 1], 9));
        request.extensions_mut().insert(ConnectInfo(from));
        let response = self.site.router().oneshot(request).await.unwrap();
        for value in response.headers().get_all(header::SET_COOKIE) {
            let pair = value.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.into(), value.into());
        }
        let (parts, body) = response.into_parts();
        let text = to_bytes(body, 4 * 1024 * 1024).await.unwrap();
        Answer {
            status: parts.status,
            location: parts
                .headers
                .get(header::LOCATION)
                .map(|value| value.to_str().unwrap().to_owned()),
            headers: parts.headers,
            text: String::from_utf8_lossy(&text).into_owned(),
        }
    }
}

impl Answer {
    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> &str {
        let begin = self
            .text
            .find(&format!("name=\"{name}\" value=\""))
            .unwrap();
        let rest = &self.text[begin..].split("value=\"").nth(1).unwrap();
        rest.split('"').next().unwrap()
    }

    /// Its policy.
    pub fn policy(&self) -> &str {
        self.headers["content-security-policy"].to_str().unwrap()
    }
}

fn encode(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// Verifies a token of the tool's with the keys that it publishes.
pub fn verify_ours(token: &str, keys: &JwkSet, audience: &str) -> Value {
    let kid = decode_header(token).unwrap().kid.unwrap();
    let key = DecodingKey::from_jwk(keys.find(&kid).unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[audience]);
    // The clock of the site stands still.
    validation.validate_exp = false;
    decode(token, &key, &validation).unwrap().claims
}

async fn serve_keys(State(known): State<Arc<Known>>) -> Json<Value> {
    known.key_fetches.fetch_add(1, Ordering::SeqCst);
    Json(known.keys.lock().unwrap().clone())
}

async fn serve_token(
    State(known): State<Arc<Known>>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let audience = format!("http://{}/token", headers["host"].to_str().unwrap());
    let keys = known.tool_keys.lock().unwrap().clone().unwrap();
    assert_eq!(form["grant_type"], "client_credentials");
    let claims = verify_ours(&form["client_assertion"], &keys, &audience);
    assert_eq!(claims["iss"], "drydock-client");
    assert_eq!(claims["sub"], "drydock-client");
    let number = known.tokens.fetch_add(1, Ordering::SeqCst) + 1;
    Json(json!({
        "access_token": format!("token-{number}"),
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": form["scope"],
    }))
    .into_response()
}

async fn take_score(
    State(known): State<Arc<Known>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: String,
) -> StatusCode {
    assert_eq!(
        headers["content-type"],
        "application/vnd.ims.lis.v1.score+json"
    );
    if !headers["authorization"]
        .to_str()
        .unwrap()
        .starts_with("Bearer token-")
    {
        return StatusCode::UNAUTHORIZED;
    }
    let more = known
        .failures
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            left.checked_sub(1)
        });
    if more.is_ok() {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let score = serde_json::from_str(&body).unwrap();
    known.scores.lock().unwrap().push((id, score));
    StatusCode::NO_CONTENT
}
