#!/usr/bin/env bash
# Writes sandbox/image/wheels/requirements.txt anew: what sandbox/image/wheels/packages.txt needs, in its newest
# versions for the Python of the lab images, with the hash of each wheel that a lab may get.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../sandbox/image/wheels"
unset PIP_FIND_LINKS PIP_NO_INDEX

# As the tag of the image in sandbox/src/images/catalogue.rs.
PYTHON=3.13
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

# pip resolves for the Python that it runs on; uv for any.
python3 -m venv "$WORK/venv"
"$WORK/venv/bin/pip" install --quiet --disable-pip-version-check uv
"$WORK/venv/bin/uv" --quiet pip compile --no-config --no-header --no-annotate --python-version "$PYTHON" \
	--python-platform x86_64-manylinux_2_28 packages.txt --output-file "$WORK/names"

for machine in x86_64 aarch64; do
	"$WORK/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
		--implementation=cp --python-version="$PYTHON" --requirement "$WORK/names" --dest "$WORK/wheels" \
		--platform="manylinux_2_28_$machine" --platform="manylinux_2_17_$machine" --platform="manylinux2014_$machine"
done

{
	echo "# Made by scripts/lock-wheels.sh from packages.txt, with hashes for x86-64 and arm64."
	while IFS= read -r requirement; do
		name=${requirement%%==*} version=${requirement#*==}
		# In the name of a wheel every run of other characters is an underscore.
		wheels=("$WORK/wheels/$(sed -E 's/[-_.]+/_/g' <<<"$name")-$version-"*.whl)
		printf '%s' "$requirement"
		sha256sum "${wheels[@]}" | cut -d' ' -f1 | sort | sed 's/^/ --hash=sha256:/' | tr -d '\n'
		echo
	done <"$WORK/names"
} >"$WORK/locked"
cat "$WORK/locked" >requirements.txt
