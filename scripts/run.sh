#!/usr/bin/env bash
# `make run`: from a fresh checkout to the site on http://127.0.0.1:3000.
#
#   tools ─┬─ server (cargo, release) ─┬─ browser parts (wasm, npm)
#          │                           └─ images ── serve
#   engine ┴────────────────────────────┘
#
# The server is compiled first because it makes the images; the images and the browser parts then share the two cores.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=scripts/setup.sh
source "$ROOT/scripts/setup.sh"

cd "$ROOT"
# `make run LISTEN=…` wins over the environment, and that over drydock.toml, which only the server reads.
[[ -n ${LISTEN:-} ]] && export DRYDOCK_HTTP__LISTEN=$LISTEN
[[ -e drydock.toml ]] || require_free_port "${DRYDOCK_HTTP__LISTEN:-127.0.0.1:3000}"
stop_jobs_on_exit

say "${BOLD}Setting up Drydock${PLAIN} ${DIM}(a first run takes up to 15 minutes; logs are in ${LOGS/#$ROOT\//})${PLAIN}"

job tools 'Tools' setup_tools 18
job engine 'Docker engine' optional setup_engine
job server 'Server' after tools -- build_server release
job assets 'Browser parts' after tools,server -- build_assets
job packages 'Packages for images' after engine -- optional setup_image_tools
job images 'Sandbox images' after packages,server -- optional images_if_engine release
finish
show_warnings
say "Set up in $(spell_seconds $((SECONDS - STARTED))). Stop the server with Ctrl-C; your data is in ./data."
trap - INT TERM
exec "$(server_binary release)" serve
