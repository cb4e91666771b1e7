//! What stands at the top of each of these pages.

use leptos::prelude::*;

use crate::pages::classes::class_nav;
use crate::view::ClassHead;

/// The class's title, its pages, and the heading of this one.
pub(super) fn head(class: &ClassHead, page: &'static str, title: &str) -> impl IntoView + use<> {
    view! {
        <header class="class-head">
            <p class="class-title">
                <a href=class.href("")>{class.title.clone()}</a>
            </p>
            {class_nav(&class.href(""), page)}
            <h1>{title.to_owned()}</h1>
        </header>
    }
}
