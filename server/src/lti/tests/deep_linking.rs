//! A teacher picks content.

use http::StatusCode;
use serde_json::json;

use crate::lti::testing::{ADA, Browser, Person, Simulator, TESS, set, verify_ours};
use crate::testing::Site;

#[tokio::test]
async fn what_a_teacher_picks_goes_back_signed_and_leads_students_to_it() {
    let site = Site::new().await;
    let platform = Simulator::registered(&site).await;
    let keys = platform.read_tool_keys(&site).await;
    let mut tess = Browser::new(&site);
    let (state, nonce) = tess.begin(&platform).await;
    let token = platform.sign(&platform.pick(&nonce, TESS));
    let page = tess.bring(&state, &token).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("value=\"lab/docker/first-image\""));
    assert!(
        page.policy()
            .contains(&format!("frame-ancestors {}", platform.registration.issuer))
    );

    let ticket = page.hidden("ticket").to_owned();
    let nothing = tess.post("/lti/deep-link", &[("ticket", &ticket)]).await;
    assert!(nothing.text.contains("Pick something first."));
    let bad = [("ticket", ticket.as_str()), ("item", "lab/docker/none")];
    assert!(
        tess.post("/lti/deep-link", &bad)
            .await
            .text
            .contains("Pick something first.")
    );
    let fields = [
        ("ticket", ticket.as_str()),
        ("item", "lab/docker/first-image"),
        ("item", "lesson/docker/layer-model"),
    ];
    let back = tess.post("/lti/deep-link", &fields).await;
    assert_eq!(back.status, StatusCode::OK, "{}", back.text);
    let to = format!("action=\"{}/return?id=9\"", platform.registration.issuer);
    assert!(back.text.contains(&to), "{}", back.text);
    let sends = format!("form-action 'self' {};", platform.registration.issuer);
    assert!(back.policy().contains(&sends), "{}", back.policy());

    let claims = verify_ours(back.hidden("JWT"), &keys, &platform.registration.issuer);
    let lti = |name: &str| &claims[format!("https://purl.imsglobal.org/spec/lti/claim/{name}")];
    assert_eq!(claims["iss"], "drydock-client");
    assert_eq!(lti("message_type"), "LtiDeepLinkingResponse");
    assert_eq!(lti("version"), "1.3.0");
    assert_eq!(lti("deployment_id"), "1");
    assert_eq!(
        claims["https://purl.imsglobal.org/spec/lti-dl/claim/data"],
        "state-of-the-platform"
    );
    let items = &claims["https://purl.imsglobal.org/spec/lti-dl/claim/content_items"];
    assert_eq!(items.as_array().unwrap().len(), 2);
    let lab = &items[0];
    assert_eq!(lab["type"], "ltiResourceLink");
    assert_eq!(
        lab["url"],
        "http://drydock.example/courses/docker/labs/first-image"
    );
    assert_eq!(
        lab["custom"],
        json!({ "drydock_item": "lab/docker/first-image" })
    );
    assert_eq!(lab["lineItem"]["resourceId"], "lab/docker/first-image");
    assert!(lab["lineItem"]["scoreMaximum"].as_f64().unwrap() >= 1.0);
    assert_eq!(
        tess.post("/lti/deep-link", &fields).await.status,
        StatusCode::FORBIDDEN,
        "once"
    );

    // A student follows the link before any instructor does.
    let mut ada = Browser::new(&site);
    let (state, nonce) = ada.begin(&platform).await;
    let mut message = platform.open(&nonce, ADA);
    set(&mut message, "custom", lab["custom"].clone());
    set(&mut message, "target_link_uri", lab["url"].clone());
    let posted = ada.bring(&state, &platform.sign(&message)).await;
    let at = ada.get(&posted.location.unwrap()).await;
    assert_eq!(
        at.location.as_deref(),
        Some("/courses/docker/labs/first-image")
    );
    let assignments: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM assignments JOIN lti_links ON assignment = id")
            .fetch_one(site.app.store.pool())
            .await
            .unwrap();
    assert_eq!(assignments, 1);
}

#[tokio::test]
async fn students_and_platforms_that_take_no_links_get_nothing_to_pick() {
    let site = Site::new().await;
    let platform = Simulator::registered(&site).await;
    let settings = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings";
    let other = Person {
        teaches: false,
        ..TESS
    };
    for (person, kinds, why) in [
        (
            other,
            json!(["ltiResourceLink"]),
            "only teachers pick content",
        ),
        (TESS, json!(["file"]), "not among what the platform takes"),
        (TESS, json!(null), "not among what the platform takes"),
    ] {
        let mut browser = Browser::new(&site);
        let (state, nonce) = browser.begin(&platform).await;
        let mut message = platform.pick(&nonce, person);
        message[settings]["accept_types"] = kinds;
        let answer = browser.bring(&state, &platform.sign(&message)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(answer.text.contains(why), "{}", answer.text);
    }
}

#[tokio::test]
async fn one_at_most_where_the_platform_takes_one_and_no_column_where_it_takes_none() {
    let site = Site::new().await;
    let platform = Simulator::registered(&site).await;
    let keys = platform.read_tool_keys(&site).await;
    let settings = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings";
    let mut tess = Browser::new(&site);
    let (state, nonce) = tess.begin(&platform).await;
    let mut message = platform.pick(&nonce, TESS);
    message[settings]["accept_multiple"] = json!(false);
    message[settings]["accept_lineitem"] = json!(false);
    let page = tess.bring(&state, &platform.sign(&message)).await;
    assert!(page.text.contains("type=\"radio\""));
    let ticket = page.hidden("ticket").to_owned();
    let item = ("item", "lab/docker/first-image");
    let two = tess
        .post("/lti/deep-link", &[("ticket", &ticket), item, item])
        .await;
    assert!(two.text.contains("Pick 1 at most."), "{}", two.text);
    let one = tess
        .post("/lti/deep-link", &[("ticket", &ticket), item])
        .await;
    let claims = verify_ours(one.hidden("JWT"), &keys, &platform.registration.issuer);
    let items = &claims["https://purl.imsglobal.org/spec/lti-dl/claim/content_items"];
    assert_eq!(items[0].get("lineItem"), None);
}
