#!/usr/bin/env bash
# `make bench`: Drydock against its targets, in ratios to the plain thing of the same run. Sets itself up like
# `make run`, sends traffic to this machine only, and prints a table for docs/BENCHMARKS.md.
#
#   scripts/bench.sh [pages start echo verdict lens files frames idle people]
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=scripts/setup.sh
source "$ROOT/scripts/setup.sh"

cd "$ROOT"
BENCH=$ROOT/tests/bench

# nginx is what pages are compared with. Debian starts a web server of its own when it installs nginx: the one that
# the benchmark needs is started by the benchmark.
setup_plain_things() {
	printf '#!/bin/sh\nexit 101\n' >"$LOGS/policy"
	if [[ -n $(missing_packages nginx-light wrk) && ! -e /usr/sbin/policy-rc.d ]] && may_install; then
		install -m 755 "$LOGS/policy" /usr/sbin/policy-rc.d
		trap 'rm -f /usr/sbin/policy-rc.d' EXIT
	fi
	apt_install nginx-light wrk
	has chromium || apt_install chromium
}

setup_bench() {
	cd "$BENCH"
	npm_ci
}

stop_jobs_on_exit
job tools 'Tools' setup_tools 20
job engine 'Docker engine' setup_engine
job server 'Server' after tools -- build_server release
job assets 'Browser parts' after tools,server -- build_assets
job packages 'Packages for images' after engine -- setup_image_tools
job images 'Sandbox images' after packages,server -- build_images release
job plain 'What is compared with' after engine -- setup_plain_things
job bench 'Benchmark parts' after tools -- setup_bench
finish
trap - INT TERM

say "Measuring (a few minutes; nothing else should run on this machine meanwhile)"
BINARY_UNDER_TEST=$(server_binary release) node "$BENCH/bench.mjs" "$@"
