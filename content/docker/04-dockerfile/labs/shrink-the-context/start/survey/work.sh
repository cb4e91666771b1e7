#!/bin/sh
# A month of work, in a second: what gathers in a project's folder.
cd "$(dirname "$0")" || exit 1
mkdir -p recordings .git/objects __pycache__
for day in 01 02 03 04; do
  head -c 10000000 /dev/urandom > "recordings/2026-05-$day.raw"
done
head -c 3000000 /dev/urandom > .git/objects/pack-5d1e.pack
head -c 20000 /dev/urandom > __pycache__/survey.cpython-313.pyc
du -sh . recordings .git
