//! Every hardening flag of a sandbox's container, each with why. No other file sets one.
//!
//! The idea: the container itself has next to nothing. It is an unprivileged user with a read-only
//! file system, no network and no device. All that a lab needs (root, mounts, networks, a Docker
//! Engine) it makes for itself inside a user namespace, where being root gives power over its own
//! namespaces only.

use std::collections::{BTreeMap, HashMap};

use bollard::models::{
    ContainerCreateBody, HostConfig, HostConfigCgroupnsModeEnum, HostConfigLogConfig,
    ResourcesUlimits, RestartPolicy, RestartPolicyNameEnum,
};

use crate::config::{Config, Limits, Spec};
use crate::id::SandboxId;

/// Label that names the installation a sandbox belongs to.
pub const LABEL_OWNER: &str = "drydock.owner";
/// Label that names the sandbox.
pub const LABEL_SANDBOX: &str = "drydock.sandbox";

/// Docker's own profile, and what an engine in a user namespace needs besides. Never `unconfined`.
const SECCOMP: &str = include_str!("../image/seccomp.json");

const MIB: u64 = 1024 * 1024;

/// The container of one sandbox.
pub(crate) fn container(config: &Config, image: String, spec: &Spec) -> ContainerCreateBody {
    ContainerCreateBody {
        image: Some(image),
        // The name in the learner's prompt: root@lab.
        hostname: Some("lab".to_owned()),
        // Not root, already outside the user namespace.
        user: Some("1000:1000".to_owned()),
        env: Some(vec![format!("DRYDOCK_IMAGES={}", spec.images.join(" "))]),
        labels: Some(labels(&config.owner, spec.id, &spec.labels)),
        // Nothing reads or writes the first process' streams but its log.
        open_stdin: Some(false),
        tty: Some(false),
        // No volume: one would outlive the container, and no limit of ours would count its size.
        volumes: None,
        host_config: Some(host_config(config.runtime.as_deref(), &spec.limits)),
        ..Default::default()
    }
}

/// The flags alone, also for the trial container of `doctor`.
pub(crate) fn host_config(runtime: Option<&str>, limits: &Limits) -> HostConfig {
    let memory = signed(limits.memory_mib.saturating_mul(MIB));
    HostConfig {
        privileged: Some(false),
        // All capabilities but two go. `newuidmap` and `newgidmap` carry SETUID and SETGID as file
        // capabilities and need them in the bounding set, to map a range of ids into the namespace.
        // (For the same reason `no-new-privileges` cannot be set: it switches file capabilities off.)
        cap_drop: Some(vec!["ALL".to_owned()]),
        cap_add: Some(vec!["SETUID".to_owned(), "SETGID".to_owned()]),
        security_opt: Some(vec![
            format!("seccomp={SECCOMP}"),
            // Docker's AppArmor profile forbids every mount, also one inside a user namespace. What
            // it protects besides (/proc and /sys of the host) an unprivileged user cannot write.
            "apparmor=unconfined".to_owned(),
        ]),
        // What `systempaths=unconfined` stands for. The kernel lets a user namespace mount its own
        // /proc only where the outer one is not masked. Uid 1000 without capabilities cannot use
        // what is masked otherwise.
        masked_paths: Some(Vec::new()),
        readonly_paths: Some(Vec::new()),

        // No network card at all: no way to the host, to other sandboxes or to the internet.
        network_mode: Some("none".to_owned()),
        publish_all_ports: Some(false),
        // Namespaces of its own, shared with nothing. The cgroup one hides the host's cgroup paths.
        ipc_mode: Some("private".to_owned()),
        cgroupns_mode: Some(HostConfigCgroupnsModeEnum::PRIVATE),

        // Nothing of the host: no path, no socket, no device. What can be written is one tmpfs.
        binds: None,
        mounts: None,
        volumes_from: None,
        devices: None,
        device_requests: None,
        readonly_rootfs: Some(true),
        // Its size is the learner's hard disk limit, with no quota needed from the host's file
        // system; it counts against `memory` too. `exec`, because programs lie on it.
        tmpfs: Some(HashMap::from([(
            "/data".to_owned(),
            format!(
                "rw,exec,nosuid,nodev,size={}m,mode=0755,uid=1000,gid=1000",
                limits.disk_mib
            ),
        )])),

        memory: Some(memory),
        // Equal to `memory`: no swap, so one learner cannot make the whole host slow.
        memory_swap: Some(memory),
        // Processes are limited by the cgroup and never by RLIMIT_NPROC: that one is counted per
        // user of the host, and every sandbox is the same user.
        pids_limit: Some(i64::from(limits.pids)),
        nano_cpus: Some(nano_cpus(limits.cpus)),
        // If the host itself runs out of memory, sandboxes go before anything of the host.
        oom_score_adj: Some(500),
        // A core dump may be handed to a program of the host, which stores it. Open files need no
        // limit of their own: the kernel counts them against `memory`. (Where the engine may not
        // raise its own limit, asking for more would fail the start.)
        ulimits: Some(vec![ulimit("core", 0)]),
        // The engine stores what the first process writes; a learner must not fill the host's disk.
        log_config: Some(HostConfigLogConfig {
            typ: Some("json-file".to_owned()),
            config: Some(HashMap::from([
                ("max-size".to_owned(), "1m".to_owned()),
                ("max-file".to_owned(), "1".to_owned()),
            ])),
        }),

        // A sandbox that ended stays ended until its session says otherwise, and stays to be looked
        // at until it is removed.
        restart_policy: Some(RestartPolicy {
            name: Some(RestartPolicyNameEnum::NO),
            maximum_retry_count: None,
        }),
        auto_remove: Some(false),
        // The image brings an init that reaps; the engine's would be a second one.
        init: Some(false),
        // `sysbox-runc`, `kata`, `runsc`… where the operator wants more than a namespace.
        runtime: runtime.map(str::to_owned),
        ..Default::default()
    }
}

/// The caller's labels and ours; ours win.
fn labels(owner: &str, id: SandboxId, more: &BTreeMap<String, String>) -> HashMap<String, String> {
    let mut labels: HashMap<_, _> = more.clone().into_iter().collect();
    labels.insert(LABEL_OWNER.to_owned(), owner.to_owned());
    labels.insert(LABEL_SANDBOX.to_owned(), id.to_string());
    labels
}

fn ulimit(name: &str, value: i64) -> ResourcesUlimits {
    ResourcesUlimits {
        name: Some(name.to_owned()),
        soft: Some(value),
        hard: Some(value),
    }
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Billionths of a processor; at least a hundredth of one, which is the least an engine takes.
fn nano_cpus(cpus: f64) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "clamped to 10,000 processors"
    )]
    let nanos = (cpus.clamp(0.01, 10_000.0) * 1e9) as i64;
    nanos
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> HostConfig {
        host_config(None, &Limits::default())
    }

    #[test]
    fn the_user_is_unprivileged_and_has_two_capabilities_to_give_away() {
        let body = container(
            &Config::new("test"),
            "image".to_owned(),
            &Spec::new(Limits::default()),
        );
        assert_eq!(body.user.as_deref(), Some("1000:1000"));
        let host = made();
        assert_eq!(host.privileged, Some(false));
        assert_eq!(host.cap_drop, Some(vec!["ALL".to_owned()]));
        assert_eq!(
            host.cap_add,
            Some(vec!["SETUID".to_owned(), "SETGID".to_owned()])
        );
    }

    #[test]
    fn nothing_of_the_host_reaches_in() {
        let host = made();
        assert_eq!(host.network_mode.as_deref(), Some("none"));
        assert_eq!(host.binds, None);
        assert_eq!(host.mounts, None);
        assert_eq!(host.volumes_from, None);
        assert_eq!(host.devices, None);
        assert_eq!(host.device_requests, None);
        assert_eq!(host.pid_mode, None);
        assert_eq!(host.uts_mode, None);
        assert_eq!(host.userns_mode, None);
        assert_eq!(host.ipc_mode.as_deref(), Some("private"));
        assert_eq!(host.readonly_rootfs, Some(true));
    }

    #[test]
    fn the_seccomp_profile_denies_what_it_does_not_name() {
        let options = made().security_opt.unwrap();
        let profile = options
            .iter()
            .find_map(|option| option.strip_prefix("seccomp="))
            .unwrap();
        let profile: serde_json::Value = serde_json::from_str(profile).unwrap();
        assert_eq!(profile["defaultAction"], "SCMP_ACT_ERRNO");
        let allowed: Vec<&str> = profile["syscalls"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|rule| rule["action"] == "SCMP_ACT_ALLOW" && rule["includes"]["caps"].is_null())
            .flat_map(|rule| rule["names"].as_array().unwrap())
            .filter_map(|name| name.as_str())
            .collect();
        for needed in ["clone3", "unshare", "mount", "pivot_root"] {
            assert!(allowed.contains(&needed), "{needed} is not allowed");
        }
        for dangerous in [
            "init_module",
            "finit_module",
            "delete_module",
            "kexec_load",
            "kexec_file_load",
            "bpf",
            "perf_event_open",
            "open_by_handle_at",
            "reboot",
            "swapon",
            "iopl",
            "ioperm",
            "settimeofday",
            "userfaultfd",
            "keyctl",
            "io_uring_setup",
        ] {
            assert!(!allowed.contains(&dangerous), "{dangerous} is allowed");
        }
    }

    #[test]
    fn limits_are_hard() {
        let host = host_config(
            None,
            &Limits {
                memory_mib: 512,
                disk_mib: 256,
                pids: 300,
                cpus: 1.5,
            },
        );
        assert_eq!(host.memory, Some(512 * 1024 * 1024));
        assert_eq!(host.memory_swap, host.memory);
        assert_eq!(host.pids_limit, Some(300));
        assert_eq!(host.nano_cpus, Some(1_500_000_000));
        let data = &host.tmpfs.unwrap()["/data"];
        assert!(
            data.contains("size=256m") && data.contains("nodev"),
            "{data}"
        );
        let log = host.log_config.unwrap().config.unwrap();
        assert_eq!(log["max-size"], "1m");
        assert!(
            !host
                .ulimits
                .unwrap()
                .iter()
                .any(|limit| limit.name.as_deref() == Some("nproc"))
        );
    }

    #[test]
    fn an_absurd_limit_does_not_wrap_around() {
        let host = host_config(
            None,
            &Limits {
                memory_mib: u64::MAX,
                disk_mib: u64::MAX,
                pids: u32::MAX,
                cpus: f64::INFINITY,
            },
        );
        assert_eq!(host.memory, Some(i64::MAX));
        assert!(host.nano_cpus > Some(0));
    }

    #[test]
    fn our_labels_cannot_be_overwritten() {
        let id = SandboxId::new();
        let theirs = BTreeMap::from([
            (LABEL_OWNER.to_owned(), "someone".to_owned()),
            ("drydock.session".to_owned(), "s1".to_owned()),
        ]);
        let labels = labels("me", id, &theirs);
        assert_eq!(labels[LABEL_OWNER], "me");
        assert_eq!(labels[LABEL_SANDBOX], id.to_string());
        assert_eq!(labels["drydock.session"], "s1");
    }
}
