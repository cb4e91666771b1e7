//! Pages of accounts. Each is plain forms and works without scripts.

mod account;
mod directory;
mod form_page;

pub use account::account;
pub use directory::{people, person};
pub use form_page::form_page;

use super::layout::{Head, Parts};

fn head(title: &str, layout: &'static str) -> Head {
    Head {
        title: title.to_owned(),
        summary: "Your account of Drydock.".to_owned(),
        layout,
        course: None,
        parts: Parts::None,
    }
}
