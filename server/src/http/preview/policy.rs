//! What may pass between a learner's app and the browser, header by header.
//!
//! The app's pages are drawn at the platform's own address. `Content-Security-Policy: sandbox` without
//! `allow-same-origin` gives each of them an opaque origin: no cookie, no storage, no service worker, no reading of
//! other pages, and requests that a browser counts as another site's. Everything here keeps that true, and keeps
//! an app from setting anything that browsers remember for the whole origin.

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

/// The policy of every response below `/preview`.
pub const SANDBOX: &str =
    "sandbox allow-scripts allow-forms allow-popups allow-modals allow-downloads";

/// Of one connection only (RFC 9110, section 7.6.1), beside what `Connection` names.
const HOP_BY_HOP: [&str; 8] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "proxy-authenticate",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// What a browser or a proxy in front says that is not for the app: who the visitor is, and where the page stands.
const NOT_FOR_THE_APP: [&str; 10] = [
    "authorization",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "origin",
    "proxy-authorization",
    "referer",
    "x-forwarded-for",
    "x-real-ip",
];

/// What browsers keep for the whole origin or ask people for in its name, and what is set here instead.
const NOT_FOR_THE_BROWSER: [&str; 24] = [
    "accept-ch",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "alt-svc",
    "clear-site-data",
    "critical-ch",
    "cross-origin-embedder-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "expect-ct",
    "nel",
    "origin-agent-cluster",
    "proxy-authenticate",
    "public-key-pins",
    "report-to",
    "reporting-endpoints",
    "service-worker-allowed",
    "set-cookie",
    "strict-transport-security",
    "www-authenticate",
];

/// Where an app stands in the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// `/preview/{token}`.
    pub base: String,
    /// Its port in the machine.
    pub port: u16,
    /// The site's host as the browser named it.
    pub host: String,
    /// `http` or `https`.
    pub scheme: &'static str,
}

impl Place {
    /// `/preview/{token}/{port}`.
    pub fn prefix(&self) -> String {
        format!("{}/{}", self.base, self.port)
    }
}

fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<String> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    for name in named {
        headers.remove(name.as_str());
    }
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
}

/// Whether the browser asks for a WebSocket.
pub fn wants_websocket(headers: &HeaderMap) -> bool {
    let says = |name: HeaderName, word: &str| {
        headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|one| one.trim().eq_ignore_ascii_case(word))
    };
    says(header::CONNECTION, "upgrade") && says(header::UPGRADE, "websocket")
}

/// The headers of a request as the app gets them.
pub fn to_app(mut headers: HeaderMap, place: &Place) -> HeaderMap {
    let websocket = wants_websocket(&headers);
    // The app's own pages have no origin by our doing; to the app they are its own.
    let own = format!("{}://{}", place.scheme, place.host);
    let origin = headers.get(header::ORIGIN).map(|origin| {
        if origin == "null" || origin.as_bytes() == own.as_bytes() {
            HeaderValue::from_str(&format!("http://localhost:{}", place.port)).ok()
        } else {
            Some(origin.clone())
        }
    });
    remove_hop_by_hop(&mut headers);
    for name in NOT_FOR_THE_APP {
        headers.remove(name);
    }
    let fetch: Vec<HeaderName> = headers
        .keys()
        .filter(|name| name.as_str().starts_with("sec-fetch-"))
        .cloned()
        .collect();
    for name in fetch {
        // They would call the app's own pages another site.
        headers.remove(name);
    }
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set("host", &format!("localhost:{}", place.port));
    set("x-forwarded-host", &place.host);
    set("x-forwarded-proto", place.scheme);
    set("x-forwarded-prefix", &place.prefix());
    if websocket {
        set("connection", "Upgrade");
        set("upgrade", "websocket");
    }
    if let Some(Some(origin)) = origin {
        headers.insert(header::ORIGIN, origin);
    }
    headers
}

/// The headers of the app's answer as the browser gets them, but for [`isolate`].
pub fn from_app(mut headers: HeaderMap, place: &Place, switching: bool) -> HeaderMap {
    remove_hop_by_hop(&mut headers);
    for name in NOT_FOR_THE_BROWSER {
        headers.remove(name);
    }
    for name in [header::LOCATION, header::CONTENT_LOCATION] {
        let Some(value) = headers.remove(&name) else {
            continue;
        };
        let moved = value.to_str().ok().map(|value| location(value, place));
        if let Some(Ok(value)) = moved.map(|moved| HeaderValue::from_str(&moved)) {
            headers.insert(name, value);
        }
    }
    if switching {
        headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    }
    headers
}

/// An address that the app names, as it is from outside: `/login` and `http://localhost:8080/login` lie below the
/// app's prefix. Other sites stay what they are.
fn location(value: &str, place: &Place) -> String {
    let prefix = place.prefix();
    if value.starts_with('/') && !value.starts_with("//") && !value.starts_with("/\\") {
        return below(value, &prefix);
    }
    let Ok(url) = url::Url::parse(value) else {
        // Relative to the page, or nonsense: either way the browser's.
        return value.to_owned();
    };
    if !matches!(url.scheme(), "http" | "https") {
        return value.to_owned();
    }
    let rest = &url[url::Position::BeforePath..];
    let (name, port) = (
        url.host_str().unwrap_or_default(),
        url.port_or_known_default(),
    );
    let authority = match url.port() {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    };
    if authority.eq_ignore_ascii_case(&place.host) {
        return below(rest, &prefix);
    }
    match (name, port) {
        ("localhost" | "127.0.0.1" | "[::1]" | "lab", Some(port)) => {
            format!("{}/{port}{rest}", place.base)
        }
        _ => value.to_owned(),
    }
}

/// Puts a path below the prefix, unless the app knows its prefix and did.
fn below(path: &str, prefix: &str) -> String {
    match path.strip_prefix(prefix) {
        Some(rest) if rest.is_empty() || rest.starts_with(['/', '?', '#']) => path.to_owned(),
        _ => format!("{prefix}{path}"),
    }
}

/// Sets what every response below `/preview` carries, whoever made it.
pub fn isolate(headers: &mut HeaderMap) {
    headers.append(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(SANDBOX),
    );
    let fixed = [
        // The address is the key to the session's apps: it goes to nobody.
        ("referrer-policy", "no-referrer"),
        // A page of opaque origin is another site to its own files: they must be allowed to it.
        ("cross-origin-resource-policy", "cross-origin"),
        ("access-control-allow-origin", "*"),
        ("access-control-expose-headers", "*"),
        // Browsers refuse a sandboxed page with any other value.
        ("cross-origin-opener-policy", "unsafe-none"),
        (
            "permissions-policy",
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
        ("x-robots-tag", "noindex"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// The answer to a CORS preflight: an app's own page may send its app what it likes. `*` never covers cookies.
pub fn preflight(method: &Method, headers: &HeaderMap) -> Option<HeaderMap> {
    if method != Method::OPTIONS {
        return None;
    }
    let wanted = headers.get(header::ACCESS_CONTROL_REQUEST_METHOD)?;
    let mut answer = HeaderMap::new();
    answer.insert(header::ACCESS_CONTROL_ALLOW_METHODS, wanted.clone());
    if let Some(wanted) = headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        answer.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
    }
    answer.insert(
        header::ACCESS_CONTROL_MAX_AGE,
        HeaderValue::from_static("600"),
    );
    Some(answer)
}

/// Whether a page of the platform asks for something of an app's other than to show it. None does, unless somebody
/// found a way to put an element into one: nothing of a learner's becomes a script, a style or a worker there.
pub fn is_for_the_platform(headers: &HeaderMap) -> bool {
    let says = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let shows = matches!(says("sec-fetch-dest"), None | Some("document" | "iframe"));
    headers.contains_key("service-worker")
        || (says("sec-fetch-site") == Some("same-origin") && !shows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place {
            base: "/preview/abc".into(),
            port: 8080,
            host: "learn.example:3000".into(),
            scheme: "http",
        }
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn who_the_visitor_is_never_reaches_the_app() {
        let sent = to_app(
            headers(&[
                ("cookie", "drydock=secret"),
                ("authorization", "Basic x"),
                ("referer", "http://learn.example:3000/preview/abc/8080/"),
                ("x-forwarded-for", "10.0.0.1"),
                ("sec-fetch-site", "cross-site"),
                ("connection", "close, X-Hop"),
                ("x-hop", "1"),
                ("te", "trailers"),
                ("accept", "text/html"),
            ]),
            &place(),
        );
        let names: std::collections::BTreeSet<_> = sent.keys().map(HeaderName::as_str).collect();
        assert_eq!(
            names.into_iter().collect::<Vec<_>>(),
            [
                "accept",
                "host",
                "x-forwarded-host",
                "x-forwarded-prefix",
                "x-forwarded-proto"
            ]
        );
        assert_eq!(sent["host"], "localhost:8080");
        assert_eq!(sent["x-forwarded-prefix"], "/preview/abc/8080");
    }

    #[test]
    fn only_a_websocket_is_handed_on_as_an_upgrade_and_its_origin_is_the_app_s() {
        let asked = headers(&[
            ("connection", "keep-alive, Upgrade"),
            ("upgrade", "websocket"),
            ("origin", "null"),
            ("sec-websocket-key", "k"),
        ]);
        assert!(wants_websocket(&asked));
        let sent = to_app(asked, &place());
        assert_eq!(
            (&sent["connection"], &sent["upgrade"]),
            (
                &HeaderValue::from_static("Upgrade"),
                &HeaderValue::from_static("websocket")
            )
        );
        assert_eq!(sent["origin"], "http://localhost:8080");
        assert_eq!(sent["sec-websocket-key"], "k");
        let other = to_app(
            headers(&[
                ("connection", "Upgrade"),
                ("upgrade", "h2c"),
                ("origin", "https://evil.example"),
            ]),
            &place(),
        );
        assert!(!other.contains_key("upgrade") && !other.contains_key("connection"));
        assert_eq!(other["origin"], "https://evil.example");
    }

    #[test]
    fn nothing_that_browsers_keep_for_the_whole_site_gets_through() {
        let mut got = from_app(
            headers(&[
                ("set-cookie", "drydock=mine; Path=/"),
                ("set-cookie", "b=2"),
                ("clear-site-data", "\"*\""),
                ("service-worker-allowed", "/"),
                ("strict-transport-security", "max-age=1"),
                ("alt-svc", "h3=\":1\""),
                ("www-authenticate", "Basic realm=\"Drydock password\""),
                ("access-control-allow-origin", "null"),
                ("access-control-allow-credentials", "true"),
                ("cross-origin-opener-policy", "same-origin"),
                (
                    "content-security-policy",
                    "sandbox allow-same-origin; default-src 'self'",
                ),
                ("content-type", "text/html"),
            ]),
            &place(),
            false,
        );
        isolate(&mut got);
        for gone in [
            "set-cookie",
            "clear-site-data",
            "service-worker-allowed",
            "strict-transport-security",
            "alt-svc",
            "www-authenticate",
            "access-control-allow-credentials",
        ] {
            assert!(!got.contains_key(gone), "{gone}");
        }
        assert_eq!(got["access-control-allow-origin"], "*");
        assert_eq!(got["cross-origin-opener-policy"], "unsafe-none");
        // Several policies hold together: the app's cannot loosen ours.
        let policies: Vec<_> = got.get_all("content-security-policy").iter().collect();
        assert_eq!(policies.len(), 2);
        assert_eq!(policies[1], SANDBOX);
        assert!(
            !SANDBOX.contains("same-origin")
                && !SANDBOX.contains("top-navigation")
                && !SANDBOX.contains("escape")
        );
    }

    #[test]
    fn redirects_stay_with_the_app() {
        for (said, meant) in [
            ("/login", "/preview/abc/8080/login"),
            ("/", "/preview/abc/8080/"),
            ("/preview/abc/8080/login?a=b", "/preview/abc/8080/login?a=b"),
            ("/preview/abc/80801", "/preview/abc/8080/preview/abc/80801"),
            ("login", "login"),
            ("../up", "../up"),
            ("?page=2", "?page=2"),
            ("http://localhost:8080/a?b#c", "/preview/abc/8080/a?b#c"),
            ("http://127.0.0.1:9000/", "/preview/abc/9000/"),
            ("http://localhost", "/preview/abc/80/"),
            ("http://learn.example:3000/a", "/preview/abc/8080/a"),
            (
                "https://learn.example:3000/api/v1/x",
                "/preview/abc/8080/api/v1/x",
            ),
            (
                "http://learn.example:3000/preview/abc/8080/a",
                "/preview/abc/8080/a",
            ),
            ("https://docs.docker.com/", "https://docs.docker.com/"),
            ("//other.example/x", "//other.example/x"),
        ] {
            assert_eq!(location(said, &place()), meant, "{said}");
        }
    }

    #[test]
    fn a_preflight_is_answered_here_and_other_options_are_the_app_s() {
        let asked = headers(&[
            ("access-control-request-method", "PUT"),
            ("access-control-request-headers", "content-type"),
        ]);
        let answer = preflight(&Method::OPTIONS, &asked).unwrap();
        assert_eq!(answer["access-control-allow-methods"], "PUT");
        assert_eq!(answer["access-control-allow-headers"], "content-type");
        assert!(preflight(&Method::OPTIONS, &HeaderMap::new()).is_none());
        assert!(preflight(&Method::PUT, &asked).is_none());
    }

    #[test]
    fn pages_of_the_platform_may_show_an_app_and_nothing_else() {
        let asks = |site, dest| {
            is_for_the_platform(&headers(&[
                ("sec-fetch-site", site),
                ("sec-fetch-dest", dest),
            ]))
        };
        assert!(!asks("same-origin", "iframe") && !asks("same-origin", "document"));
        assert!(!asks("cross-site", "script") && !asks("none", "document"));
        for dest in [
            "script",
            "style",
            "worker",
            "serviceworker",
            "empty",
            "image",
            "object",
            "embed",
        ] {
            assert!(asks("same-origin", dest), "{dest}");
        }
        assert!(is_for_the_platform(&headers(&[(
            "service-worker",
            "script"
        )])));
    }
}
