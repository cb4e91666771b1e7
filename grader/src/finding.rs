//! What a rule comes to: its demands one by one, and the sentences that they add up to.

use crate::words::list;

/// Most unmet demands that are told at once; more would bury the learner.
const MOST: usize = 3;

/// A judged rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) pass: bool,
    /// A sentence without its full stop.
    pub(crate) expected: String,
    /// One or more whole sentences.
    pub(crate) found: String,
    pub(crate) look_at: Option<String>,
    /// Demands met, of how many: which branch of an `any` is nearest.
    pub(crate) met: usize,
    pub(crate) of: usize,
}

impl Finding {
    /// A rule with a single demand.
    pub(crate) fn new(pass: bool, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            pass,
            expected: expected.into(),
            found: found.into(),
            look_at: None,
            met: usize::from(pass),
            of: 1,
        }
    }

    /// Advice for who does not pass.
    pub(crate) fn look_at(mut self, advice: impl Into<String>) -> Self {
        self.look_at = Some(advice.into());
        self
    }

    /// How many demands were left unlooked at because this one failed.
    pub(crate) fn out_of(mut self, of: usize) -> Self {
        self.of = of.max(self.of);
        self
    }

    /// Unmet demands.
    pub(crate) fn missing(&self) -> usize {
        self.of.saturating_sub(self.met)
    }
}

/// Demands on one thing, judged one after another.
#[derive(Debug, Clone, Default)]
pub(crate) struct Demands {
    list: Vec<Demand>,
}

#[derive(Debug, Clone)]
struct Demand {
    /// A noun phrase that follows "with": "user `app`".
    wanted: String,
    /// Nothing if it is met, else what is there, as sentences.
    unmet: Option<String>,
    look_at: Option<String>,
}

impl Demands {
    /// Adds a demand; `found` is asked only when it is not met.
    pub(crate) fn add(
        &mut self,
        wanted: impl Into<String>,
        met: bool,
        found: impl FnOnce() -> String,
    ) {
        self.list.push(Demand {
            wanted: wanted.into(),
            unmet: (!met).then(found),
            look_at: None,
        });
    }

    /// Advice for the demand that was added last.
    pub(crate) fn advise(&mut self, advice: impl Into<String>) {
        if let Some(last) = self.list.last_mut() {
            last.look_at = Some(advice.into());
        }
    }

    /// Whether every demand so far is met.
    pub(crate) fn all_met(&self) -> bool {
        self.list.iter().all(|demand| demand.unmet.is_none())
    }

    /// Demands met so far.
    pub(crate) fn met(&self) -> usize {
        self.list.iter().filter(|d| d.unmet.is_none()).count()
    }

    /// What is wanted, met or not.
    pub(crate) fn expected(&self, subject: &str) -> String {
        let all: Vec<&str> = self.list.iter().map(|d| d.wanted.as_str()).collect();
        sentence(subject, &all)
    }

    /// Adds them up. `subject` begins the sentence of what is expected, `there` is what to say when
    /// all is well, and `otherwise` advises where no demand has its own advice.
    pub(crate) fn finish(self, subject: &str, there: String, otherwise: &str) -> Finding {
        let (met, of) = (self.met(), self.list.len());
        let pass = met == of;
        let told: Vec<&Demand> = self
            .list
            .iter()
            .filter(|demand| pass || demand.unmet.is_some())
            .collect();
        let wanted: Vec<&str> = told.iter().map(|d| d.wanted.as_str()).collect();
        let expected = sentence(subject, &wanted);
        let (found, look_at) = if pass {
            (there, None)
        } else {
            // Two demands may fail for one reason: it is told once.
            let mut sentences: Vec<String> = Vec::new();
            for sentence in told.iter().filter_map(|d| d.unmet.as_ref()) {
                if !sentences.contains(sentence) {
                    sentences.push(sentence.clone());
                }
            }
            let untold = sentences.len().saturating_sub(MOST);
            sentences.truncate(MOST);
            if untold > 0 {
                sentences.push(format!("And {untold} more."));
            }
            let advice = told.iter().find_map(|d| d.look_at.clone());
            (
                sentences.join(" "),
                Some(advice.unwrap_or_else(|| otherwise.to_owned())),
            )
        };
        Finding {
            pass,
            expected,
            found,
            look_at,
            // The thing itself is there: that counts too.
            met: met + 1,
            of: of + 1,
        }
    }
}

fn sentence(subject: &str, wanted: &[&str]) -> String {
    if wanted.is_empty() {
        subject.to_owned()
    } else {
        format!("{subject} with {}", list(wanted))
    }
}
