//! What instructors see of their classes, as pure rules: where students stand, what a file for a spreadsheet holds, what
//! statistics say.

pub mod cell;
pub mod csv;
pub mod files;
pub mod live;
pub mod objects;
pub mod sample;
pub mod statistics;
#[cfg(test)]
pub mod testing;
pub mod words;

pub use self::cell::{Cell, Mark, Marks, State, Waits};
