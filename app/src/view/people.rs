//! Pages of accounts.

use super::Form;

/// A page that is one form, or says one thing.
#[derive(Debug, Clone, Default)]
pub struct FormPage {
    /// Its heading.
    pub title: String,
    /// What to know first, by paragraphs.
    pub lead: Vec<String>,
    /// A line to be copied, such as a link that is shown once.
    pub copy: Option<String>,
    /// What is asked for.
    pub form: Option<Form>,
    /// Where else to go.
    pub links: Vec<PageLink>,
}

/// A way on.
#[derive(Debug, Clone, Default)]
pub struct PageLink {
    /// What stands before it.
    pub before: String,
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub text: String,
    /// Whether it looks like a button.
    pub button: bool,
}

impl PageLink {
    /// A link in a sentence.
    #[must_use]
    pub fn new(before: &str, href: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            before: before.to_owned(),
            href: href.into(),
            text: text.into(),
            button: false,
        }
    }

    /// A link that looks like a button.
    #[must_use]
    pub fn button(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            button: true,
            ..Self::new("", href, text)
        }
    }
}

/// Somebody's own account.
#[derive(Debug, Clone, Default)]
pub struct AccountPage {
    /// E-mail address, if they sign in with one.
    pub email: Option<String>,
    /// `student`, `instructor` or `operator`.
    pub role: &'static str,
    /// Changes the name.
    pub name: Form,
    /// Changes the password, if there is one.
    pub password: Option<Form>,
    /// What there is to say of signing in elsewhere, and the form that begins or ends it.
    pub elsewhere: Option<(String, Option<Form>)>,
    /// What there is to say of each learning platform that leads here, and the form that ends it.
    pub platforms: Vec<(String, Option<Form>)>,
}

/// Everybody with an account.
#[derive(Debug, Clone, Default)]
pub struct PeoplePage {
    /// What was searched for.
    pub search: String,
    /// Those on this page.
    pub people: Vec<PersonLine>,
    /// How many were found.
    pub count: u32,
    /// Address of the page before and behind this one.
    pub previous: Option<String>,
    /// Address of the page behind this one.
    pub next: Option<String>,
}

/// Somebody in a list.
#[derive(Debug, Clone, Default)]
pub struct PersonLine {
    /// Address of their page.
    pub href: String,
    /// Shown name.
    pub name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// `student`, `instructor` or `operator`.
    pub role: &'static str,
    /// When the account was made, as a date.
    pub since: String,
    /// When they were last seen, as a date.
    pub seen: String,
}

/// Somebody, as operators see them.
#[derive(Debug, Clone, Default)]
pub struct PersonPage {
    /// Who it is.
    pub person: PersonLine,
    /// Changes what they may do.
    pub role: Form,
    /// Makes a link to set the password.
    pub link: Form,
    /// Deletes the account.
    pub delete: Form,
}
