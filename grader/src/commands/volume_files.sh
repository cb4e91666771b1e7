# volume_files.sh VOLUME BYTES PATH...: print the beginning of files in a volume.
volume=$1 bytes=$2
shift 2
root=$(docker volume inspect --format '{{.Mountpoint}}' -- "$volume" 2>/dev/null) || {
    echo no-volume
    exit 0
}
for path; do
    if [ -f "$root/$path" ]; then
        printf 'file '
        head -c "$bytes" -- "$root/$path" | base64 -w 0
        echo
    else
        echo none
    fi
done
