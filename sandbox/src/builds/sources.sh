# sources.sh MOST DOCKERFILE ID...: what lies in the builder's copies of local sources. It runs outside the learner's
# machine. For each ID: "source ID", then for each file "file TYPE MODE SIZE PATH", then "hash HASH *PATH", and for the
# Dockerfile "dockerfile" with its text; each ended by NUL. "whole" ends a source that was listed to its end.
most=$1 dockerfile=$2
shift 2
export LC_ALL=C
for id; do
    cd "/data/docker/overlay2/$id/diff" || continue
    printf 'source %s\0' "$id"
    if [ -f "./$dockerfile" ] && [ ! -L "./$dockerfile" ]; then
        printf 'dockerfile '
        head -c 262144 -- "./$dockerfile" | tr -d '\0'
        printf '\0'
    fi
    find . -mindepth 1 ! -type d -printf 'file %y %m %s %P\0' | head -z -n "$most"
    # Large files are told by their size alone: hashing them would take the processor from the build.
    find . -type f -size -4096k -print0 | head -z -n "$most" | nice xargs -0 -r b2sum -z -b -l 64 -- 2>/dev/null |
        sed -z 's/^/hash /'
    printf 'whole\0'
done
