#!/bin/sh
# As root: gives the data folder to redis and goes on as that user. Options and a configuration mean the server.
# Only the containers of its own network reach the server, so it may answer others than itself.
set -e
case $1 in
-* | *.conf) set -- redis-server "$@" ;;
esac
if [ "$1" = redis-server ]; then
    if [ "$(id -u)" = 0 ]; then
        find . ! -user redis -exec chown redis {} +
        exec setpriv --reuid=redis --regid=redis --clear-groups "$0" "$@"
    fi
    set -- "$@" --protected-mode no
fi
exec "$@"
