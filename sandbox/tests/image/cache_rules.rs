//! The course's rules of the build cache against the engine's own: the same builds in the same order, step by step.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use drydock_dockerfile::cache::{Build, Cache, Outcome, Reason, Step};
use drydock_sandbox::{Exec, Sandbox};

use crate::support::{in_yard, told};
use crate::with_images;

mod cases;

/// Builds one after another in a folder of their own.
struct Case {
    name: &'static str,
    builds: Vec<Build>,
}

impl Case {
    /// Begins with a build of this Dockerfile over these files, one `path content` each.
    fn new(name: &'static str, dockerfile: &str, files: &[&str]) -> Self {
        let first = Build {
            dockerfile: dockerfile.to_owned(),
            ..Build::default()
        };
        let mut case = Self {
            name,
            builds: vec![first],
        };
        for file in files {
            case.write(file);
        }
        case
    }

    fn last(&mut self) -> &mut Build {
        self.builds.last_mut().expect("a case begins with a build")
    }

    fn write(&mut self, file: &str) {
        let (path, content) = file.split_once(' ').expect("a path, a space, the content");
        self.last()
            .files
            .insert(path.to_owned(), content.to_owned());
    }

    fn another(mut self, change: impl FnOnce(&mut Self)) -> Self {
        let mut next = self.last().clone();
        next.no_cache = false;
        self.builds.push(next);
        change(&mut self);
        self
    }

    /// The same once more.
    fn again(self) -> Self {
        self.another(|_| ())
    }

    /// After a file was written.
    fn file(self, file: &str) -> Self {
        self.another(|case| case.write(file))
    }

    /// After a file was deleted.
    fn without(self, path: &str) -> Self {
        self.another(|case| drop(case.last().files.remove(path)))
    }

    /// After the Dockerfile was changed: the first text became the second.
    fn edit(self, old: &str, new: &str) -> Self {
        self.another(|case| {
            let build = case.last();
            assert!(build.dockerfile.contains(old), "{old}");
            build.dockerfile = build.dockerfile.replace(old, new);
        })
    }

    fn arg(self, name: &str, value: &str) -> Self {
        self.another(|case| drop(case.last().args.insert(name.to_owned(), value.to_owned())))
    }

    fn no_cache(self) -> Self {
        self.another(|case| case.last().no_cache = true)
    }
}

/// `C`ached or `R`un for each step but `FROM`, by stage; where the engine may do either, `?`.
fn foretold(steps: &[Step]) -> BTreeMap<String, String> {
    let mut stages: BTreeMap<String, String> = BTreeMap::new();
    let mut open_from: BTreeMap<&str, usize> = BTreeMap::new();
    for step in steps
        .iter()
        .filter(|step| step.layer && !step.text.starts_with("FROM"))
    {
        let sign = match &step.outcome {
            Outcome::Cached => 'C',
            Outcome::Runs(Reason::Stage(_)) => {
                open_from.insert(&step.stage, step.line);
                '?'
            }
            Outcome::Runs(Reason::Earlier(line))
                if open_from.get(step.stage.as_str()) == Some(line) =>
            {
                '?'
            }
            Outcome::Runs(_) => 'R',
            Outcome::Configuration => continue,
        };
        stages.entry(step.stage.clone()).or_default().push(sign);
    }
    stages
}

/// The same from what `docker build --progress=plain` prints: `#7 [build 2/4] RUN make`, later `#7 CACHED`.
fn happened(progress: &str) -> BTreeMap<String, String> {
    let mut names: BTreeMap<u32, (String, u32)> = BTreeMap::new();
    let mut cached: BTreeMap<u32, bool> = BTreeMap::new();
    for line in progress.lines() {
        let Some((number, rest)) = line.strip_prefix('#').and_then(|line| line.split_once(' '))
        else {
            continue;
        };
        let Ok(number) = number.parse::<u32>() else {
            continue;
        };
        if rest == "CACHED" {
            cached.insert(number, true);
        } else if rest.starts_with("DONE") {
            cached.entry(number).or_insert(false);
        } else if let Some((place, text)) = rest
            .strip_prefix('[')
            .and_then(|rest| rest.split_once("] "))
        {
            let (stage, step) = place.rsplit_once(' ').unwrap_or(("0", place));
            let Some(step) = step.split_once('/').and_then(|(step, _)| step.parse().ok()) else {
                continue;
            };
            if !text.starts_with("FROM") {
                let stage = stage.strip_prefix("stage-").unwrap_or(stage);
                names.insert(number, (stage.trim().to_owned(), step));
            }
        }
    }
    let mut ordered: Vec<_> = names
        .into_iter()
        .map(|(number, place)| (place, number))
        .collect();
    ordered.sort();
    let mut stages: BTreeMap<String, String> = BTreeMap::new();
    for ((stage, _), number) in ordered {
        let sign = match cached.get(&number) {
            Some(true) => 'C',
            Some(false) => 'R',
            None => '-',
        };
        stages.entry(stage).or_default().push(sign);
    }
    stages
}

/// Writes the context and builds.
async fn built(sandbox: &Sandbox, build: &Build) -> String {
    let quoted = |text: &str| {
        assert!(!text.contains('\''), "cases have no apostrophe: {text}");
        format!("'{text}'")
    };
    let mut script = "rm -rf ~/case && mkdir ~/case && cd ~/case\n".to_owned();
    for (path, content) in &build.files {
        writeln!(
            script,
            "mkdir -p \"$(dirname {0})\" && printf %s {1} > {0}",
            quoted(path),
            quoted(content)
        )
        .expect("a string takes all");
    }
    script.push_str("docker build --progress=plain -q=false");
    for (name, value) in &build.args {
        write!(
            script,
            " --build-arg {}",
            quoted(&format!("{name}={value}"))
        )
        .expect("as above");
    }
    if build.no_cache {
        script.push_str(" --no-cache");
    }
    script.push_str(" . 2>&1");
    let output = sandbox.exec(Exec::bash(&script)).await.expect("exec");
    assert!(output.success(), "{script}\n{}", told(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn there_are_enough_dockerfiles_to_speak_of_rules() {
    let all = [
        cases::files(),
        cases::instructions(),
        cases::variables(),
        cases::texts(),
        cases::stages(),
    ];
    assert!(all.iter().flatten().count() >= 30);
}

#[tokio::test]
async fn files_count_for_the_cache_as_the_engine_counts_them() {
    hold_against_the_engine(cases::files()).await;
}

#[tokio::test]
async fn instructions_and_variables_count_for_the_cache_as_the_engine_counts_them() {
    hold_against_the_engine(
        [cases::instructions(), cases::variables()]
            .into_iter()
            .flatten()
            .collect(),
    )
    .await;
}

#[tokio::test]
async fn texts_and_stages_count_for_the_cache_as_the_engine_counts_them() {
    hold_against_the_engine(
        [cases::texts(), cases::stages()]
            .into_iter()
            .flatten()
            .collect(),
    )
    .await;
}

async fn hold_against_the_engine(cases: Vec<Case>) {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["busybox:latest"]).await;
        let mut cache = Cache::new();
        let mut wrong = Vec::new();
        for case in cases {
            for (round, mut build) in case.builds.into_iter().enumerate() {
                build.files.insert("Dockerfile".to_owned(), build.dockerfile.clone());
                let steps = cache.build(&build).expect(case.name);
                let progress = built(&sandbox, &build).await;
                let (foretold, happened) = (foretold(&steps), happened(&progress));
                let same = foretold.len() == happened.len()
                    && foretold.iter().zip(&happened).all(|(a, b)| {
                        a.0 == b.0
                            && a.1.len() == b.1.len()
                            && a.1.chars().zip(b.1.chars()).all(|(a, b)| a == '?' || a == b)
                    });
                if !same {
                    wrong.push(format!(
                        "{}, build {}: foretold {foretold:?}, happened {happened:?}\n{}\n{progress}",
                        case.name,
                        round + 1,
                        build.dockerfile
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{} builds differ\n{}", wrong.len(), wrong.join("\n"));
    })
    .await;
}
