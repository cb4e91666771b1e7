#!/usr/bin/env bash
# Builds everything that a browser loads into dist/assets: the wasm islands (a set for lessons, a set for labs),
# the rules of Dockerfiles as wasm, scripts and styles, each under a name with its hash, with manifest.json (logical name → file name) and Brotli and
# gzip copies beside them.
#
#   app/ ── cargo (wasm32) ── wasm-bindgen ─┐
#   web/ ── npm ci ── esbuild ──────────────┴─ build.mjs ── dist/assets
#
# Nothing is done when nothing changed: the hash of all inputs is kept with the result.
# A missing wasm32 target, wasm-bindgen or npm package is installed.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
TARGET=${CARGO_TARGET_DIR:-$ROOT/target}
OUT=${DRYDOCK_ASSETS_OUT:-$ROOT/dist/assets}
# Must equal the version of the wasm-bindgen crate: the two halves speak a private format.
BINDGEN=$(grep -A1 '^name = "wasm-bindgen"$' Cargo.lock | sed -n 's/^version = "\(.*\)"/\1/p')
[[ -d $HOME/.cargo/bin ]] && PATH=$HOME/.cargo/bin:$PATH

say() { printf '%s\n' "$*"; }

inputs() {
	{
		find app/src dockerfile/src dockerfile/Cargo.toml style web/src app/Cargo.toml web/*.mjs web/package-lock.json scripts/assets.sh -type f -print0 |
			sort -z | xargs -0 sha256sum
		# Of what the workspace shares only the browser's part matters: the server's dependencies change more often.
		sed -n '/^\[profile.wasm-release\]/,/^$/p' Cargo.toml
		grep -A1 -E '^name = "(leptos|tachys|reactive_|serde|wasm-bindgen|parse-dockerfile|js-sys|web-sys|any_spawner|either_of)' Cargo.lock
		rustc --version
	} | sha256sum | cut -d' ' -f1
}

STAMP=$(inputs)
if [[ -s $OUT/manifest.json && -s $OUT/.inputs && $(<"$OUT/.inputs") == "$STAMP" ]]; then
	say "Browser parts are up to date"
	exit 0
fi

if [[ ! -d $(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown ]]; then
	say "Installing Rust's wasm32 target"
	rustup target add wasm32-unknown-unknown
fi

if [[ $(wasm-bindgen --version 2>/dev/null) != "wasm-bindgen $BINDGEN" ]]; then
	say "Installing wasm-bindgen $BINDGEN (one to two minutes, once)"
	# Its own release profile takes minutes longer and gives nothing that is noticed here.
	CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
		cargo install wasm-bindgen-cli --version "$BINDGEN" --locked --force
fi

LOCK=$(sha256sum web/package-lock.json | cut -d' ' -f1)
if [[ ! -d web/node_modules/esbuild || $(cat web/node_modules/.lock 2>/dev/null) != "$LOCK" ]]; then
	say "Installing npm packages"
	# No package here needs its install script.
	(cd web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
	printf '%s' "$LOCK" >web/node_modules/.lock
fi

BOUND=$TARGET/islands
# What a browser gets of a compiled crate: its name, and the name of the files.
bind() {
	wasm-bindgen "$TARGET/wasm32-unknown-unknown/wasm-release/$1.wasm" --target web --no-typescript \
		--remove-name-section --remove-producers-section --out-name "$2" --out-dir "$BOUND"
}
for set in lesson lab; do
	say "Compiling the islands of a $set to wasm (the first time also Leptos: a minute or two)"
	cargo rustc --locked -p drydock-app --lib --crate-type cdylib --no-default-features --features "hydrate,$set" \
		--target wasm32-unknown-unknown --profile wasm-release
	bind drydock_app "$set"
done

say "Compiling the rules of Dockerfiles to wasm"
cargo rustc --locked -p drydock-dockerfile --lib --crate-type cdylib --features wasm \
	--target wasm32-unknown-unknown --profile wasm-release
bind drydock_dockerfile dockerfile

say "Bundling and compressing"
node web/build.mjs --islands "$BOUND" --out "$OUT"
printf '%s' "$STAMP" >"$OUT/.inputs"
say "Browser parts are in ${OUT#"$ROOT"/}"
