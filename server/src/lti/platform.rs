//! A learning platform as an operator registers it.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::fetch;
use crate::ids::PlatformId;

/// Longest name, in characters.
const NAME: usize = 100;
/// Longest issuer, client id, deployment id or address, in characters.
const TEXT: usize = 500;

/// A registered platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// Its id here.
    pub id: PlatformId,
    /// What it is and who may send people.
    pub registration: Registration,
}

/// What an operator says about a platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// What people call it.
    pub name: String,
    /// Who signs: `iss` of its messages.
    pub issuer: String,
    /// Who we are to it: `aud` of its messages.
    pub client_id: String,
    /// Which of its installations of us.
    pub deployment: String,
    /// Where a browser goes for a message.
    pub auth_url: Url,
    /// Where we get a token to tell scores.
    pub token_url: Url,
    /// Its public keys.
    pub jwks_url: Url,
}

/// What was typed, by field name: `name`, `issuer`, `client_id`, `deployment`, `auth_url`,
/// `token_url`, `jwks_url`.
pub type Typed = BTreeMap<&'static str, String>;

/// The fields of a registration, in the order of the form.
pub const FIELDS: [&str; 7] = [
    "name",
    "issuer",
    "client_id",
    "deployment",
    "auth_url",
    "token_url",
    "jwks_url",
];

impl Registration {
    /// Reads what was typed.
    ///
    /// # Errors
    /// What is wrong, by field.
    pub fn read(typed: &Typed) -> Result<Self, BTreeMap<&'static str, String>> {
        let mut errors = BTreeMap::new();
        let mut text = |field: &'static str, most: usize, what: &str| {
            let text = typed.get(field).map_or("", |text| text.trim()).to_owned();
            if text.is_empty() {
                errors.insert(field, format!("Enter {what}."));
            } else if text.chars().count() > most || text.contains(char::is_control) {
                errors.insert(field, format!("At most {most} characters on one line."));
            }
            text
        };
        let name = text("name", NAME, "a name by which people know the platform");
        let issuer = text("issuer", TEXT, "the platform's issuer");
        let client_id = text("client_id", TEXT, "the client id that the platform gave");
        let deployment = text(
            "deployment",
            TEXT,
            "the deployment id that the platform gave",
        );
        let mut url = |field: &'static str| {
            let typed = typed.get(field).map_or("", |text| text.trim());
            let read = match typed.chars().count() {
                0 => Err("Enter the address that the platform gave."),
                1..=TEXT => fetch::address(typed),
                _ => Err("This address is too long."),
            };
            read.map_err(|error| errors.insert(field, error.to_owned()))
                .ok()
        };
        let urls = (url("auth_url"), url("token_url"), url("jwks_url"));
        match urls {
            (Some(auth_url), Some(token_url), Some(jwks_url)) if errors.is_empty() => Ok(Self {
                name,
                issuer,
                client_id,
                deployment,
                auth_url,
                token_url,
                jwks_url,
            }),
            _ => Err(errors),
        }
    }

    /// Origins whose pages may frame what we show inside the platform: those of its addresses.
    pub fn origins(&self) -> BTreeSet<String> {
        let issuer = fetch::address(&self.issuer).ok();
        [&self.auth_url, &self.token_url, &self.jwks_url]
            .into_iter()
            .chain(issuer.as_ref())
            .map(|url| url.origin().ascii_serialization())
            .collect()
    }

    /// An address that a signed message names for the server to call: as [`fetch::address`], and this
    /// machine only for a platform that is on it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn service(&self, address: &str) -> Result<Url, &'static str> {
        let url = fetch::address(address)?;
        if fetch::is_loopback(&url) && !fetch::is_loopback(&self.token_url) {
            return Err("it names an address of the machine that Drydock runs on");
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> Typed {
        FIELDS
            .into_iter()
            .map(|field| {
                let value = if field.ends_with("_url") {
                    format!("https://moodle.example/{field}")
                } else {
                    format!(" {field} ")
                };
                (field, value)
            })
            .collect()
    }

    #[test]
    fn a_registration_is_read_and_trimmed() {
        let read = Registration::read(&typed()).unwrap();
        assert_eq!(read.issuer, "issuer");
        assert_eq!(read.token_url.as_str(), "https://moodle.example/token_url");
    }

    #[test]
    fn each_field_that_is_wrong_is_named() {
        assert_eq!(Registration::read(&Typed::new()).unwrap_err().len(), 7);
        let mut typed = typed();
        typed.insert("jwks_url", "http://10.0.0.1/keys".into());
        typed.insert("name", "x".repeat(101));
        let errors = Registration::read(&typed).unwrap_err();
        assert_eq!(
            errors.keys().copied().collect::<Vec<_>>(),
            ["jwks_url", "name"]
        );
    }

    #[test]
    fn only_a_platform_on_this_machine_may_have_us_call_this_machine() {
        let mut platform = Registration::read(&typed()).unwrap();
        assert!(
            platform
                .service("https://moodle.example/lineitems/1")
                .is_ok()
        );
        assert!(platform.service("http://127.0.0.1:9/lineitem").is_err());
        assert!(platform.service("https://localhost/lineitem").is_err());
        platform.token_url = Url::parse("http://127.0.0.1:8/token").unwrap();
        assert!(platform.service("http://127.0.0.1:9/lineitem").is_ok());
    }
}
