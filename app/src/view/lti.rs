//! What stands between a learning platform and a lesson or lab here.

use super::Form;

/// A launch that was refused.
#[derive(Debug, Clone, Default)]
pub struct Refusal {
    /// What is wrong.
    pub problem: String,
    /// What to do, and whom to tell.
    pub advice: String,
    /// Name of the platform, if it is known.
    pub platform: Option<String>,
}

/// A launch inside a frame, where nothing of ours is shown.
#[derive(Debug, Clone, Default)]
pub struct OpenElsewhere {
    /// What is opened.
    pub title: String,
    /// Where it is.
    pub href: String,
}

/// Somebody new, in a browser where somebody is signed in.
#[derive(Debug, Clone, Default)]
pub struct LinkAccount {
    /// Name of the platform.
    pub platform: String,
    /// How the platform calls them.
    pub theirs: String,
    /// Name of who is signed in here.
    pub ours: String,
    /// The address that they sign in with.
    pub email: Option<String>,
    /// Makes another account.
    pub no: Form,
    /// Links the account that is signed in.
    pub yes: Form,
}

/// Content to pick for a course of a platform.
#[derive(Debug, Clone, Default)]
pub struct PickPage {
    /// Name of the platform.
    pub platform: String,
    /// The launch.
    pub ticket: String,
    /// Whether several may be picked.
    pub multiple: bool,
    /// The courses.
    pub courses: Vec<PickCourse>,
    /// What is wrong with what was picked.
    pub problem: Option<String>,
}

/// A course to pick from.
#[derive(Debug, Clone, Default)]
pub struct PickCourse {
    /// Its title.
    pub title: String,
    /// Its modules with what is in them.
    pub modules: Vec<(String, Vec<PickItem>)>,
}

/// Something to pick.
#[derive(Debug, Clone, Default)]
pub struct PickItem {
    /// What is sent when it is picked.
    pub value: String,
    /// `Lesson`, `Quiz` or `Lab`.
    pub kind: &'static str,
    /// Its title.
    pub title: String,
    /// What it counts.
    pub points: String,
}

/// What was picked, on its way back.
#[derive(Debug, Clone, Default)]
pub struct ReturnPage {
    /// Name of the platform.
    pub platform: String,
    /// Where it goes.
    pub action: String,
    /// The signed answer.
    pub token: String,
}
