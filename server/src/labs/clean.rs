//! Clean grading: the files that were handed in, in a fresh sandbox, built and started anew by the
//! author's script. Nothing of the learner's machine comes along, so nothing that was done to it
//! counts.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use drydock_course::check::Check;
use drydock_course::model::{Lab, Rebuild};
use drydock_grader::{Evidence, State};
use drydock_sandbox::{Error, Exec, Host, Limits, Output, Sandbox, SandboxId, Spec, StartFile};

use super::observe::survey;
use super::start::{lab_spec, start_file};

/// How long the script may take.
const SCRIPT: Duration = Duration::from_secs(300);
/// Bytes of its output that are kept.
const OUTPUT: usize = 64 * 1024;
/// Lines of it that are shown when it fails.
const LINES: usize = 15;
/// Characters of such a line.
const LINE: usize = 300;
/// How long the removal of what came along may take.
const TIDY: Duration = Duration::from_secs(20);
/// Takes away what would change how tools behave that the script and the checks use: everything at
/// the top of the home that begins with a dot, but what belongs to projects.
const TIDY_UP: &str = r#"
cd /root && for name in .[!.]* ..?*; do
    case "$name" in
        .dockerignore|.env|.env.*|.gitignore) ;;
        *) rm -rf -- "$name" ;;
    esac
done
"#;

/// On a sandbox for grading: the submission.
const LABEL: &str = "drydock.grading";

/// The sandbox to be made.
#[derive(Clone)]
pub struct Machine<'a> {
    /// Where.
    pub host: &'a Host,
    /// Its id.
    pub id: SandboxId,
    /// What is graded in it, for the label.
    pub submission: Option<String>,
    /// What it may use where the lab does not say otherwise.
    pub defaults: Limits,
}

/// What came of rebuilding.
#[derive(Debug, Clone)]
pub struct Rebuilt {
    /// What was seen then.
    pub observed: Evidence,
    /// Why the files could not be rebuilt, with the script's last words; empty if they could. That
    /// is what was handed in, not the platform.
    pub note: String,
    /// The script took too long: the machine may have been busy.
    pub timed_out: bool,
}

/// Rebuilds files (a tar of the home) in a sandbox of its own, which is removed again, and looks at
/// everything that the checks ask for.
///
/// # Errors
/// When the platform fails: no engine, no room, a sandbox that did not start or went away.
pub async fn rebuild(
    machine: &Machine<'_>,
    lab: &Lab,
    rebuild: &Rebuild,
    files: Bytes,
    answers: &BTreeMap<String, String>,
) -> Result<Rebuilt, Error> {
    let outcome = run(machine, lab, rebuild, files, answers).await;
    // What cannot be removed now is swept up later.
    if let Err(error) = machine.host.remove(machine.id).await {
        tracing::warn!(%error, sandbox = %machine.id, "a sandbox for grading is not removed yet");
    }
    outcome
}

async fn run(
    machine: &Machine<'_>,
    lab: &Lab,
    rebuild: &Rebuild,
    files: Bytes,
    answers: &BTreeMap<String, String>,
) -> Result<Rebuilt, Error> {
    let mut spec = Spec {
        // All files are the learner's: one that was deleted must not come back.
        files: Vec::new(),
        ..lab_spec(lab, machine.id, machine.defaults)
    };
    if let Some(submission) = &machine.submission {
        spec.labels.insert(LABEL.to_owned(), submission.clone());
    }
    let sandbox = machine.host.create(spec).await?;
    sandbox.ready(|_| {}).await?;
    sandbox.restore(files).await?;
    let mut tidy = Exec::bash(TIDY_UP);
    tidy.timeout = TIDY;
    sandbox.exec(tidy).await?;
    let beside: Vec<StartFile> = rebuild
        .files
        .iter()
        .map(|file| StartFile {
            path: format!(".grading/{}", file.path),
            ..start_file(file)
        })
        .collect();
    if !beside.is_empty() {
        sandbox.put_files(&beside).await?;
    }
    let mut script = Exec::bash(&rebuild.script);
    script.timeout = SCRIPT;
    script.max_output = OUTPUT;
    let output = sandbox.exec(script).await?;
    let mut observed = Evidence::new();
    for (check, answer) in answers {
        observed.answer(check.clone(), answer.clone());
    }
    let checks: Vec<Check> = lab.checks().cloned().collect();
    let judged = survey(&sandbox, &checks, &mut observed, BTreeSet::new()).await;
    if judged
        .iter()
        .any(|(_, verdict)| verdict.state == State::Error)
    {
        gone(&sandbox).await?;
    }
    Ok(Rebuilt {
        observed,
        note: note(&output),
        timed_out: output.timed_out,
    })
}

/// Where something could not be looked at: whether the machine itself is to blame.
async fn gone(sandbox: &Sandbox) -> Result<(), Error> {
    if sandbox.is_running().await? {
        Ok(())
    } else {
        Err(Error::Gone { id: sandbox.id() })
    }
}

/// What to say of a script that did not succeed.
fn note(output: &Output) -> String {
    if output.success() {
        return String::new();
    }
    let how = match (output.timed_out, output.code) {
        (true, _) => format!("took longer than {} seconds", SCRIPT.as_secs()),
        (_, Some(code)) => format!("ended with exit code {code}"),
        (_, None) => "printed too much and was ended".to_owned(),
    };
    let text = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    let lines: Vec<String> = text
        .iter()
        .flat_map(|text| {
            let lines: Vec<&str> = text
                .lines()
                .filter(|line| !line.trim().is_empty())
                .collect();
            lines[lines.len().saturating_sub(LINES)..].to_vec()
        })
        .map(plain)
        .collect();
    format!(
        "Building and starting what you handed in {how}. Its last lines:\n{}",
        lines.join("\n")
    )
}

/// One line without control characters, and not too long.
fn plain(line: &str) -> String {
    line.chars()
        .filter(|char| !char.is_control() || *char == '\t')
        .take(LINE)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(code: Option<i32>, timed_out: bool, text: &str) -> Output {
        Output {
            code,
            stdout: Bytes::from(text.to_owned()),
            stderr: Bytes::new(),
            truncated: false,
            timed_out,
        }
    }

    #[test]
    fn a_script_that_fails_is_told_with_its_last_lines_and_no_control_characters() {
        assert_eq!(note(&output(Some(0), false, "fine")), "");
        let many: String = (0..40).map(|n| format!("line {n}\n")).collect();
        let told = note(&output(Some(1), false, &format!("{many}\x1b[31mred\n")));
        assert!(
            told.contains("exit code 1") && told.contains("line 39"),
            "{told}"
        );
        assert!(
            !told.contains("line 3\n") && !told.contains('\x1b'),
            "{told}"
        );
        assert!(note(&output(None, true, "")).contains("longer than 300 seconds"));
    }
}
