# shellcheck shell=bash
# The set-up steps of `make run`, `make test` and `make bench`. Each one looks first, does only what is missing, and
# names the command for what it may not install itself. Source it after lib.sh.

RUST_MINIMUM=1.95
DOCKERD_LOG=/var/log/drydock-dockerd.log
export CARGO_TERM_PROGRESS_WHEN=always CARGO_TERM_PROGRESS_WIDTH=100
export DEBIAN_FRONTEND=noninteractive
[[ -d $HOME/.cargo/bin ]] && PATH=$HOME/.cargo/bin:$PATH

# ---------------------------------------------------------------- Debian's packages

may_install() { [[ $(id -u) == 0 ]] && has apt-get && has dpkg-query; }

missing_packages() {
	local package
	for package in "$@"; do
		[[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || printf '%s ' "$package"
	done
}

# Debian's packages are installed one call at a time: steps that run side by side wait for each other here.
apt_install() {
	local missing
	missing=$(missing_packages "$@")
	[[ -z $missing ]] && return
	may_install || {
		say "Missing: $missing"
		say "They cannot be installed from here (that needs Debian or Ubuntu, and root). As root:"
		say "    apt-get update && apt-get install -y --no-install-recommends $missing"
		return 1
	}
	(
		flock 9
		# A set-up that was interrupted in the middle of an installation is brought to its end first.
		[[ -z $(dpkg --audit 2>/dev/null) ]] || dpkg --configure -a
		apt-get -q -o DPkg::Lock::Timeout=300 update
		# shellcheck disable=SC2086  # a list of names
		apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $missing
	) 9>"$LOGS/apt.lock"
}

# ---------------------------------------------------------------- tools

# At least: `at_least 1.95 1.100` is true.
at_least() { [[ $(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1) == "$1" ]]; }

setup_tools() {
	local node_minimum=${1:-18} rust node space
	has cc || apt_install gcc libc6-dev

	has cargo || {
		say "Rust is missing, and is installed for a person, not for a project. With rustup (https://rustup.rs):"
		say "    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y"
		return 1
	}
	rust=$(rustc --version | cut -d' ' -f2)
	at_least "$RUST_MINIMUM" "$rust" || {
		say "Rust $rust is too old: $RUST_MINIMUM or newer is needed."
		say "    rustup update stable"
		return 1
	}
	if [[ ! -d $(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown ]]; then
		has rustup || {
			say "Rust's wasm32-unknown-unknown target is missing, and this Rust does not come from rustup."
			say "    apt-get install libstd-rust-dev-wasm32     # as root, for Debian's Rust"
			return 1
		}
		rustup target add wasm32-unknown-unknown
	fi

	if ! has node || ! has npm; then
		# Debian 12 has Node 18: enough to build the site, not for the browser tests.
		if may_install && ((node_minimum <= 18)); then
			apt_install nodejs npm
		else
			say "Node.js $node_minimum or newer with npm is missing (https://nodejs.org/en/download). On Debian 13, as root:"
			say "    apt-get install -y nodejs npm"
			return 1
		fi
	fi
	node=$(node --version)
	at_least "$node_minimum" "${node#v}" || {
		say "Node.js $node is too old: $node_minimum or newer is needed (https://nodejs.org/en/download)."
		return 1
	}

	space=$(df -Pk "$ROOT" | awk 'NR == 2 { print int($4 / 1048576) }')
	((space >= 8)) || say "Only $space GB are free on this disk; a first build takes about 8."
	note "Rust $rust, Node ${node#v}"
}

# In a folder with a package-lock.json: installs what it says, if that has not been done.
npm_ci() {
	local lock
	lock=$(sha256sum package-lock.json)
	[[ $(cat node_modules/.lock 2>/dev/null) == "$lock" ]] && return
	PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	printf '%s' "$lock" >node_modules/.lock
}

# ---------------------------------------------------------------- Docker engine

# Prints the engine's version, or fails within 5 seconds.
engine_version() {
	if has docker; then
		timeout 5 docker version --format '{{.Server.Version}}' 2>/dev/null
	elif [[ -z ${DOCKER_HOST:-} || $DOCKER_HOST == unix://* ]] && has curl; then
		local socket=${DOCKER_HOST:-unix:///var/run/docker.sock}
		curl -sf -m 5 --unix-socket "${socket#unix://}" http://docker/version | grep -o '"Version":"[^"]*"' | head -n 1 | cut -d'"' -f4
	else
		return 1
	fi
}

engine_answers() { [[ -n $(engine_version) ]]; }

wait_for_engine() {
	local deadline=$((SECONDS + $1))
	until engine_answers; do
		((SECONDS < deadline)) || return 1
		sleep 0.5
	done
}

setup_engine() {
	if engine_answers; then
		note "$(engine_version) at ${DOCKER_HOST:-the default socket}"
		return
	fi
	if [[ -n ${DOCKER_HOST:-} ]]; then
		say "No Docker engine answers at DOCKER_HOST=$DOCKER_HOST."
		say "Start that engine, or use the one of this machine:"
		say "    unset DOCKER_HOST"
		return 1
	fi
	if [[ -S /var/run/docker.sock && ! -w /var/run/docker.sock ]]; then
		say "There is a Docker engine, and you ($(id -un)) may not use it. As root, then log in again:"
		say "    usermod -aG docker $(id -un)"
		return 1
	fi
	if ! has dockerd; then
		say "No Docker engine on this machine: installing Debian's"
		apt_install docker.io iptables
	fi
	if [[ $(id -u) != 0 ]]; then
		say "The Docker engine of this machine is not running. As root:"
		if [[ -d /run/systemd/system ]]; then say "    systemctl start docker"; else say "    dockerd &"; fi
		return 1
	fi
	if [[ -d /run/systemd/system ]]; then
		systemctl start docker
	else
		start_dockerd
	fi
	wait_for_engine 60 || {
		say "The Docker engine did not answer within 60 s. The end of its log:"
		if [[ -d /run/systemd/system ]]; then
			journalctl -u docker --no-pager -n 15
		else
			tail -n 15 "$DOCKERD_LOG"
		fi
		return 1
	}
	note "$(engine_version), started"
}

# No service manager (a container, a bare machine): the engine goes into a session of its own, so that it outlives
# this script and the Ctrl-C that ends `make run`. Its images stay in /var/lib/docker.
start_dockerd() {
	# The pid of an engine that was killed would make the new one refuse.
	local pid=/var/run/docker.pid
	[[ -f $pid && ! -d /proc/$(<"$pid") ]] && rm -f "$pid"
	say "Starting dockerd in the background; its log is $DOCKERD_LOG"
	setsid -f dockerd >>"$DOCKERD_LOG" 2>&1 </dev/null
}

# ---------------------------------------------------------------- the site

# build_server release|dev
build_server() {
	cd "$ROOT"
	cargo build --locked --profile "$1" -p drydock-server --bin drydock
}

server_binary() {
	if [[ $1 == release ]]; then echo "$TARGET/release/drydock"; else echo "$TARGET/debug/drydock"; fi
}

build_assets() {
	"$ROOT/scripts/assets.sh"
}

# What `drydock images build` runs on this machine. Where it may not be installed, that command says what it misses,
# if it misses it: with a registry, mmdebstrap is not needed.
setup_image_tools() {
	may_install || return 0
	has mmdebstrap || apt_install mmdebstrap debian-archive-keyring
	python3 -m pip --version >/dev/null 2>&1 || apt_install python3-pip
}

# build_images release|dev: pulls the images, or makes stand-ins from Debian's packages where no registry answers.
build_images() {
	cd "$ROOT"
	"$(server_binary "$1")" images build
}

# The site is worth serving without labs: `optional STEP…` turns a failed step into a warning that `show_warnings`
# repeats where a person sees it, just before the server starts.
optional() {
	local status
	set +e # `( … ) || …` would switch off "stop at the first error" inside as well
	(
		set -e
		"$@"
	)
	status=$?
	set -e
	((status == 0)) && return
	printf '%s' 'did not work, see below' >"$NOTE"
	cp "${NOTE%.note}.log" "${NOTE%.note}.warning"
}

show_warnings() {
	local warning
	for warning in "$LOGS"/*.warning; do
		[[ -e $warning ]] || continue
		warn "Labs are closed for now (lessons, quizzes and progress work). What happened:"
		tail -c 4000 "$warning" | tr '\r' '\n' | tail -n 12 | sed 's/^/    /' >&2
	done
}

images_if_engine() {
	engine_answers || {
		note 'left out: no engine'
		return
	}
	build_images "$1"
}

# Says at once, not after minutes of building, that the address is taken.
require_free_port() {
	local host=${1%:*} port=${1##*:}
	[[ $host == 0.0.0.0 ]] && host=127.0.0.1
	if (exec 3<>"/dev/tcp/$host/$port") 2>/dev/null; then
		die "Something already answers on $1. Stop it, or choose another address: make run LISTEN=127.0.0.1:$((port + 1))"
	fi
}
