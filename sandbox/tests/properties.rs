//! What a sandbox is made of, read from a running one: the product stands on each of these.
#![expect(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

mod support;

use std::collections::HashMap;

use drydock_sandbox::bollard::models::{
    ContainerInspectResponse, HostConfig, HostConfigCgroupnsModeEnum, RestartPolicyNameEnum,
};
use drydock_sandbox::bollard::query_parameters::InspectContainerOptions;
use drydock_sandbox::{LABEL_OWNER, LABEL_SANDBOX, Sandbox, Spec};

use support::{LIMITS, Yard, attempt, in_yard, outside, sh, tiny_image};

async fn inspect(yard: &Yard, sandbox: &Sandbox) -> (ContainerInspectResponse, HostConfig) {
    let name = sandbox.id().container_name();
    let mut inspected = yard
        .host
        .docker()
        .inspect_container(&name, None::<InspectContainerOptions>)
        .await
        .unwrap();
    let host = inspected.host_config.take().unwrap();
    (inspected, host)
}

/// Neither there nor empty: engines differ in how they say nothing.
fn none<T>(list: Option<Vec<T>>) -> bool {
    list.is_none_or(|list| list.is_empty())
}

#[tokio::test]
async fn it_is_not_privileged_and_has_no_device_no_mount_and_no_network_of_the_host() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let (inspected, host) = inspect(&yard, &sandbox).await;
        let config = inspected.config.unwrap();

        assert_eq!(config.user.as_deref(), Some("1000:1000"));
        assert_eq!(host.privileged, Some(false));
        assert_eq!(host.cap_drop, Some(vec!["ALL".to_owned()]));
        let mut added = host.cap_add.unwrap();
        for capability in &mut added {
            *capability = capability.trim_start_matches("CAP_").to_owned();
        }
        added.sort();
        assert_eq!(added, ["SETGID", "SETUID"]);

        assert!(none(host.binds) && none(host.volumes_from) && none(host.mounts));
        assert!(none(host.devices) && none(host.device_requests) && none(host.device_cgroup_rules));
        // Not even a volume that the image names: the tmpfs lies there.
        let mounts = inspected.mounts.unwrap_or_default();
        assert!(
            mounts
                .iter()
                .all(|mount| mount.source.as_deref().unwrap_or_default().is_empty()),
            "{mounts:?}"
        );

        assert_eq!(host.network_mode.as_deref(), Some("none"));
        assert!(host.port_bindings.is_none_or(|ports| ports.is_empty()));
        let networks = inspected.network_settings.unwrap().networks.unwrap();
        let addresses: Vec<_> = networks
            .values()
            .filter_map(|n| n.ip_address.as_deref())
            .collect();
        assert!(
            addresses.iter().all(|address| address.is_empty()),
            "{addresses:?}"
        );

        for shared in [host.pid_mode, host.uts_mode, host.userns_mode] {
            assert!(shared.as_deref().unwrap_or_default().is_empty());
        }
        assert_eq!(host.ipc_mode.as_deref(), Some("private"));
        assert_eq!(
            host.cgroupns_mode,
            Some(HostConfigCgroupnsModeEnum::PRIVATE)
        );
    })
    .await;
}

#[tokio::test]
async fn system_calls_are_filtered_and_only_proc_is_laid_open() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let (_, host) = inspect(&yard, &sandbox).await;
        let options = host.security_opt.unwrap();
        let seccomp = options
            .iter()
            .find(|option| option.starts_with("seccomp="))
            .unwrap();
        assert!(seccomp.contains("SCMP_ACT_ERRNO") && !seccomp.contains("unconfined"));
        // systempaths=unconfined: the nested /proc needs it.
        assert!(none(host.masked_paths) && none(host.readonly_paths));
        // 2 is a filter, for the first process and for a learner's.
        let mode = "grep -E '^(Seccomp|CapEff|CapBnd):' /proc/1/status | tr -s '\\t\\n' ' '";
        let outer = outside(&yard, &sandbox, mode).await;
        assert_eq!(
            outer.trim(),
            "CapEff: 0000000000000000 CapBnd: 00000000000000c0 Seccomp: 2"
        );
        assert_eq!(
            sh(&sandbox, "grep ^Seccomp: /proc/self/status | tr -d '\\t'").await,
            "Seccomp:2"
        );
    })
    .await;
}

#[tokio::test]
async fn disk_memory_processes_processors_and_logs_are_limited() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let (_, host) = inspect(&yard, &sandbox).await;
        let memory = i64::try_from(LIMITS.memory_mib * 1024 * 1024).unwrap();
        assert_eq!(host.memory, Some(memory));
        assert_eq!(host.memory_swap, Some(memory));
        assert_eq!(host.pids_limit, Some(i64::from(LIMITS.pids)));
        assert_eq!(host.nano_cpus, Some(2_000_000_000));
        assert_eq!(host.readonly_rootfs, Some(true));
        let tmpfs: HashMap<String, String> = host.tmpfs.unwrap();
        assert_eq!(tmpfs.len(), 1);
        assert!(tmpfs["/data"].contains(&format!("size={}m", LIMITS.disk_mib)));
        // As the kernel has it: the whole of the learner's disk is that large.
        let size = sh(
            &sandbox,
            "df --output=size --block-size=1M / /root /var/lib/docker | tail -n +2 | sort -u",
        )
        .await;
        assert_eq!(size.trim(), LIMITS.disk_mib.to_string());
        let log = host.log_config.unwrap().config.unwrap();
        assert_eq!((&*log["max-size"], &*log["max-file"]), ("1m", "1"));
        assert_eq!(
            host.restart_policy.unwrap().name,
            Some(RestartPolicyNameEnum::NO)
        );
        assert_eq!(sh(&sandbox, "ulimit -Hc").await, "0");
    })
    .await;
}

#[tokio::test]
async fn it_is_labelled_with_its_owner_and_its_id() {
    in_yard(|yard| async move {
        let mut spec = Spec::new(LIMITS);
        spec.labels
            .insert("drydock.session".to_owned(), "s-1".to_owned());
        let sandbox = yard.with(spec).await;
        let (inspected, _) = inspect(&yard, &sandbox).await;
        let labels = inspected.config.unwrap().labels.unwrap();
        assert_eq!(labels[LABEL_OWNER], yard.host.config().owner);
        assert_eq!(labels[LABEL_SANDBOX], sandbox.id().to_string());
        assert_eq!(labels["drydock.session"], "s-1");
    })
    .await;
}

#[tokio::test]
async fn the_learner_is_root_of_a_real_engine_and_nobody_on_the_host() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        assert_eq!(
            sh(&sandbox, "whoami; hostname; stat -c %U / /usr/bin/env").await,
            "root\nlab\nroot\nroot"
        );
        let info = sandbox.engine().await.unwrap().info().await.unwrap();
        let outer = yard.host.docker().info().await.unwrap();
        assert_ne!(info.id, outer.id);
        tiny_image(&sandbox).await;
        sh(&sandbox, "docker run --rm tiny id -u").await;

        // The whole range of ids is mapped from one unprivileged user and a block of high ones.
        let map = sh(&sandbox, "tr -s ' ' < /proc/self/uid_map").await;
        assert!(
            map.starts_with(
                " 0 1000 1
 1 100000 6553"
            ),
            "{map}"
        );
        let name = sandbox.id().container_name();
        let top = yard.host.docker().top_processes(&name, None).await.unwrap();
        for process in top.processes.unwrap() {
            assert!(
                process[0] != "root" && process[0] != "0",
                "root on the host: {process:?}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn no_program_is_setuid_and_two_have_a_capability() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        // Those in the layers of base images belong to the learner's ids, and make nobody more.
        let find = "find / -xdev -perm /6000 -type f ! -path '/seed/*' 2>/dev/null; \
                    find /seed -xdev -perm -4000 -type f ! -uid 1000 ! -uid +99999 2>/dev/null";
        assert_eq!(outside(&yard, &sandbox, find).await, "");
        let capable = sh(
            &sandbox,
            "find / -xdev -type f -exec getcap {} + 2>/dev/null | grep -v ^/var/lib/docker | sort",
        )
        .await;
        assert_eq!(
            capable,
            "/usr/bin/newgidmap cap_setgid=ep\n/usr/bin/newuidmap cap_setuid=ep"
        );
        // All of the machine belongs to the learner, who is its root.
        let others = "find /machine -xdev ! -uid 1000 2>/dev/null | head";
        assert_eq!(outside(&yard, &sandbox, others).await, "");
    })
    .await;
}

#[tokio::test]
async fn the_machine_has_a_proc_of_its_own_and_the_first_process_is_not_the_engine() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        let inside = sh(&sandbox, "ps -e -o comm").await;
        assert!(inside.contains("dockerd"), "{inside}");
        assert!(
            !inside.contains("unshare"),
            "processes outside the machine are seen: {inside}"
        );
        assert_eq!(
            outside(&yard, &sandbox, "cat /proc/1/comm").await.trim(),
            "tini"
        );
        assert_eq!(sh(&sandbox, "stat -f -c %T /proc").await, "proc");
    })
    .await;
}

#[tokio::test]
async fn cgroups_are_not_delegated_and_containers_run_all_the_same() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        tiny_image(&sandbox).await;
        assert_eq!(
            sh(&sandbox, "docker run --rm --memory 64m tiny echo ran").await,
            "ran"
        );
        let tried = attempt(
            &sandbox,
            "mkdir /sys/fs/cgroup/new || mkdir /sys/fs/cgroup/memory/new",
        )
        .await;
        assert!(!tried.success());
    })
    .await;
}
