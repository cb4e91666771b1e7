//! Which steps of two builds are the same one.

use crate::build::Build;
use crate::step::Step;

/// Steps by stage, in order.
pub(crate) fn stages(build: &Build) -> Vec<(String, Vec<usize>)> {
    let mut stages: Vec<(String, Vec<usize>)> = Vec::new();
    for row in build.rows() {
        match stages.last_mut() {
            Some((name, steps)) if name == row.stage => steps.push(row.index),
            _ => stages.push((row.stage.to_owned(), vec![row.index])),
        }
    }
    stages
}

/// For each step its partner: the longest run of equal instructions first, then, in the gaps, those
/// of the same kind in their order; then equal ones that stand elsewhere.
pub(crate) fn partners(
    before: &Build,
    old: &[usize],
    now: &Build,
    new: &[usize],
) -> Vec<Option<usize>> {
    let text = |build: &Build, index: usize| build.step(index).map(|step| plain(&step.text));
    let old_texts: Vec<_> = old.iter().map(|&index| text(before, index)).collect();
    let new_texts: Vec<_> = new.iter().map(|&index| text(now, index)).collect();
    let mut best = vec![vec![0_u16; old.len() + 1]; new.len() + 1];
    for n in (0..new.len()).rev() {
        for o in (0..old.len()).rev() {
            best[n][o] = if new_texts[n] == old_texts[o] {
                best[n + 1][o + 1] + 1
            } else {
                best[n + 1][o].max(best[n][o + 1])
            };
        }
    }
    let mut partners = vec![None; new.len()];
    let (mut n, mut o) = (0, 0);
    while n < new.len() && o < old.len() {
        if new_texts[n] == old_texts[o] {
            partners[n] = Some(o);
            (n, o) = (n + 1, o + 1);
        } else if best[n + 1][o] >= best[n][o + 1] {
            n += 1;
        } else {
            o += 1;
        }
    }
    let keyword = |build: &Build, index: usize| build.step(index).map(Step::keyword);
    let mut free = 0;
    for n in 0..new.len() {
        if let Some(taken) = partners[n] {
            free = taken + 1;
            continue;
        }
        let end = partners[n..]
            .iter()
            .flatten()
            .min()
            .copied()
            .unwrap_or(old.len());
        let kind = keyword(now, new[n]);
        if let Some(same) = (free..end).find(|&o| keyword(before, old[o]) == kind) {
            partners[n] = Some(same);
            free = same + 1;
        }
    }
    // What is left may have moved.
    for n in 0..new.len() {
        if partners[n].is_none() && new_texts[n].is_some() {
            let mut same = (0..old.len()).filter(|&o| old_texts[o] == new_texts[n]);
            partners[n] = same.find(|&o| !partners.contains(&Some(o)));
        }
    }
    partners
        .into_iter()
        .map(|partner| partner.map(|o| old[o]))
        .collect()
}

/// A local image's `FROM` is told with or without its digest, as the engine happens to know it.
pub(crate) fn plain(text: &str) -> String {
    match text
        .strip_prefix("FROM ")
        .and_then(|image| image.split_once("@sha256:"))
    {
        Some((image, _)) => format!("FROM {image}"),
        None => text.to_owned(),
    }
}
