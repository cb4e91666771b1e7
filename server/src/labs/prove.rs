//! `drydock verify`: proves a lab on a real engine. At the start no check may hold; after the
//! reference solution every check must; after a wrong turn the checks that it names must fail and
//! say what it wants them to say. A lab that can be graded cleanly is: after the solution its files
//! go into a fresh sandbox, are rebuilt there, and every check must hold again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use bytes::Bytes;
use drydock_course::check::Check;
use drydock_course::model::{Lab, Rebuild, StartFile as File, WrongTurn};
use drydock_grader::{Evidence, State, Verdict, judge_all};
use drydock_sandbox::{Exec, Host, Limits, Sandbox, SandboxId, StartFile};

use super::clean::{self, Machine};
use super::observe::survey;
use super::start::{HOME_LIMIT, lab_spec, start_file};

/// How long a script may take.
const SOLUTION: Duration = Duration::from_secs(300);
/// Bytes of a script's output that are shown when it fails.
const OUTPUT: usize = 64 * 1024;

/// What came of one lab, or of one wrong turn in it.
#[derive(Debug)]
pub struct Proof {
    /// Time until the sandbox could be used.
    pub ready: Duration,
    /// Time to judge the start state; a wrong turn does not judge it again.
    pub before: Option<Duration>,
    /// Time of the script.
    pub script: Duration,
    /// Time to judge the end state.
    pub after: Duration,
    /// Time of clean grading, where the lab has a script for it.
    pub clean: Option<Duration>,
    /// How many checks were judged by what they should come to.
    pub checks: usize,
    /// What is wrong, as sentences; empty when it is proved.
    pub faults: Vec<String>,
}

/// Proves one lab, or one wrong turn in it, in a sandbox of its own, which is removed again.
///
/// # Errors
/// When the platform fails: no engine, no room. What is wrong with the lab is in the [`Proof`].
pub async fn prove(
    host: &Host,
    lab: &Lab,
    turn: Option<&WrongTurn>,
    defaults: Limits,
) -> anyhow::Result<Proof> {
    let begun = Instant::now();
    let id = SandboxId::new();
    let outcome = async {
        let sandbox = host.create(lab_spec(lab, id, defaults)).await?;
        sandbox.ready(|_| {}).await?;
        let ready = begun.elapsed();
        let proof = match turn {
            None => prove_solution(&sandbox, lab, ready).await,
            Some(turn) => prove_turn(&sandbox, lab, turn, ready).await,
        }?;
        // Taken only where it is graded from them.
        let files = match lab.rebuild {
            Some(_) if turn.is_none() => Some(sandbox.archive(HOME_LIMIT).await?),
            _ => None,
        };
        anyhow::Ok((proof, files))
    }
    .await;
    host.remove(id).await?;
    let (mut proof, files) = outcome?;
    if let (Some(rebuild), Some(files)) = (&lab.rebuild, files) {
        let clock = Instant::now();
        let faults = prove_clean(host, lab, rebuild, files, defaults).await?;
        proof.faults.extend(faults);
        proof.clean = Some(clock.elapsed());
    }
    Ok(proof)
}

/// Grades the solution's files as a submission is graded.
async fn prove_clean(
    host: &Host,
    lab: &Lab,
    rebuild: &Rebuild,
    files: Bytes,
    defaults: Limits,
) -> anyhow::Result<Vec<String>> {
    let machine = Machine {
        host,
        id: SandboxId::new(),
        submission: None,
        defaults,
    };
    let answers = &lab.solution.answers;
    let rebuilt = clean::rebuild(&machine, lab, rebuild, files, answers).await?;
    let mut faults = Vec::new();
    if !rebuilt.note.is_empty() {
        faults.push(format!(
            "grading/rebuild.sh fails on the solution's files. {}",
            rebuilt.note.replace('\n', "\n      ")
        ));
    }
    let checks = lab.checks();
    for (id, verdict) in judge_all(checks, &rebuilt.observed, &BTreeSet::new()) {
        if verdict.state != State::Pass {
            faults.push(format!(
                "check `{id}` does not hold after clean grading of the solution's files ({:?}): expected {}; found {}",
                verdict.state, verdict.expected, verdict.found
            ));
        }
    }
    Ok(faults)
}

async fn prove_solution(sandbox: &Sandbox, lab: &Lab, ready: Duration) -> anyhow::Result<Proof> {
    let mut faults = Vec::new();
    let all: Vec<Check> = lab.checks().cloned().collect();
    let clock = Instant::now();
    // Each check by itself, without regard to the order: an `after` must not hide a check that
    // holds from the start.
    let unordered: Vec<Check> = lab
        .checks()
        .map(|check| Check {
            after: None,
            ..check.clone()
        })
        .collect();
    for (id, verdict) in verdicts(sandbox, &unordered, &BTreeMap::new()).await {
        match verdict.state {
            State::Pass => faults.push(format!(
                "check `{id}` holds at the start already: it proves nothing"
            )),
            State::Error => faults.push(format!(
                "check `{id}` cannot be looked at in the start state: {}",
                verdict.found
            )),
            State::Fail | State::Pending => {}
        }
    }
    let before = clock.elapsed();

    let clock = Instant::now();
    let files: Vec<&File> = lab.solution.files.iter().collect();
    let script = ("solution/solve.sh", lab.solution.script.as_str());
    faults.extend(play(sandbox, script, &files).await?);
    let script = clock.elapsed();

    let clock = Instant::now();
    for (id, verdict) in verdicts(sandbox, &all, &lab.solution.answers).await {
        if verdict.state != State::Pass {
            faults.push(format!(
                "check `{id}` does not hold after the solution ({:?}): expected {}; found {}",
                verdict.state, verdict.expected, verdict.found
            ));
        }
    }
    Ok(Proof {
        ready,
        before: Some(before),
        script,
        after: clock.elapsed(),
        clean: None,
        checks: all.len(),
        faults,
    })
}

async fn prove_turn(
    sandbox: &Sandbox,
    lab: &Lab,
    turn: &WrongTurn,
    ready: Duration,
) -> anyhow::Result<Proof> {
    let clock = Instant::now();
    let of_turn = |path: &str| turn.files.iter().any(|file| file.path == path);
    // Where a wrong turn does the rest right, it can use what the solution uses.
    let files: Vec<&File> = lab
        .solution
        .files
        .iter()
        .filter(|file| !of_turn(&file.path))
        .chain(&turn.files)
        .collect();
    let name = format!("wrong/{}/solve.sh", turn.name);
    let mut faults: Vec<String> = play(sandbox, (&name, &turn.script), &files)
        .await?
        .into_iter()
        .collect();
    let script = clock.elapsed();

    let clock = Instant::now();
    let judged = verdicts(sandbox, &involved(lab, turn), &turn.answers).await;
    for (id, said) in &turn.expect {
        let verdict = judged.iter().find(|(judged, _)| judged == id);
        faults.extend(verdict.and_then(|(_, verdict)| astray(id, verdict, said)));
    }
    Ok(Proof {
        ready,
        before: None,
        script,
        after: clock.elapsed(),
        clean: None,
        checks: turn.expect.len(),
        faults,
    })
}

/// What is wrong with the verdict on a wrong turn, if anything: it must be a failure whose message
/// has this text.
fn astray(id: &str, verdict: &Verdict, said: &str) -> Option<String> {
    let message = match &verdict.look_at {
        Some(look_at) => format!("{} {look_at}", verdict.found),
        None => verdict.found.clone(),
    };
    match verdict.state {
        State::Pass => Some(format!(
            "check `{id}` holds after this wrong turn: it cannot tell wrong from right"
        )),
        State::Fail if message.contains(said) => None,
        State::Fail => Some(format!(
            "check `{id}` fails as it should, and does not say “{said}”. It says: {message}"
        )),
        State::Pending => Some(format!(
            "check `{id}` is not judged after this wrong turn, so a learner is told nothing: {}",
            verdict.found
        )),
        State::Error => Some(format!("check `{id}` could not be looked at: {message}")),
    }
}

/// The checks that a wrong turn names and those that they come after, in the lab's order: looking
/// at others would take time and tell nothing.
fn involved(lab: &Lab, turn: &WrongTurn) -> Vec<Check> {
    let mut wanted: BTreeSet<&str> = turn.expect.keys().map(String::as_str).collect();
    loop {
        let more: Vec<&str> = lab
            .checks()
            .filter(|check| wanted.contains(check.id.as_str()))
            .filter_map(|check| check.after.as_deref())
            .flat_map(|after| {
                let named = lab.checks().any(|check| check.id == after);
                lab.checks()
                    .filter(move |check| {
                        if named {
                            check.id == after
                        } else {
                            check.step == after
                        }
                    })
                    .map(|check| check.id.as_str())
            })
            .filter(|id| !wanted.contains(id))
            .collect();
        if more.is_empty() {
            break;
        }
        wanted.extend(more);
    }
    lab.checks()
        .filter(|check| wanted.contains(check.id.as_str()))
        .cloned()
        .collect()
}

/// Runs a script as a learner would, in the learner's home, with these files beside it. What it
/// gives back is the lab's fault.
async fn play(
    sandbox: &Sandbox,
    (name, script): (&str, &str),
    files: &[&File],
) -> anyhow::Result<Option<String>> {
    let mut put: Vec<StartFile> = files
        .iter()
        .map(|file| StartFile {
            path: format!(".solution/{}", file.path),
            ..start_file(file)
        })
        .collect();
    put.push(StartFile {
        path: ".solution/solve.sh".into(),
        executable: true,
        bytes: Bytes::from(script.to_owned()),
    });
    sandbox.put_files(&put).await?;
    let mut exec = Exec::new(["bash", "/root/.solution/solve.sh"]);
    exec.timeout = SOLUTION;
    exec.max_output = OUTPUT;
    let output = sandbox.exec(exec).await?;
    if output.success() {
        return Ok(None);
    }
    let end = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n      ")
    };
    let how = match (output.timed_out, output.code) {
        (true, _) => format!("took longer than {} seconds", SOLUTION.as_secs()),
        (_, Some(code)) => format!("ended with exit code {code}"),
        (_, None) => "was ended by a signal".to_owned(),
    };
    Ok(Some(format!(
        "{name} {how}; its last lines:\n      {}\n      {}",
        end(&output.stdout),
        end(&output.stderr)
    )))
}

/// Looks at everything that checks ask for and judges them.
async fn verdicts(
    sandbox: &Sandbox,
    checks: &[Check],
    answers: &BTreeMap<String, String>,
) -> Vec<(String, Verdict)> {
    let mut evidence = Evidence::new();
    for (check, answer) in answers {
        evidence.answer(check.clone(), answer.clone());
    }
    survey(sandbox, checks, &mut evidence, BTreeSet::new()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(state: State) -> Verdict {
        Verdict {
            state,
            expected: "An image `hello:v1`.".into(),
            found: "There is no image `hello:v1`.".into(),
            look_at: Some("`docker images` lists them.".into()),
        }
    }

    #[test]
    fn a_wrong_turn_wants_a_failure_that_says_what_it_wants_to_hear() {
        let says = |state, text| astray("made", &verdict(state), text);
        assert_eq!(says(State::Fail, "no image `hello:v1`"), None);
        assert_eq!(says(State::Fail, "docker images"), None);
        let other = says(State::Fail, "a tag").unwrap_or_default();
        assert!(other.contains("does not say “a tag”"), "{other}");
        assert!(other.contains("There is no image"), "{other}");
        for (state, word) in [
            (State::Pass, "cannot tell wrong from right"),
            (State::Pending, "is told nothing"),
            (State::Error, "could not be looked at"),
        ] {
            let fault = says(state, "no image").unwrap_or_default();
            assert!(fault.contains(word), "{fault}");
        }
    }
}
