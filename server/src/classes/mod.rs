//! Classes: join codes, rosters, zones, and the rules of what students are assigned.

pub mod code;
pub mod modules;
pub mod reading;
pub mod roster;
pub mod rules;
pub mod standing;
pub mod zone;
