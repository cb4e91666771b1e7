//! Whole pages: plain data in, an HTML document out.
//!
//! Each function is synchronous and touches nothing outside its arguments, so a page can be
//! rendered on any thread and kept in a cache.

mod classes;
mod course;
mod drawing;
mod error;
mod forms;
mod gradebook;
mod home;
mod lab;
mod layout;
mod lesson;
mod lti;
mod parts;
mod people;
mod platforms;
mod reference;
mod search;
mod simulators;
mod submission;

pub use classes::{
    assign, assignments, class, class_forms, classes, import, links, modules, overview, roster,
};
pub use course::course;
pub use error::error;
pub use gradebook::{gradebook, live, regrade, review, statistics};
pub use home::home;
pub use lab::lab;
pub use lesson::lesson;
pub use lti::{launch_refused, link_account, open_elsewhere, pick_content, return_content};
pub use people::{account, form_page, people, person};
pub use platforms::{platform_scores, platforms};
pub use reference::reference;
pub use search::search;
pub use submission::handed_in;
