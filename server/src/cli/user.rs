//! `drydock user`: accounts without the site, for the first day and for when nobody can sign in.

use std::io::{BufRead as _, IsTerminal as _};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{Subcommand, ValueEnum};

use crate::access::Role;
use crate::clock::Clock;
use crate::config::Config;
use crate::people::{Passwords, fields};
use crate::store::{Credentials, Kept, LINK, Store};

/// Accounts of people.
#[derive(Debug, Subcommand)]
pub enum User {
    /// Make an account and print the link with which its owner sets a password.
    Add {
        /// E-mail address, to sign in with.
        email: String,
        /// Name as others see it.
        #[arg(long)]
        name: String,
        /// What they may do.
        #[arg(long, value_enum, default_value = "student")]
        role: RoleName,
    },
    /// Print who there is.
    List {
        /// Part of a name or an address.
        #[arg(default_value = "")]
        search: String,
    },
    /// Change what somebody may do.
    Role {
        /// Whose.
        email: String,
        /// What they may do from now on.
        #[arg(value_enum)]
        role: RoleName,
    },
    /// Set a password: asked for, or read from standard input. Ends every session of theirs.
    Passwd {
        /// Whose.
        email: String,
    },
    /// Print a one-time link to set a password, good for 7 days.
    Link {
        /// Whose.
        email: String,
    },
    /// Delete an account with all its work. Labs of theirs that run are ended within the hour.
    Delete {
        /// Whose.
        email: String,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
}

/// What somebody may do.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RoleName {
    /// Learns.
    Student,
    /// Makes classes.
    Instructor,
    /// Runs the installation.
    Operator,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Student => Self::Student,
            RoleName::Instructor => Self::Instructor,
            RoleName::Operator => Self::Operator,
        }
    }
}

/// People printed at once.
const LISTED: u32 = 10_000;

impl User {
    pub async fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let store = Store::open(&config.data, Clock::default()).await?;
        match self {
            Self::Add { email, name, role } => {
                let email = fields::email(&email).map_err(anyhow::Error::msg)?;
                let name = fields::name(&name).map_err(anyhow::Error::msg)?;
                let made = store.create_person(&name, Some(&email), role.into());
                let Some(account) = made.await? else {
                    bail!("there is an account for {email} already; `drydock user list` shows it");
                };
                let token = store.make_password_link(account, None, LINK).await?;
                println!("{}/password/{token}", config.http.base());
                eprintln!("Give {name} this link. It sets the password, once, within 7 days.");
            }
            Self::List { search } => {
                let (people, count) = store.people(&search, 0, LISTED).await?;
                for person in &people {
                    let email = person.email.as_deref().unwrap_or("-");
                    println!("{:<10} {email:<40} {}", person.role.word(), person.name);
                }
                eprintln!("{count} found");
            }
            Self::Role { email, role } => {
                let person = find(&store, &email).await?;
                kept(store.set_role(person.account, role.into()).await?)?;
                eprintln!("{} is {} now", person.name, Role::from(role).with_article());
            }
            Self::Passwd { email } => {
                let person = find(&store, &email).await?;
                let typed = read_password()?;
                let password = fields::new_password(&typed, Some(&email), &person.name);
                let password = password.map_err(anyhow::Error::msg)?;
                let hash = Passwords::default().hash(password).await?;
                store.set_password(person.account, &hash).await?;
                eprintln!(
                    "{} has a new password and is signed out everywhere",
                    person.name
                );
            }
            Self::Link { email } => {
                let person = find(&store, &email).await?;
                let token = store.make_password_link(person.account, None, LINK).await?;
                println!("{}/password/{token}", config.http.base());
                eprintln!(
                    "Give {} this link. It sets the password, once, within 7 days.",
                    person.name
                );
            }
            Self::Delete { email, yes } => {
                let person = find(&store, &email).await?;
                if !yes {
                    eprint!(
                        "Type the address again to delete {} with all work: ",
                        person.name
                    );
                    let again = read_line()?;
                    if !again.trim().eq_ignore_ascii_case(&email) {
                        bail!("not the same address; nothing was deleted");
                    }
                }
                kept(store.delete_person(person.account).await?)?;
                eprintln!("{} is deleted", person.name);
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn find(store: &Store, email: &str) -> anyhow::Result<Credentials> {
    let found = store.person_by_email(email.trim()).await?;
    found.with_context(|| {
        format!("there is no account for {email}; `drydock user list` shows who there is")
    })
}

fn kept(done: Result<(), Kept>) -> anyhow::Result<()> {
    match done {
        Ok(()) => Ok(()),
        Err(Kept::Missing) => bail!("the account is gone"),
        Err(Kept::LastOperator) => {
            bail!("this is the only operator: make another one first (`drydock user role`)")
        }
    }
}

fn read_line() -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line)
}

fn read_password() -> anyhow::Result<String> {
    if std::io::stdin().is_terminal() {
        return Ok(rpassword::prompt_password("New password: ")?);
    }
    Ok(read_line()?.trim_end_matches(['\r', '\n']).to_owned())
}
