#!/bin/sh
# Write both lock files anew: every package with its hashes, no registry's address.
set -eu
cd "$(dirname "$0")/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"; rm -f uv.lock' EXIT
python3 -m venv "$tmp" && "$tmp/bin/pip" install -q uv
set -- -q --no-header --no-emit-index-url --no-emit-project --format requirements-txt
"$tmp/bin/uv" export "$@" --no-default-groups --group build -o requirements.lock
"$tmp/bin/uv" export "$@" --no-default-groups --group build --group dev -o requirements-dev.lock
! grep -nE '://' requirements.lock requirements-dev.lock
