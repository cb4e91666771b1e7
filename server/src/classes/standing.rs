//! How a student stands with an assignment, in words.

use super::rules::{Refusal, Terms};
use super::zone::Zone;
use crate::store::{AssignmentKind, StudentAssignment};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// How loud a state is: colour is only its second sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to worry about.
    Plain,
    /// Done.
    Good,
    /// Soon due, or under way.
    Warn,
    /// Late, or closed without anything done.
    Bad,
}

/// How a student stands with an assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// "Due in 2 days", "Graded", …
    pub words: String,
    /// How loud.
    pub tone: Tone,
    /// Whether there is something left to do.
    pub open: bool,
}

/// How the student stands at `now`.
pub fn standing(one: &StudentAssignment, zone: &Zone, now: i64) -> Standing {
    let terms = &one.assignment.terms;
    let say = |words: &str, tone, open| Standing {
        words: words.to_owned(),
        tone,
        open,
    };
    let full = one.grade.is_some_and(|(score, of)| score >= of);
    let takes = terms.refuses(now, u32::try_from(one.attempts).unwrap_or(u32::MAX));
    match (one.last_state.as_deref(), one.grade) {
        (Some("queued" | "grading"), _) => return say("Being graded", Tone::Warn, false),
        (Some("error"), None) => return say("Could not be graded yet", Tone::Warn, false),
        (_, Some(_)) if full => return say("Done", Tone::Good, false),
        _ => {}
    }
    match (takes, one.grade) {
        (Some(Refusal::NotOpen(opens)), None) => say(
            &format!("Opens {}", zone.show_near(opens, now)),
            Tone::Plain,
            false,
        ),
        (Some(_), Some(_)) => say("Graded", Tone::Good, false),
        (Some(Refusal::Closed(_)), None) => say("Closed", Tone::Bad, false),
        (Some(Refusal::NoAttemptsLeft(_)), None) => say("Handed in", Tone::Plain, false),
        (None, grade) => {
            let begun = match (grade, one.assignment.kind) {
                (None, _) => "",
                (Some(_), AssignmentKind::Lab) => "graded, ",
                (Some(_), _) => "begun, ",
            };
            let (words, tone) = due(terms, now);
            let words = format!("{begun}{words}");
            let mut letters = words.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            say(
                &first.into_iter().chain(letters).collect::<String>(),
                tone,
                true,
            )
        }
    }
}

/// "due in 2 days" for what is still taken.
fn due(terms: &Terms, now: i64) -> (String, Tone) {
    let Some(due) = terms.due_at else {
        return ("open".to_owned(), Tone::Plain);
    };
    let left = due - now;
    let count = |number: i64, word: &str| match number {
        1 => format!("1 {word}"),
        number => format!("{number} {word}s"),
    };
    match left {
        left if left < 0 => {
            let days = i64::from(terms.late_days(now));
            (format!("{} late", count(days, "day")), Tone::Bad)
        }
        left if left < HOUR => (
            format!("due in {}", count((left / 60).max(1), "minute")),
            Tone::Warn,
        ),
        left if left < 2 * DAY => (format!("due in {}", count(left / HOUR, "hour")), Tone::Warn),
        left if left < 4 * DAY => (format!("due in {}", count(left / DAY, "day")), Tone::Warn),
        left if left < 60 * DAY => (format!("due in {}", count(left / DAY, "day")), Tone::Plain),
        _ => ("open".to_owned(), Tone::Plain),
    }
}

/// Points as people write them: without needless zeros, at most two places.
pub fn points(points: f64) -> String {
    let text = format!("{points:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What late work costs, as a sentence; `None` where nothing is ever late.
pub fn late_rule(terms: &Terms, zone: &Zone) -> Option<String> {
    let closes = terms
        .closes_at
        .map(|at| format!("Closes {}.", zone.show(at)));
    terms.due_at?;
    let costs = match terms.late_percent {
        0 => "Late work counts in full.".to_owned(),
        100 => "Late work counts nothing.".to_owned(),
        percent => format!("Each day late costs {percent} %."),
    };
    Some(closes.map_or(costs.clone(), |closes| format!("{costs} {closes}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AssignmentId, ClassId};
    use crate::store::AssignmentRow;

    const NOW: i64 = 1_736_121_600;

    fn with(terms: Terms, grade: Option<(f64, f64)>, state: Option<&str>, attempts: i64) -> String {
        let one = StudentAssignment {
            assignment: AssignmentRow {
                id: AssignmentId::fresh(),
                class: ClassId::fresh(),
                kind: AssignmentKind::Lab,
                slug: "lab".into(),
                terms,
                created_at: 0,
            },
            grade,
            late_days: 0,
            attempts,
            last_state: state.map(str::to_owned),
            last_submission: None,
        };
        standing(&one, &Zone::of("UTC"), NOW).words
    }

    fn due_at(at: i64) -> Terms {
        Terms {
            due_at: Some(NOW + at),
            ..Terms::default()
        }
    }

    #[test]
    fn what_is_left_to_do_says_how_long_there_is() {
        let words = |terms| with(terms, None, None, 0);
        assert_eq!(words(Terms::default()), "Open");
        assert_eq!(words(due_at(90)), "Due in 1 minute");
        assert_eq!(words(due_at(5 * HOUR + 9)), "Due in 5 hours");
        assert_eq!(words(due_at(2 * DAY + HOUR)), "Due in 2 days");
        assert_eq!(words(due_at(-1)), "1 day late");
        assert_eq!(words(due_at(-DAY - 1)), "2 days late");
        assert_eq!(
            with(due_at(3 * DAY), Some((1.0, 2.0)), None, 0),
            "Graded, due in 3 days"
        );
    }

    #[test]
    fn what_is_over_says_how_it_ended() {
        let closed = || Terms {
            closes_at: Some(NOW),
            ..due_at(-DAY)
        };
        assert_eq!(with(closed(), None, None, 0), "Closed");
        assert_eq!(
            with(closed(), Some((1.0, 2.0)), Some("graded"), 1),
            "Graded"
        );
        assert_eq!(
            with(due_at(DAY), Some((2.0, 2.0)), Some("graded"), 1),
            "Done"
        );
        assert_eq!(with(due_at(DAY), None, Some("queued"), 1), "Being graded");
        assert_eq!(
            with(due_at(DAY), None, Some("error"), 0),
            "Could not be graded yet"
        );
        let opens = Terms {
            opens_at: Some(NOW + DAY),
            ..Terms::default()
        };
        assert_eq!(with(opens, None, None, 0), "Opens Tue 7 Jan, 00:00 UTC");
    }

    #[test]
    fn points_and_late_rules_are_short() {
        assert_eq!(points(2.0), "2");
        assert_eq!(points(1.5), "1.5");
        assert_eq!(points(2.0 / 3.0), "0.67");
        let zone = Zone::of("UTC");
        let mut terms = due_at(0);
        terms.late_percent = 10;
        assert_eq!(
            late_rule(&terms, &zone).unwrap(),
            "Each day late costs 10 %."
        );
        assert_eq!(late_rule(&Terms::default(), &zone), None);
    }
}
