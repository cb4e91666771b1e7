//! Draws forms, and what stands where there is nothing yet. All of it works without scripts.

use leptos::prelude::*;

use crate::view::{Field, FieldKind, Form};

/// A form. Errors stand at their fields, and together at its top, where a screen reader begins.
/// Ids begin with the action, so that several forms can be on a page.
pub(super) fn form(form: Form) -> impl IntoView {
    let prefix = prefix(&form.action);
    let wrong: Vec<(String, String)> = form
        .fields
        .iter()
        .filter_map(|field| Some((format!("#{}", id(&prefix, field)), field.error.clone()?)))
        .collect();
    let summary = (form.problem.is_some() || !wrong.is_empty()).then(|| {
        let lines = wrong
            .into_iter()
            .map(|(href, error)| view! { <li><a href=href>{error}</a></li> })
            .collect_view();
        view! {
            <div class="form-problems" role="alert">
                <p>{form.problem.unwrap_or_else(|| "Please look at this again:".to_owned())}</p>
                <ul>{lines}</ul>
            </div>
        }
    });
    let fields = fields(&form.action, form.fields);
    let class = if form.danger {
        "button danger"
    } else {
        "button primary"
    };
    view! {
        <form class="form" method="post" action=form.action enctype=form.upload.then_some("multipart/form-data")>
            {summary}
            {fields}
            <p class="form-actions">
                <button class=class r#type="submit">
                    {form.submit}
                </button>
            </p>
        </form>
    }
}

/// The fields of a form without the rest, for a form that has more than fields.
pub(super) fn fields(action: &str, fields: Vec<Field>) -> impl IntoView + use<> {
    let prefix = prefix(action);
    fields
        .into_iter()
        .map(|it| field(&prefix, it))
        .collect_view()
}

fn prefix(action: &str) -> String {
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() {
            letter
        } else {
            '-'
        }
    };
    action.chars().map(plain).collect()
}

/// A form of one button, with what it sends: for a row of a table.
pub(super) fn button(
    action: String,
    text: String,
    sends: Vec<(&'static str, String)>,
    danger: bool,
) -> impl IntoView {
    let sends = sends
        .into_iter()
        .map(|(name, value)| view! { <input r#type="hidden" name=name value=value /> })
        .collect_view();
    let class = if danger {
        "button quiet danger"
    } else {
        "button quiet"
    };
    view! {
        <form class="form-inline" method="post" action=action>
            {sends}
            <button class=class r#type="submit">
                {text}
            </button>
        </form>
    }
}

/// What stands where there is nothing yet: what would be there, and how to get it.
pub(super) fn empty(title: &str, text: &str, action: Option<(String, String)>) -> impl IntoView {
    let action = action.map(|(href, label)| {
        view! {
            <p>
                <a class="button" href=href>
                    {label}
                </a>
            </p>
        }
    });
    view! {
        <div class="empty">
            <p class="empty-title">{title.to_owned()}</p>
            <p>{text.to_owned()}</p>
            {action}
        </div>
    }
}

fn id(prefix: &str, field: &Field) -> String {
    format!("field{prefix}-{}", field.name)
}

fn field(prefix: &str, field: Field) -> AnyView {
    let id = id(prefix, &field);
    let (help_id, error_id) = (format!("{id}-help"), format!("{id}-error"));
    let described = [
        field.help.as_ref().map(|_| help_id.clone()),
        field.error.as_ref().map(|_| error_id.clone()),
    ];
    let described: Vec<String> = described.into_iter().flatten().collect();
    let described = (!described.is_empty()).then(|| described.join(" "));
    let invalid = field.error.is_some().then_some("true");
    let required = !field.optional;
    let Field {
        name,
        label,
        kind,
        value,
        error,
        help,
        autocomplete,
        optional,
    } = field;
    let input = |kind: &'static str, value: Option<String>, limits: Option<(i64, i64)>| {
        view! {
            <input
                class="field"
                id=id.clone()
                name=name
                r#type=kind
                value=value
                min=limits.map(|(min, _)| min.to_string())
                max=limits.map(|(_, max)| max.to_string())
                autocomplete=autocomplete
                required=required
                aria-invalid=invalid
                aria-describedby=described.clone()
            />
        }
        .into_any()
    };
    let control = match kind {
        FieldKind::Hidden => {
            return view! { <input r#type="hidden" name=name value=value /> }.into_any();
        }
        FieldKind::Text => input("text", Some(value), None),
        FieldKind::Email => input("email", Some(value), None),
        FieldKind::Password => input("password", None, None),
        FieldKind::Number { min, max } => input("number", Some(value), Some((min, max))),
        FieldKind::DateTime => input("datetime-local", Some(value), None),
        FieldKind::File { accept } => view! {
            <input
                class="field"
                id=id.clone()
                name=name
                r#type="file"
                accept=accept
                required=required
                aria-invalid=invalid
                aria-describedby=described.clone()
            />
        }
        .into_any(),
        FieldKind::Long { rows } => view! {
            <textarea
                class="field"
                id=id.clone()
                name=name
                rows=rows.to_string()
                required=required
                aria-invalid=invalid
                aria-describedby=described.clone()
            >
                {value}
            </textarea>
        }
        .into_any(),
        FieldKind::Choice(choices) => {
            let options = choices
                .into_iter()
                .map(|(key, text)| {
                    let selected = key == value;
                    view! {
                        <option value=key selected=selected>
                            {text}
                        </option>
                    }
                })
                .collect_view();
            view! {
                <select
                    class="field"
                    id=id.clone()
                    name=name
                    aria-invalid=invalid
                    aria-describedby=described.clone()
                >
                    {options}
                </select>
            }
            .into_any()
        }
        FieldKind::Tick => {
            return view! {
                <div class="form-field form-tick">
                    <input
                        id=id.clone()
                        name=name
                        r#type="checkbox"
                        checked=value == "on"
                        aria-invalid=invalid
                        aria-describedby=described
                    />
                    <label for=id>{label}</label>
                    {help.map(|help| view! { <p class="form-help" id=help_id>{help}</p> })}
                    {error.map(|error| view! { <p class="problem" id=error_id>{error}</p> })}
                </div>
            }
            .into_any();
        }
    };
    let may = optional.then(|| view! { <span class="form-optional">" (optional)"</span> });
    view! {
        <div class="form-field">
            <label for=id.clone()>{label} {may}</label>
            {help.map(|help| view! { <p class="form-help" id=help_id>{help}</p> })}
            {control}
            {error.map(|error| view! { <p class="problem" id=error_id>{error}</p> })}
        </div>
    }
    .into_any()
}
