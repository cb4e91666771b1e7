//! Who is in a class, and bringing in many at once.

use leptos::prelude::*;

use super::page;
use crate::pages::forms::form;
use crate::view::{ImportPage, LinksPage, RosterLine, RosterPage, Shell};

/// Renders the roster of a class.
#[must_use]
pub fn roster(shell: &Shell, content: RosterPage) -> String {
    page(shell, content.class.clone(), "roster", "People", || {
        let RosterPage {
            class,
            people,
            problem,
            code,
            add,
            import,
        } = content;
        let archived = class.archived;
        let students = people.iter().any(|line| line.role == "Student");
        let none = (!students).then(|| {
            view! {
                <div class="empty">
                    <p class="empty-title">"No students yet"</p>
                    <p>"Give them the code " <code>{code}</code> ", or import them from a table below."</p>
                </div>
            }
        });
        let rows = people
            .into_iter()
            .map(|line| row(line, archived))
            .collect_view();
        let alert = problem.map(|problem| {
            view! {
                <div class="form-problems" role="alert">
                    <p>{problem}</p>
                </div>
            }
        });
        let deeds = (!archived).then(|| {
            view! {
                <p class="form-actions roster-deeds">
                    <span>"Who is ticked:"</span>
                    <button class="button" name="deed" value="links">
                        "Make password links"
                    </button>
                    <button class="button" name="deed" value="instructors">
                        "Make instructors"
                    </button>
                    <button class="button" name="deed" value="students">
                        "Make students"
                    </button>
                    <button class="button danger" name="deed" value="remove">
                        "Take out of the class"
                    </button>
                </p>
            }
        });
        let more = (!archived).then(|| {
            view! {
                <section class="class-section" aria-labelledby="import">
                    <h2 id="import">"Import from a table"</h2>
                    <p>
                        "A CSV file with the columns " <code>"name"</code> " and " <code>"email"</code>
                        ", as spreadsheet programs and student systems save it. Who has an account joins at once. Who has none gets one, and you get a link for each to set a password. You see what would happen before anything does."
                    </p>
                    {form(import)}
                </section>
                <section class="class-section" aria-labelledby="instructors">
                    <h2 id="instructors">"Add an instructor"</h2>
                    {form(add)}
                </section>
            }
        });
        view! {
            <header class="class-page-head class-page-head-row">
                <h1>"People"</h1>
                <p>
                    <a class="button" href=class.href("roster.csv")>
                        "Save as CSV"
                    </a>
                </p>
            </header>
            {none}
            <form class="roster" method="post" action=class.href("roster")>
                {alert}
                <div class="table-frame" tabindex="0" role="region" aria-label="People of the class">
                    <table class="table">
                        <thead>
                            <tr>
                                {(!archived).then(|| view! { <th scope="col"><span class="visually-hidden">"Chosen"</span></th> })}
                                <th scope="col">"Name"</th>
                                <th scope="col">"Email"</th>
                                <th scope="col">"Role"</th>
                                <th scope="col">"Since"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                {deeds}
            </form>
            {more}
        }
    })
}

fn row(line: RosterLine, archived: bool) -> impl IntoView {
    let tick = (!archived).then(|| {
        view! {
            <td>
                <input
                    class="roster-tick"
                    r#type="checkbox"
                    name="account"
                    value=line.account
                    aria-label=format!("Choose {}", line.name)
                />
            </td>
        }
    });
    let new = line
        .never_signed_in
        .then(|| view! { <span class="badge warn">"no password yet"</span> });
    view! {
        <tr>
            {tick}
            <th scope="row">{line.name} " " {new}</th>
            <td>{line.email}</td>
            <td>{line.role}</td>
            <td>{line.joined}</td>
        </tr>
    }
}

/// Renders what an import would do.
#[must_use]
pub fn import(shell: &Shell, content: ImportPage) -> String {
    page(shell, content.class.clone(), "roster", "Import", || {
        let ImportPage {
            class,
            new,
            known,
            there,
            bad,
            table,
        } = content;
        let coming = new.len() + known.len();
        let people = |count: usize| match count {
            1 => "1 person".to_owned(),
            count => format!("{count} people"),
        };
        let bad_rows = (!bad.is_empty()).then(|| {
            let count = bad.len();
            let rows = bad
                .into_iter()
                .map(|(line, row, problem)| {
                    view! {
                        <tr>
                            <td>{line}</td>
                            <td>{problem}</td>
                            <td><code>{row}</code></td>
                        </tr>
                    }
                })
                .collect_view();
            let words = match count {
                1 => "1 row cannot be imported".to_owned(),
                count => format!("{count} rows cannot be imported"),
            };
            view! {
                <section class="class-section import-bad" aria-labelledby="bad">
                    <h2 id="bad">{words}</h2>
                    <p>"Mend them in your table and import it again: who is in the class already is left as they are."</p>
                    {table_of(&["Line", "What is wrong", "The row"], rows.into_any())}
                </section>
            }
        });
        let confirm = if coming > 0 {
            let label = format!("Import {}", people(coming));
            view! {
                <form class="form" method="post" action=class.href("roster/import/confirm")>
                    <textarea class="visually-hidden" name="table" hidden>
                        {table}
                    </textarea>
                    <p class="form-actions">
                        <button class="button primary" r#type="submit">
                            {label}
                        </button>
                        <a class="button" href=class.href("roster")>
                            "Import nothing"
                        </a>
                    </p>
                </form>
            }
            .into_any()
        } else {
            view! {
                <p>
                    "There is nobody to import. " <a href=class.href("roster")>"Back to the people"</a>
                </p>
            }
            .into_any()
        };
        let lead = if coming > 0 {
            format!(
                "Nothing has happened yet. {} would come into the class.",
                people(coming)
            )
        } else {
            "Nothing has happened.".to_owned()
        };
        let already = (there > 0).then(|| {
            let verb = if there == 1 { "is" } else { "are" };
            view! { <p>{format!("{} {verb} in the class already.", people(there))}</p> }
        });
        view! {
            <header class="class-page-head">
                <h1>"Look at the import"</h1>
                <p class="lead">{lead}</p>
            </header>
            {bad_rows}
            {listed("They get an account", "new", new)}
            {listed("They have an account and join at once", "known", known)}
            {already}
            {confirm}
        }
    })
}

fn listed(title: &str, id: &'static str, people: Vec<(String, String)>) -> impl IntoView + use<> {
    let title = format!("{title} ({})", people.len());
    (!people.is_empty()).then(|| {
        let rows = people
            .into_iter()
            .map(|(name, email)| view! { <tr><td>{name}</td><td>{email}</td></tr> })
            .collect_view();
        view! {
            <section class="class-section" aria-labelledby=id>
                <h2 id=id>{title}</h2>
                {table_of(&["Name", "Email"], rows.into_any())}
            </section>
        }
    })
}

fn table_of(columns: &[&'static str], rows: AnyView) -> impl IntoView + use<> {
    let heads = columns
        .iter()
        .map(|column| view! { <th scope="col">{*column}</th> })
        .collect_view();
    let label = columns.join(", ");
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label=label>
            <table class="table">
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// Renders links to set passwords, which are shown once.
#[must_use]
pub fn links(shell: &Shell, content: LinksPage) -> String {
    page(
        shell,
        content.class.clone(),
        "roster",
        "Password links",
        || {
            let LinksPage {
                class,
                done,
                links,
                days,
                file,
            } = content;
            let back = view! {
                <a class="button" href=class.href("roster")>
                    "To the people"
                </a>
            };
            let body = if links.is_empty() {
                view! { <p class="form-actions">{back}</p> }.into_any()
            } else {
                let rows = links
                    .into_iter()
                    .map(|(name, email, link)| {
                        view! {
                            <tr>
                                <td>{name}</td>
                                <td>{email}</td>
                                <td><code class="password-link">{link}</code></td>
                            </tr>
                        }
                    })
                    .collect_view();
                view! {
                <p>
                    <strong>"These links are shown only now."</strong>
                    {format!(" Each sets the password of one person, once, within {days} days. Save them, and give everybody theirs alone: who has the link has the account. A lost one is made again under People.")}
                </p>
                <p class="form-actions">
                    <a class="button primary" href=file download="password-links.csv">
                        "Save the links as CSV"
                    </a>
                    {back}
                </p>
                {table_of(&["Name", "Email", "Link"], rows.into_any())}
            }
            .into_any()
            };
            view! {
                <header class="class-page-head">
                    <h1>"Password links"</h1>
                    <p class="lead">{done}</p>
                </header>
                {body}
            }
        },
    )
}
