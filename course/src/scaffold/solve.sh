#!/usr/bin/env bash
# What a learner would type. `drydock verify` runs it in a fresh sandbox, in the learner's home; every
# check must fail before and pass after.
set -euo pipefail

docker run --name hello busybox echo "Hello, harbour"
