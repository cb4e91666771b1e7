//! `drydock doctor`.

use std::process::ExitCode;

use drydock_sandbox::doctor::{Finding, Verdict, examine};

use crate::clock::Clock;
use crate::config::Config;
use crate::http::assets;
use crate::labs::sandbox_config;
use crate::store::Store;

/// Looks at everything and prints a line for each.
pub async fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let mut findings = own(config).await;
    findings.extend(examine(sandbox_config(&config.sandbox, "doctor".into())).await);
    for finding in &findings {
        let mark = match finding.verdict {
            Verdict::Ok => "ok  ",
            Verdict::Warn => "warn",
            Verdict::Fail => "FAIL",
        };
        println!("{mark}  {:<18} {}", finding.name, finding.found);
        if let (Some(remedy), true) = (&finding.remedy, finding.verdict != Verdict::Ok) {
            println!("      {:<18} → {remedy}", "");
        }
    }
    let failed = findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Fail)
        .count();
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What belongs to this side: database, assets, content.
async fn own(config: &Config) -> Vec<Finding> {
    let database = match Store::open(&config.data, Clock::default()).await {
        Ok(_) => ok(
            "database",
            format!("{} opens", config.data.join("drydock.db").display()),
        ),
        Err(error) => fail(
            "database",
            format!("{error:#}"),
            "set `data` to a folder that can be written",
        ),
    };
    let assets = match assets::manifest(&config.assets) {
        Ok(assets) => ok(
            "browser files",
            format!("{} files in {}", assets.0.len(), config.assets.display()),
        ),
        Err(error) => fail("browser files", format!("{error:#}"), "scripts/assets.sh"),
    };
    let loaded = drydock_course::load(&config.content);
    let errors = loaded
        .problems
        .iter()
        .filter(|it| it.severity == drydock_course::problem::Severity::Error)
        .count();
    let courses = loaded.library.courses.len();
    let content = if courses == 0 {
        fail(
            "content",
            format!("no course loads from {}", config.content.display()),
            "set `content`, then `drydock check`",
        )
    } else if errors > 0 {
        let found = format!("{courses} courses load; {errors} errors leave pages out");
        Finding {
            name: "content",
            verdict: Verdict::Warn,
            found,
            remedy: Some("drydock check".into()),
        }
    } else {
        ok("content", format!("{courses} courses load without errors"))
    };
    vec![database, assets, content]
}

fn ok(name: &'static str, found: String) -> Finding {
    Finding {
        name,
        verdict: Verdict::Ok,
        found,
        remedy: None,
    }
}

fn fail(name: &'static str, found: String, remedy: &str) -> Finding {
    Finding {
        name,
        verdict: Verdict::Fail,
        found,
        remedy: Some(remedy.to_owned()),
    }
}
