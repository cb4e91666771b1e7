//! A site for tests: the whole router on a store of its own, called in the process. Labs have no
//! engine behind them.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::{Request, StatusCode, header};
use tower::ServiceExt as _;
use tower_sessions::Session;
use tower_sessions_sqlx_store::SqliteStore;

use crate::access::{COOKIE, Denied, Knock, Role};
use crate::app::{App, Parts};
use crate::clock::Clock;
use crate::config::Config;
use crate::content::Holder;
use crate::http::session_cookie;
use crate::ids::{AccountId, ClassId};
use crate::labs::Labs;
use crate::people::People;
use crate::router::router;
use crate::store::Store;
use crate::submissions::Submissions;

/// When the clock of a test site stands still: 2025-01-06, a Monday, at midnight UTC.
pub const NOW: i64 = 1_736_121_600;
/// Most bytes of a reply that a test reads.
const REPLY: usize = 32 * 1024 * 1024;

/// A site with its own database, the course that ships, and a clock that stands still.
pub struct Site {
    /// What handlers share.
    pub app: App,
    /// The clock, to be moved on.
    pub clock: Clock,
    router: Router,
    _folder: tempfile::TempDir,
}

impl Site {
    /// A site with the default configuration.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A site with a configuration that `change` made.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut config = Config {
            data: folder.path().to_owned(),
            content: root.join("content"),
            assets: folder.path().join("no-assets"),
            ..Config::default()
        };
        // Nothing listens there: tests with an engine are in `tests/e2e` and `sandbox/tests`.
        config.sandbox.engine = Some("tcp://127.0.0.1:1".into());
        change(&mut config);
        let clock = Clock::fixed(NOW);
        let store = Store::open(&config.data, clock.clone()).await.unwrap();
        let content = Holder::load(&config.content);
        let labs = Labs::new(
            &config,
            "test".into(),
            store.clone(),
            clock.clone(),
            content.clone(),
        );
        let people = People::new(&config, &clock).unwrap();
        let submissions = Submissions::new(
            &config,
            "test",
            store.clone(),
            content.clone(),
            labs.clone(),
        );
        let sessions = session_cookie::layer(&store, &config.http).await.unwrap();
        let app = App::new(Parts {
            assets: Default::default(),
            pages: Default::default(),
            watching: false,
            config,
            clock: clock.clone(),
            store,
            content,
            labs,
            people,
            lti: Default::default(),
            submissions,
        });
        Self {
            router: router(app.clone(), sessions),
            app,
            clock,
            _folder: folder,
        }
    }

    /// The whole site, for requests that no [`Visitor`] makes.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Somebody with a browser of their own, not signed in.
    pub fn visitor(&self) -> Visitor<'_> {
        Visitor {
            site: self,
            cookie: None,
        }
    }

    /// A new person with this role, signed in.
    pub async fn person(&self, name: &str, role: Role) -> (AccountId, Visitor<'_>) {
        let account = self.app.store.create_guest().await.unwrap();
        sqlx::query(
            "INSERT INTO people (account, email, name, role, created_at) VALUES (?, ?, ?, ?, 0)",
        )
        .bind(account.to_string())
        .bind(format!("{name}@example.edu"))
        .bind(name)
        .bind(role.word())
        .execute(self.app.store.pool())
        .await
        .unwrap();
        (account, self.signed_in(account).await)
    }

    /// A browser in which this account is signed in.
    pub async fn signed_in(&self, account: AccountId) -> Visitor<'_> {
        let session = self.session();
        crate::access::begin(&self.app, &session, account)
            .await
            .unwrap();
        self.browser(&session).await
    }

    /// A new guest.
    pub async fn guest(&self) -> (AccountId, Visitor<'_>) {
        let account = self.app.store.create_guest().await.unwrap();
        let session = self.session();
        crate::access::remember(&session, account).await;
        (account, self.browser(&session).await)
    }

    fn session(&self) -> Session {
        let store = SqliteStore::new(self.app.store.pool().clone());
        Session::new(None, std::sync::Arc::new(store), None)
    }

    async fn browser(&self, session: &Session) -> Visitor<'_> {
        session.save().await.unwrap();
        let id = session.id().unwrap();
        Visitor {
            site: self,
            cookie: Some(format!("{COOKIE}={id}")),
        }
    }

    /// A class of the course `docker` with one instructor and these students.
    pub async fn class(&self, instructor: AccountId, students: &[AccountId]) -> ClassId {
        let class = ClassId::fresh();
        let pool = self.app.store.pool();
        sqlx::query("INSERT INTO classes (id, course, title, join_code, created_at) VALUES (?1, 'docker', 'A class', ?1, 0)")
            .bind(class.to_string())
            .execute(pool)
            .await
            .unwrap();
        let members = std::iter::once((instructor, "instructor"))
            .chain(students.iter().map(|student| (*student, "student")));
        for (account, role) in members {
            sqlx::query(
                "INSERT INTO members (class, account, role, joined_at) VALUES (?, ?, ?, 0)",
            )
            .bind(class.to_string())
            .bind(account.to_string())
            .bind(role)
            .execute(pool)
            .await
            .unwrap();
        }
        class
    }
}

/// A browser: it keeps the session cookie.
pub struct Visitor<'a> {
    site: &'a Site,
    cookie: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// Where it redirects to.
    pub location: Option<String>,
    /// Every header.
    pub headers: http::HeaderMap,
    /// The body as text.
    pub text: String,
}

impl Visitor<'_> {
    /// The session cookie.
    pub fn cookie(&self) -> Option<String> {
        self.cookie.clone()
    }

    /// Sends this session cookie from now on.
    pub fn set_cookie(&mut self, cookie: Option<String>) {
        self.cookie = cookie;
    }

    /// Follows a link.
    pub async fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, None, "").await
    }

    /// Fetches bytes.
    pub async fn download(&mut self, path: &str) -> Vec<u8> {
        let request = self.request("GET", path, None, "");
        let response = self.site.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        to_bytes(response.into_body(), REPLY).await.unwrap().into()
    }

    /// Sends a form.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.send(
            "POST",
            path,
            Some("application/x-www-form-urlencoded"),
            &body,
        )
        .await
    }

    /// Asks only whether this would be let in; why not, if not.
    pub async fn knock(&mut self, method: &str, path: &str) -> Option<Denied> {
        let mut request = self.request(method, path, None, "");
        request.extensions_mut().insert(Knock);
        let response = self.site.router.clone().oneshot(request).await.unwrap();
        let extensions = response.extensions();
        let denied = extensions.get::<Denied>().copied();
        assert!(
            denied.is_some() || extensions.get::<Knock>().is_some(),
            "{method} {path} has no guard: {response:?}"
        );
        denied
    }

    /// Sends anything.
    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        media_type: Option<&str>,
        body: &str,
    ) -> Reply {
        let request = self.request(method, path, media_type, body);
        let response = self.site.router.clone().oneshot(request).await.unwrap();
        self.keep_cookie(&response);
        let (parts, body) = response.into_parts();
        // A stream of events has no end.
        let endless = parts
            .headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind == "text/event-stream");
        let bytes = if endless {
            Default::default()
        } else {
            to_bytes(body, REPLY).await.unwrap()
        };
        Reply {
            status: parts.status,
            location: parts
                .headers
                .get(header::LOCATION)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned),
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    fn request(
        &self,
        method: &str,
        path: &str,
        media_type: Option<&str>,
        body: &str,
    ) -> Request<Body> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "drydock.example")
            .header(header::ACCEPT, "text/html");
        if let Some(media_type) = media_type {
            request = request.header(header::CONTENT_TYPE, media_type);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let mut request = request.body(Body::from(body.to_owned())).unwrap();
        request
            .extensions_mut()
            .insert(ConnectInfo(std::net::SocketAddr::from(([127, 0, 0, 1], 9))));
        request
    }

    fn keep_cookie(&mut self, response: &Response) {
        for value in response.headers().get_all(header::SET_COOKIE) {
            let pair = value.to_str().unwrap().split(';').next().unwrap();
            if let Some((name, value)) = pair.split_once('=')
                && name == COOKIE
            {
                self.cookie = (!value.is_empty()).then(|| pair.to_owned());
            }
        }
    }
}
