//! How a command ended: what `run` and `exec` share.

use drydock_course::check::Text;

use super::common::{explain, with};
use crate::evidence::ProcessSeen;
use crate::finding::{Demands, Finding};
use crate::look::Stop;
use crate::text::{body, holds, near_miss, phrase};
use crate::words::{count, list, tail};

/// What is wanted of a process.
pub(super) struct Wanted<'a> {
    /// The process, to begin a sentence with.
    pub(super) subject: String,
    pub(super) exit_code: i64,
    pub(super) stdout: Option<&'a Text>,
    pub(super) stderr: Option<&'a Text>,
    /// Seconds that it had.
    pub(super) timeout: u32,
    /// What an exit code means here, to follow "code N: ".
    pub(super) meaning: fn(i64) -> Option<&'static str>,
    /// Advice for who does not pass.
    pub(super) look_at: String,
}

pub(super) fn judge(wanted: Wanted<'_>, seen: &ProcessSeen) -> Result<Finding, Stop> {
    let of = 2 + usize::from(wanted.stdout.is_some()) + usize::from(wanted.stderr.is_some());
    let Some(code) = seen.exit_code.filter(|_| !seen.timed_out) else {
        let found = if seen.timed_out {
            format!(
                "It had not ended after {}. {}",
                count(wanted.timeout as usize, "second"),
                printed(seen)
            )
        } else {
            "It was ended because it printed too much.".to_owned()
        };
        let finding = Finding::new(false, expected(&wanted), found).look_at(wanted.look_at);
        return Ok(finding.out_of(of));
    };
    let mut demands = Demands::default();
    demands.add(
        format!("exit code {}", wanted.exit_code),
        code == wanted.exit_code,
        || {
            if let Some(why) = explain(&seen.stderr) {
                return format!("It exited with code {code}: {why}.");
            }
            let ended = match (wanted.meaning)(code) {
                Some(meaning) => format!("It exited with code {code}: {meaning}."),
                None => format!("It exited with code {code}."),
            };
            format!("{ended} {}", printed(seen))
        },
    );
    // What a failed program prints would only repeat that it failed.
    if demands.all_met() {
        output(&mut demands, "output", wanted.stdout, seen, |s| &s.stdout)?;
        output(&mut demands, "standard error", wanted.stderr, seen, |s| {
            &s.stderr
        })?;
    }
    let there = format!("It exited with code {code}. {}", printed(seen));
    Ok(demands
        .finish(&wanted.subject, there, &wanted.look_at)
        .out_of(of))
}

/// Everything that is wanted, for when nothing could be judged one by one.
fn expected(wanted: &Wanted<'_>) -> String {
    let mut all = vec![format!("exit code {}", wanted.exit_code)];
    all.extend(wanted.stdout.map(|text| format!("output {}", phrase(text))));
    all.extend(
        wanted
            .stderr
            .map(|text| format!("standard error {}", phrase(text))),
    );
    format!("{} with {}", wanted.subject, list(&all))
}

fn output(
    demands: &mut Demands,
    noun: &str,
    demand: Option<&Text>,
    seen: &ProcessSeen,
    stream: fn(&ProcessSeen) -> &String,
) -> Result<(), Stop> {
    let Some(demand) = demand else {
        return Ok(());
    };
    let whole = stream(seen);
    let ways = |text: &String| [text.clone(), body(text).to_owned()];
    let met = holds(demand, &ways(whole))?;
    let other = if std::ptr::eq(whole, &seen.stdout) {
        ("standard error", &seen.stderr)
    } else {
        ("standard output", &seen.stdout)
    };
    let elsewhere = !other.1.trim().is_empty() && holds(demand, &ways(other.1))?;
    demands.add(format!("{noun} {}", phrase(demand)), met, || {
        if elsewhere && whole.trim().is_empty() {
            return format!("It printed that, but on {}.", other.0);
        }
        if whole.trim().is_empty() {
            return format!("Its {noun} is empty.");
        }
        with(
            format!("Its {noun} is {}.", tail(whole)),
            near_miss(demand, body(whole)),
        )
    });
    Ok(())
}

/// What it printed, as a sentence; errors come first.
fn printed(seen: &ProcessSeen) -> String {
    let (errors, output) = (seen.stderr.trim(), seen.stdout.trim());
    match (errors.is_empty(), output.is_empty()) {
        (false, _) if seen.exit_code != Some(0) => format!("It printed {}.", tail(errors)),
        (_, false) => format!("It printed {}.", tail(output)),
        (false, true) => format!("It printed {}.", tail(errors)),
        (true, true) => "It printed nothing.".to_owned(),
    }
}
