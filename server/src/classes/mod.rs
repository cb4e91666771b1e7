//! Classes: join codes, rosters, zones, and the rules of what students are assigned.

pub mod code;
pub mod rules;
pub mod zone;
