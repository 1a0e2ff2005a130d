#!/bin/sh
# Makes all lock files anew: hashes, every platform, no host names. `make lock` calls it.
set -eu
lock="uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --upgrade"
$lock --all-extras pyproject.toml requirements/build.in -o requirements/dev.lock
$lock --extra hub pyproject.toml requirements/build.in -c requirements/dev.lock -o requirements/hub.lock
$lock requirements/bench.in -o requirements/bench.lock
