# run.sh NAME SECONDS [OPTION...] IMAGE [ARGUMENT...]: run a throw-away container.
name=$1 limit=$2
shift 2
# The engine must not go looking for an image elsewhere: that would only end in a long wait.
# Without sig-proxy the time limit ends the client, whatever the container thinks of signals.
timeout --kill-after=2 "$limit" \
    docker run --sig-proxy=false --rm --pull never --name "$name" --label drydock.probe=run "$@" </dev/null
code=$?
# Out of time: the client was ended, the container was not.
[ $code -ne 124 ] || docker rm --force --volumes "$name" >/dev/null 2>&1
exit $code
