# Works on the learner's files, inside the learner's machine: home.sh <what> <arguments…>
# Paths are checked here again, where links can be followed. A learner who changes links at the same
# moment reaches only what is the learner's own anyway.
# Exit codes are read in mod.rs.
set -u
home=/root
missing=40 is_dir=41 outside=42 special=43 too_large=44 no_space=45 not_a_dir=46 exists=47 changed=48

inside() { case $1 in "$home" | "$home"/*) ;; *) exit $outside ;; esac; }
# A folder that is on the way to what is asked for, resolved.
folder() {
    real=$(realpath -m -- "$home/$1") || exit $outside
    inside "$real"
}
# Makes a folder and those above it.
make_folder() {
    mkdir -p -- "$1" 2>/dev/null && return
    there=$1
    while [ ! -e "$there" ]; do there=${there%/*}; done
    [ -d "$there" ] && exit $no_space
    exit $not_a_dir
}

what=$1
shift
case $what in
list) # how many
    cd "$home" || exit 1
    find . -xdev -mindepth 1 \( -type d \
        \( -name .git -o -name node_modules -o -name __pycache__ -o -name .cache -o -name .venv \) \
        -prune -o ! -name '.drydock-write-*' \) -printf '%y %m %s %T@ %P\0' 2>/dev/null | head -z -n "$1"
    ;;
read) # path, most bytes
    [ -e "$home/$1" ] || exit $missing
    real=$(realpath -e -- "$home/$1") || exit $missing
    inside "$real"
    [ ! -d "$real" ] || exit $is_dir
    [ -f "$real" ] || exit $special
    [ "$(stat -c %s -- "$real")" -le "$2" ] || exit $too_large
    exec head -c "$2" -- "$real"
    ;;
write) # path, bytes to come, mode (keep, +x, -x), what is there (-: whatever, none, or its SHA-256)
    real=$(realpath -m -- "$home/$1") || exit $outside
    inside "$real"
    [ ! -d "$real" ] || exit $is_dir
    [ ! -e "$real" ] || [ -f "$real" ] || exit $special
    parent=${real%/*}
    make_folder "$parent"
    temporary=$(mktemp -- "$parent/.drydock-write-XXXXXX") || exit $no_space
    trap 'rm -f -- "$temporary"' EXIT
    cat >"$temporary" || exit $no_space
    [ "$(stat -c %s -- "$temporary")" = "$2" ] || exit 1
    if [ -e "$real" ]; then chmod --reference="$real" -- "$temporary"; else chmod 644 -- "$temporary"; fi
    [ "$3" = keep ] || chmod "$3" -- "$temporary"
    case $4 in
    -) ;;
    none) [ ! -e "$real" ] || exit $changed ;;
    *) [ -e "$real" ] && [ "$(sha256sum <"$real")" = "$4  -" ] || exit $changed ;;
    esac
    mv -fT -- "$temporary" "$real"
    ;;
delete) # folder, name
    folder "$1"
    [ -e "$real/$2" ] || [ -L "$real/$2" ] || exit $missing
    rm -rf -- "$real/$2"
    ;;
make_folder) # path
    folder "$1"
    [ ! -e "$real" ] || exit $exists
    make_folder "$real"
    ;;
move) # folder, name, folder to come to, name there
    folder "$1"
    from=$real/$2
    [ -e "$from" ] || [ -L "$from" ] || exit $missing
    folder "$3"
    to=$real/$4
    case $to/ in "$from"/*) exit $exists ;; esac
    [ ! -e "$to" ] && [ ! -L "$to" ] || exit $exists
    make_folder "$real"
    # It has just been looked for; what came there since is not replaced either.
    mv -nT -- "$from" "$to"
    ;;
archive) # most bytes, tar's own options
    cd "$home" || exit 1
    most=$1
    shift
    tar --create "$@" --one-file-system --exclude=node_modules --exclude=__pycache__ --exclude=.cache --exclude=.venv \
        --exclude='.drydock-write-*' . 2>/dev/null | head -c "$most"
    ;;
unpack) # tar's own options
    cd "$home" || exit 1
    tar --extract --no-same-owner "$@" || { [ "$(df --output=avail . | tail -n 1)" -gt 0 ] || exit $no_space; exit 1; }
    ;;
esac
