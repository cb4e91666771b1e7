//! The seed: what an inner engine has on its disk once it holds the base images.
//!
//! ```text
//! machine image ──run──▶ a sandbox with a volume as its disk
//! each base image ──save──▶ `docker load` inside ──`collect`──▶ /seed of that sandbox
//! Python packages ──tar──▶ /seed/.wheels
//! that sandbox ──commit──▶ the sandbox image
//! ```
//!
//! The inner engine writes its own format, so nothing here has to know it but the script `collect`.
//! A sandbox binds the layers out of its image, which all sandboxes share: see the script `seed`.

use std::collections::HashMap;
use std::time::Duration;

use bollard::Docker;
use bollard::errors::Error::DockerResponseServerError;
use bollard::models::{ContainerConfig, ContainerCreateBody, HostConfig, Mount, MountType};
use bollard::query_parameters::{
    CommitContainerOptionsBuilder, CreateContainerOptionsBuilder, LogsOptionsBuilder,
    RemoveContainerOptionsBuilder, StartContainerOptions,
};
use futures::stream::Empty;
use futures::{StreamExt, TryStreamExt};

use super::catalogue::Base;
use super::error::Error;
use super::log::Tail;
use super::outer::{self, Ran};
use super::packages::Wheels;
use crate::config::Limits;
use crate::hardening;

/// Where images are prepared. One name: a build that was broken off leaves it for the next to remove.
const CONTAINER: &str = "drydock-images-build";
const ENTER: &str = "/usr/local/lib/drydock/enter";
/// Runs `collect` as root of the user namespace, but outside the machine's file system.
const COLLECT: &str = "read -r pid </data/machine.pid && \
    exec nsenter -t \"$pid\" -U --preserve-credentials /usr/local/lib/drydock/collect \"$1\"";
const UNPACK: &str = "mkdir -p /seed/.wheels && tar -xC /seed/.wheels";
const READY_LIMIT: Duration = Duration::from_secs(60);
/// How long one image may take to be loaded.
const LOAD_LIMIT: Duration = Duration::from_secs(600);
/// A commit reads and hashes the whole seed before it answers.
const COMMIT_SECONDS: u64 = 900;

/// What is planted.
pub(super) struct Seed<'a> {
    pub(super) bases: &'a [Base],
    pub(super) wheels: Option<&'a Wheels>,
}

/// Makes the image `sandbox` from `machine` and the seed.
pub(super) async fn plant(
    docker: &Docker,
    machine: &str,
    sandbox: &str,
    seed: Seed<'_>,
    labels: HashMap<String, String>,
    progress: &mut (dyn FnMut(&str) + Send),
) -> Result<(), Error> {
    remove(docker).await?;
    let planted = async {
        start(docker, machine).await?;
        for base in seed.bases {
            progress(&format!("loading {}", base.reference));
            load(docker, base).await?;
        }
        if let Some(wheels) = seed.wheels {
            progress("unpacking Python packages");
            unpack(docker, wheels).await?;
        }
        progress("writing the sandbox image");
        commit(docker, sandbox, labels).await
    }
    .await;
    let removed = remove(docker).await;
    planted.and(removed)
}

/// As hardened as any sandbox, but for a file system that can be written and a disk without limit.
async fn start(docker: &Docker, machine: &str) -> Result<(), Error> {
    let limits = Limits {
        memory_mib: 2048,
        ..Limits::default()
    };
    let host_config = HostConfig {
        readonly_rootfs: Some(false),
        tmpfs: None,
        mounts: Some(vec![Mount {
            target: Some("/data".to_owned()),
            typ: Some(MountType::VOLUME),
            ..Default::default()
        }]),
        ..hardening::host_config(None, &limits)
    };
    let body = ContainerCreateBody {
        image: Some(machine.to_owned()),
        hostname: Some("lab".to_owned()),
        host_config: Some(host_config),
        ..Default::default()
    };
    let options = CreateContainerOptionsBuilder::default()
        .name(CONTAINER)
        .build();
    docker
        .create_container(Some(options), body)
        .await
        .map_err(Error::engine("create the container that prepares images"))?;
    docker
        .start_container(CONTAINER, None::<StartContainerOptions>)
        .await
        .map_err(Error::engine("start the container that prepares images"))?;
    let mut log = Tail::default();
    match tokio::time::timeout(READY_LIMIT, ready(docker, &mut log)).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Err(error)) => Err(error),
        Ok(Ok(false)) | Err(_) => Err(Error::Seed {
            doing: "starting its engine".to_owned(),
            log: log.to_string(),
        }),
    }
}

/// Follows the container's log until its engine is ready; `false` if it ends before.
async fn ready(docker: &Docker, log: &mut Tail) -> Result<bool, Error> {
    let options = LogsOptionsBuilder::default()
        .follow(true)
        .stdout(true)
        .stderr(true)
        .build();
    let mut told = docker.logs(CONTAINER, Some(options));
    while let Some(piece) = told.next().await {
        let piece = piece.map_err(Error::engine("show a log"))?;
        let text = String::from_utf8_lossy(piece.as_ref()).into_owned();
        log.push(&text);
        if text.lines().any(|line| line.trim() == "drydock: ready") {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn load(docker: &Docker, base: &Base) -> Result<(), Error> {
    let kept = base.kept_as();
    let work = async {
        let stream = docker.export_image(&kept);
        let loaded =
            outer::run(docker, CONTAINER, &[ENTER, "docker", "load"], Some(stream)).await?;
        expect("load", base, loaded)?;
        let none = None::<Empty<_>>;
        let tag = [ENTER, "docker", "tag", &kept, base.reference];
        expect(
            "tag",
            base,
            outer::run(docker, CONTAINER, &tag, none).await?,
        )?;
        let none = None::<Empty<_>>;
        let collect = ["sh", "-c", COLLECT, "collect", base.reference];
        expect(
            "collect",
            base,
            outer::run(docker, CONTAINER, &collect, none).await?,
        )
    };
    tokio::time::timeout(LOAD_LIMIT, work)
        .await
        .unwrap_or_else(|_| {
            Err(Error::Seed {
                doing: format!("loading {}", base.reference),
                log: format!("no end within {LOAD_LIMIT:?}"),
            })
        })
}

async fn unpack(docker: &Docker, wheels: &Wheels) -> Result<(), Error> {
    let archive = wheels.archive().stream().await?;
    let archive = archive.map_err(|err| bollard::errors::Error::IOError { err });
    let unpacked = outer::run(docker, CONTAINER, &["sh", "-c", UNPACK], Some(archive));
    let ran = tokio::time::timeout(LOAD_LIMIT, unpacked).await;
    let (code, log) = match ran {
        Ok(ran) => ran.map(|ran| (ran.code, ran.log))?,
        Err(_) => (-1, format!("no end within {LOAD_LIMIT:?}")),
    };
    if code == 0 {
        return Ok(());
    }
    Err(Error::Seed {
        doing: "unpacking Python packages".to_owned(),
        log: format!("exit status {code}\n{log}"),
    })
}

fn expect(doing: &str, base: &Base, ran: Ran) -> Result<(), Error> {
    if ran.code == 0 {
        return Ok(());
    }
    Err(Error::Seed {
        doing: format!("{doing} {}", base.reference),
        log: format!("exit status {}\n{}", ran.code, ran.log),
    })
}

async fn commit(
    docker: &Docker,
    sandbox: &str,
    labels: HashMap<String, String>,
) -> Result<(), Error> {
    let (repository, tag) = outer::split(sandbox);
    let options = CommitContainerOptionsBuilder::default()
        .container(CONTAINER)
        .repo(repository)
        .tag(tag)
        .comment("machine and base images")
        .pause(false)
        .build();
    let config = ContainerConfig {
        labels: Some(labels),
        ..Default::default()
    };
    docker
        .clone()
        .with_timeout(Duration::from_secs(COMMIT_SECONDS))
        .commit_container(options, config)
        .await
        .map_err(Error::engine(format!("write {sandbox}")))?;
    Ok(())
}

async fn remove(docker: &Docker) -> Result<(), Error> {
    let options = RemoveContainerOptionsBuilder::default()
        .force(true)
        .v(true)
        .build();
    match docker.remove_container(CONTAINER, Some(options)).await {
        Ok(())
        | Err(DockerResponseServerError {
            status_code: 404, ..
        }) => Ok(()),
        Err(source) => Err(Error::engine("remove the container that prepares images")(
            source,
        )),
    }
}
