//! Builds as the engine tells of them, and what the comparison of two says.

use std::sync::Arc;

use drydock_lens::{
    Build, Cause, Change, Dockerfile, Manifest, Record, State, Update, Vertex, alike, compare,
};

/// A build of these steps: `c` came from the cache, `r` ran, `e` failed, `.` was not reached. Each step is made from
/// the one above it in its stage, and from the last of the stage that it copies from.
fn build(dockerfile: &str, steps: &[(char, &str)]) -> Build {
    let mut build = Build::new(Record {
        reference: "b".into(),
        started: 1_000_000,
        completed: Some(3_000_000),
        error: steps
            .iter()
            .any(|(how, _)| *how == 'e')
            .then(|| "exit code: 1".to_owned()),
        ..Record::default()
    });
    let stage = |name: &str| {
        name.split_once(']')
            .map_or("", |(place, _)| {
                place.rsplit_once(' ').map_or("", |(s, _)| s)
            })
            .to_owned()
    };
    let mut vertexes: Vec<Vertex> = Vec::new();
    for (at, (how, name)) in steps.iter().enumerate() {
        let above = vertexes
            .last()
            .filter(|above| stage(&above.name) == stage(name))
            .map(|above| above.digest.clone());
        let from = name.split_once("--from=").and_then(|(_, rest)| {
            let source = rest.split(' ').next()?;
            vertexes
                .iter()
                .rev()
                .find(|one| stage(&one.name).trim_start_matches('[') == source)
                .map(|one| one.digest.clone())
        });
        vertexes.push(Vertex {
            digest: format!("sha256:{at}"),
            inputs: above.into_iter().chain(from).collect(),
            name: (*name).to_owned(),
            cached: *how == 'c',
            started: (*how != '.').then_some(1_000_000),
            completed: (*how != '.').then_some(1_500_000),
            error: if *how == 'e' {
                "exit code: 1".to_owned()
            } else {
                String::new()
            },
        });
    }
    build.apply(Update {
        vertexes,
        ..Update::default()
    });
    build.dockerfile = Some(Dockerfile::parse(dockerfile));
    build
}

fn with_files(mut build: Build, files: &[(&str, u64)]) -> Build {
    build.context = Some(Arc::new(Manifest::new(
        files.iter().map(|(path, hash)| ((*path).to_owned(), *hash)),
    )));
    build
}

const FILE: &str = "FROM base\nCOPY a .\nENV X=1\nRUN make\n";
const RAN: [(char, &str); 3] = [
    ('r', "[1/3] FROM base"),
    ('r', "[2/3] COPY a ."),
    ('r', "[3/3] RUN make"),
];

/// Of each step but `FROM`: what became of it, in words.
fn told(before: &Build, now: &Build) -> Vec<String> {
    let comparison = compare(before, now);
    let steps = comparison.steps.iter().filter(|one| {
        now.step(one.step)
            .is_some_and(|step| !step.text.starts_with("FROM"))
    });
    steps
        .map(|one| match &one.change {
            Change::Reran(cause) => cause.words(),
            other => format!("{other:?}"),
        })
        .collect()
}

#[test]
fn what_comes_from_the_cache_is_told_as_such() {
    let cached = build(FILE, &RAN.map(|(_, name)| ('c', name)));
    assert_eq!(
        told(&build(FILE, &RAN), &cached),
        ["NowCached", "NowCached"]
    );
    assert_eq!(told(&cached, &cached), ["Same", "Same"]);
    assert_eq!(cached.counts(), (2, 2));
}

#[test]
fn a_changed_file_is_the_cause_and_what_follows_refers_to_it() {
    let before = with_files(build(FILE, &RAN), &[("a", 1), ("b", 1)]);
    let now = with_files(build(FILE, &RAN), &[("a", 2), ("b", 2)]);
    assert_eq!(
        told(&before, &now),
        ["`a` changed", "`COPY a .` before it ran again"]
    );
    let comparison = compare(&before, &now);
    let (step, cause) = comparison.first_rerun().unwrap();
    assert!(matches!(cause, Cause::Files { more: 0, .. }) && step == 1);
}

#[test]
fn without_the_files_the_cause_is_not_known_and_that_is_said() {
    let same = with_files(build(FILE, &RAN), &[("a", 1)]);
    assert_eq!(told(&build(FILE, &RAN), &same)[0], "why is not known");
    assert_eq!(told(&same, &same)[0], "why is not known");
}

#[test]
fn no_cache_is_the_cause_wherever_it_was_given() {
    let mut now = build(FILE, &RAN);
    let mut record = now.record.clone();
    record.attributes.insert("no-cache".into(), String::new());
    now.set_record(record);
    assert_eq!(
        told(&build(FILE, &RAN), &now),
        ["`--no-cache` was given"; 2]
    );
}

#[test]
fn a_changed_instruction_is_shown_as_it_was() {
    let now = build(
        "FROM base\nCOPY a .\nENV X=1\nRUN make all\n",
        &[RAN[0], ('c', RAN[1].1), ('r', "[3/3] RUN make all")],
    );
    assert_eq!(
        told(&build(FILE, &RAN), &now)[1],
        "the instruction changed: it was `RUN make`"
    );
}

#[test]
fn a_setting_above_is_found_in_the_dockerfile() {
    let now = build(
        "FROM base\nCOPY a .\nENV X=2\nRUN make\n",
        &[RAN[0], ('c', RAN[1].1), RAN[2]],
    );
    assert_eq!(
        told(&build(FILE, &RAN), &now)[1],
        "`ENV X=1` above it became `ENV X=2`"
    );
}

#[test]
fn new_and_lost_steps_are_told_and_what_follows_them() {
    let more = build(
        "FROM base\nCOPY a .\nRUN first\nRUN make\n",
        &[
            ('r', "[1/4] FROM base"),
            ('c', "[2/4] COPY a ."),
            ('r', "[3/4] RUN first"),
            ('r', "[4/4] RUN make"),
        ],
    );
    let less = build(FILE, &RAN);
    assert_eq!(
        told(&less, &more)[1..],
        ["New", "`RUN first` before it is new"]
    );
    let comparison = compare(&more, &less);
    assert_eq!(comparison.gone[0].text, "RUN first");
    let fewer = build(FILE, &[RAN[0], ('c', RAN[1].1), RAN[2]]);
    assert_eq!(told(&more, &fewer)[1], "`RUN first` before it is gone");
}

#[test]
fn a_step_that_moved_is_no_new_one() {
    let names = |names: &[&str]| -> Vec<(char, String)> {
        let all = ["FROM base", "WORKDIR /app"].iter().chain(names);
        let count = names.len() + 2;
        all.zip(1..)
            .map(|(name, n)| {
                (
                    if n == 2 { 'c' } else { 'r' },
                    format!("[{n}/{count}] {name}"),
                )
            })
            .collect()
    };
    let of = |steps: &[&str]| {
        let steps = names(steps);
        let steps: Vec<_> = steps.iter().map(|(how, name)| (*how, &**name)).collect();
        build("", &steps)
    };
    let before = of(&["COPY . .", "RUN pip install"]);
    let now = of(&["COPY list .", "RUN pip install", "COPY . ."]);
    assert_eq!(
        told(&before, &now)[1..],
        [
            "New",
            "`COPY list .` before it is new",
            "`RUN pip install` before it ran again"
        ]
    );
    assert_eq!(compare(&before, &now).gone, []);
    let swapped = of(&["RUN pip install", "COPY . ."]);
    assert_eq!(
        told(&before, &swapped)[1..],
        [
            "it stands after `WORKDIR /app` now, and stood after `COPY . .`",
            "`RUN pip install` before it ran again"
        ]
    );
}

#[test]
fn a_stage_that_copies_from_another_refers_to_it() {
    let file = "FROM base AS tools\nRUN one\nFROM base\nCOPY --from=tools /o /o\n";
    let steps = [
        ('r', "[tools 1/2] FROM base"),
        ('r', "[tools 2/2] RUN one"),
        ('r', "[stage-1 1/2] FROM base"),
        ('r', "[stage-1 2/2] COPY --from=tools /o /o"),
    ];
    let changed = file.replace("RUN one", "RUN two");
    let mut other = steps;
    other[1].1 = "[tools 2/2] RUN two";
    let told = told(&build(file, &steps), &build(&changed, &other));
    assert_eq!(
        told,
        [
            "the instruction changed: it was `RUN one`",
            "`RUN two` in the stage `tools` ran again"
        ]
    );
}

#[test]
fn another_base_image_is_the_cause_of_all() {
    let (mut before, mut now) = (build(FILE, &RAN), build(FILE, &RAN));
    before.bases.insert("base".into(), "sha256:1".into());
    now.bases.insert("base".into(), "sha256:2".into());
    let comparison = compare(&before, &now);
    let (step, cause) = comparison.first_rerun().unwrap();
    assert_eq!(
        (step, cause.words()),
        (0, "the base image `base` is another one now".to_owned())
    );
    assert_eq!(told(&before, &now)[0], "`FROM base` before it changed");
}

#[test]
fn a_failed_build_names_its_line_and_what_it_did_not_reach() {
    let failed = build(FILE, &[RAN[0], ('e', RAN[1].1), ('.', RAN[2].1)]);
    assert_eq!(
        (failed.state(), failed.failed_line()),
        (State::Failed, Some(2))
    );
    assert_eq!(told(&build(FILE, &RAN), &failed)[1], "NotReached");
    assert_eq!(
        told(&failed, &build(FILE, &RAN))[0],
        "it had not been finished in that build"
    );
}

#[test]
fn an_error_of_the_dockerfile_itself_names_its_line() {
    let mut build = Build::new(Record::default());
    build.set_record(Record {
        error: Some(
            "failed to solve: dockerfile parse error on line 3: unknown instruction: RUNN".into(),
        ),
        ..Record::default()
    });
    assert_eq!(build.failed_line(), Some(3));
}

#[test]
fn builds_are_of_the_same_thing_by_name_or_by_their_steps() {
    let (one, mut two) = (
        build(FILE, &RAN),
        build(
            "FROM z\nRUN other\n",
            &[('r', "[1/2] FROM z"), ('r', "[2/2] RUN other")],
        ),
    );
    assert!(alike(&one, &one.clone()) && !alike(&one, &two));
    let mut named = one.clone();
    let export = Vertex {
        digest: "x".into(),
        name: "exporting to image".into(),
        ..Vertex::default()
    };
    for (build, name) in [
        (&mut named, "docker.io/library/report:v1"),
        (&mut two, "docker.io/library/report:v2"),
    ] {
        build.apply(Update {
            vertexes: vec![export.clone()],
            notes: vec![
                ("x".into(), format!("naming to {name}")),
                ("x".into(), "writing image sha256:1".into()),
            ],
            ..Update::default()
        });
    }
    assert_eq!(
        (&*named.images[0], named.image_id.as_deref()),
        ("report:v1", Some("sha256:1"))
    );
    assert!(alike(&named, &two));
}

#[test]
fn what_a_step_prints_cannot_name_an_image() {
    let mut build = build(FILE, &RAN);
    build.apply(Update {
        notes: vec![(
            "sha256:2".into(),
            "naming to docker.io/library/false:1".into(),
        )],
        ..Update::default()
    });
    assert!(build.images.is_empty());
}

#[test]
fn a_build_of_ten_thousand_steps_and_endless_logs_is_bounded() {
    let mut build = Build::new(Record::default());
    for n in 0..10_000 {
        build.apply(Update {
            vertexes: vec![Vertex {
                digest: n.to_string(),
                name: format!("[{n}/10000] RUN {n}"),
                ..Vertex::default()
            }],
            logs: vec![(n.to_string(), vec![b'x'; 100_000])],
            ..Update::default()
        });
    }
    assert!(build.rows().len() <= 300);
    assert!(build.log_bytes() < 2 * 1024 * 1024, "{}", build.log_bytes());
    assert_eq!(compare(&build, &build.clone()).steps.len(), 300);
}

#[test]
fn stages_from_one_image_share_its_step_and_each_shows_it() {
    let mut build = Build::new(Record::default());
    let vertex = |digest: &str, name: &str, inputs: &[&str]| Vertex {
        digest: digest.into(),
        name: name.into(),
        inputs: inputs.iter().map(|input| (*input).to_owned()).collect(),
        ..Vertex::default()
    };
    build.apply(Update {
        // Named by another build, which has one stage.
        vertexes: vec![
            vertex("b", "[1/2] FROM base", &[]),
            vertex("2", "[stage-1 2/2] COPY --from=one /o /o", &["b", "1"]),
            vertex("1", "[one 2/2] RUN one", &["b"]),
        ],
        ..Update::default()
    });
    for file in [
        None,
        Some("FROM base AS one\nRUN one\nFROM base\nCOPY --from=one /o /o\n"),
    ] {
        build.dockerfile = file.map(Dockerfile::parse);
        let rows: Vec<_> = build
            .rows()
            .iter()
            .map(|row| (row.stage.to_owned(), row.index))
            .collect();
        let wanted = [("one", 0), ("one", 2), ("stage-1", 0), ("stage-1", 1)];
        assert_eq!(rows, wanted.map(|(stage, index)| (stage.to_owned(), index)));
    }
    let lines: Vec<_> = build
        .rows()
        .iter()
        .filter_map(|row| build.instruction(row))
        .map(|one| one.line)
        .collect();
    assert_eq!(lines, [1, 2, 3, 4]);
}
