//! The rules of an assignment, as pure functions of times and numbers: whether it is open, what
//! lateness costs, and which of several submissions counts. Times are Unix seconds.

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// Which of several submissions counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Counts {
    /// The one with the most points, lateness taken off.
    #[default]
    Best,
    /// The one that was handed in last.
    Last,
}

impl Counts {
    /// The word that is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::Last => "last",
        }
    }

    /// The rule of that word.
    pub fn read(word: &str) -> Option<Self> {
        [Self::Best, Self::Last]
            .into_iter()
            .find(|counts| counts.word() == word)
    }
}

/// Where a submission is graded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Grading {
    /// In the student's own sandbox, as it stands.
    Live,
    /// In a fresh one that the submitted files are built in.
    #[default]
    Clean,
}

impl Grading {
    /// The word that is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Clean => "clean",
        }
    }

    /// The way of that word.
    pub fn read(word: &str) -> Option<Self> {
        [Self::Live, Self::Clean]
            .into_iter()
            .find(|grading| grading.word() == word)
    }
}

/// When an assignment is open, and how it counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// From when on it is taken. `None`: at once.
    pub opens_at: Option<i64>,
    /// Until when it is in time. `None`: always.
    pub due_at: Option<i64>,
    /// Until when it is taken. `None`: for ever.
    pub closes_at: Option<i64>,
    /// Percent taken off for each day begun after `due_at`, 0 to 100.
    pub late_percent: u8,
    /// How often a lab may be handed in. `None`: any number.
    pub max_attempts: Option<u32>,
    /// Which submission of a lab counts.
    pub counts: Counts,
    /// Where a lab is graded.
    pub grading: Grading,
}

/// Why nothing is taken now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It opens only then.
    NotOpen(i64),
    /// It closed then.
    Closed(i64),
    /// It was handed in as often as it may be.
    NoAttemptsLeft(u32),
}

/// One graded submission.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Graded<Id> {
    /// Names it.
    pub id: Id,
    /// When it was handed in.
    pub submitted_at: i64,
    /// As it was graded, before lateness.
    pub score: f64,
}

/// The submission that counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counting<Id> {
    /// Names it.
    pub id: Id,
    /// With lateness taken off.
    pub score: f64,
    /// Days begun after it was due.
    pub late_days: u32,
}

impl Terms {
    /// Why nothing can be handed in now, after `attempts` that count.
    ///
    /// An attempt counts unless the platform failed to grade it.
    pub fn refuses(&self, now: i64, attempts: u32) -> Option<Refusal> {
        if let Some(opens) = self.opens_at.filter(|opens| now < *opens) {
            return Some(Refusal::NotOpen(opens));
        }
        if let Some(closes) = self.closes_at.filter(|closes| now >= *closes) {
            return Some(Refusal::Closed(closes));
        }
        self.max_attempts
            .filter(|most| attempts >= *most)
            .map(Refusal::NoAttemptsLeft)
    }

    /// How many attempts are left after `attempts` that count; `None`: any number.
    pub fn attempts_left(&self, attempts: u32) -> Option<u32> {
        self.max_attempts.map(|most| most.saturating_sub(attempts))
    }

    /// Days begun after it was due: what comes at the due second is in time.
    pub fn late_days(&self, at: i64) -> u32 {
        let late = self.due_at.map_or(0, |due| at.saturating_sub(due).max(0));
        // Rounded up: a day that has begun counts.
        u32::try_from(late / DAY + i64::from(late % DAY > 0)).unwrap_or(u32::MAX)
    }

    /// What is left of a score that is so many days late. Never below zero.
    pub fn after_lateness(&self, score: f64, late_days: u32) -> f64 {
        let left = 100_u64.saturating_sub(u64::from(self.late_percent) * u64::from(late_days));
        #[expect(clippy::cast_precision_loss, reason = "it is at most 100")]
        let left = left as f64;
        score * left / 100.0
    }

    /// Which of these counts, if there is one. Of equally good ones it is the first.
    pub fn counting<Id: Copy>(
        &self,
        submissions: impl IntoIterator<Item = Graded<Id>>,
    ) -> Option<Counting<Id>> {
        let mut all: Vec<Graded<Id>> = submissions.into_iter().collect();
        all.sort_by_key(|one| one.submitted_at);
        let weighed = all.into_iter().map(|one| {
            let late_days = self.late_days(one.submitted_at);
            Counting {
                id: one.id,
                score: self.after_lateness(one.score, late_days),
                late_days,
            }
        });
        weighed.reduce(|kept, next| match self.counts {
            Counts::Last => next,
            Counts::Best if next.score > kept.score => next,
            Counts::Best => kept,
        })
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these numbers are exact")]
mod tests {
    use super::*;

    const DUE: i64 = 1_000_000;

    fn due(late_percent: u8) -> Terms {
        Terms {
            due_at: Some(DUE),
            late_percent,
            ..Terms::default()
        }
    }

    #[test]
    fn it_is_taken_from_its_opening_until_just_before_its_close() {
        let terms = Terms {
            opens_at: Some(10),
            closes_at: Some(20),
            ..Terms::default()
        };
        assert_eq!(terms.refuses(9, 0), Some(Refusal::NotOpen(10)));
        assert_eq!(terms.refuses(10, 0), None);
        assert_eq!(terms.refuses(19, 0), None);
        assert_eq!(terms.refuses(20, 0), Some(Refusal::Closed(20)));
        assert_eq!(Terms::default().refuses(i64::MAX, u32::MAX), None);
    }

    #[test]
    fn after_the_last_attempt_nothing_more_is_taken() {
        let terms = Terms {
            max_attempts: Some(2),
            ..Terms::default()
        };
        assert_eq!(
            (terms.refuses(0, 1), terms.attempts_left(1)),
            (None, Some(1))
        );
        assert_eq!(terms.refuses(0, 2), Some(Refusal::NoAttemptsLeft(2)));
        assert_eq!(terms.attempts_left(3), Some(0));
        assert_eq!(Terms::default().attempts_left(3), None);
    }

    #[test]
    fn each_day_that_has_begun_is_a_late_day() {
        let terms = due(10);
        for (after, days) in [
            (-1, 0),
            (0, 0),
            (1, 1),
            (DAY, 1),
            (DAY + 1, 2),
            (10 * DAY, 10),
        ] {
            assert_eq!(terms.late_days(DUE + after), days, "{after} s");
        }
        assert_eq!(Terms::default().late_days(i64::MAX), 0);
        assert_eq!(due(10).late_days(i64::MAX), u32::MAX);
    }

    #[test]
    fn lateness_takes_percents_off_and_never_more_than_all() {
        assert_eq!(due(10).after_lateness(8.0, 0), 8.0);
        assert_eq!(due(10).after_lateness(8.0, 3), 5.6);
        assert_eq!(due(10).after_lateness(8.0, 10), 0.0);
        assert_eq!(due(10).after_lateness(8.0, u32::MAX), 0.0);
        assert_eq!(due(0).after_lateness(8.0, 99), 8.0);
        assert_eq!(due(100).after_lateness(8.0, 1), 0.0);
    }

    fn graded(id: u8, at: i64, score: f64) -> Graded<u8> {
        Graded {
            id,
            submitted_at: at,
            score,
        }
    }

    #[test]
    fn the_best_is_found_with_lateness_taken_off() {
        let terms = due(50);
        let best = terms
            .counting([graded(1, DUE, 6.0), graded(2, DUE + 1, 10.0)])
            .unwrap();
        assert_eq!((best.id, best.score, best.late_days), (1, 6.0, 0));
        let best = terms
            .counting([graded(2, DUE + 1, 14.0), graded(1, DUE, 6.0)])
            .unwrap();
        assert_eq!((best.id, best.score, best.late_days), (2, 7.0, 1));
    }

    #[test]
    fn of_equally_good_ones_the_first_counts() {
        let all = [graded(2, 5, 6.0), graded(1, 4, 6.0)];
        assert_eq!(Terms::default().counting(all).unwrap().id, 1);
    }

    #[test]
    fn the_last_counts_where_that_is_the_rule_even_if_it_is_worse() {
        let terms = Terms {
            counts: Counts::Last,
            ..Terms::default()
        };
        let all = [graded(2, 5, 1.0), graded(1, 4, 6.0)];
        assert_eq!(terms.counting(all).unwrap().id, 2);
        assert!(terms.counting(Vec::<Graded<u8>>::new()).is_none());
    }

    #[test]
    fn stored_words_are_read_back() {
        for counts in [Counts::Best, Counts::Last] {
            assert_eq!(Counts::read(counts.word()), Some(counts));
        }
        for grading in [Grading::Live, Grading::Clean] {
            assert_eq!(Grading::read(grading.word()), Some(grading));
        }
        assert_eq!(Counts::read("first"), None);
    }
}
