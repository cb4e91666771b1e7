# shellcheck shell=bash
# What the scripts share: steps that run side by side and say how far they are. Source it; it runs nothing by itself.
#
#   job NAME "Title" command…        starts the command at once, its output going to a log
#   job NAME "Title" after A,B -- …  the same, once the jobs A and B have succeeded
#   finish                           waits for all jobs, shows them, stops everything if one fails
#   note "text"                      inside a job: what its line says when it is done
#
# The set-up steps themselves (tools, engine, server, images) are in setup.sh.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TARGET=${CARGO_TARGET_DIR:-$ROOT/target}
LOGS=$TARGET/setup
STARTED=$SECONDS

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
	BOLD=$'\e[1m' DIM=$'\e[2m' GREEN=$'\e[32m' RED=$'\e[31m' YELLOW=$'\e[33m' PLAIN=$'\e[0m'
else
	BOLD='' DIM='' GREEN='' RED='' YELLOW='' PLAIN=''
fi

say() { printf '%s\n' "$*"; }
warn() { printf '%s%s%s\n' "$YELLOW" "$*" "$PLAIN" >&2; }
die() {
	printf '%s%s%s\n' "$RED" "$*" "$PLAIN" >&2
	exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

# 75 → "1 min 15 s"
spell_seconds() {
	if (($1 >= 60)); then
		printf '%d min %d s' $(($1 / 60)) $(($1 % 60))
	else
		printf '%d s' "$1"
	fi
}

# Milliseconds since the machine's clock began; only differences of it mean anything.
now_ms() { printf '%s' "${EPOCHREALTIME/[.,]/}" | cut -c1-13; }

# 1234 → "1.2 s", 75000 → "1 min 15 s"
spell_ms() {
	if (($1 >= 60000)); then
		spell_seconds $(($1 / 1000))
	else
		printf '%d.%d s' $(($1 / 1000)) $(($1 % 1000 / 100))
	fi
}

# ---------------------------------------------------------------- jobs

declare -a JOBS=()
declare -A JOB_TITLE=() JOB_GROUP=() JOB_SHOWN=()

# Each job is a process group of its own, so that stopping one stops all it started.
job() {
	local name=$1 title=$2 needs=''
	shift 2
	if [[ $1 == after ]]; then
		needs=$2
		shift 3
	fi
	mkdir -p "$LOGS"
	rm -f "$LOGS/$name".{log,note,begun,status,took,warning}
	JOBS+=("$name")
	JOB_TITLE[$name]=$title
	set -m
	(
		trap - INT TERM EXIT
		set +e
		wait_for_jobs "$needs" || {
			echo skipped >"$LOGS/$name.status"
			exit 1
		}
		begun=$(now_ms)
		echo "$begun" >"$LOGS/$name.begun"
		# shellcheck disable=SC2030
		NOTE=$LOGS/$name.note
		(
			set -e
			"$@"
		)
		status=$?
		echo $(($(now_ms) - begun)) >"$LOGS/$name.took"
		echo "$status" >"$LOGS/$name.status"
	) >"$LOGS/$name.log" 2>&1 </dev/null &
	JOB_GROUP[$name]=$!
	set +m
}

# shellcheck disable=SC2031  # set by the job that runs this
note() { printf '%s' "$*" >"${NOTE:-/dev/null}"; }

wait_for_jobs() {
	local need status
	for need in ${1//,/ }; do
		until [[ -s $LOGS/$need.status ]]; do sleep 0.1; done
		read -r status <"$LOGS/$need.status"
		[[ $status == 0 ]] || return 1
	done
}

# The last thing that a job said: cargo's "Building [==> ] 12/345: leptos" as "12 of 345 · leptos", else its last line.
last_words() {
	tail -c 3000 "$1" 2>/dev/null | tr '\r' '\n' | sed -E '
		s/\x1b\[[0-9;?]*[A-Za-z]//g
		s/^ *Building \[[=> ]*\] ([0-9]+)\/([0-9]+): */\1 of \2 · /
		s/^[[:space:]]+//; s/[[:space:]]+$//
		/^$/d' | tail -n 1 | cut -c1-"${2:-90}"
}

show_done() {
	local name=$1 status took text=''
	read -r status <"$LOGS/$name.status"
	[[ $status == skipped ]] && return
	read -r took <"$LOGS/$name.took"
	[[ -s $LOGS/$name.note ]] && text=" · $(<"$LOGS/$name.note")"
	((SHOWN += 1))
	local mark="${GREEN}✓${PLAIN}"
	[[ -e $LOGS/$name.warning ]] && mark="${YELLOW}!${PLAIN}"
	[[ $status == 0 ]] || mark="${RED}✗${PLAIN}"
	printf '%s[%d/%d] %s %s%s  %s%s%s\n' "$CLEAR" "$SHOWN" "${#JOBS[@]}" "$mark" "${JOB_TITLE[$name]}" "$text" \
		"$DIM" "$(spell_ms "$took")" "$PLAIN"
}

# Waits for every job. On a terminal the running ones share one line that is written over; in a log file each says
# where it is every 20 seconds.
finish() {
	local name status running line width quiet_until=$((SECONDS + 3)) failed=''
	SHOWN=${SHOWN:-0} CLEAR=''
	[[ -t 1 ]] && CLEAR=$'\r\e[K'
	while :; do
		running=()
		for name in "${JOBS[@]}"; do
			if [[ -s $LOGS/$name.status ]]; then
				[[ -n ${JOB_SHOWN[$name]:-} ]] && continue
				JOB_SHOWN[$name]=1
				show_done "$name"
				read -r status <"$LOGS/$name.status"
				[[ $status == 0 || $status == skipped ]] || failed=${failed:-$name}
			elif [[ -s $LOGS/$name.begun ]]; then
				running+=("$name")
			elif ! kill -0 "-${JOB_GROUP[$name]}" 2>/dev/null && [[ ! -s $LOGS/$name.status ]]; then
				echo 'The step was stopped from outside.' >>"$LOGS/$name.log"
				echo 0 >"$LOGS/$name.took"
				echo 1 >"$LOGS/$name.status"
			fi
		done
		[[ -n $failed ]] && break
		((${#running[@]} == 0)) && all_ended && break
		if [[ -t 1 ]]; then
			width=$(tput cols 2>/dev/null || echo 80)
			line=''
			for name in "${running[@]}"; do
				line+="${JOB_TITLE[$name]}: $(last_words "$LOGS/$name.log" 40)  "
			done
			line="$(spell_seconds $((SECONDS - STARTED)))  $line"
			printf '%s%s%s%s' "$CLEAR" "$DIM" "${line:0:width-1}" "$PLAIN"
		elif ((SECONDS >= quiet_until)); then
			quiet_until=$((SECONDS + 20))
			for name in "${running[@]}"; do
				printf '      %s  %s: %s\n' "$(spell_seconds $((SECONDS - STARTED)))" "${JOB_TITLE[$name]}" \
					"$(last_words "$LOGS/$name.log")"
			done
		fi
		sleep 0.2
	done
	printf '%s' "$CLEAR"
	[[ -z $failed ]] && return
	stop_jobs
	say
	say "${BOLD}The end of $LOGS/$failed.log:${PLAIN}"
	tail -c 6000 "$LOGS/$failed.log" | tr '\r' '\n' | grep -v '^ *Building \[' | tail -n 25 | sed 's/^/    /'
	say
	die "\"${JOB_TITLE[$failed]}\" failed. Nothing is lost: what was finished is kept, run the command again once it is mended."
}

all_ended() {
	local name
	for name in "${JOBS[@]}"; do
		[[ -s $LOGS/$name.status ]] || return 1
	done
}

stop_jobs() {
	local name
	for name in "${JOBS[@]}"; do
		[[ -s $LOGS/$name.status ]] || kill -TERM "-${JOB_GROUP[$name]}" 2>/dev/null || true
	done
}

# An interrupted set-up leaves nothing running but a Docker engine that already answers.
stop_jobs_on_exit() {
	trap 'stop_jobs; printf "\n%s\n" "Stopped. Run it again to go on from here." >&2; exit 130' INT TERM
}
