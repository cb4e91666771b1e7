# rebuild.sh CONTEXT DOCKERFILE SECONDS FILE...: build a copy of the context, change files of the
# copy, and build it again. Lines that begin with "%drydock" are for the reader; what stands between
# is the builder's log.
context=$1 dockerfile=$2 limit=$3
shift 3
most=256
end=$((SECONDS + limit))
say() { printf '%%drydock %s\n' "$*"; }

cd ~ || exit 1
[ -d "./$context" ] || { say no-context; exit 0; }
[ -f "./$context/$dockerfile" ] || { say no-dockerfile; exit 0; }
size=$(du -sm -- "./$context" 2>/dev/null | cut -f 1)
[ "${size:-0}" -le "$most" ] || { say too-large "$most"; exit 0; }

work=$(mktemp -d) && work=$(realpath -- "$work") || exit 1
trap 'rm -rf -- "$work"' EXIT
mkdir "$work/context" && cp -a -- "./$context/." "$work/context" || exit 1

# Files that are to change must lie in the copy themselves: a link could lead to the learner's own.
files=()
for file; do
    real=$(realpath -e -- "$work/context/$file" 2>/dev/null)
    case $real in
    "$work"/context/*) [ -f "$real" ] || { say no-file "$file"; exit 0; } ;;
    *) say no-file "$file"; exit 0 ;;
    esac
    files+=("$real")
done

# buildx notes each build in its configuration: in the learner's home that would be a change of a file.
export DOCKER_CONFIG=$work/config

# No image is made (cacheonly), so none is left behind; the label tells these builds from the
# learner's in the engine's build history.
build() {
    say build "$1"
    left=$((end - SECONDS))
    [ "$left" -gt 0 ] || { say exit 124; exit 0; }
    timeout --kill-after=2 "$left" docker buildx build --builder default --progress rawjson \
        --output type=cacheonly --label drydock.probe=rebuild \
        --file "$work/context/$dockerfile" "$work/context" </dev/null >/dev/null 2>"$work/log"
    code=$?
    # What the steps print is of no use here and may be long. jq stops at the builder's last words,
    # which are no JSON.
    jq -c '{vertexes: [.vertexes[]? | {digest, inputs, name, started, cached, error}]}
        | select(.vertexes != [])' "$work/log" 2>/dev/null
    say exit "$code"
    [ "$code" -eq 0 ] && return
    say error "$(grep -a '^ERROR: ' "$work/log" | tail -n 1 | head -c 2000)"
    exit 0
}

# White space changes what a file is and not what it says. It differs each time: what an earlier look
# left in the builder's cache would else pass for a step that did not run.
blank=
for ((bit = 0; bit < 60; bit++)); do
    if ((RANDOM & 1)); then blank+=' '; else blank+=$'\t'; fi
done

build 1
for file in "${files[@]}"; do
    printf '\n%s\n' "$blank" >>"$file"
done
build 2
