#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Everything from a fresh Debian 12 to "N passed, N failed": packages, build, all tests.
set -eu
cd "$(dirname "$0")/.."
sh tests/setup.sh test
make -j"$(nproc)" tests tests-asan
exec make check
