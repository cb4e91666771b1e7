//! Somebody's own account.

use leptos::prelude::*;

use super::head;
use crate::pages::forms::{button, form};
use crate::pages::layout::document;
use crate::view::{AccountPage, Shell};

/// Renders the page on which people change their account.
#[must_use]
pub fn account(shell: &Shell, page: AccountPage) -> String {
    document(shell, head("Your account", "people"), || {
        let AccountPage {
            email,
            role,
            name,
            password,
            elsewhere,
            platforms,
        } = page;
        let email = email.map(|email| {
            view! {
                <dt>"E-mail"</dt>
                <dd>{email}</dd>
            }
        });
        let password = match password {
            Some(it) => form(it).into_any(),
            None => view! {
                <p>"You have no password here. To get one, ask for a link to set it, by mail or from an operator: "
                    <a href="/forgot">"set a password"</a> "."
                </p>
            }
            .into_any(),
        };
        let elsewhere = elsewhere.map(|(text, it)| {
            let body = view! {
                <p>{text}</p>
                {it.map(form)}
            };
            section("elsewhere", "Signing in elsewhere", body)
        });
        let platforms = (!platforms.is_empty()).then(|| {
            let body = platforms
                .into_iter()
                .map(|(text, it)| {
                    view! {
                        <p>{text}</p>
                        {it.map(form)}
                    }
                })
                .collect_view();
            section("platforms", "Learning platforms", body)
        });
        let sessions = view! {
            <p>"If you forgot to sign out somewhere, end your sessions in all other browsers."</p>
            <div class="form-actions">
                {button("/sign-out".to_owned(), "Sign out".to_owned(), Vec::new(), false)}
                {button("/account/sign-out-everywhere".to_owned(), "Sign out everywhere else".to_owned(), Vec::new(), false)}
            </div>
        };
        let data = view! {
            <p>
                "Everything that is stored about you, as a zip archive: account, progress, lab sessions, what you "
                "handed in with its files, grades and comments."
            </p>
            <p class="form-actions">
                <a class="button" href="/account/export" download="">
                    "Download your data"
                </a>
                <a class="button danger" href="/account/delete">
                    "Delete your account…"
                </a>
            </p>
        };
        view! {
            <header class="page-head">
                <h1>"Your account"</h1>
                <dl class="facts">
                    {email} <dt>"Role"</dt> <dd>{role}</dd>
                </dl>
            </header>
            {section("name", "Name", form(name))}
            {section("password", "Password", password)}
            {elsewhere}
            {platforms}
            {section("sessions", "Sessions", sessions)}
            {section("data", "Your data", data)}
        }
    })
}

fn section(id: &'static str, title: &'static str, body: impl IntoView) -> impl IntoView {
    view! {
        <section class="form-section" aria-labelledby=id>
            <h2 id=id>{title}</h2>
            {body}
        </section>
    }
}
