//! Checks as they are written in a lab: read ([`block`]), and held against what they can mean
//! ([`rules`], [`order`]) before a learner ever meets them.

pub(crate) mod block;
pub(crate) mod order;
pub(crate) mod rules;
pub(crate) mod values;

pub use block::{COMMON_KEYS, RULE_KINDS};
