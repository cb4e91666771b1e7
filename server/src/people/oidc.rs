//! Signing in with an OpenID Connect provider: authorization code with PKCE, state and nonce.
//!
//! ```text
//! begin ──→ address of the provider, and what to remember in the web session (Pending)
//!             … the person signs in there and comes back with a code …
//! finish ─→ code for an ID token ─→ signature, issuer, audience, nonce, time ─→ Known
//! ```

use std::future::Future;
use std::io;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow, bail};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreIdTokenClaims, CoreProviderMetadata,
};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    TokenResponse as _,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::secret;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::ids::AccountId;
use crate::lti::fetch::Fetch;

/// How long somebody may take to sign in there, in seconds.
const WAITS: i64 = 10 * 60;
/// How long what the provider says of itself, its keys included, is believed.
const METADATA: Duration = Duration::from_secs(60 * 60);
/// Largest reply, in bytes.
const REPLY: usize = 1024 * 1024;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What the web session remembers while somebody signs in elsewhere.
#[derive(Debug, Serialize, Deserialize)]
pub struct Pending {
    state: String,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
    /// Unix seconds.
    at: i64,
    /// Where to go on afterwards.
    pub next: String,
    /// The person whose account gets the identity; nobody's if it is signed in with.
    pub link: Option<AccountId>,
}

/// Who somebody is to the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The provider.
    pub issuer: String,
    /// What it calls them, for ever.
    pub subject: String,
    /// Their name, if the provider says.
    pub name: Option<String>,
    /// Their address, if the provider has made sure that it is theirs.
    pub email: Option<String>,
}

/// Why somebody could not sign in.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The answer belongs to no question of ours, or came too late.
    #[error("This sign-in was begun too long ago, or in another browser. Begin it again.")]
    Stale,
    /// The provider cannot be reached, refuses the code, or sent what is not believed.
    #[error("The provider could not be asked, or its answer is not to be trusted.")]
    Provider(#[source] anyhow::Error),
}

/// The provider.
#[derive(Debug)]
pub struct Oidc {
    config: config::Oidc,
    redirect: RedirectUrl,
    clock: Clock,
    fetch: Fetch,
    metadata: Mutex<Option<(Instant, CoreProviderMetadata)>>,
}

impl Oidc {
    /// The configured provider, if there is one. It is not asked anything yet.
    ///
    /// # Errors
    /// When this site's own address makes no sense.
    pub fn new(config: &Config, clock: &Clock) -> anyhow::Result<Option<Self>> {
        let Some(oidc) = &config.oidc else {
            return Ok(None);
        };
        Ok(Some(Self {
            redirect: RedirectUrl::new(format!("{}/oidc/callback", config.http.base()))?,
            config: oidc.clone(),
            clock: clock.clone(),
            fetch: Fetch::default(),
            metadata: Mutex::default(),
        }))
    }

    /// The issuer, as identities have it.
    pub fn issuer(&self) -> &str {
        &self.config.issuer
    }

    /// What people call the provider.
    pub fn label(&self) -> &str {
        &self.config.label
    }

    /// Where to send somebody, and what to remember until they are back.
    ///
    /// # Errors
    /// When the provider cannot be reached within some seconds.
    pub async fn begin(
        &self,
        next: String,
        link: Option<AccountId>,
    ) -> Result<(String, Pending), Error> {
        let client = self.client(false).await.map_err(Error::Provider)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (address, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("email".into()))
            .add_scope(Scope::new("profile".into()))
            .set_pkce_challenge(challenge)
            .url();
        let pending = Pending {
            state: state.into_secret(),
            nonce,
            verifier,
            at: self.clock.seconds(),
            next,
            link,
        };
        Ok((address.into(), pending))
    }

    /// Whether an answer with this state belongs to the question.
    pub fn answers(&self, pending: &Pending, state: &str) -> bool {
        self.clock.seconds() - pending.at < WAITS
            && secret::digest(&pending.state) == secret::digest(state)
    }

    /// Who the code stands for.
    ///
    /// # Errors
    /// [`Error::Provider`], with why in its source.
    pub async fn finish(&self, pending: Pending, code: String) -> Result<Known, Error> {
        self.exchange(pending, code).await.map_err(Error::Provider)
    }

    async fn exchange(&self, pending: Pending, code: String) -> anyhow::Result<Known> {
        let client = self.client(false).await?;
        let send = |request| self.send(request);
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .context("the provider names no token endpoint")?
            .set_pkce_verifier(pending.verifier)
            .request_async(&send)
            .await
            .context("the provider does not take the code")?;
        let token = tokens.id_token().context("no ID token came")?;
        let client = match verify(&client, token, &pending.nonce) {
            // The provider may have changed its keys since they were read.
            Err(ClaimsVerificationError::SignatureVerification(_)) => self.client(true).await?,
            _ => client,
        };
        let claims = verify(&client, token, &pending.nonce).context("the ID token is not good")?;
        if let Some(expected) = claims.access_token_hash() {
            let verifier = client.id_token_verifier();
            let actual = AccessTokenHash::from_token(
                tokens.access_token(),
                token.signing_alg()?,
                token.signing_key(&verifier)?,
            )?;
            if actual != *expected {
                bail!("the access token belongs to another ID token");
            }
        }
        let verified = claims.email_verified() == Some(true);
        let email = claims.email().filter(|_| verified);
        let name = claims.name().and_then(|names| names.get(None));
        let name = name.map(|name| name.to_string());
        let short = claims.preferred_username().map(|name| name.to_string());
        Ok(Known {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            name: name.or(short),
            email: email.map(|email| email.to_string()),
        })
    }

    async fn client(&self, fresh: bool) -> anyhow::Result<Client> {
        let mut known = self.metadata.lock().await;
        let metadata = match known.as_ref() {
            Some((at, metadata)) if !fresh && at.elapsed() < METADATA => metadata.clone(),
            _ => {
                let issuer = IssuerUrl::new(self.config.issuer.clone())?;
                let send = |request| self.send(request);
                let metadata = CoreProviderMetadata::discover_async(issuer, &send)
                    .await
                    .context("the provider does not say what it is")?;
                *known = Some((Instant::now(), metadata.clone()));
                metadata
            }
        };
        drop(known);
        let secret = self.config.client_secret.clone().map(ClientSecret::new);
        let id = ClientId::new(self.config.client_id.clone());
        Ok(CoreClient::from_provider_metadata(metadata, id, secret)
            .set_redirect_uri(self.redirect.clone()))
    }

    /// Sends a request: no redirects, deadlines, a reply of bounded size.
    fn send(
        &self,
        request: HttpRequest,
    ) -> impl Future<Output = io::Result<HttpResponse>> + Send + use<> {
        let fetch = self.fetch.clone();
        async move {
            let request = reqwest::Request::try_from(request).map_err(io::Error::other)?;
            let client = fetch.client().map_err(io::Error::other)?;
            let mut reply = client.execute(request).await.map_err(io::Error::other)?;
            let (mut status, mut body) =
                (http::Response::builder().status(reply.status()), Vec::new());
            for (name, value) in reply.headers() {
                status = status.header(name, value);
            }
            while let Some(chunk) = reply.chunk().await.map_err(io::Error::other)? {
                if body.len() + chunk.len() > REPLY {
                    return Err(io::Error::other("the reply is too long"));
                }
                body.extend_from_slice(&chunk);
            }
            status.body(body).map_err(io::Error::other)
        }
    }
}

fn verify<'a>(
    client: &Client,
    token: &'a CoreIdToken,
    nonce: &Nonce,
) -> Result<&'a CoreIdTokenClaims, ClaimsVerificationError> {
    token.claims(&client.id_token_verifier(), nonce)
}

/// An error with its causes, for the log.
pub fn chain(error: &Error) -> String {
    match error {
        Error::Stale => error.to_string(),
        Error::Provider(source) => format!("{:#}", anyhow!("{source:#}")),
    }
}
