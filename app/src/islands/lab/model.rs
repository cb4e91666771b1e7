//! What the API says about a session and its checks.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::bar::StepRef;

/// A session as the API gives it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(crate) struct Session {
    pub id: String,
    pub state: String,
    #[serde(default)]
    pub expires_at: String,
    #[serde(default)]
    pub stage: Option<Stage>,
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub can_extend: bool,
}

/// What is being done while a session is created.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(crate) struct Stage {
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    pub done: u32,
    #[serde(default)]
    pub of: u32,
}

/// A list of checks, or of the ones that changed.
#[derive(Deserialize)]
pub(crate) struct CheckList {
    pub checks: Vec<Seen>,
}

/// What was seen when a check was last looked at.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(crate) struct Seen {
    pub id: String,
    pub state: String,
    #[serde(default)]
    pub title: Option<String>,
    #[serde(default)]
    pub expected: Option<String>,
    #[serde(default)]
    pub found: Option<String>,
    #[serde(default)]
    pub hint: Option<String>,
    #[serde(default)]
    pub answer: Option<Given>,
}

/// The answer that a learner gave before.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(crate) struct Given {
    #[serde(default)]
    pub given: Option<String>,
}

/// Where a session is, as the page tells it. The style sheet shows the panel of the phase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Nothing runs.
    #[default]
    Idle,
    /// Being created.
    Creating,
    /// Running.
    Ready,
    /// Running, with less than five minutes left.
    Ending,
    /// Over.
    Ended,
    /// Could not be created, or broke.
    Failed,
    /// The server said no: no room, or no engine.
    Refused,
}

impl Phase {
    /// The value of `data-phase`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Creating => "creating",
            Self::Ready => "ready",
            Self::Ending => "ending",
            Self::Ended => "ended",
            Self::Failed => "failed",
            Self::Refused => "refused",
        }
    }

    /// What the learner reads.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Idle => "not started",
            Self::Creating => "starting",
            Self::Ready => "ready",
            Self::Ending => "ending soon",
            Self::Ended => "ended",
            Self::Failed => "failed",
            Self::Refused => "not available",
        }
    }

    /// From the API's word. An unknown one means a newer server: it is taken as running.
    pub(crate) fn of(state: &str) -> Self {
        match state {
            "creating" => Self::Creating,
            "ending" => Self::Ending,
            "ended" => Self::Ended,
            "failed" => Self::Failed,
            _ => Self::Ready,
        }
    }

    /// Whether there is a shell to talk to.
    pub(crate) fn alive(self) -> bool {
        matches!(self, Self::Ready | Self::Ending)
    }
}

/// The step that a learner is at: the first one with a check that has not passed. None when every
/// check has.
pub(crate) fn current_step(steps: &[StepRef], seen: &BTreeMap<String, Seen>) -> Option<usize> {
    steps.iter().position(|step| {
        step.checks
            .iter()
            .any(|id| seen.get(id).is_none_or(|check| check.state != "pass"))
    })
}

/// 2530 → "42:10", 7325 → "2:02:05". Never negative.
pub(crate) fn clock(seconds: f64) -> String {
    let seconds = seconds.max(0.0) as u32;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    // Padded by hand: `{:02}` brings 2 kB of formatting code along.
    let two = |number: u32| format!("{}{}", number / 10, number % 10);
    if hours > 0 {
        format!("{hours}:{}:{}", two(minutes), two(seconds))
    } else {
        format!("{minutes}:{}", two(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(id: &str, checks: &[&str]) -> StepRef {
        StepRef {
            id: id.to_owned(),
            title: id.to_owned(),
            checks: checks.iter().map(|&check| check.to_owned()).collect(),
        }
    }

    fn seen(states: &[(&str, &str)]) -> BTreeMap<String, Seen> {
        states
            .iter()
            .map(|&(id, state)| {
                let check = Seen {
                    id: id.to_owned(),
                    state: state.to_owned(),
                    ..Seen::default()
                };
                (id.to_owned(), check)
            })
            .collect()
    }

    #[test]
    fn the_current_step_is_the_first_with_an_open_check() {
        let steps = [step("read", &[]), step("a", &["1", "2"]), step("b", &["3"])];
        assert_eq!(current_step(&steps, &seen(&[])), Some(1));
        let half = seen(&[("1", "pass"), ("2", "fail"), ("3", "pass")]);
        assert_eq!(current_step(&steps, &half), Some(1));
        let first = seen(&[("1", "pass"), ("2", "pass"), ("3", "error")]);
        assert_eq!(current_step(&steps, &first), Some(2));
        let all = seen(&[("1", "pass"), ("2", "pass"), ("3", "pass")]);
        assert_eq!(current_step(&steps, &all), None);
    }

    #[test]
    fn time_left_reads_like_a_clock_and_stops_at_nought() {
        assert_eq!(clock(2530.9), "42:10");
        assert_eq!(clock(7325.0), "2:02:05");
        assert_eq!(clock(9.0), "0:09");
        assert_eq!(clock(-4.0), "0:00");
    }

    #[test]
    fn a_session_is_read_with_fields_missing_and_fields_unknown() {
        let text = r#"{"id":"s","state":"creating","course":"docker","stage":null,"terminals":[1],"later":{}}"#;
        let session: Session = serde_json::from_str(text).unwrap();
        assert_eq!(Phase::of(&session.state), Phase::Creating);
        assert_eq!(session.stage, None);
    }
}
