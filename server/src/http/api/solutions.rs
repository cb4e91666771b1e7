//! The solution of a step, for a learner who asks and takes its cost.

use axum::Json;
use axum::extract::{Path, State};
use drydock_course::model::SolutionPart;
use serde::{Deserialize, Serialize};
use similar::{ChangeTag, TextDiff};
use utoipa::ToSchema;

use super::extract::Owned;
use crate::app::App;
use crate::error::{AppError, Problem};
use crate::labs::{Live, Phase};

/// Bytes of the learner's own file that are compared; a larger one is not.
const COMPARED: usize = 256 * 1024;

/// The solution of a step.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepSolution {
    /// The step.
    step: String,
    /// What seeing it costs, in percent of the points of checks that have not passed by now.
    cost: u32,
    /// Its pieces, in order.
    parts: Vec<Part>,
}

/// A piece of a solution.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Part {
    /// Commands to type.
    Commands {
        /// Lines of shell.
        text: String,
    },
    /// A file as it should be, beside the learner's own.
    File {
        /// Relative to the home.
        path: String,
        /// Contents.
        text: String,
        /// Line by line: the learner's file and this one.
        rows: Vec<Row>,
    },
    /// An answer to a question of the step.
    Answer {
        /// The question.
        question: String,
        /// An accepted answer.
        text: String,
    },
}

/// One line of a comparison. A line that is in both stands in both.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Row {
    /// The learner's line.
    yours: Option<String>,
    /// The solution's line.
    solution: Option<String>,
    /// Whether the two are the same.
    same: bool,
}

#[derive(Deserialize)]
pub(crate) struct StepPath {
    step: String,
}

/// Shows the solution of a step and notes that it was seen.
#[utoipa::path(post, path = "/sessions/{id}/solutions/{step}", tag = "checks",
    params(("id" = String, Path, description = "Session id"), ("step" = String, Path, description = "Step id")),
    responses((status = 200, body = StepSolution), (status = 404, body = Problem), (status = 410, body = Problem)))]
pub async fn show(
    State(app): State<App>,
    Owned(live): Owned,
    Path(StepPath { step }): Path<StepPath>,
) -> Result<Json<StepSolution>, AppError> {
    let content = app.content.now();
    let key = live.key();
    let lab = content.lab(&key.course, &key.lab).map(|(_, _, lab)| lab);
    let parts = lab.and_then(|lab| Some((lab.solution.of_step(&step)?, lab.solution_cost)));
    let Some((parts, cost)) = parts else {
        return Err(AppError::not_found(format!(
            "There is no solution for a step `{step}` of this lab."
        )));
    };
    app.store
        .see_solution(live.account(), &key.course, &key.lab, &step)
        .await?;
    let mut shown = Vec::with_capacity(parts.len());
    for part in parts {
        shown.push(match part {
            SolutionPart::Commands { text } => Part::Commands { text: text.clone() },
            SolutionPart::Answer { question, text } => Part::Answer {
                question: question.clone(),
                text: text.clone(),
            },
            SolutionPart::File { path, text } => Part::File {
                rows: compare(&own(&live, path).await, text),
                path: path.clone(),
                text: text.clone(),
            },
        });
    }
    Ok(Json(StepSolution {
        step,
        cost,
        parts: shown,
    }))
}

/// The learner's own file; nothing if there is none, or none that can be compared.
async fn own(live: &Live, path: &str) -> String {
    let Phase::Ready(sandbox) = live.phase() else {
        return String::new();
    };
    let bytes = sandbox.read_file(path, COMPARED).await.unwrap_or_default();
    String::from_utf8(bytes.into()).unwrap_or_default()
}

/// Two texts side by side. A run of removed lines stands beside the run of added ones that follows it.
fn compare(yours: &str, solution: &str) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut open = 0;
    let (yours, solution): (Vec<_>, Vec<_>) = (yours.lines().collect(), solution.lines().collect());
    for change in TextDiff::from_slices(&yours, &solution).iter_all_changes() {
        let line = change.value().to_owned();
        match change.tag() {
            ChangeTag::Equal => {
                rows.push(Row {
                    yours: Some(line.clone()),
                    solution: Some(line),
                    same: true,
                });
                open = rows.len();
            }
            ChangeTag::Delete => rows.push(Row {
                yours: Some(line),
                solution: None,
                same: false,
            }),
            ChangeTag::Insert => {
                // Beside the first removed line of this run that stands alone.
                let beside = rows[open..].iter_mut().find(|row| row.solution.is_none());
                if let Some(row) = beside {
                    row.solution = Some(line);
                } else {
                    rows.push(Row {
                        yours: None,
                        solution: Some(line),
                        same: false,
                    });
                }
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(yours: Option<&str>, solution: Option<&str>, same: bool) -> Row {
        Row {
            yours: yours.map(str::to_owned),
            solution: solution.map(str::to_owned),
            same,
        }
    }

    #[test]
    fn a_changed_line_stands_beside_what_it_became() {
        let rows = compare(
            "FROM a\nCOPY . .\nRUN x\n",
            "FROM a\nRUN y\nCOPY . .\nRUN x\n",
        );
        assert_eq!(
            rows,
            [
                row(Some("FROM a"), Some("FROM a"), true),
                row(None, Some("RUN y"), false),
                row(Some("COPY . ."), Some("COPY . ."), true),
                row(Some("RUN x"), Some("RUN x"), true),
            ]
        );
    }

    #[test]
    fn removed_lines_stand_beside_the_added_ones_that_follow() {
        assert_eq!(
            compare("a\nb\nend\n", "c\nend\n"),
            [
                row(Some("a"), Some("c"), false),
                row(Some("b"), None, false),
                row(Some("end"), Some("end"), true)
            ]
        );
    }

    #[test]
    fn a_missing_newline_at_the_end_is_no_difference() {
        assert_eq!(compare("a\nb", "a\nb\n"), compare("a\nb\n", "a\nb\n"));
    }

    #[test]
    fn without_a_file_of_the_learner_every_line_is_new() {
        assert_eq!(compare("", "FROM a\n"), [row(None, Some("FROM a"), false)]);
        assert_eq!(compare("", ""), []);
    }
}
