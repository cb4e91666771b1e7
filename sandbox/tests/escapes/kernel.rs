//! Asking the kernel for more than a learner may have.

use drydock_sandbox::Sandbox;

use crate::support::{
    PRIVILEGED, Yard, attempt, contained, in_yard, outside, sh, tiny_image, told,
};

/// In the machine as its root, in a container of it with all privileges, and in the outer container.
async fn everywhere(yard: &Yard, sandbox: &Sandbox, script: &str) -> Vec<(&'static str, String)> {
    let all = format!("{PRIVILEGED} --pid host --network host -v /:/host");
    vec![
        ("the machine", told(&attempt(sandbox, script).await)),
        (
            "a privileged container",
            contained(sandbox, &all, script).await,
        ),
        ("the outer container", outside(yard, sandbox, script).await),
    ]
}

#[tokio::test]
async fn system_calls_that_reach_the_host_are_refused() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        tiny_image(&sandbox).await;
        // Name, number on x86-64 and on arm64. Arguments are such that the call would not do harm.
        let script = r#"
perl -e '
my %calls = (
    init_module => [175, 105], finit_module => [313, 273], delete_module => [176, 106],
    kexec_load => [246, 104], bpf => [321, 280], perf_event_open => [298, 241],
    open_by_handle_at => [304, 265], swapon => [167, 224], settimeofday => [164, 170],
    clock_settime => [227, 112], keyctl => [250, 219], add_key => [248, 217],
    userfaultfd => [323, 282], io_uring_setup => [425, 425], acct => [163, 89],
    syslog => [103, 116], reboot => [169, 142], quotactl => [179, 60], fanotify_init => [300, 262],
);
my $machine = `cat /proc/sys/kernel/arch 2>/dev/null` || `uname -m 2>/dev/null` || "x86_64";
my $column = $machine =~ /aarch64/ ? 1 : 0;
for my $name (sort keys %calls) {
    my $result = syscall($calls{$name}[$column], 0, 0, 0, 0, 0);
    my $code = $! + 0;
    # EPERM, or ENOSYS for those the profile does not know.
    print $result == -1 && ($code == 1 || $code == 38) ? "refused\n" : "ALLOWED $name $result $code\n";
}
# AF_ALG, AF_VSOCK: holes of the kernel and a way to the hypervisor.
for my $family (38, 40) {
    print socket(my $s, $family, 5, 0) ? "ALLOWED family $family\n" : "refused\n";
}'
"#;
        for (place, said) in everywhere(&yard, &sandbox, script).await {
            assert!(!said.contains("ALLOWED"), "{place}: {said}");
            assert_eq!(said.matches("refused").count(), 21, "{place}: {said}");
        }
        yard.assert_unharmed().await;
    })
    .await;
}

#[tokio::test]
async fn devices_of_the_host_can_be_neither_made_nor_mounted() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        tiny_image(&sandbox).await;
        let script = r#"
cd /tmp 2>/dev/null || cd /data 2>/dev/null || cd /
mkdir -p mnt
for device in "b 8 0" "b 254 0" "b 259 0" "b 7 0" "c 1 1" "c 10 200" "c 10 229"; do
    rm -f node; mknod node $device 2>/dev/null && head -c 1 node >/dev/null 2>&1 && echo "ALLOWED $device"
done
for device in /dev/sda /dev/sda1 /dev/vda /dev/vda1 /dev/nvme0n1 /dev/loop0 /dev/mem /dev/kmsg /dev/kvm /dev/fuse; do
    head -c 1 $device >/dev/null 2>&1 && echo "ALLOWED $device"
    mount $device mnt 2>/dev/null && echo "ALLOWED mount $device"
done
for type in debugfs tracefs securityfs configfs pstore bpf cgroup cgroup2 efivarfs binfmt_misc devtmpfs; do
    mount -t $type none mnt 2>/dev/null || continue
    case $type in
    # These exist for each namespace: harmless if nothing in them can be written that reaches out.
    bpf | cgroup | cgroup2 | binfmt_misc) ;;
    *) echo "ALLOWED mount $type" ;;
    esac
    for file in mnt/release_agent mnt/cgroup.procs; do
        [ -e $file ] && echo 1 2>/dev/null >$file && echo "ALLOWED $type $file"
    done
    umount mnt
done
echo tried
"#;
        for (place, said) in everywhere(&yard, &sandbox, script).await {
            assert!(!said.contains("ALLOWED"), "{place}: {said}");
            assert!(said.contains("tried"), "{place}: {said}");
        }
    })
    .await;
}

#[tokio::test]
async fn settings_of_the_host_cannot_be_written() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        tiny_image(&sandbox).await;
        let script = r#"
try() { { echo "$1" >"$2"; } 2>/dev/null && echo "ALLOWED $2"; }
for proc in /proc /host/proc /host/proc/1/root/proc; do
    try '|/tmp/x' $proc/sys/kernel/core_pattern
    try /tmp/x $proc/sys/kernel/modprobe
    try h $proc/sysrq-trigger
    try 1 $proc/sys/vm/panic_on_oom
    try 1 $proc/sys/kernel/sysrq
    try 1 $proc/sys/vm/drop_caches
    try x $proc/sys/kernel/hostname_of_host
    try 0 $proc/sys/kernel/keys/maxkeys
    try 0 $proc/sys/fs/inotify/max_user_instances
    try -1000 $proc/1/oom_score_adj
done
# What may be written is found to be so.
try x /dev/shm/control
try mem /sys/power/state
try /tmp/x /sys/kernel/uevent_helper
try 1 /sys/kernel/mm/ksm/run
for file in $(find /sys/fs/cgroup \( -name release_agent -o -name memory.max -o -name memory.limit_in_bytes -o -name pids.max -o -name cgroup.procs -o -name devices.allow \) 2>/dev/null | head -n 40); do
    try 1 $file
done
for file in $(find /sys/module /sys/kernel /sys/class /sys/bus -type f -writable 2>/dev/null | head -n 200); do
    try 0 $file
done
echo tried
"#;
        for (place, said) in everywhere(&yard, &sandbox, script).await {
            let allowed: Vec<_> = said.lines().filter(|line| line.contains("ALLOWED")).collect();
            assert!(matches!(&allowed[..], [control] if control.ends_with("/control")), "{place}: {said}");
            assert!(said.contains("tried"), "{place}: {said}");
        }
        yard.assert_unharmed().await;
    })
    .await;
}

#[tokio::test]
async fn no_right_on_the_host_can_be_gained() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        tiny_image(&sandbox).await;
        // The first processes have no capability, and none can be had by starting a program.
        let caps = outside(&yard, &sandbox, "grep -h -E '^Cap(Prm|Eff|Inh|Amb):' /proc/1/status /proc/self/status | cut -f 2 | sort -u").await;
        assert_eq!(caps.trim(), "0000000000000000");
        // Only the ids that belong to the learner are mapped, whoever asks.
        let map = "unshare --user sleep 5 & sleep 0.3; newuidmap $! 0 0 1 2>&1; newuidmap $! 0 1 1000 2>&1; \
                   newgidmap $! 0 0 1 2>&1; kill $!";
        let said = outside(&yard, &sandbox, map).await;
        assert_eq!(said.matches("not allowed").count(), 3, "{said}");
        // Root of the machine becomes nobody outside of it: its files belong to uid 1000.
        sh(&sandbox, "cp /usr/bin/id /root/id; chmod 6755 /root/id").await;
        let id = outside(&yard, &sandbox, "/data/home/id; cat /proc/self/uid_map").await;
        assert!(!id.contains("euid=0") && !id.contains("uid=0"), "{id}");
        // The namespaces of the first process cannot be joined.
        let join = "nsenter --target 1 --mount --net --pid true 2>&1; echo $?";
        let said = outside(&yard, &sandbox, join).await;
        assert!(said.contains("not permitted"), "{said}");
        // A container with all privileges still maps its root to an unprivileged user.
        let all = format!("{PRIVILEGED} --userns host --pid host");
        let map = contained(&sandbox, &all, "read inside outside count < /proc/1/uid_map; echo $inside $outside $count").await;
        assert_eq!(map, "0 1000 1");
    })
    .await;
}

#[tokio::test]
async fn inner_containers_make_no_kernel_keyrings() {
    in_yard(|yard| async move {
        let sandbox = yard.sandbox().await;
        tiny_image(&sandbox).await;
        // All sandboxes share one quota of keys: the host's user 1000.
        let keys = "sed -n 's/^ *1000: *//p' /proc/key-users";
        let before = outside(&yard, &sandbox, keys).await;
        sh(
            &sandbox,
            "for n in 1 2 3; do docker run --detach tiny sleep 300; done",
        )
        .await;
        assert_eq!(sh(&sandbox, "docker ps --quiet | wc -l").await, "3");
        assert_eq!(outside(&yard, &sandbox, keys).await, before);
    })
    .await;
}
