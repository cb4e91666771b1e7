#!/usr/bin/env bash
# `make test`: everything that can be wrong, in one run. Sets itself up as `make run` does, then runs every stage even
# if one has failed, and ends with a line of counts.
set -uo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=scripts/setup.sh
source "$ROOT/scripts/setup.sh"
cd "$ROOT" || exit 1

SERVER=$(server_binary dev)
RESULTS=$ROOT/test-results
E2E=$ROOT/tests/e2e
PASSED=0 FAILED=0 SKIPPED=0
SUMMARY=()

# ---------------------------------------------------------------- stages

# stage "Title" command…: one heading, one line in the summary; counts as one test unless the command says more through
# `counted`.
stage() {
	local title=$1 began=$SECONDS status=0 mark
	shift
	COUNTS=''
	printf '\n%s── %s %s%s\n' "$BOLD" "$title" "$(printf '─%.0s' $(seq $((76 - ${#title}))))" "$PLAIN"
	"$@" || status=$?
	if [[ $status == 0 ]]; then mark="${GREEN}✓${PLAIN}"; else mark="${RED}✗${PLAIN}"; fi
	if [[ -z $COUNTS ]]; then
		if [[ $status == 0 ]]; then ((PASSED += 1)); else ((FAILED += 1)); fi
	elif [[ $status != 0 && $COUNTS != *failed* ]]; then
		((FAILED += 1))
	fi
	SUMMARY+=("$mark $(printf '%-44s %-34s' "$title" "$COUNTS") $(spell_seconds $((SECONDS - began)))")
}

# counted PASSED FAILED SKIPPED
counted() {
	((PASSED += $1, FAILED += $2, SKIPPED += $3))
	COUNTS="$1 passed"
	(($2 > 0)) && COUNTS+=", $2 failed"
	(($3 > 0)) && COUNTS+=", $3 skipped"
	return 0
}

quietly() { CARGO_TERM_PROGRESS_WHEN=never "$@"; }

unit_and_integration() {
	local log=$RESULTS/nextest.log status=0 line
	if cargo nextest --version >/dev/null 2>&1; then
		quietly cargo nextest run --locked --workspace --no-fail-fast --color never 2>&1 | tee "$log" || status=1
		# Summary [  12.3s] 120 tests run: 118 passed (1 slow), 1 failed, 1 timed out, 3 skipped
		line=$(grep -E '^ *Summary \[' "$log" | tail -n 1)
		counted "$(count passed "$line")" "$(($(count failed "$line") + $(count 'timed out' "$line")))" "$(count skipped "$line")"
	else
		quietly cargo test --locked --workspace --no-fail-fast 2>&1 | tee "$log" || status=1
		# test result: ok. 12 passed; 0 failed; 1 ignored; …   (one for each test program)
		counted "$(total passed "$log")" "$(total failed "$log")" "$(total ignored "$log")"
	fi
	return $status
}

# The number before a word in a line; 0 if it is not there.
count() { grep -oE "[0-9]+ $1" <<<"$2" | grep -oE '[0-9]+' || echo 0; }
total() { grep -E '^test result:' "$2" | grep -oE "[0-9]+ $1" | awk '{ sum += $1 } END { print sum + 0 }'; }

browser() {
	local status=0 counts
	rm -f "$RESULTS/e2e.json"
	(cd "$E2E" && BINARY_UNDER_TEST=$SERVER npx --no-install playwright test) || status=$?
	counts=$(node -e '
		const { stats } = JSON.parse(require("fs").readFileSync(process.argv[1]));
		console.log(stats.expected + stats.flaky, stats.unexpected, stats.skipped);
	' "$RESULTS/e2e.json" 2>/dev/null) || counts='0 1 0'
	# shellcheck disable=SC2086  # three numbers
	counted $counts
	return $status
}

scripts_of_the_pages() {
	npm --prefix "$ROOT/web" run --silent check && npm --prefix "$ROOT/web" run --silent test
}

scripts_are_sound() {
	if has shellcheck; then
		shellcheck scripts/*.sh .ci/run
	else
		local script
		for script in scripts/*.sh .ci/run; do bash -n "$script" || return 1; done
		say 'shellcheck is not installed: only the syntax was looked at.'
	fi
}

# What Drydock made on the engine carries the label `drydock.owner`. A site that someone runs on the same engine has
# its own; only what this test run added counts.
on_engine() {
	docker ps -aq --no-trunc --filter label=drydock.owner | sed 's/^/container /'
	docker volume ls -q --filter label=drydock.owner | sed 's/^/volume /'
}

nothing_is_left() {
	local left
	on_engine | sort >"$RESULTS/engine-after.txt"
	left=$(comm -13 "$RESULTS/engine-before.txt" "$RESULTS/engine-after.txt")
	[[ -z $left ]] && say 'No container and no volume of a sandbox is left on the engine.' && return
	say "Left on the engine after the tests:"
	say "$left"
	return 1
}

# ---------------------------------------------------------------- set-up

build_tests() {
	# The binary first: the images are made with it while the tests still compile.
	cargo build --locked -p drydock-server --bin drydock
}

compile_tests() {
	if cargo nextest --version >/dev/null 2>&1; then
		cargo nextest run --locked --workspace --no-run
	else
		cargo test --locked --workspace --no-run
	fi
}

setup_browser() {
	# Docker's command line asks the engine what is left; shellcheck reads these scripts.
	has chromium || apt_install chromium
	has docker || apt_install docker.io
	has shellcheck || ! may_install || apt_install shellcheck
	note "$(chromium --version 2>/dev/null | cut -d' ' -f1,2)"
}

setup_e2e() {
	cd "$E2E"
	npm_ci
}

mkdir -p "$RESULTS"
say "${BOLD}Setting up the tests${PLAIN} ${DIM}(logs are in ${LOGS/#$ROOT\//})${PLAIN}"
stop_jobs_on_exit
job tools 'Tools' setup_tools 20
job engine 'Docker engine' setup_engine
job server 'Server' after tools -- build_tests
job e2e 'Browser test parts' after tools -- setup_e2e
job packages 'Packages for images' after engine -- setup_image_tools
job browser 'Chromium' after packages -- setup_browser
job images 'Sandbox images' after packages,server -- build_images dev
job tests 'Tests' after server -- compile_tests
job assets 'Browser parts' after tests -- build_assets
finish
trap - INT TERM
on_engine | sort >"$RESULTS/engine-before.txt"

# ---------------------------------------------------------------- the run

stage 'Format' cargo fmt --all --check
stage 'Scripts' scripts_are_sound
stage 'Clippy' quietly cargo clippy --locked --workspace --all-targets -- -D warnings
stage 'Unit and integration tests' unit_and_integration
stage 'Content: drydock check' "$SERVER" check content
stage 'Labs on a real engine: drydock verify' "$SERVER" verify
stage 'Scripts of the pages' scripts_of_the_pages
stage 'Types of the browser tests' npm --prefix "$E2E" run --silent types
stage 'Browser tests' browser
stage 'Nothing is left behind' nothing_is_left

printf '\n%s── Summary %s%s\n' "$BOLD" "$(printf '─%.0s' $(seq 69))" "$PLAIN"
printf '%s\n' "${SUMMARY[@]}"
say "in $(spell_seconds $((SECONDS - STARTED)))"
say
if ((SKIPPED > 0)); then
	say "$PASSED passed, $FAILED failed, $SKIPPED skipped"
else
	say "$PASSED passed, $FAILED failed"
fi
((FAILED == 0 && PASSED > 0))
