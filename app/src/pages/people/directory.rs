//! Everybody with an account, for operators.

use leptos::prelude::*;

use super::head;
use crate::pages::forms::{empty, form};
use crate::pages::layout::document;
use crate::view::{PeoplePage, PersonLine, PersonPage, Shell};

/// Renders the list of people.
#[must_use]
pub fn people(shell: &Shell, page: PeoplePage) -> String {
    document(shell, head("People", "people"), || {
        let found = match (page.count, page.search.is_empty()) {
            (1, true) => "One account.".to_owned(),
            (count, true) => format!("{count} accounts."),
            (count, false) => format!("{count} found."),
        };
        let list = if page.people.is_empty() {
            empty(
                "Nobody was found",
                "Look for a part of a name or of an e-mail address. People get an account when they sign up, \
                 when an instructor imports a roster, or by `drydock user add`.",
                Some(("/people".to_owned(), "Show everybody".to_owned())),
            )
            .into_any()
        } else {
            table(page.people).into_any()
        };
        let turn = |href: Option<String>, rel: &'static str, text: &'static str| {
            href.map(|href| {
                view! {
                    <a class="button" rel=rel href=href>
                        {text}
                    </a>
                }
            })
        };
        view! {
            <header class="page-head">
                <h1>"People"</h1>
                <form class="search-form" role="search" method="get" action="/people">
                    <label for="q">"Part of a name or an e-mail address"</label>
                    <div class="search-line">
                        <input class="field" id="q" name="q" r#type="search" maxlength="100" value=page.search />
                        <button class="button primary" r#type="submit">
                            "Search"
                        </button>
                    </div>
                </form>
                <p>
                    {found} " People of learning platforms come by themselves, see " <a href="/platforms">"Platforms"</a> "."
                </p>
            </header>
            {list}
            <nav class="form-actions" aria-label="Pages">
                {turn(page.previous, "prev", "Before")} {turn(page.next, "next", "More")}
            </nav>
        }
    })
}

fn table(people: Vec<PersonLine>) -> impl IntoView {
    let rows = people
        .into_iter()
        .map(|person| {
            view! {
                <tr>
                    <th scope="row">
                        <a href=person.href>{person.name}</a>
                    </th>
                    <td>{person.email}</td>
                    <td>
                        <span class="badge">{person.role}</span>
                    </td>
                    <td>{person.since}</td>
                    <td>{person.seen}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label="People">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"E-mail"</th>
                        <th scope="col">"Role"</th>
                        <th scope="col">"Since"</th>
                        <th scope="col">"Last seen"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// Renders somebody's page for operators.
#[must_use]
pub fn person(shell: &Shell, page: PersonPage) -> String {
    document(shell, head(&page.person.name.clone(), "people"), || {
        let PersonPage {
            person,
            role,
            link,
            delete,
        } = page;
        view! {
            <header class="page-head">
                <p>
                    <a href="/people">"People"</a>
                </p>
                <h1>{person.name}</h1>
                <dl class="facts">
                    <dt>"E-mail"</dt>
                    <dd>{person.email.unwrap_or_else(|| "none: signs in elsewhere only".to_owned())}</dd>
                    <dt>"Account since"</dt>
                    <dd>{person.since}</dd>
                    <dt>"Last seen"</dt>
                    <dd>{person.seen}</dd>
                </dl>
            </header>
            <section class="form-section" aria-labelledby="role">
                <h2 id="role">"Role"</h2>
                {form(role)}
            </section>
            <section class="form-section" aria-labelledby="link">
                <h2 id="link">"Password"</h2>
                <p>
                    "A one-time link to set a new password. Give it to nobody else: who has it can sign in as this person."
                </p>
                {form(link)}
            </section>
            <section class="form-section" aria-labelledby="delete">
                <h2 id="delete">"Delete"</h2>
                <p>"Deletes the account with all progress, submissions and grades. This cannot be undone."</p>
                {form(delete)}
            </section>
        }
    })
}
