//! What an operator can set: defaults < `drydock.toml` < `DRYDOCK_*` environment < flags.
//!
//! One section, one file. A bad value stops the start with its name. In the environment a section
//! and its key are joined by two underscores: `DRYDOCK_HTTP__LISTEN`.

mod accounts;
mod grading;
mod http;
mod labs;
mod mail;
mod oidc;
mod sandbox;

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

pub use self::accounts::Accounts;
pub use self::grading::Grading;
pub use self::http::Http;
pub use self::labs::Labs;
pub use self::mail::Mail;
pub use self::oidc::Oidc;
pub use self::sandbox::Sandbox;

/// The whole configuration.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the database and terminal records are kept.
    pub data: PathBuf,
    /// The content folder.
    pub content: PathBuf,
    /// What the browser loads, as `scripts/assets.sh` builds it.
    pub assets: PathBuf,
    /// Log filter, in `tracing`'s syntax.
    pub log: String,
    /// The web side.
    pub http: Http,
    /// Accounts.
    pub accounts: Accounts,
    /// Letters that the site sends, if it sends any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<Mail>,
    /// Signing in elsewhere, if there is that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc: Option<Oidc>,
    /// Lab sessions.
    pub labs: Labs,
    /// Grading of submissions.
    pub grading: Grading,
    /// Sandboxes and the engine that they run on.
    pub sandbox: Sandbox,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: "data".into(),
            content: "content".into(),
            assets: "dist/assets".into(),
            log: "info".into(),
            http: Http::default(),
            accounts: Accounts::default(),
            mail: None,
            oidc: None,
            labs: Labs::default(),
            grading: Grading::default(),
            sandbox: Sandbox::default(),
        }
    }
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A key is unknown or a value has the wrong form.
    #[error(
        "the configuration cannot be used: {0}\n  `drydock config` lists every key with its default"
    )]
    Read(Box<figment::Error>),
    /// A value has the right form but makes no sense.
    #[error("the configuration cannot be used: `{key}` is {found}; {expected}")]
    Value {
        /// The key, with its section.
        key: &'static str,
        /// What was found.
        found: String,
        /// What was expected.
        expected: &'static str,
    },
}

impl Config {
    /// Reads `file` (if it is there), then the environment, then `flags`.
    ///
    /// # Errors
    /// On unknown keys and on values of the wrong form or out of range.
    pub fn load(file: &Path, flags: impl Serialize) -> Result<Self, Error> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if file.exists() {
            figment = figment.merge(Toml::file_exact(file));
        }
        let config: Self = figment
            .merge(Env::prefixed("DRYDOCK_").ignore(&["images"]).split("__"))
            .merge(Serialized::defaults(flags))
            .extract()
            .map_err(|error| Error::Read(Box::new(error)))?;
        config.http.validate()?;
        config.accounts.validate()?;
        let public = config.http.public_url.is_some();
        if let Some(mail) = &config.mail {
            mail.validate(public)?;
        }
        if let Some(oidc) = &config.oidc {
            oidc.validate(public)?;
        }
        config.labs.validate()?;
        config.grading.validate()?;
        config.sandbox.validate()?;
        Ok(config)
    }

    /// The effective configuration as TOML, in which nothing is secret: secrets are shown as `"***"`.
    pub fn to_toml(&self) -> String {
        let mut shown = self.clone();
        shown.sandbox.engine = shown.sandbox.engine.map(|address| redact(&address));
        if let Some(mail) = &mut shown.mail {
            mail.server = redact(&mail.server);
        }
        if let Some(secret) = shown
            .oidc
            .as_mut()
            .and_then(|oidc| oidc.client_secret.as_mut())
        {
            "***".clone_into(secret);
        }
        toml::to_string(&shown).unwrap_or_else(|error| format!("# cannot be shown: {error}\n"))
    }
}

/// Takes a password out of an address.
fn redact(address: &str) -> String {
    match url::Url::parse(address) {
        Ok(mut url) if url.password().is_some() => {
            let _ = url.set_password(Some("***"));
            url.to_string()
        }
        _ => address.to_owned(),
    }
}

/// Fails unless `value` lies in `range`.
fn within<T: PartialOrd + std::fmt::Display>(
    key: &'static str,
    value: T,
    range: std::ops::RangeInclusive<T>,
    expected: &'static str,
) -> Result<(), Error> {
    if range.contains(&value) {
        Ok(())
    } else {
        Err(Error::Value {
            key,
            found: value.to_string(),
            expected,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(toml: &str) -> Result<Config, Error> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("drydock.toml");
        std::fs::write(&file, toml).unwrap();
        Config::load(&file, serde_json::json!({}))
    }

    #[test]
    fn an_empty_file_gives_the_defaults() {
        assert_eq!(load("").unwrap(), Config::default());
    }

    #[test]
    fn an_unknown_key_stops_the_start_and_is_named() {
        let error = load("[http]\nlistn = \"127.0.0.1:1\"")
            .unwrap_err()
            .to_string();
        assert!(error.contains("listn"), "{error}");
    }

    #[test]
    fn a_value_out_of_range_names_its_key() {
        let error = load("[labs]\nminutes = 0").unwrap_err().to_string();
        assert!(
            error.contains("labs.minutes") && error.contains('0'),
            "{error}"
        );
    }

    #[test]
    fn a_password_in_an_engine_address_is_not_shown() {
        let config = load("[sandbox]\nengine = \"tcp://me:hush@10.0.0.1:2376\"").unwrap();
        let shown = config.to_toml();
        assert!(
            !shown.contains("hush") && shown.contains("10.0.0.1"),
            "{shown}"
        );
    }

    #[test]
    fn secrets_of_mail_and_of_the_provider_are_not_shown() {
        let config = load(
            "[http]\npublic_url = \"https://learn.example.edu\"\n\
             [mail]\nserver = \"smtps://me:hush@mail.example.edu\"\nfrom = \"me@example.edu\"\n\
             [oidc]\nissuer = \"https://id.example.edu/\"\nclient_id = \"drydock\"\nclient_secret = \"hush\"",
        );
        let shown = config.unwrap().to_toml();
        assert!(!shown.contains("hush"), "{shown}");
        assert!(shown.contains("mail.example.edu") && shown.contains("drydock"));
        assert!(load(&shown).is_ok(), "{shown}");
    }

    #[test]
    fn links_in_letters_and_back_from_the_provider_need_an_address() {
        let mail = "[mail]\nserver = \"smtp://127.0.0.1\"\nfrom = \"me@example.edu\"";
        let oidc = "[oidc]\nissuer = \"https://id.example.edu\"\nclient_id = \"drydock\"";
        for section in [mail, oidc] {
            let error = load(section).unwrap_err().to_string();
            assert!(error.contains("http.public_url"), "{error}");
        }
        let open = oidc.replace("https", "http");
        let error = load(&format!(
            "[http]\npublic_url = \"https://x.example\"\n{open}"
        ));
        let error = error.unwrap_err().to_string();
        assert!(error.contains("oidc.issuer"), "{error}");
    }

    #[test]
    fn what_is_shown_can_be_read_again() {
        assert_eq!(
            load(&Config::default().to_toml()).unwrap(),
            Config::default()
        );
    }
}
