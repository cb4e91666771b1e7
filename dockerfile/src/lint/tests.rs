use super::*;

/// Numbers of the problems, or `-`, in the order of the text.
fn codes(source: &str) -> Vec<&'static str> {
    lint(source)
        .iter()
        .map(|problem| problem.code.unwrap_or("-"))
        .collect()
}

/// The rule fires on the first and not on the second; both are put after `FROM busybox:1`.
#[track_caller]
fn fires(code: &str, on: &str, not_on: &str) {
    let file = |rest: &str| format!("FROM busybox:1\n{rest}\n");
    assert!(
        codes(&file(on)).contains(&code),
        "{code} on {on:?}: {:?}",
        codes(&file(on))
    );
    assert!(
        !codes(&file(not_on)).contains(&code),
        "{code} on {not_on:?}: {:?}",
        codes(&file(not_on))
    );
}

#[test]
fn a_good_file_has_no_problem() {
    let source = "# syntax=docker/dockerfile:1\nARG VERSION=3.13\nFROM python:${VERSION}-slim AS base\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\nUSER nobody\nCMD [\"python\", \"app.py\"]\n";
    assert_eq!(lint(source), []);
}

#[test]
fn the_base_image_has_a_version() {
    assert_eq!(codes("FROM busybox\n"), ["DL3006"]);
    assert_eq!(codes("FROM busybox:latest\n"), ["DL3007"]);
    assert_eq!(codes("FROM localhost:5000/busybox\n"), ["DL3006"]);
    for good in [
        "FROM busybox:1",
        "FROM scratch",
        "FROM busybox@sha256:00",
        "ARG B=busybox:1\nFROM $B",
        "FROM busybox:1 AS a\nFROM a",
    ] {
        assert_eq!(codes(good), Vec::<&str>::new(), "{good}");
    }
}

#[test]
fn stages_have_different_names_and_copy_from_earlier_ones() {
    assert_eq!(
        codes("FROM busybox:1 AS a\nFROM busybox:1 AS a\n"),
        ["DL3024"]
    );
    let copy = |from: &str| {
        format!("FROM busybox:1 AS a\nFROM busybox:1 AS b\nCOPY --from={from} /x /x\n")
    };
    assert_eq!(codes(&copy("a")), Vec::<&str>::new());
    assert_eq!(codes(&copy("0")), Vec::<&str>::new());
    assert_eq!(codes(&copy("nginx:1")), Vec::<&str>::new());
    assert_eq!(codes(&copy("b")), ["DL3023"]);
    assert_eq!(codes(&copy("1")), ["DL3023"]);
    assert_eq!(codes(&copy("c")), ["DL3022"]);
}

#[test]
fn a_file_begins_with_from() {
    let problems = lint("RUN true\nFROM busybox:1\n");
    assert_eq!(
        (problems[0].line, problems[0].severity),
        (1, Severity::Error)
    );
    assert_eq!(codes("ARG A=1\nFROM busybox:1\n"), Vec::<&str>::new());
}

#[test]
fn folders_and_copies_are_where_they_seem() {
    fires("DL3000", "WORKDIR app", "WORKDIR /app");
    fires("DL3045", "COPY x .", "WORKDIR /app\nCOPY x .");
    fires("DL3021", "COPY a b /x", "COPY a b /x/");
    fires("DL3020", "ADD a /x", "ADD a.tar.gz /x");
    fires("DL3020", "ADD a /x", "ADD https://example.org/a /x");
}

#[test]
fn commands_of_the_image() {
    fires(
        "DL3025",
        "CMD python app.py",
        "CMD [\"python\", \"app.py\"]",
    );
    fires("DL3025", "ENTRYPOINT python", "ENTRYPOINT [\"python\"]");
    fires("DL4003", "CMD [\"a\"]\nCMD [\"b\"]", "CMD [\"a\"]");
    fires(
        "DL4004",
        "ENTRYPOINT [\"a\"]\nENTRYPOINT [\"b\"]",
        "ENTRYPOINT [\"a\"]\nCMD [\"b\"]",
    );
    fires(
        "DL3012",
        "HEALTHCHECK CMD a\nHEALTHCHECK CMD b",
        "HEALTHCHECK CMD a",
    );
    fires("DL3002", "USER root", "USER root\nRUN x\nUSER app");
    fires("DL3011", "EXPOSE 80000", "EXPOSE 8000/tcp");
    fires("DL4000", "MAINTAINER me", "LABEL a=b");
    fires("DL3044", "ENV A=1 B=$A", "ENV A=1\nENV B=$A PATH=/x:$PATH");
}

#[test]
fn apt_get_in_a_build() {
    let good = "RUN apt-get update && apt-get install -y --no-install-recommends git=1:2.47 && rm -rf /var/lib/apt/lists/*";
    for (code, bad) in [
        ("DL3014", "RUN apt-get update && apt-get install git"),
        ("DL3015", "RUN apt-get update && apt-get install -y git"),
        ("DL3008", "RUN apt-get update && apt-get install -y git"),
        ("DL3009", "RUN apt-get update && apt-get install -y git"),
        ("DL3009", "RUN apt-get update"),
        ("DL3027", "RUN apt install -y git"),
    ] {
        fires(code, bad, good);
    }
}

#[test]
fn other_programs_in_a_build() {
    fires("DL3003", "RUN cd /x && make", "WORKDIR /x\nRUN make");
    fires("DL3004", "RUN sudo make", "RUN make");
    fires(
        "DL3042",
        "RUN pip install flask==3",
        "RUN pip install --no-cache-dir flask==3",
    );
    fires(
        "DL3042",
        "RUN pip install flask==3",
        "ENV PIP_NO_CACHE_DIR=1\nRUN pip install flask==3",
    );
    fires(
        "DL3042",
        "RUN pip install flask==3",
        "RUN --mount=type=cache,target=/root/.cache/pip pip install flask==3",
    );
    fires(
        "DL3013",
        "RUN pip install flask",
        "RUN pip install -r requirements.txt",
    );
    fires("DL3059", "RUN a\nRUN b", "RUN a\nCOPY x /x\nRUN b");
    fires(
        "DL4006",
        "RUN curl x | tar x",
        "RUN set -o pipefail && curl x | tar x",
    );
    fires("DL3001", "RUN systemctl start x", "RUN echo systemctl");
}

#[test]
fn sources_are_copied_after_the_dependencies() {
    let bad = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nRUN pip install --no-cache-dir -r requirements.txt\n";
    let problems = lint(bad);
    assert_eq!(problems.len(), 1);
    assert_eq!(
        (problems[0].line, problems[0].lesson),
        (3, Some("build-cache"))
    );
    let good = "FROM python:3.13-slim\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\n";
    assert_eq!(lint(good), []);
}

#[test]
fn secrets_do_not_belong_into_an_image() {
    let told = |rest: &str| lint(&format!("FROM busybox:1\n{rest}\n")).len();
    assert_eq!(told("ENV DB_PASSWORD=x"), 1);
    assert_eq!(told("ARG API_TOKEN"), 1);
    assert_eq!(told("ENV DB_PASSWORD_FILE=/run/secrets/db"), 0);
    assert_eq!(told("ENV NAME=x"), 0);
}

#[test]
fn places_are_counted_as_editors_do() {
    let problems = lint("# \u{1F433} é\nFROM busybox:1\nRUN echo \"\u{1F433}\" && cd /x\n");
    assert_eq!(problems.len(), 1);
    let Problem {
        line,
        column,
        end_line,
        end_column,
        code,
        ..
    } = problems[0];
    assert_eq!(
        (line, column, end_line, end_column, code),
        (3, 18, 3, 23, Some("DL3003"))
    );
}

#[test]
fn a_syntax_error_is_told_at_its_line_and_the_rest_is_looked_at() {
    let problems = lint("FROM busybox:1\nCPOY a /b\nWORKDIR app\n");
    let told: Vec<_> = problems
        .iter()
        .map(|problem| (problem.line, problem.severity, problem.code))
        .collect();
    assert_eq!(
        told,
        [
            (2, Severity::Error, None),
            (3, Severity::Warning, Some("DL3000"))
        ]
    );
}

#[test]
fn half_typed_files_are_survived() {
    let whole = "FROM python:3.13-slim AS a\nENV A=\"1\nRUN <<EOF\napt-get install x\nEOF\nCOPY --from=a [\"x\", \"/y\"]\nHEALTHCHECK --interval=5s CMD é \\\n  # c\n  && b\nONBUILD RUN x\n";
    for end in (0..=whole.len()).filter(|end| whole.is_char_boundary(*end)) {
        for problem in lint(&whole[..end]) {
            assert!(problem.line >= 1 && problem.column >= 1);
            assert!((problem.end_line, problem.end_column) >= (problem.line, problem.column));
        }
    }
}

#[test]
fn an_author_can_ignore_rules() {
    assert_eq!(
        codes("# hadolint ignore=DL3006\nFROM busybox\nWORKDIR app\n"),
        ["DL3000"]
    );
    assert_eq!(
        codes("# hadolint global ignore=DL3006,DL3000\nFROM busybox\nWORKDIR app\n"),
        Vec::<&str>::new()
    );
}

#[test]
fn problems_of_a_hostile_file_are_bounded() {
    let source = format!("FROM busybox\n{}", "RUN cd /\n".repeat(5000));
    assert_eq!(lint(&source).len(), MOST);
    let garbage = "%\n".repeat(5000);
    assert!(lint(&garbage).len() <= MOST);
}
