//! Learning platforms, for operators.

use super::Form;

/// The page of platforms.
#[derive(Debug, Clone, Default)]
pub struct PlatformsPage {
    /// What is registered.
    pub platforms: Vec<PlatformRow>,
    /// What to enter at the platform: name and value.
    pub ours: Vec<(&'static str, String)>,
    /// Whether these addresses are only a guess from the request.
    pub guessed: bool,
    /// Name of the key that signs.
    pub key: String,
    /// Registers another.
    pub form: Form,
}

/// A platform.
#[derive(Debug, Clone, Default)]
pub struct PlatformRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What was entered: name and value.
    pub settings: Vec<(&'static str, String)>,
    /// Scores told, on their way, and given up.
    pub scores: [u32; 3],
}

/// The scores of a class that platforms did not take.
#[derive(Debug, Clone, Default)]
pub struct ScoresPage {
    /// Id of the class.
    pub class: String,
    /// Its title.
    pub title: String,
    /// What was not taken, the oldest first.
    pub faults: Vec<ScoreFault>,
    /// How many scores were told, and how many are on their way.
    pub told: (u32, u32),
}

/// A score that a platform did not take.
#[derive(Debug, Clone, Default)]
pub struct ScoreFault {
    /// Name of the student.
    pub student: String,
    /// Title of the assignment.
    pub assignment: String,
    /// Name of the platform.
    pub platform: String,
    /// What went wrong.
    pub fault: String,
    /// Since when, in words.
    pub since: String,
    /// Whether it is still tried.
    pub trying: bool,
}
