//! What is wrong with this machine, and the command that mends it.

use std::collections::HashMap;
use std::time::Duration;

use bollard::models::ContainerCreateBody;
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, LogsOptionsBuilder, RemoveContainerOptionsBuilder,
    StartContainerOptions, WaitContainerOptions,
};
use futures::StreamExt;
use uuid::Uuid;

use crate::config::Config;
use crate::error::Error;
use crate::hardening::{self, LABEL_OWNER};
use crate::host::Host;
use crate::images;

/// How long the trial container may take.
const TRIAL_LIMIT: Duration = Duration::from_secs(30);
/// Does what a sandbox needs from the kernel, and tells the settings that may be in the way.
const TRIAL: &str = include_str!("doctor.sh");
/// Fewer inotify instances than this run out in a class: all sandboxes are the same user of the host.
const INOTIFY_INSTANCES: u64 = 512;

/// How a finding is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// Sandboxes run, with a drawback.
    Warn,
    /// Sandboxes cannot run.
    Fail,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub name: &'static str,
    /// How it is to be taken.
    pub verdict: Verdict,
    /// What was found.
    pub found: String,
    /// What to do about it.
    pub remedy: Option<String>,
}

impl Finding {
    fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self {
            name,
            verdict: Verdict::Ok,
            found: found.into(),
            remedy: None,
        }
    }

    fn warn(name: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            name,
            verdict: Verdict::Warn,
            found: found.into(),
            remedy: Some(remedy.into()),
        }
    }

    fn fail(name: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            name,
            verdict: Verdict::Fail,
            found: found.into(),
            remedy: Some(remedy.into()),
        }
    }
}

/// Looks at everything, also where no engine answers.
pub async fn examine(config: Config) -> Vec<Finding> {
    match Host::connect(config).await {
        Ok(host) => of_host(&host).await,
        Err(Error::NoEngine { address, reason }) => vec![Finding::fail(
            "Docker engine",
            format!("none answers at {address}: {reason}"),
            "start one (`dockerd`, or `systemctl start docker`), or set DOCKER_HOST to where it listens",
        )],
        Err(error) => vec![Finding::fail(
            "Docker engine",
            error.to_string(),
            "correct the address of the engine",
        )],
    }
}

pub(crate) async fn of_host(host: &Host) -> Vec<Finding> {
    let mut findings = engine(host).await;
    let (image, of_image) = image(host).await;
    findings.extend(of_image);
    if let Some(image) = image {
        match trial(host, image).await {
            Ok(told) => findings.extend(kernel(&Told::parse(&told))),
            Err(error) => findings.push(Finding::fail(
                "trial container",
                with_cause(&error),
                "the engine must be able to run containers with a seccomp profile and a tmpfs; \
                 see its own log",
            )),
        }
    }
    findings
}

/// The outer engine: version, limits, memory.
async fn engine(host: &Host) -> Vec<Finding> {
    let name = "Docker engine";
    let info = match host.docker().info().await {
        Ok(info) => info,
        Err(error) => {
            let remedy = "look at the engine's own log";
            return vec![Finding::fail(name, with_cause(&error), remedy)];
        }
    };
    let version = info.server_version.as_deref().unwrap_or("unknown");
    let api = host.docker().client_version();
    let address = &host.outer.endpoint.address;
    let mut findings = vec![Finding::ok(
        name,
        format!("version {version}, API {api}, at {address}"),
    )];

    let missing: Vec<&str> = [
        ("memory", info.memory_limit),
        ("processor", info.cpu_cfs_quota),
        ("process", info.pids_limit),
    ]
    .into_iter()
    .filter_map(|(what, there)| (there == Some(false)).then_some(what))
    .collect();
    findings.push(if missing.is_empty() {
        Finding::ok("limits", "memory, processor and process limits are enforced")
    } else {
        Finding::fail(
            "limits",
            format!("the engine cannot enforce {} limits", missing.join(" and ")),
            "switch the memory, cpu and pids cgroup controllers on (kernel parameter cgroup_enable=memory)",
        )
    });

    let total = u64::try_from(info.mem_total.unwrap_or_default()).unwrap_or_default();
    let each = host.config().defaults.memory_mib;
    let full = (total / (1024 * 1024))
        .checked_div(each)
        .unwrap_or_default();
    let found = format!(
        "{:.1} GiB on {} processors: {full} sandboxes if each used all of its {each} MiB",
        total as f64 / f64::from(1 << 30),
        info.ncpu.unwrap_or_default(),
    );
    findings.push(if full >= 2 {
        Finding::ok("memory", found)
    } else {
        Finding::warn("memory", found, "set a smaller memory limit, or add memory")
    });
    findings
}

/// The sandbox image: its name, unless there is none, and what there is to say of it.
async fn image(host: &Host) -> (Option<String>, Vec<Finding>) {
    let name = "sandbox image";
    let build = "drydock images build";
    let image = match host.image().await {
        Ok(image) => image,
        Err(Error::NoImage { image }) => {
            let found = format!("{image} is not on the engine");
            return (None, vec![Finding::fail(name, found, build)]);
        }
        Err(error) => {
            let remedy = "look at the engine's own log";
            return (None, vec![Finding::fail(name, with_cause(&error), remedy)]);
        }
    };
    let findings = match host.config().image {
        Some(_) => vec![Finding::ok(name, format!("{image}, as configured"))],
        None if image == images::LATEST => vec![Finding::warn(
            name,
            format!("{image} was built for another version of Drydock"),
            build,
        )],
        None => vec![Finding::ok(name, image.clone()), bases(host).await],
    };
    (Some(image), findings)
}

/// The base images that learners build on, and where they came from.
async fn bases(host: &Host) -> Finding {
    let name = "base images";
    match images::list(host.docker()).await {
        Ok(images) => {
            let list = |source: images::Source| {
                let of_source = images.iter().filter(|image| image.source == source);
                let names: Vec<_> = of_source.map(|image| image.reference.as_str()).collect();
                (!names.is_empty()).then(|| format!("{source}: {}", names.join(", ")))
            };
            let found = [list(images::Source::Pulled), list(images::Source::Debian)];
            let found = found.into_iter().flatten().collect::<Vec<_>>().join("; ");
            let lacking: Vec<_> = images
                .iter()
                .filter_map(images::ImageInfo::shortage)
                .collect();
            if lacking.is_empty() {
                Finding::ok(name, found)
            } else {
                let found = format!("{found}; {}", lacking.join("; "));
                let remedy = "`drydock images build` with the package registries within reach; \
                              `drydock images list` names the labs";
                Finding::warn(name, found, remedy)
            }
        }
        Err(error) => Finding::warn(name, error.to_string(), "drydock images build"),
    }
}

/// Runs the trial with exactly the flags of a sandbox, and gives what it wrote.
async fn trial(host: &Host, image: String) -> Result<String, Error> {
    let config = host.config();
    let name = format!("drydock-doctor-{}", Uuid::now_v7().simple());
    let body = ContainerCreateBody {
        image: Some(image),
        user: Some("1000:1000".to_owned()),
        entrypoint: Some(vec![
            "/bin/sh".to_owned(),
            "-c".to_owned(),
            TRIAL.to_owned(),
        ]),
        cmd: Some(Vec::new()),
        labels: Some(HashMap::from([(
            LABEL_OWNER.to_owned(),
            config.owner.clone(),
        )])),
        host_config: Some(hardening::host_config(
            config.runtime.as_deref(),
            &config.defaults,
        )),
        ..Default::default()
    };
    let told = tokio::time::timeout(TRIAL_LIMIT, run_to_end(host, &name, body))
        .await
        .unwrap_or(Err(Error::TimedOut {
            what: "the trial container",
            limit: TRIAL_LIMIT,
        }));
    let options = RemoveContainerOptionsBuilder::default()
        .force(true)
        .v(true)
        .build();
    if let Err(error) = host.docker().remove_container(&name, Some(options)).await {
        tracing::warn!(%name, %error, "the trial container is still there");
    }
    told
}

async fn run_to_end(host: &Host, name: &str, body: ContainerCreateBody) -> Result<String, Error> {
    let refused = |source| Error::Engine {
        doing: "run the trial container",
        source,
    };
    let docker = host.docker();
    let options = CreateContainerOptionsBuilder::default().name(name).build();
    docker
        .create_container(Some(options), body)
        .await
        .map_err(refused)?;
    docker
        .start_container(name, None::<StartContainerOptions>)
        .await
        .map_err(refused)?;
    // An exit code other than 0 comes as an error; what matters is what was written.
    docker
        .wait_container(name, None::<WaitContainerOptions>)
        .collect::<Vec<_>>()
        .await;
    let options = LogsOptionsBuilder::default()
        .stdout(true)
        .stderr(true)
        .build();
    let mut logs = docker.logs(name, Some(options));
    let mut told = String::new();
    while let Some(piece) = logs.next().await {
        told.push_str(&piece.map_err(refused)?.to_string());
    }
    Ok(told)
}

/// What the trial wrote: settings of the kernel, and what happened.
struct Told<'a> {
    settings: HashMap<&'a str, &'a str>,
    said: Vec<&'a str>,
}

impl<'a> Told<'a> {
    fn parse(told: &'a str) -> Self {
        let mut settings = HashMap::new();
        let mut said = Vec::new();
        for line in told.lines() {
            match line
                .strip_prefix("set ")
                .and_then(|rest| rest.split_once(' '))
            {
                Some((name, value)) => {
                    settings.insert(name, value);
                }
                None => said.push(line),
            }
        }
        Self { settings, said }
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.settings.get(name)?.parse().ok()
    }
}

/// What the trial's words mean.
fn kernel(told: &Told<'_>) -> Vec<Finding> {
    let release = told.settings.get("kernel.osrelease").unwrap_or(&"unknown");
    let worked = |what: &str| told.said.contains(&what);
    let complaint = told
        .said
        .iter()
        .copied()
        .filter(|line| !line.starts_with("works: "))
        .collect::<Vec<_>>()
        .join("; ");
    let mut findings = Vec::new();
    findings.push(if worked("works: namespaces") {
        Finding::ok("user namespaces", format!("allowed (kernel {release})"))
    } else {
        let remedy = if told.number("user.max_user_namespaces") == Some(0) {
            "sysctl -w user.max_user_namespaces=15000"
        } else if told.number("kernel.unprivileged_userns_clone") == Some(0) {
            "sysctl -w kernel.unprivileged_userns_clone=1"
        } else if told.number("kernel.apparmor_restrict_unprivileged_userns") == Some(1) {
            "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
        } else {
            "look whether a security module of this host forbids them (`dmesg`), or use another host"
        };
        Finding::fail("user namespaces", format!("refused: {complaint}"), remedy)
    });
    if worked("works: namespaces") {
        findings.push(if worked("works: overlay") {
            Finding::ok("overlayfs", "can be mounted inside a user namespace")
        } else {
            Finding::fail(
                "overlayfs",
                format!("refused inside a user namespace (kernel {release}): {complaint}"),
                "use Linux 5.11 or newer, with the module overlay loaded (`modprobe overlay`)",
            )
        });
    }
    // Only these are counted against all sandboxes together and matter: keyrings the sandbox does
    // without, processes are limited by the cgroup.
    if let Some(instances) = told.number("fs.inotify.max_user_instances") {
        let found = format!("{instances} instances for all sandboxes together");
        findings.push(if instances >= INOTIFY_INSTANCES {
            Finding::ok("file watching", found)
        } else {
            Finding::warn(
                "file watching",
                found,
                format!(
                    "with many labs at once file changes are noticed late; \
                     sysctl -w fs.inotify.max_user_instances={}",
                    INOTIFY_INSTANCES * 4
                ),
            )
        });
    }
    if let Some(keys) = told.number("kernel.keys.maxkeys") {
        findings.push(Finding::ok(
            "kernel keyrings",
            format!("{keys} keys; sandboxes make none of their own"),
        ));
    }
    findings
}

fn with_cause(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let more = next.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = next.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdicts(told: &str) -> Vec<(&'static str, Verdict, String)> {
        kernel(&Told::parse(told))
            .into_iter()
            .map(|finding| {
                let remedy = finding.remedy.unwrap_or_default();
                (finding.name, finding.verdict, remedy)
            })
            .collect()
    }

    #[test]
    fn a_host_that_allows_everything_is_fine() {
        let told = "set kernel.osrelease 6.1.0\nset fs.inotify.max_user_instances 1024\n\
                    works: namespaces\nworks: overlay\n";
        assert!(verdicts(told).iter().all(|(_, v, _)| *v == Verdict::Ok));
    }

    #[test]
    fn apparmor_s_restriction_is_named_with_its_sysctl() {
        let told = "set kernel.apparmor_restrict_unprivileged_userns 1\n\
                    unshare: write failed /proc/self/uid_map: Operation not permitted\n";
        let (name, verdict, remedy) = &verdicts(told)[0];
        assert_eq!((*name, *verdict), ("user namespaces", Verdict::Fail));
        assert!(remedy.contains("apparmor_restrict_unprivileged_userns=0"));
    }

    #[test]
    fn namespaces_switched_off_are_named_with_their_sysctl() {
        let (_, _, remedy) = &verdicts("set user.max_user_namespaces 0\n")[0];
        assert!(remedy.contains("user.max_user_namespaces"));
        let (_, _, remedy) = &verdicts("set kernel.unprivileged_userns_clone 0\n")[0];
        assert!(remedy.contains("unprivileged_userns_clone=1"));
    }

    #[test]
    fn an_old_kernel_fails_for_its_overlayfs() {
        let told = "works: namespaces\nmount: /data/m: permission denied.\n";
        let overlay = &verdicts(told)[1];
        assert_eq!((overlay.0, overlay.1), ("overlayfs", Verdict::Fail));
    }

    #[test]
    fn few_inotify_instances_are_a_warning() {
        let told = "set fs.inotify.max_user_instances 128\nworks: namespaces\nworks: overlay\n";
        let watching = verdicts(told).pop().unwrap();
        assert_eq!((watching.0, watching.1), ("file watching", Verdict::Warn));
        assert!(watching.2.contains("max_user_instances=2048"));
    }
}
