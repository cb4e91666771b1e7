//! Signing in elsewhere, with a provider that runs here and signs real ID tokens.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use rsa::traits::PublicKeyParts as _;
use rsa::{RsaPrivateKey, rand_core};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{PASSWORD, account, is_signed_in, sign_in, signed_up};
use crate::clock::Clock;
use crate::config::{Config, Oidc};
use crate::testing::{Reply, Site, Visitor};

/// The provider's keys; making one takes a while.
static KEYS: LazyLock<[RsaPrivateKey; 2]> = LazyLock::new(|| {
    std::array::from_fn(|_| RsaPrivateKey::new(&mut rand_core::OsRng, 2048).unwrap())
});

/// What stands behind a code.
struct Grant {
    challenge: String,
    claims: Value,
    key: usize,
}

#[derive(Default)]
struct Inner {
    url: Mutex<String>,
    grants: Mutex<HashMap<String, Grant>>,
    /// Which key it publishes.
    published: Mutex<usize>,
}

/// The provider. Clones are one.
#[derive(Clone, Default)]
struct Provider(Arc<Inner>);

impl Provider {
    async fn start() -> Self {
        let provider = Self::default();
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/jwks", get(keys))
            .route("/token", post(token))
            .with_state(provider.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        *provider.0.url.lock().unwrap() = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, router).into_future());
        provider
    }

    fn url(&self) -> String {
        self.0.url.lock().unwrap().clone()
    }

    async fn site(&self) -> Site {
        Site::with(|config| self.configure(config)).await
    }

    fn configure(&self, config: &mut Config) {
        config.http.public_url = Some("http://drydock.example".parse().unwrap());
        config.oidc = Some(Oidc {
            issuer: self.url(),
            client_id: "drydock".into(),
            client_secret: Some("hush".into()),
            label: "Example ID".into(),
        });
    }

    /// Somebody is sent here, signs in as `subject`, and goes back. `change` may spoil what is signed.
    async fn visit(
        &self,
        browser: &mut Visitor<'_>,
        subject: &str,
        change: impl FnOnce(&mut Value, &mut usize),
    ) -> Reply {
        let asked = self.asked(browser).await;
        let path = self.answer(&asked, subject, change);
        browser.get(&path).await
    }

    /// What the site asks.
    async fn asked(&self, browser: &mut Visitor<'_>) -> HashMap<String, String> {
        let reply = browser.get("/oidc/start?next=%2Fcourses%2Fdocker").await;
        let address =
            Url::parse(&reply.location.unwrap_or_else(|| panic!("{}", reply.text))).unwrap();
        assert!(
            address
                .as_str()
                .starts_with(&format!("{}/authorize?", self.url()))
        );
        let asked: HashMap<String, String> = address.query_pairs().into_owned().collect();
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["code_challenge_method"], "S256");
        assert_eq!(
            asked["redirect_uri"],
            "http://drydock.example/oidc/callback"
        );
        asked
    }

    /// Where it sends people back to.
    fn answer(
        &self,
        asked: &HashMap<String, String>,
        subject: &str,
        change: impl FnOnce(&mut Value, &mut usize),
    ) -> String {
        // The real time: what checks tokens asks for it.
        let now = Clock::default().seconds();
        let mut claims = json!({
            "iss": self.url(), "sub": subject, "aud": "drydock", "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], "name": "Ida Dent", "email": format!("{subject}@example.edu"),
            "email_verified": true,
        });
        let mut key = 0;
        change(&mut claims, &mut key);
        let code = format!("code-{}", crate::people::secret::fresh().unwrap());
        let grant = Grant {
            challenge: asked["code_challenge"].clone(),
            claims,
            key,
        };
        self.0.grants.lock().unwrap().insert(code.clone(), grant);
        format!("/oidc/callback?code={code}&state={}", asked["state"])
    }
}

async fn metadata(State(provider): State<Provider>) -> Json<Value> {
    let url = provider.url();
    Json(json!({
        "issuer": url, "authorization_endpoint": format!("{url}/authorize"), "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/jwks"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }))
}

async fn keys(State(provider): State<Provider>) -> Json<Value> {
    let at = *provider.0.published.lock().unwrap();
    let public = KEYS[at].to_public_key();
    let text = |number: &rsa::BigUint| URL_SAFE_NO_PAD.encode(number.to_bytes_be());
    Json(json!({ "keys": [{
        "kty": "RSA", "use": "sig", "alg": "RS256", "kid": format!("key-{at}"),
        "n": text(public.n()), "e": text(public.e()),
    }] }))
}

async fn token(
    State(provider): State<Provider>,
    headers: http::HeaderMap,
    Form(asked): Form<HashMap<String, String>>,
) -> Response {
    let authorized = headers.get("authorization").is_some_and(|value| {
        let expected = base64::engine::general_purpose::STANDARD.encode("drydock:hush");
        value.to_str().unwrap() == format!("Basic {expected}")
    });
    // A code is good once, and only with what its challenge was made of.
    let grant = provider.0.grants.lock().unwrap().remove(&asked["code"]);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(asked["code_verifier"].as_bytes()));
    let Some(grant) = grant.filter(|grant| authorized && grant.challenge == challenge) else {
        let refused = json!({ "error": "invalid_grant" });
        return (StatusCode::BAD_REQUEST, Json(refused)).into_response();
    };
    let der = KEYS[grant.key].to_pkcs1_der().unwrap();
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some(format!("key-{}", *provider.0.published.lock().unwrap()));
    let key = EncodingKey::from_rsa_der(der.as_bytes());
    let id_token = jsonwebtoken::encode(&header, &grant.claims, &key).unwrap();
    let tokens = json!({ "access_token": "x", "token_type": "Bearer", "id_token": id_token });
    Json(tokens).into_response()
}

#[tokio::test]
async fn somebody_new_gets_an_account_with_the_guests_progress_and_finds_it_again() {
    let provider = Provider::start().await;
    let site = provider.site().await;
    let (guest, mut browser) = site.guest().await;
    let page = browser.get("/sign-in").await;
    assert!(page.text.contains("Sign in with Example ID"));
    let reply = provider.visit(&mut browser, "ida", |_, _| ()).await;
    assert_eq!(
        reply.location.as_deref(),
        Some("/courses/docker"),
        "{}",
        reply.text
    );
    assert_eq!(account(&site, "ida@example.edu").await, guest);
    let page = browser.get("/account").await;
    assert!(page.text.contains("Ida Dent") && page.text.contains("You sign in with Example ID"));
    // In another browser, under another address: it is the same person.
    let mut other = site.visitor();
    let moved = |claims: &mut Value, _: &mut usize| claims["email"] = "moved@example.edu".into();
    provider.visit(&mut other, "ida", moved).await;
    assert!(is_signed_in(&mut other).await);
    assert!(
        site.app
            .store
            .person_by_email("moved@example.edu")
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn what_is_not_signed_for_us_now_and_here_is_refused() {
    let provider = Provider::start().await;
    let site = provider.site().await;
    type Spoil = fn(&mut Value, &mut usize);
    let spoiled: [(&str, Spoil); 7] = [
        ("another nonce", |claims, _| claims["nonce"] = "n".into()),
        ("no nonce", |claims, _| {
            claims.as_object_mut().unwrap().remove("nonce");
        }),
        ("another audience", |claims, _| {
            claims["aud"] = "others".into();
        }),
        ("another audience too", |claims, _| {
            claims["aud"] = json!(["drydock", "others"]);
        }),
        ("another issuer", |claims, _| {
            claims["iss"] = "https://evil.example".into();
        }),
        ("expired", |claims, _| claims["exp"] = 1_600_000_000.into()),
        ("another key", |_, key| *key = 1),
    ];
    for (what, spoil) in spoiled {
        let mut browser = site.visitor();
        let reply = provider.visit(&mut browser, "ida", spoil).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{what}");
        assert!(!is_signed_in(&mut browser).await, "{what}");
    }
    // The state of another browser, none, and one that was used already.
    let mut victim = site.visitor();
    let asked = provider.asked(&mut site.visitor()).await;
    let path = provider.answer(&asked, "eve", |_, _| ());
    assert_eq!(victim.get(&path).await.status, StatusCode::FORBIDDEN);
    provider.asked(&mut victim).await;
    assert_eq!(victim.get(&path).await.status, StatusCode::FORBIDDEN);
    assert!(!is_signed_in(&mut victim).await);
    let asked = provider.asked(&mut victim).await;
    let path = provider.answer(&asked, "ida", |_, _| ());
    assert_eq!(victim.get(&path).await.status, StatusCode::SEE_OTHER);
    assert_eq!(victim.get(&path).await.status, StatusCode::FORBIDDEN);
    // Too late.
    let mut slow = site.visitor();
    let asked = provider.asked(&mut slow).await;
    site.clock.advance(601);
    let path = provider.answer(&asked, "ida", |_, _| ());
    assert!(slow.get(&path).await.text.contains("Begin it again"));
    // The provider's own no.
    let asked = provider.asked(&mut slow).await;
    let path = format!("/oidc/callback?error=%3Cb%3Eno&state={}", asked["state"]);
    let reply = slow.get(&path).await;
    assert!(reply.text.contains("&lt;b&gt;no") && !reply.text.contains("<b>no"));
}

#[tokio::test]
async fn a_provider_that_changed_its_keys_is_believed() {
    let provider = Provider::start().await;
    let site = provider.site().await;
    provider.visit(&mut site.visitor(), "ida", |_, _| ()).await;
    *provider.0.published.lock().unwrap() = 1;
    let mut browser = site.visitor();
    let reply = provider.visit(&mut browser, "ida", |_, key| *key = 1).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text);
}

#[tokio::test]
async fn an_account_that_is_there_is_not_taken_over_but_linked_with_its_password() {
    let provider = Provider::start().await;
    let site = provider.site().await;
    let mut browser = signed_up(&site).await;
    let ada = account(&site, "ada@example.edu").await;
    let mut eve = site.visitor();
    let reply = provider.visit(&mut eve, "ada", |_, _| ()).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert!(
        reply
            .text
            .contains("There is an account for ada@example.edu already"),
        "{}",
        reply.text
    );
    assert!(!is_signed_in(&mut eve).await);
    // An address that the provider did not make sure of is nobody's.
    let unsure = |claims: &mut Value, _: &mut usize| claims["email_verified"] = false.into();
    provider.visit(&mut eve, "eve", unsure).await;
    assert!(is_signed_in(&mut eve).await);
    assert!(
        site.app
            .store
            .person_by_email("eve@example.edu")
            .await
            .unwrap()
            .is_none()
    );

    // Without the password nothing is linked, whatever address is opened.
    let reply = browser.get("/oidc/start").await;
    assert_eq!(reply.location.as_deref(), Some("/account"));
    let reply = browser
        .post("/account/link", &[("current", "not mine")])
        .await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reply = browser
        .post("/account/link", &[("current", PASSWORD)])
        .await;
    assert!(reply.text.contains("Go on to Example ID"), "{}", reply.text);
    let reply = provider.visit(&mut browser, "ada", |_, _| ()).await;
    assert_eq!(
        reply.location.as_deref(),
        Some("/account"),
        "{}",
        reply.text
    );
    let mut other = site.visitor();
    provider.visit(&mut other, "ada", |_, _| ()).await;
    assert!(is_signed_in(&mut other).await);
    assert_eq!(
        site.app
            .store
            .identity(&provider.url(), "ada")
            .await
            .unwrap(),
        Some(ada)
    );
    // Somebody else's identity stays theirs.
    browser
        .post("/account/link", &[("current", PASSWORD)])
        .await;
    let reply = provider.visit(&mut browser, "eve", |_, _| ()).await;
    assert!(
        reply.text.contains("Another account is linked"),
        "{}",
        reply.text
    );

    browser.post("/account/unlink", &[]).await;
    let reply = provider.visit(&mut site.visitor(), "ada", |_, _| ()).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    sign_in(&mut browser, "ada@example.edu", PASSWORD).await;
    assert!(is_signed_in(&mut browser).await);
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_said_to_be_so_and_without_one_there_is_no_page() {
    let site = Site::with(|config| {
        config.http.public_url = Some("http://drydock.example".parse().unwrap());
        config.oidc = Some(Oidc {
            issuer: "http://127.0.0.1:1".into(),
            client_id: "drydock".into(),
            client_secret: None,
            label: "Example ID".into(),
        });
    })
    .await;
    let reply = site.visitor().get("/oidc/start").await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert!(reply.text.contains("could not be asked"));
    let site = Site::new().await;
    assert_eq!(
        site.visitor().get("/oidc/start").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        site.visitor().get("/oidc/callback").await.status,
        StatusCode::NOT_FOUND
    );
    assert!(
        !site
            .visitor()
            .get("/sign-in")
            .await
            .text
            .contains("Sign in with")
    );
}
