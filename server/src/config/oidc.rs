//! `[oidc]`: signing in with an OpenID Connect provider. Without this section there is none.

use serde::{Deserialize, Serialize};

use super::Error;

/// An OpenID Connect provider.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    /// The provider's issuer; `/.well-known/openid-configuration` is looked up below it. `http` is
    /// taken for this machine's own addresses only. Compared letter by letter with what the provider says.
    pub issuer: String,
    /// What the provider calls this site. The address to register there is
    /// `{http.public_url}/oidc/callback`.
    pub client_id: String,
    /// The secret that goes with it; absent for a public client. It is not shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// What people call the provider: "Sign in with …".
    #[serde(default = "label")]
    pub label: String,
}

fn label() -> String {
    "your institution".to_owned()
}

impl Oidc {
    pub(super) fn validate(&self, public: bool) -> Result<(), Error> {
        let issuer = url::Url::parse(&self.issuer).ok();
        let here = match issuer.as_ref().and_then(url::Url::host) {
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            Some(url::Host::Domain(name)) => name == "localhost",
            None => false,
        };
        let safe = issuer.is_some_and(|issuer| {
            (issuer.scheme() == "https" || (issuer.scheme() == "http" && here))
                && issuer.query().is_none()
                && issuer.fragment().is_none()
        });
        if !safe {
            return Err(Error::Value {
                key: "oidc.issuer",
                found: format!("`{}`", self.issuer),
                expected: "expected an address that begins with https:// and has no `?` or `#`",
            });
        }
        if !public {
            return Err(Error::Value {
                key: "oidc.issuer",
                found: "set".to_owned(),
                expected: "the provider sends people back to this site: set `http.public_url` too",
            });
        }
        Ok(())
    }
}
