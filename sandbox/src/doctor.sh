# In a container with exactly a sandbox's flags: what of a sandbox works here, and what may be in the way.
for name in kernel/osrelease user/max_user_namespaces kernel/unprivileged_userns_clone \
    kernel/apparmor_restrict_unprivileged_userns kernel/keys/maxkeys fs/inotify/max_user_instances; do
    [ -r "/proc/sys/$name" ] && read -r value <"/proc/sys/$name" && echo "set $(echo "$name" | tr / .) $value"
done
cd /data && mkdir proc lower upper work merged
exec 2>&1
unshare --user --map-auto --map-root-user --mount --net --pid --uts --ipc --fork sh -c '
    mount -t proc proc /data/proc && ip link set lo up && echo "works: namespaces"
    mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work,userxattr overlay merged && echo "works: overlay"
'
