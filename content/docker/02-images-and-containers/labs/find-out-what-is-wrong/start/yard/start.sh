#!/bin/sh
# Starts the three containers of the yard afresh.
cd "$(dirname "$0")" || exit 1
docker build --quiet --tag yard:v1 . >/dev/null || exit 1
docker rm --force radio scale bell >/dev/null 2>&1
docker run --detach --name radio yard:v1 radio.sh >/dev/null
docker run --detach --name scale yard:v1 scale.sh >/dev/null
docker run --detach --name bell yard:v1 bell.sh >/dev/null
echo "radio, scale and bell have been started."
