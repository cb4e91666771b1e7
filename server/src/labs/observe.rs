//! Looks at what the grader asks for: the I/O half of a check.
//!
//! Every look has a deadline and a bound. What cannot be looked at becomes a sentence, never a
//! panic and never a verdict against the learner.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::future::Future;
use std::time::Duration;

use drydock_course::check::Check;
use drydock_grader::commands::{self, LABEL, NAME_PREFIX};
use drydock_grader::evidence::ProcessSeen;
use drydock_grader::{Evidence, Probe, Seen, State, Verdict, judge_all, wanted};
use drydock_sandbox::bollard::Docker;
use drydock_sandbox::bollard::container::LogOutput;
use drydock_sandbox::bollard::errors::Error;
use drydock_sandbox::bollard::models::ContainerCreateBody;
use drydock_sandbox::bollard::query_parameters::{
    ContainerArchiveInfoOptionsBuilder, CreateContainerOptionsBuilder, InspectContainerOptions,
    InspectNetworkOptions, ListContainersOptionsBuilder, ListImagesOptions, ListNetworksOptions,
    ListVolumesOptions, LogsOptionsBuilder, RemoveContainerOptionsBuilder,
};
use drydock_sandbox::{Exec, Sandbox};
use futures::StreamExt as _;
use serde::Serialize;
use serde_json::Value;

/// Deadline of one request to the inner engine.
const REQUEST: Duration = Duration::from_secs(5);
/// Objects of one kind that are looked at; a lab has a handful.
const OBJECTS: usize = 200;
/// Bytes of each container's logs.
const LOGS: usize = 64 * 1024;

/// Rounds of looking: later ones depend on earlier ones.
const ROUNDS: usize = 8;

/// Looks at everything that checks ask for, given which have passed before, and judges them.
pub async fn survey(
    sandbox: &Sandbox,
    checks: &[Check],
    evidence: &mut Evidence,
    mut passed: BTreeSet<String>,
) -> Vec<(String, Verdict)> {
    let mut judged = Vec::new();
    for _ in 0..ROUNDS {
        for probe in wanted(checks, evidence, &passed) {
            let seen = observe(sandbox, &probe).await;
            evidence.record(probe, seen);
        }
        judged = judge_all(checks, evidence, &passed);
        let now: BTreeSet<String> = judged
            .iter()
            .filter(|(_, verdict)| verdict.state == State::Pass)
            .map(|(id, _)| id.clone())
            .collect();
        if now.is_subset(&passed) && wanted(checks, evidence, &passed).is_empty() {
            break;
        }
        passed.extend(now);
    }
    judged
}

/// Looks at one thing.
pub async fn observe(sandbox: &Sandbox, probe: &Probe) -> Result<Seen, String> {
    let unique = uuid::Uuid::now_v7().simple().to_string();
    if let Some(command) = commands::command(probe, &unique) {
        let mut exec = Exec::new(command.argv);
        exec.timeout = command.deadline;
        exec.max_output = command.max_output;
        let output = sandbox
            .exec(exec)
            .await
            .map_err(|error| error.to_string())?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let process = ProcessSeen {
            exit_code: output.code.map(i64::from),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            timed_out: output.timed_out,
        };
        return commands::read(probe, process);
    }
    let engine = sandbox.engine().await.map_err(|error| error.to_string())?;
    match probe {
        Probe::Images => images(&engine).await.map(Seen::Images),
        Probe::Containers => containers(&engine).await.map(Seen::Containers),
        Probe::Volumes => volumes(&engine).await.map(Seen::Volumes),
        Probe::Networks => networks(&engine).await.map(Seen::Networks),
        Probe::Logs => logs(&engine).await.map(Seen::Logs),
        Probe::ImagePaths { image, paths } => {
            image_paths(&engine, image, paths.iter().map(String::as_str), &unique)
                .await
                .map(Seen::ImagePaths)
        }
        _ => Err(format!("Nothing here knows how to look at {probe:?}.")),
    }
}

/// A request with its deadline.
async fn ask<T>(what: &str, request: impl Future<Output = Result<T, Error>>) -> Result<T, String> {
    match tokio::time::timeout(REQUEST, request).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(format!("The engine did not give {what}: {error}.")),
        Err(_) => Err(format!(
            "The engine did not give {what} within {} seconds.",
            REQUEST.as_secs()
        )),
    }
}

/// The document of one object as the engine's API writes it. One that vanished between list and
/// look is left out; one that could not be read is a fault, since a verdict without it may be wrong.
async fn document<T: Serialize>(
    what: &str,
    request: impl Future<Output = Result<T, Error>>,
) -> Result<Option<Value>, String> {
    let found = async {
        match request.await {
            Err(error) if is_not_found(&error) => Ok(None),
            Err(error) => Err(error),
            Ok(found) => Ok(Some(found)),
        }
    };
    ask(what, found)
        .await?
        .map(|found| serde_json::to_value(found).map_err(|error| error.to_string()))
        .transpose()
}

async fn images(engine: &Docker) -> Result<Vec<Value>, String> {
    let list = ask("its images", engine.list_images(None::<ListImagesOptions>)).await?;
    let mut documents = Vec::new();
    for image in list.into_iter().take(OBJECTS) {
        documents.extend(document("an image", engine.inspect_image(&image.id)).await?);
    }
    Ok(documents)
}

async fn container_ids(engine: &Docker) -> Result<Vec<String>, String> {
    let all = ListContainersOptionsBuilder::new().all(true).build();
    let list = ask("its containers", engine.list_containers(Some(all))).await?;
    let learners = |labels: &Option<HashMap<String, String>>| {
        labels
            .as_ref()
            .is_none_or(|labels| !labels.contains_key(LABEL))
    };
    Ok(list
        .into_iter()
        .filter(|one| learners(&one.labels))
        .filter_map(|one| one.id)
        .take(OBJECTS)
        .collect())
}

async fn containers(engine: &Docker) -> Result<Vec<Value>, String> {
    let mut documents = Vec::new();
    for id in container_ids(engine).await? {
        documents.extend(
            document(
                "a container",
                engine.inspect_container(&id, None::<InspectContainerOptions>),
            )
            .await?,
        );
    }
    Ok(documents)
}

async fn volumes(engine: &Docker) -> Result<Vec<Value>, String> {
    let list = ask(
        "its volumes",
        engine.list_volumes(None::<ListVolumesOptions>),
    )
    .await?;
    list.volumes
        .unwrap_or_default()
        .into_iter()
        .take(OBJECTS)
        .map(|one| serde_json::to_value(one).map_err(|error| error.to_string()))
        .collect()
}

async fn networks(engine: &Docker) -> Result<Vec<Value>, String> {
    let list = ask(
        "its networks",
        engine.list_networks(None::<ListNetworksOptions>),
    )
    .await?;
    let mut documents = Vec::new();
    for id in list.into_iter().filter_map(|one| one.id).take(OBJECTS) {
        documents.extend(
            document(
                "a network",
                engine.inspect_network(&id, None::<InspectNetworkOptions>),
            )
            .await?,
        );
    }
    Ok(documents)
}

async fn logs(engine: &Docker) -> Result<BTreeMap<String, String>, String> {
    let mut all = BTreeMap::new();
    for id in container_ids(engine).await? {
        let options = LogsOptionsBuilder::new()
            .stdout(true)
            .stderr(true)
            .tail("2000")
            .build();
        let mut stream = engine.logs(&id, Some(options));
        let mut bytes = Vec::new();
        let read = async {
            while let Some(Ok(line)) = stream.next().await {
                let (LogOutput::StdOut { message }
                | LogOutput::StdErr { message }
                | LogOutput::Console { message }
                | LogOutput::StdIn { message }) = line;
                bytes.extend_from_slice(&message);
                if bytes.len() > 2 * LOGS {
                    bytes.drain(..bytes.len() - LOGS);
                }
            }
        };
        // What was read in time counts.
        let _ = tokio::time::timeout(REQUEST, read).await;
        bytes.drain(..bytes.len().saturating_sub(LOGS));
        all.insert(id, String::from_utf8_lossy(&bytes).into_owned());
    }
    Ok(all)
}

/// Makes a container without starting it: works for images without a shell.
async fn image_paths(
    engine: &Docker,
    image: &str,
    paths: impl Iterator<Item = &str>,
    unique: &str,
) -> Result<BTreeMap<String, bool>, String> {
    let name = format!("{NAME_PREFIX}{unique}");
    let options = CreateContainerOptionsBuilder::new().name(&name).build();
    let body = ContainerCreateBody {
        image: Some(image.to_owned()),
        // An image without a command cannot be made into a container without one; it never runs.
        cmd: Some(vec!["none".into()]),
        labels: Some([(LABEL.to_owned(), "1".to_owned())].into()),
        ..Default::default()
    };
    match engine.create_container(Some(options), body).await {
        Ok(_) => {}
        Err(error) if is_not_found(&error) => return Ok(BTreeMap::new()),
        Err(error) => {
            return Err(format!(
                "The engine did not make a container of `{image}`: {error}."
            ));
        }
    }
    let mut found = BTreeMap::new();
    let mut fault = None;
    for path in paths {
        let options = ContainerArchiveInfoOptionsBuilder::new().path(path).build();
        match tokio::time::timeout(
            REQUEST,
            engine.get_container_archive_info(&name, Some(options)),
        )
        .await
        {
            Ok(Ok(_)) => drop(found.insert(path.to_owned(), true)),
            Ok(Err(error)) if is_not_found(&error) => drop(found.insert(path.to_owned(), false)),
            Ok(Err(error)) => {
                fault = Some(format!("The engine did not look for `{path}`: {error}."));
            }
            Err(_) => fault = Some(format!("The engine did not look for `{path}` in time.")),
        }
    }
    let force = RemoveContainerOptionsBuilder::new()
        .force(true)
        .v(true)
        .build();
    let _ = tokio::time::timeout(REQUEST, engine.remove_container(&name, Some(force))).await;
    fault.map_or(Ok(found), Err)
}

fn is_not_found(error: &Error) -> bool {
    matches!(
        error,
        Error::DockerResponseServerError {
            status_code: 404,
            ..
        }
    )
}
