//! Launches that are refused, and that nothing comes of them.

use axum::response::{IntoResponse as _, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rsa::RsaPrivateKey;
use rsa::pkcs1::{DecodeRsaPrivateKey as _, EncodeRsaPublicKey as _, LineEnding};
use serde_json::{Value, json};

use crate::lti::testing::{ADA, Answer, Browser, KEY, Simulator, key, set};
use crate::lti::{Rejection, keys};
use crate::testing::{NOW, Site};

/// Brings a token that `make` makes of state and nonce.
async fn bring(
    site: &Site,
    platform: &Simulator,
    make: impl FnOnce(&str) -> String,
) -> (String, String, Answer) {
    let mut browser = Browser::new(site);
    let (state, nonce) = browser.begin(platform).await;
    let token = make(&nonce);
    let answer = browser.bring(&state, &token).await;
    (state, token, answer)
}

fn refused(answer: &Answer, why: &Rejection) {
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text);
    let text = answer.text.replace("&quot;", "\"").replace("&#x27;", "'");
    assert!(text.contains(&why.to_string()), "{why:?}: {text}");
    assert!(text.contains(why.advice()), "{why:?} says what to do");
}

#[tokio::test]
async fn each_claim_that_is_wrong_is_refused_by_name() {
    let site = Site::new().await;
    let platform = Simulator::registered(&site).await;
    type Change = fn(&mut Value);
    let cases: [(Rejection, Change); 21] = [
        (Rejection::Issuer, |it| it["iss"] = json!("https://evil.example")),
        (Rejection::Audience, |it| it["aud"] = json!("another tool")),
        (Rejection::Audience, |it| it["aud"] = json!(["another tool"])),
        (Rejection::Audience, |it| it["azp"] = json!("another tool")),
        (Rejection::Audience, |it| it["aud"] = json!(["drydock-client", "another tool"])),
        (Rejection::Nonce, |it| it["nonce"] = json!("another")),
        (Rejection::Expired, |it| it["exp"] = json!(NOW - 61)),
        (Rejection::Expired, |it| it["iat"] = json!(NOW - 3661)),
        (Rejection::Future, |it| it["iat"] = json!(NOW + 61)),
        (Rejection::Deployment("2".into()), |it| set(it, "deployment_id", json!("2"))),
        (Rejection::Deployment("(none)".into()), |it| set(it, "deployment_id", json!(null))),
        (Rejection::Version, |it| set(it, "version", json!("1.1"))),
        (Rejection::MessageType("LtiStartProctoring".into()), |it| {
            set(it, "message_type", json!("LtiStartProctoring"));
        }),
        (Rejection::Anonymous, |it| it["sub"] = json!(null)),
        (Rejection::ForeignTarget("https://evil.example/".into()), |it| {
            set(it, "target_link_uri", json!("https://evil.example/"));
        }),
        (Rejection::Claim("`target_link_uri` is missing".into()), |it| {
            set(it, "target_link_uri", json!(null));
        }),
        (Rejection::Claim("the link has no id".into()), |it| set(it, "resource_link", json!(null))),
        (Rejection::Claim("`drydock_item` is not KIND/COURSE/ITEM".into()), |it| {
            set(it, "custom", json!({ "drydock_item": "rm -rf" }));
        }),
        (Rejection::Claim("the link leads to `lab/docker/none`, which is in no course here".into()), |it| {
            set(it, "custom", json!({ "drydock_item": "lab/docker/none" }));
        }),
        (Rejection::Claim("the address for scores is wrong: The address must begin with https://. Plain http:// is taken for this machine only.".into()), |it| {
            it["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"]["lineitem"] = json!("http://10.0.0.1/");
        }),
        (Rejection::Claim("the settings of deep linking are missing".into()), |it| {
            set(it, "message_type", json!("LtiDeepLinkingRequest"));
        }),
    ];
    for (why, change) in cases {
        let (_, _, mut answer) = bring(&site, &platform, |nonce| {
            let mut claims = platform.open(nonce, ADA);
            change(&mut claims);
            platform.sign(&claims)
        })
        .await;
        if let Some(open) = &answer.location {
            answer = Browser::new(&site).get(open).await;
        }
        refused(&answer, &why);
    }
    let classes: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM classes")
        .fetch_one(site.app.store.pool())
        .await
        .unwrap();
    assert_eq!(classes, 0);
}

#[tokio::test]
async fn clocks_may_differ_by_a_minute() {
    let site = Site::new().await;
    let platform = Simulator::registered(&site).await;
    let times: [fn(&mut Value); 2] = [
        |it| it["exp"] = json!(NOW - 60),
        |it| it["iat"] = json!((NOW + 60) as f64),
    ];
    for change in times {
        let (_, _, answer) = bring(&site, &platform, |nonce| {
            let mut claims = platform.open(nonce, ADA);
            change(&mut claims);
            platform.sign(&claims)
        })
        .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    }
}

#[tokio::test]
async fn a_message_is_taken_once_and_answers_one_launch() {
    let site = Site::new().await;
    let platform = Simulator::registered(&site).await;
    let (state, token, first) = bring(&site, &platform, |nonce| {
        platform.sign(&platform.open(nonce, ADA))
    })
    .await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);
    // The same state and message again.
    let mut browser = Browser::new(&site);
    refused(&browser.bring(&state, &token).await, &Rejection::State);
    // The same message with a fresh state.
    let (_, _, answer) = bring(&site, &platform, |_| token.clone()).await;
    refused(&answer, &Rejection::Nonce);
    // A state that nobody gave out, and one that is too old.
    refused(&browser.bring("invented", &token).await, &Rejection::State);
    let (late, nonce) = browser.begin(&platform).await;
    site.clock.advance(601);
    let token = platform.sign(&platform.open(&nonce, ADA));
    refused(&browser.bring(&late, &token).await, &Rejection::State);
    // The opened launch is used up too.
    let open = first.location.unwrap();
    site.clock.advance(-601);
    assert_eq!(browser.get(&open).await.status, StatusCode::SEE_OTHER);
    refused(&browser.get(&open).await, &Rejection::State);
}

#[tokio::test]
async fn only_the_platforms_own_signature_counts() {
    let site = Site::new().await;
    let platform = Simulator::registered(&site).await;
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);

    // No signature at all.
    let (_, _, answer) = bring(&site, &platform, |nonce| {
        let claims = platform.open(nonce, ADA).to_string();
        format!(
            "{}.{}.",
            part(r#"{"alg":"none","typ":"JWT"}"#),
            part(&claims)
        )
    })
    .await;
    refused(&answer, &Rejection::Algorithm);

    // The public key taken for the secret of an HMAC.
    let public = RsaPrivateKey::from_pkcs1_der(&KEY.private)
        .unwrap()
        .to_public_key();
    for secret in [
        public.to_pkcs1_pem(LineEnding::LF).unwrap().into_bytes(),
        public.to_pkcs1_der().unwrap().as_bytes().to_vec(),
    ] {
        let (_, _, answer) = bring(&site, &platform, |nonce| {
            let header = Header {
                kid: Some(KEY.kid.clone()),
                ..Header::new(Algorithm::HS256)
            };
            let claims = platform.open(nonce, ADA);
            jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(&secret)).unwrap()
        })
        .await;
        refused(&answer, &Rejection::Algorithm);
    }

    // Claims changed after signing; a signature cut short; no token at all.
    let (_, _, answer) = bring(&site, &platform, |nonce| {
        let token = platform.sign(&platform.open(nonce, ADA));
        let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
        let mut claims = platform.open(nonce, ADA);
        claims["sub"] = json!("user-2");
        parts[1] = part(&claims.to_string());
        parts.join(".")
    })
    .await;
    refused(&answer, &Rejection::Signature);
    let (_, _, answer) = bring(&site, &platform, |nonce| {
        let mut token = platform.sign(&platform.open(nonce, ADA));
        token.truncate(token.len() - 8);
        token
    })
    .await;
    refused(&answer, &Rejection::Signature);
    let (_, _, answer) = bring(&site, &platform, |_| "nonsense".into()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);

    // Another's key under the platform's name for its own.
    let other = key(&KEY.kid);
    let (_, _, answer) = bring(&site, &platform, |nonce| {
        keys::sign(&other, &platform.open(nonce, ADA)).unwrap()
    })
    .await;
    refused(&answer, &Rejection::Signature);
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_once_and_a_new_one_is_found() {
    let site = Site::new().await;
    let platform = Simulator::registered(&site).await;
    let fresh = key("fresh-key");
    for _ in 0..3 {
        let (_, _, answer) = bring(&site, &platform, |nonce| {
            keys::sign(&fresh, &platform.open(nonce, ADA)).unwrap()
        })
        .await;
        refused(&answer, &Rejection::UnknownKey);
    }
    assert_eq!(
        platform.key_fetches(),
        1,
        "who sends unknown keys makes us ask once"
    );
    platform.publish(&[&fresh]);
    site.clock.advance(30);
    let (_, _, answer) = bring(&site, &platform, |nonce| {
        keys::sign(&fresh, &platform.open(nonce, ADA)).unwrap()
    })
    .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert_eq!(platform.key_fetches(), 2);
    // What is no longer published no longer counts.
    let (_, _, answer) = bring(&site, &platform, |nonce| {
        platform.sign(&platform.open(nonce, ADA))
    })
    .await;
    refused(&answer, &Rejection::UnknownKey);
}

#[tokio::test]
async fn a_launch_begins_only_at_a_registered_platform_and_for_us() {
    let site = Site::new().await;
    let platform = Simulator::registered(&site).await;
    let issuer = platform.registration.issuer.as_str();
    let target = "http://drydock.example/";
    let mut browser = Browser::new(&site);
    let unknown = Rejection::UnknownPlatform {
        issuer: issuer.into(),
        client_id: Some("other".into()),
    };
    let cases = [
        (
            unknown,
            vec![
                ("iss", issuer),
                ("client_id", "other"),
                ("login_hint", "1"),
                ("target_link_uri", target),
            ],
        ),
        (
            Rejection::Parameter("iss"),
            vec![("login_hint", "1"), ("target_link_uri", target)],
        ),
        (
            Rejection::Parameter("login_hint"),
            vec![("iss", issuer), ("target_link_uri", target)],
        ),
        (
            Rejection::Parameter("target_link_uri"),
            vec![("iss", issuer), ("login_hint", "1")],
        ),
        (
            Rejection::ForeignTarget("https://evil.example/".into()),
            vec![
                ("iss", issuer),
                ("login_hint", "1"),
                ("target_link_uri", "https://evil.example/"),
            ],
        ),
    ];
    for (why, fields) in cases {
        refused(
            &browser.post_from(issuer, "/lti/login", &fields).await,
            &why,
        );
    }
    let denied = [("state", "none"), ("error", "login_required")];
    refused(
        &browser.post_from(issuer, "/lti/launch", &denied).await,
        &Rejection::State,
    );
    let (state, _) = browser.begin(&platform).await;
    let denied = [("state", state.as_str()), ("error", "login_required")];
    refused(
        &browser.post_from(issuer, "/lti/launch", &denied).await,
        &Rejection::Platform("login_required".into()),
    );
}

#[tokio::test]
async fn of_all_addresses_only_these_two_take_posts_from_other_sites() {
    let site = Site::new().await;
    let mut browser = Browser::new(&site);
    let mut open = Vec::new();
    for row in crate::router::routes(&site.app).table() {
        if row.method == "GET" {
            continue;
        }
        let path = row.path.replace(['{', '}', '*'], "");
        let answer = browser.post_from("https://evil.example", &path, &[]).await;
        let guarded = answer.text.contains("comes from another site");
        if !guarded {
            open.push(row.path);
        }
    }
    assert_eq!(open, ["/lti/launch", "/lti/login"]);
}

#[tokio::test]
async fn one_address_cannot_fill_the_table_of_launches() {
    let site = Site::new().await;
    let platform = Simulator::registered(&site).await;
    let fields = [
        ("iss", platform.registration.issuer.as_str()),
        ("login_hint", "1"),
        ("target_link_uri", "http://drydock.example/"),
    ];
    let mut browser = Browser::new(&site);
    let mut begun = 0;
    while browser
        .post_from("http://a.example", "/lti/login", &fields)
        .await
        .status
        == StatusCode::SEE_OTHER
    {
        begun += 1;
        assert!(begun < 2000);
    }
    assert_eq!(begun, 1000);
    site.clock.advance(1);
    browser.begin(&platform).await;
}

/// Serves one answer to everything.
async fn serve(answer: impl Fn() -> Response + Clone + Send + Sync + 'static) -> String {
    let router = axum::Router::new().fallback(move || std::future::ready(answer()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/jwks", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, router).into_future());
    url
}

#[tokio::test]
async fn keys_that_are_elsewhere_too_long_or_no_keys_are_not_taken() {
    let site = Site::new().await;
    let mut platform = Simulator::registered(&site).await;
    let right = platform.registration.jwks_url.to_string();
    let cases = [
        (
            serve(move || Redirect::to(&right).into_response()).await,
            "it answers 303",
        ),
        (
            serve(|| "x".repeat(300 * 1024).into_response()).await,
            "longer than 256 KiB",
        ),
        (serve(|| "<html>".into_response()).await, "cannot be read"),
        (
            serve(|| StatusCode::SERVICE_UNAVAILABLE.into_response()).await,
            "it answers 503",
        ),
    ];
    for (number, (url, why)) in cases.into_iter().enumerate() {
        platform.registration.client_id = format!("client {number}");
        platform.registration.jwks_url = url.parse().unwrap();
        site.app
            .store
            .add_platform(&platform.registration)
            .await
            .unwrap();
        let (_, _, answer) = bring(&site, &platform, |nonce| {
            platform.sign(&platform.open(nonce, ADA))
        })
        .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(answer.text.contains(why), "{why}: {}", answer.text);
    }
}

#[tokio::test]
async fn keys_that_cannot_be_fetched_say_so() {
    let site = Site::new().await;
    let mut platform = Simulator::registered(&site).await;
    // Nothing listens there.
    platform.registration.client_id = "second".into();
    platform.registration.jwks_url = "http://127.0.0.1:1/jwks".parse().unwrap();
    site.app
        .store
        .add_platform(&platform.registration)
        .await
        .unwrap();
    let (_, _, answer) = bring(&site, &platform, |nonce| {
        platform.sign(&platform.open(nonce, ADA))
    })
    .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(
        answer.text.contains("public keys cannot be fetched"),
        "{}",
        answer.text
    );
}
