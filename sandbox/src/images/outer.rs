//! What is asked of the outer engine, each request with an end and with words for its failure.

use std::collections::HashMap;
use std::time::Duration;

use bollard::container::LogOutput;
use bollard::errors::Error::DockerResponseServerError;
use bollard::exec::{CreateExecOptions, StartExecOptions, StartExecResults};
use bollard::models::ImageInspect;
use bollard::query_parameters::{
    BuildImageOptionsBuilder, CreateImageOptionsBuilder, TagImageOptionsBuilder,
};
use bollard::{Docker, body_try_stream};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use tokio::io::AsyncWriteExt;

use super::context::Context;
use super::error::Error;
use super::log::Tail;

/// How long a registry may take to begin an answer.
const PULL_BEGIN: Duration = Duration::from_secs(10);
/// How long a pull may stand still.
const PULL_STALL: Duration = Duration::from_secs(60);
/// How long a build may be silent: some package steps are.
const BUILD_STALL: Duration = Duration::from_secs(300);

/// The image, or `None` if the engine does not have it.
pub(super) async fn inspect(docker: &Docker, image: &str) -> Result<Option<ImageInspect>, Error> {
    match docker.inspect_image(image).await {
        Ok(found) => Ok(Some(found)),
        Err(DockerResponseServerError {
            status_code: 404, ..
        }) => Ok(None),
        Err(source) => Err(Error::engine(format!("inspect {image}"))(source)),
    }
}

/// A label of an inspected image.
pub(super) fn label<'a>(image: &'a ImageInspect, name: &str) -> Option<&'a str> {
    let labels = image.config.as_ref()?.labels.as_ref()?;
    labels.get(name).map(String::as_str)
}

/// Gives `image` the further name `repository:tag`.
pub(super) async fn tag(docker: &Docker, image: &str, reference: &str) -> Result<(), Error> {
    let (repository, tag) = split(reference);
    let options = TagImageOptionsBuilder::default()
        .repo(repository)
        .tag(tag)
        .build();
    docker
        .tag_image(image, Some(options))
        .await
        .map_err(Error::engine(format!("name an image {reference}")))
}

/// `repository:tag` in its two parts.
pub(super) fn split(reference: &str) -> (&str, &str) {
    reference.rsplit_once(':').unwrap_or((reference, "latest"))
}

/// Why a registry did not give an image.
pub(super) struct Refusal {
    /// In one line.
    pub(super) reason: String,
    /// Whether it does not have this image, rather than not answering at all.
    pub(super) lacks_it: bool,
}

/// Pulls an image.
pub(super) async fn pull(
    docker: &Docker,
    reference: &str,
    progress: &mut (dyn FnMut(&str) + Send),
) -> Result<(), Refusal> {
    let silent = |reason: String| Refusal {
        reason,
        lacks_it: false,
    };
    let (image, tag) = split(reference);
    let options = CreateImageOptionsBuilder::default()
        .from_image(&format!("docker.io/library/{image}"))
        .tag(tag)
        .build();
    let mut told = docker.create_image(Some(options), None, None);
    let mut patience = PULL_BEGIN;
    progress("asking the registry");
    loop {
        match tokio::time::timeout(patience, told.next()).await {
            Err(_) => return Err(silent(format!("no answer within {patience:?}"))),
            Ok(None) => return Ok(()),
            Ok(Some(Err(DockerResponseServerError {
                status_code,
                message,
            }))) => {
                return Err(Refusal {
                    reason: message,
                    lacks_it: status_code == 404,
                });
            }
            Ok(Some(Err(error))) => return Err(silent(error.to_string())),
            Ok(Some(Ok(_))) => {
                if patience == PULL_BEGIN {
                    progress("pulling");
                }
                patience = PULL_STALL;
            }
        }
    }
}

/// A build with the engine's classic builder, which every version has and needs no session.
pub(super) struct Build<'a> {
    pub(super) image: &'a str,
    pub(super) dockerfile: &'a str,
    pub(super) context: Context,
    pub(super) base: Option<&'a str>,
    pub(super) labels: HashMap<&'a str, &'a str>,
    pub(super) refresh: bool,
}

pub(super) async fn build(
    docker: &Docker,
    build: Build<'_>,
    progress: &mut (dyn FnMut(&str) + Send),
) -> Result<(), Error> {
    let mut arguments: HashMap<String, String> = proxies();
    if let Some(base) = build.base {
        arguments.insert("BASE".to_owned(), base.to_owned());
    }
    let options = BuildImageOptionsBuilder::default()
        .t(build.image)
        .dockerfile(build.dockerfile)
        .buildargs(&arguments)
        .labels(&build.labels)
        .nocache(build.refresh)
        .rm(true)
        .forcerm(true)
        .build();
    let mut log = Tail::default();
    let failed = |reason: String, log: &Tail| Error::Build {
        image: build.image.to_owned(),
        reason,
        log: log.to_string(),
    };
    let body = body_try_stream(build.context.stream().await?);
    let mut told = docker.build_image(options, None, Some(body));
    loop {
        let line = match tokio::time::timeout(BUILD_STALL, told.next()).await {
            Err(_) => {
                return Err(failed(
                    format!("nothing happened for {BUILD_STALL:?}"),
                    &log,
                ));
            }
            Ok(None) => return Ok(()),
            Ok(Some(Err(error))) => return Err(failed(error.to_string(), &log)),
            Ok(Some(Ok(line))) => line,
        };
        if let Some(error) = line.error_detail {
            return Err(failed(error.message.unwrap_or_default(), &log));
        }
        if let Some(text) = line.stream {
            if let Some(step) = text.trim().strip_prefix("Step ") {
                let step: String = step.chars().take(72).collect();
                progress(&format!("step {step}"));
            }
            log.push(&text);
        }
    }
}

/// Proxies of this host that containers can reach too.
fn proxies() -> HashMap<String, String> {
    ["http_proxy", "https_proxy", "no_proxy"]
        .into_iter()
        .flat_map(|name| [name.to_owned(), name.to_uppercase()])
        .filter_map(|name| std::env::var(&name).ok().map(|value| (name, value)))
        .filter(|(_, value)| {
            !value.is_empty() && !value.contains("127.0.0.1") && !value.contains("localhost")
        })
        .collect()
}

/// What a command in a container did.
pub(super) struct Ran {
    pub(super) code: i64,
    pub(super) log: String,
}

/// Runs a command in a container to its end, with `stdin` if any.
pub(super) async fn run(
    docker: &Docker,
    container: &str,
    argv: &[&str],
    stdin: Option<impl Stream<Item = Result<Bytes, bollard::errors::Error>> + Send>,
) -> Result<Ran, Error> {
    let refused = || format!("run {} in a container", argv.join(" "));
    let options = CreateExecOptions {
        cmd: Some(argv.to_vec()),
        attach_stdin: Some(stdin.is_some()),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        ..Default::default()
    };
    let exec = docker
        .create_exec(container, options)
        .await
        .map_err(Error::engine(refused()))?;
    let started = docker
        .start_exec(&exec.id, None::<StartExecOptions>)
        .await
        .map_err(Error::engine(refused()))?;
    let StartExecResults::Attached {
        mut output,
        mut input,
    } = started
    else {
        return Err(Error::Seed {
            doing: refused(),
            log: "the engine did not attach to it".to_owned(),
        });
    };
    let mut log = Tail::default();
    let writing = async {
        if let Some(stdin) = stdin {
            let mut stdin = std::pin::pin!(stdin);
            while let Some(piece) = stdin.next().await {
                let piece = piece.map_err(Error::engine("give out an image"))?;
                // A command that ends early says why on its output.
                if input.write_all(&piece).await.is_err() {
                    break;
                }
            }
            input.shutdown().await.ok();
        }
        // The connection ends with its input: hold that until the output is through.
        Ok::<_, Error>(input)
    };
    let reading = async {
        while let Some(piece) = output.next().await {
            let (LogOutput::StdOut { message }
            | LogOutput::StdErr { message }
            | LogOutput::Console { message }
            | LogOutput::StdIn { message }) = piece.map_err(Error::engine(refused()))?;
            log.push(&String::from_utf8_lossy(&message));
        }
        Ok::<_, Error>(())
    };
    let (_input, ()) = tokio::try_join!(writing, reading)?;
    let code = loop {
        let state = docker
            .inspect_exec(&exec.id)
            .await
            .map_err(Error::engine(refused()))?;
        if let (Some(false), Some(code)) = (state.running, state.exit_code) {
            break code;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    Ok(Ran {
        code,
        log: log.to_string(),
    })
}
