//! What `after` says: it names something of the lab, and nothing waits for itself.

use std::collections::{BTreeMap, BTreeSet};

use super::block::Placed;
use crate::problem::{Problem, suggest};
use crate::source::Source;

/// Checks the ids of a lab's checks and the order that `after` puts them in.
pub(crate) fn check(
    source: &Source,
    steps: &[String],
    placed: &[Placed],
    problems: &mut Vec<Problem>,
) {
    let mut ids: BTreeSet<&str> = BTreeSet::new();
    for Placed { check, id_at, .. } in placed {
        if !ids.insert(&check.id) {
            problems.push(
                source
                    .error(
                        *id_at,
                        format!("two checks of this lab have the id `{}`", check.id),
                    )
                    .help("give one of them another title, or an `id:`"),
            );
        }
    }
    let mut waits: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for Placed {
        check, after_at, ..
    } in placed
    {
        let Some(after) = check.after.as_deref() else {
            continue;
        };
        if ids.contains(after) {
            waits.insert(&check.id, vec![after]);
        } else if steps.iter().any(|step| step == after) {
            if check.step == after {
                problems.push(
                    source
                        .error(
                            *after_at,
                            format!("this check waits for its own step `{after}`"),
                        )
                        .help("name a check of the step, or a step before it"),
                );
                continue;
            }
            let of_step = placed
                .iter()
                .filter(|other| other.check.step == after)
                .map(|other| other.check.id.as_str());
            waits.insert(&check.id, of_step.collect());
        } else {
            let known: Vec<&str> = ids
                .iter()
                .copied()
                .chain(steps.iter().map(String::as_str))
                .collect();
            problems.push(
                source
                    .error(
                        *after_at,
                        format!("there is no check or step `{after}` in this lab"),
                    )
                    .help(suggest(after, &known)),
            );
        }
    }
    for Placed {
        check, after_at, ..
    } in placed
    {
        if let Some(path) = cycle(&check.id, &waits) {
            problems.push(
                source
                    .error(
                        *after_at,
                        format!("this check waits for itself: {}", path.join(" → ")),
                    )
                    .help("remove one of these `after:`"),
            );
            // One report of a cycle is enough to mend it.
            return;
        }
    }
}

/// The way from a check back to itself, if there is one.
fn cycle<'a>(start: &'a str, waits: &BTreeMap<&'a str, Vec<&'a str>>) -> Option<Vec<&'a str>> {
    let mut seen = BTreeSet::new();
    let mut ways: Vec<Vec<&str>> = vec![vec![start]];
    while let Some(way) = ways.pop() {
        let last = way.last()?;
        for next in waits.get(last).map_or(&[][..], Vec::as_slice) {
            let mut longer = way.clone();
            longer.push(next);
            if *next == start {
                return Some(longer);
            }
            if seen.insert(*next) {
                ways.push(longer);
            }
        }
    }
    None
}
