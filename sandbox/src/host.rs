//! The outer engine: makes, finds and removes sandboxes.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use bollard::errors::Error::DockerResponseServerError;
use bollard::models::{ContainerSummary, ContainerSummaryStateEnum};
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, InspectContainerOptions, ListContainersOptionsBuilder,
    RemoveContainerOptionsBuilder, StartContainerOptions,
};

use tokio::task::JoinHandle;

use crate::config::{Config, Spec};
use crate::doctor::{self, Finding};
use crate::endpoint::Endpoint;
use crate::error::{Error, REQUEST_LIMIT};
use crate::hardening::{self, LABEL_OWNER, LABEL_SANDBOX};
use crate::id::SandboxId;
use crate::images;
use crate::sandbox::Sandbox;

/// How long the first answer of the outer engine may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// How long a container may take to disappear.
const REMOVE_LIMIT: Duration = Duration::from_secs(30);

/// The outer engine. Cloning is cheap.
#[derive(Clone)]
pub struct Host {
    pub(crate) outer: Arc<Outer>,
}

/// What every sandbox shares of the host.
pub(crate) struct Outer {
    pub(crate) config: Config,
    pub(crate) endpoint: Endpoint,
    pub(crate) docker: bollard::Docker,
}

/// A sandbox of this installation, as the outer engine lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: SandboxId,
    /// The container's id.
    pub container: String,
    /// The container's labels, those of [`Spec::labels`] among them.
    pub labels: BTreeMap<String, String>,
    /// Whether it runs.
    pub running: bool,
    /// Seconds since 1970 of its creation.
    pub created: i64,
}

impl Host {
    /// Connects and agrees on an API version.
    ///
    /// # Errors
    /// [`Error::NoEngine`], [`Error::BadAddress`].
    pub async fn connect(config: Config) -> Result<Self, Error> {
        let endpoint = Endpoint::find(config.docker_host.as_deref())?;
        let unreachable = |reason: String| Error::NoEngine {
            address: endpoint.address.clone(),
            reason,
        };
        let docker = bollard::Docker::connect_with_host(&endpoint.address)
            .map_err(|error| unreachable(innermost(&error)))?
            .with_timeout(CONNECT_LIMIT)
            .negotiate_version()
            .await
            .map_err(|error| unreachable(innermost(&error)))?
            .with_timeout(REQUEST_LIMIT);
        Ok(Self {
            outer: Arc::new(Outer {
                config,
                endpoint,
                docker,
            }),
        })
    }

    /// The outer engine's client.
    #[must_use]
    pub fn docker(&self) -> &bollard::Docker {
        &self.outer.docker
    }

    /// What this host was connected with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.outer.config
    }

    /// Creates and starts a sandbox; [`Sandbox::ready`] waits until it can be used.
    ///
    /// # Errors
    /// [`Error::NoImage`], [`Error::Engine`]. Nothing is left behind then, nor when this is cancelled.
    pub async fn create(&self, spec: Spec) -> Result<Sandbox, Error> {
        let id = spec.id;
        let host = self.clone();
        // A task of its own, because the engine would go on with what it was asked for while a
        // caller that gives up half-way no longer knows of it.
        let mut creation = Creation(Some(tokio::spawn(async move {
            let Err(error) = host.create_and_start(&spec).await else {
                return Ok(Sandbox::new(Arc::clone(&host.outer), id, spec.files));
            };
            if !matches!(error, Error::IdTaken { .. }) {
                host.remove_unwanted(id).await;
            }
            Err(error)
        })));
        creation.finished().await
    }

    async fn create_and_start(&self, spec: &Spec) -> Result<(), Error> {
        let id = spec.id;
        let image = self.image().await?;
        let options = CreateContainerOptionsBuilder::default()
            .name(&id.container_name())
            .build();
        self.docker()
            .create_container(
                Some(options),
                hardening::container(&self.outer.config, image.clone(), spec),
            )
            .await
            .map_err(|source| match source {
                DockerResponseServerError {
                    status_code: 404, ..
                } => Error::NoImage { image },
                DockerResponseServerError {
                    status_code: 409, ..
                } => Error::IdTaken { id },
                source => Error::Engine {
                    doing: "create a sandbox",
                    source,
                },
            })?;
        self.docker()
            .start_container(&id.container_name(), None::<StartContainerOptions>)
            .await
            .map_err(|source| Error::Engine {
                doing: "start a sandbox",
                source,
            })
    }

    /// Finds a running sandbox of this installation again, after a restart of the server.
    ///
    /// # Errors
    /// [`Error::Engine`].
    pub async fn attach(&self, id: SandboxId) -> Result<Option<Sandbox>, Error> {
        let found = self.find(&[format!("{LABEL_SANDBOX}={id}")]).await?;
        Ok(found
            .iter()
            .any(|found| found.id == id && found.running)
            .then(|| Sandbox::new(Arc::clone(&self.outer), id, Vec::new())))
    }

    /// All sandboxes of this installation, running or not.
    ///
    /// # Errors
    /// [`Error::Engine`].
    pub async fn list(&self) -> Result<Vec<Found>, Error> {
        self.find(&[]).await
    }

    async fn find(&self, labels: &[String]) -> Result<Vec<Found>, Error> {
        let mut wanted = vec![format!("{LABEL_OWNER}={}", self.outer.config.owner)];
        wanted.extend_from_slice(labels);
        let options = ListContainersOptionsBuilder::default()
            .all(true)
            .filters(&HashMap::from([("label", wanted)]))
            .build();
        let listed = self
            .docker()
            .list_containers(Some(options))
            .await
            .map_err(|source| Error::Engine {
                doing: "list sandboxes",
                source,
            })?;
        Ok(listed.into_iter().filter_map(found).collect())
    }

    /// Removes a sandbox with all it holds. One that is not there is removed already.
    ///
    /// # Errors
    /// [`Error::Engine`].
    pub async fn remove(&self, id: SandboxId) -> Result<(), Error> {
        let name = id.container_name();
        let options = RemoveContainerOptionsBuilder::default()
            .force(true)
            .v(true)
            .build();
        let gone = async {
            loop {
                match self
                    .docker()
                    .remove_container(&name, Some(options.clone()))
                    .await
                {
                    Ok(()) => return Ok(()),
                    Err(DockerResponseServerError {
                        status_code: 404, ..
                    }) => return Ok(()),
                    // Another removal is under way: wait until it is through.
                    Err(DockerResponseServerError {
                        status_code: 409, ..
                    }) => tokio::time::sleep(Duration::from_millis(50)).await,
                    Err(source) => {
                        return Err(Error::Engine {
                            doing: "remove a sandbox",
                            source,
                        });
                    }
                }
            }
        };
        tokio::time::timeout(REMOVE_LIMIT, gone)
            .await
            .unwrap_or(Err(Error::TimedOut {
                what: "removing a sandbox",
                limit: REMOVE_LIMIT,
            }))
    }

    /// The image that sandboxes run: the configured one, or this version's, or the latest that was
    /// built, which `doctor` warns of.
    ///
    /// # Errors
    /// [`Error::NoImage`] if none was built.
    pub async fn image(&self) -> Result<String, Error> {
        if let Some(image) = &self.config().image {
            return Ok(image.clone());
        }
        let ours = images::sandbox_name();
        for image in [&ours, images::LATEST] {
            match self.docker().inspect_image(image).await {
                Ok(_) => return Ok(image.to_owned()),
                Err(DockerResponseServerError {
                    status_code: 404, ..
                }) => {}
                Err(source) => {
                    return Err(Error::Engine {
                        doing: "look for the sandbox image",
                        source,
                    });
                }
            }
        }
        Err(Error::NoImage { image: ours })
    }

    async fn remove_unwanted(&self, id: SandboxId) {
        if let Err(error) = self.remove(id).await {
            tracing::warn!(%id, %error, "a sandbox that nobody wants is still there");
        }
    }

    /// Whether the sandbox's container is there and runs.
    ///
    /// # Errors
    /// [`Error::Engine`].
    pub async fn is_running(&self, id: SandboxId) -> Result<bool, Error> {
        self.outer.is_running(id).await
    }

    /// Looks whether sandboxes can run here, and says what to do where they cannot.
    pub async fn doctor(&self) -> Vec<Finding> {
        doctor::of_host(self).await
    }
}

impl Outer {
    pub(crate) async fn is_running(&self, id: SandboxId) -> Result<bool, Error> {
        let inspected = self
            .docker
            .inspect_container(&id.container_name(), None::<InspectContainerOptions>)
            .await;
        match inspected {
            Ok(container) => Ok(container
                .state
                .and_then(|state| state.running)
                .unwrap_or(false)),
            Err(DockerResponseServerError {
                status_code: 404, ..
            }) => Ok(false),
            Err(source) => Err(Error::Engine {
                doing: "inspect a sandbox",
                source,
            }),
        }
    }
}

/// Ours only if the sandbox label is an id.
fn found(container: ContainerSummary) -> Option<Found> {
    let labels: BTreeMap<_, _> = container.labels?.into_iter().collect();
    Some(Found {
        id: labels.get(LABEL_SANDBOX)?.parse().ok()?,
        container: container.id?,
        running: container.state == Some(ContainerSummaryStateEnum::RUNNING),
        created: container.created.unwrap_or_default(),
        labels,
    })
}

/// A creation under way. Dropped before it has finished, it removes what comes of it.
struct Creation(Option<JoinHandle<Result<Sandbox, Error>>>);

impl Creation {
    async fn finished(&mut self) -> Result<Sandbox, Error> {
        let Some(task) = &mut self.0 else {
            unreachable!("it is waited for once")
        };
        let result = task.await;
        self.0 = None;
        result.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    }
}

impl Drop for Creation {
    fn drop(&mut self) {
        let (Some(task), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        runtime.spawn(async move {
            if let Ok(Ok(sandbox)) = task.await {
                let host = Host {
                    outer: Arc::clone(&sandbox.inner.outer),
                };
                host.remove_unwanted(sandbox.id()).await;
            }
        });
    }
}

/// The cause at the bottom: "Connection refused" rather than "error in the client".
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
