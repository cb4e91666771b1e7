# file.sh PATH BYTES: tell what PATH, relative to the home, is.
cd ~ || exit 1
path=./$1
if [ -f "$path" ]; then
    printf 'file %s\n' "$(stat -L -c '%A %s' -- "$path")"
    exec head -c "$2" -- "$path"
elif [ -d "$path" ]; then
    echo dir
elif [ -e "$path" ]; then
    echo other
elif [ -L "$path" ]; then
    echo symlink
else
    echo missing
    # For a slip in the name: what else is there.
    ls -1Ab -- "$(dirname -- "$path")" 2>/dev/null | head -n 50
fi
