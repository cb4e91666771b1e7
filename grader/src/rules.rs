//! One file for each kind of check. A rule and what was seen go in, a [`Finding`] comes out.

mod answer;
mod combine;
mod common;
mod container;
mod exec;
mod file;
mod image;
mod mounts;
mod network;
mod ports;
mod process;
mod rebuild;
mod run;
mod volume;

use drydock_course::check::{Check, Rule};

use crate::finding::Finding;
use crate::look::{Look, Stop};

/// Judges a rule.
pub(crate) fn judge(rule: &Rule, look: &Look<'_>) -> Result<Finding, Stop> {
    match rule {
        Rule::Image(rule) => image::judge(rule, look),
        Rule::Container(rule) => container::judge(rule, look),
        Rule::Volume(rule) => volume::judge(rule, look),
        Rule::Network(rule) => network::judge(rule, look),
        Rule::File(rule) => file::judge(rule, look),
        Rule::Run(rule) => run::judge(rule, look),
        Rule::Exec(rule) => exec::judge(rule, look),
        Rule::Rebuild(rule) => rebuild::judge(rule, look),
        Rule::Answer(rule) => answer::judge(rule, look),
        Rule::All(rules) => combine::all(rules, look),
        Rule::Any(rules) => combine::any(rules, look),
        Rule::Not(rule) => combine::not(rule, look),
    }
}

/// What a rule wants, in words, when nothing has been looked at.
pub(crate) fn expected(rule: &Rule, check: &Check) -> String {
    match rule {
        Rule::Image(rule) => image::subject(rule),
        Rule::Container(rule) => container::subject(rule),
        Rule::Volume(rule) => volume::subject(rule),
        Rule::Network(rule) => network::subject(rule),
        Rule::File(rule) => file::subject(rule),
        Rule::Run(rule) => run::subject(rule),
        Rule::Exec(rule) => exec::subject(rule, check),
        Rule::Rebuild(rule) => rebuild::subject(rule),
        Rule::Answer(rule) => answer::subject(rule),
        Rule::All(rules) => rules
            .first()
            .map_or_else(String::new, |rule| expected(rule, check)),
        Rule::Any(rules) => {
            let all: Vec<String> = rules.iter().map(|rule| expected(rule, check)).collect();
            combine::one_of(&all)
        }
        Rule::Not(rule) => combine::negated(&expected(rule, check)),
    }
}
