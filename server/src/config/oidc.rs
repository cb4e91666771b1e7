//! `[oidc]`: signing in with an OpenID Connect provider. Without this section there is none.

use serde::{Deserialize, Serialize};

use super::Error;

/// An OpenID Connect provider.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    /// The provider's issuer; `/.well-known/openid-configuration` is looked up below it. `http` is
    /// taken for this machine's own addresses only.
    pub issuer: url::Url,
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
        let here = match self.issuer.host() {
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            Some(url::Host::Domain(name)) => name == "localhost",
            None => false,
        };
        let safe = self.issuer.scheme() == "https" || (self.issuer.scheme() == "http" && here);
        if !safe || self.issuer.query().is_some() || self.issuer.fragment().is_some() {
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
