use super::*;

const PIP: &str = "FROM python:3.13-slim\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nCMD [\"python\", \"app.py\"]\n";

fn build(dockerfile: &str, files: &[(&str, &str)]) -> Build {
    Build {
        dockerfile: dockerfile.to_owned(),
        files: files
            .iter()
            .map(|(path, content)| ((*path).to_owned(), (*content).to_owned()))
            .collect(),
        ..Build::default()
    }
}

fn outcomes(cache: &mut Cache, build: &Build) -> Vec<Outcome> {
    let steps = cache.build(build).unwrap();
    steps
        .into_iter()
        .filter(|step| step.layer)
        .map(|step| step.outcome)
        .collect()
}

fn runs(reason: Reason) -> Outcome {
    Outcome::Runs(reason)
}

#[test]
fn a_changed_source_runs_what_follows_its_copy_and_nothing_else() {
    let mut cache = Cache::new();
    let first = build(PIP, &[("requirements.txt", "flask"), ("app.py", "1")]);
    assert_eq!(
        outcomes(&mut cache, &first),
        vec![runs(Reason::First); 5]
            .into_iter()
            .enumerate()
            .map(|(at, it)| if at == 0 {
                it
            } else {
                runs(Reason::Earlier(1))
            })
            .collect::<Vec<_>>()
    );
    assert_eq!(outcomes(&mut cache, &first), vec![Outcome::Cached; 5]);
    let changed = build(PIP, &[("requirements.txt", "flask"), ("app.py", "2")]);
    let mut wanted = vec![Outcome::Cached; 4];
    wanted.push(runs(Reason::Changed("app.py".into())));
    assert_eq!(outcomes(&mut cache, &changed), wanted);
    assert_eq!(
        outcomes(&mut cache, &first),
        vec![Outcome::Cached; 5],
        "back again is a hit"
    );
}

#[test]
fn the_first_cause_is_named_and_later_steps_point_to_it() {
    let mut cache = Cache::new();
    cache
        .build(&build(
            PIP,
            &[("requirements.txt", "flask"), ("app.py", "1")],
        ))
        .unwrap();
    let now = build(
        PIP,
        &[("requirements.txt", "flask requests"), ("app.py", "1")],
    );
    assert_eq!(
        outcomes(&mut cache, &now),
        [
            Outcome::Cached,
            Outcome::Cached,
            runs(Reason::Changed("requirements.txt".into())),
            runs(Reason::Earlier(3)),
            runs(Reason::Earlier(3))
        ]
    );
    let text = PIP.replace("-r requirements.txt", "--no-cache-dir -r requirements.txt");
    let was = "RUN pip install -r requirements.txt".to_owned();
    let steps = outcomes(
        &mut cache,
        &build(
            &text,
            &[("requirements.txt", "flask requests"), ("app.py", "1")],
        ),
    );
    assert_eq!(steps[3], runs(Reason::Instruction { was }));
}

#[test]
fn configuration_is_no_step_and_breaks_no_cache() {
    let mut cache = Cache::new();
    cache
        .build(&build("FROM busybox:1\nRUN a\nCMD [\"a\"]\n", &[]))
        .unwrap();
    assert_eq!(
        outcomes(
            &mut cache,
            &build(
                "FROM busybox:1\nLABEL a=b\nEXPOSE 80\nRUN a\nCMD [\"b\"]\n",
                &[]
            )
        ),
        vec![Outcome::Cached; 2]
    );
    assert_eq!(
        outcomes(&mut cache, &build("FROM busybox:1\nENV A=1\nRUN a\n", &[]))[1],
        runs(Reason::Variable("A".into()))
    );
}

#[test]
fn no_cache_runs_everything_and_fills_the_cache() {
    let mut cache = Cache::new();
    let mut it = build("FROM busybox:1\nRUN a\n", &[]);
    it.no_cache = true;
    assert_eq!(outcomes(&mut cache, &it), vec![runs(Reason::NoCache); 2]);
    it.no_cache = false;
    assert_eq!(outcomes(&mut cache, &it), vec![Outcome::Cached; 2]);
}

#[test]
fn a_dockerfile_that_cannot_be_read_changes_nothing() {
    let mut cache = Cache::new();
    let error = cache
        .build(&build("FROM busybox:1\nCPOY . .\n", &[]))
        .unwrap_err();
    assert_eq!(error.line, 2);
    assert!(cache.build(&build("", &[])).is_err());
}

#[test]
fn a_stage_that_nothing_needs_is_left_out() {
    let mut cache = Cache::new();
    let steps = cache.build(&build("FROM busybox:1 AS a\nRUN a\nFROM busybox:1 AS b\nRUN b\nFROM busybox:1\nCOPY --from=b /b /b\n", &[])).unwrap();
    let stages: Vec<&str> = steps.iter().map(|step| step.stage.as_str()).collect();
    assert_eq!(stages, ["b", "b", "2", "2"]);
}
