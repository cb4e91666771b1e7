#!/bin/sh
# What is neither an option of node nor a program is a script for node.
set -e
if [ "${1#-}" != "$1" ] || { [ -f "$1" ] && [ ! -x "$1" ]; } || ! command -v "$1" >/dev/null; then
    set -- node "$@"
fi
exec "$@"
