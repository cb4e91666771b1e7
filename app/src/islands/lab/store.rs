//! The state of the one lab on the page: its session, its checks, and what is done with them.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::model::{CheckList, Phase, Seen, Session};
use super::page;
use super::panes::{Pane, Shown};
use crate::browser::{self, Problem};

/// Handle on the state; all copies are the same.
#[derive(Clone, Copy)]
pub(crate) struct Lab {
    pub phase: RwSignal<Phase>,
    pub session: RwSignal<Session>,
    /// Counts the machines that this page has had; terminals belong to one of them. A machine
    /// counts as soon as the server has promised it: its terminals wait for it there.
    pub machine: RwSignal<u32>,
    /// What each check was last seen as, by its id.
    pub seen: RwSignal<BTreeMap<String, Seen>>,
    /// Stages of creation that were shown, in order.
    pub stages: RwSignal<Vec<String>>,
    /// Why there is no session, or what an action came to.
    pub reason: RwSignal<String>,
    /// Whether something that the learner asked for is under way.
    pub busy: RwSignal<bool>,
    /// Whether the event stream is lost at the moment.
    pub lost: RwSignal<bool>,
    /// Said to screen readers.
    pub said: RwSignal<String>,
    /// Counted up each second while a session lives.
    pub tick: RwSignal<u32>,
    /// Which panes are shown.
    pub shown: Shown,
}

impl Lab {
    fn new() -> Self {
        Self {
            phase: RwSignal::new(Phase::Idle),
            session: RwSignal::new(Session::default()),
            machine: RwSignal::new(0),
            seen: RwSignal::new(BTreeMap::new()),
            stages: RwSignal::new(Vec::new()),
            reason: RwSignal::new(String::new()),
            busy: RwSignal::new(false),
            lost: RwSignal::new(false),
            said: RwSignal::new(String::new()),
            tick: RwSignal::new(0),
            shown: Shown::new(),
        }
    }

    /// The lab of this page. On the server each island is drawn from an empty one.
    pub(crate) fn of_page() -> Self {
        #[cfg(target_arch = "wasm32")]
        {
            thread_local! {
                static LAB: std::cell::OnceCell<Lab> = const { std::cell::OnceCell::new() };
            }
            LAB.with(|lab| *lab.get_or_init(Self::new))
        }
        #[cfg(not(target_arch = "wasm32"))]
        Self::new()
    }

    /// Starts a session, or joins the one that this learner has.
    pub(crate) fn start(self, course: String, lab: String) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.reason.set(String::new());
        self.stages.set(vec!["Asking for a machine".to_owned()]);
        self.phase.set(Phase::Creating);
        spawn_local(async move {
            let url = format!("/api/v1/labs/{course}/{lab}/session");
            match post(&url).await {
                Ok(session) => self.follow(session),
                Err(problem) => {
                    self.reason.set(problem.sentence());
                    self.phase.set(Phase::Refused);
                }
            }
            self.busy.set(false);
        });
    }

    /// Gives the machine a fresh start, after asking.
    pub(crate) fn reset(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let sure = page::confirm(
                "Reset this lab?",
                "Your machine is replaced by a fresh one: files, images and containers that you \
                 made in it go away. Checks start again from the beginning.",
                "Reset the lab",
            )
            .await;
            if sure {
                let before = self.phase.get_untracked();
                self.stages.set(vec!["Clearing the machine".to_owned()]);
                self.phase.set(Phase::Creating);
                match post(&self.url("/reset")).await {
                    Ok(session) => {
                        page::close_terminals();
                        page::close_editor();
                        self.seen.update(BTreeMap::clear);
                        self.follow(session);
                    }
                    Err(problem) => {
                        self.phase.set(before);
                        self.reason.set(problem.sentence());
                    }
                }
            }
            self.busy.set(false);
        });
    }

    /// Asks for more time.
    pub(crate) fn extend(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            match post(&self.url("/extend")).await {
                Ok(session) => {
                    self.reason.set(String::new());
                    self.take(session);
                    self.said.set("More time was added.".to_owned());
                }
                Err(problem) => self.reason.set(problem.sentence()),
            }
            self.busy.set(false);
        });
    }

    /// Asks for every check to be looked at again.
    pub(crate) fn check_now(self) {
        spawn_local(async move {
            let url = self.url("/checks/run");
            match browser::request("POST", &url, None).await {
                Ok(_) => self.reason.set(String::new()),
                Err(problem) => self.reason.set(problem.sentence()),
            }
        });
    }

    /// Sends the answer to an `answer` check.
    pub(crate) fn answer(self, check: String, answer: String, problem: RwSignal<String>) {
        spawn_local(async move {
            let url = self.url(&format!("/checks/{check}/answer"));
            let body = serde_json::to_string(&answer).unwrap_or_default();
            let body = format!(r#"{{"answer":{body}}}"#);
            // The verdict comes with the events, often before this reply, which knows of none yet.
            match browser::request("POST", &url, Some(body)).await {
                Ok(_) => problem.set(String::new()),
                Err(error) => problem.set(error.sentence()),
            }
        });
    }

    /// Address of the session, or of something of it.
    pub(crate) fn url(self, rest: &str) -> String {
        let mut url = "/api/v1/sessions/".to_owned();
        self.session
            .with_untracked(|session| url.push_str(&session.id));
        url.push_str(rest);
        url
    }

    /// Takes a session over and follows its events.
    fn follow(self, session: Session) {
        self.take(session);
        if matches!(
            self.phase.get_untracked(),
            Phase::Ended | Phase::Failed | Phase::Idle
        ) {
            return;
        }
        self.machine.update(|machine| *machine += 1);
        let on_event = wasm_bindgen::closure::Closure::new(move |name: String, data: String| {
            self.hear(&name, &data);
        });
        page::listen(&self.url("/events"), &on_event);
        // It lives as long as the page: the stream is followed until the session ends.
        on_event.forget();
    }

    fn hear(self, name: &str, data: &str) {
        match name {
            "session" => {
                if let Ok(session) = browser::read::<Session>(data) {
                    self.take(session);
                }
            }
            "check" => {
                if let Ok(list) = browser::read::<CheckList>(data) {
                    self.look(list.checks);
                }
            }
            "build" if page::hear_build(data) => self.shown.tell(Pane::Builds),
            "open" => self.lost.set(false),
            "lost" => self.lost.set(true),
            // The stream is refused for good: the session is gone.
            "gone" => {
                self.reason.set(
                    "The server no longer knows this session: it has ended or was cleared away."
                        .to_owned(),
                );
                self.end(Phase::Ended);
            }
            _ => {}
        }
    }

    fn take(self, session: Session) {
        let phase = Phase::of(&session.state);
        if let Some(stage) = &session.stage
            && phase == Phase::Creating
        {
            self.stages.update(|stages| {
                if stages.last() != Some(&stage.text) && !stage.text.is_empty() {
                    stages.push(stage.text.clone());
                }
            });
        }
        if let Some(reason) = &session.reason {
            self.reason.set(reason.clone());
        }
        let before = self.phase.get_untracked();
        self.session.set(session);
        match phase {
            Phase::Ended | Phase::Failed => self.end(phase),
            _ if phase == before => {}
            _ => {
                self.phase.set(phase);
                self.said.set(match phase {
                    Phase::Ready => "The lab is ready.".to_owned(),
                    Phase::Ending => "Less than five minutes are left.".to_owned(),
                    _ => String::new(),
                });
            }
        }
    }

    fn end(self, phase: Phase) {
        page::stop_listening();
        page::close_terminals();
        page::close_editor();
        self.lost.set(false);
        self.phase.set(phase);
        self.said.set(match phase {
            Phase::Failed => "The lab failed.".to_owned(),
            _ => "The lab session has ended.".to_owned(),
        });
    }

    fn look(self, checks: Vec<Seen>) {
        let mut said = String::new();
        self.seen.update(|seen| {
            for check in checks {
                let before = seen.get(&check.id).map(|check| check.state.as_str());
                // Announced when it turns, not for what had passed before the page was opened.
                if check.state == "pass"
                    && before.is_some_and(|state| state != "pass")
                    && let Some(title) = &check.title
                {
                    said.push_str("Passed: ");
                    said.push_str(title);
                    said.push_str(". ");
                }
                seen.insert(check.id.clone(), check);
            }
        });
        if !said.is_empty() {
            self.said.set(said);
        }
    }
}

async fn post(url: &str) -> Result<Session, Problem> {
    let text = browser::request("POST", url, None).await?;
    browser::read(&text)
}
