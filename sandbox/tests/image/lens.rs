//! What the builder's history tells of real builds.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use drydock_lens::{Build, Change, Dockerfile, StepState, compare};
use drydock_sandbox::{BuildEvent, Sandbox};
use futures::StreamExt as _;
use tokio_util::task::AbortOnDropHandle;

use crate::support::{attempt, in_yard, sh};
use crate::with_images;

/// A build may take this long on a busy machine.
const DEADLINE: Duration = Duration::from_secs(60);

/// Follows the builds of a sandbox, as the server does.
struct Lens {
    builds: Arc<Mutex<Vec<Build>>>,
    _follow: AbortOnDropHandle<()>,
}

impl Lens {
    fn on(sandbox: &Sandbox) -> Self {
        let builds = Arc::new(Mutex::new(Vec::new()));
        let (found, sandbox) = (builds.clone(), sandbox.clone());
        let follow = tokio::spawn(async move {
            let history = sandbox.build_history().await.expect("a history");
            let mut events = history.follow().await.expect("events");
            while let Some(Ok(event)) = events.next().await {
                let BuildEvent::Started(record) = event else {
                    continue;
                };
                if record.attributes.contains_key("label:drydock.probe") {
                    continue;
                }
                let (history, found) = (history.clone(), found.clone());
                tokio::spawn(async move {
                    let (name, started) =
                        (record.attributes.get("filename").cloned(), record.started);
                    let mut steps = history.steps(&record.reference).await.expect("steps");
                    let mut build = Build::new(record);
                    while let Some(Ok(update)) = steps.next().await {
                        build.apply(update);
                    }
                    let sources = history
                        .sources(name.as_deref().unwrap_or("Dockerfile"), started)
                        .await;
                    let sources = sources.expect("sources");
                    build.dockerfile = sources.dockerfile.as_deref().map(Dockerfile::parse);
                    build.context = sources.context.map(Arc::new);
                    found.lock().expect("no panic").push(build);
                });
            }
        });
        Self {
            builds,
            _follow: AbortOnDropHandle::new(follow),
        }
    }

    /// The builds once there are `count` of them, in the order of their beginning.
    async fn builds(&self, count: usize) -> Vec<Build> {
        let looking = async {
            loop {
                let mut found = self.builds.lock().expect("no panic").clone();
                if found.len() >= count {
                    found.sort_by_key(|build| build.record.started);
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(DEADLINE, looking)
            .await
            .unwrap_or_else(|_| panic!("there are no {count} builds"))
    }
}

/// `C`ached, `D`one, `E`rror, `W`aiting: the steps without `FROM`.
fn states(build: &Build) -> String {
    let rows = build.rows().into_iter();
    let steps = rows
        .map(|row| row.step)
        .filter(|step| !step.text.starts_with("FROM"));
    steps
        .map(|step| match step.state() {
            StepState::Cached => 'C',
            StepState::Done => 'D',
            StepState::Error => 'E',
            StepState::Waiting => 'W',
            StepState::Running => 'R',
        })
        .collect()
}

fn reasons(before: &Build, now: &Build) -> Vec<String> {
    let comparison = compare(before, now);
    let reran = comparison
        .steps
        .into_iter()
        .filter_map(|step| match step.change {
            Change::Reran(cause) => Some(cause.words()),
            _ => None,
        });
    reran.collect()
}

#[tokio::test]
async fn builds_are_told_with_what_was_cached_and_why_it_was_not() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["busybox:latest"]).await;
        let lens = Lens::on(&sandbox);
        sh(
            &sandbox,
            r"mkdir -p app/lib && cd app && echo 1 > a.txt && echo 1 > lib/b.txt && echo 1 > unused.txt
              printf '%s\n' 'FROM busybox' 'COPY a.txt /' 'RUN echo hello' 'COPY lib /lib/' > Dockerfile
              docker build -q -t app:1 .",
        )
        .await;
        lens.builds(1).await;
        sh(&sandbox, "cd app && echo 2 > unused.txt && docker build -q -t app:2 .").await;
        lens.builds(2).await;
        sh(&sandbox, "cd app && echo 2 > lib/b.txt && docker build -q -t app:3 .").await;
        lens.builds(3).await;
        sh(&sandbox, "cd app && docker build -q --no-cache -t app:4 .").await;
        lens.builds(4).await;
        // Nothing at all is other than before; then one file is.
        sh(&sandbox, "cd app && docker build -q -t app:5 .").await;
        lens.builds(5).await;
        sh(&sandbox, "cd app && echo 3 > lib/b.txt && docker build -q -t app:6 .").await;
        let builds = lens.builds(6).await;
        let all: Vec<_> = builds.iter().map(states).collect();
        assert_eq!(all, ["DDD", "CCC", "CCD", "DDD", "CCC", "CCD"]);
        assert_eq!(reasons(&builds[1], &builds[2]), ["`lib/b.txt` changed"]);
        assert_eq!(reasons(&builds[2], &builds[3]), ["`--no-cache` was given"; 3]);
        assert_eq!(reasons(&builds[4], &builds[5]), ["`lib/b.txt` changed"]);
        let run = builds[0].rows()[2];
        assert_eq!(run.step.log.text(), "hello\n");
        assert_eq!(builds[0].instruction(&run).map(|one| one.line), Some(3));
        assert_eq!(builds[2].images, ["app:3"]);
        assert!(builds[2].image_id.as_ref().is_some_and(|id| id.starts_with("sha256:")));
    })
    .await;
}

#[tokio::test]
async fn a_failed_build_points_at_its_line() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["busybox:latest"]).await;
        let lens = Lens::on(&sandbox);
        attempt(
            &sandbox,
            r"printf '%s\n' '# a comment' 'FROM busybox' 'RUN echo why >&2; exit 3' 'RUN true' | docker build -",
        )
        .await;
        let failed = &lens.builds(1).await[0];
        assert_eq!((states(failed).as_str(), failed.failed_line()), ("EW", Some(3)));
        assert_eq!(failed.rows()[1].step.log.text(), "why\n");
    })
    .await;
}

#[tokio::test]
async fn stages_and_builds_go_on_beside_each_other() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["busybox:latest"]).await;
        let lens = Lens::on(&sandbox);
        sh(
            &sandbox,
            r"mkdir two && cd two
              printf '%s\n' 'FROM busybox AS one' 'RUN sleep 2; echo 1 > /o' 'FROM busybox AS other' 'RUN sleep 2; echo 2 > /o' \
                  'FROM busybox' 'COPY --from=one /o /1' 'COPY --from=other /o /2' > Dockerfile
              printf '%s\n' 'FROM busybox' 'RUN sleep 2; true' > Second
              docker build -q -t second - < Second & docker build -q -t two . ; wait",
        )
        .await;
        let builds = lens.builds(2).await;
        let spans: Vec<_> = builds.iter().map(|one| (one.record.started, one.rows().last().expect("steps").step.completed)).collect();
        assert!(Some(spans[1].0) < spans[0].1, "they ran at the same time: {spans:?}");
        let two = builds.iter().find(|one| one.images == ["two"] || one.images == ["two:latest"]).expect("it is there");
        let stages: Vec<_> = two.rows().iter().map(|row| row.stage.to_owned()).collect();
        assert_eq!(stages, ["one", "one", "other", "other", "stage-2", "stage-2", "stage-2"]);
        let rows = two.rows();
        let (one, other) = (rows[1].step, rows[3].step);
        assert!(one.started < other.completed && other.started < one.completed, "the stages ran side by side");
    })
    .await;
}

#[tokio::test]
async fn a_context_of_ten_thousand_files_names_the_one_that_changed() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["busybox:latest"]).await;
        let lens = Lens::on(&sandbox);
        sh(
            &sandbox,
            r"mkdir -p many/d && cd many && seq 10000 | split -l 1 -a 4 - d/f && cp d/faaaa 'd/it is $(odd) `named`'
              printf '%s\n' 'FROM busybox' 'COPY . /many/' > Dockerfile
              docker build -q .",
        )
        .await;
        lens.builds(1).await;
        sh(&sandbox, "cd many && echo changed > d/faabb && echo changed > d/it* && docker build -q .").await;
        let builds = lens.builds(2).await;
        assert!(builds[1].context.as_ref().is_some_and(|context| context.len() == 10_002));
        assert_eq!(reasons(&builds[0], &builds[1]), ["`d/faabb` changed, `d/it is $(odd) 'named'` changed"]);
    })
    .await;
}

#[tokio::test]
async fn compose_builds_are_told_and_our_own_are_known_by_their_label() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["busybox:latest"]).await;
        let lens = Lens::on(&sandbox);
        sh(
            &sandbox,
            r"mkdir -p shop/web && cd shop && printf '%s\n' 'FROM busybox' 'RUN echo web' > web/Dockerfile
              printf '%s\n' 'services:' '  web:' '    build: web' '    image: shop/web' > compose.yaml
              docker buildx build -q --output type=cacheonly --label drydock.probe=rebuild web
              docker compose build -q",
        )
        .await;
        let builds = lens.builds(1).await;
        assert_eq!(builds.len(), 1, "ours is not among them");
        assert!(builds[0].images[0].starts_with("shop/web"), "{:?}", builds[0].images);
    })
    .await;
}

#[tokio::test]
async fn hostile_names_and_endless_output_are_bounded_and_harmless() {
    in_yard(async |yard| {
        let sandbox = with_images(&yard, &["busybox:latest"]).await;
        let lens = Lens::on(&sandbox);
        // A name with an escape sequence, markup, a newline and bytes that are no text; one of 255 bytes; a command of
        // 10,000 characters that prints 4 MB with colours.
        attempt(
            &sandbox,
            r#"mkdir odd && cd odd && long=$(printf '%0255d' 0)
              name=$(printf '\033[31m<b>x\n\377y') && echo 1 > "$name" && echo 1 > $long
              { printf '%s\n' 'FROM busybox' 'COPY . /odd/' && printf 'RUN : %010000d; ' 0
                printf '%s\n' 'yes "$(printf "\033[1m<i>\007")" | head -c 4000000; exit 4'; } > Dockerfile
              docker build -q .
              echo 2 > "$name"; echo 2 > $long
              docker build -q ."#,
        )
        .await;
        let builds = lens.builds(2).await;
        assert_eq!(builds.iter().map(states).collect::<Vec<_>>(), ["DE", "DE"]);
        let why = &reasons(&builds[0], &builds[1])[0];
        assert!(why.contains(r"`\x1b[31m<b>x\x0a\xffy` changed"), "{why}");
        assert!(why.len() < 400 && !why.contains(char::is_control), "{why}");
        let failed = builds[1].rows()[2].step;
        assert!(failed.text.len() <= 2000 && failed.error.as_ref().is_some_and(|error| error.len() <= 4000));
        let log = failed.log.text();
        assert!(log.len() <= 64 * 1024 && failed.log.is_cut());
        assert!(log.contains("<i>\n<i>\n") && !log.contains(['\u{1b}', '\u{7}']));
    })
    .await;
}

#[tokio::test]
async fn a_false_engine_gives_no_history() {
    in_yard(async |yard| {
        let sandbox = yard.sandbox().await;
        sh(
            &sandbox,
            r"rm -f /run/docker.sock
              (setsid socat UNIX-LISTEN:/run/docker.sock,fork EXEC:'yes HTTP/1.1' > /dev/null 2>&1 &)
              while [ ! -S /run/docker.sock ]; do sleep 0.01; done",
        )
        .await;
        assert!(sandbox.build_history().await.is_err());
    })
    .await;
}
