//! `drydock check`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use drydock_course::problem::Severity;

use crate::config::Config;

/// Looks for mistakes in content.
#[derive(Debug, Args)]
pub struct Check {
    /// The content folder, in place of the configured one.
    path: Option<PathBuf>,
    /// Fail on warnings too.
    #[arg(long)]
    strict: bool,
}

impl Check {
    pub fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let folder = self.path.as_ref().unwrap_or(&config.content);
        let loaded = drydock_course::load(folder);
        for problem in &loaded.problems {
            println!("{}", problem.clone().below(&loaded.root));
        }
        let count = |severity| {
            loaded
                .problems
                .iter()
                .filter(|problem| problem.severity == severity)
                .count()
        };
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        let modules = || {
            loaded
                .library
                .courses
                .iter()
                .flat_map(|course| &course.modules)
        };
        println!(
            "{} courses, {} modules, {} lessons and labs; {errors} errors, {warnings} warnings",
            loaded.library.courses.len(),
            modules().count(),
            modules().map(|module| module.items.len()).sum::<usize>(),
        );
        let failed = errors > 0 || (self.strict && warnings > 0);
        Ok(if failed {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        })
    }
}
