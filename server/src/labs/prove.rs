//! `drydock verify`: proves a lab on a real engine. At the start no check may hold; after the
//! reference solution every check must.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use bytes::Bytes;
use drydock_course::check::Check;
use drydock_course::model::Lab;
use drydock_grader::{Evidence, State, Verdict, judge_all, wanted};
use drydock_sandbox::{Exec, Host, Limits, Sandbox, SandboxId, StartFile};

use super::observe::observe;
use super::start::{lab_spec, start_file};

/// How long a solution may take.
const SOLUTION: Duration = Duration::from_secs(300);
/// Bytes of a solution's output that are shown when it fails.
const OUTPUT: usize = 64 * 1024;
/// Rounds of looking: later ones depend on earlier ones.
const ROUNDS: usize = 8;

/// What came of one lab.
#[derive(Debug)]
pub struct Proof {
    /// Time until the sandbox could be used.
    pub ready: Duration,
    /// Time to judge the start state.
    pub before: Duration,
    /// Time of the solution.
    pub solution: Duration,
    /// Time to judge the end state.
    pub after: Duration,
    /// How many checks the lab has.
    pub checks: usize,
    /// What is wrong, as sentences; empty when the lab is proved.
    pub faults: Vec<String>,
}

/// Proves one lab in a sandbox of its own, which is removed again.
///
/// # Errors
/// When the platform fails: no engine, no room. What is wrong with the lab is in the [`Proof`].
pub async fn prove(host: &Host, lab: &Lab, defaults: Limits) -> anyhow::Result<Proof> {
    let begun = Instant::now();
    let id = SandboxId::new();
    let outcome = async {
        let sandbox = host.create(lab_spec(lab, id, defaults)).await?;
        sandbox.ready(|_| {}).await?;
        judge_lab(&sandbox, lab, begun.elapsed()).await
    }
    .await;
    host.remove(id).await?;
    outcome
}

async fn judge_lab(sandbox: &Sandbox, lab: &Lab, ready: Duration) -> anyhow::Result<Proof> {
    let mut faults = Vec::new();
    let clock = Instant::now();
    // Each check by itself, without regard to the order: an `after` must not hide a check that
    // holds from the start.
    for (id, verdict) in verdicts(sandbox, lab, &BTreeMap::new(), Order::Ignored).await {
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
    if let Err(fault) = solve(sandbox, lab).await? {
        faults.push(fault);
    }
    let solution = clock.elapsed();

    let clock = Instant::now();
    for (id, verdict) in verdicts(sandbox, lab, &lab.solution.answers, Order::Kept).await {
        if verdict.state != State::Pass {
            faults.push(format!(
                "check `{id}` does not hold after the solution ({:?}): expected {}; found {}",
                verdict.state, verdict.expected, verdict.found
            ));
        }
    }
    Ok(Proof {
        ready,
        before,
        solution,
        after: clock.elapsed(),
        checks: lab.checks().count(),
        faults,
    })
}

/// Runs `solve.sh` as a learner would, in the learner's home. The inner error is the lab's fault.
async fn solve(sandbox: &Sandbox, lab: &Lab) -> anyhow::Result<Result<(), String>> {
    let script = StartFile {
        path: ".solution/solve.sh".into(),
        executable: true,
        bytes: Bytes::from(lab.solution.script.clone()),
    };
    let mut files: Vec<StartFile> = lab
        .solution
        .files
        .iter()
        .map(|file| StartFile {
            path: format!(".solution/{}", file.path),
            ..start_file(file)
        })
        .collect();
    files.push(script);
    sandbox.put_files(&files).await?;
    let mut exec = Exec::new(["bash", "/root/.solution/solve.sh"]);
    exec.timeout = SOLUTION;
    exec.max_output = OUTPUT;
    let output = sandbox.exec(exec).await?;
    if output.success() {
        return Ok(Ok(()));
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
    Ok(Err(format!(
        "solution/solve.sh {how}; its last lines:\n      {}\n      {}",
        end(&output.stdout),
        end(&output.stderr)
    )))
}

/// Whether `after` counts.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Kept,
    Ignored,
}

/// Looks at everything that the lab's checks ask for and judges them.
async fn verdicts(
    sandbox: &Sandbox,
    lab: &Lab,
    answers: &BTreeMap<String, String>,
    order: Order,
) -> Vec<(String, Verdict)> {
    let checks: Vec<Check> = lab
        .checks()
        .map(|check| Check {
            after: check.after.clone().filter(|_| order == Order::Kept),
            ..check.clone()
        })
        .collect();
    let mut evidence = Evidence::new();
    for (check, answer) in answers {
        evidence.answer(check.clone(), answer.clone());
    }
    let mut passed = BTreeSet::new();
    let mut judged = Vec::new();
    for _ in 0..ROUNDS {
        for probe in wanted(&checks, &evidence, &passed) {
            let seen = observe(sandbox, &probe).await;
            evidence.record(probe, seen);
        }
        judged = judge_all(&checks, &evidence, &passed);
        let now: BTreeSet<String> = judged
            .iter()
            .filter(|(_, verdict)| verdict.state == State::Pass)
            .map(|(id, _)| id.clone())
            .collect();
        if now == passed && wanted(&checks, &evidence, &passed).is_empty() {
            break;
        }
        passed.extend(now);
    }
    judged
}
