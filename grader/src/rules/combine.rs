//! `all`, `any` and `not`.

use std::collections::BTreeSet;

use drydock_course::check::Rule;

use super::judge;
use crate::finding::Finding;
use crate::look::{Look, Stop};
use crate::words::{either, small};

/// Every rule must hold. One that does not settles it, whatever the others would give.
pub(super) fn all(rules: &[Rule], look: &Look<'_>) -> Result<Finding, Stop> {
    let (findings, stop) = each(rules, look);
    let (met, of) = findings
        .iter()
        .fold((0, 0), |(met, of), f| (met + f.met, of + f.of));
    let failed = findings.iter().filter(|finding| !finding.pass).count();
    let first = findings.iter().position(|finding| !finding.pass);
    match (first, stop) {
        (Some(first), _) => {
            let mut finding = findings[first].clone();
            match failed {
                1 => {}
                2 => finding.found.push_str(" One more thing does not hold yet."),
                _ => {
                    let more = failed - 1;
                    finding
                        .found
                        .push_str(&format!(" {more} more things do not hold yet."));
                }
            }
            (finding.met, finding.of) = (met, of.max(rules.len()));
            Ok(finding)
        }
        (None, Some(stop)) => Err(stop),
        (None, None) => Ok(Finding {
            pass: true,
            expected: together(findings.iter().map(|f| f.expected.as_str())),
            found: findings
                .iter()
                .map(|f| f.found.as_str())
                .collect::<Vec<_>>()
                .join(" "),
            look_at: None,
            met,
            of,
        }),
    }
}

/// One rule must hold. If none does, the texts speak of the one that lacks least.
pub(super) fn any(rules: &[Rule], look: &Look<'_>) -> Result<Finding, Stop> {
    let (findings, stop) = each(rules, look);
    if let Some(passed) = findings.iter().find(|finding| finding.pass) {
        return Ok(passed.clone());
    }
    if let Some(stop) = stop {
        return Err(stop);
    }
    let all: Vec<String> = findings.iter().map(|f| f.expected.clone()).collect();
    let nearest = findings
        .into_iter()
        .min_by_key(|finding| (finding.missing(), usize::MAX - finding.met));
    Ok(match nearest {
        Some(nearest) => Finding {
            expected: one_of(&all),
            ..nearest
        },
        None => Finding::new(false, "One of no things", "This check asks for nothing."),
    })
}

/// A rule must not hold.
pub(super) fn not(rule: &Rule, look: &Look<'_>) -> Result<Finding, Stop> {
    let inner = judge(rule, look)?;
    let expected = negated(&inner.expected);
    let found = if inner.pass {
        format!("That is so: {}", small_unless_code(&inner.found))
    } else {
        inner.found
    };
    Ok(Finding::new(!inner.pass, expected, found))
}

/// How a rule that must not hold is told.
pub(super) fn negated(expected: &str) -> String {
    match expected.strip_prefix("No ") {
        // "No image `x`" must not hold: the image must be there.
        Some(thing) if !thing.contains(" with ") => crate::words::capital(thing),
        _ => format!("Not this: {}", small(expected)),
    }
}

/// How several rules of which one must hold are told.
pub(super) fn one_of(all: &[String]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (place, expected) in all.iter().enumerate() {
        let expected = if place == 0 {
            expected.clone()
        } else {
            small(expected)
        };
        if !parts.contains(&expected) {
            parts.push(expected);
        }
    }
    either(&parts)
}

fn together<'a>(expected: impl Iterator<Item = &'a str>) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (place, text) in expected.enumerate() {
        let text = if place == 0 {
            text.to_owned()
        } else {
            small(text)
        };
        if !parts.contains(&text) {
            parts.push(text);
        }
    }
    crate::words::list(&parts)
}

fn small_unless_code(text: &str) -> String {
    if text.starts_with('`') {
        text.to_owned()
    } else {
        small(text)
    }
}

/// Judges every rule; what stands in the way of any of them is added up.
fn each(rules: &[Rule], look: &Look<'_>) -> (Vec<Finding>, Option<Stop>) {
    let mut findings = Vec::new();
    let mut unseen = BTreeSet::new();
    let mut stop = None;
    for rule in rules {
        match judge(rule, look) {
            Ok(finding) => findings.push(finding),
            Err(Stop::Unseen(probes)) => unseen.extend(probes),
            // A failure to look outweighs a missing answer.
            Err(failed @ (Stop::Failed(_) | Stop::Broken(_))) => stop = Some(failed),
            Err(Stop::Unanswered) => {
                stop.get_or_insert(Stop::Unanswered);
            }
        }
    }
    // Looking comes first: it may settle the matter.
    if unseen.is_empty() {
        (findings, stop)
    } else {
        (findings, Some(Stop::Unseen(unseen)))
    }
}
