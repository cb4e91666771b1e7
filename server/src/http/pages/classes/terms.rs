//! When an assignment is open and how it counts, as a form.

use drydock_app::view::{Field, FieldKind, Form};

use super::Sent;
use crate::classes::rules::{Counts, Grading, Terms};
use crate::classes::zone::Zone;

/// What the fields have, as it was typed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    opens: String,
    due: String,
    closes: String,
    late: String,
    attempts: String,
    counts: String,
    grading: String,
}

/// What is wrong with which field.
#[derive(Debug, Clone, Default)]
pub struct Wrong {
    opens: Option<String>,
    due: Option<String>,
    closes: Option<String>,
    late: Option<String>,
    attempts: Option<String>,
    grading: Option<String>,
}

impl Wrong {
    /// That the lab cannot be graded so.
    pub fn grading(text: &str) -> Self {
        Self {
            grading: Some(text.to_owned()),
            ..Self::default()
        }
    }
}

impl Typed {
    /// As a form sent it.
    pub fn sent(sent: &Sent) -> Self {
        let text = |name| sent.get(name).chars().take(40).collect();
        Self {
            opens: text("opens"),
            due: text("due"),
            closes: text("closes"),
            late: text("late"),
            attempts: text("attempts"),
            counts: text("counts"),
            grading: text("grading"),
        }
    }

    /// As these terms are.
    pub fn of(terms: &Terms, zone: &Zone) -> Self {
        let time = |at: Option<i64>| at.map(|at| zone.field(at)).unwrap_or_default();
        Self {
            opens: time(terms.opens_at),
            due: time(terms.due_at),
            closes: time(terms.closes_at),
            late: terms.late_percent.to_string(),
            attempts: terms
                .max_attempts
                .map(|most| most.to_string())
                .unwrap_or_default(),
            counts: terms.counts.word().to_owned(),
            grading: terms.grading.word().to_owned(),
        }
    }

    /// The terms, or what is wrong with them.
    pub fn read(&self, zone: &Zone) -> Result<Terms, Box<Wrong>> {
        let mut wrong = Wrong::default();
        let time = |text: &str, wrong: &mut Option<String>| {
            if text.is_empty() {
                return None;
            }
            let at = zone.read(text);
            if at.is_none() {
                *wrong = Some("Give a day and a time of day, such as 2026-11-27 17:00.".into());
            }
            at
        };
        let opens_at = time(&self.opens, &mut wrong.opens);
        let due_at = time(&self.due, &mut wrong.due);
        let closes_at = time(&self.closes, &mut wrong.closes);
        if let (Some(opens), Some(due)) = (opens_at, due_at)
            && due <= opens
        {
            wrong.due = Some("It must be due after it opens.".into());
        }
        if let Some(closes) = closes_at {
            if due_at.is_some_and(|due| closes < due) {
                wrong.closes = Some("It must not close before it is due.".into());
            } else if opens_at.is_some_and(|opens| closes <= opens) {
                wrong.closes = Some("It must close after it opens.".into());
            }
        }
        let late_percent = match self.late.as_str() {
            "" => 0,
            text => text
                .parse()
                .ok()
                .filter(|percent| *percent <= 100)
                .unwrap_or_else(|| {
                    wrong.late = Some("Give a whole number from 0 to 100.".into());
                    0
                }),
        };
        let max_attempts = match self.attempts.as_str() {
            "" => None,
            text => {
                let most = text.parse().ok().filter(|most| (1..=1000).contains(most));
                if most.is_none() {
                    wrong.attempts = Some(
                        "Give a whole number from 1 to 1000, or nothing for any number.".into(),
                    );
                }
                most
            }
        };
        let is_wrong = [
            &wrong.opens,
            &wrong.due,
            &wrong.closes,
            &wrong.late,
            &wrong.attempts,
        ]
        .into_iter()
        .any(Option::is_some);
        if is_wrong {
            return Err(Box::new(wrong));
        }
        Ok(Terms {
            opens_at,
            due_at,
            closes_at,
            late_percent,
            max_attempts,
            counts: Counts::read(&self.counts).unwrap_or_default(),
            grading: Grading::read(&self.grading).unwrap_or_default(),
        })
    }

    /// The fields, `labs` those of labs too.
    pub fn fields(&self, form: Form, zone: &Zone, now: i64, labs: bool, wrong: Wrong) -> Form {
        let time = |name: &'static str, label: &str, value: &str, help: &str| {
            let label = format!("{label} ({} time)", zone.name().replace('_', " "));
            Field::new(name, label, FieldKind::DateTime)
                .value(value)
                .help(help)
                .optional()
        };
        let due = format!(
            "What comes at this minute is in time. Now it is {} there.",
            zone.show(now)
        );
        let opens = "Empty: at once. What was done before counts.";
        let closes = "Nothing is taken afterwards. Empty: never.";
        let form = form
            .field(time("due", "Due", &self.due, &due).error(wrong.due))
            .field(time("opens", "Opens", &self.opens, opens).error(wrong.opens))
            .field(time("closes", "Closes", &self.closes, closes).error(wrong.closes))
            .field(
                Field::new(
                    "late",
                    "Percent taken off for each day late",
                    FieldKind::Number { min: 0, max: 100 },
                )
                .help("A day that has begun counts. 0: late work counts in full.")
                .value(&self.late)
                .error(wrong.late),
            );
        if !labs {
            return form;
        }
        let choices = |all: &[(&str, &str)]| {
            let all = all
                .iter()
                .map(|(word, text)| ((*word).to_owned(), (*text).to_owned()));
            FieldKind::Choice(all.collect())
        };
        form.field(
            Field::new("attempts", "Labs: how often one may hand in", FieldKind::Number { min: 1, max: 1000 })
                .help("Empty: any number of times. An attempt that fails through no fault of the student does not count.")
                .value(&self.attempts)
                .error(wrong.attempts)
                .optional(),
        )
        .field(
            Field::new(
                "counts",
                "Labs: which attempt counts",
                choices(&[("best", "The best"), ("last", "The last")]),
            )
            .value(&self.counts),
        )
        .field(
            Field::new(
                "grading",
                "Labs: where it is graded",
                choices(&[
                    ("clean", "In a fresh machine, from the files handed in"),
                    ("live", "In the student's machine, as it stands"),
                ]),
            )
            .help("A fresh machine cannot have been tampered with, but not every lab can be graded in one.")
            .value(&self.grading)
            .error(wrong.grading),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(opens: &str, due: &str, closes: &str) -> Typed {
        Typed {
            opens: opens.into(),
            due: due.into(),
            closes: closes.into(),
            ..Typed::default()
        }
    }

    #[test]
    fn times_are_read_in_the_zone_of_the_class_and_shown_as_they_were_typed() {
        let zone = Zone::of("America/New_York");
        let typed = typed("", "2026-11-27T17:00", "2026-12-01T09:30");
        let terms = typed.read(&zone).unwrap();
        assert_eq!(
            zone.show(terms.due_at.unwrap()),
            "Fri 27 Nov 2026, 17:00 EST"
        );
        let again = Typed::of(&terms, &zone);
        assert_eq!((again.due, again.closes), (typed.due, typed.closes));
        assert_eq!((terms.max_attempts, terms.late_percent), (None, 0));
    }

    #[test]
    fn times_out_of_order_are_named_at_their_field() {
        let zone = Zone::of("UTC");
        let wrong = |typed: Typed| typed.read(&zone).unwrap_err();
        assert!(
            wrong(typed("2026-11-28T00:00", "2026-11-27T00:00", ""))
                .due
                .is_some()
        );
        assert!(
            wrong(typed("", "2026-11-27T00:00", "2026-11-26T00:00"))
                .closes
                .is_some()
        );
        assert!(
            wrong(typed("2026-11-27T00:00", "", "2026-11-27T00:00"))
                .closes
                .is_some()
        );
        assert!(wrong(typed("", "soon", "")).due.is_some());
    }

    #[test]
    fn numbers_have_limits() {
        let zone = Zone::of("UTC");
        let with = |late: &str, attempts: &str| Typed {
            late: late.into(),
            attempts: attempts.into(),
            ..Typed::default()
        };
        let terms = with("100", "1000").read(&zone).unwrap();
        assert_eq!((terms.late_percent, terms.max_attempts), (100, Some(1000)));
        assert!(with("101", "").read(&zone).unwrap_err().late.is_some());
        assert!(with("-1", "").read(&zone).unwrap_err().late.is_some());
        assert!(with("", "0").read(&zone).unwrap_err().attempts.is_some());
        assert!(with("", "1.5").read(&zone).unwrap_err().attempts.is_some());
    }
}
